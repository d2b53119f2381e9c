/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From values to places. */
#ifndef LU_VIZ_CHARTS_AXIS_H
#define LU_VIZ_CHARTS_AXIS_H

#include <stddef.h>

typedef struct lu_axis {
    double low, high; /* finite once settled, low < high */
} lu_axis;

/* An axis nothing was added to. */
lu_axis lu_axis_empty(void);

/* Widens the axis so that it holds the value; what is not finite is passed over. */
void lu_axis_add(lu_axis *a, double value);
void lu_axis_add_all(lu_axis *a, const double *values, size_t n);

/* Makes an axis of no values 0..1, one of a single value hold 0 or something around it. */
void lu_axis_settle(lu_axis *a);

/* Where on the axis, 0..1; what lies outside is at the end; NAN stays NAN. */
double lu_axis_share(lu_axis a, double value);

/* Which of n cells, 0..n-1; -1 for NAN and n = 0. */
int lu_axis_cell(lu_axis a, double value, int n);

#endif
