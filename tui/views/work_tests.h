/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of the test cases: yields, neurons, steps. */
#ifndef LU_TUI_VIEWS_WORK_TESTS_H
#define LU_TUI_VIEWS_WORK_TESTS_H

#include "tui/app/app.h"

/* A row: label, bar, n, percent of `of`; returns the row below. */
int lu_work_yield_bar(const lu_app *a, lu_pane pane, int y, const char *label, size_t n, size_t of,
                      lu_ink ink);

/* Black box: kept, resisted, unmoved; how they were made. */
void lu_work_blackbox(const lu_app *a, lu_pane pane);

/* One layer of the white box: reached, not reached, dead; share reached of every neuron; steps
 * taken. */
void lu_work_whitebox(const lu_app *a, lu_pane pane, size_t layer);

#endif
