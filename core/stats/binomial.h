/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact binomial tests, on GSL's incomplete beta functions. */
#ifndef LU_CORE_STATS_BINOMIAL_H
#define LU_CORE_STATS_BINOMIAL_H

#include <stddef.h>

/* P(X >= k), X ~ Bin(n, q), 0 <= q <= 1: the chance of at least k matches by luck alone. 1 at k =
   0, 0 at k > n. */
double lu_binomial_tail(size_t n, size_t k, double q);

/* The fewest matches whose tail is at most alpha; n + 1 when even n are not enough.
   n = 100, q = 0.1, alpha = 1e-6: 28 (spec watermark A6). */
size_t lu_binomial_needed(size_t n, double q, double alpha);

/* The counts that Bin(n, q) stays within with at least this confidence, equal tails:
   P(X < *low) and P(X > *high) are each at most (1-confidence)/2. */
void lu_binomial_range(size_t n, double q, double confidence, size_t *low, size_t *high);

/* One-sided exact McNemar: P(X >= gained), X ~ Bin(gained + lost, 1/2); 1 when nothing changed. */
double lu_mcnemar(size_t gained, size_t lost);

#endif
