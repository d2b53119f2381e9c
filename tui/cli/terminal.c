/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = 20, WIDTH_MOST = 1000 };

/* A signal to a whole group may come twice at once (timeout(1)); a second one later than this is
 * meant. */
static const double second_after = 0.3;

static volatile sig_atomic_t stop;
static double stopped_at; /* touched by the handler only */

static void on_signal(int number)
{
    int saved = errno;
    struct timespec t;
    double now;

    clock_gettime(CLOCK_MONOTONIC, &t);
    now = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
    if (!stop) {
        stopped_at = now;
        stop = 1;
    } else if (now - stopped_at > second_after) {
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = saved;
}

/* What was ignored when we were started (nohup, a shell's background) stays ignored. */
static lu_err catch_one(int number)
{
    struct sigaction now, catcher = {.sa_handler = on_signal};

    sigfillset(&catcher.sa_mask);
    if (sigaction(number, NULL, &now) == 0 &&
        (now.sa_handler == SIG_IGN || sigaction(number, &catcher, NULL) == 0)) {
        return LU_OK;
    }
    return lu_fail(LU_ERR_INTERNAL, "signals cannot be caught: %s", strerror(errno));
}

lu_err lu_signals_catch(void)
{
    LU_TRY(catch_one(SIGINT));
    LU_TRY(catch_one(SIGTERM));
    LU_TRY(catch_one(SIGHUP));
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return lu_fail(LU_ERR_INTERNAL, "signals cannot be caught: %s", strerror(errno));
    }
    return LU_OK;
}

bool lu_signals_stop(void)
{
    return stop != 0;
}

size_t lu_terminal_width(int fd)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    unsigned long width = 0;

    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        width = size.ws_col;
    } else if (columns != NULL && columns[0] && strspn(columns, "0123456789") == strlen(columns)) {
        width = strtoul(columns, NULL, 10);
    }
    if (width == 0) {
        return WIDTH_DEFAULT;
    }
    return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
}

bool lu_terminal_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Set and not empty: no-color.org. */
static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0';
}

void lu_terminal_look(bool no_color, bool ascii, lu_terminal *out)
{
    const char *type = getenv("TERM");
    bool smart = type != NULL && type[0] && strcmp(type, "dumb") != 0;
    bool colourless = no_color || is_set("NO_COLOR");

    *out = (lu_terminal){
        .colour = smart && !colourless && isatty(STDOUT_FILENO),
        .colourless = colourless,
        .ascii = ascii || !lu_terminal_utf8(),
        .screen = smart && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO),
        .live = smart && isatty(STDERR_FILENO),
        .width = lu_terminal_width(STDOUT_FILENO),
    };
}

lu_err lu_terminal_write(int fd, const void *data, size_t len)
{
    const char *at = data;

    while (len > 0) {
        ssize_t put = write(fd, at, len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return lu_fail(LU_ERR_IO, "cannot write: %s", strerror(errno));
        }
        at += put;
        len -= (size_t)put;
    }
    return LU_OK;
}
