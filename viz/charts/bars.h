/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars: a row for each metric, as long as s (reading.h), the threshold in the middle of all. */
#ifndef LU_VIZ_CHARTS_BARS_H
#define LU_VIZ_CHARTS_BARS_H

#include "viz/charts/reading.h"
#include "viz/draw.h"

/* Values, thresholds and words beside the bars as far as the width goes; below the rows the scale;
   intervals in rows of their own when the height is 2n + 1 and more. */
void lu_bars_cells(lu_pane pane, const lu_evidence *e, lu_glyph_set glyphs);

void lu_bars_draw(lu_draw *d, lu_rect area, const lu_evidence *e);

#endif
