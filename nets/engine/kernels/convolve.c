/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Direct convolution. */
#include "nets/engine/kernels/vector.h"

/* One tile: SPREAD pointers to `wide` neighbouring pixels each. */
typedef struct tile {
    const float *src[SPREAD * 2]; /* every `wide`-th is used */
    size_t to[SPREAD * 2];        /* where each pixel goes in a block of dst */
    size_t pixels;                /* that count; the others repeat the first */
} tile;

LU_INLINE void run_tile(const lu_convolve *q, const tile *t, size_t block, int deep, int wide)
{
    const lu_walk *walk = q->walk;
    size_t size = q->in_blocks * walk->taps * walk->run * LANES;
    const float *w = q->weights + block * size;
    const float *s[SPREAD];
    vec acc[SPREAD * 2][2];

    for (int p = 0; p < SPREAD; p++) {
        s[p] = t->src[p * wide] + (q->first ? q->first[block] : 0) * q->src.block;
    }
    for (int d = 0; d < deep; d++) {
        vec start = q->bias ? load(q->bias + (block + (size_t)d) * LANES) : splat(0);
        for (int p = 0; p < SPREAD * wide; p++) {
            acc[p][d] = start;
        }
    }
    for (size_t b = 0; b < q->in_blocks; b++) {
        for (size_t k = 0; k < walk->taps; k++) {
            size_t at = b * q->src.block + walk->tap[k], end = at + walk->run;
            for (; at < end; at++, w += LANES) {
                vec y[2];
                for (int d = 0; d < deep; d++) {
                    y[d] = load(w + (size_t)d * size);
                }
                for (int p = 0; p < SPREAD; p++) {
                    for (int i = 0; i < wide; i++) {
                        vec x = splat(s[p][at + (size_t)i * walk->step]);
                        for (int d = 0; d < deep; d++) {
                            acc[p * wide + i][d] += y[d] * x;
                        }
                    }
                }
            }
        }
    }
    for (int d = 0; d < deep; d++) {
        size_t below = (block + (size_t)d) * q->dst.block;
        for (int p = 0; p < SPREAD * wide; p++) {
            if ((size_t)p < t->pixels) {
                size_t at = below + t->to[p];
                store(q->dst.at + at, finish(&q->end, acc[p][d], at));
            }
        }
    }
}

LU_INLINE void fill_inside(const lu_convolve *q, size_t image, size_t pixel, tile *t, int count)
{
    const uint32_t *src = q->walk->src + pixel, *dst = q->walk->dst + pixel;

    for (int p = 0; p < count; p++) {
        t->src[p] = q->src.at + image * q->src.image + src[p];
        t->to[p] = image * q->dst.image + dst[p];
    }
}

static void fill_across(const lu_convolve *q, size_t image, size_t pixel, tile *t, size_t count)
{
    const lu_walk *walk = q->walk;

    for (size_t p = 0; p < count; p++) {
        if (p >= t->pixels) {
            t->src[p] = t->src[p % 2 < t->pixels ? p % 2 : 0];
            t->to[p] = 0;
            continue;
        }
        t->src[p] = q->src.at + image * q->src.image + walk->src[pixel];
        t->to[p] = image * q->dst.image + walk->dst[pixel];
        if (++pixel == walk->pixels) {
            pixel = 0;
            image++;
        }
    }
}

LU_INLINE void run_blocks(const lu_convolve *q, size_t block, int deep, int wide)
{
    const size_t count = (size_t)(SPREAD * wide), pixels = q->walk->pixels;
    size_t total = q->images * pixels, image = 0, pixel = 0;

    for (size_t n = 0; n < total; n += count, pixel += count) {
        tile t;
        t.pixels = total - n < count ? total - n : count;
        for (; pixel >= pixels; image++) {
            pixel -= pixels;
        }
        if (pixel + count <= pixels) {
            fill_inside(q, image, pixel, &t, (int)count);
        } else {
            fill_across(q, image, pixel, &t, count);
        }
        run_tile(q, &t, block, deep, wide);
    }
}

static void one_block(const lu_convolve *q, size_t block)
{
    run_blocks(q, block, 1, 1);
}

static void one_block_wide(const lu_convolve *q, size_t block)
{
    run_blocks(q, block, 1, 2);
}

static void two_blocks(const lu_convolve *q, size_t block)
{
    run_blocks(q, block, 2, 1);
}

void LU_KERNEL(convolve)(const lu_convolve *q)
{
    bool pairs = q->walk->step > 0 && q->walk->pixels % 2 == 0;
    size_t block = 0;

    for (; q->first == NULL && block + 2 <= q->out_blocks; block += 2) {
        two_blocks(q, block);
    }
    for (; block < q->out_blocks; block++) {
        if (pairs) {
            one_block_wide(q, block);
        } else {
            one_block(q, block);
        }
    }
}
