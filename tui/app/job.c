/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/job.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct lu_job_entry {
    lu_jobs *jobs;
    lu_job_view view;
    lu_work work;
    void *context;
    void (*end)(void *owner, void *context, lu_err err);
    void (*drop)(void *context);
    void *owner;
    pthread_t thread;
    bool started, ended; /* the thread; `ended` under the lock */
    bool told;           /* the owner knows of the end */
    bool telling;        /* and is being told now */
    bool cancel, pause;
    lu_err err;
    double began; /* seconds, monotonic; 0 = waiting */
    double phase; /* when what it is at began, pauses not counted */
    double next_point;
};

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void wake(lu_jobs *j)
{
    uint64_t one = 1;

    if (write(j->wake, &one, sizeof one) != sizeof one) {
        return; /* the counter is full: the screen is awake already */
    }
}

/* --- in the job's thread --- */

/* One point of the progress curve each second, the list thinned when it is full. */
static void add_point(lu_job_entry *e, double now)
{
    const double interval = 1;
    lu_job_view *v = &e->view;

    if (now < e->next_point || v->total <= 0) {
        return;
    }
    e->next_point = now + interval;
    if (v->points == LU_JOB_POINTS) {
        for (size_t i = 0; i < LU_JOB_POINTS / 2; i++) {
            v->point[i] = v->point[2 * i];
        }
        v->points = LU_JOB_POINTS / 2;
    }
    v->point[v->points++] = (float)(v->done / v->total);
}

static void take_progress(lu_job_entry *e, const char *what, double done, double total, double now)
{
    lu_job_view *v = &e->view;

    if (what != NULL) {
        if (!lu_job_same(v->what, what)) {
            v->points = 0;
            e->phase = now;
        }
        snprintf(v->what, sizeof v->what, "%s", what);
        v->done = done;
        v->total = total;
    }
    add_point(e, now);
}

/* Waits out a pause; says whether to go on. */
static lu_err at(void *context, const char *what, double done, double total)
{
    const struct timespec moment = {0, 50000000};
    lu_job_entry *e = context;
    lu_jobs *j = e->jobs;
    bool cancel, pause = true;
    double waited = 0, from;

    while (pause) {
        from = seconds();
        pthread_mutex_lock(&j->lock);
        take_progress(e, what, done, total, from);
        e->phase += waited;
        cancel = e->cancel;
        pause = e->pause && !cancel;
        e->view.state = pause ? LU_JOB_PAUSED : LU_JOB_RUNNING;
        pthread_mutex_unlock(&j->lock);
        wake(j);
        if (pause) {
            nanosleep(&moment, NULL);
        }
        waited = seconds() - from;
    }
    return cancel ? lu_fail(LU_ERR_CANCELLED, "interrupted; what was done is kept") : LU_OK;
}

static void look(void *context, const lu_glimpse *g)
{
    lu_job_entry *e = context;
    lu_jobs *j = e->jobs;

    pthread_mutex_lock(&j->lock);
    if (j->live == NULL) {
        j->live = lu_zalloc(1, sizeof *j->live);
    }
    if (j->live != NULL) { /* else there is nothing to see, and the work goes on */
        lu_live_take(j->live, g, seconds());
        snprintf(j->live->what, sizeof j->live->what, "%s", e->view.what);
    }
    pthread_mutex_unlock(&j->lock);
    wake(j);
}

static void *run(void *argument)
{
    lu_job_entry *e = argument;
    const lu_job job = {.at = at, .context = e, .look = look};
    lu_err err = e->work(e->context, &job);

    pthread_mutex_lock(&e->jobs->lock);
    e->err = err;
    e->view.seconds = seconds() - e->began;
    e->view.state = err == LU_OK              ? LU_JOB_DONE
                    : err == LU_ERR_CANCELLED ? LU_JOB_CANCELLED
                                              : LU_JOB_FAILED;
    if (err) {
        lu_error_text(e->view.error, sizeof e->view.error);
    }
    e->ended = true;
    pthread_mutex_unlock(&e->jobs->lock);
    wake(e->jobs);
    return NULL;
}

/* --- in the screen's thread --- */

lu_err lu_jobs_init(lu_jobs *j)
{
    *j = (lu_jobs){.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (j->wake < 0 || pthread_mutex_init(&j->lock, NULL)) {
        return lu_fail(LU_ERR_IO, "jobs cannot be started on this system");
    }
    j->ready = true;
    return LU_OK;
}

static void drop_entry(lu_job_entry *e)
{
    if (e->started) {
        pthread_join(e->thread, NULL);
    }
    if (e->drop) {
        e->drop(e->context);
    }
    free(e);
}

void lu_jobs_fini(lu_jobs *j)
{
    if (!j->ready) {
        return;
    }
    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->n; i++) {
        j->entry[i]->cancel = true;
    }
    pthread_mutex_unlock(&j->lock);
    for (size_t i = 0; i < j->n; i++) {
        drop_entry(j->entry[i]);
    }
    pthread_mutex_destroy(&j->lock);
    close(j->wake);
    free(j->live);
    *j = (lu_jobs){.wake = -1};
}

/* Forgets the oldest ended one to make room; one whose owner is being told takes none. */
static bool make_room(lu_jobs *j)
{
    size_t most = LU_JOBS_MAX;

    for (size_t i = 0; i < j->n; i++) {
        most += j->entry[i]->telling;
    }
    for (size_t i = 0; j->n >= most && i < j->n; i++) {
        if (j->entry[i]->told && !j->entry[i]->telling) {
            drop_entry(j->entry[i]);
            memmove(&j->entry[i], &j->entry[i + 1], (--j->n - i) * sizeof *j->entry);
        }
    }
    return j->n < most;
}

lu_err lu_jobs_add(lu_jobs *j, const char *title, bool quiet, lu_work work, void *context,
                   void (*end)(void *owner, void *context, lu_err err), void (*drop)(void *context),
                   void *owner)
{
    lu_job_entry *e = NULL;
    lu_err err = make_room(j) ? LU_NEW(e, 1) : lu_fail(LU_ERR_CANNOT, "too many jobs are waiting");

    if (err || e == NULL) {
        if (drop) {
            drop(context);
        }
        return err;
    }
    e->jobs = j;
    e->view.id = ++j->ids;
    e->view.quiet = quiet;
    e->view.left = -1;
    snprintf(e->view.title, sizeof e->view.title, "%s", title);
    e->work = work;
    e->context = context;
    e->end = end;
    e->drop = drop;
    e->owner = owner;
    pthread_mutex_lock(&j->lock);
    j->entry[j->n++] = e;
    pthread_mutex_unlock(&j->lock);
    wake(j);
    return LU_OK;
}

static void start(lu_job_entry *e)
{
    if (e->jobs->live != NULL) {
        e->jobs->live->any = false;
    }
    e->began = e->phase = seconds();
    e->view.state = LU_JOB_RUNNING;
    e->started = pthread_create(&e->thread, NULL, run, e) == 0;
    if (!e->started) {
        e->ended = true;
        e->err = LU_ERR_INTERNAL;
        e->view.state = LU_JOB_FAILED;
        snprintf(e->view.error, sizeof e->view.error, "a thread cannot be started");
    }
}

void lu_jobs_count_failure(lu_jobs *j, lu_err err)
{
    j->failure = j->failure ? j->failure : err;
}

/* Tells the owner, once; the entry stays for the list. */
static void finish(lu_job_entry *e)
{
    lu_jobs *j = e->jobs;

    lu_jobs_count_failure(j, e->view.quiet ? LU_OK : e->err);
    e->told = e->telling = true;
    if (e->end) {
        e->end(e->owner, e->context, e->err); /* may add jobs */
    }
    e->telling = false;
    if (e->drop) {
        e->drop(e->context);
        e->drop = NULL;
    }
}

static bool has_ended(lu_job_entry *e)
{
    bool ended;

    pthread_mutex_lock(&e->jobs->lock);
    ended = e->ended;
    pthread_mutex_unlock(&e->jobs->lock);
    return ended;
}

/* One that has ended and whose owner does not know, or NULL. */
static lu_job_entry *next_to_tell(lu_jobs *j)
{
    for (size_t i = 0; i < j->n; i++) {
        if (!j->entry[i]->told && j->entry[i]->began > 0 && has_ended(j->entry[i])) {
            return j->entry[i];
        }
    }
    return NULL;
}

static bool any_running(lu_jobs *j)
{
    for (size_t i = 0; i < j->n; i++) {
        if (j->entry[i]->began > 0 && !has_ended(j->entry[i])) {
            return true;
        }
    }
    return false;
}

bool lu_jobs_tick(lu_jobs *j)
{
    bool running, news = false;
    lu_job_entry *e;
    uint64_t count;

    if (read(j->wake, &count, sizeof count) < 0) {
        count = 0; /* nobody called */
    }
    while ((e = next_to_tell(j)) != NULL) {
        finish(e);
        news = true;
    }
    running = any_running(j);
    for (size_t i = 0; i < j->n && !running; i++) {
        if (j->entry[i]->began == 0) {
            start(j->entry[i]);
            running = true;
        }
    }
    return news;
}

lu_err lu_jobs_failure(lu_jobs *j)
{
    lu_err err = j->failure;

    j->failure = LU_OK;
    return err;
}

static bool any_left(lu_jobs *j, bool quiet_too)
{
    for (size_t i = 0; i < j->n; i++) {
        if (!j->entry[i]->told && (quiet_too || !j->entry[i]->view.quiet)) {
            return true;
        }
    }
    return false;
}

bool lu_jobs_running(lu_jobs *j)
{
    return any_left(j, true);
}

bool lu_jobs_working(lu_jobs *j)
{
    return any_left(j, false);
}

/* Time gone, and time left of what it is at by the rate so far; shown after 3 seconds and 5 % (spec
   tui 1.7). */
static void add_times(const lu_job_entry *e, lu_job_view *v)
{
    double share = v->total > 0 ? v->done / v->total : 0, now = seconds(), gone = now - e->phase;

    if (v->state == LU_JOB_RUNNING || v->state == LU_JOB_PAUSED) {
        v->seconds = now - e->began;
    }
    v->left =
        v->state == LU_JOB_RUNNING && gone > 3 && share > 0.05 ? gone * (1 - share) / share : -1;
}

size_t lu_jobs_list(lu_jobs *j, lu_job_view *out, size_t max)
{
    size_t n = 0;

    pthread_mutex_lock(&j->lock);
    for (size_t i = j->n; i-- > 0 && n < max;) {
        if (!j->entry[i]->view.quiet) {
            out[n] = j->entry[i]->view;
            add_times(j->entry[i], &out[n++]);
        }
    }
    pthread_mutex_unlock(&j->lock);
    return n;
}

bool lu_jobs_live(lu_jobs *j, lu_live *out)
{
    const lu_job_entry *at_work = NULL;
    bool any;

    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->n; i++) {
        at_work = j->entry[i]->began > 0 && !j->entry[i]->ended ? j->entry[i] : at_work;
    }
    any = at_work != NULL && j->live != NULL && j->live->any;
    if (any) {
        lu_live_copy(j->live, out);
        out->over = !lu_job_same(out->what, at_work->view.what);
    }
    pthread_mutex_unlock(&j->lock);
    return any;
}

bool lu_jobs_remove(lu_jobs *j, unsigned id)
{
    lu_job_entry *found = NULL;

    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->n && found == NULL; i++) {
        if (j->entry[i]->view.id == id && j->entry[i]->began == 0) {
            found = j->entry[i];
            memmove(&j->entry[i], &j->entry[i + 1], (--j->n - i) * sizeof *j->entry);
        }
    }
    pthread_mutex_unlock(&j->lock);
    if (found != NULL) {
        drop_entry(found);
    }
    return found != NULL;
}

void lu_jobs_cancel(lu_jobs *j)
{
    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->n; i++) {
        lu_job_entry *e = j->entry[i];
        e->cancel = e->cancel || (e->began > 0 && !e->ended && !e->view.quiet);
    }
    pthread_mutex_unlock(&j->lock);
}

void lu_jobs_pause(lu_jobs *j)
{
    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->n; i++) {
        lu_job_entry *e = j->entry[i];
        e->pause = e->began > 0 && !e->ended && !e->view.quiet && !e->pause;
    }
    pthread_mutex_unlock(&j->lock);
}
