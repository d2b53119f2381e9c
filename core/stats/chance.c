/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/stats/chance.h"
#include "core/base/mem.h"
#include "core/stats/binomial.h"

#include <math.h>
#include <stdio.h>

static const double CHANCE_ALPHA = 0.01;

lu_err lu_chance_p(size_t right, const int32_t *labels, size_t n, size_t classes, double *p)
{
    size_t *count, most = 0;

    *p = NAN;
    LU_TRY(LU_NEW(count, classes));
    for (size_t i = 0; i < n; i++) {
        size_t c = ++count[labels[i]];
        most = c > most ? c : most;
    }
    free(count);
    if (n > 0 && lu_binomial_tail(n, n, (double)most / (double)n) <= CHANCE_ALPHA) {
        *p = lu_binomial_tail(n, right, (double)most / (double)n);
    }
    return LU_OK;
}

bool lu_at_chance(double p)
{
    return p > CHANCE_ALPHA;
}

void lu_chance_reason(double p, char *out, size_t size)
{
    snprintf(out, size, "no better than chance on the test samples (p %.2g): evidence is void", p);
}
