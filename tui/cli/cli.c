/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/cli.h"
#include "nets/nets.h"
#include "tui/cli/help.h"
#include "tui/cli/text.h"

#include <string.h>
#include <unistd.h>

enum { INNER_WIDTH = 78 };

lu_err lu_cli_case(const lu_cli *cli, lu_case **out)
{
    const lu_args *a = &cli->args;
    lu_err err;

    LU_TRY(lu_case_open(a->word[0], LU_CASE_WRITE, out));
    err =
        lu_case_because(*out, lu_args_text(a, LU_OPTION_REASON), lu_args_text(a, LU_OPTION_ORIGIN));
    if (err) {
        lu_case_close(out);
    }
    return err;
}

/* The command's work. An engine that fell to the signal meant for us is no finding. */
static lu_err work(lu_cli *cli)
{
    lu_err err = cli->args.command->run(cli);

    lu_progress_end(&cli->progress, err == LU_OK);
    if (err == LU_ERR_CANCELLED || (err == LU_ERR_ENGINE && lu_signals_stop())) {
        return lu_fail(LU_ERR_CANCELLED, "interrupted; finished work is kept");
    }
    return err;
}

/* True when nothing but words is wanted; they are in the output then. */
static bool tell(lu_cli *cli, lu_err *err)
{
    const lu_args *a = &cli->args;

    if (a->version) {
        *err = lu_buf_print(
            &cli->out, lu_args_given(a, LU_OPTION_JSON) ? "{\"version\": \"%s\"}\n" : "lineup %s\n",
            LU_VERSION);
    } else if (a->help) {
        *err = lu_help(a, &cli->out);
    }
    return a->version || a->help;
}

static lu_err answer(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_err err = LU_OK;

    if (tell(cli, &err)) {
        return err;
    }
    cli->json = lu_args_given(a, LU_OPTION_JSON);
    cli->quiet = lu_args_given(a, LU_OPTION_QUIET);
    if (lu_args_given(a, LU_OPTION_NO_SANDBOX)) {
        lu_engine_no_sandbox();
    }
    lu_terminal_look(lu_args_given(a, LU_OPTION_NO_COLOR), lu_args_given(a, LU_OPTION_ASCII),
                     &cli->terminal);
    lu_progress_init(&cli->progress, cli->terminal.live && !cli->quiet, cli->terminal.ascii);
    cli->job = &cli->progress.job;
    return work(cli);
}

/* What a case holds may be foreign, and JSON is looked at on terminals too. */
static lu_err make_safe(lu_cli *cli)
{
    lu_buf safe = LU_BUF_INIT;
    lu_err err = cli->json && cli->out.len ? lu_text_escape_json(&cli->out, &safe) : LU_OK;

    if (safe.len) {
        lu_buf_fini(&cli->out);
        cli->out = safe;
    }
    return err;
}

/* JSON lines, as the journal's, stay lines. */
lu_err lu_cli_print(lu_cli *cli, char *text)
{
    char *clean = lu_zalloc(strlen(text) + 1, 1);
    lu_err err = clean ? LU_OK : LU_ERR_MEMORY;

    for (char *line; !err && (line = strsep(&text, "\n")) != NULL;) {
        lu_text_clean(line, cli->terminal.ascii, clean, strlen(line) + 1);
        err = lu_text_wrap(clean, clean[0] == '{' ? SIZE_MAX : cli->terminal.width, &cli->out);
        if (!err && text != NULL) {
            err = lu_buf_print(&cli->out, "\n");
        }
    }
    free(clean);
    return err;
}

lu_err lu_cli_call(int argc, char **argv, const lu_job *job, lu_buf *out)
{
    lu_cli cli = {.inner = true, .job = job};
    lu_err err;

    LU_TRY(lu_args_parse(argc, argv, &cli.args));
    if (!tell(&cli, &err)) {
        cli.json = lu_args_given(&cli.args, LU_OPTION_JSON);
        cli.quiet = lu_args_given(&cli.args, LU_OPTION_QUIET);
        cli.terminal = (lu_terminal){.ascii = !lu_terminal_utf8(), .width = INNER_WIDTH};
        err = cli.args.command->run(&cli);
    }
    *out = cli.out;
    return err;
}

lu_err lu_cli_main(int argc, char **argv)
{
    lu_cli cli = {0};
    lu_err err;

    LU_TRY(lu_signals_catch());
    LU_TRY(lu_args_parse(argc, argv, &cli.args));
    err = answer(&cli);
    if (!err) {
        err = make_safe(&cli);
    }
    if (!err) {
        err = lu_within(lu_terminal_write(STDOUT_FILENO, cli.out.data, cli.out.len),
                        "standard output");
    }
    lu_buf_fini(&cli.out);
    return err;
}
