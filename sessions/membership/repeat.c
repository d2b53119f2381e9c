/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored evidence, computed again from the models and samples of the case. */
#include "sessions/membership/internal.h"

#include <string.h>

/* The journal's record of this id; NULL when there is none, and nothing to hold anything against.
 */
static const lu_recorded *find(const lu_case *c, const lu_sha256 *id)
{
    for (size_t i = 0; i < c->results; i++) {
        if (strcmp(c->result[i].id.hex, id->hex) == 0 && lu_repeat_meant(c, i, "membership")) {
            return &c->result[i];
        }
    }
    return NULL;
}

/* Under other numerics most values agree as scores do. Hundreds of thousands of trees are cut where
   two distances are compared, and a few are too near to each other: what counts such decisions may
   be some counts off (measured: one in 200000 decisions, AVX-512 against generic), more where a p
   follows from few. Losses of a ruined network are differences of thousands (measured: 2.6e-5). */
#define COUNTED 0.02
#define OF_FEW 0.1
#define LOSSES 1e-4

static lu_repeat_how how_of(const lu_member_work *w)
{
    static const lu_repeat_rule rules[] = {{"member_accuracy", COUNTED, false},
                                           {"other_accuracy", COUNTED, false},
                                           {"accuracy", COUNTED, false},
                                           {"acc_r_opt", COUNTED, false},
                                           {"average", COUNTED, false},
                                           {"permuted", COUNTED, false},
                                           {"rho", COUNTED, false},
                                           {"best_rho", COUNTED, false},
                                           {"low", COUNTED, false},
                                           {"high", COUNTED, false},
                                           {"negative_share", COUNTED, false},
                                           {"tie_share", COUNTED, false},
                                           {"p", COUNTED, true},
                                           {"mean_gap_p", COUNTED, true},
                                           {"loss_gap_p", COUNTED, true},
                                           {"best_p", OF_FEW, false},
                                           {"p_holm", OF_FEW, false},
                                           {"nominal_p", OF_FEW, false},
                                           {"chance_p", OF_FEW, false},
                                           {"shift_p", COUNTED, true},
                                           {"loss_gap", LOSSES, false}};

    return (lu_repeat_how){.same_numerics = strcmp(w->r->tag, w->r->here) == 0,
                           .rule = rules,
                           .rules = sizeof rules / sizeof *rules,
                           .alpha = w->out->params.alpha};
}

static lu_err repeat_shift(lu_member_work *w, lu_repeated *out)
{
    const lu_repeat_how how = how_of(w);
    const lu_recorded *stored;
    lu_buf fresh = LU_BUF_INIT;
    lu_sha256 id;
    lu_err err;

    LU_TRY(lu_member_samples_id(w, &id));
    stored = find(w->r->c, &id);
    if (stored == NULL) {
        return LU_OK;
    }
    LU_TRY(lu_member_compute_shift(w));
    err = lu_member_write_shift(w->out->shift_p, &fresh);
    if (!err) {
        err = lu_repeat_compare(w->r->c, stored, "the samples", &fresh, &how, out);
    }
    lu_buf_fini(&fresh);
    return err;
}

static lu_err repeat_model(lu_member_work *w, lu_member_model *m, lu_repeated *out)
{
    const lu_repeat_how how = how_of(w);
    const lu_recorded *stored = find(w->r->c, &m->id);
    lu_buf fresh = LU_BUF_INIT;
    lu_err err;

    if (stored == NULL) {
        return LU_OK;
    }
    LU_TRY(lu_member_compute(w, m));
    err = lu_member_write(m, &w->out->params, &fresh);
    if (!err) {
        err = lu_repeat_compare(w->r->c, stored, m->name, &fresh, &how, out);
    }
    lu_buf_fini(&fresh);
    return err;
}

/* Two items with the same files share their evidence. */
static bool had(const lu_member_work *w)
{
    for (size_t i = 0; i < w->at; i++) {
        if (strcmp(w->out->model[i].id.hex, w->out->model[w->at].id.hex) == 0) {
            return true;
        }
    }
    return false;
}

static lu_err repeat_all(lu_member_work *w, lu_repeated *out)
{
    LU_TRY(repeat_shift(w, out));
    LU_TRY(lu_member_models(w));
    for (w->at = 0; w->at < w->out->models; w->at++) {
        lu_member_model *m = &w->out->model[w->at];
        LU_TRY(had(w) ? LU_OK : lu_within(repeat_model(w, m, out), "%s", m->name));
    }
    return LU_OK;
}

/* Everything that bears this tag. */
static lu_err repeat_under(lu_case *c, const char *numerics, size_t jobs, const lu_job *job,
                           lu_repeated *out)
{
    const lu_run_options options = {
        .jobs = jobs, .reference = lu_repeat_reference(numerics), .numerics = numerics};
    lu_member_report report = {0};
    lu_result counts = {0};
    lu_member_work w;
    lu_run r;
    lu_err err = lu_run_start(&r, c, &options, job, &counts);

    if (!err) {
        lu_member_start(&w, &r, job, &report);
        err = repeat_all(&w, out);
    }
    lu_run_fini(&r);
    lu_member_report_fini(&report);
    return err;
}

static bool is_ours(const lu_recorded *r)
{
    return strcmp(r->stage, "membership") == 0;
}

/* Is it the first result with its tag? */
static bool new_tag(const lu_recorded *first, const lu_recorded *r)
{
    while (first < r && (!is_ours(first) || strcmp(first->engine, r->engine) != 0)) {
        first++;
    }
    return is_ours(r) && first == r;
}

lu_err lu_member_repeat(lu_case *c, size_t jobs, const lu_job *job, lu_repeated *out)
{
    *out = (lu_repeated){.recorded = lu_repeat_count(c, "membership")};
    for (size_t i = 0; i < c->results; i++) {
        if (new_tag(c->result, &c->result[i])) {
            LU_TRY(repeat_under(c, c->result[i].engine, jobs, job, out));
        }
    }
    return lu_repeat_end(out, "membership");
}
