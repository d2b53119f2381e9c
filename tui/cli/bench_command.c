/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"

lu_err lu_command_bench(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_bench_options o = {.names = a->words, .name = a->word};
    lu_bench_result result;

    o.jobs = (size_t)lu_args_number(a, LU_OPTION_JOBS, 0);
    o.seconds = lu_args_number(a, LU_OPTION_SECONDS, 0.5);
    o.batch = (size_t)lu_args_number(a, LU_OPTION_IMAGES, 0);
    o.only_fast = lu_args_given(a, LU_OPTION_ONLY_FAST);
    LU_TRY(lu_bench_all(&o, cli->job, &result));
    return cli->json ? lu_bench_json(&result, &cli->out) : lu_bench_text(&result, &cli->out);
}
