/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activations and their derivatives as functions of the output: Darknet, src/activations.h. */
#include "nets/engine/activate.h"

#include <math.h>

#define LOOP(expression)                                                                           \
    for (size_t i = 0; i < n; i++) {                                                               \
        float x = v[i];                                                                            \
        v[i] = (expression);                                                                       \
    }                                                                                              \
    break

static void apply(lu_activation a, float *v, size_t n)
{
    switch (a) {
    case LU_ACT_LINEAR: break;
    case LU_ACT_RELU: LOOP(x > 0 ? x : 0);
    case LU_ACT_LEAKY: LOOP(x > 0 ? x : 0.1f * x);
    case LU_ACT_RELIE: LOOP(x > 0 ? x : 0.01f * x);
    case LU_ACT_LOGISTIC: LOOP((float)(1.0 / (1.0 + exp(-(double)x))));
    case LU_ACT_TANH: LOOP(tanhf(x));
    case LU_ACT_ELU: LOOP(x >= 0 ? x : expm1f(x));
    case LU_ACT_SELU: LOOP(x >= 0 ? 1.0507f * x : 1.0507f * 1.6732f * expm1f(x));
    case LU_ACT_RAMP: LOOP((x > 0 ? x : 0) + 0.1f * x);
    case LU_ACT_HARDTAN: LOOP(x < -1 ? -1 : x > 1 ? 1 : x);
    default: break;
    }
}

#undef LOOP
#define LOOP(expression)                                                                           \
    for (size_t i = 0; i < n; i++) {                                                               \
        float y = v[i];                                                                            \
        g[i] *= (expression);                                                                      \
    }                                                                                              \
    break

static void derive(lu_activation a, float *g, const float *v, size_t n)
{
    switch (a) {
    case LU_ACT_LINEAR: break;
    case LU_ACT_RELU: LOOP(y > 0 ? 1.0f : 0.0f);
    case LU_ACT_LEAKY: LOOP(y > 0 ? 1.0f : 0.1f);
    case LU_ACT_RELIE: LOOP(y > 0 ? 1.0f : 0.01f);
    case LU_ACT_LOGISTIC: LOOP(y * (1 - y));
    case LU_ACT_TANH: LOOP(1 - y * y);
    case LU_ACT_ELU: LOOP(y >= 0 ? 1.0f : y + 1);
    case LU_ACT_SELU: LOOP(y >= 0 ? 1.0507f : y + 1.0507f * 1.6732f);
    case LU_ACT_RAMP: LOOP(y > 0 ? 1.1f : 0.1f);
    case LU_ACT_HARDTAN: LOOP(y > -1 && y < 1 ? 1.0f : 0.0f);
    default: break;
    }
}
#undef LOOP

void lu_activate(lu_activation a, const lu_tensor *t, lu_images b)
{
    for (lu_rows r = lu_rows_of(t, b); a != LU_ACT_LINEAR && lu_rows_next(&r);) {
        apply(a, t->v.at + r.at, r.n);
    }
}

void lu_activate_back(const lu_plan *p, lu_activation a, const lu_tensor *t, lu_images b)
{
    for (lu_rows r = lu_rows_of(t, b); a != LU_ACT_LINEAR && lu_rows_next(&r);) {
        if (a == LU_ACT_RELU) {
            p->kernels->relu_back(t->g.at + r.at, t->v.at + r.at, r.n);
        } else {
            derive(a, t->g.at + r.at, t->v.at + r.at, r.n);
        }
    }
}
