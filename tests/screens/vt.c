/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program, its pty and what it writes; the screen is in vt_screen.c. */
#include "tests/screens/vt_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Did a sanitizer end the program (tests/run)? */
static bool was_reported(int status)
{
    return status == 99 || status == 128 + SIGABRT;
}

/* What the session leader tells. */
typedef struct event {
    pid_t pid;
    int status;
} event;

static void need(bool good, const char *what)
{
    if (!good) {
        fail_msg("%s: %s", what, strerror(errno));
    }
}

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- the environment --- */

const char *vt_beside(const char *name)
{
    static char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 256);
    char *slash;

    need(n > 0, "/proc/self/exe");
    path[n] = '\0';
    slash = strrchr(path, '/');
    snprintf(slash + 1, 255, "%s", name);
    return path;
}

static void keep(char **to, size_t *n, const char *name)
{
    const char *value = getenv(name);

    if (value != NULL && asprintf(&to[*n], "%s=%s", name, value) >= 0) {
        ++*n;
    }
}

/* In the child. */
static char **environment(const vt *v, const vt_options *o)
{
    static char *list[64];
    size_t n = 0;
    int bad = 0;

    keep(list, &n, "PATH");
    keep(list, &n, "ASAN_OPTIONS");
    keep(list, &n, "UBSAN_OPTIONS");
    keep(list, &n, "LSAN_OPTIONS");
    keep(list, &n, "LINEUP_ISA");
    if (o->term == NULL || o->term[0]) {
        bad |= asprintf(&list[n++], "TERM=%s", o->term ? o->term : "xterm-256color") < 0;
    }
    bad |= asprintf(&list[n++], "LANG=%s", o->lang ? o->lang : "C.UTF-8") < 0;
    bad |= asprintf(&list[n++], "HOME=%s", v->home) < 0;
    bad |= asprintf(&list[n++], "TZ=UTC") < 0;
    for (size_t i = 0; o->env != NULL && o->env[i] != NULL && n < 60; i++) {
        list[n++] = strdup(o->env[i]);
    }
    return bad ? NULL : list;
}

static void make_home(vt *v, const vt_options *o)
{
    const char *base = getenv("LINEUP_TMP");

    v->own_home = o->home == NULL;
    if (o->home != NULL) {
        snprintf(v->home, sizeof v->home, "%s", o->home);
    } else {
        snprintf(v->home, sizeof v->home, "%s/lineup-vt-XXXXXX", base != NULL ? base : "/tmp");
        need(mkdtemp(v->home) != NULL, v->home);
    }
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
    (void)st;
    (void)flag;
    (void)f;
    return remove(path);
}

const char *vt_home(const vt *v)
{
    return v->home;
}

/* --- the program --- */

static _Noreturn void become(const vt *v, const vt_options *o, const char *const argv[])
{
    static const int usual[] = {SIGTTOU, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGPIPE};
    char **list = environment(v, o);
    int err = o->err != NULL ? open(o->err, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    tcsetpgrp(STDIN_FILENO, getpid());
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        signal(usual[i], SIG_DFL); /* a test may run in a background, or below nohup */
    }
    if (err >= 0) {
        dup2(err, STDERR_FILENO);
    }
    if (list != NULL && (o->folder == NULL || chdir(o->folder) == 0)) {
        execve(argv[0], (char *const *)(uintptr_t)argv, list);
    }
    _exit(127);
}

/* The leader of the terminal's session: starts the program and tells how it fares. */
static _Noreturn void lead(const vt *v, const vt_options *o, const char *const argv[], int slave,
                           int tell)
{
    event e = {0, 0};

    close(v->master); /* the terminal is gone when the test has closed it, too */
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    signal(SIGTTOU, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int fd = 0; fd <= 2; fd++) {
        dup2(slave, fd);
    }
    e.pid = fork();
    if (e.pid == 0) {
        become(v, o, argv);
    }
    e.status = -1;
    do {
        if (write(tell, &e, sizeof e) != sizeof e) {
            _exit(1);
        }
    } while (waitpid(e.pid, &e.status, WUNTRACED | WCONTINUED) == e.pid);
    _exit(0);
}

/* The first event says the program's number. */
static void meet(vt *v)
{
    event e;

    need(read(v->events, &e, sizeof e) == sizeof e && e.pid > 0, "the program");
    v->pid = e.pid;
}

/* What a test that failed has left: ended with the tests. */
static vt *live[16];

static void end_all(void)
{
    for (size_t i = 0; i < sizeof live / sizeof *live; i++) {
        if (live[i] != NULL) {
            vt_end(&live[i]);
        }
    }
}

/* In the place of `old`, NULL for a new one. */
static void enlist(vt *old, vt *v)
{
    static bool first = true;
    size_t i = 0;

    while (i + 1 < sizeof live / sizeof *live && live[i] != old) {
        i++;
    }
    if (live[i] == old) {
        live[i] = v;
    }
    if (first) {
        atexit(end_all);
    }
    first = false;
}

vt *vt_start(const vt_options *o, const char *const argv[])
{
    vt *v = calloc(1, sizeof *v);
    struct winsize size = {.ws_col = (unsigned short)(o->width ? o->width : 80),
                           .ws_row = (unsigned short)(o->height ? o->height : 24)};
    int slave, tell[2];

    need(v != NULL, "memory");
    make_home(v, o);
    vt_screen_init(v, size.ws_col, size.ws_row);
    need(openpty(&v->master, &slave, NULL, NULL, &size) == 0, "openpty");
    need(pipe2(tell, O_CLOEXEC) == 0, "pipe");
    fcntl(v->master, F_SETFD, FD_CLOEXEC);
    fcntl(slave, F_SETFD, FD_CLOEXEC);
    need(tcgetattr(v->master, &v->modes) == 0, "tcgetattr");
    v->status = -1;
    v->leader = fork();
    need(v->leader >= 0, "fork");
    if (v->leader == 0) {
        lead(v, o, argv, slave, tell[1]);
    }
    close(slave);
    close(tell[1]);
    v->events = tell[0];
    meet(v);
    enlist(NULL, v);
    return v;
}

void vt_end(vt **p)
{
    vt *v = *p;

    enlist(v, NULL);
    if (was_reported(v->status) && !v->asked) {
        fwrite(v->raw, 1, v->raw_len, stderr);
        abort(); /* its report must not be missed by a test that looks at something else */
    }
    if (v->status == -1) {
        kill(v->pid, SIGKILL);
    }
    kill(v->leader, SIGKILL);
    waitpid(v->leader, NULL, 0);
    vt_hangup(v);
    close(v->events);
    vt_screen_fini(v);
    if (v->own_home) {
        nftw(v->home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    free(v->raw);
    free(v);
    *p = NULL;
}

int vt_pid(const vt *v)
{
    return v->pid;
}

/* --- in --- */

void vt_send(vt *v, const char *data, size_t len)
{
    while (v->master >= 0 && len > 0) {
        ssize_t put = write(v->master, data, len);

        need(put > 0 || errno == EINTR, "write to the pty");
        if (put > 0) {
            data += put;
            len -= (size_t)put;
        }
    }
}

void vt_type(vt *v, const char *bytes)
{
    vt_send(v, bytes, strlen(bytes));
}

void vt_resize(vt *v, int width, int height)
{
    struct winsize size = {.ws_col = (unsigned short)width, .ws_row = (unsigned short)height};

    vt_screen_resize(v, width, height);
    need(ioctl(v->master, TIOCSWINSZ, &size) == 0, "TIOCSWINSZ");
}

void vt_signal(vt *v, int number)
{
    need(kill(v->pid, number) == 0, "kill");
}

void vt_hangup(vt *v)
{
    if (v->master >= 0) {
        close(v->master);
        v->master = -1;
    }
}

/* --- waiting --- */

static void take_output(vt *v)
{
    char block[65536];
    ssize_t got = read(v->master, block, sizeof block);

    if (got > 0) {
        char *more = realloc(v->raw, v->raw_len + (size_t)got + 1);
        need(more != NULL, "memory");
        v->raw = more;
        memcpy(v->raw + v->raw_len, block, (size_t)got);
        v->raw_len += (size_t)got;
        v->raw[v->raw_len] = '\0';
        vt_screen_feed(v, block, (size_t)got);
    }
}

static void take_event(vt *v)
{
    event e;

    if (read(v->events, &e, sizeof e) != sizeof e) {
        v->leader_gone = true;
    } else if (WIFSTOPPED(e.status)) {
        v->stopped = true;
    } else if (WIFCONTINUED(e.status)) {
        v->stopped = false;
    } else {
        v->status = WIFSIGNALED(e.status) ? 128 + WTERMSIG(e.status) : WEXITSTATUS(e.status);
    }
}

/* One round of reading; false when there was nothing for so long. */
static bool pump(vt *v, int ms)
{
    struct pollfd fds[] = {{v->master, POLLIN, 0}, {v->leader_gone ? -1 : v->events, POLLIN, 0}};

    if (poll(fds, 2, ms) <= 0) {
        return false;
    }
    if (fds[0].revents & POLLIN) {
        take_output(v);
    } else if (fds[1].revents) {
        take_event(v);
    } else {
        poll(NULL, 0, ms < 10 ? ms : 10); /* the pty has hung up */
        return false;
    }
    return true;
}

/* What never comes must not cost a broken program's tests minutes each. */
static long long patience = VT_PATIENCE_MS;
enum { HASTY_MS = 500 };

static bool in_vain(long long start)
{
    patience -= now_ms() - start;
    return false;
}

bool vt_until(vt *v, vt_condition *is, const char *text)
{
    long long start = now_ms();
    long long end = start + (patience > VT_DEADLINE_MS ? VT_DEADLINE_MS
                             : patience > HASTY_MS     ? patience
                                                       : HASTY_MS);

    while (!is(v, text)) {
        long long left = end - now_ms();

        if (left <= 0 || (v->status != -1 && !pump(v, 0) && !is(v, text))) {
            return is(v, text) || in_vain(start);
        }
        pump(v, (int)left);
    }
    return true;
}

static bool is_shown(vt *v, const char *text)
{
    return strstr(vt_text(v), text) != NULL;
}

static bool is_not_shown(vt *v, const char *text)
{
    return strstr(vt_text(v), text) == NULL;
}

static bool is_written(vt *v, const char *bytes)
{
    return vt_wrote(v, bytes);
}

static bool is_stopped(vt *v, const char *unused)
{
    (void)unused;
    return v->stopped;
}

static bool has_ended(vt *v, const char *unused)
{
    (void)unused;
    return v->status != -1;
}

bool vt_wait(vt *v, const char *text)
{
    return vt_until(v, is_shown, text);
}

/* cmocka's own messages end after a thousand bytes. */
void vt_assert_shows_(vt *v, const char *text, const char *file, int line)
{
    if (!vt_wait(v, text)) {
        fprintf(stderr, "# no \"%s\" on this screen:\n%s", text, vt_text(v));
        _fail(file, line);
    }
}

bool vt_wait_not(vt *v, const char *text)
{
    return vt_until(v, is_not_shown, text);
}

bool vt_wait_raw(vt *v, const char *bytes)
{
    return vt_until(v, is_written, bytes);
}

bool vt_wait_stopped(vt *v)
{
    bool stopped = vt_until(v, is_stopped, "");

    v->stopped = false;
    while (pump(v, 0)) {
        continue;
    }
    return stopped;
}

bool vt_ended(const vt *v)
{
    return v->status != -1;
}

int vt_wait_exit(vt *v)
{
    bool ended = vt_until(v, has_ended, "");

    while (ended && v->master >= 0 && pump(v, 0)) {
        continue;
    }
    v->asked = true;
    return v->status;
}

void vt_watch(vt *v, int ms)
{
    long long end = now_ms() + ms;

    for (long long left = ms; left > 0; left = end - now_ms()) {
        pump(v, (int)left);
    }
}

/* --- out --- */

bool vt_wrote(const vt *v, const char *bytes)
{
    return v->raw != NULL && memmem(v->raw, v->raw_len, bytes, strlen(bytes)) != NULL;
}

size_t vt_written(const vt *v)
{
    return v->raw_len;
}

void vt_forget(vt *v)
{
    v->raw_len = 0;
}

struct termios vt_modes(const vt *v)
{
    struct termios now;

    need(tcgetattr(v->master, &now) == 0, "tcgetattr");
    return now;
}

bool vt_modes_are_back(const vt *v)
{
    struct termios now = vt_modes(v);

    return now.c_iflag == v->modes.c_iflag && now.c_oflag == v->modes.c_oflag &&
           now.c_lflag == v->modes.c_lflag && now.c_cflag == v->modes.c_cflag &&
           memcmp(now.c_cc, v->modes.c_cc, sizeof now.c_cc) == 0;
}

void vt_check_back(vt *v)
{
    int x, y;
    bool visible;

    vt_cursor(v, &x, &y, &visible);
    assert_false(vt_alternate(v));
    assert_true(visible);
    assert_false(vt_mouse(v));
    assert_true(vt_modes_are_back(v));
}
