/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"

#include <unistd.h>

/* A table grows line by line; the workbench takes it as a whole. */
static lu_err put_out(lu_cli *cli)
{
    lu_err err = LU_OK;

    if (!cli->inner) {
        lu_progress_end(&cli->progress, false);
        err = lu_within(lu_terminal_write(STDOUT_FILENO, cli->out.data, cli->out.len),
                        "standard output");
        lu_buf_fini(&cli->out);
    }
    return err;
}

static lu_err tell(void *context, const lu_bench_result *r)
{
    lu_cli *cli = context;

    LU_TRY(r->rows ? lu_bench_row_text(r, r->rows - 1, &cli->out)
                   : lu_bench_head_text(r, &cli->out));
    return put_out(cli);
}

lu_err lu_command_bench(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_bench_options o = {.names = a->words, .name = a->word};
    lu_bench_result result;

    o.jobs = (size_t)lu_args_number(a, LU_OPTION_JOBS, 0);
    o.seconds = lu_args_number(a, LU_OPTION_SECONDS, 0.5);
    o.batch = (size_t)lu_args_number(a, LU_OPTION_IMAGES, 0);
    o.only_fast = lu_args_given(a, LU_OPTION_ONLY_FAST);
    o.tell = cli->json ? NULL : tell;
    o.context = cli;
    LU_TRY(lu_bench_all(&o, cli->job, &result));
    return cli->json ? lu_bench_json(&result, &cli->out) : lu_bench_fit_text(&result, &cli->out);
}
