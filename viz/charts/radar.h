/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The radar: an axis for each metric, s = tau/(tau + d) outwards (reading.h), the first upwards,
 * the others clockwise in the order given, which is the same in every case. The dotted ring is the
 * threshold, s = 0.5; a vertex outside of it is filled: evidence for a copy. A metric without a
 * value or a threshold has no spoke and says n/a. The area means nothing.
 */
#ifndef LU_VIZ_CHARTS_RADAR_H
#define LU_VIZ_CHARTS_RADAR_H

#include "viz/charts/reading.h"
#include "viz/draw.h"

enum { LU_RADAR_AXES = 12, LU_RADAR_WIDTH = 30, LU_RADAR_HEIGHT = 13 };

/* True when the radar can be read: at least LU_RADAR_WIDTH x LU_RADAR_HEIGHT cells, 3 to
   LU_RADAR_AXES metrics with a value of s. Else bars are shown (bars.h). */
bool lu_radar_fits(int width, int height, const lu_evidence *e);

lu_err lu_radar_cells(lu_pane pane, const lu_evidence *e, lu_glyph_set glyphs);
void lu_radar_draw(lu_draw *d, lu_rect area, const lu_evidence *e);

#endif
