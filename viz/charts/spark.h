/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of values in one row. */
#ifndef LU_VIZ_CHARTS_SPARK_H
#define LU_VIZ_CHARTS_SPARK_H

#include "viz/draw.h"

/* n values from the left, the last ones when there are more than columns; lowest to highest of
   those shown are the eight eighths (ASCII: " .:-=+*#"). What is not finite is a blank. */
void lu_spark_cells(lu_pane pane, const double *values, size_t n, lu_ink ink, lu_glyph_set glyphs);
void lu_spark_draw(lu_draw *d, lu_rect area, const double *values, size_t n, lu_ink ink);

#endif
