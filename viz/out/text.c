/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells as text, with ANSI escape sequences (ECMA-48 SGR; 256 and direct colours as xterm has
 * them). */
#include "viz/out/out.h"
#include "viz/unicode.h"

#include <string.h>

enum { SGR_MAX = 80, FOREGROUND = 30, BACKGROUND = 40 };

/* What is sent before a character; two cells with equal pens need no escape between them. */
typedef struct sgr {
    char text[SGR_MAX];
    size_t len;
} sgr;

static void sgr_add(sgr *s, int number)
{
    char digits[12];
    int n = 0;

    do {
        digits[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    s->text[s->len++] = ';';
    while (n > 0) {
        s->text[s->len++] = digits[--n];
    }
    s->text[s->len] = '\0';
}

static void sgr_rgb(sgr *s, int base, uint32_t rgb, lu_colours colours, int x, int y)
{
    if (colours == LU_COLOURS_8) {
        sgr_add(s, base + lu_rgb_ansi(rgb, x, y));
        return;
    }
    sgr_add(s, base + 8);
    sgr_add(s, colours == LU_COLOURS_256 ? 5 : 2);
    if (colours == LU_COLOURS_256) {
        sgr_add(s, lu_rgb_xterm(rgb));
        return;
    }
    for (int shift = 16; shift >= 0; shift -= 8) {
        sgr_add(s, (int)(rgb >> shift & 0xff));
    }
}

/* The device's own colour stays when the theme has none. */
static void sgr_ink(sgr *s, int base, const lu_shade *shade, lu_colours colours)
{
    if (colours == LU_COLOURS_8) {
        if (shade->ansi >= 0) {
            sgr_add(s, base + shade->ansi);
        }
    } else if (shade->xterm >= 0) {
        sgr_add(s, base + 8);
        sgr_add(s, 5);
        sgr_add(s, shade->xterm);
    }
}

static sgr sgr_of(const lu_cell *cell, lu_text_look look, int x, int y)
{
    static const struct {
        uint8_t attr;
        uint8_t number;
    } attrs[] = {{LU_ATTR_BOLD, 1}, {LU_ATTR_DIM, 2}, {LU_ATTR_UNDERLINE, 4}, {LU_ATTR_REVERSE, 7}};
    const lu_shade *ink = lu_theme_shade(look.theme, (lu_ink)cell->ink);
    uint8_t set = cell->attrs | (look.colours == LU_COLOURS_8 ? ink->attrs8 : ink->attrs);
    sgr s = {"0", 1};

    for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++) {
        if (set & attrs[i].attr) {
            sgr_add(&s, attrs[i].number);
        }
    }
    if (cell->direct & LU_DIRECT_FG) {
        sgr_rgb(&s, FOREGROUND, cell->fg, look.colours, x, y);
    } else {
        sgr_ink(&s, FOREGROUND, ink, look.colours);
    }
    if (cell->direct & LU_DIRECT_BG) {
        sgr_rgb(&s, BACKGROUND, cell->bg, look.colours, x, y);
    } else {
        sgr_ink(&s, BACKGROUND, lu_theme_shade(look.theme, (lu_ink)cell->paper), look.colours);
    }
    return s;
}

static lu_err add_code(const lu_cell *cell, bool ascii, lu_buf *out)
{
    char bytes[LU_UTF8_MAX];

    if (ascii) {
        bytes[0] = cell->code == 0 ? '?' : lu_code_ascii(cell->code);
        return lu_buf_add(out, bytes, 1);
    }
    if (cell->code == 0) {
        return LU_OK;
    }
    LU_TRY(lu_buf_add(out, bytes, lu_utf8_put(cell->code, bytes)));
    return cell->mark ? lu_buf_add(out, bytes, lu_utf8_put(cell->mark, bytes)) : LU_OK;
}

static lu_err change(const sgr *to, sgr *now, lu_buf *out)
{
    if (strcmp(to->text, now->text) == 0) {
        return LU_OK;
    }
    *now = *to;
    return lu_buf_print(out, "\033[%sm", to->text);
}

/* Blank without any colour or line that shows. */
static bool is_nothing(const lu_cell *cell, lu_text_look look)
{
    uint8_t set = cell->attrs | lu_theme_shade(look.theme, (lu_ink)cell->ink)->attrs;

    if (cell->code != ' ' && cell->code != 0x2800) {
        return false;
    }
    return look.colours == LU_COLOURS_NONE ||
           (cell->paper == LU_INK_PAPER && !(cell->direct & LU_DIRECT_BG) &&
            !(set & (LU_ATTR_REVERSE | LU_ATTR_UNDERLINE)));
}

static lu_err add_row(const lu_cells *cells, int y, lu_text_look look, lu_buf *out)
{
    const sgr plain = {"0", 1};
    sgr now = plain;
    int width = cells->width;

    while (width > 0 && is_nothing(lu_cells_at(cells, width - 1, y), look)) {
        width--;
    }
    for (int x = 0; x < width; x++) {
        const lu_cell *cell = lu_cells_at(cells, x, y);

        if (look.colours != LU_COLOURS_NONE) {
            sgr to = sgr_of(cell, look, x, y);

            LU_TRY(change(&to, &now, out));
        }
        LU_TRY(add_code(cell, look.ascii, out));
    }
    LU_TRY(change(&plain, &now, out));
    return lu_buf_add(out, "\n", 1);
}

lu_err lu_out_text(const lu_cells *cells, lu_text_look look, lu_buf *out)
{
    for (int y = 0; y < cells->height; y++) {
        LU_TRY(add_row(cells, y, look, out));
    }
    return LU_OK;
}
