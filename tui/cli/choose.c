/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/args.h"
#include "tui/cli/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const lu_command *find(const char *name)
{
    for (size_t i = 0; i < lu_command_count; i++) {
        if (strcmp(lu_commands[i].name, name) == 0) {
            return &lu_commands[i];
        }
    }
    return NULL;
}

/* The first word of commands of two words. */
static bool is_group(const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < lu_command_count; i++) {
        if (strncmp(lu_commands[i].name, word, len) == 0 && lu_commands[i].name[len] == ' ') {
            return len > 0;
        }
    }
    return false;
}

static lu_err unknown_command(const lu_args *a, const char *name)
{
    const char *nearest = NULL;

    for (size_t i = 0; i < lu_command_count; i++) {
        lu_text_nearer(name, lu_commands[i].name, &nearest);
    }
    if (nearest != NULL) {
        return lu_args_fail(a, "unknown command '%s'; did you mean '%s'?", name, nearest);
    }
    return lu_args_fail(a, "unknown command '%s'", name);
}

static lu_err choose_in_group(int argc, char **argv, lu_args *a, int *first)
{
    char name[64];

    a->group = argv[1];
    a->help = a->help || (argc > 2 && lu_args_is_help(argv[2]));
    if (a->help && (argc < 3 || argv[2][0] == '-')) {
        return LU_OK;
    }
    if (argc < 3 || argv[2][0] == '-') {
        return lu_args_fail(a, "which %s command?", argv[1]);
    }
    snprintf(name, sizeof name, "%s %s", argv[1], argv[2]);
    a->command = find(name);
    *first = 3;
    return a->command ? LU_OK : unknown_command(a, name);
}

/* Paths and names with an ending are meant as cases even when they are not there. */
static bool looks_like_case(const char *word)
{
    char inside[4096];
    struct stat st;

    snprintf(inside, sizeof inside, "%s/case.json", word);
    return strpbrk(word, "./") != NULL || stat(inside, &st) == 0;
}

/* What the program itself takes in a command's place: --help, --version [--json]. */
static lu_err choose_none(int argc, char **argv, lu_args *a)
{
    a->help = lu_args_is_help(argv[1]);
    a->version = strcmp(argv[1], "--version") == 0;
    if (!a->help && !a->version) {
        return lu_args_fail(a, "'%s' stands where a command is expected", argv[1]);
    }
    if (a->version && argc > 2 && strcmp(argv[2], "--json") == 0) {
        a->value[a->values].id = LU_OPTION_JSON;
        a->value[a->values++].text = "";
    }
    return LU_OK;
}

static lu_err choose_command(int argc, char **argv, lu_args *a, int *first)
{
    if (argc < 2 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !a->help) {
        a->command = find("open");
        *first = 1;
        return LU_OK;
    }
    if (argc < 2) {
        a->help = true;
        return LU_OK;
    }
    if (argv[1][0] == '-') {
        return choose_none(argc, argv, a);
    }
    if (is_group(argv[1])) {
        return choose_in_group(argc, argv, a, first);
    }
    a->command = find(argv[1]);
    if (a->command == NULL && looks_like_case(argv[1])) {
        a->command = find("open");
        *first = 1;
    }
    return a->command ? LU_OK : unknown_command(a, argv[1]);
}

/* `help` before other words asks what --help after them does. */
lu_err lu_args_choose(int argc, char **argv, lu_args *a, int *first)
{
    *first = 2;
    a->help = argc > 1 && strcmp(argv[1], "help") == 0;
    return a->help ? choose_command(argc - 1, argv + 1, a, first)
                   : choose_command(argc, argv, a, first);
}
