/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/stats/holm.h"

#include <math.h>

/* The smallest of those not corrected yet: a corrected q stands as -1 - q meanwhile. */
static size_t smallest(const double *p, size_t n)
{
    size_t at = n;

    for (size_t i = 0; i < n; i++) {
        if (p[i] >= 0 && (at == n || p[i] < p[at])) {
            at = i;
        }
    }
    return at;
}

void lu_holm(double *p, size_t n)
{
    double least = 0;
    size_t left = 0;

    for (size_t i = 0; i < n; i++) {
        left += !isnan(p[i]);
    }
    for (; left > 0; left--) {
        size_t at = smallest(p, n);
        least = fmax(least, fmin(1, p[at] * (double)left));
        p[at] = -1 - least;
    }
    for (size_t i = 0; i < n; i++) {
        p[i] = p[i] < 0 ? -1 - p[i] : p[i];
    }
}
