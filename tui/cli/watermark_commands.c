/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The blind watermark: watermark embed, commit, verify, evaluate. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"
#include "tui/cli/files.h"
#include "tui/cli/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- embed --- */

/* "A,B,C,D" */
static lu_err take_losses(const lu_args *a, lu_embed_params *p)
{
    double *weight[] = {&p->mse, &p->ssim, &p->adv, &p->host};
    const char *text = lu_args_text(a, LU_OPTION_LOSSES);
    bool good = true;

    if (text == NULL) {
        return LU_OK;
    }
    for (size_t i = 0; i < 4 && good; i++) {
        size_t len = strcspn(text, ",");
        char word[32] = "";
        memcpy(word, text, len < sizeof word - 1 ? len : 0);
        good = lu_args_parse_number(word, weight[i]) && (text[len] == ',') == (i < 3);
        text += len + (text[len] == ',');
    }
    return good ? LU_OK
                : lu_args_fail(a, "--losses %s is not four numbers A,B,C,D",
                               lu_args_text(a, LU_OPTION_LOSSES));
}

static lu_err take_params(const lu_args *a, lu_mark_options *o)
{
    lu_embed_params *p = &o->params;

    *p = lu_embed_default(lu_args_given(a, LU_OPTION_FAITHFUL));
    o->has_keys = lu_args_given(a, LU_OPTION_KEYS);
    p->keys = (size_t)lu_args_number(a, LU_OPTION_KEYS, (double)p->keys);
    p->mini = p->keys < p->mini ? p->keys : p->mini;
    p->width = (size_t)lu_args_number(a, LU_OPTION_WIDTH, (double)p->width);
    p->epochs = (size_t)lu_args_number(a, LU_OPTION_MARK_EPOCHS, (double)p->epochs);
    p->freeze = (size_t)lu_args_number(a, LU_OPTION_FREEZE, (double)p->freeze);
    p->optimiser = (lu_optimiser)lu_args_choice(a, LU_OPTION_OPTIMISER, p->optimiser);
    p->rate = lu_args_number(a, LU_OPTION_MARK_RATE, p->rate);
    p->momentum = lu_args_number(a, LU_OPTION_MOMENTUM, p->momentum);
    p->decay = lu_args_number(a, LU_OPTION_DECAY, p->decay);
    p->seed = (uint64_t)lu_args_number(a, LU_OPTION_SEED, (double)p->seed);
    if (lu_args_given(a, LU_OPTION_MOMENTUM) && p->optimiser != LU_SGD) {
        return lu_args_fail(a, "--momentum goes with --optimiser sgd");
    }
    return take_losses(a, p);
}

static double seconds_of(const lu_embed_cost *c)
{
    return (double)c->joint * c->joint_seconds + (double)c->frozen * c->frozen_seconds +
           (double)(c->joint + c->frozen) * c->frozen_seconds;
}

static lu_err print_cost(lu_cli *cli, const lu_embed_cost *c)
{
    if (cli->json) {
        LU_TRY(lu_buf_print(&cli->out, "{\"steps\": %zu, \"frozen_steps\": %zu, \"seconds\": ",
                            c->joint, c->frozen));
        LU_TRY(lu_text_number(&cli->out, seconds_of(c)));
        return lu_buf_print(&cli->out, "}\n");
    }
    return lu_buf_print(
        &cli->out,
        "about %.0f s: %zu steps of all three networks, %.1f ms each; %zu on frozen "
        "keys, %.1f ms;\nthe unmarked twin\n",
        seconds_of(c), c->joint, 1e3 * c->joint_seconds, c->frozen, 1e3 * c->frozen_seconds);
}

static lu_err print_made(const lu_mark_options *o, const lu_mark_made *m, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "wrote %s\n", o->out));
    LU_TRY(lu_buf_print(out, "  keys          %zu in %zu samples, seed %llu\n", m->keys, m->samples,
                        (unsigned long long)o->params.seed));
    LU_TRY(lu_buf_print(out, "  key accuracy  %zu of %zu   unmarked twin %zu, untrained %zu\n",
                        m->matches, m->keys, m->twin_matches, m->untrained_matches));
    LU_TRY(lu_buf_print(out, "  raw covers    %zu of %zu answered with their true label\n", m->raw,
                        m->keys));
    if (!isnan(m->clean)) {
        LU_TRY(lu_buf_print(out, "  test accuracy %.4f   unmarked twin %.4f\n", m->clean,
                            m->twin_clean));
    }
    LU_TRY(lu_buf_print(out, "  difference    SSIM %.4f, PSNR %.1f dB, mean %.1f, most %u levels\n",
                        m->ssim, m->psnr, m->mean_difference, m->max_difference));
    LU_TRY(lu_buf_print(out, "  host sha256   %s\n", m->host.hex));
    return lu_buf_print(out, "Before a suspect is looked at: lineup watermark commit %s\n", o->out);
}

static lu_err print_made_json(const lu_mark_options *o, const lu_mark_made *m, lu_buf *out)
{
    const struct {
        const char *name;
        double value;
    } figure[] = {{"samples", (double)m->samples},
                  {"keys", (double)m->keys},
                  {"classes", (double)m->classes},
                  {"seed", (double)o->params.seed},
                  {"key_matches", (double)m->matches},
                  {"twin_matches", (double)m->twin_matches},
                  {"untrained_matches", (double)m->untrained_matches},
                  {"raw_covers_true", (double)m->raw},
                  {"clean", m->clean},
                  {"twin_clean", m->twin_clean},
                  {"ssim", m->ssim},
                  {"psnr", m->psnr},
                  {"mean_difference", m->mean_difference},
                  {"max_difference", m->max_difference}};

    LU_TRY(lu_buf_print(out, "{\"bundle\": "));
    LU_TRY(lu_text_json(out, o->out));
    for (size_t i = 0; i < sizeof figure / sizeof *figure; i++) {
        LU_TRY(lu_buf_print(out, ", \"%s\": ", figure[i].name));
        LU_TRY(lu_text_number(out, figure[i].value));
    }
    return lu_buf_print(out, ", \"host_sha256\": \"%s\", \"commitment\": \"%s\"}\n", m->host.hex,
                        m->commitment.hex);
}

lu_err lu_command_watermark_embed(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_mark_options o = {
        .cfg = lu_args_text(a, LU_OPTION_CFG),
        .parent = lu_args_text(a, LU_OPTION_PARENT),
        .data = lu_args_text(a, LU_OPTION_DATA),
        .test = lu_args_text(a, LU_OPTION_TEST),
        .logo = lu_args_text(a, LU_OPTION_LOGO),
        .secret = lu_args_text(a, LU_OPTION_SECRET),
        .out = lu_args_text(a, LU_OPTION_BUNDLE),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
    };
    lu_mark_made made;
    lu_embed_cost cost;

    LU_TRY(take_params(a, &o));
    if (lu_args_given(a, LU_OPTION_COST)) {
        LU_TRY(lu_mark_cost(&o, &cost));
        return print_cost(cli, &cost);
    }
    LU_TRY(lu_mark_embed(&o, cli->job, &made));
    if (cli->json) {
        return print_made_json(&o, &made, &cli->out);
    }
    return cli->quiet ? LU_OK : print_made(&o, &made, &cli->out);
}

/* --- commit --- */

lu_err lu_command_watermark_commit(lu_cli *cli)
{
    const char *bundle = cli->args.word[0];
    lu_commit_result r;

    LU_TRY(lu_mark_commit(bundle, &r));
    if (cli->json) {
        LU_TRY(lu_buf_print(&cli->out, "{\"bundle\": "));
        LU_TRY(lu_text_json(&cli->out, bundle));
        return lu_buf_print(&cli->out, ", \"seal\": \"%s\", \"files\": %zu, \"at\": \"%s\"}\n",
                            r.seal.hex, r.files, r.at);
    }
    LU_TRY(lu_buf_print(&cli->out, "%s %s: %zu files\n",
                        r.already ? "committed before, unchanged since" : "committed", r.at,
                        r.files));
    LU_TRY(lu_buf_print(&cli->out, "%s  manifest-sha256.txt\n", r.seal.hex));
    if (r.stamped_at[0]) {
        return lu_buf_print(&cli->out, "stamped %s by commitment.tsr\n", r.stamped_at);
    }
    return r.already ? LU_OK
                     : lu_buf_print(&cli->out, "Have commitment.tsq time-stamped and put the "
                                               "response beside it as commitment.tsr.\n");
}

/* --- verify --- */

static lu_err print_tried(const lu_mark_tried *t, lu_buf *out)
{
    const lu_mark_evidence *e = &t->evidence;

    return lu_buf_print(out, "%-10s%5zu of %zu  %5.1f %% [%5.1f, %5.1f]  p %-9.2g%s%s\n", t->name,
                        e->rate.k, e->rate.n, 100.0 * (double)e->rate.k / (double)e->rate.n,
                        100 * e->rate.low, 100 * e->rate.high, e->p,
                        e->detected ? "detected" : "not detected", e->intact ? ", intact" : "");
}

static lu_err print_beside(const lu_mark_report *r, lu_buf *out)
{
    const lu_mark_tried *s = &r->tried[LU_TRIED_SUSPECT];
    const lu_mark_evidence *e = &s->evidence;
    size_t n = e->rate.n;

    LU_TRY(lu_buf_print(out, "\nBeside it, of the suspect:\n"));
    LU_TRY(lu_buf_print(out, "  decoy secrets   best %zu, mean %.1f of %zu   p %.2g\n",
                        e->decoy_most, e->decoy_mean, n, e->decoy_p));
    LU_TRY(lu_buf_print(out, "  labels shuffled best %zu of %zu   p %.2g\n", e->permuted_most, n,
                        e->permuted_p));
    LU_TRY(lu_buf_print(out, "  raw covers      %zu with the key label, %zu with the true one\n",
                        s->raw_key, s->raw_true));
    LU_TRY(lu_buf_print(out, "  other logos     best %zu, mean %.1f, black %zu of %zu   p %.2g\n",
                        s->other_most, s->other_mean, s->blank, n, s->other_p));
    if (!isnan(s->accuracy)) {
        LU_TRY(lu_buf_print(out, "  clean samples   %.2f %% right\n", 100 * s->accuracy));
    }
    return LU_OK;
}

static lu_err print_report(const lu_mark_report *r, lu_buf *out)
{
    const lu_mark_evidence *e = &r->tried[LU_TRIED_SUSPECT].evidence;

    LU_TRY(lu_buf_print(out, "%s, committed %s%s%s\n%s  manifest-sha256.txt\n\n",
                        r->model[0] ? r->model : r->bundle.path, r->bundle.sealed_at,
                        r->bundle.stamped_at[0] ? ", stamped " : "", r->bundle.stamped_at,
                        r->bundle.seal.hex));
    for (size_t i = 0; i < LU_TRIED; i++) {
        LU_TRY(print_tried(&r->tried[i], out));
    }
    LU_TRY(lu_buf_print(out, "By luck 1 in %zu matches; %zu are needed.\n", e->classes, e->needed));
    LU_TRY(print_beside(r, out));
    if (r->verdict == LU_MARK_INVALID) {
        return lu_buf_print(out, "\nThe run is invalid: %s.\n", r->reason);
    }
    return lu_buf_print(out, "\nThe suspect %s.\n",
                        r->verdict == LU_MARK_FOUND ? "carries the mark"
                                                    : "does not show the mark");
}

static lu_mark_verify_options verify_options(const lu_args *a)
{
    lu_mark_verify_options o = {
        .bundle = a->word[0],
        .test = lu_args_text(a, LU_OPTION_TEST),
        .logos = (size_t)lu_args_number(a, LU_OPTION_LOGOS, LU_MARK_LOGOS),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
        .params = lu_verify_default(),
    };

    o.params.alpha = lu_args_number(a, LU_OPTION_ALPHA, o.params.alpha);
    o.params.intact = lu_args_number(a, LU_OPTION_INTACT, o.params.intact);
    o.params.decoys = (size_t)lu_args_number(a, LU_OPTION_DECOYS, (double)o.params.decoys);
    o.params.seed = (uint64_t)lu_args_number(a, LU_OPTION_SEED, (double)o.params.seed);
    return o;
}

static lu_err verify_one(lu_cli *cli)
{
    lu_mark_verify_options o = verify_options(&cli->args);
    lu_pair suspect;
    lu_mark_report r;
    lu_err err;

    LU_TRY(lu_args_pair(&cli->args, LU_OPTION_SUSPECT, &suspect));
    o.cfg = suspect.cfg;
    o.weights = suspect.weights;
    err = lu_mark_verify_run(&o, cli->job, &r);
    if (!err) {
        err = cli->json ? lu_mark_report_json(&r, &cli->out) : print_report(&r, &cli->out);
        lu_mark_report_fini(&r);
    }
    free(suspect.cfg);
    return err;
}

/* --- verify, in a case --- */

static lu_err print_kept(const lu_kept_marks *m, bool json, lu_buf *out)
{
    LU_TRY(json ? lu_buf_print(out, "{\"watermarks\": [") : LU_OK);
    for (size_t i = 0; i < m->n; i++) {
        LU_TRY(json && i ? lu_buf_print(out, ", ") : LU_OK);
        LU_TRY(json ? lu_mark_report_json(&m->report[i], out) : print_report(&m->report[i], out));
        while (json && out->len && out->data[out->len - 1] == '\n') {
            out->len--;
        }
        LU_TRY(json ? LU_OK : lu_buf_print(out, i + 1 < m->n ? "\n" : ""));
    }
    return json ? lu_buf_print(out, "]}\n") : LU_OK;
}

static lu_err verify_in_case(lu_cli *cli)
{
    lu_mark_verify_options o = verify_options(&cli->args);
    lu_kept_marks kept = {0};
    lu_case *c;
    lu_err err;

    LU_TRY(lu_case_open(lu_args_text(&cli->args, LU_OPTION_IN_CASE), LU_CASE_WRITE, &c));
    err = lu_case_mark(c, &o, cli->job);
    if (!err) {
        err = lu_case_marks(c, &kept);
    }
    if (!err) {
        err = print_kept(&kept, cli->json, &cli->out);
    }
    lu_kept_marks_fini(&kept);
    lu_case_close(&c);
    return err;
}

lu_err lu_command_watermark_verify(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    bool suspect = lu_args_given(a, LU_OPTION_SUSPECT),
         in_case = lu_args_given(a, LU_OPTION_IN_CASE);

    if (suspect == in_case) {
        return lu_args_fail(a, "give either --suspect CFG:WEIGHTS or --case CASE");
    }
    if (in_case && lu_args_given(a, LU_OPTION_TEST)) {
        return lu_args_fail(a, "--test goes with --suspect: a case has samples of its own");
    }
    return in_case ? verify_in_case(cli) : verify_one(cli);
}

/* --- sheet --- */

static lu_err print_sheet(const lu_cli *cli, const lu_sheet_options *o, const lu_sheet_made *m,
                          lu_buf *out)
{
    if (cli->json) {
        LU_TRY(lu_buf_print(out, "{\"out\": "));
        LU_TRY(lu_text_json(out, o->out));
        LU_TRY(
            lu_buf_print(out, ", \"keys\": %zu, \"shown\": %zu, \"matches\": ", m->keys, m->shown));
        LU_TRY(lu_text_number(out, o->cfg ? (double)m->matches : NAN));
        LU_TRY(lu_buf_print(out, ", \"p\": "));
        LU_TRY(lu_text_number(out, m->p));
        return lu_buf_print(out, "}\n");
    }
    if (cli->quiet) {
        return LU_OK;
    }
    LU_TRY(lu_buf_print(out, "wrote %s: %zu of %zu keys, sheet.png, sheet.svg, sheet.pdf\n", o->out,
                        m->shown, m->keys));
    return o->cfg ? lu_buf_print(out, "%s gives %zu of %zu the expected label, p %.2g\n", o->name,
                                 m->matches, m->keys, m->p)
                  : LU_OK;
}

static lu_err take_suspect(const lu_args *a, lu_sheet_options *o, lu_pair *suspect)
{
    const char *slash;

    if (!lu_args_given(a, LU_OPTION_SUSPECT)) {
        return o->only == LU_KEYS_ALL ? LU_OK : lu_args_fail(a, "--only goes with --suspect");
    }
    LU_TRY(lu_args_pair(a, LU_OPTION_SUSPECT, suspect));
    o->cfg = suspect->cfg;
    o->weights = suspect->weights;
    slash = strrchr(o->weights, '/');
    o->name = lu_args_given(a, LU_OPTION_NAME) ? lu_args_text(a, LU_OPTION_NAME)
              : slash                          ? slash + 1
                                               : o->weights;
    return LU_OK;
}

lu_err lu_command_watermark_sheet(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_sheet_options o = {
        .bundle = a->word[0],
        .out = lu_args_text(a, LU_OPTION_SHEET),
        .only = (lu_keys_only)lu_args_choice(a, LU_OPTION_ONLY, LU_KEYS_ALL),
        .gain = (unsigned)lu_args_number(a, LU_OPTION_GAIN, 5),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
    };
    lu_pair suspect = {0};
    lu_sheet_made made;
    lu_err err;

    LU_TRY(take_suspect(a, &o, &suspect));
    err = lu_mark_sheet(&o, cli->job, &made);
    if (!err) {
        err = print_sheet(cli, &o, &made, &cli->out);
    }
    free(suspect.cfg);
    return err;
}

/* --- evaluate --- */

lu_err lu_command_watermark_evaluate(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_eval_options o = {
        .bundle = a->word[0],
        .data = lu_args_text(a, LU_OPTION_DATA),
        .test = lu_args_text(a, LU_OPTION_TEST),
        .out = lu_args_text(a, LU_OPTION_FIGURES),
        .epochs = (size_t)lu_args_number(a, LU_OPTION_TUNE_EPOCHS, 100),
        .seed = (uint64_t)lu_args_number(a, LU_OPTION_SEED, 1),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
    };
    lu_evaluation e;
    const char *other;
    lu_err err;

    while ((other = lu_args_item(a, LU_OPTION_OTHER, o.others)) != NULL) {
        if (o.others == LU_EVAL_OTHERS) {
            return lu_args_fail(a, "--other is given more than %d times", LU_EVAL_OTHERS);
        }
        o.other[o.others++] = other;
    }
    LU_TRY(lu_mark_evaluate(&o, cli->job, &e));
    err = cli->json ? lu_evaluation_json(&e, &cli->out) : lu_evaluation_text(&e, &cli->out);
    lu_evaluation_fini(&e);
    return err;
}
