/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the Seeds screen: the order of its rows, counts of the classes, the gallery. */
#ifndef LU_TUI_VIEWS_WORK_SEEDS_H
#define LU_TUI_VIEWS_WORK_SEEDS_H

#include "tui/app/app.h"

/* Rows are by rank, or by label and then rank. */
bool lu_work_seeds_by_label(const lu_app *a);
void lu_work_seeds_sort(lu_app *a);

/* Position in look.seeds of a row; SIZE_MAX beyond the last. */
size_t lu_work_seed_of(const lu_app *a, size_t row);

/* The true label; -1 when it is not known. */
int lu_work_seed_label(const lu_app *a, size_t seed);

/* "0.912345", near 1 as "1-3.2e-09". */
const char *lu_work_certainty(double certainty, char out[LU_NUMBER_MAX]);

/* Bars of the classes, in as many columns as it takes. */
void lu_work_class_bars(const lu_app *a, lu_pane pane);

/* Pictures of the rows around the cursor, pixel for pixel; only the one under the cursor and as
   large as it gets when `one` or when none fits. The factor of that one is returned, 0 for several.
 */
double lu_work_gallery(const lu_app *a, lu_pane pane, bool one);

#endif
