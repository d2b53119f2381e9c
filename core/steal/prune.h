/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Magnitude pruning of one weight tensor. */
#ifndef LU_CORE_STEAL_PRUNE_H
#define LU_CORE_STEAL_PRUNE_H

#include "core/base/err.h"

#include <stddef.h>

/* mask[i] = 0 for the share of smallest |w| (ties by index), 1 for the others. */
lu_err lu_prune_mask(const float *w, size_t n, double share, float *mask);

/* The sparsity reached after `step` steps of `steps` on the way to `share`: share * (1 - (1 -
   step/steps)^3) (Zhu and Gupta 2017, as tfmot's PolynomialDecay; spec 6.2). */
double lu_prune_schedule(double share, size_t step, size_t steps);

enum { LU_PRUNE_EVERY = 100 }; /* steps between two new masks (spec 6.2) */

#endif
