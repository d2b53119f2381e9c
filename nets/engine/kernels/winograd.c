/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Winograd's transforms and the products between them. */
#include "nets/engine/kernels/vector.h"

static size_t tile_at(const lu_tiles *q, size_t n)
{
    size_t image = n / q->each, rest = n % q->each;

    return image * q->field.image + rest / q->across * 2 * q->row + rest % q->across * 2 * LANES;
}

/* B'd of four values: d0 - d2, d1 + d2, d2 - d1, d1 - d3. */
LU_INLINE void transform_in(const vec *d, size_t step, vec *to, size_t to_step)
{
    to[0] = d[0] - d[2 * step];
    to[to_step] = d[step] + d[2 * step];
    to[2 * to_step] = d[2 * step] - d[step];
    to[3 * to_step] = d[step] - d[3 * step];
}

LU_INLINE void tile_in(const lu_tiles *q, const float *from, float *to)
{
    vec d[16], half[16], v[16];

    for (size_t y = 0; y < 4; y++) {
        for (size_t x = 0; x < 4; x++) {
            d[4 * y + x] = load(from + y * q->row + x * LANES);
        }
    }
    for (size_t x = 0; x < 4; x++) {
        transform_in(d + x, 4, half + x, 4);
    }
    for (size_t y = 0; y < 4; y++) {
        transform_in(half + 4 * y, 1, v + 4 * y, 1);
    }
    for (size_t k = 0; k < 16; k++) {
        store(to + k * q->plane, v[k]);
    }
}

void LU_KERNEL(tiles_in)(const lu_tiles *q)
{
    for (size_t t = 0; t < q->n; t++) {
        const float *from = q->field.at + tile_at(q, q->first + t);
        for (size_t b = 0; b < q->blocks; b++) {
            tile_in(q, from + b * q->field.block, q->planes + b * q->room + t * LANES);
        }
    }
}

/* A'm of four values: m0 + m1 + m2, m1 - m2 - m3. */
LU_INLINE void transform_out(const vec *m, size_t step, vec *to, size_t to_step)
{
    to[0] = m[0] + m[step] + m[2 * step];
    to[to_step] = m[step] - m[2 * step] - m[3 * step];
}

LU_INLINE void tile_out(const lu_tiles *q, const float *from, size_t at, vec start)
{
    vec m[16], half[8], y[4];

    for (size_t k = 0; k < 16; k++) {
        m[k] = load(from + k * q->plane);
    }
    for (size_t x = 0; x < 4; x++) {
        transform_out(m + x, 4, half + x, 4);
    }
    for (size_t r = 0; r < 2; r++) {
        transform_out(half + 4 * r, 1, y + 2 * r, 1);
    }
    for (size_t i = 0; i < 4; i++) {
        size_t to = at + i / 2 * q->row + i % 2 * LANES;
        store(q->field.at + to, finish(&q->end, y[i] + start, to));
    }
}

void LU_KERNEL(tiles_out)(const lu_tiles *q)
{
    for (size_t t = 0; t < q->n; t++) {
        size_t at = tile_at(q, q->first + t);
        for (size_t b = 0; b < q->blocks; b++) {
            vec start = q->bias ? load(q->bias + b * LANES) : splat(0);
            tile_out(q, q->planes + b * q->room + t * LANES, at + b * q->field.block, start);
        }
    }
}

/* Tiles from `src` of one plane against `deep` out blocks: `wide` tiles side by side. */
LU_INLINE void multiply_strip(const lu_tiles *in, const lu_tiles *out, const float *weights,
                              const float *src, float *dst, int deep, int wide)
{
    size_t size = in->blocks * LANES * LANES;
    vec acc[LU_STRIP][2] = {{{0}}};

    for (size_t b = 0; b < in->blocks; b++, src += in->room) {
        for (int c = 0; c < LANES; c++, weights += LANES) {
            vec y[2];
            for (int d = 0; d < deep; d++) {
                y[d] = load(weights + (size_t)d * size);
            }
            for (int t = 0; t < wide; t++) {
                vec x = splat(src[t * LANES + c]);
                for (int d = 0; d < deep; d++) {
                    acc[t][d] += y[d] * x;
                }
            }
        }
    }
    for (int d = 0; d < deep; d++, dst += out->room) {
        for (int t = 0; t < wide; t++) {
            store(dst + t * LANES, acc[t][d]);
        }
    }
}

/* As wide as the registers allow; the rest of the tiles narrower. */
enum { STRIP = LANES == 16 ? LU_STRIP : 6 };

LU_INLINE void multiply_blocks(const lu_tiles *in, const lu_tiles *out, const float *weights,
                               const float *src, float *dst, int deep)
{
    size_t t = 0;

    for (; t + STRIP <= in->n; t += STRIP) {
        multiply_strip(in, out, weights, src + t * LANES, dst + t * LANES, deep, STRIP);
    }
    for (; t < in->n; t += 4) {
        multiply_strip(in, out, weights, src + t * LANES, dst + t * LANES, deep, 4);
    }
}

static void multiply_one(const lu_tiles *in, const lu_tiles *out, const float *weights,
                         const float *src, float *dst)
{
    multiply_blocks(in, out, weights, src, dst, 1);
}

static void multiply_two(const lu_tiles *in, const lu_tiles *out, const float *weights,
                         const float *src, float *dst)
{
    multiply_blocks(in, out, weights, src, dst, 2);
}

void LU_KERNEL(tiles_multiply)(const lu_tiles *in, const lu_tiles *out, const float *weights)
{
    size_t size = in->blocks * LANES * LANES;

    for (size_t k = 0; k < 16; k++) {
        const float *src = in->planes + k * in->plane;
        float *dst = out->planes + k * out->plane;
        size_t b = 0;
        for (; b + 2 <= out->blocks; b += 2, weights += 2 * size) {
            multiply_two(in, out, weights, src, dst + b * out->room);
        }
        for (; b < out->blocks; b++, weights += size) {
            multiply_one(in, out, weights, src, dst + b * out->room);
        }
    }
}
