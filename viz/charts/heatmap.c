/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/heatmap.h"
#include "viz/charts/axis.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>
#include <stdio.h>

enum { CELL_COLUMNS = 2, PAPER_SIDE = 128 };

/* A heat map as it is shown: each field stands for down x across values. */
typedef struct field_map {
    const lu_heatmap *map;
    size_t rows, columns, down, across;
    lu_axis axis;
} field_map;

static size_t ceil_div(size_t a, size_t b)
{
    return b ? (a + b - 1) / b : 0;
}

static lu_axis heat_axis(const lu_heatmap *h)
{
    lu_axis axis = lu_axis_empty();

    lu_axis_add_all(&axis, h->values, h->rows * h->columns);
    axis.low = isfinite(h->low) ? h->low : axis.low;
    axis.high = isfinite(h->high) ? h->high : axis.high;
    lu_axis_settle(&axis);
    return axis;
}

static field_map reduce(const lu_heatmap *h, size_t rows, size_t columns)
{
    field_map f = {.map = h, .axis = heat_axis(h)};

    f.down = rows ? ceil_div(h->rows, rows) : 0;
    f.across = columns ? ceil_div(h->columns, columns) : 0;
    f.rows = ceil_div(h->rows, f.down);
    f.columns = ceil_div(h->columns, f.across);
    return f;
}

static double largest(const field_map *f, size_t row, size_t column)
{
    const lu_heatmap *h = f->map;
    double top = NAN;

    for (size_t y = row * f->down; y < (row + 1) * f->down && y < h->rows; y++) {
        for (size_t x = column * f->across; x < (column + 1) * f->across && x < h->columns; x++) {
            top = fmax(top, h->values[y * h->columns + x]);
        }
    }
    return top;
}

static uint32_t shade_of(const field_map *f, double value, lu_glyph_set glyphs)
{
    static const uint16_t shades[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
    static const char ramp[] = " .:-=+*#%@";

    if (isnan(value)) {
        return glyphs == LU_GLYPHS_ASCII ? '?' : 0xb7;
    }
    return glyphs == LU_GLYPHS_ASCII ? (uint8_t)ramp[lu_axis_cell(f->axis, value, 10)]
                                     : shades[lu_axis_cell(f->axis, value, 5)];
}

static lu_ink ink_of(const field_map *f, double value)
{
    return isnan(value) ? LU_INK_DIM : value > f->map->mark ? LU_INK_COPY : LU_INK_NOT_COPY;
}

/* All of a text or nothing. */
static int put_whole(lu_pane row, int x, const char *text, lu_ink ink)
{
    return x + lu_columns(text) <= row.width ? lu_pane_text(row, x, 0, text, ink) : 0;
}

static void put_legend(lu_pane row, const field_map *f, lu_glyph_set glyphs)
{
    int steps = glyphs == LU_GLYPHS_ASCII ? 10 : 5;
    char number[LU_NUMBER_MAX];
    char text[2 * LU_NUMBER_MAX];
    int x = lu_pane_text(row, 0, 0, lu_number(f->axis.low, number), LU_INK_DIM) + 1;

    for (int i = 0; i < steps; i++) {
        double share = (i + 0.5) / steps;
        double value = f->axis.low * (1 - share) + f->axis.high * share;

        lu_pane_put(row, x++, 0, shade_of(f, value, glyphs), ink_of(f, value));
    }
    x += lu_pane_text(row, x + 1, 0, lu_number(f->axis.high, number), LU_INK_DIM) + 3;
    if (!isnan(f->map->mark)) {
        snprintf(text, sizeof text, "above %s", lu_number(f->map->mark, number));
        x += put_whole(row, x, text, LU_INK_COPY) + 2;
    }
    if (f->down > 1 || f->across > 1) {
        snprintf(text, sizeof text, "max of %zux%zu", f->down, f->across);
        put_whole(row, x, text, LU_INK_DIM);
    }
}

void lu_heatmap_cells(lu_pane pane, const lu_heatmap *h, lu_glyph_set glyphs)
{
    int high = pane.height - 1;
    bool wide = (size_t)pane.width >= h->columns * CELL_COLUMNS;
    int each = wide ? CELL_COLUMNS : 1;
    field_map f = reduce(h, high > 0 ? (size_t)high : 0, (size_t)(pane.width / each));

    for (size_t y = 0; y < f.rows; y++) {
        for (size_t x = 0; x < f.columns; x++) {
            double value = largest(&f, y, x);

            for (int k = 0; k < each; k++) {
                lu_pane_put(pane, (int)x * each + k, (int)y, shade_of(&f, value, glyphs),
                            ink_of(&f, value));
            }
        }
    }
    put_legend(lu_pane_sub(pane, 0, (int)f.rows, pane.width, 1), &f, glyphs);
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
}

/* --- on paper --- */

static uint32_t paper_shade(const lu_draw *d, const field_map *f, double value)
{
    return lu_draw_shade(d, ink_of(f, value), lu_axis_share(f->axis, value));
}

static void draw_legend(lu_draw *d, lu_rect area, double size, const field_map *f)
{
    enum { STEPS = 20 };
    char number[LU_NUMBER_MAX];
    double base = area.y + size;
    double step = size / 2;

    lu_draw_text(d, area.x, base, lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_LEFT),
                 lu_number(f->axis.low, number));
    for (int i = 0; i < STEPS; i++) {
        double share = (i + 0.5) / STEPS;
        lu_rect part = {area.x + 5 * size + i * step, area.y + size * 0.2, step, size};

        lu_draw_rect(
            d, part,
            (lu_paint){.fill = paper_shade(d, f, f->axis.low * (1 - share) + f->axis.high * share),
                       .filled = true});
    }
    lu_draw_text(d, area.x + 5.5 * size + STEPS * step, base,
                 lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_LEFT),
                 lu_number(f->axis.high, number));
    if (!isnan(f->map->mark)) {
        char *text = lu_format("above %s", lu_number(f->map->mark, number));

        lu_draw_text(d, area.x + 11 * size + STEPS * step, base,
                     lu_draw_letters(d, LU_INK_COPY, size, LU_ALIGN_LEFT), text ? text : "");
        free(text);
    }
}

void lu_heatmap_draw(lu_draw *d, lu_rect area, const lu_heatmap *h)
{
    double size = fmin(area.height / 12, area.width / 40);
    field_map f = reduce(h, PAPER_SIDE, PAPER_SIDE);
    double width = f.columns ? area.width / (double)f.columns : 0;
    double height = f.rows ? (area.height - 2 * size) / (double)f.rows : 0;

    for (size_t y = 0; y < f.rows; y++) {
        for (size_t x = 0; x < f.columns; x++) {
            double value = largest(&f, y, x);
            lu_rect part = {area.x + width * (double)x, area.y + height * (double)y, width, height};

            if (isnan(value)) {
                lu_draw_circle(d, part.x + width / 2, part.y + height / 2, fmin(width, height) / 10,
                               lu_draw_fill(d, LU_INK_DIM));
            } else {
                lu_draw_rect(d, part,
                             (lu_paint){.fill = paper_shade(d, &f, value), .filled = true});
            }
        }
    }
    draw_legend(d, (lu_rect){area.x, area.y + area.height - 1.6 * size, area.width, size}, size,
                &f);
}
