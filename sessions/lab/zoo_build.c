/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The models of a plan side by side: a thread a job, each with engines of its own. A model is taken
 * up when what it is a copy of is there. Nothing that comes out depends on how many threads there
 * are.
 */
#include "sessions/lab/zoo_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TICK_US = 50000 };

typedef struct crew crew;

typedef struct worker {
    crew *crew;
    pthread_t thread;
    bool busy;
    size_t model;
} worker;

struct crew {
    lu_zoo *zoo; /* its lock is of everything below */
    size_t workers, running, left;
    worker *worker;
    double whole, gone; /* passes in all, of what was made now */
    bool stop;
    pthread_mutex_t gate; /* held while the caller's job is: whoever works waits */
    lu_err err;           /* the first failure ... */
    char what[LU_TEXT_MAX], where[LU_TEXT_MAX];
};

/* --- in a worker --- */

static lu_err on_progress(void *context, const char *what, double done, double total)
{
    worker *w = context;
    lu_zoo *z = w->crew->zoo;
    bool stop;

    (void)what;
    pthread_mutex_lock(&w->crew->gate);
    pthread_mutex_unlock(&w->crew->gate);
    pthread_mutex_lock(&z->lock);
    z->seen[w->model].share = total > 0 ? done / total : 0;
    stop = w->crew->stop;
    pthread_mutex_unlock(&z->lock);
    return stop ? lu_fail(LU_ERR_CANCELLED, "interrupted") : LU_OK;
}

/* The first model that can be made; SIZE_MAX when none can now. */
static size_t next_model(const crew *c)
{
    const lu_zoo_plan *p = &c->zoo->plan;
    const lu_zoo_seen *seen = c->zoo->seen;

    for (size_t i = 0; i < p->models; i++) {
        size_t parent = p->model[i].parent;
        bool ready = parent == SIZE_MAX || seen[parent].state == LU_ZOO_THERE;
        if (seen[i].state == LU_ZOO_WAITING && ready) {
            return i;
        }
    }
    return SIZE_MAX;
}

static void keep_failure(crew *c, lu_err err, const char *model)
{
    if (c->err == LU_OK) {
        c->err = err;
        snprintf(c->what, sizeof c->what, "%s", lu_error_what());
        snprintf(c->where, sizeof c->where, "%s%s%s", model, lu_error_where()[0] ? ": " : "",
                 lu_error_where());
    }
    c->stop = true;
}

static void make_one(worker *w)
{
    crew *c = w->crew;
    lu_zoo_seen *seen = &c->zoo->seen[w->model];
    lu_lab_options o = lu_zoo_options(c->zoo, w->model);
    lu_job job = {.at = on_progress, .context = w};
    lu_lab_result made;
    lu_err err;

    pthread_mutex_unlock(&c->zoo->lock);
    err = lu_lab_make(&o, &job, &made);
    pthread_mutex_lock(&c->zoo->lock);
    if (err) {
        seen->state = err == LU_ERR_CANCELLED ? LU_ZOO_WAITING : LU_ZOO_FAILED;
        keep_failure(c, err, c->zoo->plan.model[w->model].name);
        return;
    }
    *seen = (lu_zoo_seen){.state = LU_ZOO_THERE, .accuracy = made.test_accuracy};
    c->gone += lu_zoo_passes(c->zoo, w->model);
    c->left--;
}

static void *work(void *context)
{
    worker *w = context;
    crew *c = w->crew;

    pthread_mutex_lock(&c->zoo->lock);
    while (!c->stop && c->left) {
        w->model = next_model(c);
        if (w->model == SIZE_MAX) { /* waits for what another is making */
            pthread_mutex_unlock(&c->zoo->lock);
            usleep(TICK_US);
            pthread_mutex_lock(&c->zoo->lock);
            continue;
        }
        c->zoo->seen[w->model] = (lu_zoo_seen){.state = LU_ZOO_MAKING, .accuracy = NAN};
        w->busy = true;
        make_one(w);
        w->busy = false;
    }
    c->running--;
    pthread_mutex_unlock(&c->zoo->lock);
    return NULL;
}

/* --- in the thread that asked --- */

static double done_so_far(const crew *c, char *what, size_t size)
{
    double done = c->gone;

    snprintf(what, size, "%zu of %zu models", c->zoo->plan.models - c->left, c->zoo->plan.models);
    for (size_t i = 0; i < c->workers; i++) {
        const worker *w = &c->worker[i];
        size_t len = strlen(what);
        if (w->busy) {
            done += c->zoo->seen[w->model].share * lu_zoo_passes(c->zoo, w->model);
            snprintf(what + len, size - len, "%s%s", i ? " " : ", making ",
                     c->zoo->plan.model[w->model].name);
        }
    }
    return done;
}

/* Reports until nobody works any more. */
static void watch(crew *c, const lu_job *job)
{
    size_t running = 1;

    while (running) {
        char what[96];
        double done;
        bool cancelled;
        usleep(TICK_US);
        pthread_mutex_lock(&c->zoo->lock);
        done = done_so_far(c, what, sizeof what);
        running = c->running;
        pthread_mutex_unlock(&c->zoo->lock);
        pthread_mutex_lock(&c->gate);
        cancelled = lu_job_at(job, what, done, c->whole) != LU_OK;
        pthread_mutex_unlock(&c->gate);
        if (cancelled) {
            pthread_mutex_lock(&c->zoo->lock);
            keep_failure(c, LU_ERR_CANCELLED, "");
            pthread_mutex_unlock(&c->zoo->lock);
        }
    }
}

static void start_workers(crew *c, size_t wanted)
{
    for (size_t i = 0; i < wanted; i++) {
        c->worker[i].crew = c;
        pthread_mutex_lock(&c->zoo->lock);
        if (pthread_create(&c->worker[i].thread, NULL, work, &c->worker[i]) == 0) {
            c->running++;
            c->workers++;
        } else {
            lu_fail(LU_ERR_IO, "a thread cannot be started");
            keep_failure(c, LU_ERR_IO, "");
            wanted = 0;
        }
        pthread_mutex_unlock(&c->zoo->lock);
    }
}

static lu_err run(crew *c, size_t jobs, const lu_job *job)
{
    start_workers(c, jobs < c->left ? jobs : c->left);
    watch(c, job);
    for (size_t i = 0; i < c->workers; i++) {
        pthread_join(c->worker[i].thread, NULL);
    }
    return c->err ? lu_within(lu_fail(c->err, "%s", c->what), "%s", c->where) : LU_OK;
}

lu_err lu_zoo_build(lu_zoo *z, const lu_zoo_cost *cost, const lu_job *job)
{
    crew c = {.zoo = z, .left = cost->models - cost->there, .whole = cost->passes};
    lu_err err;

    if (c.left == 0) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(c.worker, cost->jobs));
    pthread_mutex_init(&c.gate, NULL);
    for (size_t i = 0; i < z->plan.models; i++) { /* what failed is tried again */
        z->seen[i].state = z->seen[i].state == LU_ZOO_FAILED ? LU_ZOO_WAITING : z->seen[i].state;
    }
    err = run(&c, cost->jobs, job);
    free(c.worker);
    pthread_mutex_destroy(&c.gate);
    return err;
}
