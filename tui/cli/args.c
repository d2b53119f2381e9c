/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/args.h"
#include "tui/cli/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { MESSAGE_MAX = 512 };

lu_err lu_args_fail(const lu_args *a, const char *format, ...)
{
    const char *name = a->command ? a->command->name : a->group ? a->group : "";
    char text[MESSAGE_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return lu_within(lu_fail(LU_ERR_USAGE, "%s", text), "see lineup %s%s--help", name,
                     name[0] ? " " : "");
}

/* --- values --- */

bool lu_args_parse_number(const char *text, double *out)
{
    char *end = NULL;

    if (text[0] == '\0' || text[strspn(text, "0123456789.eE+-")] != '\0') {
        return false;
    }
    errno = 0;
    *out = strtod(text, &end); /* main() leaves LC_NUMERIC at "C" */
    return *end == '\0' && errno == 0 && isfinite(*out);
}

bool lu_args_parse_whole(const char *text, double most, double *out)
{
    size_t len = strlen(text);

    if (len == 0 || len > 16 || strspn(text, "0123456789") != len) {
        return false;
    }
    *out = strtod(text, NULL);
    return *out <= most;
}

/* The position of `word` among those of "a|b|c"; SIZE_MAX when it is not there. */
static size_t choice_of(const char *words, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0;; i++) {
        size_t n = strcspn(words, "|");
        if (n == len && strncmp(words, word, n) == 0) {
            return i;
        }
        if (words[n] == '\0') {
            return SIZE_MAX;
        }
        words += n + 1;
    }
}

static lu_err check_value(const lu_args *a, const lu_option *o, const char *text)
{
    double v = 0;

    switch (o->kind) {
    case LU_TAKES_CHOICE:
        return choice_of(o->argument, text) != SIZE_MAX
                   ? LU_OK
                   : lu_args_fail(a, "--%s %s is not one of %s", o->name, text, o->argument);
    case LU_TAKES_WHOLE:
        return lu_args_parse_whole(text, o->high, &v) && v >= o->low
                   ? LU_OK
                   : lu_args_fail(a, "--%s %s is not a whole number from %.0f to %.0f", o->name,
                                  text, o->low, o->high);
    case LU_TAKES_NUMBER:
        return lu_args_parse_number(text, &v) && v >= o->low && v <= o->high
                   ? LU_OK
                   : lu_args_fail(a, "--%s %s is not a number from %g to %g", o->name, text, o->low,
                                  o->high);
    default: return LU_OK;
    }
}

/* --- options --- */

static bool takes(const lu_command *c, size_t id)
{
    return (c->options >> id & 1) != 0;
}

static lu_err unknown_option(const lu_args *a, const char *word)
{
    const char *nearest = NULL;
    char name[64];

    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    for (size_t i = 0; i < LU_OPTIONS; i++) {
        if (takes(a->command, i)) {
            lu_text_nearer(name, lu_options[i].name, &nearest);
        }
    }
    if (nearest != NULL) {
        return lu_args_fail(a, "unknown option --%s; did you mean --%s?", name, nearest);
    }
    return lu_args_fail(a, "unknown option --%s", name);
}

static lu_err find_option(const lu_args *a, const char *word, lu_option_id *out)
{
    size_t len = strcspn(word, "=");

    for (size_t i = 0; i < LU_OPTIONS; i++) {
        if (takes(a->command, i) && strlen(lu_options[i].name) == len &&
            strncmp(lu_options[i].name, word, len) == 0) {
            *out = (lu_option_id)i;
            return LU_OK;
        }
    }
    return unknown_option(a, word);
}

static lu_err store(lu_args *a, lu_option_id id, const char *text)
{
    const lu_option *o = &lu_options[id];

    if (o->kind != LU_TAKES_LIST && o->kind != LU_TAKES_SWITCH && lu_args_given(a, id)) {
        return lu_args_fail(a, "--%s is given twice", o->name);
    }
    if (a->values == LU_ARGS_VALUES) {
        return lu_args_fail(a, "more than %d options", LU_ARGS_VALUES);
    }
    LU_TRY(check_value(a, o, text));
    a->value[a->values].id = id;
    a->value[a->values++].text = text;
    return LU_OK;
}

/* argv[*at] begins with "--"; *at moves on when the value is a word of its own. */
static lu_err take_option(lu_args *a, int argc, char **argv, int *at)
{
    const char *word = argv[*at] + 2;
    const char *equals = strchr(word, '=');
    const lu_option *o;
    lu_option_id id = LU_OPTIONS;

    LU_TRY(find_option(a, word, &id));
    o = &lu_options[id];
    if (o->kind == LU_TAKES_SWITCH) {
        return equals ? lu_args_fail(a, "--%s takes no value", o->name) : store(a, id, "");
    }
    if (equals != NULL) {
        return store(a, id, equals + 1);
    }
    if (*at + 1 >= argc || strncmp(argv[*at + 1], "--", 2) == 0) {
        return lu_args_fail(a, "--%s needs a value: --%s %s", o->name, o->name, o->argument);
    }
    return store(a, id, argv[++*at]);
}

static lu_err take_word(lu_args *a, const char *word)
{
    if (a->words == a->command->most) {
        return lu_args_fail(a, "'%s' is one word too many", word);
    }
    a->word[a->words++] = word;
    return LU_OK;
}

static lu_err take_all(lu_args *a, int argc, char **argv, int first)
{
    bool plain = false;

    for (int i = first; i < argc; i++) {
        const char *word = argv[i];
        if (plain || word[0] != '-' || word[1] == '\0') {
            LU_TRY(take_word(a, word));
        } else if (strcmp(word, "--") == 0) {
            plain = true;
        } else if (word[1] == '-') {
            LU_TRY(take_option(a, argc, argv, &i));
        } else {
            return lu_args_fail(a, "unknown option %s", word);
        }
    }
    return LU_OK;
}

static lu_err check_complete(const lu_args *a)
{
    const lu_command *c = a->command;

    if (a->words < c->least) {
        return lu_args_fail(a, "too few words: lineup %s %s", c->name, c->arguments);
    }
    for (size_t i = 0; i < LU_OPTIONS; i++) {
        if ((c->required >> i & 1) != 0 && !lu_args_given(a, (lu_option_id)i)) {
            return lu_args_fail(a, "--%s %s is missing", lu_options[i].name,
                                lu_options[i].argument);
        }
    }
    return LU_OK;
}

/* --- commands: see also choose.c --- */

bool lu_args_is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool asks_help(int argc, char **argv, int first)
{
    for (int i = first; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (lu_args_is_help(argv[i])) {
            return true;
        }
    }
    return false;
}

lu_err lu_args_parse(int argc, char **argv, lu_args *out)
{
    int first = 1;

    *out = (lu_args){0};
    LU_TRY(lu_args_choose(argc, argv, out, &first));
    out->help = out->help || asks_help(argc, argv, first);
    if (out->help || out->version) {
        return LU_OK;
    }
    LU_TRY(take_all(out, argc, argv, first));
    return check_complete(out);
}

/* --- asking --- */

const char *lu_args_item(const lu_args *a, lu_option_id id, size_t i)
{
    for (size_t k = 0; k < a->values; k++) {
        if (a->value[k].id == id && i-- == 0) {
            return a->value[k].text;
        }
    }
    return NULL;
}

const char *lu_args_text(const lu_args *a, lu_option_id id)
{
    return lu_args_item(a, id, 0);
}

bool lu_args_given(const lu_args *a, lu_option_id id)
{
    return lu_args_item(a, id, 0) != NULL;
}

double lu_args_number(const lu_args *a, lu_option_id id, double preset)
{
    const char *text = lu_args_text(a, id);

    return text != NULL ? strtod(text, NULL) : preset;
}

size_t lu_args_choice(const lu_args *a, lu_option_id id, size_t preset)
{
    const char *text = lu_args_text(a, id);

    return text != NULL ? choice_of(lu_options[id].argument, text) : preset;
}

lu_err lu_args_spare(const lu_args *a, lu_option_id out, const char *input)
{
    const char *path = lu_args_text(a, out);
    struct stat written, read;

    if (path == NULL || input == NULL) {
        return LU_OK;
    }
    if (strcmp(path, input) == 0 ||
        (stat(path, &written) == 0 && stat(input, &read) == 0 && written.st_dev == read.st_dev &&
         written.st_ino == read.st_ino)) {
        return lu_args_fail(a, "--%s %s would overwrite %s, which is read", lu_options[out].name,
                            path, input);
    }
    return LU_OK;
}
