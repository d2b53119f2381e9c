/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/table.h"
#include "viz/charts/marks.h"
#include "viz/unicode.h"

#include <math.h>

enum { CURSOR = 1, GAP = 2, HEAD = 2, CURSOR_BAR = 0x258c, SHARED_MIN = 4 };

static size_t shown_columns(const lu_table *t)
{
    return t->columns < LU_TABLE_COLUMNS ? t->columns : LU_TABLE_COLUMNS;
}

static const char *text_at(const lu_table *t, size_t row, size_t column)
{
    const char *text = t->text[row * t->columns + column];

    return text ? text : "";
}

static int natural(const lu_table *t, size_t column)
{
    int width = lu_columns(t->column[column].title);

    for (size_t row = 0; row < t->rows; row++) {
        int n = lu_columns(text_at(t, row, column));

        width = n > width ? n : width;
    }
    return width < 1 ? 1 : width > LU_CELLS_MAX ? LU_CELLS_MAX : width;
}

static long total(const int *width, size_t n)
{
    long sum = CURSOR - GAP;

    for (size_t i = 0; i < n; i++) {
        sum += width[i] ? width[i] + GAP : 0;
    }
    return sum;
}

/* The widest of the columns that may give, or n. */
static size_t widest(const lu_table *t, const int *width, size_t n)
{
    size_t best = n;

    for (size_t i = 0; i < n; i++) {
        int least = t->column[i].least > SHARED_MIN ? t->column[i].least : SHARED_MIN;

        if (width[i] > least && (best == n || width[i] > width[best])) {
            best = i;
        }
    }
    return best;
}

static size_t last_optional(const lu_table *t, const int *width, size_t n)
{
    for (size_t i = n; i-- > 0;) {
        if (width[i] > 0 && t->column[i].least == 0) {
            return i;
        }
    }
    return n;
}

/* Takes from the widest until the table fits or none may give any more. */
static void shrink(const lu_table *t, int width, int *out, size_t n)
{
    size_t give = widest(t, out, n);

    while (give < n && total(out, n) > width) {
        out[give]--;
        give = widest(t, out, n);
    }
}

void lu_table_widths(const lu_table *t, int width, int out[LU_TABLE_COLUMNS])
{
    int most[LU_TABLE_COLUMNS];
    size_t n = shown_columns(t);
    size_t gone;

    for (size_t i = 0; i < n; i++) {
        most[i] = natural(t, i);
    }
    do {
        for (size_t i = 0; i < n; i++) {
            out[i] = most[i];
        }
        shrink(t, width, out, n);
        gone = total(out, n) > width ? last_optional(t, most, n) : n;
        if (gone < n) {
            most[gone] = 0;
        }
    } while (gone < n);
}

static void put_row(lu_pane row, const lu_table *t, const int *width, size_t at)
{
    int x = CURSOR;

    for (size_t i = 0; i < shown_columns(t); i++) {
        lu_ink ink = t->ink ? t->ink[at * t->columns + i] : LU_INK_TEXT;

        if (width[i] > 0) {
            lu_pane_field(row, x, 0, width[i], text_at(t, at, i), ink, t->column[i].align);
            x += width[i] + GAP;
        }
    }
    if (at == t->selected) {
        lu_pane_put(row, 0, 0, CURSOR_BAR, LU_INK_FOCUS);
        lu_pane_paint(lu_pane_sub(row, CURSOR, 0, row.width, 1), LU_INK_PAPER,
                      lu_theme_shade(LU_THEME_DARK, LU_INK_SELECTED)->attrs);
    }
}

/* Rows of a pane that are left for the table's own. */
static int table_page(lu_pane pane)
{
    return pane.height > HEAD ? pane.height - HEAD : 0;
}

void lu_table_cells(lu_pane pane, const lu_table *t, lu_glyph_set glyphs)
{
    int width[LU_TABLE_COLUMNS] = {0};
    int x = CURSOR;

    lu_table_widths(t, pane.width, width);
    for (size_t i = 0; i < shown_columns(t); i++) {
        if (width[i] > 0) {
            lu_pane_field(pane, x, 0, width[i], t->column[i].title, LU_INK_HEADER,
                          t->column[i].align);
            x += width[i] + GAP;
        }
    }
    lu_pane_fill(lu_pane_sub(pane, 0, 1, pane.width, 1), lu_mark_of(LU_MARK_LINE, glyphs),
                 LU_INK_GRID);
    for (size_t i = t->first; i < t->rows && i - t->first < (size_t)table_page(pane); i++) {
        put_row(lu_pane_sub(pane, 0, HEAD + (int)(i - t->first), pane.width, 1), t, width, i);
    }
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
}
