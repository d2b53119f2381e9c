/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A grid of cells on a vector drawing. */
#include "viz/draw.h"
#include "viz/glyphs.h"
#include "viz/unicode.h"

#include <math.h>

/* DejaVu Sans Mono, in shares of the font size: advance, height of a line, ascent. */
#define FONT_ADVANCE 0.602
#define FONT_LINE 1.164
#define FONT_ASCENT 0.928

/* What lu_draw_cells works with. */
typedef struct screen {
    lu_draw *d;
    const lu_cells *cells;
    double width, height; /* of a cell */
} screen;

static lu_rect rect_of(const screen *s, int x, int y, int columns)
{
    return (lu_rect){x * s->width, y * s->height, columns * s->width, s->height};
}

static uint32_t back_of(const screen *s, int x, int y)
{
    uint32_t fg;
    uint32_t bg;

    lu_cell_colours(lu_cells_at(s->cells, x, y), s->d->theme, &fg, &bg);
    return bg;
}

static uint32_t front_of(const screen *s, int x, int y)
{
    uint32_t fg;
    uint32_t bg;

    lu_cell_colours(lu_cells_at(s->cells, x, y), s->d->theme, &fg, &bg);
    return fg;
}

/* Runs of one background, where it is not the paper's. */
static void draw_backs(const screen *s, int y)
{
    uint32_t paper = lu_draw_rgb(s->d, LU_INK_PAPER);
    int x = 0;

    while (x < s->cells->width) {
        uint32_t bg = back_of(s, x, y);
        int from = x;

        while (x < s->cells->width && back_of(s, x, y) == bg) {
            x++;
        }
        if (bg != paper) {
            lu_draw_rect(s->d, rect_of(s, from, y, x - from),
                         (lu_paint){.fill = bg, .filled = true});
        }
    }
}

static uint8_t attrs_of(const screen *s, int x, int y)
{
    const lu_cell *cell = lu_cells_at(s->cells, x, y);

    return cell->attrs | lu_theme_shade(s->d->theme, (lu_ink)cell->ink)->attrs;
}

static bool is_text(const screen *s, int x, int y)
{
    uint32_t code = lu_cells_at(s->cells, x, y)->code;

    return code > ' ' && !lu_glyph_is_shape(code);
}

/* Cells from x on that can be one text: the same look, each one column. */
static int text_run(const screen *s, int x, int y)
{
    const lu_cell *first = lu_cells_at(s->cells, x, y);
    int n = 1;

    if (first->mark != 0 || lu_code_width(first->code) == 2) {
        return 1;
    }
    while (x + n < s->cells->width && is_text(s, x + n, y) &&
           lu_cells_at(s->cells, x + n, y)->mark == 0 &&
           lu_code_width(lu_cells_at(s->cells, x + n, y)->code) == 1 &&
           front_of(s, x + n, y) == front_of(s, x, y) &&
           attrs_of(s, x + n, y) == attrs_of(s, x, y)) {
        n++;
    }
    return n;
}

static lu_err add_code(lu_buf *buf, uint32_t code)
{
    char bytes[LU_UTF8_MAX];

    return code ? lu_buf_add(buf, bytes, lu_utf8_put(code, bytes)) : LU_OK;
}

static void draw_run(const screen *s, int x, int y, int n)
{
    double size = fmin(s->width / FONT_ADVANCE, s->height / FONT_LINE);
    double base = (y + 0.5) * s->height + (FONT_ASCENT - FONT_LINE / 2) * size;
    bool single = n == 1;
    lu_lettering how = {.size = size,
                        .advance = single ? 0 : s->width,
                        .rgb = front_of(s, x, y),
                        .bold = attrs_of(s, x, y) & LU_ATTR_BOLD};
    lu_buf text = LU_BUF_INIT;

    for (int i = 0; i < n && s->d->err == LU_OK; i++) {
        s->d->err = add_code(&text, lu_cells_at(s->cells, x + i, y)->code);
    }
    if (single && s->d->err == LU_OK) {
        s->d->err = add_code(&text, lu_cells_at(s->cells, x, y)->mark);
    }
    if (text.data != NULL) {
        lu_draw_text(s->d, x * s->width, base, how, (const char *)text.data);
    }
    lu_buf_fini(&text);
}

static void draw_underline(const screen *s, int x, int y, int n)
{
    double thick = s->height / 16;

    if (attrs_of(s, x, y) & LU_ATTR_UNDERLINE) {
        lu_rect line = {x * s->width, (y + 1) * s->height - 1.5 * thick, n * s->width, thick};

        lu_draw_rect(s->d, line, (lu_paint){.fill = front_of(s, x, y), .filled = true});
    }
}

static void draw_fronts(const screen *s, int y)
{
    int x = 0;

    while (x < s->cells->width && s->d->err == LU_OK) {
        const lu_cell *cell = lu_cells_at(s->cells, x, y);
        int n = 1;

        if (is_text(s, x, y)) {
            n = text_run(s, x, y);
            draw_run(s, x, y, n);
        } else {
            lu_draw_glyph(s->d, rect_of(s, x, y, 1), cell->code, front_of(s, x, y),
                          back_of(s, x, y));
        }
        draw_underline(s, x, y, n);
        x += n;
    }
}

void lu_draw_cells(lu_draw *d, const lu_cells *cells, double cell_width, double cell_height)
{
    screen s = {d, cells, cell_width, cell_height};

    for (int y = 0; y < cells->height && d->err == LU_OK; y++) {
        draw_backs(&s, y);
        draw_fronts(&s, y);
    }
}
