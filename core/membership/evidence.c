/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/membership/evidence.h"
#include "core/base/mem.h"
#include "core/membership/companions.h"
#include "core/stats/binomial.h"
#include "core/stats/holm.h"
#include "core/stats/student.h"
#include "core/watermark/verify.h"

#include <math.h>
#include <string.h>

/* What one class gives under every permutation, and their sums over the classes. */
typedef struct nulls {
    size_t n;
    double *accuracy, *mean_gap, *loss_gap; /* of the class at work; n each */
    double *best, *all_mean_gaps, *all_loss_gaps;
} nulls;

typedef struct test {
    const lu_member_sets *sets;
    const lu_member_params *params;
    const lu_job *job;
    const char *what;
    lu_member_evidence *out;
    lu_pmi *pmi;
    lu_rng *rng;
    nulls null;
    lu_pmi_tally tally;
    double loss_error; /* squared, summed over the classes */
    lu_moments losses; /* of all samples */
} test;

lu_member_params lu_member_default(void)
{
    return (lu_member_params){
        .pmi = lu_pmi_default(), .permutations = 999, .alpha = 0.01, .seed = 1};
}

/* --- sizes --- */

static size_t count_of(const int32_t *labels, size_t n, size_t label)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        k += (size_t)labels[i] == label;
    }
    return k;
}

static int by_size(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return x < y ? -1 : x > y;
}

size_t lu_member_fit(const int32_t *members, size_t n_members, const int32_t *others,
                     size_t n_others, size_t classes, size_t sets, size_t wanted)
{
    size_t fit = 0, n = 0, *most = lu_zalloc(classes, sizeof *most);

    for (size_t r = 0; r < classes && most != NULL; r++) {
        size_t p = count_of(members, n_members, r), q = count_of(others, n_others, r) / (sets - 1);
        size_t least = p < q ? p : q;
        if (least >= 2) {
            most[n++] = least;
        }
    }
    if (n > 0) {
        qsort(most, n, sizeof *most, by_size);
        for (size_t i = n; i-- > 0 && 2 * most[i] >= most[n / 2];) {
            fit = most[i];
        }
    }
    free(most);
    return fit < wanted ? fit : wanted;
}

/* --- quantiles --- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* The value that has to be exceeded for (1 + #{null >= value})/(1 + n) <= alpha, in sorted nulls;
   INFINITY when n are too few for that. */
static double bar(const double *sorted, size_t n, double alpha)
{
    size_t k = (size_t)floor(alpha * (double)(n + 1) * (1 + 1e-12));

    return k == 0 ? INFINITY : sorted[n - (k < n ? k : n)];
}

/* --- one class --- */

static double accuracy_of(test *t, lu_pools *p, lu_pmi_tally *tally)
{
    *tally = (lu_pmi_tally){0};
    lu_pmi_rate(t->pmi, p, t->rng, tally);
    return tally->credit / (double)tally->repetitions;
}

/* Draws of class r under permutation b; b = 0: the true pools. The same for every network. */
static lu_err stream(test *t, size_t r, size_t b)
{
    return lu_rng_restart(t->rng, t->params->seed, "membership", ((uint64_t)r << 32) | b);
}

static lu_err observe(test *t, lu_pools *p, size_t r)
{
    lu_member_class *c = &t->out->class[r];
    lu_pmi_tally tally;

    LU_TRY(stream(t, r, 0));
    c->accuracy = accuracy_of(t, p, &tally);
    c->nominal = lu_binomial_tail(tally.repetitions, (size_t)floor(tally.credit + 1e-9),
                                  1 / (double)t->params->pmi.sets);
    t->tally.repetitions += tally.repetitions;
    t->tally.pairs += tally.pairs;
    t->tally.negative += tally.negative;
    t->tally.ties += tally.ties;
    c->loss_gap = lu_pools_loss_gap(p);
    t->loss_error += lu_pools_loss_error(p);
    for (size_t i = 0; i < p->members + p->others; i++) {
        lu_moments_add(&t->losses, p->loss[i]);
    }
    return LU_OK;
}

static lu_err permute(test *t, lu_pools *p, size_t r)
{
    size_t n = t->null.n, all = n * t->out->classes;
    lu_pmi_tally tally;

    for (size_t b = 0; b < n; b++) {
        LU_TRY(lu_job_at(t->job, t->what, (double)(r * n + b), (double)all));
        LU_TRY(stream(t, r, b + 1));
        lu_pools_true(p);
        lu_pools_deal(p, t->rng);
        t->null.accuracy[b] = accuracy_of(t, p, &tally);
        t->null.mean_gap[b] = lu_pools_mean_gap(p);
        t->null.loss_gap[b] = lu_pools_loss_gap(p);
    }
    return LU_OK;
}

/* Class r is done: its p values, and what it adds to the sums. */
static void conclude_class(test *t, size_t r, double mean_gap)
{
    lu_member_class *c = &t->out->class[r];
    nulls *null = &t->null;

    c->p = c->p_holm = lu_decoy_p(c->accuracy, null->accuracy, null->n);
    c->mean_gap_p = lu_decoy_p(mean_gap, null->mean_gap, null->n);
    c->loss_gap_p = lu_decoy_p(c->loss_gap, null->loss_gap, null->n);
    t->out->average += c->accuracy;
    t->out->mean_gap += mean_gap;
    t->out->loss_gap += c->loss_gap;
    for (size_t b = 0; b < null->n; b++) {
        t->out->permuted[b] += null->accuracy[b];
        null->best[b] = fmax(null->best[b], null->accuracy[b]);
        null->all_mean_gaps[b] += null->mean_gap[b];
        null->all_loss_gaps[b] += null->loss_gap[b];
    }
    if (null->n == 0) {
        return;
    }
    qsort(null->accuracy, null->n, sizeof *null->accuracy, by_value);
    c->low = null->accuracy[(size_t)(0.025 * (double)null->n)];
    c->high = null->accuracy[null->n - 1 - (size_t)(0.025 * (double)null->n)];
    c->rho = bar(null->accuracy, null->n, t->params->alpha) - 1 / (double)t->params->pmi.sets;
}

static lu_err test_pools(test *t, lu_pools *p, size_t r)
{
    lu_member_class *c = &t->out->class[r];
    double mean_gap;

    c->members = p->members;
    c->others = p->others;
    c->tested = lu_pmi_fits(p, &t->params->pmi);
    if (!c->tested) {
        return LU_OK;
    }
    t->out->tested++;
    mean_gap = lu_pools_mean_gap(p);
    LU_TRY(observe(t, p, r));
    LU_TRY(permute(t, p, r));
    conclude_class(t, r, mean_gap);
    return LU_OK;
}

static lu_err pools_of_class(const test *t, size_t r, lu_pools *p)
{
    const lu_member_sets *s = t->sets;

    return lu_pools_of(s->members, s->member_labels, s->n_members, s->others, s->other_labels,
                       s->n_others, s->classes, (int32_t)r, p);
}

static lu_err test_class(test *t, size_t r)
{
    lu_member_class *c = &t->out->class[r];
    lu_pools p;
    lu_err err;

    c->accuracy = c->nominal = c->p = c->p_holm = c->low = c->high = c->rho = NAN;
    c->mean_gap_p = c->loss_gap = c->loss_gap_p = NAN;
    LU_TRY(pools_of_class(t, r, &p));
    err = test_pools(t, &p, r);
    lu_pools_fini(&p);
    return err;
}

/* --- all classes --- */

static void correct(lu_member_evidence *e, double *room)
{
    for (size_t r = 0; r < e->classes; r++) {
        room[r] = e->class[r].p;
    }
    lu_holm(room, e->classes);
    for (size_t r = 0; r < e->classes; r++) {
        e->class[r].p_holm = room[r];
    }
}

static void conclude(test *t)
{
    lu_member_evidence *e = t->out;
    nulls *null = &t->null;
    double tested = (double)e->tested, luck = 1 / (double)t->params->pmi.sets;

    for (size_t r = 0; r < e->classes; r++) {
        const lu_member_class *c = &e->class[r], *top = &e->class[e->best];
        e->best = c->tested && (!top->tested || c->accuracy > top->accuracy) ? r : e->best;
    }
    e->p = lu_decoy_p(e->average, e->permuted, null->n);
    e->best_p = lu_decoy_p(e->class[e->best].accuracy, null->best, null->n);
    e->mean_gap_p = lu_decoy_p(e->mean_gap, null->all_mean_gaps, null->n);
    e->loss_gap_p = lu_decoy_p(e->loss_gap, null->all_loss_gaps, null->n);
    e->loss_gap_z = t->loss_error > 0 ? e->loss_gap / sqrt(t->loss_error) : 0;
    e->average /= tested;
    e->loss_gap /= tested;
    e->loss_effect = t->losses.m2 > 0 ? e->loss_gap / lu_moments_sd(&t->losses) : 0;
    for (size_t b = 0; b < null->n; b++) {
        e->permuted[b] /= tested;
    }
    qsort(e->permuted, null->n, sizeof *e->permuted, by_value);
    qsort(null->best, null->n, sizeof *null->best, by_value);
    e->rho = bar(e->permuted, null->n, t->params->alpha) - luck;
    e->best_rho = bar(null->best, null->n, t->params->alpha) - luck;
    e->negative = (double)t->tally.negative / (double)t->tally.pairs;
    e->ties = (double)t->tally.ties / (double)t->tally.repetitions;
}

/* The first repetition of the best class, drawn again. */
static lu_err show_example(test *t)
{
    lu_pools p;
    lu_err err;

    LU_TRY(pools_of_class(t, t->out->best, &p));
    err = stream(t, t->out->best, 0);
    if (!err) {
        lu_pmi_repeat(t->pmi, &p, t->rng, &t->out->example);
    }
    lu_pools_fini(&p);
    return err;
}

static lu_err test_all(test *t)
{
    lu_member_evidence *e = t->out;

    for (size_t r = 0; r < e->classes; r++) {
        LU_TRY(test_class(t, r));
    }
    if (e->tested == 0) {
        return lu_fail(LU_ERR_INPUT,
                       "no class has %zu samples among the members and %zu among the others",
                       t->params->pmi.samples, t->params->pmi.samples * (t->params->pmi.sets - 1));
    }
    conclude(t);
    LU_TRY(show_example(t));
    LU_TRY(lu_job_at(t->job, t->what, 1, 1));
    return LU_OK;
}

static lu_err nulls_init(nulls *null, size_t n)
{
    double *all;

    LU_TRY(LU_NEW(all, 6 * n));
    *null = (nulls){n, all, all + n, all + 2 * n, all + 3 * n, all + 4 * n, all + 5 * n};
    return LU_OK;
}

static lu_err prepare(test *t)
{
    lu_member_evidence *e = t->out;

    e->classes = t->sets->classes;
    e->permutations = t->params->permutations;
    LU_TRY(LU_NEW(e->class, e->classes));
    LU_TRY(LU_NEW(e->permuted, e->permutations));
    LU_TRY(nulls_init(&t->null, e->permutations));
    LU_TRY(lu_pmi_new(&t->params->pmi, t->sets->classes, &t->pmi));
    return lu_rng_new(&t->rng, t->params->seed, "membership", 0);
}

lu_err lu_member_test(const lu_member_sets *s, const lu_member_params *params, const lu_job *job,
                      const char *what, lu_member_evidence *out)
{
    test t = {.sets = s, .params = params, .job = job, .what = what, .out = out};
    double *room = NULL;
    lu_err err;

    *out = (lu_member_evidence){0};
    err = prepare(&t);
    if (!err) {
        err = LU_NEW(room, s->classes);
    }
    if (!err) {
        err = test_all(&t);
    }
    if (!err) {
        correct(out, room);
    }
    free(room);
    free(t.null.accuracy);
    lu_pmi_free(&t.pmi);
    lu_rng_free(&t.rng);
    if (err) {
        lu_member_evidence_fini(out);
    }
    return err;
}

void lu_member_evidence_fini(lu_member_evidence *e)
{
    free(e->class);
    free(e->permuted);
    *e = (lu_member_evidence){0};
}
