/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a picture is before anybody draws it: a grid of character cells. One draws through a pane, a
 * rectangle of the grid with coordinates of its own, and never beyond it, whatever the coordinates.
 *
 *     lu_cells_init(&cells, 80, 24);
 *     pane = lu_pane_box(lu_pane_of(&cells), "Radar", LU_INK_BORDER, glyphs);
 *     lu_pane_text(pane, 0, 0, name, LU_INK_TEXT);
 *     lu_out_text(&cells, ...);
 *     lu_cells_fini(&cells);
 */
#ifndef LU_VIZ_CELLS_H
#define LU_VIZ_CELLS_H

#include "core/core.h"
#include "viz/theme.h"

enum {
    LU_CELLS_MAX = 8192, /* columns or rows of a grid at most */
    LU_DIRECT_FG = 1,
    LU_DIRECT_BG = 2,
};

typedef struct lu_cell {
    uint32_t code;   /* Unicode; 0 = right half of the wide character to the left */
    uint32_t mark;   /* a combining character over it, or 0 */
    uint8_t ink;     /* lu_ink of the character */
    uint8_t paper;   /* lu_ink whose colour is the background; LU_INK_PAPER = the device's own */
    uint8_t attrs;   /* LU_ATTR_ besides those of the ink */
    uint8_t direct;  /* LU_DIRECT_: fg or bg counts in place of ink or paper */
    uint32_t fg, bg; /* 0xRRGGBB, of image cells */
} lu_cell;

typedef struct lu_cells {
    int width, height; /* 0..LU_CELLS_MAX */
    lu_cell *cell;     /* width*height, row by row; owned */
} lu_cells;

typedef struct lu_pane {
    lu_cells *cells;   /* borrowed; NULL only at width or height 0 */
    int x, y;          /* of its upper left cell in the grid */
    int width, height; /* all of it lies in the grid; 0 = draws nothing */
} lu_pane;

typedef enum lu_align { LU_ALIGN_LEFT, LU_ALIGN_CENTRE, LU_ALIGN_RIGHT } lu_align;

/* A blank grid. A negative size counts as 0, one over LU_CELLS_MAX is LU_ERR_INPUT. */
lu_err lu_cells_init(lu_cells *cells, int width, int height);
void lu_cells_fini(lu_cells *cells);

/* All blank again. */
void lu_cells_clear(lu_cells *cells);

/* The cell at column x, row y, which must be inside. */
static inline lu_cell *lu_cells_at(const lu_cells *cells, int x, int y)
{
    return &cells->cell[(size_t)y * (size_t)cells->width + (size_t)x];
}

/* 0xRRGGBB of a cell's character and background on a screen of this theme, reversal applied. */
void lu_cell_colours(const lu_cell *cell, lu_theme theme, uint32_t *fg, uint32_t *bg);

/* The whole grid. */
lu_pane lu_pane_of(lu_cells *cells);

/* The part of a pane that lies within it: left and top edges before 0 are cut off at 0. */
lu_pane lu_pane_sub(lu_pane pane, int x, int y, int width, int height);

/* One character, as lu_utf8_next gives it; a wide one at the last column becomes a blank, a
   combining one goes over the cell to its left. Returns the columns taken whether drawn or cut off:
   0, 1, 2. */
int lu_pane_put(lu_pane pane, int x, int y, uint32_t code, lu_ink ink);

/* UTF-8 of any origin, made fit (viz/unicode.h); returns the columns taken, cut off ones too. */
int lu_pane_text(lu_pane pane, int x, int y, const char *text, lu_ink ink);
int lu_pane_print(lu_pane pane, int x, int y, lu_ink ink, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Text in a field of `width` columns, blanks around it; what is too long ends in an ellipsis. */
void lu_pane_field(lu_pane pane, int x, int y, int width, const char *text, lu_ink ink,
                   lu_align align);

/* Fills all of the pane with a character of width 1. */
void lu_pane_fill(lu_pane pane, uint32_t code, lu_ink ink);

/* Changes the background and adds attributes, leaves the characters. */
void lu_pane_paint(lu_pane pane, lu_ink paper, uint8_t attrs);

/* Gives every character of the pane this ink. */
void lu_pane_ink(lu_pane pane, lu_ink ink);

/* An image cell: a character with colours of its own. */
void lu_pane_direct(lu_pane pane, int x, int y, uint32_t code, uint32_t fg, uint32_t bg);

/* A frame around the pane, the title in its upper edge ("" = none); returns the pane within it. */
lu_pane lu_pane_box(lu_pane pane, const char *title, lu_ink ink, lu_glyph_set glyphs);

/* Replaces everything in the pane beyond ASCII by the nearest ASCII character. */
void lu_pane_ascii(lu_pane pane);

#endif
