/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/bars.h"
#include "viz/charts/marks.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>

enum { NAME_MAX_COLUMNS = 12, BAR_MIN = 8, NUMBER_COLUMNS = 8, WORD_COLUMNS = 7 };

/* How the columns are shared out. */
typedef struct bars_layout {
    int name, bar;         /* widths; the bar begins at name + 1 */
    bool value, sign, all; /* what stands to the right: d; a sign; tau and the word */
    int rows;              /* of each metric: 1 or 2 */
} bars_layout;

static int name_columns(const lu_evidence *e)
{
    int columns = 0;

    for (size_t i = 0; i < e->n; i++) {
        int n = lu_columns(e->reading[i].name);

        columns = n > columns ? n : columns;
    }
    return columns < NAME_MAX_COLUMNS ? columns : NAME_MAX_COLUMNS;
}

static bars_layout lay_out(lu_pane pane, const lu_evidence *e, lu_glyph_set glyphs)
{
    int tau = lu_tau_columns(glyphs) + 2 + NUMBER_COLUMNS + 1 + WORD_COLUMNS;
    bars_layout l = {.name = name_columns(e), .rows = 1};
    int room = pane.width - l.name - 1;

    l.value = room >= BAR_MIN + 1 + NUMBER_COLUMNS;
    room -= l.value ? 1 + NUMBER_COLUMNS : 0;
    l.sign = l.value && room >= BAR_MIN + 2;
    room -= l.sign ? 2 : 0;
    l.all = l.sign && room >= BAR_MIN + 4 + tau;
    room -= l.all ? tau : 0;
    l.bar = room > 0 ? room : 0;
    if ((size_t)pane.height >= 2 * e->n + 1) {
        for (size_t i = 0; i < e->n; i++) {
            l.rows = isnan(e->reading[i].low) || isnan(e->reading[i].high) ? l.rows : 2;
        }
    }
    return l;
}

static void put_bar(lu_pane bar, double s, lu_ink ink, lu_glyph_set glyphs)
{
    lu_bar_cells(bar, s, ink, glyphs);
    lu_pane_put(bar, bar.width / 2, 0, lu_mark_of(LU_MARK_TAU, glyphs), LU_INK_THRESHOLD);
}

static void put_interval(lu_pane bar, const lu_reading *r, lu_glyph_set glyphs)
{
    lu_axis axis = {0, 1};
    int from = lu_axis_cell(axis, lu_similarity(r->high, r->tau), bar.width);
    int to = lu_axis_cell(axis, lu_similarity(r->low, r->tau), bar.width);
    bool ascii = glyphs == LU_GLYPHS_ASCII;

    if (from < 0 || to < from) {
        return;
    }
    lu_pane_fill(lu_pane_sub(bar, from, 0, to - from + 1, 1), ascii ? '-' : 0x2500, LU_INK_DIM);
    lu_pane_put(bar, from, 0, ascii ? '|' : 0x251c, LU_INK_DIM);
    lu_pane_put(bar, to, 0, ascii ? '|' : from < to ? 0x2524 : 0x253c, LU_INK_DIM);
}

static void put_texts(lu_pane row, const lu_reading *r, const bars_layout *l, lu_glyph_set glyphs)
{
    lu_side side = lu_side_of(r->value, r->tau);
    char number[LU_NUMBER_MAX];
    int at = l->name + 1 + l->bar + 1;

    if (l->value) {
        lu_pane_field(row, at, 0, NUMBER_COLUMNS, lu_number(r->value, number), LU_INK_TEXT,
                      LU_ALIGN_RIGHT);
        at += NUMBER_COLUMNS + 1;
    }
    if (l->all) {
        at += lu_pane_text(row, at, 0, lu_tau_text(glyphs), LU_INK_THRESHOLD) + 1;
        lu_pane_field(row, at, 0, NUMBER_COLUMNS, lu_number(r->tau > 0 ? r->tau : NAN, number),
                      LU_INK_TEXT, LU_ALIGN_LEFT);
        at += NUMBER_COLUMNS + 1;
    }
    if (l->sign) {
        lu_pane_put(row, at, 0, lu_side_sign(side), lu_side_ink(side));
    }
    if (l->all) {
        lu_pane_text(row, at + 2, 0, lu_side_word(side), lu_side_ink(side));
    }
}

static void put_scale(lu_pane bar, lu_glyph_set glyphs)
{
    lu_pane_text(bar, 0, 0, "0", LU_INK_DIM);
    lu_pane_text(bar, bar.width / 2, 0, lu_tau_text(glyphs), LU_INK_THRESHOLD);
    lu_pane_text(bar, bar.width - 1, 0, "1", LU_INK_DIM);
}

void lu_bars_cells(lu_pane pane, const lu_evidence *e, lu_glyph_set glyphs)
{
    bars_layout l = lay_out(pane, e, glyphs);
    int y = 0;

    for (size_t i = 0; i < e->n && y < pane.height; i++, y += l.rows) {
        const lu_reading *r = &e->reading[i];
        lu_pane row = lu_pane_sub(pane, 0, y, pane.width, 1);
        double s = lu_similarity(r->value, r->tau);

        lu_pane_field(row, 0, 0, l.name, r->name, LU_INK_TEXT, LU_ALIGN_LEFT);
        if (isnan(s)) {
            lu_pane_text(lu_pane_sub(row, l.name + 1, 0, l.bar, 1), 0, 0, "n/a", LU_INK_DIM);
        } else {
            put_bar(lu_pane_sub(row, l.name + 1, 0, l.bar, 1), s,
                    lu_side_ink(lu_side_of(r->value, r->tau)), glyphs);
        }
        put_texts(row, r, &l, glyphs);
        if (l.rows == 2) {
            put_interval(lu_pane_sub(pane, l.name + 1, y + 1, l.bar, 1), r, glyphs);
        }
    }
    put_scale(lu_pane_sub(pane, l.name + 1, y, l.bar, 1), glyphs);
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
}

/* --- on paper --- */

static void draw_row(lu_draw *d, lu_rect row, double size, const lu_reading *r)
{
    lu_side side = lu_side_of(r->value, r->tau);
    double s = lu_similarity(r->value, r->tau);
    double base = row.y + row.height / 2 + size * 0.35;
    lu_rect bar = {row.x + 6 * size, row.y + row.height * 0.2, row.width - 25 * size,
                   row.height * 0.6};
    lu_rect done = bar;
    char number[LU_NUMBER_MAX];

    done.width *= s;
    lu_draw_text(d, row.x, base, lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_LEFT), r->name);
    lu_draw_rect(d, done, lu_draw_fill(d, lu_side_ink(side)));
    lu_draw_rect(d, bar, lu_draw_stroke(d, LU_INK_GRID, size * 0.06, 0));
    lu_draw_text(d, bar.x + bar.width + 5.5 * size, base,
                 lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_RIGHT),
                 lu_number(r->value, number));
    lu_draw_text(d, bar.x + bar.width + 11 * size, base,
                 lu_draw_letters(d, LU_INK_THRESHOLD, size, LU_ALIGN_RIGHT),
                 lu_number(r->tau > 0 ? r->tau : NAN, number));
    lu_draw_side(d, bar.x + bar.width + 12.5 * size, base - size * 0.35, size * 0.4, side);
    lu_draw_text(d, bar.x + bar.width + 13.5 * size, base,
                 lu_draw_letters(d, lu_side_ink(side), size, LU_ALIGN_LEFT), lu_side_word(side));
    if (r->low <= r->high && !isnan(s)) {
        double y = row.y + row.height * 0.9;

        lu_draw_line(d, bar.x + bar.width * lu_similarity(r->high, r->tau), y,
                     bar.x + bar.width * lu_similarity(r->low, r->tau), y,
                     lu_draw_stroke(d, LU_INK_TEXT, size * 0.12, 0));
    }
}

void lu_bars_draw(lu_draw *d, lu_rect area, const lu_evidence *e)
{
    double height = area.height / (double)(e->n + 1);
    double size = fmin(height * 0.5, area.width / 45);
    double middle = area.x + 6 * size + (area.width - 25 * size) / 2;

    lu_draw_text(d, middle, area.y + height * 0.6,
                 lu_draw_letters(d, LU_INK_THRESHOLD, size, LU_ALIGN_CENTRE), "τ");
    lu_draw_text(d, area.x + area.width - 19 * size + 5.5 * size, area.y + height * 0.6,
                 lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_RIGHT), "d");
    lu_draw_text(d, area.x + area.width - 19 * size + 11 * size, area.y + height * 0.6,
                 lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_RIGHT), "τ");
    for (size_t i = 0; i < e->n; i++) {
        lu_rect row = {area.x, area.y + height * (double)(i + 1), area.width, height};

        draw_row(d, row, size, &e->reading[i]);
    }
    lu_draw_line(d, middle, area.y + height, middle, area.y + area.height,
                 lu_draw_stroke(d, LU_INK_THRESHOLD, size * 0.12, size * 0.3));
}
