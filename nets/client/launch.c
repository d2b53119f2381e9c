/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding lineup-engine and starting it, always from the same thread. */
#include "nets/client/launch.h"
#include "nets/client/proto.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PASSED_MAX = 8 };

/* The sanitizers' reports are for whoever tests. */
#if defined(LU_SANITIZED)
enum { REPORTS = 1 };
#else
enum { REPORTS = 0 };
#endif

/* Everything the child needs, made before the fork: after it only system calls are safe. */
typedef struct order {
    char path[2 * LU_SPEC_PATH_MAX];
    char *argv[2 + 2 * LU_LAUNCH_PATHS + 1];
    char *env[PASSED_MAX + 1];
    int socket;  /* the child's end */
    bool speaks; /* its stdout and stderr are ours */
    pid_t parent, pid;
    bool done;
} order;

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

/* Of the environment only lineup's own words for engines, and the sanitizers'. */
static void choose_environment(order *o)
{
    static const char *const passed[PASSED_MAX] = {
        "LINEUP_ISA=",   "LINEUP_TEST_FAKE=",  "ASAN_OPTIONS=", "UBSAN_OPTIONS=",
        "LSAN_OPTIONS=", "LLVM_PROFILE_FILE=", "GCOV_PREFIX=",  "GCOV_PREFIX_STRIP="};
    size_t n = 0;

    for (char **e = environ; e != NULL && *e != NULL; e++) {
        for (size_t i = 0; i < PASSED_MAX && n < PASSED_MAX; i++) {
            if (strncmp(*e, passed[i], strlen(passed[i])) == 0) {
                o->env[n++] = *e;
            }
        }
    }
}

/* When the machine runs out of memory, the engine goes, and neither lineup nor anything else. */
static void go_first(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        ssize_t put = write(fd, "1000", 4);
        (void)put; /* without it the engine is merely as likely as others */
        close(fd);
    }
}

/* In the child: its own end when ours comes, the socket at LU_ENGINE_SOCKET, /dev/null or ours as
   the standard streams, nothing else open. */
static _Noreturn void become_engine(const order *o)
{
    sigset_t none;
    int nowhere;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == o->parent && dup2(o->socket, LU_ENGINE_SOCKET) == LU_ENGINE_SOCKET) {
        fcntl(LU_ENGINE_SOCKET, F_SETFD, 0);
        nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(nowhere, STDIN_FILENO);
        go_first();
        if (!o->speaks) {
            dup2(nowhere, STDOUT_FILENO);
            dup2(nowhere, STDERR_FILENO);
        }
        close_range(LU_ENGINE_SOCKET + 1, ~0U, 0);
        execve(o->path, o->argv, o->env);
    }
    _exit(127);
}

/* --- the launcher ---
   A child's death signal comes when the thread that forked it ends, so that engines are forked by a
   thread that lives as long as the program. */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pid_t owner;  /* the process the thread runs in; another after a fork */
    order *order; /* waiting to be carried out */
} launcher = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void *launch_all(void *nothing)
{
    (void)nothing;
    pthread_mutex_lock(&launcher.lock);
    for (;;) {
        order *o = launcher.order;
        if (o == NULL) {
            pthread_cond_wait(&launcher.changed, &launcher.lock);
            continue;
        }
        o->pid = fork();
        if (o->pid == 0) {
            become_engine(o);
        }
        o->done = true;
        launcher.order = NULL;
        pthread_cond_broadcast(&launcher.changed);
    }
    return NULL;
}

/* The thread takes no signal: they are for the others. */
static bool start_launcher(void)
{
    pthread_attr_t detached;
    pthread_t thread;
    sigset_t all, before;
    bool fine;

    if (launcher.owner == getpid()) {
        return true;
    }
    pthread_cond_init(&launcher.changed, NULL);
    launcher.order = NULL;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    fine = pthread_create(&thread, &detached, launch_all, NULL) == 0;
    pthread_attr_destroy(&detached);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    launcher.owner = fine ? getpid() : 0;
    return fine;
}

static pid_t carry_out(order *o)
{
    o->pid = -1;
    pthread_mutex_lock(&launcher.lock);
    if (start_launcher()) {
        while (launcher.order != NULL) {
            pthread_cond_wait(&launcher.changed, &launcher.lock);
        }
        launcher.order = o;
        pthread_cond_broadcast(&launcher.changed);
        while (!o->done) {
            pthread_cond_wait(&launcher.changed, &launcher.lock);
        }
    }
    pthread_mutex_unlock(&launcher.lock);
    return o->pid;
}

/* --- the call --- */

/* The rest of a frame that has begun comes at once: who stops in the middle is taken for gone.
   Large frames are at most LU_WIRE_BYTES long and already in the sender's memory. */
static void set_deadline(int socket)
{
    const struct timeval limit = {10, 0};

    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* An engine that nobody listens to, as while a job is paused, waits after a handful of reports,
   half a second of them: the least room there is (socket(7)). What is bulky travels in memory
   files. */
static void keep_reports_few(int socket)
{
    const int least = 0;

    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
}

static void write_words(order *o, const char *const *readable, size_t n, bool sandbox)
{
    static char program[] = "lineup-engine", off[] = "--no-sandbox", read_word[] = "--read";
    size_t words = 0;

    o->argv[words++] = program;
    if (!sandbox) {
        o->argv[words++] = off;
    }
    for (size_t i = 0; i < n; i++) {
        o->argv[words++] = read_word;
        o->argv[words++] = (char *)(uintptr_t)readable[i]; /* execve changes nothing */
    }
}

lu_err lu_launch(const char *const *readable, size_t n, bool sandbox, pid_t *pid, int *socket)
{
    order *o;
    int pair[2];
    lu_err err;

    if (n > LU_LAUNCH_PATHS) {
        return lu_fail(LU_ERR_INTERNAL, "an engine is to read %zu paths", n);
    }
    LU_TRY(LU_NEW(o, 1));
    err = find_engine(o->path, sizeof o->path);
    if (!err && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        err = lu_fail(LU_ERR_IO, "a socket pair cannot be made: %s", strerror(errno));
    }
    if (!err) {
        write_words(o, readable, n, sandbox);
        choose_environment(o);
        keep_reports_few(pair[1]);
        o->socket = pair[1];
        o->speaks = !sandbox || REPORTS;
        o->parent = getpid();
        *pid = carry_out(o);
        close(pair[1]);
        set_deadline(pair[0]);
        *socket = pair[0];
        if (*pid < 0) {
            close(pair[0]);
            err =
                lu_fail(LU_ERR_ENGINE, "an engine process cannot be started: %s", strerror(errno));
        }
    }
    free(o);
    return err;
}
