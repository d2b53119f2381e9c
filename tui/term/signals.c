/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals become notes, taken by the thread that has the screen when it is not in the middle of
 * something. That holds for the one of curses too: its handler for SIGTSTP draws, and a signal may
 * come to any thread at any time, so it is called from lu_term_key instead.
 */
#include "tui/term/internal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* A signal to a whole group may come twice at once (timeout(1)); one later than this is meant. */
enum { SECOND_AFTER_MS = 1000 };

static const struct {
    int number;
    lu_term_note note;
} watched[] = {
    {SIGTERM, LU_NOTE_END},     {SIGHUP, LU_NOTE_END},       {SIGINT, LU_NOTE_END},
    {SIGQUIT, LU_NOTE_END},     {SIGCONT, LU_NOTE_CONTINUE}, {SIGWINCH, LU_NOTE_SIZE},
    {SIGTSTP, LU_NOTE_SUSPEND},
};
enum { WATCHED = sizeof watched / sizeof *watched, OF_CURSES = WATCHED - 1 };

static int wake = -1;
static volatile sig_atomic_t noted[LU_NOTES];
static long long ended_at; /* milliseconds; touched by the handler only */
static struct sigaction before[WATCHED];
static void (*curses_stops)(int); /* curses sets its handler only once in a program's life */

static void rouse(void)
{
    const uint64_t one = 1;

    if (write(wake, &one, sizeof one) < 0) {
        return; /* the counter is full: there is something to read */
    }
}

static long long milliseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void on_end(int number)
{
    int saved = errno;

    if (!noted[LU_NOTE_END]) {
        noted[LU_NOTE_END] = 1;
        ended_at = milliseconds();
        rouse();
    } else if (milliseconds() - ended_at > SECOND_AFTER_MS) {
        lu_term_rescue_now();
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = saved;
}

static void on_note(int number)
{
    int saved = errno;

    for (size_t i = 0; i < WATCHED; i++) {
        if (watched[i].number == number) {
            noted[watched[i].note] = 1;
        }
    }
    rouse();
    errno = saved;
}

static void watch(size_t i)
{
    struct sigaction catcher = {.sa_flags = SA_RESTART};

    catcher.sa_handler = watched[i].note == LU_NOTE_END ? on_end : on_note;
    sigfillset(&catcher.sa_mask);
    sigaction(watched[i].number, &catcher, NULL);
}

/* What was ignored when we were started (nohup, a shell's background) stays ignored. */
lu_err lu_term_signals_start(void)
{
    wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake < 0) {
        return lu_fail(LU_ERR_IO, "signals cannot be caught: %s", strerror(errno));
    }
    for (size_t i = 0; i < LU_NOTES; i++) {
        noted[i] = 0;
    }
    for (size_t i = 0; i < WATCHED; i++) {
        sigaction(watched[i].number, NULL, &before[i]);
        if (i != OF_CURSES && before[i].sa_handler != SIG_IGN) {
            watch(i);
        }
    }
    return LU_OK;
}

static bool is_function(const struct sigaction *a)
{
    return a->sa_handler != SIG_DFL && a->sa_handler != SIG_IGN;
}

void lu_term_signals_adopt(void)
{
    struct sigaction now;

    if (curses_stops == NULL && !is_function(&before[OF_CURSES]) &&
        sigaction(SIGTSTP, NULL, &now) == 0 && is_function(&now)) {
        curses_stops = now.sa_handler;
    }
    if (curses_stops != NULL && before[OF_CURSES].sa_handler != SIG_IGN) {
        watch(OF_CURSES);
    }
}

void lu_term_signals_stop(void)
{
    if (wake < 0) {
        return;
    }
    for (size_t i = 0; i < WATCHED; i++) {
        sigaction(watched[i].number, &before[i], NULL);
    }
    close(wake);
    wake = -1;
}

int lu_term_signals_fd(void)
{
    return wake;
}

bool lu_term_signals_take(lu_term_note note)
{
    bool there = noted[note] != 0;

    if (note != LU_NOTE_END) {
        noted[note] = 0;
    }
    return there;
}

void lu_term_signals_forget(void)
{
    uint64_t count;

    if (read(wake, &count, sizeof count) < 0) {
        return; /* nothing was there */
    }
}

void lu_term_signals_suspend(void)
{
    if (curses_stops != NULL) {
        curses_stops(SIGTSTP);
    }
}
