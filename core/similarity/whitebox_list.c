/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ragged list of white-box tests, and the maxima thresholds are made of. */
#include "core/base/mem.h"
#include "core/similarity/whitebox.h"

#include <math.h>
#include <string.h>

void lu_whitebox_maxima(const float *phi, size_t n, size_t neurons, double *max)
{
    for (size_t c = 0; c < neurons; c++) {
        max[c] = phi[c];
    }
    for (size_t i = 1; i < n; i++) {
        const float *row = phi + i * neurons;

        for (size_t c = 0; c < neurons; c++) {
            max[c] = row[c] > max[c] ? row[c] : max[c];
        }
    }
}

void lu_whitebox_aims(double *max, size_t neurons, double m, double ceiling)
{
    for (size_t i = 0; i < neurons; i++) {
        double reach = m > 1 ? max[i] + (1 - 1 / m) * (ceiling - max[i]) : INFINITY;
        double aim = m * max[i];
        if (isfinite(ceiling)) {
            aim = max[i] > 0 ? fmin(aim, reach) : 0;
        }
        max[i] = aim;
    }
}

static lu_err allocate(lu_whitebox *w, size_t tests, lu_shape shape, size_t classes)
{
    LU_TRY(LU_NEW(w->neuron, w->neurons));
    LU_TRY(LU_NEW(w->threshold, w->neurons));
    LU_TRY(LU_NEW(w->start, w->neurons + 1));
    LU_TRY(LU_NEW(w->seed, tests));
    LU_TRY(LU_NEW(w->iterations, tests));
    LU_TRY(lu_samples_alloc(&w->tests, tests, shape, classes, false));
    free(w->tests.labels);
    w->tests.labels = NULL;
    return LU_OK;
}

lu_err lu_whitebox_alloc(lu_whitebox *w, int layer, const int32_t *neuron, const double *threshold,
                         size_t neurons, size_t tests, lu_shape shape, size_t classes)
{
    lu_err err;

    *w = (lu_whitebox){.layer = layer, .neurons = neurons};
    err = allocate(w, tests, shape, classes);
    if (err) {
        lu_whitebox_fini(w);
        return err;
    }
    for (size_t i = 0; i < neurons; i++) {
        w->neuron[i] = neuron[i];
        w->threshold[i] = threshold[i];
    }
    return LU_OK;
}

static bool same_target(const lu_whitebox *a, const lu_whitebox *b)
{
    return a->layer == b->layer && a->neurons == b->neurons &&
           lu_shape_equal(a->tests.shape, b->tests.shape) &&
           memcmp(a->neuron, b->neuron, a->neurons * sizeof *a->neuron) == 0 &&
           memcmp(a->threshold, b->threshold, a->neurons * sizeof *a->threshold) == 0;
}

static lu_err check_shards(const lu_whitebox *shards, size_t n, size_t *tests)
{
    *tests = 0;
    for (size_t s = 0; s < n; s++) {
        if (!same_target(&shards[s], &shards[0])) {
            return lu_fail(LU_ERR_INTERNAL, "shard %zu of the tests is of other neurons", s);
        }
        *tests += shards[s].tests.n;
    }
    return n ? LU_OK : lu_fail(LU_ERR_INTERNAL, "no shards to join");
}

/* The tests of one neuron position, after those already there. */
static void append(const lu_whitebox *from, size_t i, lu_whitebox *out)
{
    size_t size = lu_shape_size(from->tests.shape);
    size_t first = from->start[i];
    size_t n = from->start[i + 1] - first;
    size_t at = out->start[i + 1];

    if (n > 0) {
        memcpy(out->tests.values + at * size, from->tests.values + first * size,
               n * size * sizeof(float));
        memcpy(out->seed + at, from->seed + first, n * sizeof *out->seed);
        memcpy(out->iterations + at, from->iterations + first, n * sizeof *out->iterations);
    }
    out->start[i + 1] = at + n;
}

lu_err lu_whitebox_join(const lu_whitebox *shards, size_t n, lu_whitebox *out)
{
    size_t tests;

    *out = (lu_whitebox){0};
    LU_TRY(check_shards(shards, n, &tests));
    LU_TRY(lu_whitebox_alloc(out, shards->layer, shards->neuron, shards->threshold, shards->neurons,
                             tests, shards->tests.shape, shards->tests.classes));
    for (size_t i = 0; i < out->neurons; i++) {
        out->start[i + 1] = out->start[i];
        for (size_t s = 0; s < n; s++) {
            append(&shards[s], i, out);
        }
    }
    for (size_t s = 0; s < n; s++) {
        out->tried += shards[s].tried;
        out->dead += shards[s].dead;
        out->unreached += shards[s].unreached;
    }
    return LU_OK;
}

void lu_whitebox_fini(lu_whitebox *w)
{
    free(w->neuron);
    free(w->threshold);
    free(w->start);
    free(w->seed);
    free(w->iterations);
    lu_samples_fini(&w->tests);
    *w = (lu_whitebox){0};
}
