/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What model extraction computes between two rounds of asking the victim (spec deepjudge 6.3;
 * authors' extraction.py, demo.ipynb). The victim is only ever asked for answers; gradients are the
 * pupil's own.
 */
#ifndef LU_CORE_STEAL_EXTRACT_H
#define LU_CORE_STEAL_EXTRACT_H

#include "core/model.h"
#include "core/steal/recipe.h"

/*
 * JBA's new images after round `round` (from 1): x' = x + lambda_i sign(J), lambda_i = step *
 * (-1)^floor(i/period), not clipped. J is the row of the pupil's Jacobian that belongs to the label
 * the victim gave (Papernot et al., 2017), or, as_coded, the gradient of the sum of all
 * probabilities: 0 but for rounding (spec 12, D6). x, out: n images; labels: n.
 */
lu_err lu_jacobian_images(lu_model *pupil, const lu_recipe *r, size_t round, const float *x,
                          const int32_t *labels, size_t n, float *out, const lu_job *job);

/*
 * ES's images for round `round` (from 1): uniform noise in [0,1); from the second round on moved by
 * `ascents` steps towards targets drawn from a Dirichlet distribution with parameters 1..999
 * (whole, uniform), by descent on the pupil's cross-entropy. The authors build Adam's state anew at
 * every step but keep its counter, so that a step is the sign of the gradient times step * sqrt(10
 * (1 - 0.999^t)) / (10 (1 - 0.9^t)) * 10; not clipped. out: n images of the pupil's shape; image i
 * draws from stream first+i.
 */
lu_err lu_synthetic_images(lu_model *pupil, const lu_recipe *r, size_t round, size_t first,
                           size_t n, float *out, const lu_job *job);

/* p[i] = p[i]^(1/temperature), made to sum to 1. */
void lu_temper(double *p, size_t n, double temperature);

#endif
