/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen 3: tests being made, what became of them, jobs. */
#include "tui/views/views.h"
#include "tui/views/work_case.h"
#include "tui/views/work_jobs.h"
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
static void draw_jobs(lu_app *a, lu_pane pane, bool focus, int list)
{
    char filter[LU_FILTER_MAX + 16];
    size_t n, at;
    const lu_job_view *jobs = lu_work_jobs(a, &n);
    lu_pane in = lu_work_box(a, pane, focus, "Jobs: %zu%s", n, lu_work_filter(a, filter));

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
        lu_work_job(a, in, &jobs[at]);
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

/* --- layouts; focus 0 jobs, 1 black box, 2 and on the layers of the white box --- */

static int panes(const lu_app *a)
{
    return 2 + (a->look.whitebox.layers > 1 ? (int)a->look.whitebox.layers : 1);
}

static void draw(lu_app *a, lu_pane pane)
{
    lu_work_room room = lu_work_room_of(pane);
    int at = a->focus % panes(a), step = at > 2 ? at - 2 : 0;
    int top = room == LU_WORK_TWO ? 9 : room == LU_WORK_FOUR ? 12 : 18;
    int left = pane.width * 9 / 20, list = room == LU_WORK_TWO ? 30 : 44;

    if (room == LU_WORK_ONE) {
        if (at == 0) {
            draw_jobs(a, pane, true, 0);
        } else if (at == 1) {
            draw_black(a, pane, true);
        } else {
            draw_white(a, pane, true, step);
        }
        return;
    }
    top = job_rows(a) == 0 ? 5 : top > pane.height / 2 ? pane.height / 2 : top;
    draw_jobs(a, lu_pane_sub(pane, 0, 0, pane.width, top), at == 0, list);
    draw_black(a, lu_pane_sub(pane, 0, top, left, pane.height - top), at == 1);
    draw_white(a, lu_pane_sub(pane, left, top, pane.width - left, pane.height - top), at > 1, step);
}

/* --- commands --- */

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    (void)arguments;
    switch (what) {
    case LU_DO_LEFT: a->focus = (a->focus + panes(a) - 1) % panes(a); return true;
    case LU_DO_RIGHT: a->focus = (a->focus + 1) % panes(a); return true;
    case LU_DO_BACK:
        if (a->focus == 0) {
            return false;
        }
        a->focus = 0;
        return true;
    default: return false;
    }
}

const lu_view lu_view_generate = {draw, job_rows, job_text, command};
