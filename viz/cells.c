/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/cells.h"
#include "viz/unicode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PRINT_MAX = 512, ELLIPSIS = 0x2026 };

static const lu_cell blank = {.code = ' ', .ink = LU_INK_TEXT, .paper = LU_INK_PAPER};

lu_err lu_cells_init(lu_cells *cells, int width, int height)
{
    *cells = (lu_cells){0};
    width = width < 0 ? 0 : width;
    height = height < 0 ? 0 : height;
    if (width > LU_CELLS_MAX || height > LU_CELLS_MAX) {
        return lu_fail(LU_ERR_INPUT, "a grid of %d x %d cells is too large", width, height);
    }
    LU_TRY(LU_NEW(cells->cell, (size_t)width * (size_t)height));
    cells->width = width;
    cells->height = height;
    lu_cells_clear(cells);
    return LU_OK;
}

void lu_cells_fini(lu_cells *cells)
{
    free(cells->cell);
    *cells = (lu_cells){0};
}

void lu_cells_clear(lu_cells *cells)
{
    size_t n = (size_t)cells->width * (size_t)cells->height;

    for (size_t i = 0; i < n; i++) {
        cells->cell[i] = blank;
    }
}

void lu_cell_colours(const lu_cell *cell, lu_theme theme, uint32_t *fg, uint32_t *bg)
{
    const lu_shade *ink = lu_theme_shade(theme, (lu_ink)cell->ink);
    uint32_t front = cell->direct & LU_DIRECT_FG ? cell->fg : ink->rgb;
    uint32_t back =
        cell->direct & LU_DIRECT_BG ? cell->bg : lu_theme_shade(theme, (lu_ink)cell->paper)->rgb;
    bool reverse = ((cell->attrs | ink->attrs) & LU_ATTR_REVERSE) != 0;

    *fg = reverse ? back : front;
    *bg = reverse ? front : back;
}

lu_pane lu_pane_of(lu_cells *cells)
{
    return (lu_pane){cells, 0, 0, cells->width, cells->height};
}

/* Cuts [*at, *at + *len) to [0, size). */
static void cut(int *at, int *len, int size)
{
    long long end = (long long)*at + *len;

    *at = *at < 0 ? 0 : *at;
    end = end > size ? size : end;
    *len = end > *at ? (int)(end - *at) : 0;
}

lu_pane lu_pane_sub(lu_pane pane, int x, int y, int width, int height)
{
    cut(&x, &width, pane.width);
    cut(&y, &height, pane.height);
    if (width == 0 || height == 0) {
        return (lu_pane){.cells = pane.cells, .x = pane.x, .y = pane.y};
    }
    return (lu_pane){pane.cells, pane.x + x, pane.y + y, width, height};
}

static lu_cell *cell_of(lu_pane pane, int x, int y)
{
    if (x < 0 || y < 0 || x >= pane.width || y >= pane.height) {
        return NULL;
    }
    return lu_cells_at(pane.cells, pane.x + x, pane.y + y);
}

/* What is about to be overwritten may be half of a wide character: the other half becomes blank. */
static void mend(const lu_cells *cells, int x, int y)
{
    lu_cell *cell = lu_cells_at(cells, x, y);

    if (cell->code == 0 && x > 0) {
        cell[-1].code = ' ';
        cell[-1].mark = 0;
    }
    if (x + 1 < cells->width && cell[1].code == 0) {
        cell[1].code = ' ';
    }
}

static void set(lu_pane pane, int x, int y, lu_cell value)
{
    lu_cell *cell = cell_of(pane, x, y);

    if (cell != NULL) {
        mend(pane.cells, pane.x + x, pane.y + y);
        *cell = value;
    }
}

static void put_mark(lu_pane pane, int x, int y, uint32_t code)
{
    lu_cell *cell = x > 0 ? cell_of(pane, x - 1, y) : NULL;

    if (cell != NULL && cell->code == 0) {
        cell = cell_of(pane, x - 2, y);
    }
    if (cell != NULL && cell->code > ' ' && cell->mark == 0) {
        cell->mark = code;
    }
}

/* A wide character that does not fit leaves blanks. */
static void put_wide(lu_pane pane, int x, int y, lu_cell cell)
{
    lu_cell *left = cell_of(pane, x, y);
    lu_cell *right = x < pane.width ? cell_of(pane, x + 1, y) : NULL;
    lu_cell half = cell;

    half.code = ' ';
    set(pane, x, y, half);
    if (right != NULL) {
        set(pane, x + 1, y, half);
    }
    if (left != NULL && right != NULL) {
        left->code = cell.code;
        right->code = 0;
    }
}

int lu_pane_put(lu_pane pane, int x, int y, uint32_t code, lu_ink ink)
{
    lu_cell cell = {.code = code, .ink = (uint8_t)ink, .paper = LU_INK_PAPER};
    int width = lu_code_width(code);

    if (width == 0) {
        put_mark(pane, x, y, code);
    } else if (width == 2) {
        put_wide(pane, x, y, cell);
    } else {
        set(pane, x, y, cell);
    }
    return width;
}

int lu_pane_text(lu_pane pane, int x, int y, const char *text, lu_ink ink)
{
    int at = x;
    uint32_t code;

    while (at < LU_CELLS_MAX && (code = lu_utf8_next(&text)) != 0) {
        at += lu_pane_put(pane, at, y, code, ink);
    }
    return at - x;
}

int lu_pane_print(lu_pane pane, int x, int y, lu_ink ink, const char *format, ...)
{
    char text[PRINT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return lu_pane_text(pane, x, y, text, ink);
}

static void put_cut(lu_pane pane, const char *text, lu_ink ink)
{
    int at = 0;
    uint32_t code;

    while ((code = lu_utf8_next(&text)) != 0) {
        int width = lu_code_width(code);

        if (at + width > pane.width - 1) {
            break;
        }
        lu_pane_put(pane, at, 0, code, ink);
        at += width;
    }
    lu_pane_put(pane, at, 0, ELLIPSIS, ink);
}

void lu_pane_field(lu_pane pane, int x, int y, int width, const char *text, lu_ink ink,
                   lu_align align)
{
    lu_pane field = lu_pane_sub(pane, x, y, width, 1);
    int columns = lu_columns(text);
    int rest = field.width - columns;

    lu_pane_fill(field, ' ', ink);
    if (rest < 0) {
        put_cut(field, text, ink);
        return;
    }
    lu_pane_text(field,
                 align == LU_ALIGN_LEFT    ? 0
                 : align == LU_ALIGN_RIGHT ? rest
                                           : rest / 2,
                 0, text, ink);
}

void lu_pane_fill(lu_pane pane, uint32_t code, lu_ink ink)
{
    lu_cell cell = {.code = code, .ink = (uint8_t)ink, .paper = LU_INK_PAPER};

    for (int y = 0; y < pane.height; y++) {
        for (int x = 0; x < pane.width; x++) {
            set(pane, x, y, cell);
        }
    }
}

void lu_pane_paint(lu_pane pane, lu_ink paper, uint8_t attrs)
{
    for (int y = 0; y < pane.height; y++) {
        for (int x = 0; x < pane.width; x++) {
            lu_cell *cell = lu_cells_at(pane.cells, pane.x + x, pane.y + y);

            cell->paper = (uint8_t)paper;
            cell->attrs |= attrs;
        }
    }
}

void lu_pane_ink(lu_pane pane, lu_ink ink)
{
    for (int y = 0; y < pane.height; y++) {
        for (int x = 0; x < pane.width; x++) {
            lu_cells_at(pane.cells, pane.x + x, pane.y + y)->ink = (uint8_t)ink;
        }
    }
}

void lu_pane_direct(lu_pane pane, int x, int y, uint32_t code, uint32_t fg, uint32_t bg)
{
    set(pane, x, y,
        (lu_cell){.code = code,
                  .ink = LU_INK_TEXT,
                  .direct = LU_DIRECT_FG | LU_DIRECT_BG,
                  .fg = fg,
                  .bg = bg});
}

static void put_title(lu_pane edge, const char *title, lu_ink ink)
{
    int columns = lu_columns(title);
    int room = edge.width - 6 < columns ? edge.width - 6 : columns;

    if (room > 0) {
        lu_pane_fill(lu_pane_sub(edge, 2, 0, room + 2, 1), ' ', ink);
        lu_pane_field(edge, 3, 0, room, title, LU_INK_TITLE, LU_ALIGN_LEFT);
    }
}

lu_pane lu_pane_box(lu_pane pane, const char *title, lu_ink ink, lu_glyph_set glyphs)
{
    static const uint32_t line[2][6] = {{0x250c, 0x2510, 0x2514, 0x2518, 0x2500, 0x2502},
                                        {'+', '+', '+', '+', '-', '|'}};
    const uint32_t *g = line[glyphs == LU_GLYPHS_ASCII];
    int right = pane.width - 1;
    int bottom = pane.height - 1;

    if (right < 1 || bottom < 1) {
        return lu_pane_sub(pane, 0, 0, 0, 0);
    }
    lu_pane_fill(lu_pane_sub(pane, 1, 0, right - 1, 1), g[4], ink);
    lu_pane_fill(lu_pane_sub(pane, 1, bottom, right - 1, 1), g[4], ink);
    lu_pane_fill(lu_pane_sub(pane, 0, 1, 1, bottom - 1), g[5], ink);
    lu_pane_fill(lu_pane_sub(pane, right, 1, 1, bottom - 1), g[5], ink);
    lu_pane_put(pane, 0, 0, g[0], ink);
    lu_pane_put(pane, right, 0, g[1], ink);
    lu_pane_put(pane, 0, bottom, g[2], ink);
    lu_pane_put(pane, right, bottom, g[3], ink);
    put_title(lu_pane_sub(pane, 0, 0, pane.width, 1), title, ink);
    return lu_pane_sub(pane, 1, 1, right - 1, bottom - 1);
}

void lu_pane_ascii(lu_pane pane)
{
    for (int y = 0; y < pane.height; y++) {
        for (int x = 0; x < pane.width; x++) {
            lu_cell *cell = lu_cells_at(pane.cells, pane.x + x, pane.y + y);

            cell->code = cell->code == 0 ? '?' : (uint8_t)lu_code_ascii(cell->code);
            cell->mark = 0;
        }
    }
}
