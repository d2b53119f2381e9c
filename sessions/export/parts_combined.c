/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part 6: the evidence together, and how the verdict hangs on what was chosen. */
#include "sessions/export/parts.h"

#include <stdio.h>

static void support_row(const lu_telling *t, const lu_model_result *m)
{
    lu_support s = lu_support_of(t->f, t->r->controls.valid, m->judgement.verdict);

    lu_doc_cell(t->d, "%s", lu_doc_name(t->d, m->name));
    lu_doc_cell(t->d, "%s", lu_verdict_name(m->judgement.verdict));
    lu_doc_cell(t->d, "%zu of %zu", m->judgement.votes, m->judgement.of);
    lu_doc_cell(t->d, "%s", lu_say_value(m->judgement.p_copy).text);
    lu_doc_cell(t->d, "%s", s.given ? lu_say_ratio(s.ratio).text : "-");
    lu_doc_cell(t->d, "%s", s.given ? lu_say_ratio(s.cap).text : "-");
    lu_doc_cell(t->d, "%s", !s.given ? s.reason : lu_strength_word(s.ratio));
}

/* --- sensitivity --- */

/* "copy 6/6" */
static lu_digits outcome(const lu_telling *t, const lu_model_result *m, const lu_judge_params *p,
                         size_t without)
{
    lu_judgement j = {.verdict = LU_UNDECIDED};
    lu_digits d;

    if (!t->d->err) {
        t->d->err = lu_verdict_under(t->r, m, p, without, &j);
    }
    snprintf(d.text, sizeof d.text, "%s %zu/%zu", lu_verdict_name(j.verdict), j.votes, j.of);
    return d;
}

/* One alpha for all metrics (spec forensics 2.7, part 6: 0.5 to 1.0). */
static void by_alpha(const lu_telling *t, const lu_model_result *m, const lu_judge_params *fixed)
{
    for (int tenth = 5; tenth <= 10; tenth++) {
        lu_judge_params p = *fixed;

        for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
            p.alpha[k] = tenth / 10.0;
        }
        lu_doc_cell(t->d, "alpha %.1f for all metrics", tenth / 10.0);
        lu_doc_cell(t->d, "%s", outcome(t, m, &p, SIZE_MAX).text);
    }
}

static void by_bound(const lu_telling *t, const lu_model_result *m, const lu_judge_params *fixed)
{
    lu_judge_params p = *fixed;

    p.bound = LU_BOUND_PREDICTION;
    lu_doc_cell(t->d, "prediction bound in place of the bound of the mean");
    lu_doc_cell(t->d, "%s", outcome(t, m, &p, SIZE_MAX).text);
}

static void by_metric(const lu_telling *t, const lu_model_result *m, const lu_judge_params *fixed)
{
    for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
        lu_judge_params p = *fixed;

        if (p.used[k]) {
            p.used[k] = false;
            lu_doc_cell(t->d, "without %s", lu_metrics[k].name);
            lu_doc_cell(t->d, "%s", outcome(t, m, &p, SIZE_MAX).text);
        }
    }
}

/* Leaving each negative out in turn: how many of the verdicts stay. */
static void by_negative(const lu_telling *t, const lu_model_result *m, const lu_judge_params *fixed)
{
    size_t n = lu_case_count(t->c, LU_ROLE_NEGATIVE), same = 0;
    lu_judgement j;

    for (size_t i = 0; i < n && !t->d->err; i++) {
        t->d->err = lu_verdict_under(t->r, m, fixed, i, &j);
        same += !t->d->err && j.verdict == m->judgement.verdict;
    }
    lu_doc_cell(t->d, "one negative left out, each in turn");
    lu_doc_cell(t->d, "%s in %zu of %zu", lu_verdict_name(m->judgement.verdict), same, n);
}

static void sensitivity(const lu_telling *t, const lu_model_result *m)
{
    lu_judge_params fixed = lu_params_judge(&t->c->params);

    lu_doc_table(t->d, lu_doc_name(t->d, m->name), "setting|verdict and votes", "ll");
    lu_doc_cell(t->d, "as fixed for the case");
    lu_doc_cell(t->d, "%s", outcome(t, m, &fixed, SIZE_MAX).text);
    by_alpha(t, m, &fixed);
    by_bound(t, m, &fixed);
    by_metric(t, m, &fixed);
    by_negative(t, m, &fixed);
}

void lu_part_combined(const lu_telling *t)
{
    if (!lu_told_part(t, "6 The evidence together")) {
        return;
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_COMBINED);
    if (!lu_told_judged(t)) {
        return;
    }
    lu_doc_table(t->d, "Verdicts and strength of support",
                 "suspect|verdict|votes|p_copy|at least|cap|words", "llrrrrl");
    for (size_t i = 0; i < t->r->models; i++) {
        if (t->r->model[i].role == LU_ROLE_SUSPECT) {
            support_row(t, &t->r->model[i]);
        }
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_LR_HOW);
    lu_doc_heading(t->d, 2, "What would change the verdict");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_SENSITIVITY_READ);
    for (size_t i = 0; i < t->r->models; i++) {
        if (t->r->model[i].role == LU_ROLE_SUSPECT) {
            sensitivity(t, &t->r->model[i]);
        }
    }
}
