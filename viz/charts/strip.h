/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strip: how one metric's verdict comes about. The negatives' distances as circles on a line,
 * their mean and its bound LB, the threshold tau = alpha*LB, and the suspect. Left of tau is
 * evidence for a copy.
 */
#ifndef LU_VIZ_CHARTS_STRIP_H
#define LU_VIZ_CHARTS_STRIP_H

#include "viz/charts/reading.h"
#include "viz/draw.h"

/* All borrowed. */
typedef struct lu_strip {
    const char *name;        /* of the metric */
    const double *negatives; /* n; NAN = not measured */
    size_t n;
    lu_threshold threshold;
    double suspect; /* its distance; NAN = none */
} lu_strip;

/*
 * By the height: 1 the line alone; 2 with names and numbers below; 3 the circles above the line; 4
 * two rows of names; from 5 on a title; more rows stack circles that fall into one column. Fit for
 * a table at 1.
 */
void lu_strip_cells(lu_pane pane, const lu_strip *s, lu_glyph_set glyphs);

void lu_strip_draw(lu_draw *d, lu_rect area, const lu_strip *s);

#endif
