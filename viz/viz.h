/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures: charts and images as grids of character cells for the terminal, and the same charts as
 * vector drawings for paper. Every chart is plain data, borrowed while it is drawn, and has two
 * faces:
 *
 *     lu_x_cells(pane, &data, glyphs)       cells, at any size; nothing is drawn outside the pane
 *     lu_x_draw(&drawing, area, &data)      lines, circles and text for SVG, PNG and PDF
 *
 * Nothing here needs a locale, a terminal or a clock. The same input gives the same cells and
 * bytes.
 */
#ifndef LU_VIZ_H
#define LU_VIZ_H

#include "viz/canvas.h"
#include "viz/cells.h"
#include "viz/charts/axis.h"
#include "viz/charts/bars.h"
#include "viz/charts/classes.h"
#include "viz/charts/curve.h"
#include "viz/charts/dendrogram.h"
#include "viz/charts/grid.h"
#include "viz/charts/heatmap.h"
#include "viz/charts/hist.h"
#include "viz/charts/levels.h"
#include "viz/charts/marks.h"
#include "viz/charts/meter.h"
#include "viz/charts/radar.h"
#include "viz/charts/reading.h"
#include "viz/charts/roc.h"
#include "viz/charts/sheet.h"
#include "viz/charts/spark.h"
#include "viz/charts/strip.h"
#include "viz/charts/table.h"
#include "viz/draw.h"
#include "viz/number.h"
#include "viz/out/out.h"
#include "viz/page.h"
#include "viz/picture.h"
#include "viz/theme.h"
#include "viz/unicode.h"

#endif
