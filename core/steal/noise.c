/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/steal/methods.h"
#include "core/steal/transform.h"

#include <math.h>

static double deviation(const float *w, size_t n)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < n; i++) {
        sum += (double)w[i];
    }
    for (size_t i = 0; i < n; i++) {
        squares += ((double)w[i] - sum / (double)n) * ((double)w[i] - sum / (double)n);
    }
    return n ? sqrt(squares / (double)n) : 0;
}

void lu_add_noise(float *w, size_t n, double share, lu_rng *rng)
{
    double spread = share * deviation(w, n);

    for (size_t i = 0; i < n; i++) {
        w[i] = (float)((double)w[i] + spread * lu_rng_normal(rng));
    }
}

static void preset(lu_recipe *r)
{
    r->epochs = 0;
    r->noise = 0.1;
}

const lu_method lu_method_noise = {"noise",
                                   "noisy",
                                   "transformation",
                                   LU_NEEDS_WEIGHTS,
                                   false,
                                   "add noise to the weights",
                                   "normal, deviation a tenth of the tensor's own, no training",
                                   preset};
