/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradient of a convolution's weights. */
#include "nets/engine/kernels/vector.h"

enum { RUN = LANES == 16 ? 24 : 8 };

/* `run` values of one tap of one block against one out block. */
LU_INLINE void correlate_run(const lu_correlate *q, const float *src, const float *dst, float *w,
                             int run)
{
    const lu_walk *walk = q->walk;
    vec acc[RUN];

    for (int r = 0; r < run; r++) {
        acc[r] = load(w + r * LANES);
    }
    for (size_t b = 0; b < q->images; b++) {
        const float *s = src + b * q->src.image, *d = dst + b * q->dst.image;
        for (size_t i = 0; i < walk->pixels; i++) {
            const float *x = s + walk->src[i];
            vec g = load(d + walk->dst[i]);
            for (int r = 0; r < run; r++) {
                acc[r] += g * splat(x[r]);
            }
        }
    }
    for (int r = 0; r < run; r++) {
        store(w + r * LANES, acc[r]);
    }
}

static void correlate_tap(const lu_correlate *q, const float *src, const float *dst, float *w)
{
    size_t r = 0, run = q->walk->run;

    for (; r + RUN <= run; r += RUN) {
        correlate_run(q, src + r, dst, w + r * LANES, RUN);
    }
    for (; r + 4 <= run; r += 4) {
        correlate_run(q, src + r, dst, w + r * LANES, 4);
    }
    for (; r < run; r++) {
        correlate_run(q, src + r, dst, w + r * LANES, 1);
    }
}

void LU_KERNEL(correlate)(const lu_correlate *q)
{
    const lu_walk *walk = q->walk;
    float *w = q->weights;

    for (size_t o = 0; o < q->out_blocks; o++) {
        size_t first = q->first ? q->first[o] : 0;
        for (size_t b = first; b < first + q->in_blocks; b++) {
            for (size_t k = 0; k < walk->taps; k++, w += walk->run * LANES) {
                correlate_tap(q, q->src.at + b * q->src.block + walk->tap[k],
                              q->dst.at + o * q->dst.block, w);
            }
        }
    }
}
