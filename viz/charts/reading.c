/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/reading.h"

#include <math.h>

double lu_similarity(double d, double tau)
{
    if (!(d >= 0) || !(tau > 0) || isinf(tau)) {
        return NAN;
    }
    if (isinf(d)) {
        return 0;
    }
    return d > tau ? 1 - 1 / (1 + tau / d) : 1 / (1 + d / tau); /* tau + d may overflow */
}

lu_side lu_side_of(double d, double tau)
{
    if (isnan(lu_similarity(d, tau))) {
        return LU_SIDE_NONE;
    }
    return d <= tau ? LU_SIDE_COPY : LU_SIDE_NOT_COPY;
}

lu_ink lu_side_ink(lu_side side)
{
    return side == LU_SIDE_COPY       ? LU_INK_COPY
           : side == LU_SIDE_NOT_COPY ? LU_INK_NOT_COPY
                                      : LU_INK_UNDECIDED;
}

uint32_t lu_side_sign(lu_side side)
{
    return side == LU_SIDE_COPY ? 0x25cf : side == LU_SIDE_NOT_COPY ? 0x25cb : '?';
}

const char *lu_side_word(lu_side side)
{
    return side == LU_SIDE_COPY ? "copy" : side == LU_SIDE_NOT_COPY ? "no copy" : "no vote";
}

void lu_readings_of(const lu_judgement *j, lu_reading out[LU_METRIC_COUNT])
{
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        const lu_threshold *t = &j->threshold[k];

        out[k] = (lu_reading){.name = lu_metrics[k].name,
                              .value = j->vote[k].value,
                              .tau = t->usable ? t->tau : NAN,
                              .low = NAN,
                              .high = NAN,
                              .other = NAN};
    }
}
