/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks of other makers: watermark keys, watermark boundary. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"
#include "tui/cli/files.h"
#include "tui/cli/text.h"

#include <math.h>

static lu_err print_negatives(size_t n, const double *share, double p, lu_buf *out)
{
    LU_TRY(n ? lu_buf_print(out, "negatives  ") : LU_OK);
    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_buf_print(out, " %.3f", share[i]));
    }
    return n ? lu_buf_print(out, "\ncalibrated  p %.2g\n", p) : LU_OK;
}

static lu_err print_negatives_json(size_t n, const double *share, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, ", \"negatives\": ["));
    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_buf_print(out, "%s", i ? ", " : ""));
        LU_TRY(lu_text_number(out, share[i]));
    }
    return lu_buf_print(out, "]}\n");
}

/* --- keys --- */

static lu_err print_keys(const lu_keyset_options *o, const lu_keyset_result *r, lu_buf *out)
{
    const lu_rate *m = &r->trigger.rate;

    LU_TRY(lu_buf_print(out, "matches     %zu of %zu  %.1f %% [%.1f, %.1f]\n", m->k, m->n,
                        100 * (double)m->k / (double)m->n, 100 * m->low, 100 * m->high));
    if (o->null == LU_NULL_FRONTIER) {
        LU_TRY(lu_buf_print(out,
                            "mismatches  %zu; fewer than %zu are the mark: %s (p %.2g if "
                            "innocents get half right)\n",
                            r->frontier.mismatches, r->frontier.limit,
                            r->frontier.marked ? "marked" : "not marked", r->frontier.p));
    } else if (o->null != LU_NULL_MODEL) {
        LU_TRY(
            lu_buf_print(out, "by luck     1 in %.0f   p %.2g\n", 1 / r->trigger.q, r->trigger.p));
    }
    return print_negatives(r->negatives, r->negative, r->calibrated_p, out);
}

static lu_err print_keys_json(const lu_keyset_options *o, const lu_keyset_result *r, lu_buf *out)
{
    const lu_rate *m = &r->trigger.rate;
    const struct {
        const char *name;
        double value;
    } figure[] = {{"keys", (double)m->n}, {"low", m->low},     {"high", m->high},
                  {"q", r->trigger.q},    {"p", r->trigger.p}, {"calibrated_p", r->calibrated_p}};

    LU_TRY(lu_buf_print(out, "{\"matches\": %zu", m->k));
    for (size_t i = 0; i < sizeof figure / sizeof *figure; i++) {
        LU_TRY(lu_buf_print(out, ", \"%s\": ", figure[i].name));
        LU_TRY(lu_text_number(out, figure[i].value));
    }
    if (o->null == LU_NULL_FRONTIER) {
        LU_TRY(lu_buf_print(out, ", \"mismatches\": %zu, \"limit\": %zu, \"marked\": %s",
                            r->frontier.mismatches, r->frontier.limit,
                            r->frontier.marked ? "true" : "false"));
    }
    return print_negatives_json(r->negatives, r->negative, out);
}

/* --- weights --- */

static lu_err print_weights(const lu_weightmark_result *r, bool json, lu_buf *out)
{
    const lu_rate *m = &r->mark.rate;

    if (!json) {
        LU_TRY(lu_buf_print(out, "bits        %zu of %zu right  %.1f %% [%.1f, %.1f]\n", m->k, m->n,
                            100 * (double)m->k / (double)m->n, 100 * m->low, 100 * m->high));
        LU_TRY(lu_buf_print(out, "by luck     1 in 2   p %.2g\n", r->mark.p));
        return print_negatives(r->negatives, r->negative, r->calibrated_p, out);
    }
    LU_TRY(lu_buf_print(out, "{\"layer\": %zu, \"bits\": %zu, \"right\": %zu, \"ber\": ", r->layer,
                        m->n, m->k));
    LU_TRY(lu_text_number(out, r->mark.ber));
    LU_TRY(lu_buf_print(out, ", \"p\": "));
    LU_TRY(lu_text_number(out, r->mark.p));
    LU_TRY(lu_buf_print(out, ", \"calibrated_p\": "));
    LU_TRY(lu_text_number(out, r->calibrated_p));
    return print_negatives_json(r->negatives, r->negative, out);
}

/* --- whose files --- */

/* Those named by --suspect and --negative, to be freed after a failure too. */
typedef struct named {
    lu_pair suspect, negative[LU_KEYSET_NEGATIVES];
} named;

static lu_err take_files(const lu_args *a, named *n, lu_marked_files *f)
{
    LU_TRY(lu_args_pair(a, LU_OPTION_SUSPECT, &n->suspect));
    f->cfg = n->suspect.cfg;
    f->weights = n->suspect.weights;
    for (size_t i = 0; lu_args_item(a, LU_OPTION_NEGATIVE, i) != NULL; i++) {
        if (i == LU_KEYSET_NEGATIVES) {
            return lu_args_fail(a, "--negative is given more than %d times", LU_KEYSET_NEGATIVES);
        }
        LU_TRY(lu_args_pair_item(a, LU_OPTION_NEGATIVE, i, &n->negative[i]));
        f->negative_cfg[i] = n->negative[i].cfg;
        f->negative_weights[i] = n->negative[i].weights;
        f->negatives++;
    }
    return LU_OK;
}

static void free_files(named *n)
{
    free(n->suspect.cfg);
    for (size_t i = 0; i < LU_KEYSET_NEGATIVES; i++) {
        free(n->negative[i].cfg);
    }
}

/* --- the commands --- */

lu_err lu_command_watermark_keys(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_keyset_options o = {
        .keys = a->word[0],
        .null = (lu_keyset_null)lu_args_choice(a, LU_OPTION_NULL_OF, LU_NULL_ANY),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
    };
    named names = {0};
    lu_keyset_result r;
    lu_err err = take_files(a, &names, &o.files);

    if (!err) {
        err = lu_keyset_verify(&o, cli->job, &r);
    }
    if (!err) {
        err = cli->json ? print_keys_json(&o, &r, &cli->out) : print_keys(&o, &r, &cli->out);
    }
    free_files(&names);
    return err;
}

lu_err lu_command_watermark_weights(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_weightmark_options o = {
        .mark = a->word[0],
        .layer = lu_args_given(a, LU_OPTION_MARK_LAYER)
                     ? (int)lu_args_number(a, LU_OPTION_MARK_LAYER, 0)
                     : -1,
    };
    named names = {0};
    lu_weightmark_result r;
    lu_err err = take_files(a, &names, &o.files);

    if (!err) {
        err = lu_weightmark_verify(&o, cli->job, &r);
    }
    if (!err) {
        err = print_weights(&r, cli->json, &cli->out);
    }
    free_files(&names);
    return err;
}

/* --- boundary --- */

lu_err lu_command_watermark_boundary(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_boundary_options o = {
        .data = lu_args_text(a, LU_OPTION_DATA),
        .out = lu_args_text(a, LU_OPTION_KEY_FILE),
        .keys = (size_t)lu_args_number(a, LU_OPTION_POINTS, 100),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
        .params = lu_ipguard_default(),
    };
    lu_pair victim;
    size_t made = 0;
    lu_err err;

    o.params.seed = (uint64_t)lu_args_number(a, LU_OPTION_SEED, (double)o.params.seed);
    LU_TRY(lu_args_pair(a, LU_OPTION_VICTIM, &victim));
    o.cfg = victim.cfg;
    o.weights = victim.weights;
    err = lu_boundary_make(&o, cli->job, &made);
    free(victim.cfg);
    LU_TRY(err);
    if (!cli->json) {
        return cli->quiet
                   ? LU_OK
                   : lu_buf_print(&cli->out, "wrote %s: %zu points at the boundary\n", o.out, made);
    }
    LU_TRY(lu_buf_print(&cli->out, "{\"keys\": %zu, \"out\": ", made));
    LU_TRY(lu_text_json(&cli->out, o.out));
    return lu_buf_print(&cli->out, "}\n");
}
