/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The eight measures of resistance to attacks, in the order of the sheet. */
#include "sessions/resist/measures.h"
#include "sessions/case/files.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DECOYS = 999, FLIPS = 256 };

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

lu_err lu_measure_security(lu_measuring *s, lu_measure *m)
{
    const lu_mark_evidence *e = &s->report.tried[LU_TRIED_VICTIM].evidence;
    char path[LU_BUNDLE_PATH];
    lu_buf host = LU_BUF_INIT, twin = LU_BUF_INIT;
    double chance = 1 / (double)s->r->classes, read = e->decoy_mean / (double)e->rate.n;
    lu_err err = sorted_weights(s->w->host, &host);

    err = err ? err : lu_resist_path(s->w, "owner/twin.weights", path);
    err = err ? err : sorted_weights(path, &twin);
    if (!err) {
        lu_measure_set(
            m, true, s->w->evaluation.mlp.auc <= 0.65 && fabs(read - chance) < 0.05,
            "detector AUC %.2f; weights against the twin's: KS distance %.3f; labels read with "
            "wrong "
            "secrets %.3f, chance %.3f",
            s->w->evaluation.mlp.auc, ks_distance(&host, &twin), read, chance);
    }
    lu_buf_fini(&host);
    lu_buf_fini(&twin);
    return err;
}

lu_err lu_measure_unremovability(lu_measuring *s, lu_measure *m)
{
    lu_measure_outlasted(s->r, 2, m);
    return LU_OK;
}

/* How many of DECOYS secrets reach a p on the victim's answers. */
static lu_err decoys_reaching(const lu_measuring *s, double alpha, size_t *out)
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

lu_err lu_measure_unforgeability(lu_measuring *s, lu_measure *m)
{
    size_t won;
    lu_rate rate;

    LU_TRY(decoys_reaching(s, LU_DETECTED, &won));
    rate = lu_rate_of(won, DECOYS, 0.95);
    lu_measure_set(m, true, won == 0, "%zu of %d claims committed first succeed [%.4f, %.4f]", won,
                   DECOYS, rate.low, rate.high);
    return LU_OK;
}

lu_err lu_measure_non_ownership_piracy(lu_measuring *s, lu_measure *m)
{
    size_t won;
    lu_rate rate;

    LU_TRY(decoys_reaching(s, 0.05, &won));
    rate = lu_rate_of(won, DECOYS, 0.95);
    lu_measure_set(m, true, rate.low <= 0.05,
                   "%zu of %d random secrets have p at most 0.05: %.3f [%.3f, %.3f]", won, DECOYS,
                   (double)won / DECOYS, rate.low, rate.high);
    return LU_OK;
}

lu_err lu_measure_ownership_piracy(lu_measuring *s, lu_measure *m)
{
    const lu_evaluation *e = &s->w->evaluation;
    const lu_resist_point *p = NULL, *q;
    size_t n = s->w->bundle.n;

    for (size_t i = 0; (q = lu_resist_point_at(s->r, 0, "overwrite", i)) != NULL; i++) {
        p = q;
    }
    if (p == NULL || e->bundles < 2) {
        lu_measure_set(m, false, false, "nothing was written over");
        return LU_OK;
    }
    double theirs = e->matrix[e->bundles * e->bundles - 1] * (double)n;
    lu_measure_set(
        m, true, p->finding[LU_EXHIBIT_MARK].held,
        "after %g epochs of another mark: owner's p %.2g, the other's %.2g; the owner's was "
        "committed "
        "first; %.1f points lost",
        p->strength, p->finding[LU_EXHIBIT_MARK].p,
        lu_binomial_tail(n, (size_t)(theirs + 0.5), 1 / (double)s->r->classes),
        100 * (lu_resist_victim(s->r)->clean - p->clean));
    return LU_OK;
}

lu_err lu_measure_verifiability(lu_measuring *s, lu_measure *m)
{
    char path[LU_BUNDLE_PATH];
    lu_sha256 seal;
    bool sealed;

    LU_TRY(lu_resist_path(s->w, "owner", path));
    LU_TRY(lu_bundle_check(path, &sealed, &seal));
    lu_measure_set(
        m, true, sealed && strcmp(seal.hex, s->report.bundle.seal.hex) == 0,
        "read again from the sealed bundle: the same digest %.12s, keys %u grey levels from those "
        "made "
        "again; keys are disclosed to the verifier",
        seal.hex, s->report.encoder_difference);
    return LU_OK;
}

lu_err lu_measure_collusion(lu_measuring *s, lu_measure *m)
{
    const lu_resist_point *p;
    bool held = true;
    size_t len = 0;

    m->value[0] = '\0';
    for (size_t i = 0; (p = lu_resist_point_at(s->r, 0, "collude", i)) != NULL; i++) {
        held = held && p->finding[LU_EXHIBIT_MARK].held;
        len += (size_t)snprintf(m->value + len, sizeof m->value - len, "%saverage of %g: p %.2g",
                                i ? ", " : "", p->strength, p->finding[LU_EXHIBIT_MARK].p);
    }
    m->state = len == 0 ? LU_MEASURE_TOLD : held ? LU_MEASURE_MET : LU_MEASURE_MISSED;
    return LU_OK;
}

/* A secret one bit off gives other labels: nobody gets from a network back to a secret. */
lu_err lu_measure_non_invertibility(lu_measuring *s, lu_measure *m)
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
    lu_measure_set(
        m, true, wrong == 0 && fabs(share - chance) < 0.02,
        "labels made again: %zu differ; secrets one bit off give %.3f of them, chance %.3f", wrong,
        share, chance);
    return err;
}
