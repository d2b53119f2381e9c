/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/help.h"
#include "sessions/sessions.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 79, COMMAND_COLUMN = 16, OPTION_COLUMN = 26, LEAD_MAX = 96 };

/* A line break, then blanks up to `column`. */
static lu_err break_line(lu_buf *out, size_t column, size_t *at)
{
    *at = column;
    return lu_buf_print(out, "\n%*s", (int)column, "");
}

/* Words from `column` on, at which the line stands, in lines of at most WIDTH columns. */
static lu_err print_words(lu_buf *out, size_t column, const char *text)
{
    size_t at = column;

    while (*text != '\0') {
        size_t blank = at > column;
        size_t len = strcspn(text, " \n");
        if (blank && at + 1 + len > WIDTH) {
            LU_TRY(break_line(out, column, &at));
            blank = 0;
        }
        LU_TRY(lu_buf_print(out, "%s%.*s", blank ? " " : "", (int)len, text));
        at += blank + len;
        text += len;
        if (*text == '\n') {
            LU_TRY(break_line(out, column, &at));
        }
        text += *text != '\0';
    }
    return lu_buf_print(out, "\n");
}

/* `lead`, which ends in a blank unless it is empty, then the text from `column` on. */
static lu_err print_wrapped(lu_buf *out, const char *lead, size_t column, const char *text)
{
    size_t at = strlen(lead);

    if (at > column) {
        LU_TRY(lu_buf_print(out, "%.*s", (int)at - 1, lead));
        LU_TRY(break_line(out, column, &at));
    } else {
        LU_TRY(lu_buf_print(out, "%s%*s", lead, (int)(column - at), ""));
    }
    return print_words(out, column, text);
}

static lu_err print_commands(lu_buf *out, const char *group)
{
    size_t len = strlen(group);
    char lead[LEAD_MAX];

    for (size_t i = 0; i < lu_command_count; i++) {
        const lu_command *c = &lu_commands[i];
        if (strncmp(c->name, group, len) == 0) {
            snprintf(lead, sizeof lead, "  %s ", c->name);
            LU_TRY(print_wrapped(out, lead, COMMAND_COLUMN, c->help));
        }
    }
    return LU_OK;
}

static lu_err print_program(lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "lineup: is this neural network a copy of that one?\n\n"
                             "usage: lineup COMMAND [WORD]... [OPTION]...\n"
                             "       lineup [CASE]            open the workbench\n"
                             "       lineup COMMAND --help    or lineup help COMMAND\n"
                             "       lineup --version\n\n"));
    LU_TRY(print_commands(out, ""));
    return lu_buf_print(out, "\nNothing at hand? Try: lineup demo\n");
}

static lu_err print_group(const char *group, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "usage: lineup %s COMMAND [WORD]... [OPTION]...\n\n", group));
    return print_commands(out, group);
}

static lu_err print_usage(const lu_command *c, lu_buf *out)
{
    lu_buf line = LU_BUF_INIT;
    char lead[LEAD_MAX];
    lu_err err;

    snprintf(lead, sizeof lead, "usage: lineup %s ", c->name);
    err = lu_buf_print(&line, "%s%s", c->arguments, c->arguments[0] ? " " : "");
    for (size_t i = 0; !err && i < LU_OPTIONS; i++) {
        if ((c->required >> i & 1) != 0) {
            err = lu_buf_print(&line, "--%s %s ", lu_options[i].name, lu_options[i].argument);
        }
    }
    if (!err) {
        err = lu_buf_print(&line, "[OPTION]...");
    }
    if (!err) {
        err = print_wrapped(out, lead, strlen(lead), (const char *)line.data);
    }
    lu_buf_fini(&line);
    return err;
}

static lu_err print_options(const lu_command *c, lu_buf *out)
{
    char lead[LEAD_MAX];

    for (size_t i = 0; i < LU_OPTIONS; i++) {
        const lu_option *o = &lu_options[i];
        if ((c->options >> i & 1) != 0) {
            snprintf(lead, sizeof lead, "  --%s%s%s ", o->name, o->argument ? " " : "",
                     o->argument ? o->argument : "");
            LU_TRY(print_wrapped(out, lead, OPTION_COLUMN, o->help));
        }
    }
    return LU_OK;
}

static lu_err print_keys(lu_buf *out)
{
    char lead[LEAD_MAX];
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_buf_print(out, "\nkeys of --set:\n");

    for (size_t i = 0; !err && i < lu_param_count; i++) {
        const lu_param_row *row = &lu_param_table[i];
        text.len = 0;
        snprintf(lead, sizeof lead, "  %s ", row->key);
        err = lu_buf_print(&text, "%s (%s)", row->help, row->preset);
        if (!err) {
            err = print_wrapped(out, lead, OPTION_COLUMN, (const char *)text.data);
        }
    }
    lu_buf_fini(&text);
    return err;
}

static lu_err print_recipe_keys(lu_buf *out)
{
    char lead[LEAD_MAX];
    lu_err err = lu_buf_print(out, "\nkeys of --set:\n");

    for (size_t i = 0; !err && i < lu_recipe_field_count; i++) {
        const lu_recipe_field *f = &lu_recipe_fields[i];
        snprintf(lead, sizeof lead, "  %s%s%s ", f->key, f->words ? "=" : "",
                 f->words ? f->words : "");
        err = print_wrapped(out, lead, OPTION_COLUMN, f->help);
    }
    return err;
}

static lu_err print_command(const lu_command *c, lu_buf *out)
{
    bool asks = c->help[strlen(c->help) - 1] == '?';

    LU_TRY(print_usage(c, out));
    LU_TRY(lu_buf_print(out, "\n%c", c->help[0] - 'a' + 'A'));
    LU_TRY(lu_buf_print(out, "%s%s\n", c->help + 1, asks ? "" : "."));
    if (c->more[0] != '\0') {
        LU_TRY(print_wrapped(out, "", 0, c->more));
    }
    LU_TRY(lu_buf_print(out, "\n"));
    LU_TRY(print_options(c, out));
    if ((c->options >> LU_OPTION_RECIPE_SET & 1) != 0) {
        return print_recipe_keys(out);
    }
    return (c->options >> LU_OPTION_SET & 1) != 0 ? print_keys(out) : LU_OK;
}

lu_err lu_help(const lu_args *a, lu_buf *out)
{
    if (a->command != NULL) {
        return print_command(a->command, out);
    }
    return a->group != NULL ? print_group(a->group, out) : print_program(out);
}
