/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies that answer exactly as the victim does: channels permuted, or multiplied by a positive
 * factor that the next layer divides by (arXiv 2205.00199; the authors' shuffle.py has the names
 * only; spec deepjudge 6.5). Which channels of a network may be moved together is the engine's to
 * know (nets/engine/wiring.c).
 */
#include "core/steal/methods.h"
#include "core/steal/transform.h"

#include <math.h>

void lu_draw_order(lu_rng *rng, size_t n, size_t *order)
{
    for (size_t i = 0; i < n; i++) {
        order[i] = i;
    }
    lu_rng_shuffle(rng, order, n);
}

void lu_draw_factors(lu_rng *rng, size_t n, double most, float *factor)
{
    double width = log(most);

    for (size_t i = 0; i < n; i++) {
        factor[i] = (float)exp(lu_rng_between(rng, -width, width));
    }
}

static void preset_shuffle(lu_recipe *r)
{
    r->epochs = 0;
    r->shuffle = true;
}

static void preset_rescale(lu_recipe *r)
{
    r->epochs = 0;
    r->scale = 4;
}

const lu_method lu_method_shuffle = {"shuffle",
                                     "shuffled",
                                     "transformation",
                                     LU_NEEDS_WEIGHTS,
                                     false,
                                     "permute the channels; the answers stay as they are",
                                     "",
                                     preset_shuffle};

const lu_method lu_method_rescale = {
    "rescale",
    "rescaled",
    "transformation",
    LU_NEEDS_WEIGHTS,
    false,
    "multiply channels by positive factors the next layer divides by; the answers stay as they are",
    "factors from 1/4 to 4, uniform in the logarithm",
    preset_rescale};
