/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/curve.h"
#include "viz/canvas.h"
#include "viz/charts/axis.h"
#include "viz/charts/marks.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>
#include <stdio.h>

enum { LABEL = 8, PAPER_COLUMNS = 512, LASTS = 8, STEPS_MAX = 64 };

/* What falls into one column of a series. */
typedef struct column_range {
    double low, high;   /* NAN = nothing */
    double first, last; /* the values at its ends */
} column_range;

static column_range range_of(const lu_series *s, size_t from, size_t to)
{
    column_range r = {NAN, NAN, NAN, NAN};

    for (size_t i = from; i < to; i++) {
        if (isfinite(s->values[i])) {
            r.low = fmin(r.low, s->values[i]);
            r.high = fmax(r.high, s->values[i]);
            r.first = isnan(r.first) ? s->values[i] : r.first;
            r.last = s->values[i];
        }
    }
    return r;
}

static size_t longest(const lu_curve *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        n = c->series[i].n > n ? c->series[i].n : n;
    }
    return n;
}

static lu_axis curve_axis(const lu_curve *c)
{
    lu_axis axis = lu_axis_empty();

    for (size_t i = 0; i < c->n; i++) {
        lu_axis_add_all(&axis, c->series[i].values, c->series[i].n);
    }
    lu_axis_settle(&axis);
    return axis;
}

static double last_of(const lu_series *s)
{
    for (size_t i = s->n; i-- > 0;) {
        if (isfinite(s->values[i])) {
            return s->values[i];
        }
    }
    return NAN;
}

static bool is_taken(const int *taken, size_t n, int row)
{
    for (size_t i = 0; i < n; i++) {
        if (taken[i] == row) {
            return true;
        }
    }
    return false;
}

/* A row of its own for each series' last value, the nearest to where it belongs; -1 = none. */
static void last_rows(const lu_curve *c, lu_axis axis, int rows, int taken[LASTS])
{
    for (size_t i = 0; i < c->n && i < LASTS; i++) {
        int cell = lu_axis_cell(axis, last_of(&c->series[i]), rows);
        int at = cell < 0 ? -1 : rows - 1 - cell;
        int found = -1;

        for (int d = 0; at >= 0 && d < rows && found < 0; d++) {
            found = at - d >= 0 && !is_taken(taken, i, at - d)     ? at - d
                    : at + d < rows && !is_taken(taken, i, at + d) ? at + d
                                                                   : -1;
        }
        taken[i] = found;
    }
}

static void steps_text(const lu_curve *c, char *out)
{
    size_t n = longest(c);

    snprintf(out, STEPS_MAX, "%s%s%zu", c->steps, c->steps[0] ? " " : "", n ? n - 1 : 0);
}

/* A series longer than the columns: step i falls into column i*columns/n. */
static void walk_columns(const lu_series *s, size_t n, size_t columns, void *context,
                         void (*line)(void *context, double x0, double y0, double x1, double y1))
{
    double before = NAN;

    for (size_t x = 0; x < columns; x++) {
        size_t from = x * n / columns;
        size_t to = (x + 1) * n / columns;
        column_range r = range_of(s, from < s->n ? from : s->n, to < s->n ? to : s->n);

        if (x > 0) {
            line(context, (double)(x - 1), before, (double)x, r.first);
        }
        line(context, (double)x, r.first, (double)x, r.low);
        line(context, (double)x, r.low, (double)x, r.high);
        line(context, (double)x, r.high, (double)x, r.last);
        before = r.last;
    }
}

/* All lines of a series over 0..columns-1, each from where the one before ended; values at both
   ends, NAN where a gap is. */
static void walk(const lu_series *s, size_t n, size_t columns, void *context,
                 void (*line)(void *context, double x0, double y0, double x1, double y1))
{
    double step = n > 1 ? (double)(columns - 1) / (double)(n - 1) : 0;

    if (n > columns) {
        walk_columns(s, n, columns, context, line);
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        double x = (double)i * step;

        if (i == 0 || !isfinite(s->values[i - 1])) {
            line(context, x, s->values[i], x, s->values[i]);
        } else {
            line(context, x - step, s->values[i - 1], x, s->values[i]);
        }
    }
}

/* --- in cells --- */

typedef struct cell_pen {
    lu_canvas *canvas;
    lu_axis axis;
    lu_ink ink;
    double scale; /* dots a column */
} cell_pen;

static void cell_line(void *context, double x0, double y0, double x1, double y1)
{
    cell_pen *pen = context;
    double bottom = pen->canvas->height * 4 - 1;

    if (isfinite(y0) && isfinite(y1)) {
        lu_canvas_line(pen->canvas, x0 * pen->scale, (1 - lu_axis_share(pen->axis, y0)) * bottom,
                       x1 * pen->scale, (1 - lu_axis_share(pen->axis, y1)) * bottom,
                       (lu_trace){LU_CANVAS_SUSPECT, pen->ink, 0});
    }
}

static void put_names(lu_pane row, const lu_curve *c)
{
    int x = 0;

    for (size_t i = 0; i < c->n && x < row.width; i++) {
        x += lu_pane_text(row, x, 0, c->series[i].name, c->series[i].ink) + 2;
    }
}

static void put_lasts(lu_pane right, const lu_curve *c, lu_axis axis)
{
    int taken[LASTS];

    last_rows(c, axis, right.height, taken);
    for (size_t i = 0; i < c->n && i < LASTS; i++) {
        char number[LU_NUMBER_MAX];

        if (taken[i] >= 0) {
            lu_pane_text(right, 1, taken[i], lu_number(last_of(&c->series[i]), number),
                         c->series[i].ink);
        }
    }
}

static void put_axes(lu_pane pane, lu_rect plot, const lu_curve *c, lu_axis axis,
                     lu_glyph_set glyphs)
{
    bool ascii = glyphs == LU_GLYPHS_ASCII;
    int top = (int)plot.y;
    int rows = (int)plot.height;
    int columns = (int)plot.width;
    char text[STEPS_MAX];

    lu_pane_field(pane, 0, top, LABEL - 1, lu_number(axis.high, text), LU_INK_DIM, LU_ALIGN_RIGHT);
    lu_pane_field(pane, 0, top + rows - 1, LABEL - 1, lu_number(axis.low, text), LU_INK_DIM,
                  LU_ALIGN_RIGHT);
    lu_pane_fill(lu_pane_sub(pane, LABEL, top, 1, rows), ascii ? '|' : 0x2502, LU_INK_GRID);
    lu_pane_fill(lu_pane_sub(pane, LABEL + 1, top + rows, columns, 1), ascii ? '-' : 0x2500,
                 LU_INK_GRID);
    lu_pane_put(pane, LABEL, top + rows, ascii ? '+' : 0x2514, LU_INK_GRID);
    steps_text(c, text);
    lu_pane_text(pane, LABEL + 1, top + rows + 1, "0", LU_INK_DIM);
    lu_pane_field(pane, LABEL + 3, top + rows + 1, columns - 2, text, LU_INK_DIM, LU_ALIGN_RIGHT);
}

lu_err lu_curve_cells(lu_pane pane, const lu_curve *c, lu_glyph_set glyphs)
{
    lu_axis axis = curve_axis(c);
    int head = c->n > 1 && pane.height >= 5;
    int tail = pane.width >= 3 * LABEL ? LABEL + 1 : 0;
    int columns = pane.width - LABEL - 1 - tail;
    int rows = pane.height - head - 2;
    size_t n = longest(c);
    lu_canvas canvas;

    if (columns < 2 || rows < 1 || n == 0) {
        lu_pane_text(pane, 0, 0, n == 0 ? "no values yet" : "", LU_INK_DIM);
        return LU_OK;
    }
    LU_TRY(lu_canvas_init(&canvas, columns, rows, glyphs));
    for (size_t i = 0; i < c->n; i++) {
        int dots = glyphs == LU_GLYPHS_ASCII ? 1 : 2;
        cell_pen pen = {&canvas, axis, c->series[i].ink, 2.0 / dots};

        walk(&c->series[i], n, (size_t)(columns * dots), &pen, cell_line);
    }
    put_names(lu_pane_sub(pane, LABEL + 1, 0, columns, head), c);
    put_axes(pane, (lu_rect){LABEL + 1, head, columns, rows}, c, axis, glyphs);
    lu_canvas_show(&canvas, lu_pane_sub(pane, LABEL + 1, head, columns, rows));
    lu_canvas_fini(&canvas);
    put_lasts(lu_pane_sub(pane, LABEL + 1 + columns, head, tail, rows), c, axis);
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
    return LU_OK;
}

/* --- on paper --- */

typedef struct paper_pen {
    lu_draw *d;
    lu_rect plot;
    lu_axis axis;
    lu_paint paint;
    double scale;  /* units a column */
    lu_buf points; /* of the line so far: x and y in turn */
} paper_pen;

static void flush(paper_pen *p)
{
    lu_draw_path(p->d, (const double *)(const void *)p->points.data,
                 p->points.len / (2 * sizeof(double)), false, p->paint);
    p->points.len = 0;
}

static void add_point(paper_pen *p, double x, double y)
{
    double xy[2] = {p->plot.x + x * p->scale,
                    p->plot.y + (1 - lu_axis_share(p->axis, y)) * p->plot.height};

    if (p->d->err == LU_OK) {
        p->d->err = lu_buf_add(&p->points, xy, sizeof xy);
    }
}

/* Each goes on where the one before ended, or begins a line. */
static void paper_line(void *context, double x0, double y0, double x1, double y1)
{
    paper_pen *p = context;

    if (!isfinite(y0) || !isfinite(y1)) {
        flush(p);
        return;
    }
    if (p->points.len == 0) {
        add_point(p, x0, y0);
    }
    add_point(p, x1, y1);
}

static void draw_texts(lu_draw *d, lu_rect plot, double size, const lu_curve *c, lu_axis axis)
{
    lu_lettering right = lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_RIGHT);
    double below = plot.y + plot.height + 1.4 * size;
    double x = plot.x;
    double row = 1.15 * size;
    int taken[LASTS];
    char text[STEPS_MAX];

    lu_draw_text(d, plot.x - size * 0.5, plot.y + size * 0.4, right, lu_number(axis.high, text));
    lu_draw_text(d, plot.x - size * 0.5, plot.y + plot.height, right, lu_number(axis.low, text));
    lu_draw_text(d, plot.x, below, lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_LEFT), "0");
    steps_text(c, text);
    lu_draw_text(d, plot.x + plot.width, below, right, text);
    last_rows(c, axis, (int)fmin(plot.height / row, LU_CELLS_MAX), taken);
    for (size_t i = 0; i < c->n && i < LASTS; i++) {
        const lu_series *s = &c->series[i];
        lu_lettering how = lu_draw_letters(d, s->ink, size, LU_ALIGN_LEFT);

        lu_draw_text(d, x, plot.y - size * 0.6, how, c->n > 1 ? s->name : "");
        x += (lu_columns(s->name) + 2) * size * 0.602;
        if (taken[i] >= 0) {
            lu_draw_text(d, plot.x + plot.width + size * 0.5, plot.y + (taken[i] + 0.85) * row, how,
                         lu_number(last_of(s), text));
        }
    }
}

void lu_curve_draw(lu_draw *d, lu_rect area, const lu_curve *c)
{
    double size = fmin(area.height / 14, area.width / 40);
    lu_rect plot = {area.x + 5 * size, area.y + 1.8 * size, area.width - 10 * size,
                    area.height - 4 * size};
    lu_axis axis = curve_axis(c);
    size_t n = longest(c);
    size_t columns = n < PAPER_COLUMNS ? n : PAPER_COLUMNS;

    lu_draw_rect(d, plot, lu_draw_stroke(d, LU_INK_GRID, size * 0.08, 0));
    for (size_t i = 0; i < c->n && columns > 0; i++) {
        paper_pen pen = {d,
                         plot,
                         axis,
                         lu_draw_stroke(d, c->series[i].ink, size * 0.15, 0),
                         columns > 1 ? plot.width / (double)(columns - 1) : 0,
                         LU_BUF_INIT};

        walk(&c->series[i], n, columns, &pen, paper_line);
        flush(&pen);
        lu_buf_fini(&pen.points);
    }
    draw_texts(d, plot, size, c, axis);
}
