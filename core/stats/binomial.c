/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/stats/binomial.h"

#include <gsl/gsl_cdf.h>

double lu_binomial_tail(size_t n, size_t k, double q)
{
    if (k == 0) {
        return 1;
    }
    return k > n ? 0 : gsl_cdf_binomial_Q((unsigned)(k - 1), q, (unsigned)n);
}

size_t lu_binomial_needed(size_t n, double q, double alpha)
{
    size_t k = 0;

    while (k <= n && lu_binomial_tail(n, k, q) > alpha) {
        k++;
    }
    return k;
}

void lu_binomial_range(size_t n, double q, double confidence, size_t *low, size_t *high)
{
    double tail = (1 - confidence) / 2;

    *low = 0;
    while (*low < n && gsl_cdf_binomial_P((unsigned)*low, q, (unsigned)n) <= tail) {
        ++*low;
    }
    *high = lu_binomial_needed(n, q, tail) - 1;
}

double lu_mcnemar(size_t gained, size_t lost)
{
    return lu_binomial_tail(gained + lost, gained, 0.5);
}
