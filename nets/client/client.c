/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One engine process: its start, its end, its conversation. */
#include "nets/client/client.h"
#include "nets/client/launch.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Did a sanitizer end the engine, having found something in it (tests/run)? */
#if defined(LU_SANITIZED)
enum { REPORTED = 99 };
static bool was_reported(int status)
{
    return WIFSIGNALED(status) ? WTERMSIG(status) == SIGABRT : WEXITSTATUS(status) == REPORTED;
}
#else
enum { REPORTED };
static bool was_reported(int status)
{
    (void)status;
    return false;
}
#endif

struct lu_engine {
    pid_t pid;
    int socket;
    uint32_t last_id;
    bool cancelling;
    bool dead;      /* its end has been waited for */
    double silent;  /* seconds waited for in vain since something came; a pause is not waiting */
    double hung_up; /* when the socket was closed */
    char what[256]; /* the last progress, repeated to the job while the engine is silent */
    double done, total;
    lu_glimpse_room *room; /* of glimpses, once one came; owned */
    int status;            /* as waitpid gave it */
};

/* --- start --- */

static atomic_bool sandbox_off;

void lu_engine_no_sandbox(void)
{
    sandbox_off = true;
}

static lu_err start(const char *const *paths, size_t n, bool sandbox, lu_engine **out)
{
    lu_engine *e;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(e, 1));
    err = lu_launch(paths, n, sandbox, &e->pid, &e->socket);
    if (err) {
        free(e);
        return err;
    }
    *out = e;
    return LU_OK;
}

lu_err lu_engine_start_reading(const char *const *paths, size_t n, lu_engine **out)
{
    return start(paths, n, !sandbox_off, out);
}

lu_err lu_engine_start_trusted(lu_engine **out)
{
    return start(NULL, 0, false, out);
}

lu_err lu_engine_start(lu_engine **out)
{
    return lu_engine_start_reading(NULL, 0, out);
}

/* --- end --- */

static void look_for_end(lu_engine *e, int options)
{
    pid_t got = waitpid(e->pid, &e->status, options);

    e->dead = got == e->pid || (got < 0 && errno != EINTR);
    if (got == e->pid && was_reported(e->status)) {
        _exit(REPORTED); /* no accident of the engine's: it fails the test */
    }
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Lets it end by itself until then, then kills it; false when it had to be killed. */
static bool end_before(lu_engine *e, double deadline)
{
    const struct timespec moment = {0, 5000000};

    look_for_end(e, WNOHANG);
    while (!e->dead && seconds() < deadline) {
        nanosleep(&moment, NULL);
        look_for_end(e, WNOHANG);
    }
    if (e->dead) {
        return true;
    }
    kill(e->pid, SIGKILL);
    while (!e->dead) {
        look_for_end(e, 0);
    }
    return false;
}

/* Closing the socket ends an idle engine; a busy one is given a moment. */
void lu_engine_hang_up(lu_engine *e)
{
    if (e != NULL && e->socket >= 0) {
        close(e->socket);
        e->socket = -1;
        e->hung_up = seconds();
    }
}

void lu_engine_free(lu_engine **engine)
{
    lu_engine *e = *engine;

    if (e == NULL) {
        return;
    }
    lu_engine_hang_up(e);
    end_before(e, e->hung_up + 1);
    free(e->room);
    free(e);
    *engine = NULL;
}

int lu_engine_socket(const lu_engine *e)
{
    return e->socket;
}

/* Turns a broken conversation into a sentence about how the engine ended. One that talks nonsense
   may well be alive. */
static lu_err explain_end(lu_engine *e)
{
    if (!end_before(e, seconds() + 2)) {
        return lu_fail(LU_ERR_ENGINE, "the engine talked nonsense or fell silent and was stopped");
    }
    if (WIFSIGNALED(e->status)) {
        int number = WTERMSIG(e->status);
        return lu_fail(LU_ERR_ENGINE, "the engine was ended by signal %d (%s)%s", number,
                       strsignal(number),
                       number == SIGSYS    ? ": it tried what its sandbox forbids"
                       : number == SIGXCPU ? ": it used up its processor time"
                                           : "");
    }
    if (WEXITSTATUS(e->status) == 127) {
        return lu_fail(LU_ERR_ENGINE, "lineup-engine could not be run");
    }
    return lu_fail(LU_ERR_ENGINE, "the engine ended by itself with status %d",
                   WEXITSTATUS(e->status));
}

/* --- conversation --- */

lu_err lu_engine_send(lu_engine *e, lu_frame *request)
{
    request->id = ++e->last_id;
    e->cancelling = false;
    snprintf(e->what, sizeof e->what, "waiting for the engine");
    e->done = 0;
    e->total = 1;
    e->silent = 0;
    if (lu_frame_send(e->socket, request) == LU_OK) {
        return LU_OK;
    }
    return request->bad || request->body.len > LU_WIRE_BYTES ? LU_ERR_INTERNAL : explain_end(e);
}

static lu_err cancel(lu_engine *e)
{
    lu_frame f;
    lu_err err;

    if (e->cancelling) {
        return LU_OK;
    }
    e->cancelling = true;
    lu_frame_init(&f, LU_MSG_CANCEL, e->last_id);
    err = lu_frame_send(e->socket, &f);
    lu_frame_fini(&f);
    return err ? explain_end(e) : LU_OK;
}

/* What an engine says may end up on a terminal: no control characters. */
static void make_printable(char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            *text = '?';
        }
    }
}

static lu_err on_progress(lu_engine *e, lu_frame *f, const lu_job *job)
{
    double done, total;

    lu_get_text(f, e->what, sizeof e->what);
    done = lu_get_f64(f);
    total = lu_get_f64(f);
    LU_TRY(lu_frame_end(f));
    make_printable(e->what);
    e->total = total > 0 && total < HUGE_VAL ? total : 1;
    e->done = done > 0 ? fmin(done, e->total) : 0;
    return lu_job_at(job, e->what, e->done, e->total) ? cancel(e) : LU_OK;
}

static lu_err on_glimpse(lu_engine *e, lu_frame *f, const lu_job *job)
{
    lu_glimpse g;

    if (e->room == NULL) {
        LU_TRY(LU_NEW(e->room, 1));
    }
    LU_TRY(lu_get_glimpse(f, &g, e->room));
    lu_job_look(job, &g);
    return LU_OK;
}

static lu_err on_error(lu_frame *f)
{
    lu_err err = (lu_err)lu_get_below(f, LU_ERR_COUNT);
    char what[1024], where[1024];

    lu_get_text(f, what, sizeof what);
    lu_get_text(f, where, sizeof where);
    LU_TRY(lu_frame_end(f));
    if (err == LU_OK) {
        return lu_fail(LU_ERR_ENGINE, "the engine failed without a reason");
    }
    make_printable(what);
    make_printable(where);
    lu_fail(err, "%s", what);
    return where[0] ? lu_within(err, "%s", where) : err;
}

lu_err lu_engine_receive(lu_engine *e, const lu_job *job, bool *done, lu_frame *reply)
{
    lu_err err;

    *done = false;
    if (lu_frame_receive(e->socket, reply)) {
        return explain_end(e);
    }
    e->silent = 0;
    if (reply->id != e->last_id) {
        err = lu_fail(LU_ERR_ENGINE, "the engine answered a question that was not asked");
    } else if (reply->type == LU_MSG_RESULT) {
        *done = true;
        return LU_OK;
    } else if (reply->type == LU_MSG_PROGRESS) {
        err = on_progress(e, reply, job);
    } else if (reply->type == LU_MSG_GLIMPSE) {
        err = on_glimpse(e, reply, job);
    } else if (reply->type == LU_MSG_ERROR) {
        err = on_error(reply);
    } else {
        err = lu_fail(LU_ERR_ENGINE, "the engine sent message type %d", (int)reply->type);
    }
    lu_frame_fini(reply);
    return err;
}

/* While an engine is silent, the job is asked this often whether to stop; one that does not answer
   a cancel after so many times is stopped. */
enum { SILENCE_MS = 200, IGNORED_MAX = 25 };

/* Loading the largest network allowed takes seconds, everything longer reports progress. */
static _Atomic double patience = 600;

void lu_engine_patience(double limit)
{
    patience = limit;
}

lu_err lu_engine_silence(lu_engine *e, int ms)
{
    e->silent += ms / 1000.0;
    if (e->silent < patience) {
        return LU_OK;
    }
    kill(e->pid, SIGKILL);
    explain_end(e);
    return lu_fail(LU_ERR_ENGINE, "the engine said nothing for %.0f seconds and was stopped",
                   e->silent);
}

static lu_err on_silence(lu_engine *e, const lu_job *job, int *ignored)
{
    if (!e->cancelling && lu_job_at(job, e->what, e->done, e->total)) {
        return cancel(e);
    }
    if (e->cancelling && ++*ignored > IGNORED_MAX) {
        explain_end(e);
        return lu_fail(LU_ERR_CANCELLED, "interrupted; the engine did not listen and was stopped");
    }
    return lu_engine_silence(e, SILENCE_MS);
}

lu_err lu_engine_call(lu_engine *e, lu_frame *request, const lu_job *job, lu_frame *reply)
{
    bool done = false;
    int ignored = 0;

    LU_TRY(lu_engine_send(e, request));
    while (!done) {
        struct pollfd p = {.fd = e->socket, .events = POLLIN};
        if (poll(&p, 1, SILENCE_MS) > 0) {
            LU_TRY(lu_engine_receive(e, job, &done, reply));
        } else {
            LU_TRY(on_silence(e, job, &ignored));
        }
    }
    return LU_OK;
}
