/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two faces of the ROC curve. */
#include "viz/canvas.h"
#include "viz/charts/marks.h"
#include "viz/charts/roc.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>
#include <stdio.h>

enum { LEFT = 4, TEXT_COLUMNS = 24, LINE_MAX_COLUMNS = 96, LINES = 4 };

#define LOG_LOWEST 1e-3

/* Where an FPR lies on the x axis, 0..1. */
static double place(double fpr, lu_roc_view view)
{
    if (!view.log_fpr) {
        return fpr;
    }
    return fpr <= LOG_LOWEST ? 0 : 1 - log10(fpr) / log10(LOG_LOWEST);
}

/* What is said beside the curve; returns the number of lines. */
static int lines_of(const lu_roc *roc, lu_roc_view view, lu_glyph_set glyphs,
                    char lines[LINES][LINE_MAX_COLUMNS])
{
    char a[LU_NUMBER_MAX];
    char b[LU_NUMBER_MAX];
    int n = 0;

    snprintf(lines[n++], LINE_MAX_COLUMNS, "AUC %s", lu_number_fixed(roc->auc, 3, a));
    if (!isnan(view.auc_low) && !isnan(view.auc_high)) {
        snprintf(lines[n++], LINE_MAX_COLUMNS, "    %s to %s", lu_number_fixed(view.auc_low, 3, a),
                 lu_number_fixed(view.auc_high, 3, b));
    }
    if (!isnan(roc->tau_fpr)) {
        snprintf(lines[n++], LINE_MAX_COLUMNS, "%s: TPR %s, FPR %s", lu_tau_text(glyphs),
                 lu_number_fixed(roc->tau_tpr, 2, a), lu_number_fixed(roc->tau_fpr, 2, b));
    }
    snprintf(lines[n++], LINE_MAX_COLUMNS, "%zu copies, %zu negatives", roc->copies,
             roc->negatives);
    return n;
}

/* --- in cells --- */

static void put_curve(lu_canvas *c, const lu_roc *roc, lu_roc_view view)
{
    const lu_trace line = {LU_CANVAS_SUSPECT, LU_INK_TEXT, 0};
    double right = c->width * 2 - 1;
    double bottom = c->height * 4 - 1;

    if (!view.log_fpr) {
        lu_canvas_line(c, 0, bottom, right, 0, (lu_trace){LU_CANVAS_GRID, LU_INK_GRID, 4});
    }
    for (size_t i = 0; i + 1 < roc->points; i++) {
        lu_canvas_line(c, place(roc->fpr[i], view) * right, (1 - roc->tpr[i]) * bottom,
                       place(roc->fpr[i + 1], view) * right, (1 - roc->tpr[i + 1]) * bottom, line);
    }
    lu_canvas_mark(c, place(roc->tau_fpr, view) * right, (1 - roc->tau_tpr) * bottom,
                   lu_mark_of(LU_MARK_POINT, c->glyphs), LU_INK_THRESHOLD);
}

static void put_frame(lu_pane pane, int columns, int rows, lu_roc_view view, lu_glyph_set glyphs)
{
    bool ascii = glyphs == LU_GLYPHS_ASCII;

    lu_pane_text(pane, 0, 0, "1.0", LU_INK_DIM);
    if (rows > 2) {
        lu_pane_text(pane, 0, rows / 2, "TPR", LU_INK_DIM);
    }
    lu_pane_text(pane, 0, rows - 1, "0", LU_INK_DIM);
    lu_pane_fill(lu_pane_sub(pane, LEFT - 1, 0, 1, rows), ascii ? '|' : 0x2502, LU_INK_GRID);
    lu_pane_fill(lu_pane_sub(pane, LEFT, rows, columns, 1), ascii ? '-' : 0x2500, LU_INK_GRID);
    lu_pane_put(pane, LEFT - 1, rows, ascii ? '+' : 0x2514, LU_INK_GRID);
    lu_pane_text(pane, LEFT, rows + 1, view.log_fpr ? ".001" : "0", LU_INK_DIM);
    lu_pane_text(pane, LEFT + columns / 2 - 1, rows + 1, columns > 12 ? "FPR" : "", LU_INK_DIM);
    lu_pane_text(pane, LEFT + columns - 3, rows + 1, "1.0", LU_INK_DIM);
}

static lu_err put_plot(lu_pane pane, int rows, const lu_roc *roc, lu_roc_view view,
                       lu_glyph_set glyphs)
{
    int columns = 2 * rows;
    lu_canvas canvas;

    LU_TRY(lu_canvas_init(&canvas, columns, rows, glyphs));
    put_frame(pane, columns, rows, view, glyphs);
    put_curve(&canvas, roc, view);
    lu_canvas_show(&canvas, lu_pane_sub(pane, LEFT, 0, columns, rows));
    lu_canvas_fini(&canvas);
    return LU_OK;
}

static int minimum(int a, int b)
{
    return a < b ? a : b;
}

lu_err lu_roc_cells(lu_pane pane, const lu_roc *roc, lu_roc_view view, lu_glyph_set glyphs)
{
    char lines[LINES][LINE_MAX_COLUMNS];
    int n = lines_of(roc, view, glyphs, lines);
    int high = pane.height - 2;
    int side = (pane.width - LEFT - TEXT_COLUMNS - 2) / 2;
    int above = minimum((pane.width - LEFT) / 2, high - n);
    bool beside = minimum(side, high) >= above;
    int rows = beside ? minimum(side, high) : above;
    int top = beside ? 0 : n;

    if (rows < 3 || roc->points == 0) { /* no room for a curve */
        rows = 0;
        top = 0;
        beside = false;
    }
    for (int i = 0; i < n; i++) {
        lu_pane_text(pane, beside ? LEFT + 2 * rows + 2 : 0, i, lines[i],
                     i ? LU_INK_DIM : LU_INK_TEXT);
    }
    if (rows > 0) {
        LU_TRY(put_plot(lu_pane_sub(pane, 0, top, pane.width, pane.height - top), rows, roc, view,
                        glyphs));
    }
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
    return LU_OK;
}

/* --- on paper --- */

static void draw_scale(lu_draw *d, lu_rect plot, double size, lu_roc_view view)
{
    lu_lettering right = lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_RIGHT);
    lu_lettering middle = lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_CENTRE);
    double below = plot.y + plot.height + 1.4 * size;

    lu_draw_text(d, plot.x - size * 0.5, plot.y + size * 0.4, right, "1.0");
    lu_draw_text(d, plot.x - size * 0.5, plot.y + plot.height / 2, right, "TPR");
    lu_draw_text(d, plot.x - size * 0.5, plot.y + plot.height, right, "0");
    lu_draw_text(d, plot.x, below, middle, view.log_fpr ? "0.001" : "0");
    lu_draw_text(d, plot.x + plot.width / 2, below, middle, "FPR");
    lu_draw_text(d, plot.x + plot.width, below, middle, "1.0");
}

static void draw_point(lu_draw *d, double x, double y, double r)
{
    double diamond[8] = {x, y - r, x + r, y, x, y + r, x - r, y};

    lu_draw_path(d, diamond, 4, true, lu_draw_fill(d, LU_INK_THRESHOLD));
}

static void draw_curve(lu_draw *d, lu_rect plot, double size, const lu_roc *roc, lu_roc_view view)
{
    double *xy = NULL;

    if (d->err == LU_OK) {
        d->err = LU_NEW(xy, 2 * roc->points);
    }
    if (xy == NULL) {
        return;
    }
    for (size_t i = 0; i < roc->points; i++) {
        xy[2 * i] = plot.x + place(roc->fpr[i], view) * plot.width;
        xy[2 * i + 1] = plot.y + (1 - roc->tpr[i]) * plot.height;
    }
    lu_draw_path(d, xy, roc->points, false, lu_draw_stroke(d, LU_INK_TEXT, size * 0.18, 0));
    free(xy);
}

void lu_roc_draw(lu_draw *d, lu_rect area, const lu_roc *roc, lu_roc_view view)
{
    double size = fmin(area.height / 18, area.width / 36);
    double side = fmin(area.height - 4 * size, area.width - 22 * size);
    lu_rect plot = {area.x + 3 * size, area.y + size, side, side};
    char lines[LINES][LINE_MAX_COLUMNS];
    int n = lines_of(roc, view, LU_GLYPHS_BRAILLE, lines);

    lu_draw_rect(d, plot, lu_draw_stroke(d, LU_INK_GRID, size * 0.08, 0));
    draw_scale(d, plot, size, view);
    if (!view.log_fpr) {
        lu_draw_line(d, plot.x, plot.y + side, plot.x + side, plot.y,
                     lu_draw_stroke(d, LU_INK_GRID, size * 0.08, size * 0.3));
    }
    draw_curve(d, plot, size, roc, view);
    draw_point(d, plot.x + place(roc->tau_fpr, view) * side, plot.y + (1 - roc->tau_tpr) * side,
               size * 0.5);
    for (int i = 0; i < n; i++) {
        lu_draw_text(d, plot.x + side + 1.5 * size, plot.y + size * (1 + 1.4 * i),
                     lu_draw_letters(d, i ? LU_INK_DIM : LU_INK_TEXT, size, LU_ALIGN_LEFT),
                     lines[i]);
    }
}
