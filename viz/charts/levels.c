/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/levels.h"
#include "viz/charts/axis.h"
#include "viz/charts/marks.h"
#include "viz/number.h"

#include <math.h>

enum { LABEL_COLUMNS = 8, VALUE_COLUMNS = 6 };

static const lu_axis whole = {0, 1};

static bool counts(const lu_level *l)
{
    return l->value > l->bar; /* false for NAN */
}

static lu_side side_of(const lu_level *l)
{
    return counts(l) ? LU_SIDE_COPY : LU_SIDE_NOT_COPY;
}

/* --- in cells --- */

static void put_row(lu_pane line, const lu_level *l, double chance, lu_glyph_set glyphs)
{
    int from = lu_axis_cell(whole, l->low, line.width),
        to = lu_axis_cell(whole, l->high, line.width);
    int middle = lu_axis_cell(whole, chance, line.width);
    int at = lu_axis_cell(whole, l->value, line.width);

    for (int x = from; from >= 0 && x <= to; x++) {
        lu_pane_put(line, x, 0, lu_mark_of(LU_MARK_LINE, glyphs), LU_INK_GRID);
    }
    if (middle >= 0) {
        lu_pane_put(line, middle, 0, lu_mark_of(LU_MARK_TAU, glyphs), LU_INK_THRESHOLD);
    }
    if (at >= 0) {
        lu_pane_put(line, at, 0, lu_side_sign(side_of(l)), lu_side_ink(side_of(l)));
    }
}

void lu_levels_cells(lu_pane pane, const lu_levels *c, lu_glyph_set glyphs)
{
    int width = pane.width - LABEL_COLUMNS - VALUE_COLUMNS, y = 0;
    char text[LU_NUMBER_MAX];

    for (; y < (int)c->rows && y + 1 < pane.height; y++) {
        const lu_level *l = &c->row[y];
        lu_pane_field(pane, 0, y, LABEL_COLUMNS - 1, l->label, LU_INK_TEXT, LU_ALIGN_LEFT);
        put_row(lu_pane_sub(pane, LABEL_COLUMNS, y, width, 1), l, c->chance, glyphs);
        lu_pane_field(pane, LABEL_COLUMNS + width, y, VALUE_COLUMNS,
                      isnan(l->value) ? "-" : lu_number_fixed(l->value, 2, text),
                      counts(l) ? LU_INK_COPY : LU_INK_TEXT, LU_ALIGN_RIGHT);
    }
    if (y < pane.height && width > VALUE_COLUMNS) {
        lu_pane_text(pane, LABEL_COLUMNS, y, "0", LU_INK_DIM);
        lu_pane_text(pane, LABEL_COLUMNS + width - 1, y, "1", LU_INK_DIM);
    }
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
}

/* --- on paper --- */

static double place(lu_rect line, double value)
{
    return line.x + lu_axis_share(whole, value) * line.width;
}

static void draw_row(lu_draw *d, lu_rect line, const lu_level *l, double size)
{
    double y = line.y + line.height / 2, low = place(line, l->low), high = place(line, l->high);
    char text[LU_NUMBER_MAX];

    lu_draw_text(d, line.x - size, y + size * 0.35,
                 lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_RIGHT), l->label);
    if (!isnan(low) && !isnan(high)) {
        lu_draw_rect(d, (lu_rect){low, y - size * 0.3, high - low, size * 0.6},
                     lu_draw_stroke(d, LU_INK_GRID, 1, 0));
    }
    if (!isnan(l->value)) {
        lu_draw_side(d, place(line, l->value), y, size * 0.4, side_of(l));
        lu_draw_text(d, line.x + line.width + 3 * size, y + size * 0.35,
                     lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_RIGHT),
                     lu_number_fixed(l->value, 2, text));
    }
}

void lu_levels_draw(lu_draw *d, lu_rect area, const lu_levels *c)
{
    double size = fmin(10, area.height / (double)(c->rows + 2)),
           label = (LABEL_COLUMNS + 1) * size * 0.62 + size;
    lu_rect plot = {area.x + label, area.y + size / 2, area.width - label - 3.5 * size,
                    area.height - 2 * size};
    double height = c->rows ? plot.height / (double)c->rows : 0, base = plot.y + plot.height;

    for (size_t i = 0; i < c->rows; i++) {
        draw_row(d, (lu_rect){plot.x, plot.y + (double)i * height, plot.width, height}, &c->row[i],
                 size);
    }
    if (!isnan(c->chance)) {
        double x = place(plot, c->chance);
        lu_draw_line(d, x, plot.y, x, base, lu_draw_stroke(d, LU_INK_THRESHOLD, 1, 3));
        lu_draw_text(d, x, base + size * 1.2,
                     lu_draw_letters(d, LU_INK_THRESHOLD, size, LU_ALIGN_CENTRE), "chance");
    }
    lu_draw_line(d, plot.x, base, plot.x + plot.width, base, lu_draw_stroke(d, LU_INK_GRID, 1, 0));
    lu_draw_text(d, plot.x, base + size * 1.2, lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_LEFT),
                 "0");
    lu_draw_text(d, plot.x + plot.width, base + size * 1.2,
                 lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_RIGHT), "1");
}
