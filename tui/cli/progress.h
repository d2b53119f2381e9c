/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Progress on standard error: one line that is redrawn, and a line that stays for each long phase.
 *
 *     lu_progress_init(&p, shown, ascii);
 *     err = work(&p.job);
 *     lu_progress_end(&p, err == LU_OK);
 */
#ifndef LU_TUI_CLI_PROGRESS_H
#define LU_TUI_CLI_PROGRESS_H

#include "core/core.h"

enum { LU_PROGRESS_WHAT = 128 };

typedef struct lu_progress {
    lu_job job; /* give this to the work; also stops it when a signal came */
    bool shown;
    bool ascii;
    char what[LU_PROGRESS_WHAT]; /* of the phase, fit for the terminal; "" = none */
    size_t columns;              /* of `what` */
    double started;              /* seconds, of the phase */
    double seen;                 /* when `done` was last taken into the rate */
    double drawn;
    double done, total;
    double rate; /* of `done` a second, smoothed; 0 = unknown */
} lu_progress;

/* p must stay where it is: the job points to it. */
void lu_progress_init(lu_progress *p, bool shown, bool ascii);

/* Clears the line; with `finished` the last phase may leave its own. */
void lu_progress_end(lu_progress *p, bool finished);

#endif
