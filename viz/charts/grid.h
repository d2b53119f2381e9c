/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A heat map whose rows and columns have names and whose fields say their values: few enough to
   read, as attacks against kinds of evidence. */
#ifndef LU_VIZ_CHARTS_GRID_H
#define LU_VIZ_CHARTS_GRID_H

#include "viz/draw.h"

/* All borrowed. */
typedef struct lu_grid {
    size_t rows, columns;
    const char *const *row;    /* names; rows */
    const char *const *column; /* names; columns */
    const double *share;       /* rows x columns, 0..1: how dark; NAN = nothing there, a dot */
    const char *const *text;   /* rows x columns, in the field; NULL or "" = nothing */
    const bool *mark;          /* rows x columns: the copy's ink, else the other's */
} lu_grid;

/* Names left and above; the letters are as large as the rows let them be. */
void lu_grid_draw(lu_draw *d, lu_rect area, const lu_grid *g);

#endif
