/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves over steps: generation yield, loss. */
#ifndef LU_VIZ_CHARTS_CURVE_H
#define LU_VIZ_CHARTS_CURVE_H

#include "viz/draw.h"

/* All borrowed. */
typedef struct lu_series {
    const char *name;
    const double *values; /* n, at steps 0..n-1; what is not finite leaves a gap */
    size_t n;
    lu_ink ink;
} lu_series;

typedef struct lu_curve {
    const lu_series *series; /* n */
    size_t n;
    const char *steps; /* what a step is, as "epoch"; "" = nothing said */
} lu_curve;

/* Labels left, steps below, names above when there is more than one, each last value at its end. A
   series longer than the columns shows minimum to maximum of what falls into a column: nothing is
   left out. */
lu_err lu_curve_cells(lu_pane pane, const lu_curve *c, lu_glyph_set glyphs);
void lu_curve_draw(lu_draw *d, lu_rect area, const lu_curve *c);

#endif
