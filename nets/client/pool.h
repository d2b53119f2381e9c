/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many requests over several engine processes at once. Tasks are handed out in order, their answers
 * are numbered by task: what comes out does not depend on how many engines there were.
 */
#ifndef LU_NETS_CLIENT_POOL_H
#define LU_NETS_CLIENT_POOL_H

#include "nets/client/client.h"

typedef struct lu_task {
    const lu_model_files
        *model; /* loaded first; an engine that holds it already is used again. May be NULL */
    lu_model_info *info; /* gets what the load says, unless NULL; owned by the caller */
    lu_frame *request; /* `requests` of them, sent one after the other to one engine; their contents
                          are the pool's from lu_pool_run on, the array stays the caller's */
    size_t requests;
    double weight; /* share of the work, for progress; > 0 */
    /* Told the answer to each request (read it here), or the failure that ends the task (reply
       NULL). What it returns ends the whole run unless it is LU_OK. */
    lu_err (*done)(struct lu_task *task, size_t request, lu_err err, lu_frame *reply);
    void *context;
    size_t index; /* the caller's */
} lu_task;

/* Runs the tasks on at most `jobs` engines (0 = one a processor). Progress is the weighted sum,
   under `what`; glimpses say which task they are of, their counts are sums over all tasks. Returns
   the first failure; after it no engine is left running. */
lu_err lu_pool_run(size_t jobs, lu_task *tasks, size_t n, const lu_job *job, const char *what);

#endif
