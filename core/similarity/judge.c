/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/similarity/judge.h"
#include "core/stats/chance.h"
#include "core/stats/student.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Scores agree to this across engines and machines: a vote this close to tau may turn. */
#define CLOSE 1e-5

static const char not_used[] = "not used";
static const char not_measured[] = "not measured";
static const char not_finite[] = "value is not a number";
static const char few_negatives[] = "fewer than 2 negatives";
static const char not_positive[] = "threshold not above 0";
static const char too_few[] = "threshold not above 0 (too few negatives)";
static const char too_unlike[] = "threshold not above 0 (negatives too unlike)";

static const char *const verdict_names[] = {
    [LU_UNDECIDED] = "undecided", [LU_NOT_COPY] = "not-copy", [LU_COPY] = "copy"};

lu_judge_params lu_judge_defaults(void)
{
    /* 0.99: spec 5.1; alpha: paper V-B, in the metrics' table */
    lu_judge_params p = {.confidence = 0.99, .bound = LU_BOUND_MEAN};

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        p.alpha[k] = lu_metrics[k].alpha;
        p.used[k] = true;
    }
    return p;
}

/* Of distances whose mean is above 0: with more of them the bound of the mean comes up to it, the
   prediction's never nearer than their spread. */
static const char *why_not_positive(double mean, lu_bound bound)
{
    if (!(mean > 0)) {
        return not_positive;
    }
    return bound == LU_BOUND_PREDICTION ? too_unlike : too_few;
}

static lu_threshold threshold_from(const lu_moments *m, double alpha, double confidence,
                                   lu_bound bound)
{
    double n = (double)m->n;
    double spread = bound == LU_BOUND_PREDICTION ? sqrt(1 + 1 / n) : sqrt(1 / n);
    lu_threshold t = {.n = m->n,
                      .mean = m->n ? m->mean : NAN,
                      .sd = lu_moments_sd(m),
                      .lb = NAN,
                      .alpha = alpha,
                      .tau = NAN};

    if (m->n < 2) {
        t.reason = few_negatives;
        return t;
    }
    t.lb = t.mean - lu_student_quantile(confidence, t.n) * t.sd * spread;
    t.tau = alpha * t.lb;
    t.usable = t.tau > 0;
    t.reason = t.usable ? NULL : why_not_positive(t.mean, bound);
    return t;
}

lu_threshold lu_threshold_of(const double *values, size_t n, double alpha, double confidence,
                             lu_bound bound)
{
    lu_moments m = {0};

    for (size_t i = 0; i < n; i++) {
        lu_moments_add(&m, values[i]);
    }
    return threshold_from(&m, alpha, confidence, bound);
}

static bool measured(const lu_scores *s, int metric)
{
    return s->metric[metric].known && isfinite(s->metric[metric].value);
}

static lu_threshold threshold_of_metric(const lu_scores *negatives, size_t n, size_t leave_out,
                                        int metric, const lu_judge_params *p)
{
    lu_moments m = {0};

    for (size_t i = 0; i < n; i++) {
        if (i != leave_out && measured(&negatives[i], metric)) {
            lu_moments_add(&m, negatives[i].metric[metric].value);
        }
    }
    return threshold_from(&m, p->alpha[metric], p->confidence, p->bound);
}

static lu_vote vote_of(const lu_scores *model, int metric, const lu_threshold *t, bool used)
{
    lu_vote v = {.value = model->metric[metric].known ? model->metric[metric].value : NAN,
                 .margin = NAN};

    if (!used) {
        v.reason = not_used;
    } else if (!model->metric[metric].known) {
        v.reason = not_measured;
    } else if (!isfinite(v.value)) {
        v.reason = not_finite;
    } else if (!t->usable) {
        v.reason = t->reason;
    } else {
        v.cast = true;
        v.copy = v.value <= t->tau;
        v.margin = t->tau - v.value;
    }
    return v;
}

static void say(lu_judgement *j, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds to the reason; what does not fit is cut. */
static void say(lu_judgement *j, const char *format, ...)
{
    size_t len = strlen(j->reason);
    va_list args;

    va_start(args, format);
    vsnprintf(j->reason + len, sizeof j->reason - len, format, args);
    va_end(args);
}

/* Exactly the white-box metrics, or exactly the black-box ones? */
static bool all_of(const bool *in, bool white)
{
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        if (in[k] != (lu_metrics[k].white_box == white)) {
            return false;
        }
    }
    return true;
}

/* "RobD, NOD" */
static void say_names(lu_judgement *j, const bool *in)
{
    const char *comma = "";

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        if (in[k]) {
            say(j, "%s%s", comma, lu_metrics[k].name);
            comma = ", ";
        }
    }
}

static void say_group(lu_judgement *j, const bool *in)
{
    if (all_of(in, true) || all_of(in, false)) {
        say(j, "%s metrics", all_of(in, true) ? "white-box" : "black-box");
    } else {
        say_names(j, in);
    }
}

/* The metrics without a vote, grouped by reason: "; NOD: not used; white-box metrics: not
   measured", or only
   ": fewer than 2 negatives" when one reason holds for all. */
static void say_missing(lu_judgement *j, const lu_scores *model)
{
    bool said[LU_METRIC_COUNT] = {false};

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        const char *reason = j->vote[k].reason;
        bool same[LU_METRIC_COUNT] = {false};
        size_t n = 0;

        if (reason == NULL || said[k]) {
            continue;
        }
        for (int i = k; i < LU_METRIC_COUNT; i++) {
            same[i] = j->vote[i].reason == reason;
            said[i] |= same[i];
            n += same[i];
        }
        if (n < LU_METRIC_COUNT) {
            say(j, "; ");
            say_group(j, same);
        }
        say(j, ": %s", reason);
        if (reason == not_measured && model->reason[0] != '\0') {
            say(j, " (%s)", model->reason);
        }
    }
}

static void say_close(lu_judgement *j)
{
    bool close[LU_METRIC_COUNT] = {false};
    bool any = false;

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        close[k] = j->vote[k].cast && fabs(j->vote[k].margin) <= CLOSE;
        any |= close[k];
    }
    if (any) {
        say_names(j, close);
        say(j, " within 1e-5 of the threshold");
    }
}

static void explain(lu_judgement *j, const lu_scores *model)
{
    bool cast[LU_METRIC_COUNT];

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        cast[k] = j->vote[k].cast;
    }
    if (j->of == 0) {
        say(j, "no metric can vote");
        say_missing(j, model);
        return;
    }
    say_close(j);
    if (j->of < LU_METRIC_COUNT) {
        say(j, "%sjudged on ", j->reason[0] ? "; " : "");
        say_names(j, cast);
        say(j, " only");
        say_missing(j, model);
    }
}

void lu_judge(const lu_scores *model, const lu_scores *negatives, size_t n, size_t leave_out,
              const lu_judge_params *p, lu_judgement *out)
{
    *out = (lu_judgement){.p_copy = NAN, .verdict = LU_UNDECIDED};
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        out->threshold[k] = threshold_of_metric(negatives, n, leave_out, k, p);
        out->vote[k] = vote_of(model, k, &out->threshold[k], p->used[k]);
        out->of += out->vote[k].cast;
        out->votes += out->vote[k].copy;
    }
    if (out->of > 0) {
        out->p_copy = (double)out->votes / (double)out->of;
        out->verdict = 2 * out->votes > out->of ? LU_COPY : LU_NOT_COPY;
    }
    explain(out, model);
    if (model->chance_p.known && lu_at_chance(model->chance_p.value)) {
        out->verdict = LU_UNDECIDED;
        lu_chance_reason(model->chance_p.value, out->reason, sizeof out->reason);
    }
}

const char *lu_verdict_name(lu_verdict v)
{
    return (unsigned)v <= LU_COPY ? verdict_names[v] : "unknown";
}
