/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Jobs: work in threads, watched from the screen. One at a time runs; others wait their turn. A job
 * has its own open case; what it leaves is read back by the screen when it has ended.
 */
#ifndef LU_TUI_APP_JOB_H
#define LU_TUI_APP_JOB_H

#include "tui/app/live.h"

#include <pthread.h>

enum { LU_JOBS_MAX = 32, LU_JOB_POINTS = 256 };

typedef enum lu_job_state {
    LU_JOB_WAITING,
    LU_JOB_RUNNING,
    LU_JOB_PAUSED,
    LU_JOB_DONE,
    LU_JOB_FAILED,
    LU_JOB_CANCELLED
} lu_job_state;

/* The work: runs in a thread, reports to `job`, returns how it ended. */
typedef lu_err (*lu_work)(void *context, const lu_job *job);

/* What is shown of a job; a copy, taken under the lock. */
typedef struct lu_job_view {
    unsigned id; /* never given twice */
    char title[96];
    lu_job_state state;
    char what[128]; /* what it is at */
    double done, total;
    double seconds;  /* since it began */
    double left;     /* seconds of what it is at, by its rate so far; negative = not known yet */
    char error[512]; /* failed: the reason */
    bool quiet;      /* housekeeping, not listed */
    size_t points;   /* progress over time: share at point k of LU_JOB_POINTS, one a tick */
    float point[LU_JOB_POINTS];
} lu_job_view;

typedef struct lu_job_entry lu_job_entry;

typedef struct lu_jobs {
    pthread_mutex_t lock;
    bool ready; /* lock initialised */
    size_t n;
    lu_job_entry *entry[LU_JOBS_MAX + 1]; /* oldest first; owned */
    unsigned ids;                         /* given so far */
    lu_live *live;                        /* of the running one; NULL until a glimpse came; owned */
    lu_err failure;                       /* of lu_jobs_failure */
    int wake;                             /* eventfd: readable when a job has news */
} lu_jobs;

lu_err lu_jobs_init(lu_jobs *j);
void lu_jobs_fini(lu_jobs *j); /* cancels and waits */

/* Takes `context` over: `end` is called with it in the caller's thread once the job has ended (from
   lu_jobs_tick), then `drop` frees it. Either may be NULL. */
lu_err lu_jobs_add(lu_jobs *j, const char *title, bool quiet, lu_work work, void *context,
                   void (*end)(void *owner, void *context, lu_err err), void (*drop)(void *context),
                   void *owner);

/* Starts what waits, ends what is done. True when something ended. */
bool lu_jobs_tick(lu_jobs *j);

/* How the first job went that failed or was stopped since this was asked last; LU_OK: none. Quiet
   ones count when their owner says so. */
lu_err lu_jobs_failure(lu_jobs *j);
void lu_jobs_count_failure(lu_jobs *j, lu_err err);

bool lu_jobs_running(lu_jobs *j);
bool lu_jobs_working(lu_jobs *j); /* the same, of jobs that are not quiet */
size_t lu_jobs_list(lu_jobs *j, lu_job_view *out,
                    size_t max); /* newest first, not the quiet ones */

/* What the running job lets be seen of a generation; false when there is nothing. */
bool lu_jobs_live(lu_jobs *j, lu_live *out);

/* Takes a job that waits off the list, its owner is not told; false when it does not wait. */
bool lu_jobs_remove(lu_jobs *j, unsigned id);

void lu_jobs_cancel(lu_jobs *j); /* the running one, at its next report */
void lu_jobs_pause(lu_jobs *j);  /* or goes on: it waits at its next report */

#endif
