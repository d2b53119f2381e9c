/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/client/pool.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { TICK_MS = 100, JOBS_MAX = 256 };

/* One engine and what it is at. */
typedef struct slot {
    lu_engine *engine;           /* NULL when none runs here */
    const lu_model_files *model; /* it holds, or NULL */
    lu_task *task;               /* it works on, or NULL when idle */
    bool loading;                /* waiting for the answer to the load */
    size_t request;              /* of the task, being worked on */
    double share;                /* of that request, done so far, 0..1 */
    size_t tried, kept;          /* as its last glimpse told */
} slot;

typedef struct pool {
    slot *slot;
    size_t slots;
    lu_task *tasks;
    size_t n, next, finished;
    double total, gone; /* weights of all, of the finished ones */
    size_t tried, kept; /* told of by the finished ones */
    const lu_job *job;
} pool;

/* Whose words are being taken. */
typedef struct listener {
    const pool *pool;
    slot *slot;
} listener;

static lu_err on_progress(void *context, const char *what, double done, double total)
{
    slot *s = ((listener *)context)->slot;

    (void)what;
    s->share = done / total;
    return LU_OK;
}

/* A task tells of itself; passed on as part of the whole, whose size follows from its weight. */
static void on_look(void *context, const lu_glimpse *seen)
{
    const pool *p = ((listener *)context)->pool;
    slot *s = ((listener *)context)->slot;
    lu_glimpse g = *seen;

    s->tried = seen->tried;
    s->kept = seen->kept;
    g.tried = p->tried;
    g.kept = p->kept;
    for (size_t i = 0; i < p->slots; i++) {
        g.tried += p->slot[i].tried;
        g.kept += p->slot[i].kept;
    }
    g.total = (size_t)((double)seen->total * p->total / s->task->weight + 0.5);
    g.shard = s->task->index;
    g.shards = p->n;
    lu_job_look(p->job, &g);
}

static lu_err send_request(slot *s)
{
    s->share = 0;
    return lu_engine_send(s->engine, &s->task->request[s->request]);
}

/* An engine holds one model for life: another model, another process. */
static lu_err begin(slot *s, lu_task *t)
{
    lu_frame load;
    lu_err err;

    s->task = t;
    s->request = 0;
    s->share = 0;
    if (s->engine != NULL && s->model != t->model) {
        lu_engine_free(&s->engine);
    }
    if (s->engine != NULL) {
        return send_request(s);
    }
    s->model = NULL;
    LU_TRY(lu_engine_start(&s->engine));
    if (t->model == NULL) {
        return send_request(s);
    }
    lu_request_load(t->model, &load);
    s->loading = true;
    err = lu_engine_send(s->engine, &load);
    lu_frame_fini(&load);
    return err;
}

static void end_task(pool *p, slot *s)
{
    p->finished++;
    p->gone += s->task->weight;
    for (size_t i = 0; i < s->task->requests; i++) {
        lu_frame_fini(&s->task->request[i]);
    }
    p->tried += s->tried;
    p->kept += s->kept;
    s->tried = s->kept = 0;
    s->task = NULL;
    s->loading = false;
}

static lu_err fail_task(pool *p, slot *s, lu_err err)
{
    lu_task *t = s->task;
    size_t request = s->request;

    if (t->model != NULL) {
        lu_within(err, "%s", t->model->name);
    }
    lu_engine_free(&s->engine);
    end_task(p, s);
    return t->done(t, request, err, NULL);
}

/* An answer: told, and the task goes on with its next request or ends. */
static lu_err advance(pool *p, slot *s, lu_frame *reply)
{
    lu_task *t = s->task;
    lu_err err = t->done(t, s->request, LU_OK, reply);

    s->request++;
    if (err || s->request == t->requests) {
        end_task(p, s);
        return err;
    }
    err = send_request(s);
    return err ? fail_task(p, s, err) : LU_OK;
}

/* The answer to a load, then the request itself. */
static lu_err loaded(slot *s, lu_frame *reply)
{
    lu_model_info info;

    s->loading = false;
    s->model = s->task->model;
    LU_TRY(lu_reply_load(reply, &info));
    if (s->task->info != NULL && s->task->info->layers == NULL) {
        *s->task->info = info;
    } else {
        lu_model_info_fini(&info);
    }
    return send_request(s);
}

static lu_err receive(pool *p, slot *s)
{
    listener from = {p, s};
    lu_job job = {
        .at = on_progress, .context = &from, .look = lu_job_watched(p->job) ? on_look : NULL};
    bool done = false;
    lu_frame reply;
    lu_err err = lu_engine_receive(s->engine, &job, &done, &reply);

    if (err) {
        return fail_task(p, s, err);
    }
    if (!done) {
        return LU_OK;
    }
    if (s->loading) {
        err = loaded(s, &reply);
        err = err ? fail_task(p, s, err) : LU_OK;
    } else {
        err = advance(p, s, &reply);
    }
    lu_frame_fini(&reply);
    return err;
}

/* Idle slots get the next tasks in order. */
static lu_err feed(pool *p)
{
    for (size_t i = 0; i < p->slots && p->next < p->n; i++) {
        slot *s = &p->slot[i];
        if (s->task == NULL) {
            lu_err err = begin(s, &p->tasks[p->next++]);
            if (err) {
                LU_TRY(fail_task(p, s, err));
            }
        }
    }
    return LU_OK;
}

static lu_err wait_and_receive(pool *p)
{
    struct pollfd set[JOBS_MAX];
    size_t at[JOBS_MAX], busy = 0;
    int ready;

    for (size_t i = 0; i < p->slots; i++) {
        if (p->slot[i].task != NULL) {
            at[busy] = i;
            set[busy++] = (struct pollfd){lu_engine_socket(p->slot[i].engine), POLLIN, 0};
        }
    }
    ready = poll(set, busy, TICK_MS);
    if (ready < 0) {
        return LU_OK;
    }
    for (size_t k = 0; k < busy; k++) {
        slot *s = &p->slot[at[k]];
        if (set[k].revents) {
            LU_TRY(receive(p, s));
        } else if (lu_engine_silence(s->engine, ready ? 0 : TICK_MS)) {
            LU_TRY(fail_task(p, s, LU_ERR_ENGINE));
        }
    }
    return LU_OK;
}

static double progress(const pool *p)
{
    double done = p->gone;

    for (size_t i = 0; i < p->slots; i++) {
        if (p->slot[i].task != NULL) {
            const slot *s = &p->slot[i];
            double part = ((double)s->request + s->share) / (double)s->task->requests;
            done += part * s->task->weight;
        }
    }
    return done;
}

static lu_err run(pool *p, const lu_job *job, const char *what)
{
    while (p->finished < p->n) {
        LU_TRY(lu_job_at(job, what, progress(p), p->total));
        LU_TRY(feed(p));
        if (p->finished < p->n) {
            LU_TRY(wait_and_receive(p));
        }
    }
    return lu_job_at(job, what, p->total, p->total);
}

static size_t slots_for(size_t jobs, size_t n)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t slots = jobs ? jobs : processors > 0 ? (size_t)processors : 1;

    slots = slots < JOBS_MAX ? slots : JOBS_MAX;
    return slots < n ? slots : n;
}

lu_err lu_pool_run(size_t jobs, lu_task *tasks, size_t n, const lu_job *job, const char *what)
{
    pool p = {.tasks = tasks, .n = n, .slots = slots_for(jobs, n), .job = job};
    lu_err err = LU_NEW(p.slot, p.slots ? p.slots : 1);

    for (size_t i = 0; i < n; i++) {
        p.total += tasks[i].weight;
    }
    if (!err) {
        err = run(&p, job, what);
    }
    for (size_t i = 0; p.slot != NULL && i < p.slots; i++) {
        lu_engine_hang_up(p.slot[i].engine); /* all begin to end before the first is waited for */
    }
    for (size_t i = 0; p.slot != NULL && i < p.slots; i++) {
        lu_engine_free(&p.slot[i].engine);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < tasks[i].requests; k++) {
            lu_frame_fini(&tasks[i].request[k]);
        }
    }
    free(p.slot);
    return err;
}
