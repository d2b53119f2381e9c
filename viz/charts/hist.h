/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histogram of one metric, the suspect (or another value) and the threshold marked. */
#ifndef LU_VIZ_CHARTS_HIST_H
#define LU_VIZ_CHARTS_HIST_H

#include "viz/charts/axis.h"
#include "viz/draw.h"

/* All borrowed. */
typedef struct lu_hist {
    const double *values; /* n; what is not finite is left out */
    size_t n;
    double suspect, tau; /* NAN = none */
    lu_ink ink;          /* of the columns */
    const char *name;    /* of the mark; NULL = "suspect" */
    const char *limit;   /* of the threshold; NULL = the letter tau */
    bool larger;         /* what lies above the threshold is evidence, not what lies below */
} lu_hist;

/* Counts values into `bins` equal parts of the axis. */
void lu_hist_count(const double *values, size_t n, lu_axis axis, size_t *count, size_t bins);

/* A column of cells a bin. */
lu_err lu_hist_cells(lu_pane pane, const lu_hist *h, lu_glyph_set glyphs);

/* As many bins as the square root of n, 5 to 40. */
lu_err lu_hist_draw(lu_draw *d, lu_rect area, const lu_hist *h);

#endif
