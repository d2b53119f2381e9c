/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of text. */
#ifndef LU_VIZ_CHARTS_TABLE_H
#define LU_VIZ_CHARTS_TABLE_H

#include "viz/draw.h"

typedef struct lu_column {
    const char *title;
    lu_align align;
    int least; /* columns it keeps when the table is too wide; 0 = it may vanish, the last such
                  first */
} lu_column;

/* All borrowed. */
typedef struct lu_table {
    const lu_column *column; /* columns */
    size_t columns;
    const char *const *text; /* rows x columns; NULL = empty */
    const lu_ink *ink;       /* rows x columns, or NULL: all LU_INK_TEXT */
    size_t rows;
    size_t selected; /* row; SIZE_MAX = none */
    size_t first;    /* row shown at the top */
} lu_table;

enum { LU_TABLE_COLUMNS = 32 };

/* The width of every column for a table `width` wide, 1 column for the cursor and gaps of 2
   included; 0 = not shown. At most LU_TABLE_COLUMNS columns. */
void lu_table_widths(const lu_table *t, int width, int out[LU_TABLE_COLUMNS]);

/* Header, line, rows. The selected row has the selection's ink and a bar before it. */
void lu_table_cells(lu_pane pane, const lu_table *t, lu_glyph_set glyphs);

#endif
