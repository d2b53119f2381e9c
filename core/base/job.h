/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job: how long work reports progress and learns that it shall stop. The work calls lu_job_at()
 * every fraction of a second and returns what that gives unless it is LU_OK. Whoever watches may
 * be given glimpses of the work too (core/glimpse.h); nothing depends on whether anybody does.
 */
#ifndef LU_CORE_BASE_JOB_H
#define LU_CORE_BASE_JOB_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct lu_glimpse;

typedef struct lu_job {
    /* Told where the work is; `what` is a short phrase, 0 <= done <= total. What follows ": " in it
       may change while the work stays the same (lu_job_same()). Answers LU_OK or LU_ERR_CANCELLED
       (or a failure of its own, which ends the work). May be NULL. */
    lu_err (*at)(void *context, const char *what, double done, double total);
    void *context;
    /* Takes a glimpse, which is borrowed. NULL = nobody watches. */
    void (*look)(void *context, const struct lu_glimpse *g);
    /* Is it time for the next glimpse? Cheap: asked at every step. NULL = always. */
    bool (*due)(void *context);
} lu_job;

/* `job` may be NULL in all of these. */
static inline lu_err lu_job_at(const lu_job *job, const char *what, double done, double total)
{
    return job != NULL && job->at != NULL ? job->at(job->context, what, done, total) : LU_OK;
}

/* Are these phrases of the same work, so that time and rate go on? */
static inline bool lu_job_same(const char *a, const char *b)
{
    const char *end = strstr(a, ": ");
    size_t n = end ? (size_t)(end - a) + 2 : strlen(a) + 1;

    return strncmp(a, b, n) == 0;
}

static inline bool lu_job_watched(const lu_job *job)
{
    return job != NULL && job->look != NULL;
}

static inline bool lu_job_due(const lu_job *job)
{
    return lu_job_watched(job) && (job->due == NULL || job->due(job->context));
}

static inline void lu_job_look(const lu_job *job, const struct lu_glimpse *g)
{
    if (lu_job_watched(job)) {
        job->look(job->context, g);
    }
}

#endif
