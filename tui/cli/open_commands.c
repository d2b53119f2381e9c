/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workbench: in the terminal, line by line, by a script. */
#include "sessions/sessions.h"
#include "tui/app/plain.h"
#include "tui/cli/cli.h"
#include "tui/term/term.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PLAIN_WIDTH = 80, PLAIN_HEIGHT = 24 };

static uint64_t milliseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* --- what it looks like --- */

/* Command line, then configuration, then what was used last, then what the terminal can. */
static lu_err look(lu_cli *cli, lu_settings *s)
{
    const lu_args *a = &cli->args;
    const char *theme = lu_args_text(a, LU_OPTION_THEME);
    const char *glyphs = lu_args_text(a, LU_OPTION_GLYPHS);

    s->theme = LU_THEME_DARK;
    s->glyphs = lu_term_glyphs();
    s->mouse = true;
    LU_TRY(lu_settings_read(s));
    if (theme != NULL && lu_theme_parse(theme, &s->theme)) {
        s->theme_fixed = true;
    }
    if (glyphs != NULL && lu_glyph_set_parse(glyphs, &s->glyphs)) {
        s->glyphs_fixed = true;
    }
    if (cli->terminal.ascii) {
        s->glyphs = LU_GLYPHS_ASCII;
        s->glyphs_fixed = true;
    }
    if (lu_args_given(a, LU_OPTION_NO_MOUSE)) {
        s->mouse = false;
        s->mouse_fixed = true;
    }
    return LU_OK;
}

/* A script's screens are for files; plain lines are for ears. */
static lu_colours colours(const lu_cli *cli)
{
    bool script = lu_args_given(&cli->args, LU_OPTION_SCRIPT);

    return cli->terminal.colour || (script && !cli->terminal.colourless) ? LU_COLOURS_TRUE
                                                                         : LU_COLOURS_NONE;
}

static bool command_row(size_t k, const char **name, const char **help)
{
    if (k >= lu_command_count) {
        return false;
    }
    *name = lu_commands[k].name;
    *help = lu_commands[k].help;
    return true;
}

static lu_err new_app(lu_cli *cli, const char *path, lu_settings *s, lu_app **out)
{
    const lu_args *a = &cli->args;
    lu_app_options o = {
        .path = path,
        .readonly = lu_args_given(a, LU_OPTION_READONLY),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
        .jobs = (size_t)lu_args_number(a, LU_OPTION_JOBS, 0),
        .now = milliseconds(),
        .theme = s->theme,
        .colours = colours(cli),
        .glyphs = s->glyphs,
        .mouse = s->mouse,
        .settings = s,
        .call = lu_cli_call,
        .called = command_row,
    };

    return lu_app_new(&o, out);
}

/* --- the three ways --- */

static lu_err in_terminal(lu_app *app)
{
    const lu_term_options o = {
        .theme = app->options.theme,
        .colours = app->options.colours,
        .mouse = app->options.mouse,
        .last_words = "lineup broke off. Everything that was finished is in the case.",
    };

    return lu_term_run(app, &o);
}

static lu_err by_lines(lu_app *app, FILE *in, const char *name, bool answers)
{
    lu_plain plain = {.app = app,
                      .width = PLAIN_WIDTH,
                      .height = PLAIN_HEIGHT,
                      .answers = answers,
                      .out = stdout,
                      .stop = lu_signals_stop};
    lu_err err = lu_plain_run(&plain, in, name);

    if (fflush(stdout) && !err) {
        err = lu_fail(LU_ERR_IO, "cannot write: %s", strerror(errno));
    }
    return err || !lu_signals_stop() ? err : LU_ERR_CANCELLED;
}

static lu_err by_script(lu_app *app, const char *path)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    lu_err err;

    if (in == NULL) {
        return lu_within(lu_fail(LU_ERR_INPUT, "the script cannot be read: %s", strerror(errno)),
                         "%s", path);
    }
    err = by_lines(app, in, path, false);
    if (in != stdin) {
        fclose(in);
    }
    return err;
}

static lu_err run_app(lu_cli *cli, lu_app *app)
{
    const char *script = lu_args_text(&cli->args, LU_OPTION_SCRIPT);

    if (script != NULL) {
        return by_script(app, script);
    }
    return lu_args_given(&cli->args, LU_OPTION_PLAIN) ? by_lines(app, stdin, "standard input", true)
                                                      : in_terminal(app);
}

lu_err lu_cli_open(lu_cli *cli, const char *path, const char *first)
{
    lu_settings settings = {0};
    lu_app *app = NULL;
    lu_err err = look(cli, &settings);

    if (!err) {
        err = new_app(cli, path, &settings, &app);
    }
    if (!err && first != NULL) {
        err = lu_app_command(app, first);
    }
    if (!err) {
        err = run_app(cli, app);
    }
    lu_app_free(&app);
    if (!err) {
        err = lu_settings_write(&settings);
    }
    lu_settings_fini(&settings);
    return err;
}

bool lu_cli_interactive(const lu_cli *cli)
{
    return cli->terminal.screen && !cli->json && !cli->quiet;
}

lu_err lu_command_open(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    const char *path = a->words > 0 ? a->word[0] : NULL;
    bool lines = lu_args_given(a, LU_OPTION_PLAIN) || lu_args_given(a, LU_OPTION_SCRIPT);

    if (cli->inner) {
        return lu_args_fail(a, "a workbench is open already; :open CASE opens another case there");
    }
    if (lines || lu_cli_interactive(cli)) {
        return lu_cli_open(cli, path, NULL);
    }
    if (path == NULL) {
        return lu_args_fail(a, "this is no terminal: which case? --plain reads commands");
    }
    return lu_command_show(cli);
}

lu_err lu_command_reset_terminal(lu_cli *cli)
{
    (void)cli;
    return lu_term_reset();
}
