/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `methods`: the field as a map, and the way through it. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"

static lu_err ask_of(const lu_args *a, lu_schemes_ask *ask)
{
    const char *have = lu_args_text(a, LU_OPTION_HAVE);

    *ask = (lu_schemes_ask){
        .access = (lu_access)lu_args_choice(a, LU_OPTION_ACCESS, LU_ACCESS_WEIGHTS),
        .held = have != NULL,
        .reached = lu_args_given(a, LU_OPTION_ACCESS) || have != NULL,
        .text = a->words ? a->word[0] : NULL,
    };
    return have ? lu_holdings_parse(have, &ask->have) : LU_OK;
}

static bool any(const lu_schemes_ask *ask)
{
    for (size_t i = 0; i < lu_scheme_count; i++) {
        if (lu_schemes_has(ask, &lu_schemes[i])) {
            return true;
        }
    }
    return false;
}

lu_err lu_command_methods(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_buf text = LU_BUF_INIT;
    lu_schemes_ask ask;
    lu_err err = ask_of(a, &ask);

    if (err) {
        return lu_args_fail(a,
                            "%s; --have takes victim, samples, members, negatives, positives, "
                            "keys, secret, bits, extractor, passport, log",
                            lu_error_what());
    }
    if (!any(&ask)) {
        return lu_args_fail(a, "no method has '%s' among its words", ask.text);
    }
    if (cli->json) {
        return lu_schemes_json(&ask, &cli->out);
    }
    err = lu_schemes_text(&ask, &text);
    if (!err) {
        err = lu_cli_print(cli, (char *)text.data);
    }
    lu_buf_fini(&text);
    return err;
}
