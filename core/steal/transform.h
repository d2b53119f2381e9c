/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of weights without training. Each is a pure function of one tensor or of a channel count.
 */
#ifndef LU_CORE_STEAL_TRANSFORM_H
#define LU_CORE_STEAL_TRANSFORM_H

#include "core/base/rng.h"

/* Rounds to 2^bits - 1 evenly spaced values from -max|w| to max|w| (symmetric, one scale a tensor),
 * 2 <= bits. */
void lu_quantise(float *w, size_t n, size_t bits);

/* Adds normal noise whose deviation is `share` of the tensor's own. */
void lu_add_noise(float *w, size_t n, double share, lu_rng *rng);

/* order[i] = the old number of what is i-th now. */
void lu_draw_order(lu_rng *rng, size_t n, size_t *order);

/* Factors whose logarithm is uniform between -log(most) and log(most); most >= 1. */
void lu_draw_factors(lu_rng *rng, size_t n, double most, float *factor);

#endif
