/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/hist.h"
#include "viz/charts/marks.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>
#include <stdio.h>

enum { COUNT_COLUMNS = 6, TEXT_MAX = 48 };

void lu_hist_count(const double *values, size_t n, lu_axis axis, size_t *count, size_t bins)
{
    for (size_t i = 0; i < bins; i++) {
        count[i] = 0;
    }
    for (size_t i = 0; i < n; i++) {
        int bin = isfinite(values[i]) ? lu_axis_cell(axis, values[i], (int)bins) : -1;

        if (bin >= 0) {
            count[bin]++;
        }
    }
}

static lu_axis hist_axis(const lu_hist *h)
{
    lu_axis axis = lu_axis_empty();

    lu_axis_add_all(&axis, h->values, h->n);
    lu_axis_add(&axis, h->suspect);
    lu_axis_add(&axis, h->tau);
    lu_axis_settle(&axis);
    return axis;
}

static size_t most(const size_t *count, size_t bins)
{
    size_t top = 0;

    for (size_t i = 0; i < bins; i++) {
        top = count[i] > top ? count[i] : top;
    }
    return top;
}

static lu_side hist_side(const lu_hist *h)
{
    if (h->larger && isfinite(h->suspect) && !isnan(h->tau)) {
        return h->suspect > h->tau ? LU_SIDE_COPY : LU_SIDE_NOT_COPY;
    }
    return lu_side_of(h->suspect, h->tau);
}

static const char *mark_name(const lu_hist *h)
{
    return h->name ? h->name : "suspect";
}

/* --- in cells --- */

static void put_text(lu_pane row, lu_labels *labels, int x, const char *text, lu_ink ink)
{
    double left;

    if (x >= 0 && lu_labels_place(labels, x + 0.5, lu_columns(text), 1, row.width, 1, &left) == 0) {
        lu_pane_text(row, (int)left, 0, text, ink);
    }
}

static void put_scale(lu_pane line, lu_pane texts, const lu_hist *h, lu_axis axis,
                      lu_glyph_set glyphs)
{
    lu_side side = hist_side(h);
    int suspect = lu_axis_cell(axis, h->suspect, line.width);
    lu_labels labels = {0};
    char number[LU_NUMBER_MAX];
    char text[TEXT_MAX];

    lu_pane_fill(line, lu_mark_of(LU_MARK_LINE, glyphs), LU_INK_GRID);
    if (suspect >= 0) {
        lu_pane_put(line, suspect, 0, lu_mark_of(LU_MARK_UP, glyphs), lu_side_ink(side));
    }
    snprintf(text, sizeof text, "%s %s", h->limit ? h->limit : lu_tau_text(glyphs),
             lu_number(h->tau, number));
    put_text(texts, &labels, lu_axis_cell(axis, h->tau, line.width), text, LU_INK_THRESHOLD);
    snprintf(text, sizeof text, "%s %s", mark_name(h), lu_number(h->suspect, number));
    put_text(texts, &labels, suspect, text, lu_side_ink(side));
    put_text(texts, &labels, 0, lu_number(axis.low, number), LU_INK_DIM);
    put_text(texts, &labels, texts.width - 1, lu_number(axis.high, number), LU_INK_DIM);
}

static void put_columns(lu_pane plot, const size_t *count, lu_ink ink, lu_glyph_set glyphs)
{
    size_t top = most(count, (size_t)plot.width);

    for (int x = 0; x < plot.width; x++) {
        lu_column_cells(lu_pane_sub(plot, x, 0, 1, plot.height),
                        top ? (double)count[x] / (double)top : 0, ink, glyphs);
    }
}

lu_err lu_hist_cells(lu_pane pane, const lu_hist *h, lu_glyph_set glyphs)
{
    lu_axis axis = hist_axis(h);
    int left = pane.width >= 4 * COUNT_COLUMNS ? COUNT_COLUMNS : 0;
    lu_pane plot = lu_pane_sub(pane, left, 0, pane.width - left, pane.height - 2);
    int tau = lu_axis_cell(axis, h->tau, plot.width);
    char number[LU_NUMBER_MAX];
    size_t *count;

    if (plot.width < 1 || plot.height < 1) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(count, plot.width));
    lu_hist_count(h->values, h->n, axis, count, (size_t)plot.width);
    put_columns(plot, count, h->ink, glyphs);
    if (tau >= 0) {
        lu_pane_fill(lu_pane_sub(plot, tau, 0, 1, plot.height), lu_mark_of(LU_MARK_TAU, glyphs),
                     LU_INK_THRESHOLD);
    }
    lu_pane_field(pane, 0, 0, left - 1,
                  lu_number_fixed((double)most(count, (size_t)plot.width), 0, number), LU_INK_DIM,
                  LU_ALIGN_RIGHT);
    put_scale(lu_pane_sub(pane, left, plot.height, plot.width, 1),
              lu_pane_sub(pane, left, plot.height + 1, plot.width, 1), h, axis, glyphs);
    free(count);
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
    return LU_OK;
}

/* --- on paper --- */

static void draw_columns(lu_draw *d, lu_rect plot, const size_t *count, size_t bins, lu_ink ink)
{
    double width = plot.width / (double)bins;
    double top = (double)most(count, bins);
    lu_paint paint = lu_draw_fill(d, ink);

    paint.line = lu_draw_rgb(d, LU_INK_PAPER);
    paint.width = width * 0.08;
    for (size_t i = 0; i < bins; i++) {
        double height = count[i] ? plot.height * (double)count[i] / top : 0;
        lu_rect bar = {plot.x + width * (double)i, plot.y + plot.height - height, width, height};

        if (count[i] > 0) {
            lu_draw_rect(d, bar, paint);
        }
    }
}

static void draw_marks(lu_draw *d, lu_rect plot, double size, const lu_hist *h, lu_axis axis)
{
    double tau = plot.x + lu_axis_share(axis, h->tau) * plot.width;
    double x = plot.x + lu_axis_share(axis, h->suspect) * plot.width;
    double y = plot.y + plot.height;
    double tip[6] = {x, y, x - size * 0.5, y + size, x + size * 0.5, y + size};
    lu_ink ink = lu_side_ink(hist_side(h));
    char number[LU_NUMBER_MAX];

    lu_draw_line(d, plot.x, y, plot.x + plot.width, y,
                 lu_draw_stroke(d, LU_INK_GRID, size * 0.1, 0));
    lu_draw_line(d, tau, plot.y, tau, y,
                 lu_draw_stroke(d, LU_INK_THRESHOLD, size * 0.14, size * 0.3));
    lu_draw_text(d, tau, plot.y - size * 0.3,
                 lu_draw_letters(d, LU_INK_THRESHOLD, size, LU_ALIGN_CENTRE),
                 h->limit ? h->limit : "τ");
    lu_draw_path(d, tip, 3, true, lu_draw_fill(d, ink));
    x = fmin(fmax(x, plot.x + 2.2 * size), plot.x + plot.width - 2.2 * size);
    lu_draw_text(d, x, y + 2.1 * size, lu_draw_letters(d, ink, size, LU_ALIGN_CENTRE),
                 mark_name(h));
    lu_draw_text(d, plot.x, y + 3.3 * size, lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_LEFT),
                 lu_number(axis.low, number));
    lu_draw_text(d, plot.x + plot.width, y + 3.3 * size,
                 lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_RIGHT),
                 lu_number(axis.high, number));
}

lu_err lu_hist_draw(lu_draw *d, lu_rect area, const lu_hist *h)
{
    double size = fmin(area.height / 12, area.width / 40);
    double root = floor(sqrt((double)h->n));
    size_t bins = root < 5 ? 5 : root > 40 ? 40 : (size_t)root;
    lu_rect plot = {area.x + 3 * size, area.y + 1.5 * size, area.width - 6 * size,
                    area.height - 5.2 * size};
    lu_axis axis = hist_axis(h);
    char number[LU_NUMBER_MAX];
    size_t *count;

    LU_TRY(LU_NEW(count, bins));
    lu_hist_count(h->values, h->n, axis, count, bins);
    draw_columns(d, plot, count, bins, h->ink);
    lu_draw_text(d, plot.x - size * 0.5, plot.y + size * 0.4,
                 lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_RIGHT),
                 lu_number_fixed((double)most(count, bins), 0, number));
    draw_marks(d, plot, size, h, axis);
    free(count);
    return LU_OK;
}
