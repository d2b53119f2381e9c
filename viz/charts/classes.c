/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/classes.h"
#include "viz/charts/axis.h"
#include "viz/charts/marks.h"
#include "viz/number.h"

#include <math.h>
#include <string.h>

enum { LABEL_COLUMNS = 14 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

double lu_quantile(const double *values, size_t n, double share)
{
    double *sorted, at, result;
    size_t known = 0, low;

    if (LU_NEW(sorted, n)) {
        return NAN;
    }
    for (size_t i = 0; i < n; i++) {
        if (!isnan(values[i])) {
            sorted[known++] = values[i];
        }
    }
    qsort(sorted, known, sizeof *sorted, by_value);
    at = known ? share * (double)(known - 1) : 0;
    low = (size_t)at;
    result = known == 0        ? NAN
             : low + 1 < known ? sorted[low] + (at - (double)low) * (sorted[low + 1] - sorted[low])
                               : sorted[known - 1];
    free(sorted);
    return result;
}

static lu_axis axis_of(const lu_classes *c)
{
    lu_axis axis = lu_axis_empty();

    lu_axis_add(&axis, 0);
    lu_axis_add(&axis, c->tau);
    for (size_t i = 0; i < c->rows; i++) {
        lu_axis_add_all(&axis, c->row[i].values, c->row[i].n);
    }
    lu_axis_settle(&axis);
    return axis;
}

/* --- cells --- */

static void put_row(lu_pane line, const lu_class *row, lu_axis axis, double tau,
                    lu_glyph_set glyphs)
{
    int from = lu_axis_cell(axis, lu_quantile(row->values, row->n, 0.25), line.width);
    int to = lu_axis_cell(axis, lu_quantile(row->values, row->n, 0.75), line.width);
    int threshold = lu_axis_cell(axis, tau, line.width);

    for (int x = from; from >= 0 && x <= to; x++) {
        lu_pane_put(line, x, 0, lu_mark_of(LU_MARK_LINE, glyphs), LU_INK_GRID);
    }
    if (threshold >= 0) {
        lu_pane_put(line, threshold, 0, lu_mark_of(LU_MARK_TAU, glyphs), LU_INK_THRESHOLD);
    }
    for (size_t i = 0; i < row->n; i++) {
        int x = lu_axis_cell(axis, row->values[i], line.width);
        if (x >= 0) {
            lu_pane_put(line, x, 0, lu_mark_of(LU_MARK_NEGATIVE, glyphs), row->ink);
        }
    }
}

lu_err lu_classes_cells(lu_pane pane, const lu_classes *c, lu_glyph_set glyphs)
{
    lu_axis axis = axis_of(c);
    char low[LU_NUMBER_MAX], high[LU_NUMBER_MAX];

    lu_pane_print(pane, 0, 0, LU_INK_TEXT, "%s  %s to %s", c->name, lu_number(axis.low, low),
                  lu_number(axis.high, high));
    for (size_t i = 0; i < c->rows && (int)i + 1 < pane.height; i++) {
        int y = (int)i + 1;
        lu_pane_field(pane, 0, y, LABEL_COLUMNS, c->row[i].label, LU_INK_TEXT, LU_ALIGN_LEFT);
        put_row(lu_pane_sub(pane, LABEL_COLUMNS + 1, y, pane.width - LABEL_COLUMNS - 1, 1),
                &c->row[i], axis, c->tau, glyphs);
    }
    return LU_OK;
}

/* --- paper --- */

static double place(lu_rect line, lu_axis axis, double value)
{
    return line.x + lu_axis_share(axis, value) * line.width;
}

static void draw_box(lu_draw *d, lu_rect line, lu_axis axis, const lu_class *row)
{
    double from = place(line, axis, lu_quantile(row->values, row->n, 0.25));
    double to = place(line, axis, lu_quantile(row->values, row->n, 0.75));
    double middle = place(line, axis, lu_quantile(row->values, row->n, 0.5));
    double half = line.height * 0.32, y = line.y + line.height / 2;

    if (isnan(middle)) {
        return;
    }
    lu_draw_rect(d, (lu_rect){from, y - half, to - from, 2 * half},
                 lu_draw_stroke(d, LU_INK_GRID, 1, 0));
    lu_draw_line(d, middle, y - half, middle, y + half, lu_draw_stroke(d, LU_INK_TEXT, 1, 0));
}

static void draw_row(lu_draw *d, lu_rect line, lu_axis axis, const lu_class *row, double size)
{
    double y = line.y + line.height / 2;

    lu_draw_text(d, line.x - size / 2, y + size * 0.35,
                 lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_RIGHT), row->label);
    draw_box(d, line, axis, row);
    for (size_t i = 0; i < row->n; i++) {
        double x = place(line, axis, row->values[i]);
        if (!isnan(x)) {
            lu_draw_circle(d, x, y, size * 0.25, lu_draw_stroke(d, row->ink, 1, 0));
        }
    }
}

static void draw_scale(lu_draw *d, lu_rect plot, lu_axis axis, double size)
{
    const double ends[2] = {axis.low, axis.high};
    char text[LU_NUMBER_MAX];

    lu_draw_line(d, plot.x, plot.y + plot.height, plot.x + plot.width, plot.y + plot.height,
                 lu_draw_stroke(d, LU_INK_GRID, 1, 0));
    for (int i = 0; i < 2; i++) {
        lu_draw_text(d, plot.x + i * plot.width, plot.y + plot.height + size * 1.2,
                     lu_draw_letters(d, LU_INK_TEXT, size, i ? LU_ALIGN_RIGHT : LU_ALIGN_LEFT),
                     lu_number(ends[i], text));
    }
}

void lu_classes_draw(lu_draw *d, lu_rect area, const lu_classes *c)
{
    lu_axis axis = axis_of(c);
    double size = fmin(10, area.height / (double)(c->rows + 3));
    double label = LABEL_COLUMNS * size * 0.62;
    lu_rect plot = {area.x + label, area.y + size * 1.6, area.width - label - size,
                    area.height - size * 3.2};
    double height = c->rows ? plot.height / (double)c->rows : 0;

    lu_draw_text(d, plot.x, area.y + size, lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_LEFT),
                 c->name);
    for (size_t i = 0; i < c->rows; i++) {
        draw_row(d, (lu_rect){plot.x, plot.y + (double)i * height, plot.width, height}, axis,
                 &c->row[i], size);
    }
    if (!isnan(c->tau)) {
        double x = place(plot, axis, c->tau);
        lu_draw_line(d, x, plot.y, x, plot.y + plot.height,
                     lu_draw_stroke(d, LU_INK_THRESHOLD, 1, 3));
    }
    draw_scale(d, plot, axis, size);
}
