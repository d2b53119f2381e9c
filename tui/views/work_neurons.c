/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_neurons.h"
#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>

enum { CELL = 4, LABEL = 6, PACKED_MAX = 4096, NARROW = 56 };

/* Neurons in a row: as many as fit, tens if there are tens. */
static size_t across_of(int width)
{
    int across = (width - LABEL + 1) / CELL;

    across = across > 10 ? across - across % 10 : across;
    return across > 0 ? (size_t)across : 0;
}

int lu_work_neurons_rows(size_t n, int width)
{
    size_t across = across_of(width);

    return across ? 1 + (int)((n + across - 1) / across) : 0;
}

static lu_ink ink_of(const lu_work_neurons *g, double percent)
{
    return isnan(percent)       ? LU_INK_DIM
           : percent >= g->full ? LU_INK_PROGRESS
           : percent <= 0       ? LU_INK_WARNING
                                : LU_INK_TEXT;
}

/* Rounded down so that 100 is all. */
static void numbers(lu_pane pane, const lu_work_neurons *g, size_t across)
{
    for (size_t i = 0; i < g->n; i++) {
        int x = LABEL + (int)(i % across) * CELL, y = (int)(i / across);
        char text[16] = "  -";

        if (i % across == 0) {
            lu_pane_print(pane, 0, y, LU_INK_DIM, "%4d:", g->number ? (int)g->number[i] : (int)i);
        }
        if (!isnan(g->percent[i])) {
            snprintf(text, sizeof text, "%3.0f", floor(fmin(fmax(g->percent[i], -99), 999)));
        }
        lu_pane_text(pane, x, y, text, ink_of(g, g->percent[i]));
        if (i == g->mark) {
            lu_pane_paint(lu_pane_sub(pane, x, y, CELL - 1, 1), LU_INK_PAPER, LU_ATTR_REVERSE);
        }
    }
}

/* Left to right and down. */
static int shades(const lu_app *a, lu_pane pane, const lu_work_neurons *g)
{
    double share[PACKED_MAX];
    size_t columns = pane.width > 1 ? (size_t)pane.width / 2 : 1;
    size_t n = g->n < PACKED_MAX - columns ? g->n : PACKED_MAX - columns;
    lu_heatmap h = {share, (n + columns - 1) / columns, columns, 0, 100, g->full};

    for (size_t i = 0; i < h.rows * columns; i++) {
        share[i] = i < n ? g->percent[i] : NAN;
    }
    lu_heatmap_cells(pane, &h, a->options.glyphs);
    return (int)h.rows + 1;
}

int lu_work_neurons_draw(const lu_app *a, lu_pane pane, const lu_work_neurons *g)
{
    size_t across = across_of(pane.width);
    int rows = lu_work_neurons_rows(g->n, pane.width);

    if (g->n == 0 || across == 0 || pane.height < 2) {
        return 0;
    }
    lu_pane_text(pane, 0, 0, pane.width < NARROW ? g->narrow : g->title, LU_INK_HEADER);
    pane = lu_work_below(pane, 1);
    if (rows - 1 <= pane.height) {
        numbers(pane, g, across);
        return rows;
    }
    return 1 + shades(a, pane, g);
}
