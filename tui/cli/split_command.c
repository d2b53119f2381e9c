/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lineup lab split */
#include "tui/cli/cli.h"

static lu_err print_json(const lu_split_options *o, const lu_split_result *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "{\"samples\": %zu, \"digest\": \"%s\", \"parts\": [", r->samples,
                        r->whole.hex));
    for (size_t k = 0; k < o->parts; k++) {
        LU_TRY(lu_buf_print(out, "%s{\"samples\": %zu, \"digest\": \"%s\"}", k ? ", " : "",
                            o->size[k], r->part[k].hex));
    }
    return lu_buf_print(out, "]}\n");
}

static lu_err print_text(const lu_split_options *o, const lu_split_result *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "%zu samples, seed %llu: %s.json says how they were split\n",
                        r->samples, (unsigned long long)o->seed, o->out));
    for (size_t k = 0; k < o->parts; k++) {
        LU_TRY(lu_buf_print(out, "%s-%zu.npz  %zu samples, %.16s...\n", o->out, k + 1, o->size[k],
                            r->part[k].hex));
    }
    return LU_OK;
}

lu_err lu_command_lab_split(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_split_options o = {
        .data = lu_args_text(a, LU_OPTION_DATA),
        .both = lu_args_given(a, LU_OPTION_BOTH),
        .out = lu_args_text(a, LU_OPTION_PREFIX),
        .seed = (uint64_t)lu_args_number(a, LU_OPTION_SEED, 1),
    };
    lu_split_result r;

    LU_TRY(lu_within(lu_split_sizes(a->word[0], &o), "SIZES"));
    LU_TRY(lu_lab_split(&o, cli->job, &r));
    if (cli->json) {
        return print_json(&o, &r, &cli->out);
    }
    return cli->quiet ? LU_OK : print_text(&o, &r, &cli->out);
}
