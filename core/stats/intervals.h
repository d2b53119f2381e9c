/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a few controls carry: exact bounds of rates, bounds for a new negative, ranks. On GSL.
 * Distances: small is similar, so bounds of negatives are lower bounds.
 */
#ifndef LU_CORE_STATS_INTERVALS_H
#define LU_CORE_STATS_INTERVALS_H

#include <stddef.h>

/* k of n with the exact (Clopper-Pearson) bounds of the rate behind it, each in [0,1]. */
typedef struct lu_rate {
    size_t k, n;
    double low, high; /* two-sided interval; 0 and 1 at n = 0 */
    double least;     /* one-sided lower bound */
    double most;      /* one-sided upper bound; 1 - (1 - confidence)^(1/n) at k = 0 */
} lu_rate;

/* lower = BetaInv(a; k, n-k+1), upper = BetaInv(1-a; k+1, n-k); a = (1-confidence)/2 two-sided,
   1-confidence one-sided. 0 < confidence < 1, k <= n. (Clopper and Pearson, Biometrika 1934.) */
lu_rate lu_rate_of(size_t k, size_t n, double confidence);

/* mean - t(confidence; n-1) sd sqrt(1 + 1/n): one new negative of the same normal population lies
   below it with probability 1-confidence. NAN at n < 2. */
double lu_prediction_bound(double mean, double sd, size_t n, double confidence);

/* K of the one-sided normal tolerance bound mean - K sd, below which at most 1-share of the
   population lies, with this confidence: t'(confidence; n-1, z_share sqrt n)/sqrt n, noncentral t
   by quadrature. NAN at n < 2. K(0.95, 0.95) = 2.911 at n = 10. */
double lu_tolerance_factor(size_t n, double share, double confidence);

/* P(a new negative <= value) = F_t((value-mean)/(sd sqrt(1+1/n)); n-1). NAN at n < 2 or sd = 0.
   Of a threshold tau it is the false alarm rate of the rule "value <= tau". */
double lu_predictive_p(double value, double mean, double sd, size_t n);

/* (1 + #{negative <= value})/(n + 1): exact when the value and the negatives are exchangeable.
   Values that are NAN are not counted in n. */
double lu_rank_p(double value, const double *negatives, size_t n);

#endif
