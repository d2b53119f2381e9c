/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job: how long work reports progress and learns that it shall stop. The work calls lu_job_at()
 * every fraction of a second and returns what that gives unless it is LU_OK.
 */
#ifndef LU_CORE_BASE_JOB_H
#define LU_CORE_BASE_JOB_H

#include "core/base/err.h"

#include <stddef.h>

typedef struct lu_job {
    /* Told where the work is; `what` is a short phrase, 0 <= done <= total. Answers LU_OK or
       LU_ERR_CANCELLED (or a failure of its own, which ends the work). May be NULL. */
    lu_err (*at)(void *context, const char *what, double done, double total);
    void *context;
} lu_job;

/* `job` may be NULL. */
static inline lu_err lu_job_at(const lu_job *job, const char *what, double done, double total)
{
    return job != NULL && job->at != NULL ? job->at(job->context, what, done, total) : LU_OK;
}

#endif
