/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen 3: tests being made, what became of them, jobs. */
#include "tui/views/model_pictures.h"
#include "tui/views/views.h"
#include "tui/views/work_case.h"
#include "tui/views/work_jobs.h"
#include "tui/views/work_live.h"
#include "tui/views/work_tests.h"
#include "tui/views/work_text.h"

#include <stdio.h>

/* --- the list --- */

static size_t job_rows(const lu_app *a)
{
    size_t n;

    lu_work_jobs(a, &n);
    return n;
}

static void job_text(const lu_app *a, size_t row, char *out, size_t size)
{
    size_t n;
    const lu_job_view *jobs = lu_work_jobs(a, &n);

    out[0] = '\0';
    if (row < n) {
        snprintf(out, size, "%s %s %s %s", lu_work_job_state(jobs[row].state), jobs[row].title,
                 jobs[row].what, jobs[row].error);
    }
}

static void job_row(lu_app *a, lu_pane line, size_t row)
{
    size_t n;
    const lu_job_view *jobs = lu_work_jobs(a, &n);

    if (row < n) {
        lu_work_job_row(line, &jobs[row]);
    }
}

/* --- panes --- */

static void no_jobs(const lu_app *a, lu_pane pane)
{
    int y = lu_work_hint(pane, 0, "Nothing has run since the workbench was opened.", LU_INK_DIM);

    lu_work_first(a, lu_work_below(pane, y));
}

/* The list, and beside it (or below it) the job under the cursor. */
static void draw_jobs(lu_app *a, lu_pane pane, bool focus, int list, const lu_live *live)
{
    char filter[LU_FILTER_MAX + 16];
    const lu_job_view *jobs;
    size_t n, at;
    lu_pane in;

    (void)lu_work_jobs(a, &n);
    in = lu_work_box(a, pane, focus, "Jobs: %zu%s", n, lu_work_filter(a, filter));
    if (n == 0) {
        no_jobs(a, lu_work_inset(in));
        return;
    }
    if (list > 0) {
        lu_work_list(a, lu_pane_sub(in, 0, 0, list, in.height), job_row);
        in = lu_pane_sub(in, list + 1, 0, in.width - list - 1, in.height);
    } else {
        int rows = in.height > 8 ? (int)(n < 4 ? n : 4) : 1;
        lu_work_list(a, lu_pane_sub(in, 0, 0, in.width, rows), job_row);
        in = lu_work_below(in, rows);
    }
    at = lu_app_cursor(a);
    jobs = lu_work_jobs(a, &n);
    if (at < n) {
        lu_work_job(a, in, &jobs[at], live);
    }
}

static void draw_black(const lu_app *a, lu_pane pane, bool focus)
{
    lu_work_blackbox(a, lu_work_inset(lu_work_box(a, pane, focus, "Black box%s",
                                                  a->stale ? " (stale: `r` runs)" : "")));
}

/* `step` >= 0 chooses the layer. */
static void draw_white(const lu_app *a, lu_pane pane, bool focus, int step)
{
    size_t layers = a->look.whitebox.layers;
    size_t layer = layers ? (size_t)step % layers : 0;
    lu_pane in = layers > 1
                     ? lu_work_box(a, pane, focus, "White box: layer %zu of %zu, Right: next",
                                   layer + 1, layers)
                     : lu_work_box(a, pane, focus, "White box");

    lu_work_whitebox(a, lu_work_inset(in), layer);
}

/* --- while tests are made; focus 0 jobs, 1 the image, 2 charts --- */

/* Which pictures are shown when not all three fit; t turns on. */
static unsigned turn;

enum { LIVE_PANES = 3 };

static void draw_image(const lu_app *a, lu_pane pane, bool focus, const lu_live *l)
{
    char title[96];

    lu_work_live_title(l, pane.width, title, sizeof title);
    lu_work_live_pictures(a, lu_work_inset(lu_work_box(a, pane, focus, "%s", title)), l, turn);
}

static void draw_charts(const lu_app *a, lu_pane pane, bool focus, const lu_live *l)
{
    char title[96];

    lu_work_live_charts_title(l, title, sizeof title);
    lu_work_live_charts(a, lu_work_inset(lu_work_box(a, pane, focus, "%s", title)), l);
}

/* One pane at a time. */
static void live_one(lu_app *a, lu_pane pane, const lu_live *l, int at)
{
    if (at == 0) {
        draw_jobs(a, pane, true, 0, l);
    } else if (at == 1) {
        draw_image(a, pane, true, l);
    } else {
        draw_charts(a, pane, true, l);
    }
}

/* The image on the left as wide as it needs; jobs and charts on the right. */
static void live_two(lu_app *a, lu_pane pane, const lu_live *l, int at)
{
    int width = pane.width / 2 - 4, height = pane.height - 2, top = pane.height > 18 ? 9 : 7;
    lu_pane right;

    (void)lu_work_live_size(a, l, &width, &height);
    width = width < 24 ? 28 : width + 4;
    right = lu_pane_sub(pane, width, 0, pane.width - width, pane.height);
    draw_image(a, lu_pane_sub(pane, 0, 0, width, pane.height), at == 1, l);
    draw_jobs(a, lu_pane_sub(right, 0, 0, right.width, top), at == 0, 0, l);
    draw_charts(a, lu_work_below(right, top), at == 2, l);
}

enum { LIVE_TOP = 8, LIVE_CHARTS = 9 };

/* Jobs above, `height` rows of pictures with their words, below the charts beside each other. */
static void live_wide(lu_app *a, lu_pane pane, const lu_live *l, int at, int height)
{
    static void (*const charts[])(const lu_app *, lu_pane, const lu_live *) = {
        lu_work_live_loss, lu_work_live_rate, lu_work_live_neurons};
    static const char *const titles[] = {"Loss", "Yield", "Neurons"};
    int n = l->now.layer >= 0 ? 3 : 2;
    lu_pane below = lu_work_below(pane, LIVE_TOP + height);

    draw_jobs(a, lu_pane_sub(pane, 0, 0, pane.width, LIVE_TOP), at == 0, 44, l);
    draw_image(a, lu_pane_sub(pane, 0, LIVE_TOP, pane.width, height), at == 1, l);
    for (int i = 0; i < n; i++) {
        int from = below.width * i / n, to = below.width * (i + 1) / n;
        lu_pane box = lu_pane_sub(below, from, 0, to - from, below.height);

        charts[i](a, lu_work_inset(lu_work_box(a, box, at == 2, "%s", titles[i])), l);
    }
}

static void draw_live(lu_app *a, lu_pane pane, const lu_live *l)
{
    lu_work_room room = lu_work_room_of(pane);
    int at = a->focus % LIVE_PANES;
    int width = pane.width - 4, height = pane.height - LIVE_TOP - LIVE_CHARTS - 2;

    if (room == LU_WORK_ONE) {
        live_one(a, pane, l, at);
    } else if (room == LU_WORK_TWO || !lu_work_live_size(a, l, &width, &height)) {
        live_two(a, pane, l, at);
    } else {
        live_wide(a, pane, l, at, height + 2);
    }
}

/* --- layouts of what is stored; focus 0 jobs, 1 black box, 2 and on the layers of the white box
 * --- */

static int panes(const lu_app *a)
{
    return 2 + (a->look.whitebox.layers > 1 ? (int)a->look.whitebox.layers : 1);
}

static void draw_stored(lu_app *a, lu_pane pane)
{
    lu_work_room room = lu_work_room_of(pane);
    int at = a->focus % panes(a), step = at > 2 ? at - 2 : 0;
    int top = room == LU_WORK_TWO ? 9 : room == LU_WORK_FOUR ? 12 : 18;
    int left = pane.width * 9 / 20, list = room == LU_WORK_TWO ? 30 : 44;

    if (room == LU_WORK_ONE) {
        if (at == 0) {
            draw_jobs(a, pane, true, 0, NULL);
        } else if (at == 1) {
            draw_black(a, pane, true);
        } else {
            draw_white(a, pane, true, step);
        }
        return;
    }
    top = job_rows(a) == 0 ? 5 : top > pane.height / 2 ? pane.height / 2 : top;
    draw_jobs(a, lu_pane_sub(pane, 0, 0, pane.width, top), at == 0, list, NULL);
    draw_black(a, lu_pane_sub(pane, 0, top, left, pane.height - top), at == 1);
    draw_white(a, lu_pane_sub(pane, left, top, pane.width - left, pane.height - top), at > 1, step);
}

static void draw(lu_app *a, lu_pane pane)
{
    const lu_live *l = lu_work_live(a);

    if (l != NULL) {
        draw_live(a, pane, l);
    } else {
        draw_stored(a, pane);
    }
}

/* --- commands --- */

/* A job that waits is taken off the list; anything else is stopped as everywhere. */
static bool remove_waiting(lu_app *a)
{
    size_t n, at = lu_app_cursor(a);
    const lu_job_view *jobs = lu_work_jobs(a, &n);

    if (at >= n || jobs[at].state != LU_JOB_WAITING || !lu_jobs_remove(&a->jobs, jobs[at].id)) {
        return false;
    }
    lu_app_say(a, LU_INK_TEXT, "%s: taken off the list", jobs[at].title);
    return true;
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    int n = lu_work_live(a) != NULL ? LIVE_PANES : panes(a);

    switch (what) {
    case LU_DO_LEFT: a->focus = (a->focus + n - 1) % n; return true;
    case LU_DO_RIGHT: a->focus = (a->focus + 1) % n; return true;
    case LU_DO_TURN: turn = (turn + 1) % LU_PICTURES; return true;
    case LU_DO_CANCEL: return remove_waiting(a);
    case LU_DO_BACK:
        if (a->focus == 0) {
            return false;
        }
        a->focus = 0;
        return true;
    default: return lu_pictures_command(a, what, arguments);
    }
}

const lu_view lu_view_generate = {draw, job_rows, job_text, command};
