/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_jobs.h"
#include "tui/views/work_live.h"
#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>

enum { CURVE_ROWS = 4 }; /* below that a curve says nothing */

/* 0 at work, 1 waits, 2 ended */
static int group_of(const lu_job_view *v)
{
    return v->state == LU_JOB_RUNNING || v->state == LU_JOB_PAUSED ? 0
           : v->state == LU_JOB_WAITING                            ? 1
                                                                   : 2;
}

const lu_job_view *lu_work_jobs(const lu_app *a, size_t *n)
{
    static lu_job_view taken[LU_JOBS_MAX], sorted[LU_JOBS_MAX]; /* too large for a stack frame */
    lu_jobs *jobs = (lu_jobs *)(uintptr_t)&a->jobs;
    size_t count = jobs->ready ? lu_jobs_list(jobs, taken, LU_JOBS_MAX) : 0;

    *n = 0;
    for (int group = 0; group < 3; group++) {
        for (size_t i = 0; i < count; i++) {
            if (group_of(&taken[i]) == group) {
                sorted[(*n)++] = taken[i];
            }
        }
    }
    return sorted;
}

const lu_job_view *lu_work_at_work(const lu_app *a)
{
    size_t n;
    const lu_job_view *v = lu_work_jobs(a, &n);

    return n > 0 && group_of(v) == 0 ? v : NULL;
}

const char *lu_work_job_state(lu_job_state s)
{
    static const char *const words[] = {"waiting", "running", "paused",
                                        "done",    "failed",  "stopped"};

    return (unsigned)s < sizeof words / sizeof *words ? words[s] : "?";
}

static lu_ink state_ink(lu_job_state s)
{
    return s == LU_JOB_FAILED                            ? LU_INK_ERROR
           : s == LU_JOB_RUNNING                         ? LU_INK_PROGRESS
           : s == LU_JOB_PAUSED || s == LU_JOB_CANCELLED ? LU_INK_WARNING
                                                         : LU_INK_DIM;
}

void lu_work_job_row(lu_pane row, const lu_job_view *v)
{
    char text[160], seconds[LU_WORK_WORD];
    double share = v->total > 0 ? fmin(fmax(v->done / v->total, 0), 1) : 0;

    lu_pane_field(row, 2, 0, 7, lu_work_job_state(v->state), state_ink(v->state), LU_ALIGN_LEFT);
    if (group_of(v) == 0) {
        snprintf(text, sizeof text, "%3.0f%%  %s", floor(100 * share), v->title);
    } else if (v->state == LU_JOB_WAITING) {
        snprintf(text, sizeof text, "%s", v->title);
    } else {
        snprintf(text, sizeof text, "%s, %s", v->title, lu_work_seconds(v->seconds, seconds));
    }
    lu_pane_field(row, 10, 0, row.width - 10, text, LU_INK_TEXT, LU_ALIGN_LEFT);
}

/* --- one job --- */

static void progress(const lu_app *a, lu_pane row, const lu_job_view *v)
{
    char count[LU_WORK_WORD] = "";

    if (v->total > 1 && v->total != 100) { /* else the percent says it */
        snprintf(count, sizeof count, "%.0f/%.0f", v->done, v->total);
    }
    lu_meter_cells(
        row,
        &(lu_meter){
            .what = v->what, .done = v->done, .total = v->total, .count = count, .rest = ""},
        a->options.glyphs);
}

static int time_words(lu_pane pane, int y, const lu_job_view *v)
{
    char text[256], seconds[LU_WORK_WORD], left[LU_WORK_WORD];

    lu_work_seconds(v->seconds, seconds);
    lu_work_seconds(v->left, left);
    switch (v->state) {
    case LU_JOB_RUNNING:
        snprintf(text, sizeof text, "%s gone, %s%s. `p` pauses, `x` stops and keeps what is done.",
                 seconds, left[0] ? left : "time left not known yet",
                 left[0] ? " left for this part" : "");
        break;
    case LU_JOB_PAUSED:
        snprintf(text, sizeof text, "paused, %s since it began. `p` goes on, `x` stops.", seconds);
        break;
    case LU_JOB_WAITING:
        snprintf(text, sizeof text, "waits for the one before it. `x` takes it off the list.");
        break;
    case LU_JOB_CANCELLED:
        snprintf(text, sizeof text,
                 "stopped after %s. The stages that were done are kept; `r` goes on with the first "
                 "that was not.",
                 seconds);
        break;
    default:
        snprintf(text, sizeof text, "%s after %s.", lu_work_job_state(v->state), seconds);
        break;
    }
    return lu_work_hint(pane, y, text, LU_INK_DIM);
}

static void curve(const lu_app *a, lu_pane pane, const lu_job_view *v)
{
    double percent[LU_JOB_POINTS];
    size_t n = v->points < LU_JOB_POINTS ? v->points : LU_JOB_POINTS;
    lu_series series = {"percent done", percent, n, LU_INK_PROGRESS};

    if (pane.height < CURVE_ROWS || n < 2) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        percent[i] = 100 * (double)v->point[i];
    }
    (void)lu_curve_cells(pane, &(lu_curve){&series, 1, "percent done, point"}, a->options.glyphs);
}

void lu_work_job(const lu_app *a, lu_pane pane, const lu_job_view *v, const lu_live *live)
{
    int y = 1;

    if (v->state == LU_JOB_DONE || (group_of(v) == 2 && v->what[0] == '\0')) {
        lu_pane_text(pane, 0, 0, v->title, LU_INK_TEXT);
    } else {
        progress(a, lu_pane_sub(pane, 0, 0, pane.width, 1), v);
    }
    y = time_words(pane, y, v);
    if (v->state == LU_JOB_FAILED) {
        y = lu_work_paragraph(pane, y, v->error, LU_INK_ERROR);
    }
    if (live != NULL && group_of(v) == 0) {
        lu_work_live_yield(a, pane, y, live);
    } else {
        curve(a, lu_work_below(pane, y), v);
    }
}
