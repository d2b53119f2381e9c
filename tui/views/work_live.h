/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generation at work: the image as it is being changed, loss, yield, neurons against k. */
#ifndef LU_TUI_VIEWS_WORK_LIVE_H
#define LU_TUI_VIEWS_WORK_LIVE_H

#include "tui/app/app.h"

/* Takes a snapshot of the generation that runs, or that the running job has just ended; NULL when
   there is none. Good until the next call. */
const lu_live *lu_work_live(const lu_app *a);

/* "pgd, step 7/10", "Neuron 3, layer 2, step 70/1000" */
void lu_work_live_title(const lu_live *l, char *out, size_t size);

/* Rows and columns the pictures and the words below or beside them take in a pane of this size. */
void lu_work_live_size(const lu_app *a, const lu_live *l, int *width, int *height);

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
