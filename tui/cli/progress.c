/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/progress.h"
#include "tui/cli/terminal.h"
#include "tui/cli/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* WHAT_COLUMNS: at least; a wide terminal keeps TAIL_COLUMNS for bar and times. */
enum {
    CELLS_MOST = 30,
    CELLS_LEAST = 8,
    WHAT_COLUMNS = 48,
    TAIL_COLUMNS = 40,
    LINE_MAX_BYTES = 512
};

static const double redraw_after = 0.1; /* seconds */
static const double guess_after = 1.0;
static const double note_after = 2.0;
static const double smoothing = 8.0; /* time constant of the rate */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A terminal that is gone ends the showing, not the work. */
static void put(lu_progress *p, const char *text)
{
    char line[LINE_MAX_BYTES + 16];
    int len = snprintf(line, sizeof line, "\r\033[K%s", text);

    if (len < 0 || lu_terminal_write(STDERR_FILENO, line, strlen(line))) {
        p->shown = false;
    }
}

/* "[████▌     ]" or "[####-     ]"; blocks of eighths. */
static void draw_bar(char *out, size_t size, double share, size_t cells, bool ascii)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    size_t parts = (size_t)(share * (double)cells * 8 + 0.5);
    size_t full = parts / 8;
    bool part = parts % 8 > 0;
    size_t at = (size_t)snprintf(out, size, " [");

    for (size_t i = 0; i < full && at < size; i++) {
        at += (size_t)snprintf(out + at, size - at, "%s", ascii ? "#" : "█");
    }
    if (part && at < size) {
        at += (size_t)snprintf(out + at, size - at, "%s", ascii ? "-" : eighths[parts % 8]);
    }
    if (at < size) {
        snprintf(out + at, size - at, "%*s]", (int)(cells - full - part), "");
    }
}

/* 1:05, 2:03:04 */
static void print_span(char *out, size_t size, double seconds)
{
    unsigned long s = seconds < 359999 ? (unsigned long)(seconds + 0.5) : 359999;

    if (s >= 3600) {
        snprintf(out, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    } else {
        snprintf(out, size, "%lu:%02lu", s / 60, s % 60);
    }
}

static void print_tail(const lu_progress *p, double share, double at, char *out, size_t size)
{
    char elapsed[32], left[32];

    print_span(elapsed, sizeof elapsed, at - p->started);
    if (at - p->started < guess_after || !(p->rate > 0) || share >= 1) {
        snprintf(out, size, " %3.0f%%  %s", floor(share * 100), elapsed);
        return;
    }
    print_span(left, sizeof left, (p->total - p->done) / p->rate);
    snprintf(out, size, " %3.0f%%  %s  ETA %s", floor(share * 100), elapsed, left);
}

static void draw(lu_progress *p, double at)
{
    double share = p->total > 0 ? fmin(fmax(p->done / p->total, 0), 1) : 0;
    size_t room = lu_terminal_width(STDERR_FILENO) - 1;
    char tail[96], bar[CELLS_MOST * 3 + 8] = "", line[LINE_MAX_BYTES];
    size_t used, cells;

    print_tail(p, share, at, tail, sizeof tail);
    used = p->columns + strlen(tail) + 3; /* the bar's blank and brackets */
    cells = room > used ? room - used : 0;
    if (cells >= CELLS_LEAST) {
        draw_bar(bar, sizeof bar, share, cells < CELLS_MOST ? cells : CELLS_MOST, p->ascii);
    }
    if (p->columns + strlen(tail) <= room) {
        snprintf(line, sizeof line, "%s%s%s", p->what, bar, tail);
    } else {
        snprintf(line, sizeof line, "%.*s", (int)room, tail);
    }
    put(p, line);
    p->drawn = at;
}

static void measure(lu_progress *p, double done, double at)
{
    double span = at - p->seen;

    if (span < redraw_after && done < p->total) {
        return;
    }
    if (span > 0 && done >= p->done) {
        double rate = (done - p->done) / span;
        p->rate = p->rate > 0 ? p->rate + (1 - exp(-span / smoothing)) * (rate - p->rate) : rate;
    }
    p->done = done;
    p->seen = at;
}

static void close_phase(lu_progress *p, bool finished)
{
    char line[LINE_MAX_BYTES] = "";
    double span = now() - p->started;

    if (p->what[0] == '\0') {
        return;
    }
    if (finished && span >= note_after) {
        snprintf(line, sizeof line, "%s %s done in %.1f s\n", p->what, p->ascii ? "..." : "…",
                 span);
    }
    put(p, line);
    p->what[0] = '\0';
}

static size_t what_columns(void)
{
    size_t room = lu_terminal_width(STDERR_FILENO);

    room = room > WHAT_COLUMNS + TAIL_COLUMNS ? room - TAIL_COLUMNS : WHAT_COLUMNS;
    return room < LU_PROGRESS_WHAT ? room : LU_PROGRESS_WHAT;
}

/* What an engine calls its work is as foreign as the model it holds. */
static void follow(lu_progress *p, const char *what, double done, double total)
{
    char clean[LU_PROGRESS_WHAT];
    double at = now();
    size_t columns = lu_text_clean(what, p->ascii, clean, what_columns());
    bool anew = !lu_job_same(clean, p->what) || (p->done >= p->total && done < p->done);

    if (anew) {
        close_phase(p, true);
    }
    snprintf(p->what, sizeof p->what, "%s", clean);
    p->columns = columns;
    if (anew) {
        p->started = p->seen = at;
        p->drawn = 0;
        p->rate = 0;
        p->done = done;
    }
    p->total = total;
    measure(p, done, at);
    if (at - p->drawn >= redraw_after) {
        draw(p, at);
    }
}

static lu_err on_job(void *context, const char *what, double done, double total)
{
    lu_progress *p = context;

    if (lu_signals_stop()) {
        return lu_fail(LU_ERR_CANCELLED, "interrupted; finished work is kept");
    }
    if (p->shown && what != NULL && isfinite(done) && isfinite(total)) {
        follow(p, what, done, total);
    }
    return LU_OK;
}

void lu_progress_init(lu_progress *p, bool shown, bool ascii)
{
    *p = (lu_progress){.job = {.at = on_job, .context = p}, .shown = shown, .ascii = ascii};
}

void lu_progress_end(lu_progress *p, bool finished)
{
    if (p->shown) {
        close_phase(p, finished);
    }
}
