/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A progress bar in one row: what, bar, percent, count, what the caller says of the time. */
#ifndef LU_VIZ_CHARTS_METER_H
#define LU_VIZ_CHARTS_METER_H

#include "viz/draw.h"

typedef struct lu_meter {
    const char *what;   /* "" = nothing said */
    double done, total; /* total <= 0 or NAN: unknown, no percent */
    const char *count;  /* as "620/1000"; "" = nothing said */
    const char *rest;   /* as "00:41 left"; "" = nothing said */
} lu_meter;

/* On a narrow pane first the count goes, then the rest, then what. */
void lu_meter_cells(lu_pane pane, const lu_meter *m, lu_glyph_set glyphs);

#endif
