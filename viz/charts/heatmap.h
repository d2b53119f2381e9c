/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heat map: a table of values as shades, as activation/threshold of neurons over tests. */
#ifndef LU_VIZ_CHARTS_HEATMAP_H
#define LU_VIZ_CHARTS_HEATMAP_H

#include "viz/draw.h"

/* All borrowed. */
typedef struct lu_heatmap {
    const double *values; /* rows x columns; NAN = not measured, shown as a dot */
    size_t rows, columns;
    double low, high; /* of the shades; NAN = from the values */
    double mark;      /* values above it have the copy's ink; NAN = none */
} lu_heatmap;

/* What is larger than the pane is reduced: a cell shows the largest of its values, and the legend
   in the last row says of how many. */
void lu_heatmap_cells(lu_pane pane, const lu_heatmap *h, lu_glyph_set glyphs);
void lu_heatmap_draw(lu_draw *d, lu_rect area, const lu_heatmap *h);

#endif
