/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that end in verdicts: run, demo. */
#include "sessions/sessions.h"
#include "tui/cli/assign.h"
#include "tui/cli/cli.h"

#include <stdio.h>

enum { PATH_BYTES = 4096 };

/* Runs the open case as the options say and prints what was found. */
static lu_err run_and_print(lu_cli *cli, lu_case *c)
{
    const lu_args *a = &cli->args;
    lu_run_options o = {
        .until = (lu_stage)lu_args_choice(a, LU_OPTION_UNTIL, LU_STAGE_JUDGEMENT),
        .jobs = (size_t)lu_args_number(a, LU_OPTION_JOBS, 0),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
    };
    lu_result result = {0};
    lu_err err;

    LU_TRY(lu_case_run(c, &o, cli->job, &result));
    err = cli->json ? lu_result_json(&result, &cli->out)
                    : lu_result_text(&result, cli->terminal.width, cli->terminal.colour,
                                     cli->terminal.ascii, &cli->out);
    lu_result_fini(&result);
    return err;
}

lu_err lu_command_run(lu_cli *cli)
{
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(lu_cli_case(cli, &c));
    err = lu_cli_try_settings(&cli->args, c);
    if (!err) {
        err = lu_case_may_run(c); /* a run that is refused changes nothing */
    }
    if (!err) {
        err = lu_cli_set(&cli->args, c);
    }
    if (!err) {
        err = run_and_print(cli, c);
    }
    lu_case_close(&c);
    return err;
}

static lu_err demo_path(const lu_args *a, char *out, size_t size)
{
    int len;

    if (a->words == 0) {
        return lu_demo_path(out, size);
    }
    len = snprintf(out, size, "%s", a->word[0]);
    return len >= 0 && (size_t)len < size ? LU_OK : lu_fail(LU_ERR_INPUT, "the path is too long");
}

/* As asked, else as the demo case that is there was made, else the usual one. */
static uint64_t demo_seed(const lu_args *a, const char *path)
{
    lu_params preset;
    lu_case *c = NULL;
    double seed;

    lu_params_default(&preset);
    seed = preset.seed;
    if (lu_case_open(path, LU_CASE_READ, &c) == LU_OK) {
        seed = c->params.seed;
    }
    lu_case_close(&c);
    return (uint64_t)lu_args_number(a, LU_OPTION_SEED, seed);
}

/* Have the verdicts been stored? */
static lu_err is_judged(lu_cli *cli, lu_case *c, bool *out)
{
    lu_look look;

    LU_TRY(lu_case_look(c, lu_args_choice(&cli->args, LU_OPTION_ENGINE, 0) == 1, cli->job, &look));
    *out = look.any && look.result.reached == LU_STAGE_JUDGEMENT && look.result.models > 0;
    lu_look_fini(&look);
    return LU_OK;
}

/* A tour is of a case that has been run; else the run can be watched. */
static lu_err open_demo(lu_cli *cli, lu_case **c, const char *path)
{
    bool tour = lu_args_given(&cli->args, LU_OPTION_TOUR), judged;
    lu_result result;

    LU_TRY(is_judged(cli, *c, &judged));
    if (tour && !judged) {
        const lu_run_options o = {.until = LU_STAGE_JUDGEMENT};
        LU_TRY(lu_case_run(*c, &o, cli->job, &result));
        lu_result_fini(&result);
    }
    lu_case_close(c);
    lu_progress_end(&cli->progress, true);
    return lu_cli_open(cli, path, tour ? "tour" : judged ? NULL : "run");
}

/* Made, then shown: to the end in lines, or on the screen, where the run can be watched. */
static lu_err show_demo(lu_cli *cli, lu_case **c, const char *path)
{
    const lu_args *a = &cli->args;
    bool lines = lu_args_given(a, LU_OPTION_PLAIN) || lu_args_given(a, LU_OPTION_SCRIPT);

    if (lines || (lu_cli_interactive(cli) && !lu_args_given(a, LU_OPTION_HEADLESS))) {
        return open_demo(cli, c, path);
    }
    LU_TRY(run_and_print(cli, *c));
    return cli->json || cli->quiet ? LU_OK : lu_buf_print(&cli->out, "\nThe case is %s\n", path);
}

lu_err lu_command_demo(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    char path[PATH_BYTES];
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(demo_path(a, path, sizeof path));
    LU_TRY(lu_demo_make(path, demo_seed(a, path), (size_t)lu_args_number(a, LU_OPTION_JOBS, 0),
                        cli->job, &c));
    err = show_demo(cli, &c, path);
    lu_case_close(&c);
    return err;
}
