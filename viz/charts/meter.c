/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/meter.h"
#include "viz/charts/marks.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BAR_MIN = 6, BAR_MAX = 40, PERCENT = 5, GAP = 2, WHAT_MAX = 32 };

static double share_of(const lu_meter *m)
{
    double share = m->done / m->total;

    return !(m->total > 0) || isnan(share) ? NAN : fmin(fmax(share, 0), 1);
}

/* Rounded down: 100 % is said when all is done. */
static const char *percent_text(double share, char out[LU_NUMBER_MAX])
{
    if (isnan(share)) {
        return "-";
    }
    snprintf(out, LU_NUMBER_MAX, "%.0f%%", floor(share * 100));
    return out;
}

static int width_with_gap(const char *text)
{
    return text[0] ? lu_columns(text) + GAP : 0;
}

static int minimum(int a, int b)
{
    return a < b ? a : b;
}

void lu_meter_cells(lu_pane pane, const lu_meter *m, lu_glyph_set glyphs)
{
    int what = minimum(width_with_gap(m->what), WHAT_MAX);
    int count = width_with_gap(m->count);
    int rest = width_with_gap(m->rest);
    double share = share_of(m);
    char number[LU_NUMBER_MAX];
    int room = pane.width - PERCENT;
    int bar;
    int x;

    count = what + count + rest + BAR_MIN <= room ? count : 0;
    rest = what + count + rest + BAR_MIN <= room ? rest : 0;
    what = what + BAR_MIN <= room ? what : 0;
    bar = minimum(room - what - count - rest, BAR_MAX);
    if (what > 0) {
        lu_pane_field(pane, 0, 0, what - GAP, m->what, LU_INK_TEXT, LU_ALIGN_LEFT);
    }
    if (bar > 0) {
        lu_pane part = lu_pane_sub(pane, what, 0, bar, 1);

        lu_pane_fill(part, lu_mark_of(LU_MARK_LINE, glyphs), LU_INK_GRID);
        lu_bar_cells(part, share, LU_INK_PROGRESS, glyphs);
        x = what + bar;
    } else {
        x = what;
    }
    lu_pane_field(pane, x, 0, PERCENT, percent_text(share, number), LU_INK_TEXT, LU_ALIGN_RIGHT);
    x += PERCENT;
    if (count > 0) {
        lu_pane_text(pane, x + GAP, 0, m->count, LU_INK_TEXT);
    }
    if (rest > 0) {
        lu_pane_text(pane, x + count + GAP, 0, m->rest, LU_INK_DIM);
    }
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
}
