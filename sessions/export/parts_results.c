/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts 4 and 5: the method on the controls, the suspects metric by metric. */
#include "sessions/export/parts.h"

#include <math.h>
#include <stdio.h>

/* The report's own bounds (spec forensics 3.1). */
static const double PREDICTION = 0.99, SHARE = 0.95;

/* --- 4 --- */

static void rate_row(const lu_telling *t, const char *what, const lu_rate *r)
{
    lu_doc_cell(t->d, "%s", what);
    lu_doc_cell(t->d, "%zu of %zu", r->k, r->n);
    lu_doc_cell(t->d, "%s to %s", lu_say_share(r->low).text, lu_say_share(r->high).text);
    lu_doc_cell(t->d, "%s", lu_say_share(r->most).text);
}

static void model_row(const lu_telling *t, const lu_model_result *m)
{
    const lu_judgement *j = &m->judgement;

    lu_doc_cell(t->d, "%s", lu_role_name(m->role));
    lu_doc_cell(t->d, "%s", lu_doc_name(t->d, m->name));
    lu_doc_cell(t->d, "%s", lu_say_share(m->accuracy).text);
    for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
        double v = lu_result_value(m, (lu_metric)k);

        lu_doc_cell(t->d, "%s%s", lu_say_value(v).text, j->vote[k].copy ? "*" : "");
    }
    lu_doc_cell(t->d, "%zu/%zu", j->votes, j->of);
    lu_doc_cell(t->d, "%s", lu_told_judged(t) ? lu_verdict_name(j->verdict) : "-");
}

static void models_of(const lu_telling *t, lu_role role)
{
    for (size_t i = 0; i < t->r->models; i++) {
        if (t->r->model[i].role == role) {
            model_row(t, &t->r->model[i]);
        }
    }
}

static void all_models(const lu_telling *t)
{
    static const lu_role order[] = {LU_ROLE_SUSPECT, LU_ROLE_POSITIVE, LU_ROLE_NEGATIVE};

    lu_doc_table(
        t->d,
        "All networks (accuracy on the test samples; * a vote for copy; a negative is held "
        "against thresholds computed without it)",
        "role|name|accuracy|RobD|JSD|NOD|NAD|LOD|LAD|votes|verdict", "llrrrrrrrrl");
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        models_of(t, order[i]);
    }
}

/* AUC = P(copy < negative) + P(equal)/2, never without its counts. */
static void areas(const lu_telling *t)
{
    double *copies = NULL, *others = NULL;
    lu_roc roc;

    lu_doc_table(t->d, "Area under the ROC curve (1 = these copies all lie below these negatives)",
                 "metric|AUC|known copies|negatives", "lrrr");
    if (LU_NEW(copies, t->r->models) || LU_NEW(others, t->r->models)) {
        t->d->err = LU_ERR_MEMORY;
    }
    for (int k = 0; k < LU_METRIC_COUNT && !t->d->err; k++) {
        size_t n = lu_result_distances(t->r, LU_ROLE_POSITIVE, NULL, (lu_metric)k, copies);
        size_t m = lu_result_distances(t->r, LU_ROLE_NEGATIVE, NULL, (lu_metric)k, others);

        t->d->err = lu_roc_of(copies, n, others, m, NAN, &roc);
        if (!t->d->err) {
            lu_doc_cell(t->d, "%s", lu_metrics[k].name);
            lu_doc_cell(t->d, "%s", lu_say_value(roc.auc).text);
            lu_doc_cell(t->d, "%zu", n);
            lu_doc_cell(t->d, "%zu", m);
            lu_roc_fini(&roc);
        }
    }
    free(copies);
    free(others);
}

void lu_part_validation(const lu_telling *t)
{
    lu_digits p = lu_say_count(lu_case_count(t->c, LU_ROLE_POSITIVE)),
              n = lu_say_count(lu_case_count(t->c, LU_ROLE_NEGATIVE));

    if (!lu_told_part(t, "4 Validation on this task")) {
        return;
    }
    if (lu_told_judged(t)) {
        LU_SAY(t->d, t->r->controls.valid ? LU_BLOCK_TEXT : LU_BLOCK_NOTE,
               t->r->controls.valid ? LU_PHRASE_CONTROLS_VALID : LU_PHRASE_CONTROLS_INVALID,
               t->f->controls);
        lu_doc_table(t->d, "Errors on the controls, exact bounds (Clopper-Pearson, 95 %)",
                     "error|observed|two-sided|at most (one-sided)", "lrrr");
        rate_row(t, "false alarms: negatives judged copy", &t->f->alarms);
        rate_row(t, "misses: known copies not judged copy", &t->f->misses);
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_VALIDATION_KINDS);
    }
    if (t->r->models > 0) {
        all_models(t);
    }
    if (lu_figure_roc_exists(t->r)) {
        lu_figure f = lu_figure_roc(t->r);

        LU_SHOW(t->d, &f, LU_PHRASE_FIGURE_ROC, p.text, n.text);
        areas(t);
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_NO_CLLR);
}

/* --- 5 --- */

static void range(double *v, size_t n, double *low, double *high)
{
    *low = *high = NAN;
    for (size_t i = 0; i < n; i++) {
        *low = fmin(*low, v[i]); /* fmin passes NAN over */
        *high = fmax(*high, v[i]);
    }
}

static void vote_row(const lu_telling *t, const lu_model_result *m, size_t k, double *negatives)
{
    const lu_threshold *h = &m->judgement.threshold[k];
    const lu_vote *v = &m->judgement.vote[k];
    size_t n = lu_result_distances(t->r, LU_ROLE_NEGATIVE, m, (lu_metric)k, negatives);
    double low, high;

    range(negatives, n, &low, &high);
    lu_doc_cell(t->d, "%s", lu_metrics[k].name);
    lu_doc_cell(t->d, "%s", lu_say_value(lu_result_value(m, (lu_metric)k)).text);
    lu_doc_cell(t->d, "%s", lu_say_value(low).text);
    lu_doc_cell(t->d, "%s", lu_say_value(high).text);
    lu_doc_cell(t->d, "%s", lu_say_value(h->mean).text);
    lu_doc_cell(t->d, "%s", lu_say_value(h->sd).text);
    lu_doc_cell(t->d, "%s", lu_say_value(h->lb).text);
    lu_doc_cell(t->d, "%s", lu_say_value(h->tau).text);
    lu_doc_cell(t->d, "%s", !v->cast ? "none" : v->copy ? "copy" : "not-copy");
    lu_doc_cell(t->d, "%s", lu_say_value(v->margin).text);
}

static void bound_row(const lu_telling *t, const lu_model_result *m, size_t k, double *negatives)
{
    const lu_threshold *h = &m->judgement.threshold[k];
    double d = lu_result_value(m, (lu_metric)k);
    size_t n = lu_result_distances(t->r, LU_ROLE_NEGATIVE, m, (lu_metric)k, negatives);
    double prediction = lu_prediction_bound(h->mean, h->sd, n, PREDICTION);
    double tolerance = h->mean - lu_tolerance_factor(n, SHARE, LU_REPORT_CONFIDENCE) * h->sd;

    lu_doc_cell(t->d, "%s", lu_metrics[k].name);
    lu_doc_cell(t->d, "%s", lu_say_value(d).text);
    lu_doc_cell(t->d, "%zu", n);
    lu_doc_cell(t->d, "%s", lu_say_value(prediction).text);
    lu_doc_cell(t->d, "%s", lu_say_value(tolerance).text);
    lu_doc_cell(t->d, "%s", lu_say_p(lu_predictive_p(d, h->mean, h->sd, n)).text);
    lu_doc_cell(t->d, "%s", lu_say_p(isnan(d) ? NAN : lu_rank_p(d, negatives, n)).text);
    lu_doc_cell(t->d, "%s", lu_say_share(lu_predictive_p(h->tau, h->mean, h->sd, n)).text);
}

static void tables(const lu_telling *t, const lu_model_result *m)
{
    size_t all = lu_case_count(t->c, LU_ROLE_NEGATIVE);
    lu_digits n = lu_say_count(all), least = lu_say_p(1 / ((double)all + 1));
    double *negatives;

    if (LU_NEW(negatives, t->r->models)) {
        t->d->err = LU_ERR_MEMORY;
        return;
    }
    lu_doc_table(t->d, "The published rule",
                 "metric|distance|negatives from|to|mean|sd|LB|tau|vote|margin", "lrrrrrrrlr");
    for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
        vote_row(t, m, k, negatives);
    }
    lu_doc_table(t->d, "Further bounds and p-values",
                 "metric|distance|n|prediction|tolerance|p (normal)|p (rank)|alarm", "lrrrrrrr");
    for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
        bound_row(t, m, k, negatives);
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_BOUNDS_READ, n.text, least.text);
    free(negatives);
}

static void not_measured(const lu_telling *t, const lu_model_result *m, const char *name)
{
    for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
        if (isnan(lu_result_value(m, (lu_metric)k))) {
            LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_NOT_MEASURED, lu_metrics[k].name, name,
                   lu_doc_name(t->d, m->scores.reason[0] ? m->scores.reason : m->finding));
        }
    }
}

static void suspect(const lu_telling *t, const lu_model_result *m)
{
    const char *name = lu_doc_name(t->d, m->name);
    lu_figure radar = lu_figure_radar(t->r, m), strips = lu_figure_strips(t->r, m),
              bars = lu_figure_bars(t->r, m);

    lu_doc_heading(t->d, 2, name);
    tables(t, m);
    not_measured(t, m, name);
    LU_SHOW(t->d, &radar, LU_PHRASE_FIGURE_RADAR, name);
    LU_SHOW(t->d, &bars, LU_PHRASE_FIGURE_BARS, name);
    LU_SHOW(t->d, &strips, LU_PHRASE_FIGURE_STRIPS, name);
}

void lu_part_results(const lu_telling *t)
{
    size_t n = 0;

    if (!lu_told_beside(t)) {
        lu_doc_page(t->d);
    }
    if (!lu_told_part(t, "5 Results of each metric")) {
        return;
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_RESULTS_READ);
    for (size_t i = 0; i < t->r->models && lu_told_judged(t); i++) {
        if (t->r->model[i].role == LU_ROLE_SUSPECT) {
            if (n++ > 0) {
                lu_doc_page(t->d);
            }
            suspect(t, &t->r->model[i]);
        }
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_NO_BOOTSTRAP);
}
