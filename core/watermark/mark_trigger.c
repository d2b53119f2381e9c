/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trigger sets: random labels, and one target class. */
#include "core/stats/binomial.h"
#include "core/watermark/marks.h"
#include "core/watermark/verify.h"

lu_err lu_trigger_verify(const int32_t *answer, const int32_t *label, size_t n, size_t classes,
                         lu_trigger_labels how, lu_trigger *out)
{
    size_t left = classes - (size_t)how; /* classes a label was drawn from */

    if (n == 0 || classes < 2 || classes <= (size_t)how) {
        return lu_fail(LU_ERR_INPUT, "%zu keys of %zu classes prove nothing", n, classes);
    }
    out->rate = lu_rate_of(lu_matches(answer, label, n), n, 0.95);
    out->q = 1 / (double)left;
    out->p = lu_binomial_tail(n, out->rate.k, out->q);
    return LU_OK;
}

lu_err lu_trigger_target_verify(const int32_t *with, const int32_t *without, size_t n,
                                int32_t target, lu_trigger_target *out)
{
    size_t hit = 0, before = 0;

    *out = (lu_trigger_target){0};
    if (n == 0) {
        return lu_fail(LU_ERR_INPUT, "there are no images with the trigger");
    }
    for (size_t i = 0; i < n; i++) {
        bool a = with[i] == target, b = without[i] == target;
        hit += a;
        before += b;
        out->gained += a && !b;
        out->lost += b && !a;
    }
    out->with = lu_rate_of(hit, n, 0.95);
    out->without = lu_rate_of(before, n, 0.95);
    out->p = lu_mcnemar(out->gained, out->lost);
    return LU_OK;
}
