/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells to the screen: colours, attributes, characters, the difference to the last frame. */
#include "tui/term/internal.h"

#include <string.h>
#include <wchar.h>

typedef struct look {
    int fg, bg; /* -1 = the terminal's default */
    attr_t attrs;
} look;

/* --- colours --- */

static bool no_color(void)
{
    const char *value = getenv("NO_COLOR");

    return value != NULL && value[0] != '\0';
}

static lu_colours colours_of(lu_colours most)
{
    lu_colours have;

    if (most == LU_COLOURS_NONE || no_color() || !has_colors() || start_color() == ERR ||
        use_default_colors() == ERR) {
        return LU_COLOURS_NONE;
    }
    have = COLORS >= 256 ? LU_COLOURS_256 : COLORS >= 8 ? LU_COLOURS_8 : LU_COLOURS_NONE;
    return most < have ? most : have;
}

lu_err lu_term_show_init(lu_term *t, lu_colours most)
{
    t->colours = colours_of(most);
    t->whole = true;
    return LU_NEW(t->pair, LU_PAIR_COLOURS * LU_PAIR_COLOURS);
}

void lu_term_show_fini(lu_term *t)
{
    lu_cells_fini(&t->last);
    free(t->pair);
    free(t->row);
}

lu_colours lu_term_colours(const lu_term *t)
{
    return t->colours;
}

static void forget_pairs(lu_term *t)
{
    reset_color_pairs();
    memset(t->pair, 0, sizeof *t->pair * LU_PAIR_COLOURS * LU_PAIR_COLOURS);
    t->pairs = 0;
    t->pairs_full = false;
    t->whole = true;
}

void lu_term_theme(lu_term *t, lu_theme theme)
{
    if (theme != t->theme) {
        t->theme = theme;
        forget_pairs(t);
    }
}

/* The terminal's number of a colour: direct ones are RGB, of which 0..7 are the first colours. */
static int number_of(const lu_term *t, int colour)
{
    return t->caps.direct && colour >= 8 ? (int)lu_xterm_rgb(colour) : colour;
}

static int pair_of(lu_term *t, int fg, int bg)
{
    uint16_t *pair = &t->pair[(fg + 1) * LU_PAIR_COLOURS + bg + 1];
    int most = COLOR_PAIRS < UINT16_MAX ? COLOR_PAIRS : UINT16_MAX;

    if (fg < 0 && bg < 0) {
        return 0;
    }
    if (*pair == 0 && t->pairs + 1 < most &&
        init_extended_pair(t->pairs + 1, number_of(t, fg), number_of(t, bg)) == OK) {
        *pair = (uint16_t)++t->pairs;
    }
    t->pairs_full = t->pairs_full || *pair == 0;
    return *pair;
}

static attr_t attrs_of(unsigned bits)
{
    return (bits & LU_ATTR_BOLD ? A_BOLD : 0) | (bits & LU_ATTR_DIM ? A_DIM : 0) |
           (bits & LU_ATTR_UNDERLINE ? A_UNDERLINE : 0) | (bits & LU_ATTR_REVERSE ? A_REVERSE : 0);
}

static int direct_colour(const lu_term *t, uint32_t rgb, int x, int y)
{
    return t->colours == LU_COLOURS_8 ? lu_rgb_ansi(rgb, x, y) : lu_rgb_xterm(rgb);
}

/* A pixel's place for the dither: the upper and the lower half of a cell are two. */
static look look_of(const lu_term *t, const lu_cell *cell, int x, int y)
{
    bool few = t->colours < LU_COLOURS_256;
    const lu_shade *ink = lu_theme_shade(t->theme, (lu_ink)cell->ink);
    const lu_shade *paper = lu_theme_shade(t->theme, (lu_ink)cell->paper);
    look l = {-1, -1, attrs_of(cell->attrs | (few ? ink->attrs8 : ink->attrs))};

    if (t->colours == LU_COLOURS_NONE || t->theme == LU_THEME_MONO) {
        return l;
    }
    l.fg = cell->direct & LU_DIRECT_FG ? direct_colour(t, cell->fg, x, 2 * y)
           : few                       ? ink->ansi
                                       : ink->xterm;
    l.bg = cell->direct & LU_DIRECT_BG ? direct_colour(t, cell->bg, x, 2 * y + 1)
           : few                       ? paper->ansi
                                       : paper->xterm;
    return l;
}

/* Eight colours come with 64 pairs, less than there are: both ways round count as one. */
static look fewer_pairs(look l)
{
    if (l.bg >= 0 && l.fg > l.bg) {
        return (look){l.bg, l.fg, l.attrs ^ A_REVERSE};
    }
    return l;
}

/* --- characters --- */

/* What the C library, and so curses, counts as another width than the cells do is not shown. */
static void characters_of(const lu_term *t, const lu_cell *cell, bool wide, wchar_t out[3])
{
    out[0] = (wchar_t)cell->code;
    out[1] = out[2] = L'\0';
    if (!t->utf8) {
        out[0] = (unsigned char)lu_code_ascii(cell->code);
    } else if (wcwidth(out[0]) != (wide ? 2 : 1)) {
        out[0] = wide ? 0x3013 : LU_REPLACEMENT; /* GETA MARK stands for what cannot be printed */
    } else if (cell->mark != 0 && wcwidth((wchar_t)cell->mark) == 0) {
        out[1] = (wchar_t)cell->mark;
    }
}

static void make(lu_term *t, const lu_cell *cell, bool wide, int x, int y, cchar_t *out)
{
    look l = look_of(t, cell, x, y);
    wchar_t text[3];
    int pair;

    if (t->colours == LU_COLOURS_8) {
        l = fewer_pairs(l);
    }
    pair = pair_of(t, l.fg, l.bg);
    characters_of(t, cell, wide, text);
    if (setcchar(out, text, l.attrs, (short)pair, &pair) == ERR) {
        setcchar(out, L"?", l.attrs, (short)pair, &pair);
    }
}

/* --- frames --- */

/* Returns the characters it made; a wide one fills two columns, of ASCII "??". */
static int make_row(lu_term *t, const lu_cells *cells, int y, int width)
{
    int n = 0;

    for (int x = 0; x < width; x++) {
        lu_cell cell = *lu_cells_at(cells, x, y);
        bool wide = t->utf8 && x + 1 < width && lu_cells_at(cells, x + 1, y)->code == 0;

        if (cell.code == 0) {
            cell.code = t->utf8 ? ' ' : '?';
        }
        make(t, &cell, wide, x, y, &t->row[n++]);
        x += wide;
    }
    return n;
}

static bool same_row(const lu_term *t, const lu_cells *cells, int y)
{
    return !t->whole && memcmp(lu_cells_at(&t->last, 0, y), lu_cells_at(cells, 0, y),
                               (size_t)cells->width * sizeof *cells->cell) == 0;
}

static lu_err fit(lu_term *t, const lu_cells *cells, int width)
{
    if (t->last.width != cells->width || t->last.height != cells->height) {
        lu_cells_fini(&t->last);
        LU_TRY(lu_cells_init(&t->last, cells->width, cells->height));
        t->whole = true;
    }
    if (t->row_size < width + 1) {
        free(t->row);
        t->row_size = 0;
        LU_TRY(LU_NEW(t->row, width + 1));
        t->row_size = width + 1;
    }
    return LU_OK;
}

static void place_cursor(const lu_term *t, int width, int height)
{
    bool there =
        t->cursor_x >= 0 && t->cursor_y >= 0 && t->cursor_x < width && t->cursor_y < height;

    wmove(stdscr, there ? t->cursor_y : 0, there ? t->cursor_x : 0);
    curs_set(there);
}

lu_err lu_term_show(lu_term *t, const lu_cells *cells)
{
    int width, height;

    lu_term_size(t, &width, &height);
    width = cells->width < width ? cells->width : width;
    height = cells->height < height ? cells->height : height;
    LU_TRY(fit(t, cells, width));
    if (t->pairs_full) {
        forget_pairs(t);
    }
    if (t->whole) {
        werase(stdscr);
        clearok(curscr, TRUE);
    }
    for (int y = 0; y < height && width > 0; y++) {
        if (!same_row(t, cells, y)) {
            mvwadd_wchnstr(stdscr, y, 0, t->row, make_row(t, cells, y, width));
        }
    }
    if (cells->width > 0 && cells->height > 0) {
        memcpy(t->last.cell, cells->cell,
               (size_t)cells->width * (size_t)cells->height * sizeof *cells->cell);
    }
    t->whole = false;
    place_cursor(t, width, height);
    wnoutrefresh(stdscr);
    doupdate();
    return LU_OK;
}
