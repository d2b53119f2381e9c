/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dendrogram: which models join at which distance, leaves at the left. */
#ifndef LU_VIZ_CHARTS_DENDROGRAM_H
#define LU_VIZ_CHARTS_DENDROGRAM_H

#include "viz/draw.h"

/* Nodes 0..n-1 are the leaves, n+i is what merge i made. */
typedef struct lu_merge {
    size_t a, b;   /* nodes made before, each used once */
    double height; /* distance at which they join, finite, >= 0 */
} lu_merge;

typedef struct lu_leaf {
    const char *name;
    lu_ink ink;
} lu_leaf;

/* All borrowed. */
typedef struct lu_dendrogram {
    const lu_leaf *leaf; /* n */
    size_t n;
    const lu_merge *merge; /* n - 1 */
    double cut;            /* a distance to mark; NAN = none */
} lu_dendrogram;

/* LU_ERR_INPUT when the merges do not make a tree. A leaf a row; those below the pane are counted
   in the last row. */
lu_err lu_dendrogram_cells(lu_pane pane, const lu_dendrogram *g, lu_glyph_set glyphs);
lu_err lu_dendrogram_draw(lu_draw *d, lu_rect area, const lu_dendrogram *g);

#endif
