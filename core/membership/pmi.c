/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One repetition in one pass. Standardising divides component c by s_c, so with S_a the sum of a
 * mini-dataset and D_ab,c the sum over the pairing of (x - y)^2, both of raw components,
 *
 *     MMD^2(a,b) = sum_c [ (S_a,c - S_b,c)^2 - D_ab,c ] / (s_c^2 n (n-1)),
 *
 * which is the paper's double sum over i != j (spec watermark B2; the unit test compares both).
 */
#include "core/membership/pmi.h"
#include "core/base/mem.h"

#include <math.h>
#include <string.h>

static const double NO_DEVIATION = 1e-12; /* spec watermark B1 step 2 */

struct lu_pmi {
    lu_pmi_params params;
    size_t width;
    double *sum, *square; /* sets x width, of one repetition */
    double *apart;        /* pairs x width: sum over the pairing of squared differences */
    double *weight;       /* width: 1 / s_c^2, or 0 */
};

lu_pmi_params lu_pmi_default(void)
{
    return (lu_pmi_params){
        .sets = 3, .samples = 300, .repetitions = 100, .credit = LU_CREDIT_EXPECTED};
}

bool lu_pmi_fits(const lu_pools *p, const lu_pmi_params *params)
{
    return p->members >= params->samples && p->others / (params->sets - 1) >= params->samples;
}

static size_t pairs_of(size_t sets)
{
    return sets * (sets - 1) / 2;
}

lu_err lu_pmi_new(const lu_pmi_params *params, size_t width, lu_pmi **out)
{
    lu_pmi *w;
    lu_err err;

    *out = NULL;
    if (params->sets < LU_SETS_LEAST || params->sets > LU_SETS_MOST || params->samples < 2) {
        return lu_fail(LU_ERR_INTERNAL, "%zu mini-datasets of %zu samples", params->sets,
                       params->samples);
    }
    LU_TRY(LU_NEW(w, 1));
    w->params = *params;
    w->width = width;
    err = LU_NEW(w->sum, params->sets * width);
    if (!err) {
        err = LU_NEW(w->square, params->sets * width);
    }
    if (!err) {
        err = LU_NEW(w->apart, pairs_of(params->sets) * width);
    }
    if (!err) {
        err = LU_NEW(w->weight, width);
    }
    if (err) {
        lu_pmi_free(&w);
        return err;
    }
    *out = w;
    return LU_OK;
}

void lu_pmi_free(lu_pmi **w)
{
    if (*w != NULL) {
        free((*w)->sum);
        free((*w)->square);
        free((*w)->apart);
        free((*w)->weight);
        free(*w);
        *w = NULL;
    }
}

/* --- drawing --- */

/* The first k of items[0..n-1] become k distinct ones at random, in random order. */
static void draw(lu_rng *rng, size_t *items, size_t n, size_t k)
{
    for (size_t i = 0; i < k; i++) {
        size_t j = i + lu_rng_below(rng, n - i), kept = items[i];
        items[i] = items[j];
        items[j] = kept;
    }
}

/* Where each mini-dataset's sample numbers begin. */
static void draw_sets(const lu_pmi *w, lu_pools *p, lu_rng *rng, size_t member,
                      const size_t *set[LU_SETS_MOST])
{
    size_t n = w->params.samples, next = 0;
    size_t *others = p->order + p->members;

    draw(rng, p->order, p->members, n);
    draw(rng, others, p->others, n * (w->params.sets - 1));
    for (size_t a = 0; a < w->params.sets; a++) {
        set[a] = a == member ? p->order : others + n * next++;
    }
}

/* --- sums --- */

static void add_row(double *restrict sum, double *restrict square, const double *restrict x,
                    size_t width)
{
    for (size_t c = 0; c < width; c++) {
        sum[c] += x[c];
        square[c] += x[c] * x[c];
    }
}

static void add_pair(double *restrict apart, const double *restrict x, const double *restrict y,
                     size_t width)
{
    for (size_t c = 0; c < width; c++) {
        apart[c] += (x[c] - y[c]) * (x[c] - y[c]);
    }
}

static void add_up(lu_pmi *w, const lu_pools *p, const size_t *const set[LU_SETS_MOST])
{
    size_t m = w->params.sets, width = w->width;
    const double *row[LU_SETS_MOST];

    memset(w->sum, 0, m * width * sizeof *w->sum);
    memset(w->square, 0, m * width * sizeof *w->square);
    memset(w->apart, 0, pairs_of(m) * width * sizeof *w->apart);
    for (size_t i = 0; i < w->params.samples; i++) {
        double *apart = w->apart;
        for (size_t a = 0; a < m; a++) {
            row[a] = p->score + set[a][i] * width;
            add_row(w->sum + a * width, w->square + a * width, row[a], width);
            for (size_t b = 0; b < a && !w->params.pairing_free; b++, apart += width) {
                add_pair(apart, row[a], row[b], width);
            }
        }
    }
}

/* 1 / population variance of each component over all vectors of the repetition. */
static void weigh(lu_pmi *w)
{
    double all = (double)(w->params.sets * w->params.samples);

    for (size_t c = 0; c < w->width; c++) {
        double sum = 0, square = 0;
        for (size_t a = 0; a < w->params.sets; a++) {
            sum += w->sum[a * w->width + c];
            square += w->square[a * w->width + c];
        }
        double variance = square / all - (sum / all) * (sum / all);
        w->weight[c] = variance < NO_DEVIATION * NO_DEVIATION ? 0 : 1 / variance;
    }
}

/* --- distances --- */

static double paired(const lu_pmi *w, const double *a, const double *b, const double *apart)
{
    double n = (double)w->params.samples, sum = 0;

    for (size_t c = 0; c < w->width; c++) {
        sum += w->weight[c] * ((a[c] - b[c]) * (a[c] - b[c]) - apart[c]);
    }
    return sum / (n * (n - 1));
}

/* |mean_a - mean_b|^2 - tr(S_a)/n - tr(S_b)/n (spec B2 c). */
static double unpaired(const lu_pmi *w, size_t a, size_t b)
{
    double n = (double)w->params.samples, sum = 0;

    for (size_t c = 0; c < w->width; c++) {
        double x = w->sum[a * w->width + c], y = w->sum[b * w->width + c];
        double spread =
            w->square[a * w->width + c] - x * x / n + w->square[b * w->width + c] - y * y / n;
        sum += w->weight[c] * ((x - y) * (x - y) / (n * n) - spread / (n * (n - 1)));
    }
    return sum;
}

static void measure(const lu_pmi *w, double *distance)
{
    size_t m = w->params.sets;
    const double *apart = w->apart;

    for (size_t a = 0; a < m; a++) {
        distance[a * m + a] = 0;
        for (size_t b = 0; b < a; b++, apart += w->width) {
            double d = w->params.pairing_free
                           ? unpaired(w, a, b)
                           : paired(w, w->sum + a * w->width, w->sum + b * w->width, apart);
            distance[a * m + b] = distance[b * m + a] = d;
        }
    }
}

/* --- repetitions --- */

void lu_pmi_repeat(lu_pmi *w, lu_pools *p, lu_rng *rng, lu_pmi_once *out)
{
    const size_t *set[LU_SETS_MOST];

    out->member = lu_rng_below(rng, w->params.sets);
    draw_sets(w, p, rng, out->member, set);
    add_up(w, p, set);
    weigh(w);
    measure(w, out->distance);
    lu_linkage_of(out->distance, w->params.sets, &out->linkage);
    out->credit =
        lu_linkage_credit(&out->linkage, w->params.sets, out->member, w->params.credit, rng);
}

static size_t negative_of(const double *distance, size_t m)
{
    size_t k = 0;

    for (size_t a = 0; a < m; a++) {
        for (size_t b = 0; b < a; b++) {
            k += distance[a * m + b] < 0;
        }
    }
    return k;
}

void lu_pmi_rate(lu_pmi *w, lu_pools *p, lu_rng *rng, lu_pmi_tally *tally)
{
    size_t m = w->params.sets;
    lu_pmi_once once;

    for (size_t i = 0; i < w->params.repetitions; i++) {
        lu_pmi_repeat(w, p, rng, &once);
        tally->repetitions++;
        tally->credit += once.credit;
        tally->pairs += pairs_of(m);
        tally->negative += negative_of(once.distance, m);
        tally->ties += once.linkage.size != 1 && once.linkage.size != m - 1;
    }
}
