/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Captioned pictures: seed, test and difference side by side; contact sheets. */
#ifndef LU_VIZ_CHARTS_SHEET_H
#define LU_VIZ_CHARTS_SHEET_H

#include "viz/draw.h"

/* All borrowed. */
typedef struct lu_sheet {
    const lu_picture *picture;  /* n */
    const char *const *caption; /* n; NULL = none */
    size_t n;
    size_t columns; /* pictures a row; 0 = as many as fit */
    int zoom;       /* as lu_picture_view's */
    size_t first;   /* picture shown at the upper left */
} lu_sheet;

/* Each picture with its caption below; a factor below 1 is added to it ("fit 0.40x"). Those that
   have no room are left out. Returns how many were shown. */
size_t lu_sheet_cells(lu_pane pane, const lu_sheet *s, lu_pixels how, lu_glyph_set glyphs);

/* All from `first` on, in square fields, each as large as the area lets it be. */
void lu_sheet_draw(lu_draw *d, lu_rect area, const lu_sheet *s);

#endif
