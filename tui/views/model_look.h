/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the screens of the models share: which model and which metric are looked at, verdicts as a
 * sign and a word, text in lines. Scores' list are the models, Judgement's the metrics; the row
 * under the cursor there is what the other screens show too.
 */
#ifndef LU_TUI_VIEWS_MODEL_LOOK_H
#define LU_TUI_VIEWS_MODEL_LOOK_H

#include "tui/app/app.h"

/* Are there scores of a model to show? */
bool lu_models_scored(const lu_app *a);

/* Says what is missing before `what` can be shown, and which key does it. */
void lu_models_missing(const lu_app *a, lu_pane pane, const char *what);

/* Position of the model looked at among the result's, SIZE_MAX when there is none. */
size_t lu_models_at(const lu_app *a);

/* On Scores: the model under the cursor becomes the one looked at; when that was changed elsewhere,
   the cursor goes there. */
void lu_models_follow(lu_app *a);

/* NEXT, PREVIOUS, MODEL. */
bool lu_models_command(lu_app *a, lu_do what, const char *arguments);

/* The metric looked at, and the one `by` rows away instead. */
lu_metric lu_metric_at(const lu_app *a);
void lu_metric_step(lu_app *a, int by);

/* "copy" with its sign and ink; returns the columns. */
int lu_put_verdict(lu_pane pane, int x, int y, lu_verdict v);

/* The same of one metric's vote: copy, no copy, no vote. */
lu_side lu_vote_side(const lu_vote *v);
void lu_put_vote(lu_pane pane, int x, int y, const lu_vote *v);

lu_ink lu_role_ink(lu_role role);

/* A number as the report rounds it, right-aligned; "-" for NAN. */
void lu_put_number(lu_pane pane, int x, int y, int width, double value, lu_ink ink);

/* Words wrapped from row y on; returns the first row below them. */
int lu_put_paragraph(lu_pane pane, int y, const char *text, lu_ink ink);

/* "2 of 2 positives judged copy, 11 of 12 negatives not-copy", "" without controls. */
void lu_controls_text(const lu_result *r, char *out, size_t size);

/* Why the verdict is what it is, in a sentence. */
void lu_verdict_text(const lu_model_result *m, char *out, size_t size);

/* The next row after `row` that passes the filter, SIZE_MAX after the last. */
size_t lu_next_row(const lu_list *l, size_t n, lu_row_text text, const void *context, size_t row);

/* One row of a list: marks it when the cursor is there, lets the screen know. */
void lu_put_cursor(lu_app *a, lu_pane row, bool here);

#endif
