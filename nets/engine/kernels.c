/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled several times, LU_ISA = base, v3 or v4; see kernels.h. */
#include "nets/engine/kernels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define INLINE static inline __attribute__((always_inline))

/* SPREAD pointers to pixels of a tile, as many as leave registers for the rest. */
#if defined(__AVX512F__)
enum { LANES = 16, SPREAD = 8 };
#define ISA_NAME "avx512"
#elif defined(__AVX2__)
enum { LANES = 8, SPREAD = 4 };
#define ISA_NAME "avx2"
#else
enum { LANES = 4, SPREAD = 4 };
#define ISA_NAME "generic"
#endif

typedef float vec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int ivec __attribute__((vector_size(LANES * 4)));

INLINE vec load(const float *p)
{
    return *(const vec *)p;
}

INLINE void store(float *p, vec x)
{
    *(vec *)p = x;
}

INLINE vec splat(float x)
{
    return x - (vec){0};
}

INLINE vec where(ivec mask, vec x)
{
    return (vec)((ivec)x & mask);
}

INLINE vec finish(const lu_ending *e, vec x, size_t at)
{
    if (e->plus != NULL) {
        x += load(e->plus + at);
    }
    if (e->mask != NULL) {
        x = where(load(e->mask + at) > 0, x);
    }
    return e->relu ? where(x > 0, x) : x;
}

/* --- convolution --- */

/* One tile: SPREAD pointers to `wide` neighbouring pixels each. */
typedef struct tile {
    const float *src[SPREAD * 2]; /* every `wide`-th is used */
    size_t to[SPREAD * 2];        /* where each pixel goes in a block of dst */
    size_t pixels;                /* that count; the others repeat the first */
} tile;

INLINE void run_tile(const lu_convolve *q, const tile *t, size_t block, int deep, int wide)
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

INLINE void fill_inside(const lu_convolve *q, size_t image, size_t pixel, tile *t, int count)
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

INLINE void run_blocks(const lu_convolve *q, size_t block, int deep, int wide)
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

static void convolve(const lu_convolve *q)
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

/* --- Winograd --- */

static size_t tile_at(const lu_tiles *q, size_t n)
{
    size_t image = n / q->each, rest = n % q->each;

    return image * q->field.image + rest / q->across * 2 * q->row + rest % q->across * 2 * LANES;
}

/* B'd of four values: d0 - d2, d1 + d2, d2 - d1, d1 - d3. */
INLINE void transform_in(const vec *d, size_t step, vec *to, size_t to_step)
{
    to[0] = d[0] - d[2 * step];
    to[to_step] = d[step] + d[2 * step];
    to[2 * to_step] = d[2 * step] - d[step];
    to[3 * to_step] = d[step] - d[3 * step];
}

INLINE void tile_in(const lu_tiles *q, const float *from, float *to)
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

static void tiles_in(const lu_tiles *q)
{
    for (size_t t = 0; t < q->n; t++) {
        const float *from = q->field.at + tile_at(q, q->first + t);
        for (size_t b = 0; b < q->blocks; b++) {
            tile_in(q, from + b * q->field.block, q->planes + b * q->room + t * LANES);
        }
    }
}

/* A'm of four values: m0 + m1 + m2, m1 - m2 - m3. */
INLINE void transform_out(const vec *m, size_t step, vec *to, size_t to_step)
{
    to[0] = m[0] + m[step] + m[2 * step];
    to[to_step] = m[step] - m[2 * step] - m[3 * step];
}

INLINE void tile_out(const lu_tiles *q, const float *from, size_t at, vec start)
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

static void tiles_out(const lu_tiles *q)
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
INLINE void multiply_strip(const lu_tiles *in, const lu_tiles *out, const float *weights,
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

INLINE void multiply_blocks(const lu_tiles *in, const lu_tiles *out, const float *weights,
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

static void tiles_multiply(const lu_tiles *in, const lu_tiles *out, const float *weights)
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

/* --- gradient of the weights --- */

enum { RUN = LANES == 16 ? 24 : 8 };

/* `run` values of one tap of one block against one out block. */
INLINE void correlate_run(const lu_correlate *q, const float *src, const float *dst, float *w,
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

static void correlate(const lu_correlate *q)
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

/* --- few rows, many positions --- */

INLINE void strip(const lu_product *q, size_t j, int rows, int wide)
{
    const float *a = q->a;
    vec acc[24] = {{0}};

    for (size_t k = 0; k < q->k; k++, a += rows) {
        const float *b = q->b + q->off[k] + j;
        for (int v = 0; v < wide; v++) {
            vec x = load(b + v * LANES);
            for (int r = 0; r < rows; r++) {
                acc[r * wide + v] += splat(a[r]) * x;
            }
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < wide; v++) {
            store(q->c + (size_t)r * q->ldc + j + (size_t)(v * LANES), acc[r * wide + v]);
        }
    }
}

INLINE void strips(const lu_product *q, int rows, int wide)
{
    for (size_t j = 0; j < q->n; j += (size_t)(wide * LANES)) {
        strip(q, j, rows, wide);
    }
}

/* As many vectors side by side as the registers hold. */
#define SIDE(rows)                                                                                 \
    (LANES == 16 ? (rows) <= 2 ? 8 : 24 / (rows) : (rows) <= 2 ? 4 : (rows) <= 4 ? 2 : 1)

static void product(const lu_product *q)
{
    switch (q->m) {
    case 1: strips(q, 1, SIDE(1)); break;
    case 2: strips(q, 2, SIDE(2)); break;
    case 3: strips(q, 3, SIDE(3)); break;
    case 4: strips(q, 4, SIDE(4)); break;
    case 5: strips(q, 5, SIDE(5)); break;
    case 6: strips(q, 6, SIDE(6)); break;
    case 7: strips(q, 7, SIDE(7)); break;
    default: strips(q, 8, SIDE(8)); break;
    }
}

/* a[i][j] <-> a[j][i], by exchanging ever larger squares. */
INLINE void transpose(vec *a)
{
#pragma GCC unroll 4
    for (int s = 1; s < LANES; s *= 2) {
        ivec low, high;
        for (int j = 0; j < LANES; j++) {
            low[j] = j & s ? LANES + j - s : j;
            high[j] = j & s ? LANES + j : j + s;
        }
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++) {
            if ((i & s) == 0) {
                vec x = a[i], y = a[i + s];
                a[i] = __builtin_shuffle(x, y, low);
                a[i + s] = __builtin_shuffle(x, y, high);
            }
        }
    }
}

static void to_planes(const float *v, size_t pixels, size_t channels, float *plane, size_t size)
{
    for (size_t i = 0; i < pixels; i += LANES) {
        vec a[LANES];
        for (size_t j = 0; j < LANES; j++) {
            a[j] = load(v + (i + j) * LANES);
        }
        transpose(a);
        for (size_t l = 0; l < channels; l++) {
            store(plane + l * size + i, a[l]);
        }
    }
}

/* --- maximum --- */

INLINE vec window_max(const lu_window *w, const float *src, size_t row)
{
    vec best = splat(-FLT_MAX);

    for (size_t y = 0; y < w->rows; y++) {
        for (size_t x = 0; x < w->columns; x++) {
            vec v = load(src + y * row + x * LANES);
            ivec more = v > best;
            best = (vec)(((ivec)v & more) | ((ivec)best & ~more));
        }
    }
    return best;
}

static void max_forward(const lu_pool *q)
{
    for (size_t b = 0; b < q->images; b++) {
        for (size_t c = 0; c < q->blocks; c++) {
            const float *src = q->src.at + b * q->src.image + c * q->src.block;
            float *dst = q->dst.at + b * q->dst.image + c * q->dst.block;
            for (size_t i = 0; i < q->windows; i++) {
                const lu_window *w = &q->window[i];
                store(dst + w->dst, window_max(w, src + w->src, q->row));
            }
        }
    }
}

INLINE void window_back(const lu_window *w, const float *src, size_t row, vec best, vec g,
                        float *grad, bool set)
{
    ivec open = ~(ivec){0};

    for (size_t y = 0; y < w->rows; y++) {
        for (size_t x = 0; x < w->columns; x++) {
            size_t at = y * row + x * LANES;
            ivec hit = (load(src + at) == best) & open;
            vec share = where(hit, g);
            if (!set) {
                share += load(grad + at);
            }
            store(grad + at, share);
            open &= ~hit;
        }
    }
}

static void back_block(const lu_pool *q, const float *src, const float *dst, const float *from,
                       float *grad)
{
    for (size_t i = 0; i < q->windows; i++) {
        const lu_window *w = &q->window[i];
        vec best = load(dst + w->dst), g = load(from + w->dst);
        if (q->mask) {
            g = where(best > 0, g);
        }
        if (q->set) {
            window_back(w, src + w->src, q->row, best, g, grad + w->src, true);
        } else {
            window_back(w, src + w->src, q->row, best, g, grad + w->src, false);
        }
    }
}

static void max_backward(const lu_pool *q)
{
    for (size_t b = 0; b < q->images; b++) {
        for (size_t c = 0; c < q->blocks; c++) {
            back_block(q, q->src.at + b * q->src.image + c * q->src.block,
                       q->dst.at + b * q->dst.image + c * q->dst.block,
                       q->grad_dst.at + b * q->grad_dst.image + c * q->grad_dst.block,
                       q->grad_src.at + b * q->grad_src.image + c * q->grad_src.block);
        }
    }
}

/* --- parameters and single values --- */

static void adam(const lu_step *s)
{
    float *restrict w = s->w;
    float *restrict m = s->m;
    float *restrict v = s->v;
    const float *restrict g = s->g;

    for (size_t i = 0; i < s->n; i++) {
        float d = g[i] + s->decay * w[i];
        m[i] = 0.9f * m[i] + 0.1f * d;
        v[i] = 0.999f * v[i] + 0.001f * d * d;
        w[i] -= s->rate * m[i] / (sqrtf(v[i]) + 1e-7f);
    }
}

static void sgd(const lu_step *s)
{
    float *restrict w = s->w;
    float *restrict m = s->m;
    const float *restrict g = s->g;

    for (size_t i = 0; i < s->n; i++) {
        m[i] = s->momentum * m[i] - s->rate * (g[i] + s->decay * w[i]);
        w[i] += m[i];
    }
}

static void relu_back(float *restrict g, const float *restrict v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g[i] = v[i] > 0 ? g[i] : 0;
    }
}

/* n is a multiple of LANES, as rows are. */
static void add(float *to, const float *a, const float *b, size_t n, bool relu)
{
    for (size_t i = 0; i < n; i += LANES) {
        vec x = load(a + i) + load(b + i);
        store(to + i, relu ? where(x > 0, x) : x);
    }
}

static void sum(double *out, const float *v, size_t n)
{
    double total[LANES] = {0};

    for (size_t i = 0; i < n; i++) {
        for (int l = 0; l < LANES; l++) {
            total[l] += (double)v[i * LANES + (size_t)l];
        }
    }
    memcpy(out, total, sizeof total);
}

extern const lu_kernels JOIN(lu_kernels_, LU_ISA);
const lu_kernels JOIN(lu_kernels_, LU_ISA) = {
    ISA_NAME,  LANES,       convolve,     tiles_in, tiles_out, tiles_multiply, correlate, product,
    to_planes, max_forward, max_backward, adam,     sgd,       relu_back,      add,       sum};
