/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/membership/pools.h"
#include "core/base/mem.h"

#include <math.h>

/* Below this a deviation is none (spec watermark B1 step 2). */
static const double NO_DEVIATION = 1e-12;

static size_t count_of(const int32_t *labels, size_t n, int32_t label)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        k += labels[i] == label;
    }
    return k;
}

/* -log softmax of the true class. */
static double cross_entropy(const float *z, size_t width, size_t label)
{
    double top = -INFINITY, sum = 0;

    if (label >= width) {
        return 0;
    }
    for (size_t c = 0; c < width; c++) {
        top = z[c] > top ? z[c] : top;
    }
    for (size_t c = 0; c < width; c++) {
        sum += exp(z[c] - top);
    }
    return top + log(sum) - z[label];
}

/* Appends the samples of the label behind the first k; returns how many there are then. */
static size_t gather(const float *z, const int32_t *labels, size_t n, int32_t label, size_t k,
                     lu_pools *p)
{
    for (size_t i = 0; i < n; i++) {
        if (labels[i] == label) {
            for (size_t c = 0; c < p->width; c++) {
                p->score[k * p->width + c] = z[i * p->width + c];
            }
            p->loss[k++] = cross_entropy(z + i * p->width, p->width, (size_t)label);
        }
    }
    return k;
}

/* Keeps the sums of a repetition small and near 0; its own standardisation comes on top. */
static void standardise(lu_pools *p)
{
    size_t n = p->members + p->others;

    for (size_t c = 0; c < p->width && n; c++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < n; i++) {
            mean += p->score[i * p->width + c] / (double)n;
        }
        for (size_t i = 0; i < n; i++) {
            double d = p->score[i * p->width + c] - mean;
            square += d * d / (double)n;
        }
        double scale = sqrt(square) < NO_DEVIATION ? 0 : 1 / sqrt(square);
        for (size_t i = 0; i < n; i++) {
            double *v = &p->score[i * p->width + c];
            *v = (*v - mean) * scale;
        }
    }
}

lu_err lu_pools_of(const float *members, const int32_t *member_labels, size_t n_members,
                   const float *others, const int32_t *other_labels, size_t n_others, size_t width,
                   int32_t label, lu_pools *out)
{
    size_t n;
    lu_err err;

    *out = (lu_pools){.members = count_of(member_labels, n_members, label),
                      .others = count_of(other_labels, n_others, label),
                      .width = width};
    n = out->members + out->others;
    err = LU_NEW(out->score, n * width);
    if (!err) {
        err = LU_NEW(out->loss, n);
    }
    if (!err) {
        err = LU_NEW(out->order, n);
    }
    if (err) {
        lu_pools_fini(out);
        return err;
    }
    gather(members, member_labels, n_members, label, 0, out);
    gather(others, other_labels, n_others, label, out->members, out);
    standardise(out);
    lu_pools_true(out);
    return LU_OK;
}

void lu_pools_fini(lu_pools *p)
{
    free(p->score);
    free(p->loss);
    free(p->order);
    *p = (lu_pools){0};
}

void lu_pools_deal(lu_pools *p, lu_rng *rng)
{
    lu_rng_shuffle(rng, p->order, p->members + p->others);
}

void lu_pools_true(lu_pools *p)
{
    for (size_t i = 0; i < p->members + p->others; i++) {
        p->order[i] = i;
    }
}
