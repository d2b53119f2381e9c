/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/watermark/losses.h"
#include "core/base/mem.h"
#include "core/model.h"

#include <math.h>

double lu_loss_mse(const float *x, const float *y, size_t n, double weight, float *grad)
{
    double sum = 0, scale = 2 * weight / (double)n;

    for (size_t i = 0; i < n; i++) {
        double d = (double)y[i] - x[i];
        sum += d * d;
        if (grad != NULL) {
            grad[i] += (float)(scale * d);
        }
    }
    return sum / (double)n;
}

/* log(1 + e^z) without overflow */
static double softplus(double z)
{
    return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

double lu_loss_sigmoid(const float *z, size_t n, bool real, double weight, float *grad)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double p = 1 / (1 + exp(-(double)z[i]));
        sum += softplus(real ? -(double)z[i] : z[i]);
        if (grad != NULL) {
            grad[i] += (float)(weight * (p - real) / (double)n);
        }
    }
    return sum / (double)n;
}

/* One sample: its cross-entropy, and p - y into p. */
static double one_entropy(const float *z, size_t label, size_t classes, double *p)
{
    double top = z[lu_argmax(z, classes)], sum = 0;

    for (size_t c = 0; c < classes; c++) {
        p[c] = exp(z[c] - top);
        sum += p[c];
    }
    for (size_t c = 0; c < classes; c++) {
        p[c] /= sum;
    }
    p[label] -= 1;
    /* cppcheck-suppress invalidFunctionArg; the class `top` adds 1 to the sum */
    return log(sum) - (z[label] - top);
}

double lu_loss_host(const float *z, const int32_t *label, size_t n, size_t classes, size_t share,
                    double weight, float *grad, size_t *right)
{
    double sum = 0, *p;

    if (LU_NEW(p, classes)) {
        return NAN;
    }
    for (size_t i = 0; i < n; i++) {
        const float *row = z + i * classes;
        sum += one_entropy(row, (size_t)label[i], classes, p);
        *right += lu_argmax(row, classes) == (size_t)label[i];
        for (size_t c = 0; grad != NULL && c < classes; c++) {
            grad[i * classes + c] += (float)(weight * p[c] / (double)share);
        }
    }
    free(p);
    return sum / (double)share;
}
