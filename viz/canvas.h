/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines in cells. Coordinates are braille dots, whatever the glyph set: two a column and four a
 * row, the centre of the first at (0, 0), so that one unit right is as long as one down on the
 * usual 1:2 cell. A cell has one colour: of the layers that have dots in it the topmost owns all of
 * it.
 *
 *     lu_canvas_init(&c, pane.width, pane.height, glyphs);
 *     lu_canvas_line(&c, 0, 4, 79, 4, (lu_trace){LU_CANVAS_THRESHOLD, LU_INK_THRESHOLD, 2});
 *     lu_canvas_show(&c, pane);       // then labels, as text, on top
 *     lu_canvas_fini(&c);
 */
#ifndef LU_VIZ_CANVAS_H
#define LU_VIZ_CANVAS_H

#include "viz/cells.h"

/* From the bottom to the top. */
typedef enum lu_canvas_layer {
    LU_CANVAS_GRID,
    LU_CANVAS_THRESHOLD,
    LU_CANVAS_OTHER, /* negatives, comparison */
    LU_CANVAS_SUSPECT,
    LU_CANVAS_MARK, /* whole characters */
    LU_CANVAS_LAYERS
} lu_canvas_layer;

typedef struct lu_canvas_cell {
    uint32_t code; /* the character, with ASCII glyphs and for marks; 0 = none */
    uint8_t dots;  /* bit row*2 + column */
    uint8_t ink;   /* lu_ink */
} lu_canvas_cell;

typedef struct lu_canvas {
    int width, height; /* cells */
    lu_glyph_set glyphs;
    lu_canvas_cell *cell; /* LU_CANVAS_LAYERS x height x width; owned */
} lu_canvas;

/* How a line is drawn. */
typedef struct lu_trace {
    lu_canvas_layer layer;
    lu_ink ink;
    int period; /* every period-th dot; 0 and 1 = solid */
} lu_trace;

lu_err lu_canvas_init(lu_canvas *c, int width, int height, lu_glyph_set glyphs);
void lu_canvas_fini(lu_canvas *c);

/* What is not finite is not drawn; what lies outside is cut off. xy: n points, x and y in turn. */
void lu_canvas_line(lu_canvas *c, double x0, double y0, double x1, double y1, lu_trace how);
void lu_canvas_path(lu_canvas *c, const double *xy, size_t n, bool closed, lu_trace how);

/* A character in place of the cell at (x, y). */
void lu_canvas_mark(lu_canvas *c, double x, double y, uint32_t code, lu_ink ink);

/* Puts the cells that have something into the pane; leaves the others. */
void lu_canvas_show(const lu_canvas *c, lu_pane pane);

#endif
