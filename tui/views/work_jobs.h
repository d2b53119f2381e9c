/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs as the Generate screen shows them. */
#ifndef LU_TUI_VIEWS_WORK_JOBS_H
#define LU_TUI_VIEWS_WORK_JOBS_H

#include "tui/app/app.h"

/* Takes a snapshot of the jobs: those at work first, then those that wait, then those that ended,
   the newest first. Good until the next call. */
const lu_job_view *lu_work_jobs(const lu_app *a, size_t *n);

/* The one at work, or NULL; of the same snapshot. */
const lu_job_view *lu_work_at_work(const lu_app *a);

const char *lu_work_job_state(lu_job_state s); /* "running" */

/* One line of the list. */
void lu_work_job_row(lu_pane row, const lu_job_view *v);

/* Where it is, since when, how long still, what can be done; below the yield of the generation it
   runs, or without one (live NULL) the curve of its progress. */
void lu_work_job(const lu_app *a, lu_pane pane, const lu_job_view *v, const lu_live *live);

#endif
