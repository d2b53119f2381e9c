/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled several times, LU_ISA = base, v3 or v4; see kernels.h. */
#include "nets/engine/kernels.h"

#include <math.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
enum { LANES = 16, WIDE = 3 };
#define ISA_NAME "avx512"
#elif defined(__AVX2__)
enum { LANES = 8, WIDE = 1 };
#define ISA_NAME "avx2"
#else
enum { LANES = 4, WIDE = 1 };
#define ISA_NAME "generic"
#endif

typedef float vec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int ivec __attribute__((vector_size(LANES * 4)));

INLINE vec load(const float *p)
{
    return *(const vec *)p;
}

INLINE vec splat(float x)
{
    return x - (vec){0};
}

INLINE vec positive(vec x)
{
    return (vec)((ivec)x & (x > 0));
}

/* One tile: `rows` rows of one packed block times `wide` vectors of positions. */
INLINE void tile(const lu_product *p, size_t row, size_t j, int rows, int wide)
{
    const float *a = p->a + row * p->k;
    vec acc[LU_ROWS][WIDE];

    for (int r = 0; r < rows; r++) {
        const float *c = p->c + (row + (size_t)r) * p->ldc + j;
        for (int v = 0; v < wide; v++) {
            acc[r][v] = p->add    ? load(c + v * LANES)
                        : p->bias ? splat(p->bias[row + (size_t)r])
                                  : splat(0);
        }
    }
    for (size_t k = 0; k < p->k; k++, a += LU_ROWS) {
        const float *b = p->b + p->off[k] + j;
        vec x[WIDE];
        for (int v = 0; v < wide; v++) {
            x[v] = load(b + v * LANES);
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < wide; v++) {
                acc[r][v] += splat(a[r]) * x[v];
            }
        }
    }
    for (int r = 0; r < rows; r++) {
        float *c = p->c + (row + (size_t)r) * p->ldc + j;
        for (int v = 0; v < wide; v++) {
            *(vec *)(c + v * LANES) = p->relu ? positive(acc[r][v]) : acc[r][v];
        }
    }
}

/* All positions of one block of rows; `rows` is a constant at each call. */
INLINE void block(const lu_product *p, size_t row, int rows)
{
    size_t j = 0;

    for (; j + WIDE * LANES <= p->n; j += WIDE * LANES) {
        tile(p, row, j, rows, WIDE);
    }
    for (; j < p->n; j += LANES) {
        tile(p, row, j, rows, 1);
    }
}

static void product(const lu_product *p)
{
    for (size_t row = 0; row < p->m; row += LU_ROWS) {
        switch (p->m - row) {
        case 1: block(p, row, 1); break;
        case 2: block(p, row, 2); break;
        case 3: block(p, row, 3); break;
        case 4: block(p, row, 4); break;
        case 5: block(p, row, 5); break;
        case 6: block(p, row, 6); break;
        case 7: block(p, row, 7); break;
        default: block(p, row, 8); break;
        }
    }
}

INLINE float sum_of(vec x)
{
    float s = 0;

    for (int i = 0; i < LANES; i++) {
        s += x[i];
    }
    return s;
}

enum { OUTER = 4 };

/* OUTER x OUTER dot products over n positions; rows beyond the last repeat it and are not stored.
 */
INLINE void dots(const lu_outer *o, size_t row, size_t k0)
{
    const float *g[OUTER], *b[OUTER];
    vec acc[OUTER][OUTER] = {{{0}}};
    float tail[OUTER][OUTER] = {{0}};
    size_t j = 0;

    for (size_t i = 0; i < OUTER; i++) {
        g[i] = o->g + (row + i < o->m ? row + i : o->m - 1) * o->ldg;
        b[i] = o->b + o->off[k0 + i < o->nk ? k0 + i : o->nk - 1];
    }
    for (; j + LANES <= o->n; j += LANES) {
        vec x[OUTER];
        for (int q = 0; q < OUTER; q++) {
            x[q] = load(b[q] + j);
        }
        for (int r = 0; r < OUTER; r++) {
            vec y = load(g[r] + j);
            for (int q = 0; q < OUTER; q++) {
                acc[r][q] += y * x[q];
            }
        }
    }
    for (; j < o->n; j++) {
        for (int r = 0; r < OUTER; r++) {
            for (int q = 0; q < OUTER; q++) {
                tail[r][q] += g[r][j] * b[q][j];
            }
        }
    }
    for (size_t r = 0; r < OUTER && row + r < o->m; r++) {
        for (size_t q = 0; q < OUTER && k0 + q < o->nk; q++) {
            o->d[(row + r) * o->ldd + k0 + q] += sum_of(acc[r][q]) + tail[r][q];
        }
    }
}

static void outer(const lu_outer *o)
{
    for (size_t row = 0; row < o->m; row += OUTER) {
        for (size_t k = 0; k < o->nk; k += OUTER) {
            dots(o, row, k);
        }
    }
}

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

static void max2(const float *in, size_t in_pitch, float *out, unsigned char *where, size_t h,
                 size_t w, size_t out_pitch)
{
    for (size_t y = 0; y < h; y++) {
        const float *restrict top = in + 2 * y * in_pitch;
        const float *restrict low = top + in_pitch;
        float *restrict o = out + y * out_pitch;
        unsigned char *restrict at = where + y * w;
        for (size_t x = 0; x < w; x++) {
            float a = top[2 * x], b = top[2 * x + 1], c = low[2 * x], d = low[2 * x + 1];
            float ab = b > a ? b : a, cd = d > c ? d : c;
            int iab = b > a, icd = 2 + (d > c);
            o[x] = cd > ab ? cd : ab;
            at[x] = (unsigned char)(cd > ab ? icd : iab);
        }
    }
}

extern const lu_kernels JOIN(lu_kernels_, LU_ISA);
const lu_kernels JOIN(lu_kernels_, LU_ISA) = {ISA_NAME, product, outer, adam, sgd, relu_back, max2};
