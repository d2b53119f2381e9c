/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The survey's ten basic measures and eight of resistance to attacks, of this run's watermark and
   of the evidence beside it: a function each, in the order of the sheet. */
#include "sessions/case/files.h"
#include "sessions/resist/parts.h"
#include "sessions/watermark/verify.h"
#include "viz/viz.h"

#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double DETECTED = 1e-6;
static const double MARGIN = 0.01; /* of fidelity: accuracy that a mark may cost */
static const double USEFUL = 0.05; /* who loses more accuracy has paid for the removal */
enum { DECOYS = 999, FLIPS = 256 };

/* All that the measures look at beside the points. */
typedef struct sheet {
    const lu_resist_work *w;
    lu_resist *r;
    lu_mark_report report; /* of the victim itself as suspect */
} sheet;

static void set(lu_measure *m, bool known, bool met, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void set(lu_measure *m, bool known, bool met, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(m->value, sizeof m->value, format, args);
    va_end(args);
    m->state = known ? met ? LU_MEASURE_MET : LU_MEASURE_MISSED : LU_MEASURE_TOLD;
}

static const lu_resist_point *victim_of(const lu_resist *r)
{
    return &r->point[0];
}

/* The i-th point of a level, or of an attack by name; NULL after the last. */
static const lu_resist_point *point_of(const lu_resist *r, int level, const char *name, size_t i)
{
    for (size_t k = 0; k < r->points; k++) {
        const lu_attack *a = r->point[k].attack;
        bool wanted = a && (name ? strcmp(a->name, name) == 0 : a->level == level);
        if (wanted && i-- == 0) {
            return &r->point[k];
        }
    }
    return NULL;
}

/* --- basic --- */

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

static lu_err fidelity(sheet *s, lu_measure *m)
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
    set(m, true, diff + half <= MARGIN,
        "%.2f points lost [%.2f, %.2f] (95 %%), exact McNemar p %.2g", 100 * diff,
        100 * (diff - half), 100 * (diff + half), lu_mcnemar(d.lost, d.gained));
    return LU_OK;
}

/* Of a level's attacks: how many the mark outlasted, and the least accuracy that removing it took.
 */
static void outlasted(const lu_resist *r, int level, size_t *held, size_t *n, double *least)
{
    const lu_resist_point *p;

    *held = *n = 0;
    *least = INFINITY;
    for (size_t i = 0; (p = point_of(r, level, NULL, i)) != NULL; i++) {
        double lost = victim_of(r)->clean - p->clean;
        *n += 1;
        *held += p->finding[LU_EXHIBIT_MARK].held;
        if (!p->finding[LU_EXHIBIT_MARK].held && lost < *least) {
            *least = lost;
        }
    }
}

static void say_outlasted(const lu_resist *r, int level, lu_measure *m)
{
    size_t held, n;
    double least;

    outlasted(r, level, &held, &n, &least);
    if (held == n) {
        set(m, true, true, "mark detected after all %zu", n);
    } else {
        set(m, true, least > USEFUL,
            "mark detected after %zu of %zu; cheapest removal costs %.1f points of accuracy", held,
            n, 100 * least);
    }
}

static lu_err robustness(sheet *s, lu_measure *m)
{
    say_outlasted(s->r, 1, m);
    return LU_OK;
}

static lu_err functionality(sheet *s, lu_measure *m)
{
    const lu_mark_tried *t = s->report.tried;
    const lu_mark_evidence *e = &t[LU_TRIED_VICTIM].evidence;
    bool right = s->report.verdict == LU_MARK_FOUND;

    set(m, true, right && e->decoy_p <= 0.01,
        "victim %zu of %zu keys, twin %zu, untrained %zu; owner's secret ranks first with p %.3g",
        e->rate.k, e->rate.n, t[LU_TRIED_TWIN].evidence.rate.k,
        t[LU_TRIED_UNTRAINED].evidence.rate.k, e->decoy_p);
    return LU_OK;
}

static lu_err capacity(sheet *s, lu_measure *m)
{
    double p = victim_of(s->r)->finding[LU_EXHIBIT_MARK].p;

    set(m, false, false, "0 bits of payload; %.0f bits of evidence, log2(1/p)", -log2(p));
    return LU_OK;
}

static lu_err efficiency(sheet *s, lu_measure *m)
{
    const lu_bundle *b = &s->w->bundle;
    size_t bytes = b->n * lu_shape_size(b->shape) + b->n * sizeof *b->label;
    char made[64] = "made in an earlier run";

    if (s->w->embed_seconds > 0) {
        snprintf(made, sizeof made, "%.1f s to make with its twin", s->w->embed_seconds);
    }
    set(m, false, false, "%s; %.2f s and %zu queries a suspect; %zu bytes of keys", made,
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

static lu_err reliability(sheet *s, lu_measure *m)
{
    double score[LU_RESIST_POINTS];
    size_t hits, alarms, n = scores_of(s->r, LU_EXHIBIT_MARK, false, score, &hits);
    size_t k = scores_of(s->r, LU_EXHIBIT_MARK, true, score, &alarms);
    lu_rate tpr = lu_rate_of(hits, n, 0.95), fpr = lu_rate_of(alarms, k, 0.95);

    set(m, true, alarms == 0,
        "mark: %zu of %zu copies of level 1 [%.2f, %.2f], %zu of %zu negatives [%.2f, %.2f]; AUC "
        "%.3f",
        hits, n, tpr.low, tpr.high, alarms, k, fpr.low, fpr.high, auc(s->r, LU_EXHIBIT_MARK));
    return LU_OK;
}

static lu_err generality(sheet *s, lu_measure *m)
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

static lu_err uniqueness(sheet *s, lu_measure *m)
{
    const lu_evaluation *e = &s->w->evaluation;
    size_t n = s->w->bundle.n;

    if (e->bundles < 2) {
        set(m, false, false, "there is no other mark to compare with");
        return LU_OK;
    }
    double k = e->matrix[1] * (double)n; /* the owner's network on the other's keys */
    double p = lu_binomial_tail(n, (size_t)(k + 0.5), 1 / (double)s->r->classes);
    set(m, true, p > DETECTED,
        "owner's network on another owner's keys: %.0f of %zu, p %.2g; expected collisions a pair "
        "%g",
        k, n, p, DETECTED);
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

static lu_err indistinguishability(sheet *s, lu_measure *m)
{
    const lu_evaluation *e = &s->w->evaluation;
    lu_shared test;
    double by_confidence = NAN;
    lu_err err;

    LU_TRY(lu_client_samples(s->w->test, LU_PART_TEST, s->w->o->seed, &test));
    err = confidence_auc(s->w, &test, &by_confidence);
    lu_shared_fini(&test);
    set(m, true, fmax(e->mlp.auc, e->trunk.auc) <= 0.65,
        "keys against clean images: AUC %.2f on pixels, %.2f on the trunk, %.2f by confidence",
        e->mlp.auc, e->trunk.auc, by_confidence);
    return err;
}

static lu_err scalability(sheet *s, lu_measure *m)
{
    lu_answering a;

    LU_TRY(lu_answering_open(s->w->cfg, s->w->host, false, &a));
    set(m, false, false, "%zu parameters: %.2f s a suspect; p does not depend on the size",
        a.info.parameters, s->w->ask_seconds);
    lu_answering_close(&a);
    return LU_OK;
}

/* --- resistance to attacks --- */

static int rising(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;

    return x < y ? -1 : x > y;
}

enum { HEADER = 20 };

static lu_err sorted_weights(const char *path, lu_buf *out)
{
    LU_TRY(lu_file_read(AT_FDCWD, path, (size_t)1 << 32, out));
    qsort(out->data + HEADER, (out->len - HEADER) / sizeof(float), sizeof(float), rising);
    return LU_OK;
}

static float weight(const lu_buf *b, size_t i)
{
    float v;

    memcpy(&v, b->data + HEADER + i * sizeof v, sizeof v);
    return v;
}

/* Kolmogorov and Smirnov's largest distance of the distributions of two networks' weights. */
static double ks_distance(const lu_buf *a, const lu_buf *b)
{
    size_t n = (a->len - HEADER) / sizeof(float), k = (b->len - HEADER) / sizeof(float), j = 0;
    double worst = 0;

    for (size_t i = 0; i < n; i++) {
        while (j < k && weight(b, j) <= weight(a, i)) {
            j++;
        }
        worst = fmax(worst, fabs((double)(i + 1) / (double)n - (double)j / (double)k));
    }
    return worst;
}

static lu_err security(sheet *s, lu_measure *m)
{
    const lu_mark_evidence *e = &s->report.tried[LU_TRIED_VICTIM].evidence;
    char path[LU_BUNDLE_PATH];
    lu_buf host = LU_BUF_INIT, twin = LU_BUF_INIT;
    double chance = 1 / (double)s->r->classes, read = e->decoy_mean / (double)e->rate.n;
    lu_err err = sorted_weights(s->w->host, &host);

    err = err ? err : lu_resist_path(s->w, "owner/twin.weights", path);
    err = err ? err : sorted_weights(path, &twin);
    if (!err) {
        set(m, true, s->w->evaluation.mlp.auc <= 0.65 && fabs(read - chance) < 0.05,
            "detector AUC %.2f; weights against the twin's: KS distance %.3f; labels read with "
            "wrong "
            "secrets %.3f, chance %.3f",
            s->w->evaluation.mlp.auc, ks_distance(&host, &twin), read, chance);
    }
    lu_buf_fini(&host);
    lu_buf_fini(&twin);
    return err;
}

static lu_err unremovability(sheet *s, lu_measure *m)
{
    say_outlasted(s->r, 2, m);
    return LU_OK;
}

/* How many of DECOYS secrets reach a p on the victim's answers. */
static lu_err decoys_reaching(const sheet *s, double alpha, size_t *out)
{
    const lu_bundle *b = &s->w->bundle;
    const int32_t *answer = s->report.tried[LU_TRIED_VICTIM].answer;
    int32_t *label;
    lu_sha256 secret;
    lu_err err = LU_NEW(label, b->n);

    *out = 0;
    for (size_t i = 0; i < DECOYS && !err; i++) {
        err = lu_secret_decoy(s->w->o->seed + 1, i, &secret);
        err = err ? err : lu_secret_labels(&secret, b->cover, b->n, b->classes, label);
        if (!err) {
            size_t k = lu_matches(answer, label, b->n);
            *out += lu_binomial_tail(b->n, k, 1 / (double)b->classes) <= alpha;
        }
    }
    free(label);
    return err;
}

static lu_err unforgeability(sheet *s, lu_measure *m)
{
    size_t won;
    lu_rate rate;

    LU_TRY(decoys_reaching(s, DETECTED, &won));
    rate = lu_rate_of(won, DECOYS, 0.95);
    set(m, true, won == 0, "%zu of %d claims committed first succeed [%.4f, %.4f]", won, DECOYS,
        rate.low, rate.high);
    return LU_OK;
}

static lu_err non_ownership_piracy(sheet *s, lu_measure *m)
{
    size_t won;
    lu_rate rate;

    LU_TRY(decoys_reaching(s, 0.05, &won));
    rate = lu_rate_of(won, DECOYS, 0.95);
    set(m, true, rate.low <= 0.05,
        "%zu of %d random secrets have p at most 0.05: %.3f [%.3f, %.3f]", won, DECOYS,
        (double)won / DECOYS, rate.low, rate.high);
    return LU_OK;
}

static lu_err ownership_piracy(sheet *s, lu_measure *m)
{
    const lu_evaluation *e = &s->w->evaluation;
    const lu_resist_point *p = NULL, *q;
    size_t n = s->w->bundle.n;

    for (size_t i = 0; (q = point_of(s->r, 0, "overwrite", i)) != NULL; i++) {
        p = q;
    }
    if (p == NULL || e->bundles < 2) {
        set(m, false, false, "nothing was written over");
        return LU_OK;
    }
    double theirs = e->matrix[e->bundles * e->bundles - 1] * (double)n;
    set(m, true, p->finding[LU_EXHIBIT_MARK].held,
        "after %g epochs of another mark: owner's p %.2g, the other's %.2g; the owner's was "
        "committed "
        "first; %.1f points lost",
        p->strength, p->finding[LU_EXHIBIT_MARK].p,
        lu_binomial_tail(n, (size_t)(theirs + 0.5), 1 / (double)s->r->classes),
        100 * (victim_of(s->r)->clean - p->clean));
    return LU_OK;
}

static lu_err verifiability(sheet *s, lu_measure *m)
{
    char path[LU_BUNDLE_PATH];
    lu_sha256 seal;
    bool sealed;

    LU_TRY(lu_resist_path(s->w, "owner", path));
    LU_TRY(lu_bundle_check(path, &sealed, &seal));
    set(m, true, sealed && strcmp(seal.hex, s->report.bundle.seal.hex) == 0,
        "read again from the sealed bundle: the same digest %.12s, keys %u grey levels from those "
        "made "
        "again; keys are disclosed to the verifier",
        seal.hex, s->report.encoder_difference);
    return LU_OK;
}

static lu_err collusion(sheet *s, lu_measure *m)
{
    const lu_resist_point *p;
    bool held = true;
    size_t len = 0;

    m->value[0] = '\0';
    for (size_t i = 0; (p = point_of(s->r, 0, "collude", i)) != NULL; i++) {
        held = held && p->finding[LU_EXHIBIT_MARK].held;
        len += (size_t)snprintf(m->value + len, sizeof m->value - len, "%saverage of %g: p %.2g",
                                i ? ", " : "", p->strength, p->finding[LU_EXHIBIT_MARK].p);
    }
    m->state = len == 0 ? LU_MEASURE_TOLD : held ? LU_MEASURE_MET : LU_MEASURE_MISSED;
    return LU_OK;
}

/* A secret one bit off gives other labels: nobody gets from a network back to a secret. */
static lu_err non_invertibility(sheet *s, lu_measure *m)
{
    static const char digits[] = "0123456789abcdef";
    const lu_bundle *b = &s->w->bundle;
    int32_t *label;
    size_t wrong, same = 0;
    lu_err err;

    LU_TRY(LU_NEW(label, b->n));
    err = lu_secret_labels(&b->secret, b->cover, b->n, b->classes, label);
    wrong = b->n - lu_matches(label, b->label, b->n);
    for (size_t i = 0; i < FLIPS && !err; i++) {
        lu_sha256 secret = b->secret;
        size_t digit = (size_t)(strchr(digits, secret.hex[i / 4]) - digits);
        secret.hex[i / 4] = digits[digit ^ 1U << i % 4];
        err = lu_secret_labels(&secret, b->cover, b->n, b->classes, label);
        same += lu_matches(label, b->label, b->n);
    }
    free(label);
    double share = (double)same / (double)(FLIPS * b->n), chance = 1 / (double)b->classes;
    set(m, true, wrong == 0 && fabs(share - chance) < 0.02,
        "labels made again: %zu differ; secrets one bit off give %.3f of them, chance %.3f", wrong,
        share, chance);
    return err;
}

/* --- the sheet --- */

static const struct {
    const char *name, *how, *bound;
    bool attack;
    lu_err (*measure)(sheet *s, lu_measure *m);
} rows[LU_MEASURES] = {
    {"fidelity", "accuracy of the marked network and its unmarked twin on held-out samples",
     "at most 1 point lost, upper 95 % bound", false, fidelity},
    {"robustness", "the mark after every attack of level 1",
     "no removal for less than 5 points of accuracy", false, robustness},
    {"functionality", "victim, unmarked twin and untrained network; owner's secret among decoys",
     "detected, not detected, not detected; rank p at most 0.01", false, functionality},
    {"capacity", "payload, and p of the victim's matches", "told", false, capacity},
    {"efficiency", "wall time, queries, bytes", "told", false, efficiency},
    {"reliability",
     "copies of level 1 and negatives at the fixed threshold p 1e-6, exact 95 % bounds",
     "no negative detected", false, reliability},
    {"generality", "AUC of copies of level 1 against negatives, a kind of evidence each",
     "told; other settings are other runs", false, generality},
    {"uniqueness", "networks of two owners on each other's keys", "p above 1e-6", false,
     uniqueness},
    {"indistinguishability", "detectors on the owner's own keys; the victim's confidence",
     "AUC of both detectors at most 0.65 (what the paper reports)", false, indistinguishability},
    {"scalability", "time a suspect at this size", "told; other sizes are other runs", false,
     scalability},
    {"security", "detector, distribution of weights, reading with 999 wrong secrets",
     "AUC at most 0.65; wrong secrets at chance", true, security},
    {"unremovability", "the mark after every attack of level 2",
     "no removal for less than 5 points of accuracy", true, unremovability},
    {"unforgeability", "999 claims on the victim's own keys, each committed first",
     "none reaches p 1e-6", true, unforgeability},
    {"non-ownership piracy", "999 random secrets on the victim", "at most 0.05 have p 0.05", true,
     non_ownership_piracy},
    {"ownership piracy", "another mark put over the owner's", "owner's p at most 1e-6", true,
     ownership_piracy},
    {"verifiability", "the sealed bundle read and its keys made again", "the same digest", true,
     verifiability},
    {"collusion resistance", "weights of copies tuned apart averaged", "p at most 1e-6", true,
     collusion},
    {"non-invertibility", "labels made again from the secret, and from 256 secrets one bit off",
     "none differs; others at chance", true, non_invertibility},
};

static lu_err verify_victim(const lu_resist_work *w, lu_mark_report *out)
{
    char owner[LU_BUNDLE_PATH];
    lu_mark_verify_options o = {.bundle = owner,
                                .cfg = w->cfg,
                                .weights = w->host,
                                .logos = 19,
                                .params = lu_verify_default()};

    LU_TRY(lu_resist_path(w, "owner", owner));
    return lu_mark_verify_run(&o, w->job, out);
}

lu_err lu_resist_measures(const lu_resist_work *w, lu_resist *out)
{
    sheet s = {.w = w, .r = out};
    lu_err err = verify_victim(w, &s.report);

    LU_TRY(err);
    for (size_t i = 0; i < LU_MEASURES && !err; i++) {
        lu_measure *m = &out->measure[i];
        *m = (lu_measure){.name = rows[i].name,
                          .attack = rows[i].attack,
                          .how = rows[i].how,
                          .bound = rows[i].bound};
        err = lu_within(rows[i].measure(&s, m), "%s", m->name);
    }
    lu_mark_report_fini(&s.report);
    return err;
}
