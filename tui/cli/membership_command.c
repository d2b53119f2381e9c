/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lineup membership */
#include "tui/cli/assign.h"
#include "tui/cli/cli.h"

static lu_err test_and_print(lu_cli *cli, lu_case *c)
{
    const lu_args *a = &cli->args;
    const lu_member_options o = {
        .jobs = (size_t)lu_args_number(a, LU_OPTION_JOBS, 0),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
    };
    lu_member_report r;
    lu_err err;

    LU_TRY(lu_member_run(c, &o, cli->job, &r));
    err = cli->json ? lu_member_json(&r, &cli->out) : lu_member_text(&r, &cli->out);
    lu_member_report_fini(&r);
    return err;
}

lu_err lu_command_membership(lu_cli *cli)
{
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(lu_cli_case(cli, &c));
    err = lu_cli_try_settings(&cli->args, c);
    if (!err) {
        err = lu_case_may_run(c);
    }
    if (!err) {
        err = lu_cli_set(&cli->args, c);
    }
    if (!err) {
        err = test_and_print(cli, c);
    }
    lu_case_close(&c);
    return err;
}
