/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/spark.h"
#include "viz/charts/axis.h"

#include <math.h>

enum { STEPS = 8, LOWER_ONE = 0x2581 };

static lu_axis spark_axis(const double *values, size_t n)
{
    lu_axis axis = lu_axis_empty();

    lu_axis_add_all(&axis, values, n);
    lu_axis_settle(&axis);
    return axis;
}

void lu_spark_cells(lu_pane pane, const double *values, size_t n, lu_ink ink, lu_glyph_set glyphs)
{
    static const char ramp[] = " .:-=+*#";
    size_t shown = n < (size_t)pane.width ? n : (size_t)pane.width;
    const double *from = shown ? values + (n - shown) : values;
    lu_axis axis = spark_axis(from, shown);

    for (size_t i = 0; i < shown; i++) {
        int step = isfinite(from[i]) ? lu_axis_cell(axis, from[i], STEPS) : -1;
        uint32_t code = ' ';

        if (step >= 0) {
            code = glyphs == LU_GLYPHS_ASCII ? (uint8_t)ramp[step] : (uint32_t)(LOWER_ONE + step);
        }
        lu_pane_put(pane, (int)i, 0, code, ink);
    }
}

void lu_spark_draw(lu_draw *d, lu_rect area, const double *values, size_t n, lu_ink ink)
{
    lu_axis axis = spark_axis(values, n);
    double step = n > 1 ? area.width / (double)(n - 1) : 0;
    lu_paint paint = lu_draw_stroke(d, ink, area.height / 16, 0);

    for (size_t i = 0; i + 1 < n; i++) {
        double a = isfinite(values[i]) ? lu_axis_share(axis, values[i]) : NAN;
        double b = isfinite(values[i + 1]) ? lu_axis_share(axis, values[i + 1]) : NAN;

        lu_draw_line(d, area.x + step * (double)i, area.y + (1 - a) * area.height,
                     area.x + step * (double)(i + 1), area.y + (1 - b) * area.height, paint);
    }
}
