/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One step of long short-term memory, unit by unit. exp and tanh by the polynomials of the Cephes
 * library (expf.c, tanhf.c): relative errors below 2e-7.
 */
#include "nets/engine/kernels/vector.h"

static const float LIMIT = 87; /* exp(-87) is the smallest normal number, nearly */

LU_INLINE vec either(ivec mask, vec yes, vec no)
{
    return (vec)(((ivec)yes & mask) | ((ivec)no & ~mask));
}

LU_INLINE vec exp_of(vec x)
{
    const float round = 12582912; /* 1.5 * 2^23: beyond it there are no fractions */
    vec n, r, y;

    x = either(x < -LIMIT, splat(-LIMIT), x);
    x = either(x > LIMIT, splat(LIMIT), x);
    n = (x * 1.44269504088896341f + round) - round;
    r = x - n * 0.693359375f + n * 2.12194440e-4f;
    y = 1.9875691500e-4f * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1;
    return y * (vec)((__builtin_convertvector(n, ivec) + 127) << 23);
}

LU_INLINE vec logistic(vec x)
{
    return 1 / (1 + exp_of(-x));
}

LU_INLINE vec tanh_of(vec x)
{
    vec z = x * x, near, far;

    near = -5.70498872745e-3f * z + 2.06390887954e-2f;
    near = near * z - 5.37397155531e-2f;
    near = near * z + 1.33314422036e-1f;
    near = near * z - 3.33332819422e-1f;
    near = near * z * x + x;
    far = 1 - 2 / (exp_of(2 * x) + 1);
    return either(z < 0.625f * 0.625f, near, far);
}

void LU_KERNEL(cell)(const lu_cell *c)
{
    for (size_t k = 0; k < c->n; k++) {
        size_t at = k * LANES;
        vec i = logistic(load(c->gate[0] + at)), f = logistic(load(c->gate[1] + at));
        vec o = logistic(load(c->gate[2] + at)), g = tanh_of(load(c->gate[3] + at));
        vec s = i * g, t;

        if (c->before != NULL) {
            s += f * load(c->before + at);
        }
        t = tanh_of(s);
        store(c->gate[0] + at, i);
        store(c->gate[1] + at, f);
        store(c->gate[2] + at, o);
        store(c->gate[3] + at, g);
        store(c->cell + at, s);
        store(c->tanh + at, t);
        store(c->out + k * c->step, o * t);
    }
}

void LU_KERNEL(cell_back)(const lu_cell_back *c)
{
    for (size_t k = 0; k < c->n; k++) {
        size_t at = k * LANES;
        vec i = load(c->gate[0] + at), f = load(c->gate[1] + at);
        vec o = load(c->gate[2] + at), g = load(c->gate[3] + at);
        vec t = load(c->tanh + at), h = load(c->out + at);
        vec s = load(c->carry + at) + h * o * (1 - t * t);
        vec before = c->before ? load(c->before + at) : splat(0);

        store(c->slope[0] + at, s * g * i * (1 - i));
        store(c->slope[1] + at, s * before * f * (1 - f));
        store(c->slope[2] + at, h * t * o * (1 - o));
        store(c->slope[3] + at, s * i * (1 - g * g));
        store(c->carry + at, s * f);
    }
}
