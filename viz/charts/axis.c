/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/axis.h"

#include <math.h>

lu_axis lu_axis_empty(void)
{
    return (lu_axis){NAN, NAN};
}

void lu_axis_add(lu_axis *a, double value)
{
    if (!isfinite(value)) {
        return;
    }
    a->low = fmin(a->low, value);
    a->high = fmax(a->high, value);
}

void lu_axis_add_all(lu_axis *a, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        lu_axis_add(a, values[i]);
    }
}

void lu_axis_settle(lu_axis *a)
{
    if (!isfinite(a->low) || !isfinite(a->high)) {
        *a = (lu_axis){0, 1};
    } else if (!(a->low < a->high)) {
        a->low = fmin(a->low, 0);
        a->high = a->high > 0 ? a->high : a->low < 0 ? 0 : 1;
    }
}

double lu_axis_share(lu_axis a, double value)
{
    double span = a.high / 2 - a.low / 2; /* halves: the ends may be DBL_MAX apart */

    if (isnan(value)) {
        return NAN;
    }
    if (value <= a.low || !(span > 0)) {
        return 0;
    }
    return value >= a.high ? 1 : (value / 2 - a.low / 2) / span;
}

int lu_axis_cell(lu_axis a, double value, int n)
{
    double share = lu_axis_share(a, value);
    int cell;

    if (isnan(share) || n <= 0) {
        return -1;
    }
    cell = (int)floor(share * n);
    return cell < n ? cell : n - 1;
}
