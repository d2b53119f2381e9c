/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/marks.h"

#include <math.h>

enum { EIGHTHS = 8, LEFT_FULL = 0x2588, LOWER_ZERO = 0x2580, LEFT_ZERO = 0x2590 };

uint32_t lu_mark_of(lu_mark mark, lu_glyph_set glyphs)
{
    static const uint16_t table[LU_MARK_COUNT][2] = {
        [LU_MARK_TAU] = {0x250a, ':'},   [LU_MARK_SUSPECT] = {0x25bc, 'V'},
        [LU_MARK_UP] = {0x25b2, '^'},    [LU_MARK_NEGATIVE] = {0x25cb, 'o'},
        [LU_MARK_POINT] = {0x25c6, '@'}, [LU_MARK_LINE] = {0x2500, '-'},
        [LU_MARK_FULL] = {0x2588, '#'},
    };

    return table[(unsigned)mark < LU_MARK_COUNT ? mark : 0][glyphs == LU_GLYPHS_ASCII];
}

const char *lu_tau_text(lu_glyph_set glyphs)
{
    return glyphs == LU_GLYPHS_ASCII ? "tau" : "τ";
}

int lu_tau_columns(lu_glyph_set glyphs)
{
    return glyphs == LU_GLYPHS_ASCII ? 3 : 1;
}

/* Eighths of n cells; what is above 0 is at least one. */
static int eighths(double share, int n)
{
    double e = share * n * EIGHTHS;

    if (!(share > 0)) {
        return 0;
    }
    return share >= 1 ? n * EIGHTHS : e < 1 ? 1 : (int)floor(e + 0.5);
}

void lu_bar_cells(lu_pane pane, double share, lu_ink ink, lu_glyph_set glyphs)
{
    int n = eighths(share, pane.width);
    int rest = n % EIGHTHS;

    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_fill(lu_pane_sub(pane, 0, 0, (n + EIGHTHS / 2) / EIGHTHS, 1), '=', ink);
        return;
    }
    lu_pane_fill(lu_pane_sub(pane, 0, 0, n / EIGHTHS, 1), LEFT_FULL, ink);
    if (rest > 0) {
        lu_pane_put(pane, n / EIGHTHS, 0, (uint32_t)(LEFT_ZERO - rest), ink);
    }
}

void lu_column_cells(lu_pane pane, double share, lu_ink ink, lu_glyph_set glyphs)
{
    int n = eighths(share, pane.height);
    int full = n / EIGHTHS;
    int rest = n % EIGHTHS;

    if (glyphs == LU_GLYPHS_ASCII) {
        full = (n + EIGHTHS - 1) / EIGHTHS;
        rest = 0;
    }
    lu_pane_fill(lu_pane_sub(pane, 0, pane.height - full, 1, full),
                 lu_mark_of(LU_MARK_FULL, glyphs), ink);
    if (rest > 0) {
        lu_pane_put(pane, 0, pane.height - full - 1, (uint32_t)(LOWER_ZERO + rest), ink);
    }
}

static bool is_free(const lu_labels *l, int row, double from, double to)
{
    for (int i = 0; i < l->n[row]; i++) {
        if (from < l->to[row][i] && to > l->from[row][i]) {
            return false;
        }
    }
    return l->n[row] < LU_LABELS;
}

int lu_labels_place(lu_labels *l, double middle, double width, double gap, double room, int rows,
                    double *left)
{
    *left = fmax(0, fmin(middle - width / 2, room - width));
    if (!(width <= room)) {
        return -1;
    }
    for (int row = 0; row < rows && row < LU_LABEL_ROWS; row++) {
        if (is_free(l, row, *left - gap, *left + width + gap)) {
            l->from[row][l->n[row]] = *left;
            l->to[row][l->n[row]++] = *left + width;
            return row;
        }
    }
    return -1;
}

void lu_draw_side(lu_draw *d, double x, double y, double r, lu_side side)
{
    lu_ink ink = lu_side_ink(side);
    lu_paint hollow = lu_draw_fill(d, LU_INK_PAPER);

    hollow.line = lu_draw_rgb(d, ink);
    hollow.width = r * 0.4;
    if (side == LU_SIDE_COPY) {
        lu_draw_circle(d, x, y, r, lu_draw_fill(d, ink));
    } else if (side == LU_SIDE_NOT_COPY) {
        lu_draw_circle(d, x, y, r * 0.85, hollow);
    }
}
