/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Winograd's transforms and the products between them. */
#include "nets/engine/kernels/vector.h"

#include <string.h>

/* The points beside 0 and infinity: +-1, or +-A and +-B. */
static const float A = 0.625f, A2 = 0.390625f, A3 = 0.244140625f;
static const float B = 1.5f, B2 = 2.25f, B3 = 3.375f;

enum { SPAN_MAX = 6, PLANES_MAX = SPAN_MAX * SPAN_MAX };

/* A tile's first pixel. */
typedef struct place {
    size_t image, y, x;
} place;

static place place_of(const lu_tiles *q)
{
    size_t rest = q->first % q->each;

    return (place){q->first / q->each, rest / q->across * q->side, rest % q->across * q->side};
}

LU_INLINE void advance(const lu_tiles *q, place *p, int side)
{
    p->x += (size_t)side;
    if (p->x >= q->w) {
        p->x = 0;
        p->y += (size_t)side;
    }
    if (p->y >= q->h) {
        p->y = 0;
        p->image++;
    }
}

LU_INLINE size_t offset(const lu_tiles *q, const place *p)
{
    return p->image * q->field.image + p->y * q->row + p->x * LANES;
}

LU_INLINE bool is_whole(const lu_tiles *q, const place *p, int side)
{
    return p->y + (size_t)side <= q->h && p->x + (size_t)side <= q->w;
}

/* --- in: planes of a tile's transformed pixels, those of two points at a time --- */

/* Of m + 2 values those that belong to 0 and infinity (pair 0) or to a point and its opposite:
   the coefficients of the product of x - p over all other points p. */
LU_INLINE void pair_in(const vec *d, size_t step, int side, int pair, vec *to, size_t to_step)
{
    const vec *e = d + step; /* the odd ones */
    size_t two = 2 * step;

    if (side == 2 && pair == 0) {
        to[0] = d[two] - d[0];
        to[to_step] = e[two] - e[0];
    } else if (side == 2) {
        to[0] = d[two] + e[0];
        to[to_step] = d[two] - e[0];
    } else if (pair == 0) {
        to[0] = A2 * B2 * d[0] - (A2 + B2) * d[two] + d[2 * two];
        to[to_step] = A2 * B2 * e[0] - (A2 + B2) * e[two] + e[2 * two];
    } else {
        vec even = d[2 * two] - (pair == 1 ? B2 : A2) * d[two];
        vec odd = e[two] - (pair == 1 ? B2 : A2) * e[0];
        to[0] = even + (pair == 1 ? A : B) * odd;
        to[to_step] = even - (pair == 1 ? A : B) * odd;
    }
}

LU_INLINE void tile_in(const lu_tiles *q, const float *from, size_t row, float *to, int side)
{
    int span = side + 2;

#pragma GCC unroll 3
    for (int p = 0; p < span / 2; p++) {
        vec half[2 * SPAN_MAX], v[SPAN_MAX];
#pragma GCC unroll 6
        for (int y = 0; y < span; y++) {
            vec d[SPAN_MAX];
            for (int x = 0; x < span; x++) {
                d[x] = load(from + (size_t)y * row + (size_t)(x * LANES));
            }
            pair_in(d, 1, side, p, half + y, SPAN_MAX);
        }
#pragma GCC unroll 2
        for (int x = 0; x < 2; x++) {
            for (int r = 0; r < span / 2; r++) {
                pair_in(half + x * SPAN_MAX, 1, side, r, v + 2 * r, 1);
            }
            for (int k = 0; k < span; k++, to += q->plane) {
                store(to, v[k]);
            }
        }
    }
}

/* A tile that reaches over the edge reads a copy with zeros there. */
static const float *cut_tile(const lu_tiles *q, const place *p, const float *from, float *copy)
{
    size_t span = q->side + 2, rows = q->h - p->y + 2, columns = q->w - p->x + 2;

    memset(copy, 0, PLANES_MAX * LANES * sizeof *copy);
    for (size_t y = 0; y < span && y < rows; y++) {
        memcpy(copy + y * span * LANES, from + y * q->row,
               (columns < span ? columns : span) * LANES * sizeof *copy);
    }
    return copy;
}

LU_INLINE void all_in(const lu_tiles *q, int side)
{
    place p = place_of(q);

    for (size_t t = 0; t < q->n; t++, advance(q, &p, side)) {
        for (size_t b = 0; b < q->blocks; b++) {
            float copy[PLANES_MAX * LANES], *to = q->planes + b * q->room + t * LANES;
            const float *from = q->field.at + offset(q, &p) + b * q->field.block;
            if (is_whole(q, &p, side)) {
                tile_in(q, from, q->row, to, side);
            } else {
                from = cut_tile(q, &p, from, copy);
                tile_in(q, from, (size_t)(side + 2) * LANES, to, side);
            }
        }
    }
}

static void all_in_2(const lu_tiles *q)
{
    all_in(q, 2);
}

static void all_in_4(const lu_tiles *q)
{
    all_in(q, 4);
}

void LU_KERNEL(tiles_in)(const lu_tiles *q)
{
    (q->side == 2 ? all_in_2 : all_in_4)(q);
}

/* --- out: the values at 0, infinity and the pairs of points to m pixels --- */

LU_INLINE void pairs_out(const vec *m, size_t step, int side, vec *to)
{
    vec sum = m[2 * step] + m[3 * step], difference = m[2 * step] - m[3 * step];

    if (side == 2) {
        to[0] = m[0] + sum;
        to[1] = difference + m[step];
    } else {
        vec sum_b = m[4 * step] + m[5 * step], difference_b = m[4 * step] - m[5 * step];
        to[0] = m[0] + sum + sum_b;
        to[1] = A * difference + B * difference_b;
        to[2] = A2 * sum + B2 * sum_b;
        to[3] = A3 * difference + B3 * difference_b + m[step];
    }
}

LU_INLINE void tile_out(const lu_tiles *q, const float *from, const place *p, size_t at, vec start,
                        int side)
{
    int span = side + 2;
    bool whole = is_whole(q, p, side);
    vec half[SPAN_MAX * 4];

#pragma GCC unroll 6
    for (int x = 0; x < span; x++) {
        vec m[SPAN_MAX];
        for (int k = 0; k < span; k++, from += q->plane) {
            m[k] = load(from);
        }
        pairs_out(m, 1, side, half + 4 * x);
    }
#pragma GCC unroll 4
    for (int r = 0; r < side; r++) {
        vec y[4];
        pairs_out(half + r, 4, side, y);
        for (int i = 0; i < side; i++) {
            size_t to = at + (size_t)r * q->row + (size_t)(i * LANES);
            if (whole || (p->y + (size_t)r < q->h && p->x + (size_t)i < q->w)) {
                store(q->field.at + to, finish(&q->end, y[i] + start, to));
            }
        }
    }
}

LU_INLINE void all_out(const lu_tiles *q, int side)
{
    place p = place_of(q);

    for (size_t t = 0; t < q->n; t++, advance(q, &p, side)) {
        for (size_t b = 0; b < q->blocks; b++) {
            vec start = q->bias ? load(q->bias + b * LANES) : splat(0);
            tile_out(q, q->planes + b * q->room + t * LANES, &p, offset(q, &p) + b * q->field.block,
                     start, side);
        }
    }
}

static void all_out_2(const lu_tiles *q)
{
    all_out(q, 2);
}

static void all_out_4(const lu_tiles *q)
{
    all_out(q, 4);
}

void LU_KERNEL(tiles_out)(const lu_tiles *q)
{
    (q->side == 2 ? all_out_2 : all_out_4)(q);
}

/* --- the products --- */

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
    size_t size = in->blocks * LANES * LANES, planes = (in->side + 2) * (in->side + 2);

    for (size_t k = 0; k < planes; k++) {
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
