/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mean, deviation, and Student's t on GSL. */
#ifndef LU_CORE_STATS_STUDENT_H
#define LU_CORE_STATS_STUDENT_H

#include <stddef.h>

/* The one-tailed quantile t_{confidence, n-1}; n >= 2, 0 < confidence < 1. t_{0.99,1} = 31.82052.
 */
double lu_student_quantile(double confidence, size_t n);

/* Values taken one by one (Welford's update): no array is needed. Start from zeroed memory. */
typedef struct lu_moments {
    size_t n;
    double mean; /* of the n values; 0 at n = 0 */
    double m2;   /* sum of squared distances from the mean */
} lu_moments;

void lu_moments_add(lu_moments *m, double value);

/* Unbiased standard deviation; NAN for n < 2. */
double lu_moments_sd(const lu_moments *m);

/* Mean and unbiased standard deviation; sd is NAN for n < 2, mean NAN for n = 0. */
void lu_mean_sd(const double *values, size_t n, double *mean, double *sd);

#endif
