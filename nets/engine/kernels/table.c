/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps over parameters and single values; the table of all kernels of one instruction set. */
#include "nets/engine/kernels/vector.h"

#include <math.h>
#include <string.h>

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

extern const lu_kernels LU_JOIN(lu_kernels_, LU_ISA);
const lu_kernels LU_JOIN(lu_kernels_, LU_ISA) = {
    .name = ISA_NAME,
    .lanes = LANES,
    .convolve = LU_KERNEL(convolve),
    .tiles_in = LU_KERNEL(tiles_in),
    .tiles_out = LU_KERNEL(tiles_out),
    .tiles_multiply = LU_KERNEL(tiles_multiply),
    .correlate = LU_KERNEL(correlate),
    .product = LU_KERNEL(product),
    .to_planes = LU_KERNEL(to_planes),
    .max_forward = LU_KERNEL(max_forward),
    .max_backward = LU_KERNEL(max_backward),
    .cell = LU_KERNEL(cell),
    .cell_back = LU_KERNEL(cell_back),
    .adam = adam,
    .sgd = sgd,
    .relu_back = relu_back,
    .add = add,
    .sum = sum,
};
