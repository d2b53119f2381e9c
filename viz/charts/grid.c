/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/grid.h"

#include <math.h>

static const double NAMES = 0.24;  /* of the width, for the rows' names */
static const double LETTER = 0.6;  /* of a row's height */
static const double DARKEST = 0.5; /* share of the ink, so that letters on it can be read */

static void draw_field(lu_draw *d, lu_rect field, const lu_grid *g, size_t i, double size)
{
    lu_ink ink = g->mark[i] ? LU_INK_COPY : LU_INK_NOT_COPY;

    if (isnan(g->share[i])) {
        lu_draw_circle(d, field.x + field.width / 2, field.y + field.height / 2, size / 6,
                       lu_draw_fill(d, LU_INK_DIM));
        return;
    }
    lu_draw_rect(d, field,
                 (lu_paint){.fill = lu_draw_shade(d, ink, DARKEST * g->share[i]), .filled = true});
    if (g->text != NULL && g->text[i] != NULL) {
        lu_draw_text(d, field.x + field.width / 2, field.y + 0.7 * field.height,
                     lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_CENTRE), g->text[i]);
    }
}

void lu_grid_draw(lu_draw *d, lu_rect area, const lu_grid *g)
{
    double height = area.height / (double)(g->rows + 1), left = NAMES * area.width;
    double width = (area.width - left) / (double)g->columns, size = LETTER * height;

    size = fmin(size, width / 9);
    for (size_t x = 0; x < g->columns; x++) {
        lu_draw_text(d, area.x + left + ((double)x + 0.5) * width, area.y + 0.7 * height,
                     lu_draw_letters(d, LU_INK_HEADER, size, LU_ALIGN_CENTRE), g->column[x]);
    }
    for (size_t y = 0; y < g->rows; y++) {
        double top = area.y + (double)(y + 1) * height;
        lu_draw_text(d, area.x, top + 0.7 * height,
                     lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_LEFT), g->row[y]);
        for (size_t x = 0; x < g->columns; x++) {
            lu_rect field = {area.x + left + (double)x * width, top, 0.97 * width, 0.94 * height};
            draw_field(d, field, g, y * g->columns + x, size);
        }
    }
}
