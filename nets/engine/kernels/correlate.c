/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradient of a convolution's weights. */
#include "nets/engine/kernels/vector.h"

/* Sums side by side, as many as leave registers for the rest. */
enum { RUN = LANES == 16 ? 24 : 8 };

/* `run` values of each of `taps` taps of one block against one out block. */
LU_INLINE void correlate_runs(const lu_correlate *q, const float *src, const uint32_t *tap,
                              const float *dst, float *w, int taps, int run)
{
    const lu_walk *walk = q->walk;
    vec acc[RUN + 1];

    for (int r = 0; r < taps * run; r++) {
        acc[r] = load(w + r * LANES);
    }
    for (size_t b = 0; b < q->images; b++) {
        const float *s = src + b * q->src.image, *d = dst + b * q->dst.image;
        for (size_t i = 0; i < walk->pixels; i++) {
            const float *x = s + walk->src[i];
            vec g = load(d + walk->dst[i]);
            for (int k = 0; k < taps; k++) {
                for (int r = 0; r < run; r++) {
                    acc[k * run + r] += g * splat(x[tap[k] + (size_t)r]);
                }
            }
        }
    }
    for (int r = 0; r < taps * run; r++) {
        store(w + r * LANES, acc[r]);
    }
}

static void long_runs(const lu_correlate *q, const float *src, const float *dst, float *w)
{
    const lu_walk *walk = q->walk;

    for (size_t k = 0; k < walk->taps; k++, w += walk->run * LANES) {
        size_t r = 0;
        for (; r + RUN <= walk->run; r += RUN) {
            correlate_runs(q, src + r, &walk->tap[k], dst, w + r * LANES, 1, RUN);
        }
        for (; r + 4 <= walk->run; r += 4) {
            correlate_runs(q, src + r, &walk->tap[k], dst, w + r * LANES, 1, 4);
        }
        for (; r < walk->run; r++) {
            correlate_runs(q, src + r, &walk->tap[k], dst, w + r * LANES, 1, 1);
        }
    }
}

LU_INLINE void short_runs(const lu_correlate *q, const float *src, const float *dst, float *w,
                          int run)
{
    enum { MOST = RUN + 1 };
    size_t k = 0, step = (size_t)(run * LANES), many = (size_t)(MOST / run);

    for (; k + many <= q->walk->taps; k += many) {
        correlate_runs(q, src, &q->walk->tap[k], dst, w + k * step, MOST / run, run);
    }
    for (; k < q->walk->taps; k++) {
        correlate_runs(q, src, &q->walk->tap[k], dst, w + k * step, 1, run);
    }
}

static void correlate_block(const lu_correlate *q, const float *src, const float *dst, float *w)
{
    switch (q->walk->run) {
    case 1: short_runs(q, src, dst, w, 1); break;
    case 2: short_runs(q, src, dst, w, 2); break;
    case 3: short_runs(q, src, dst, w, 3); break;
    case 4: short_runs(q, src, dst, w, 4); break;
    case 5: short_runs(q, src, dst, w, 5); break;
    case 6: short_runs(q, src, dst, w, 6); break;
    case 7: short_runs(q, src, dst, w, 7); break;
    case 8: short_runs(q, src, dst, w, 8); break;
    default: long_runs(q, src, dst, w); break;
    }
}

void LU_KERNEL(correlate)(const lu_correlate *q)
{
    const lu_walk *walk = q->walk;
    float *w = q->weights;

    for (size_t o = 0; o < q->out_blocks; o++) {
        size_t first = q->first ? q->first[o] : 0;
        for (size_t b = first; b < first + q->in_blocks; b++) {
            correlate_block(q, q->src.at + b * q->src.block, q->dst.at + o * q->dst.block, w);
            w += walk->taps * walk->run * LANES;
        }
    }
}
