/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the Case screen: one model's detail, the case's own facts, what to do next. */
#ifndef LU_TUI_VIEWS_WORK_CASE_H
#define LU_TUI_VIEWS_WORK_CASE_H

#include "tui/app/app.h"

/* "conv6-pool-conv16-pool-fc120-fc84-fc10"; equal neighbours as "conv16 x3". */
void lu_work_architecture(const lu_model_info *info, char *out, size_t size);

/* All that is known of a model. Layers that do not fit are on further pages; page >= 0, any number.
 */
void lu_work_detail(lu_pane pane, const lu_item *item, int page);

/* Sample sets, seal, people. */
void lu_work_case_facts(const lu_app *a, lu_pane pane);

/* --- what to do next --- */

typedef struct lu_work_step {
    char text[40]; /* "2 negatives" */
    bool done;
    char how[256]; /* not done: what to do, keys between back quotes */
} lu_work_step;

enum { LU_WORK_STEPS = 7 };

/* The first step that is not done, in words; then all of them, as far as there is room. */
void lu_work_next(const lu_app *a, lu_pane pane);

/* The first of that alone; returns the first row below. */
int lu_work_first(const lu_app *a, lu_pane pane);

/* A screen that has nothing to show yet: what would be here, and the first step that is not done.
 */
void lu_work_missing(const lu_app *a, lu_pane pane, const char *what);

#endif
