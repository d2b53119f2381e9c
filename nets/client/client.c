/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One engine process: its start, its end, its conversation. */
#include "nets/client/client.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct lu_engine {
    pid_t pid;
    int socket;
    uint32_t last_id;
    bool cancelling;
    bool dead;      /* its end has been waited for */
    char what[256]; /* the last progress, repeated to the job while the engine is silent */
    double done, total;
    lu_glimpse_room *room; /* of glimpses, once one came; owned */
    int status;            /* as waitpid gave it */
};

/* --- start --- */

/* $LINEUP_ENGINE, or lineup-engine in the folder of the running program or the one above it
 * (tests). */
static lu_err find_engine(char *path, size_t size)
{
    static const char *const places[] = {"", "../"};
    const char *named = getenv("LINEUP_ENGINE");
    char self[LU_SPEC_PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash;

    if (named != NULL) {
        snprintf(path, size, "%s", named);
        return LU_OK;
    }
    self[len > 0 ? len : 0] = '\0';
    slash = strrchr(self, '/');
    if (slash != NULL) {
        slash[1] = '\0';
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int wrote = snprintf(path, size, "%s%slineup-engine", self, places[i]);
        if (wrote > 0 && (size_t)wrote < size && access(path, X_OK) == 0) {
            return LU_OK;
        }
    }
    return lu_fail(LU_ERR_ENGINE, "lineup-engine is not beside lineup in %s", self);
}

/* The rest of a frame that has begun comes at once: who stops in the middle is taken for gone.
   Large frames are at most LU_WIRE_BYTES long and already in the sender's memory. */
static void set_deadline(int socket)
{
    const struct timeval limit = {10, 0};

    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* An engine that nobody listens to, as while a job is paused, soon waits: its reports fill little
   room. */
static void keep_reports_few(int socket)
{
    const int bytes = 32 << 10;

    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

/* In the child: the socket at LU_ENGINE_SOCKET, an empty stdin (the terminal's keys are lineup's),
   nothing else open but stdout and stderr. */
static _Noreturn void become_engine(const char *path, int socket)
{
    static char *const argv[] = {"lineup-engine", NULL};
    sigset_t none;
    int nowhere;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(socket, LU_ENGINE_SOCKET) == LU_ENGINE_SOCKET) {
        fcntl(LU_ENGINE_SOCKET, F_SETFD, 0);
        nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC);
        dup2(nowhere, STDIN_FILENO);
        close_range(LU_ENGINE_SOCKET + 1, ~0U, 0);
        execv(path, argv);
    }
    _exit(127);
}

lu_err lu_engine_start(lu_engine **out)
{
    char path[2 * LU_SPEC_PATH_MAX];
    int pair[2];
    lu_engine *e;

    *out = NULL;
    LU_TRY(find_engine(path, sizeof path));
    LU_TRY(LU_NEW(e, 1));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        free(e);
        return lu_fail(LU_ERR_IO, "a socket pair cannot be made: %s", strerror(errno));
    }
    keep_reports_few(pair[1]);
    e->pid = fork();
    if (e->pid == 0) {
        become_engine(path, pair[1]);
    }
    close(pair[1]);
    e->socket = pair[0];
    set_deadline(e->socket);
    if (e->pid < 0) {
        close(pair[0]);
        free(e);
        return lu_fail(LU_ERR_ENGINE, "an engine process cannot be started: %s", strerror(errno));
    }
    *out = e;
    return LU_OK;
}

/* --- end --- */

static void look_for_end(lu_engine *e, int options)
{
    pid_t got = waitpid(e->pid, &e->status, options);

    e->dead = got == e->pid || (got < 0 && errno != EINTR);
}

/* Gives it this long to end by itself, then kills it; false when it had to be killed. */
static bool end_within(lu_engine *e, int seconds)
{
    enum { LOOKS = 200 }; /* a second */
    const struct timespec moment = {0, 1000000000 / LOOKS};

    for (int i = 0; !e->dead && i < LOOKS * seconds; i++) {
        look_for_end(e, WNOHANG);
        if (!e->dead) {
            nanosleep(&moment, NULL);
        }
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
void lu_engine_free(lu_engine **engine)
{
    lu_engine *e = *engine;

    if (e == NULL) {
        return;
    }
    close(e->socket);
    end_within(e, 1);
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
    if (!end_within(e, 2)) {
        return lu_fail(LU_ERR_ENGINE, "the engine talked nonsense or fell silent and was stopped");
    }
    if (WIFSIGNALED(e->status)) {
        return lu_fail(LU_ERR_ENGINE, "the engine was ended by signal %d (%s)", WTERMSIG(e->status),
                       strsignal(WTERMSIG(e->status)));
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

static lu_err on_silence(lu_engine *e, const lu_job *job, int *ignored)
{
    if (!e->cancelling && lu_job_at(job, e->what, e->done, e->total)) {
        return cancel(e);
    }
    if (e->cancelling && ++*ignored > IGNORED_MAX) {
        explain_end(e);
        return lu_fail(LU_ERR_CANCELLED, "interrupted; the engine did not listen and was stopped");
    }
    return LU_OK;
}

lu_err lu_engine_call(lu_engine *e, lu_frame *request, const lu_job *job, lu_frame *reply)
{
    bool done = false;
    int ignored = 0;

    LU_TRY(lu_engine_send(e, request));
    while (!done) {
        struct pollfd p = {.fd = e->socket, .events = POLLIN};
        int ready = poll(&p, 1, job ? SILENCE_MS : -1);
        if (ready > 0) {
            LU_TRY(lu_engine_receive(e, job, &done, reply));
        } else if (job != NULL) {
            LU_TRY(on_silence(e, job, &ignored));
        }
    }
    return LU_OK;
}
