/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/steal/methods.h"
#include "core/steal/transform.h"

#include <math.h>

void lu_quantise(float *w, size_t n, size_t bits)
{
    double top = 0, steps = ldexp(1, (int)bits - 1) - 1;

    for (size_t i = 0; i < n; i++) {
        top = fmax(top, fabs((double)w[i]));
    }
    for (size_t i = 0; i < n && top > 0; i++) {
        w[i] = (float)(round((double)w[i] / top * steps) / steps * top);
    }
}

static void preset(lu_recipe *r)
{
    r->epochs = 0;
}

const lu_method lu_method_quantise = {"quantise",
                                      "quantised",
                                      "transformation",
                                      LU_NEEDS_WEIGHTS,
                                      false,
                                      "round the weights to a few bits",
                                      "symmetric, one scale a tensor, no training",
                                      preset};
