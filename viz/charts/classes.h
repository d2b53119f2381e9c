/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Classes: the distances of whole groups of models on one metric, a row a group: every model a
 * circle, behind them a box from the first to the third quartile with the median, and the threshold
 * through all rows. What lies left of it is evidence for a copy.
 */
#ifndef LU_VIZ_CHARTS_CLASSES_H
#define LU_VIZ_CHARTS_CLASSES_H

#include "viz/draw.h"

/* All borrowed. */
typedef struct lu_class {
    const char *label;
    const double *values; /* n; NAN = not measured */
    size_t n;
    lu_ink ink;
} lu_class;

typedef struct lu_classes {
    const char *name; /* of the metric */
    const lu_class *row;
    size_t rows;
    double tau; /* NAN = none */
} lu_classes;

/* The value below which `share` (0..1) of the n values lie, interpolated (R's type 7); NAN values
   are left out. NAN when there is none. */
double lu_quantile(const double *values, size_t n, double share);

/* A title, a row a group as far as the pane goes. */
lu_err lu_classes_cells(lu_pane pane, const lu_classes *c, lu_glyph_set glyphs);
void lu_classes_draw(lu_draw *d, lu_rect area, const lu_classes *c);

#endif
