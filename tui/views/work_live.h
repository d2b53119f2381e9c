/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generation at work: the image as it is being changed, loss, yield, neurons against k. */
#ifndef LU_TUI_VIEWS_WORK_LIVE_H
#define LU_TUI_VIEWS_WORK_LIVE_H

#include "tui/app/app.h"

/* Takes a snapshot of the generation that runs, or that the running job has just ended; NULL when
   there is none. Good until the next call. */
const lu_live *lu_work_live(const lu_app *a);

/* The same of an embedding. */
const lu_live *lu_work_live_mark(const lu_app *a);

/* A series below its title; nothing in less than five rows. */
void lu_work_live_chart(const lu_app *a, lu_pane pane, const lu_live_series *s, const char *title,
                        lu_ink ink);

/* "pgd, step 7/10", "Neuron 3, layer 2, step 70/1000", for a pane of this width; "The last: "
   before it once the job is at something else. */
void lu_work_live_title(const lu_live *l, int width, char *out, size_t size);

/* Columns and rows the pictures and the words below or beside them take of a pane this large. False
   when they must be made smaller than their pixels for it. */
bool lu_work_live_size(const lu_app *a, const lu_live *l, int *width, int *height);

/* "Charts: shard 3 of 16" */
void lu_work_live_charts_title(const lu_live *l, char *out, size_t size);

/* Seed, image now, difference; and in words what it is. `turn` as in lu_put_pictures(). */
void lu_work_live_pictures(const lu_app *a, lu_pane pane, const lu_live *l, unsigned turn);

/* Tried, kept, how many there are; returns the first row below. */
int lu_work_live_yield(const lu_app *a, lu_pane pane, int y, const lu_live *l);

/* Charts. The neurons' is empty for the black box. */
void lu_work_live_loss(const lu_app *a, lu_pane pane, const lu_live *l);
void lu_work_live_rate(const lu_app *a, lu_pane pane, const lu_live *l);
void lu_work_live_neurons(const lu_app *a, lu_pane pane, const lu_live *l);

/* All charts in one pane, below each other. */
void lu_work_live_charts(const lu_app *a, lu_pane pane, const lu_live *l);

#endif
