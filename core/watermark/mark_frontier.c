/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/stats/binomial.h"
#include "core/watermark/marks.h"
#include "core/watermark/verify.h"

/* P(Bin(n, 1/2) < m) */
static double below(size_t n, size_t m)
{
    return 1 - lu_binomial_tail(n, m, 0.5);
}

size_t lu_frontier_limit(size_t n)
{
    const double alpha = 0.05;
    size_t m = 0;

    while (m < n && below(n, m + 1) < alpha) {
        m++;
    }
    return m;
}

lu_err lu_frontier_verify(const int32_t *answer, const int32_t *label, size_t n, lu_frontier *out)
{
    if (n == 0) {
        return lu_fail(LU_ERR_INPUT, "there are no keys");
    }
    *out = (lu_frontier){.n = n, .limit = lu_frontier_limit(n)};
    out->mismatches = n - lu_matches(answer, label, n);
    out->p = lu_binomial_tail(n, n - out->mismatches, 0.5);
    out->marked = out->mismatches < out->limit;
    return LU_OK;
}
