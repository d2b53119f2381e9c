/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A judged model against the others, as charts and tables in panes; `r` is the result `m` belongs
 * to. */
#ifndef LU_TUI_VIEWS_MODEL_CHARTS_H
#define LU_TUI_VIEWS_MODEL_CHARTS_H

#include "tui/views/model_look.h"

/* The model drawn beside m: the one chosen, or NULL for the negatives' median. */
const lu_model_result *lu_other_model(const lu_app *a, const lu_result *r);

/* Its name, "median of 12 negatives", or "" when there is nothing to compare with. */
void lu_other_name(const lu_app *a, const lu_result *r, const lu_model_result *m, char *out,
                   size_t size);

/* Readings with the comparison filled in. */
void lu_readings_beside(const lu_app *a, const lu_result *r, const lu_model_result *m,
                        lu_reading out[LU_METRIC_COUNT]);

/* Is it bars that a pane of this size shows? They are asked for, or there is no radar to be read.
 */
bool lu_shows_bars(const lu_app *a, int width, int height, const lu_model_result *m);

/* Radar, or bars when those are asked for or the pane is small. */
void lu_put_radar(const lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m);

/* One metric: negatives, LB, tau, the model. By the pane's height from one row on. */
void lu_put_strip(const lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m,
                  lu_metric metric);

/* A strip for each metric, as many rows each as there is room for; the metric looked at is marked.
 */
void lu_put_strips(lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m);

/* One metric: how many negatives at which distance. */
void lu_put_hist(const lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m,
                 lu_metric metric);

/* Positives against negatives by one metric. */
void lu_put_roc(const lu_app *a, lu_pane pane, const lu_result *r, lu_metric metric);

/* Metric, distance, threshold, s, comparison, vote. */
void lu_put_metrics(lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m);

/* The models with verdicts and votes; `list` has cursor and filter (that of Scores), NULL = all, m
 * marked. */
void lu_put_models(lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m,
                   lu_list *list);

/* Verdict in words, reasons, what it rests on. Returns the first row below. */
int lu_put_verdict_box(lu_pane pane, const lu_result *r, const lu_model_result *m);

#endif
