/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A percentage for every neuron of a layer: as numbers where there is room, else as shades. */
#ifndef LU_TUI_VIEWS_WORK_NEURONS_H
#define LU_TUI_VIEWS_WORK_NEURONS_H

#include "tui/app/app.h"

/* All borrowed. */
typedef struct lu_work_neurons {
    const char *title, *narrow; /* the second for narrow panes */
    const double *percent;      /* n; NAN = not known */
    const int32_t *number;      /* n, the neurons' numbers; NULL = 0..n-1 */
    size_t n;
    double full; /* from here on a percentage has the progress ink; NAN = never */
    size_t mark; /* this one is marked; SIZE_MAX = none */
} lu_work_neurons;

/* Returns the rows taken. */
int lu_work_neurons_draw(const lu_app *a, lu_pane pane, const lu_work_neurons *g);

/* Rows that takes as numbers in a pane of this width. */
int lu_work_neurons_rows(size_t n, int width);

#endif
