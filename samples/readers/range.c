/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samples/readers/readers.h"

lu_err lu_range_fit(lu_range *r, size_t n)
{
    if (r->to == SIZE_MAX && r->from == 0) {
        r->to = n;
    }
    if (r->from >= r->to || r->to > n) {
        return lu_fail(LU_ERR_INPUT, "samples %zu to %zu are not inside 0 to %zu", r->from, r->to,
                       n);
    }
    return LU_OK;
}
