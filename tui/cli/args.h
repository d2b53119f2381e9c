/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line: tables of options and commands, and the strict parser they drive. Options stand
 * anywhere after the command, as --name VALUE or --name=VALUE; after "--" all words are plain.
 *
 *     lu_args a;
 *     LU_TRY(lu_args_parse(argc, argv, &a));
 *     if (lu_args_given(&a, LU_OPTION_JSON)) ...
 */
#ifndef LU_TUI_CLI_ARGS_H
#define LU_TUI_CLI_ARGS_H

#include "core/core.h"

typedef enum lu_option_kind {
    LU_TAKES_SWITCH, /* no value */
    LU_TAKES_TEXT,
    LU_TAKES_LIST,   /* text; may be given many times */
    LU_TAKES_CHOICE, /* one of the words of `argument`, which '|' separates */
    LU_TAKES_WHOLE,  /* decimal digits, low..high */
    LU_TAKES_NUMBER  /* decimal number, low..high */
} lu_option_kind;

typedef enum lu_option_id {
#define LU_OPTION(id, name, argument, kind, low, high, help) LU_OPTION_##id,
#include "tui/cli/options.def"
#undef LU_OPTION
    LU_OPTIONS
} lu_option_id;

typedef struct lu_option {
    const char *name;     /* without the dashes */
    const char *argument; /* of a switch NULL */
    lu_option_kind kind;
    double low, high;
    const char *help;
} lu_option;

extern const lu_option lu_options[LU_OPTIONS];

struct lu_cli;

__extension__ typedef unsigned __int128 lu_option_set; /* bit lu_option_id each */

_Static_assert(LU_OPTIONS <= 128, "an option is a bit of lu_option_set");

typedef struct lu_command {
    const char *name;
    const char *arguments;
    size_t least, most; /* words beside the options */
    lu_option_set options, required;
    const char *help, *more;
    lu_err (*run)(struct lu_cli *cli);
} lu_command;

extern const lu_command lu_commands[];
extern const size_t lu_command_count;

enum { LU_ARGS_WORDS = 16, LU_ARGS_VALUES = 128 };

typedef struct lu_args {
    const lu_command *command; /* NULL: only `group` or nothing was named */
    const char *group;         /* with help only: the first word, or NULL */
    bool help, version;
    size_t words;
    const char *word[LU_ARGS_WORDS]; /* arguments of main(), borrowed */
    size_t values;
    struct {
        lu_option_id id;
        const char *text; /* "" for a switch */
    } value[LU_ARGS_VALUES];
} lu_args;

/* LU_ERR_USAGE names the word that is wrong and where help is. */
lu_err lu_args_parse(int argc, char **argv, lu_args *out);

/* The first half of it: which command is meant and where its own words begin. A folder in the
   command's place is `show FOLDER`. Sets help or version (and --json) when nothing else is to be
   done. */
lu_err lu_args_choose(int argc, char **argv, lu_args *a, int *first);

/* --help or -h. */
bool lu_args_is_help(const char *word);

bool lu_args_given(const lu_args *a, lu_option_id id);

/* The value; NULL when not given. */
const char *lu_args_text(const lu_args *a, lu_option_id id);

/* The i-th value of a list; NULL after the last. */
const char *lu_args_item(const lu_args *a, lu_option_id id, size_t i);

/* A WHOLE or NUMBER, or `preset`. */
double lu_args_number(const lu_args *a, lu_option_id id, double preset);

/* The position of a CHOICE among its words, or `preset`. */
size_t lu_args_choice(const lu_args *a, lu_option_id id, size_t preset);

/* LU_ERR_USAGE when the file to write is `input` too, by path or by inode. NULL is no file. */
lu_err lu_args_spare(const lu_args *a, lu_option_id out, const char *input);

/* LU_ERR_USAGE with the hint where help is. */
lu_err lu_args_fail(const lu_args *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A plain decimal number, nothing before or after it. */
bool lu_args_parse_number(const char *text, double *out);

/* Decimal digits only, at most `most` (below 2^53). */
bool lu_args_parse_whole(const char *text, double most, double *out);

#endif
