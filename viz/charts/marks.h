/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs all charts share, in every glyph set. */
#ifndef LU_VIZ_CHARTS_MARKS_H
#define LU_VIZ_CHARTS_MARKS_H

#include "viz/charts/axis.h"
#include "viz/charts/reading.h"
#include "viz/draw.h"

typedef enum lu_mark {
    LU_MARK_TAU,      /* a dotted upright line */
    LU_MARK_SUSPECT,  /* a triangle that points down */
    LU_MARK_UP,       /* one that points up */
    LU_MARK_NEGATIVE, /* a circle */
    LU_MARK_POINT,    /* a diamond: the operating point */
    LU_MARK_LINE,     /* a horizontal line */
    LU_MARK_FULL,     /* a full cell */
    LU_MARK_COUNT
} lu_mark;

uint32_t lu_mark_of(lu_mark mark, lu_glyph_set glyphs);

/* The letter, or "tau" in ASCII, and its columns. */
const char *lu_tau_text(lu_glyph_set glyphs);
int lu_tau_columns(lu_glyph_set glyphs);

/* A bar from the left over `share` (0..1) of a pane of one row, in eighths of a cell. */
void lu_bar_cells(lu_pane pane, double share, lu_ink ink, lu_glyph_set glyphs);

/* A column from the bottom over `share` of a pane of one column. Above 0 at least an eighth shows.
 */
void lu_column_cells(lu_pane pane, double share, lu_ink ink, lu_glyph_set glyphs);

/* Texts centred at columns of a few rows, without overlap: each goes to the first row where it
   fits, none to where it does not. Rows 0..LU_LABEL_ROWS-1 of the pane. Start from zeroed memory.
 */
enum { LU_LABEL_ROWS = 3, LU_LABELS = 8 };

typedef struct lu_labels {
    double from[LU_LABEL_ROWS][LU_LABELS], to[LU_LABEL_ROWS][LU_LABELS];
    int n[LU_LABEL_ROWS];
} lu_labels;

/* The row for a text of `width` around `middle` inside [0, room), and its left end; -1 when none
   has room. `gap` is kept between texts; rows 0..rows-1 are tried. */
int lu_labels_place(lu_labels *l, double middle, double width, double gap, double room, int rows,
                    double *left);

/* The sign of a side as a shape of radius r. */
void lu_draw_side(lu_draw *d, double x, double y, double r, lu_side side);

#endif
