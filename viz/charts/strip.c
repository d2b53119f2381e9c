/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/strip.h"
#include "viz/charts/marks.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>
#include <stdio.h>

enum { LABEL_MAX = 64, MARKS = 4, DRAWN_MAX = 4096 };

/* What has a name and a number below the line, the most important first. */
typedef struct strip_mark {
    char text[LABEL_MAX];
    double value;
    lu_ink ink;
} strip_mark;

static lu_axis strip_axis(const lu_strip *s)
{
    lu_axis axis = lu_axis_empty();

    lu_axis_add(&axis, 0);
    lu_axis_add_all(&axis, s->negatives, s->n);
    lu_axis_add(&axis, s->suspect);
    lu_axis_add(&axis, s->threshold.mean);
    lu_axis_add(&axis, s->threshold.lb);
    lu_axis_add(&axis, s->threshold.tau);
    lu_axis_settle(&axis);
    return axis;
}

static double tau_of(const lu_strip *s)
{
    return s->threshold.usable ? s->threshold.tau : NAN;
}

static lu_side side_of(const lu_strip *s)
{
    return lu_side_of(s->suspect, tau_of(s));
}

static void marks_of(const lu_strip *s, lu_glyph_set glyphs, strip_mark marks[MARKS])
{
    const char *names[MARKS] = {lu_tau_text(glyphs), "suspect", "LB", "mean"};
    double values[MARKS] = {s->threshold.tau, s->suspect, s->threshold.lb, s->threshold.mean};
    lu_ink inks[MARKS] = {LU_INK_THRESHOLD, lu_side_ink(side_of(s)), LU_INK_DIM, LU_INK_DIM};

    for (int i = 0; i < MARKS; i++) {
        char number[LU_NUMBER_MAX];

        marks[i].value = values[i];
        marks[i].ink = inks[i];
        snprintf(marks[i].text, LABEL_MAX, "%s %s", names[i], lu_number(values[i], number));
    }
}

static size_t measured(const lu_strip *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++) {
        n += isfinite(s->negatives[i]);
    }
    return n;
}

static void title_of(const lu_strip *s, char *out, size_t size)
{
    size_t n = measured(s);

    snprintf(out, size, "%s, %zu negative%s%s%s", s->name, n, n == 1 ? "" : "s",
             s->threshold.reason ? ": " : "", s->threshold.reason ? s->threshold.reason : "");
}

/* --- in cells --- */

static void put_line(lu_pane row, const lu_strip *s, lu_axis axis, lu_glyph_set glyphs)
{
    int tau = lu_axis_cell(axis, tau_of(s), row.width);
    int lb = lu_axis_cell(axis, s->threshold.lb, row.width);
    int mean = lu_axis_cell(axis, s->threshold.mean, row.width);
    bool ascii = glyphs == LU_GLYPHS_ASCII;

    lu_pane_fill(row, lu_mark_of(LU_MARK_LINE, glyphs), LU_INK_GRID);
    if (tau >= 0) {
        lu_pane_ink(lu_pane_sub(row, 0, 0, tau, 1), LU_INK_COPY);
    }
    if (mean >= 0) {
        lu_pane_put(row, mean, 0, ascii ? '+' : 0x2534, LU_INK_TEXT);
    }
    if (lb >= 0) {
        lu_pane_put(row, lb, 0, ascii ? '[' : 0x251c, LU_INK_TEXT);
    }
}

static void put_tau(lu_pane rows, const lu_strip *s, lu_axis axis, lu_glyph_set glyphs)
{
    int tau = lu_axis_cell(axis, tau_of(s), rows.width);

    if (tau >= 0) {
        lu_pane_fill(lu_pane_sub(rows, tau, 0, 1, rows.height), lu_mark_of(LU_MARK_TAU, glyphs),
                     LU_INK_THRESHOLD);
    }
}

/* The first row upwards in column x without a circle or the suspect; -1 when all are taken. */
static int free_row(lu_pane rows, int x, lu_glyph_set glyphs)
{
    int y = rows.height - 1;

    while (y >= 0) {
        uint32_t code = lu_cells_at(rows.cells, rows.x + x, rows.y + y)->code;

        if (code != lu_mark_of(LU_MARK_NEGATIVE, glyphs) && code != '+' &&
            code != lu_mark_of(LU_MARK_SUSPECT, glyphs)) {
            break;
        }
        y--;
    }
    return y;
}

/* Circles stacked upwards; where one more has no row, a plus sign says so. */
static void put_negatives(lu_pane rows, const lu_strip *s, lu_axis axis, lu_glyph_set glyphs)
{
    for (size_t i = 0; i < s->n; i++) {
        int x = isfinite(s->negatives[i]) ? lu_axis_cell(axis, s->negatives[i], rows.width) : -1;
        int y = x >= 0 ? free_row(rows, x, glyphs) : -1;

        if (y >= 0) {
            lu_pane_put(rows, x, y, lu_mark_of(LU_MARK_NEGATIVE, glyphs), LU_INK_NEGATIVE);
        } else if (x >= 0 && rows.height > 1) {
            lu_pane_put(rows, x, 0, '+', LU_INK_NEGATIVE);
        }
    }
}

static void put_suspect(lu_pane row, const lu_strip *s, lu_axis axis, lu_glyph_set glyphs)
{
    int x = lu_axis_cell(axis, s->suspect, row.width);

    if (x >= 0) {
        lu_pane_put(row, x, 0, lu_mark_of(LU_MARK_SUSPECT, glyphs), lu_side_ink(side_of(s)));
    }
}

static void put_labels(lu_pane rows, const lu_strip *s, lu_axis axis, lu_glyph_set glyphs)
{
    lu_labels labels = {0};
    strip_mark marks[MARKS];

    marks_of(s, glyphs, marks);
    for (int i = 0; i < MARKS; i++) {
        int x = lu_axis_cell(axis, marks[i].value, rows.width);
        double left;
        int row;

        if (x >= 0) {
            row = lu_labels_place(&labels, x + 0.5, lu_columns(marks[i].text), 2, rows.width,
                                  rows.height, &left);
            if (row >= 0) {
                lu_pane_text(rows, (int)left, row, marks[i].text, marks[i].ink);
            }
        }
    }
}

void lu_strip_cells(lu_pane pane, const lu_strip *s, lu_glyph_set glyphs)
{
    lu_axis axis = strip_axis(s);
    int h = pane.height;
    int head = h >= 5;
    int below = h >= 4 ? 2 : h >= 2;
    int stack = h - head - below - 1;
    lu_pane line = lu_pane_sub(pane, 0, head + stack, pane.width, 1);
    lu_pane plot = stack > 0 ? lu_pane_sub(pane, 0, head, pane.width, stack) : line;
    char title[2 * LABEL_MAX];

    if (pane.width == 0 || h == 0) {
        return;
    }
    if (head) {
        title_of(s, title, sizeof title);
        lu_pane_field(pane, 0, 0, pane.width, title, LU_INK_TEXT, LU_ALIGN_LEFT);
    }
    put_line(line, s, axis, glyphs);
    put_tau(lu_pane_sub(pane, 0, head, pane.width, stack + 1), s, axis, glyphs);
    put_suspect(lu_pane_sub(plot, 0, plot.height - 1, plot.width, 1), s, axis, glyphs);
    put_negatives(plot, s, axis, glyphs);
    put_labels(lu_pane_sub(pane, 0, h - below, pane.width, below), s, axis, glyphs);
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
}

/* --- on paper --- */

/* How many earlier circles of radius r touch circle i. */
static int level(const lu_strip *s, lu_axis axis, double width, double r, size_t i)
{
    double at = lu_axis_share(axis, s->negatives[i]) * width;
    int n = 0;

    for (size_t k = 0; k < i; k++) {
        double x = lu_axis_share(axis, s->negatives[k]) * width;

        n += isfinite(s->negatives[k]) && fabs(x - at) < 2 * r;
    }
    return n;
}

static void draw_negatives(lu_draw *d, lu_rect line, double r, double high, const lu_strip *s,
                           lu_axis axis)
{
    lu_paint circle = lu_draw_stroke(d, LU_INK_NEGATIVE, r * 0.4, 0);
    size_t n = s->n < DRAWN_MAX ? s->n : DRAWN_MAX;

    for (size_t i = 0; i < n; i++) {
        if (isfinite(s->negatives[i])) {
            double up = (2 * level(s, axis, line.width, r, i) + 1.6) * r;

            lu_draw_circle(d, line.x + lu_axis_share(axis, s->negatives[i]) * line.width,
                           line.y - fmin(up, high), r * 0.8, circle);
        }
    }
}

static void draw_marks(lu_draw *d, lu_rect line, double size, const lu_strip *s, lu_axis axis)
{
    lu_labels labels = {0};
    strip_mark marks[MARKS];

    marks_of(s, LU_GLYPHS_BRAILLE, marks);
    for (int i = 0; i < MARKS; i++) {
        double share = lu_axis_share(axis, marks[i].value);
        double width = lu_columns(marks[i].text) * size * 0.602;
        double left;
        int row = isnan(share) ? -1
                               : lu_labels_place(&labels, share * line.width, width, size,
                                                 line.width, 3, &left);

        if (row >= 0) {
            lu_draw_text(d, line.x + left, line.y + size * (1.6 + 1.2 * row),
                         lu_draw_letters(d, marks[i].ink, size, LU_ALIGN_LEFT), marks[i].text);
        }
    }
}

static void draw_tick(lu_draw *d, lu_rect line, double value, double up, double down, lu_axis axis,
                      lu_paint paint)
{
    double x = line.x + lu_axis_share(axis, value) * line.width;

    lu_draw_line(d, x, line.y - up, x, line.y + down, paint);
}

void lu_strip_draw(lu_draw *d, lu_rect area, const lu_strip *s)
{
    lu_axis axis = strip_axis(s);
    double size = fmin(area.height / 9, area.width / 40);
    lu_rect line = {area.x + size, area.y + area.height - 4.2 * size, area.width - 2 * size, 0};
    double high = line.y - area.y - 1.8 * size;
    double x = line.x + lu_axis_share(axis, s->suspect) * line.width;
    double tip[6] = {x,
                     line.y - size * 0.2,
                     x - size * 0.5,
                     line.y - size * 1.3,
                     x + size * 0.5,
                     line.y - size * 1.3};
    char title[2 * LABEL_MAX];

    title_of(s, title, sizeof title);
    lu_draw_text(d, area.x + size, area.y + size,
                 lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_LEFT), title);
    lu_draw_line(d, line.x, line.y, line.x + line.width, line.y,
                 lu_draw_stroke(d, LU_INK_GRID, size * 0.1, 0));
    if (s->threshold.usable) {
        double tau = lu_axis_share(axis, s->threshold.tau) * line.width;

        lu_draw_line(d, line.x, line.y, line.x + tau, line.y,
                     lu_draw_stroke(d, LU_INK_COPY, size * 0.2, 0));
        draw_tick(d, line, s->threshold.tau, high, size * 0.5, axis,
                  lu_draw_stroke(d, LU_INK_THRESHOLD, size * 0.14, size * 0.3));
    }
    draw_tick(d, line, s->threshold.lb, size * 0.5, size * 0.5, axis,
              lu_draw_stroke(d, LU_INK_TEXT, size * 0.12, 0));
    draw_tick(d, line, s->threshold.mean, size * 0.5, size * 0.5, axis,
              lu_draw_stroke(d, LU_INK_TEXT, size * 0.12, 0));
    draw_negatives(d, line, size * 0.4, high, s, axis);
    lu_draw_path(d, tip, 3, true, lu_draw_fill(d, lu_side_ink(side_of(s))));
    draw_marks(d, line, size, s, axis);
}
