/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Levels: a rate between 0 and 1 in each of a few rows, as the success of a test in every class. A
 * row shows the range that luck gives, the line of chance through all rows, and the value: a filled
 * circle where it lies above its bar, else an open one.
 */
#ifndef LU_VIZ_CHARTS_LEVELS_H
#define LU_VIZ_CHARTS_LEVELS_H

#include "viz/draw.h"

typedef struct lu_level {
    const char *label; /* borrowed */
    double value;      /* NAN = not measured */
    double low, high;  /* of luck; NAN = none */
    double bar;        /* above it the value counts; NAN or INFINITY = never */
} lu_level;

/* All borrowed. */
typedef struct lu_levels {
    const lu_level *row;
    size_t rows;
    double chance; /* NAN = none */
} lu_levels;

/* A row of cells each, as far as the pane goes, and the scale below them. */
void lu_levels_cells(lu_pane pane, const lu_levels *c, lu_glyph_set glyphs);
void lu_levels_draw(lu_draw *d, lu_rect area, const lu_levels *c);

#endif
