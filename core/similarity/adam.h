/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adam on one image, as Keras does it (Kingma & Ba 2015, the form with the bias correction folded
 * into the rate), inside core/ only:
 *
 *     lu_adam_step(x, m, v, grad, size, lu_adam_rate(0.01, step));     // step = 1, 2, ...
 */
#ifndef LU_CORE_SIMILARITY_ADAM_H
#define LU_CORE_SIMILARITY_ADAM_H

#include <math.h>
#include <stddef.h>

/* Keras' defaults; spec 4 (eps 1e-7). */
#define LU_ADAM_BETA1 0.9
#define LU_ADAM_BETA2 0.999
#define LU_ADAM_EPS 1e-7f

/* The rate of the step-th step, from 1. */
static inline float lu_adam_rate(double learning_rate, size_t step)
{
    double t = (double)step;

    return (float)(learning_rate * sqrt(1 - pow(LU_ADAM_BETA2, t)) / (1 - pow(LU_ADAM_BETA1, t)));
}

/* Moves x against the gradient g; a negative rate goes along it. m and v start as zeros. */
static inline void lu_adam_step(float *restrict x, float *restrict m, float *restrict v,
                                const float *restrict g, size_t n, float rate)
{
    const float b1 = (float)LU_ADAM_BETA1;
    const float b2 = (float)LU_ADAM_BETA2;

    for (size_t k = 0; k < n; k++) {
        m[k] = b1 * m[k] + (1 - b1) * g[k];
        v[k] = b2 * v[k] + (1 - b2) * (g[k] * g[k]);
        x[k] -= rate * m[k] / (sqrtf(v[k]) + LU_ADAM_EPS);
    }
}

#endif
