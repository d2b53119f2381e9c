/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ten basic measures, in the order of the sheet. */
#include "sessions/resist/measures.h"
#include "viz/viz.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double MARGIN = 0.01; /* of fidelity: accuracy that a mark may cost */

typedef struct paired {
    size_t n, lost, gained; /* by the mark, against the twin */
} paired;

static lu_err compare(const lu_resist_work *w, const lu_shared *test, paired *out)
{
    char path[LU_BUNDLE_PATH];
    lu_answering twin, host;
    int32_t *a = NULL, *b = NULL;
    const int32_t *y = test->samples.labels;
    lu_err err;

    LU_TRY(lu_resist_path(w, "owner/twin.weights", path));
    LU_TRY(lu_answering_open(w->cfg, path, false, &twin));
    err = lu_answering_open(w->cfg, w->host, false, &host);
    err = err ? err : lu_answering_labels(&twin, test, NULL, &a);
    err = err ? err : lu_answering_labels(&host, test, NULL, &b);
    *out = (paired){.n = test->samples.n};
    for (size_t i = 0; !err && i < out->n; i++) {
        out->lost += a[i] == y[i] && b[i] != y[i];
        out->gained += a[i] != y[i] && b[i] == y[i];
    }
    free(a);
    free(b);
    lu_answering_close(&twin);
    lu_answering_close(&host);
    return err;
}

lu_err lu_measure_fidelity(lu_measuring *s, lu_measure *m)
{
    const lu_resist_work *w = s->w;
    lu_shared test;
    paired d;
    lu_err err;

    LU_TRY(lu_client_samples(w->test, LU_PART_TEST, w->o->seed, &test));
    err = compare(w, &test, &d);
    lu_shared_fini(&test);
    LU_TRY(err);
    double n = (double)d.n, diff = ((double)d.lost - (double)d.gained) / n;
    double both = (double)(d.lost + d.gained);
    double half = 1.96 * sqrt(both - n * diff * diff) / n;
    lu_measure_set(m, true, diff + half <= MARGIN,
                   "%.2f points lost [%.2f, %.2f] (95 %%), exact McNemar p %.2g", 100 * diff,
                   100 * (diff - half), 100 * (diff + half), lu_mcnemar(d.lost, d.gained));
    return LU_OK;
}

lu_err lu_measure_robustness(lu_measuring *s, lu_measure *m)
{
    lu_measure_outlasted(s->r, 1, m);
    return LU_OK;
}

lu_err lu_measure_functionality(lu_measuring *s, lu_measure *m)
{
    const lu_mark_tried *t = s->report.tried;
    const lu_mark_evidence *e = &t[LU_TRIED_VICTIM].evidence;
    bool right = s->report.verdict == LU_MARK_FOUND;

    lu_measure_set(
        m, true, right && e->decoy_p <= 0.01,
        "victim %zu of %zu keys, twin %zu, untrained %zu; owner's secret ranks first with p %.3g",
        e->rate.k, e->rate.n, t[LU_TRIED_TWIN].evidence.rate.k,
        t[LU_TRIED_UNTRAINED].evidence.rate.k, e->decoy_p);
    return LU_OK;
}

lu_err lu_measure_capacity(lu_measuring *s, lu_measure *m)
{
    double p = lu_resist_victim(s->r)->finding[LU_EXHIBIT_MARK].p;

    lu_measure_set(m, false, false, "0 bits of payload; %.0f bits of evidence, log2(1/p)",
                   -log2(p));
    return LU_OK;
}

lu_err lu_measure_efficiency(lu_measuring *s, lu_measure *m)
{
    const lu_bundle *b = &s->w->bundle;
    size_t bytes = b->n * lu_shape_size(b->shape) + b->n * sizeof *b->label;
    char made[64] = "made in an earlier run";

    if (s->w->embed_seconds > 0) {
        snprintf(made, sizeof made, "%.1f s to make with its twin", s->w->embed_seconds);
    }
    lu_measure_set(m, false, false, "%s; %.2f s and %zu queries a suspect; %zu bytes of keys", made,
                   s->w->ask_seconds, b->n, bytes);
    return LU_OK;
}

/* Scores of attacked networks (level 0: all levels) or negatives that are known. */
static size_t scores_of(const lu_resist *r, lu_resist_kind e, bool negatives, double *out,
                        size_t *held)
{
    size_t n = 0;

    *held = 0;
    for (size_t i = 0; i < r->points; i++) {
        const lu_resist_point *p = &r->point[i];
        bool wanted = negatives ? p->role == LU_ROLE_NEGATIVE : p->attack && p->attack->level == 1;
        wanted = wanted && !(e == LU_EXHIBIT_MEMBER && p->same_data);
        if (wanted && p->finding[e].known) {
            *held += p->finding[e].held;
            out[n++] = p->finding[e].score;
        }
    }
    return n;
}

static double auc(const lu_resist *r, lu_resist_kind e)
{
    double own[LU_RESIST_POINTS], others[LU_RESIST_POINTS], sum = 0;
    size_t held, n = scores_of(r, e, false, own, &held), k = scores_of(r, e, true, others, &held);

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < k; j++) {
            sum += own[i] > others[j] ? 1 : own[i] == others[j] ? 0.5 : 0;
        }
    }
    return n && k ? sum / (double)(n * k) : NAN; /* Mann-Whitney */
}

lu_err lu_measure_reliability(lu_measuring *s, lu_measure *m)
{
    double score[LU_RESIST_POINTS];
    size_t hits, alarms, n = scores_of(s->r, LU_EXHIBIT_MARK, false, score, &hits);
    size_t k = scores_of(s->r, LU_EXHIBIT_MARK, true, score, &alarms);
    lu_rate tpr = lu_rate_of(hits, n, 0.95), fpr = lu_rate_of(alarms, k, 0.95);

    lu_measure_set(
        m, true, alarms == 0,
        "mark: %zu of %zu copies of level 1 [%.2f, %.2f], %zu of %zu negatives [%.2f, %.2f]; AUC "
        "%.3f",
        hits, n, tpr.low, tpr.high, alarms, k, fpr.low, fpr.high, auc(s->r, LU_EXHIBIT_MARK));
    return LU_OK;
}

lu_err lu_measure_generality(lu_measuring *s, lu_measure *m)
{
    size_t len = 0;

    for (int e = 0; e < LU_EXHIBITS; e++) {
        len += (size_t)snprintf(
            m->value + len, sizeof m->value - len, "%s%s %.2f",
            e ? ", " : "one setting; AUC: ", lu_resist_kind_title((lu_resist_kind)e),
            auc(s->r, (lu_resist_kind)e));
    }
    m->state = LU_MEASURE_TOLD;
    return LU_OK;
}

lu_err lu_measure_uniqueness(lu_measuring *s, lu_measure *m)
{
    const lu_evaluation *e = &s->w->evaluation;
    size_t n = s->w->bundle.n;

    if (e->bundles < 2) {
        lu_measure_set(m, false, false, "there is no other mark to compare with");
        return LU_OK;
    }
    double k = e->matrix[1] * (double)n; /* the owner's network on the other's keys */
    double p = lu_binomial_tail(n, (size_t)(k + 0.5), 1 / (double)s->r->classes);
    lu_measure_set(
        m, true, p > LU_DETECTED,
        "owner's network on another owner's keys: %.0f of %zu, p %.2g; expected collisions a pair "
        "%g",
        k, n, p, LU_DETECTED);
    return LU_OK;
}

/* --- keys against clean samples by the victim's confidence --- */

static lu_err confidences(lu_answering *a, const lu_shared *x, double **out)
{
    size_t c = a->info.classes;
    float *z;
    lu_err err;

    LU_TRY(lu_answering_layer(a, x, LU_LAYER_LOGITS, NULL, &z));
    err = LU_NEW(*out, x->samples.n);
    for (size_t i = 0; !err && i < x->samples.n; i++) {
        double top = z[i * c + lu_argmax(z + i * c, c)], sum = 0;
        for (size_t k = 0; k < c; k++) {
            sum += exp(z[i * c + k] - top);
        }
        (*out)[i] = 1 / sum;
    }
    free(z);
    return err;
}

static lu_err confidence_auc(const lu_resist_work *w, const lu_shared *test, double *out)
{
    double *keys = NULL, *clean = NULL;
    lu_answering host;
    lu_roc roc;
    lu_err err;

    LU_TRY(lu_answering_open(w->cfg, w->host, false, &host));
    err = confidences(&host, &w->bundle.keys, &keys);
    err = err ? err : confidences(&host, test, &clean);
    err = err ? err : lu_roc_of(clean, test->samples.n, keys, w->bundle.n, NAN, &roc);
    if (!err) {
        *out = roc.auc;
        lu_roc_fini(&roc);
    }
    free(keys);
    free(clean);
    lu_answering_close(&host);
    return err;
}

lu_err lu_measure_indistinguishability(lu_measuring *s, lu_measure *m)
{
    const lu_evaluation *e = &s->w->evaluation;
    lu_shared test;
    double by_confidence = NAN;
    lu_err err;

    LU_TRY(lu_client_samples(s->w->test, LU_PART_TEST, s->w->o->seed, &test));
    err = confidence_auc(s->w, &test, &by_confidence);
    lu_shared_fini(&test);
    lu_measure_set(
        m, true, fmax(e->mlp.auc, e->trunk.auc) <= 0.65,
        "keys against clean images: AUC %.2f on pixels, %.2f on the trunk, %.2f by confidence",
        e->mlp.auc, e->trunk.auc, by_confidence);
    return err;
}

lu_err lu_measure_scalability(lu_measuring *s, lu_measure *m)
{
    lu_answering a;

    LU_TRY(lu_answering_open(s->w->cfg, s->w->host, false, &a));
    lu_measure_set(m, false, false,
                   "%zu parameters: %.2f s a suspect; p does not depend on the size",
                   a.info.parameters, s->w->ask_seconds);
    lu_answering_close(&a);
    return LU_OK;
}
