/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readings: a suspect's distances as radar and bars show them, on the one scale s = tau/(tau + d).
 * d = 0 gives 1, d = tau 0.5, d towards infinity 0: monotone, without a maximum to invent, with one
 * boundary for all metrics whatever their units.
 */
#ifndef LU_VIZ_CHARTS_READING_H
#define LU_VIZ_CHARTS_READING_H

#include "viz/cells.h"

typedef struct lu_reading {
    const char *name;
    double value;     /* d >= 0; NAN = not measured */
    double tau;       /* > 0; anything else: no usable threshold */
    double low, high; /* an interval of d; NAN = none */
    double other;     /* d of what it is compared with, as the median negative; NAN = none */
} lu_reading;

/* All borrowed. */
typedef struct lu_evidence {
    const lu_reading *reading; /* n, in the fixed order of lu_metric */
    size_t n;
    const char *suspect; /* name, or NULL */
    const char *other;   /* name of the comparison, or NULL */
} lu_evidence;

typedef enum lu_side { LU_SIDE_NONE, LU_SIDE_COPY, LU_SIDE_NOT_COPY } lu_side;

/* s in [0,1]; NAN when tau is not > 0 and finite, or d is NAN or negative. */
double lu_similarity(double d, double tau);

/* The side of the threshold: copy when d <= tau. */
lu_side lu_side_of(double d, double tau);

lu_ink lu_side_ink(lu_side side);
uint32_t lu_side_sign(lu_side side);    /* a filled circle, a circle, '?' */
const char *lu_side_word(lu_side side); /* "copy", "no copy", "no vote" */

/* Readings of all metrics of a judgement, without intervals and comparison. */
void lu_readings_of(const lu_judgement *j, lu_reading out[LU_METRIC_COUNT]);

#endif
