/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies over a screen: help, jobs, journal, the last error. */
#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>

void lu_overlay_open(lu_app *a, lu_overlay which)
{
    a->overlay = a->overlay == which ? LU_OVERLAY_NONE : which;
    memset(&a->overlay_list, 0, sizeof a->overlay_list);
    if (a->overlay == LU_OVERLAY_JOURNAL) {
        a->acts.len = 0;
        (void)lu_case_text(a->c, "acts", &a->acts); /* what cannot be read stays empty */
    }
}

/* --- help --- */

static bool fits(const lu_app *a, lu_do what)
{
    const lu_do_row *row = &lu_do_table[what];
    char line[256];

    snprintf(line, sizeof line, "%s %s %s", row->keys, row->name, row->help);
    return (row->screens & (1u << a->screen)) && lu_list_passes(&a->overlay_list, line);
}

size_t lu_help_count(const lu_app *a)
{
    size_t n = 0;

    for (int i = 0; i < LU_DOS; i++) {
        n += fits(a, (lu_do)i);
    }
    return n;
}

static bool is_everywhere(lu_do what)
{
    return lu_do_table[what].screens == (1u << LU_SCREENS) - 1;
}

/* The screen's own commands first. */
lu_do lu_help_row(const lu_app *a, size_t k)
{
    for (int everywhere = 0; everywhere < 2; everywhere++) {
        for (int i = 0; i < LU_DOS; i++) {
            if (is_everywhere((lu_do)i) == everywhere && fits(a, (lu_do)i) && k-- == 0) {
                return (lu_do)i;
            }
        }
    }
    return LU_DOS;
}

static void draw_help_row(lu_app *a, lu_pane pane, int y, lu_do what)
{
    const lu_do_row *row = &lu_do_table[what];
    bool refused = row->changes && a->options.readonly;
    lu_ink ink = refused ? LU_INK_DIM : LU_INK_TEXT;
    int keys = 13, names = pane.width < 100 ? pane.width / 5 : 34;
    int rest = pane.width - keys - names - 2;
    char name[96];

    snprintf(name, sizeof name, "%s %s", row->name, row->arguments);
    lu_pane_field(pane, 0, y, keys, row->keys, refused ? LU_INK_DIM : LU_INK_KEY, LU_ALIGN_LEFT);
    lu_pane_field(pane, keys + 1, y, names, name, ink, LU_ALIGN_LEFT);
    lu_pane_field(pane, keys + names + 2, y, rest, row->help, ink, LU_ALIGN_LEFT);
}

static void draw_help(lu_app *a, lu_pane pane)
{
    lu_list *l = &a->overlay_list;
    lu_pane rows = lu_pane_sub(pane, 0, 2, pane.width, pane.height - 2);

    lu_pane_print(pane, 0, 0, LU_INK_DIM, "type to search: %s", l->filter);
    lu_list_fit(l, lu_help_count(a), rows.height > 0 ? (size_t)rows.height : 0);
    for (int y = 0; y < rows.height; y++) {
        lu_do what = lu_help_row(a, l->top + (size_t)y);
        if (what == LU_DOS) {
            break;
        }
        draw_help_row(a, rows, y, what);
        if (l->top + (size_t)y == l->cursor) {
            lu_pane_paint(lu_pane_sub(rows, 0, y, rows.width, 1), LU_INK_PAPER, LU_ATTR_REVERSE);
            lu_app_cursor_at(a, rows, 0, y);
        }
    }
}

/* --- jobs --- */

static const char *state_word(lu_job_state s)
{
    static const char *const words[] = {"waiting", "running", "paused",
                                        "done",    "failed",  "stopped"};

    return words[s];
}

static void draw_job_row(lu_pane pane, int y, const lu_job_view *v)
{
    bool failed = v->state == LU_JOB_FAILED;
    const char *rest = failed ? v->error : v->state == LU_JOB_DONE ? "" : v->what;

    lu_pane_print(pane, 0, y, failed ? LU_INK_ERROR : LU_INK_TEXT, "%-8s %6.1f s  %s  %s",
                  state_word(v->state), v->seconds, v->title, rest);
}

static void draw_jobs(lu_app *a, lu_pane pane)
{
    lu_job_view jobs[LU_JOBS_MAX];
    size_t n = lu_jobs_list(&a->jobs, jobs, LU_JOBS_MAX);
    lu_list *l = &a->overlay_list;

    lu_list_fit(l, n, pane.height > 0 ? (size_t)pane.height : 0);
    for (int y = 0; y < pane.height && l->top + (size_t)y < n; y++) {
        draw_job_row(pane, y, &jobs[l->top + (size_t)y]);
        if (l->top + (size_t)y == l->cursor) {
            lu_pane_paint(lu_pane_sub(pane, 0, y, pane.width, 1), LU_INK_PAPER, LU_ATTR_REVERSE);
            lu_app_cursor_at(a, pane, 0, y);
        }
    }
    if (n == 0) {
        lu_pane_text(pane, 0, 0, "no job has run yet; r runs the stages", LU_INK_DIM);
    }
}

static size_t job_rows(const lu_app *a)
{
    lu_job_view jobs[LU_JOBS_MAX];

    return lu_jobs_list((lu_jobs *)(uintptr_t)&a->jobs, jobs, LU_JOBS_MAX);
}

void lu_overlay_cancel(lu_app *a)
{
    lu_job_view jobs[LU_JOBS_MAX];
    size_t n = lu_jobs_list(&a->jobs, jobs, LU_JOBS_MAX), at = a->overlay_list.cursor;
    const lu_job_view *v = at < n ? &jobs[at] : NULL;

    if (v != NULL && lu_jobs_remove(&a->jobs, v->id)) {
        lu_app_say(a, LU_INK_TEXT, "%s: taken off the list", v->title);
    } else if (v != NULL && (v->state == LU_JOB_RUNNING || v->state == LU_JOB_PAUSED)) {
        lu_jobs_cancel(&a->jobs);
        lu_app_say(a, LU_INK_WARNING, "stopping at the next safe place");
    } else {
        lu_app_say(a, LU_INK_DIM, "this one has ended");
    }
}

/* --- journal --- */

/* The next line of a text that passes the overlay's filter, cut to what a screen can show; false
   at the end. */
static bool next_line(const lu_app *a, const char **at, char *out, size_t size)
{
    while (**at) {
        size_t len = strcspn(*at, "\n");

        snprintf(out, size, "%.*s", (int)len, *at);
        *at += len + ((*at)[len] != '\0');
        if (lu_list_passes(&a->overlay_list, out)) {
            return true;
        }
    }
    return false;
}

static size_t count_lines(const lu_app *a, const lu_buf *text)
{
    const char *at = text->len > 0 ? (const char *)text->data : "";
    char line[LU_LINE_MAX];
    size_t n = 0;

    while (next_line(a, &at, line, sizeof line)) {
        n++;
    }
    return n;
}

/* Lines from the list's top on; long ones are cut at the edge. */
static void draw_lines(lu_app *a, lu_pane pane, const lu_buf *text)
{
    const char *at = (const char *)text->data;
    char line[LU_LINE_MAX];
    size_t skip;

    if (a->overlay_list.filter[0]) {
        lu_pane_print(pane, 0, 0, LU_INK_DIM, "filter: %s (Esc ends it)", a->overlay_list.filter);
        pane = lu_pane_sub(pane, 0, 1, pane.width, pane.height - 1);
    }
    lu_list_fit(&a->overlay_list, count_lines(a, text), pane.height > 0 ? (size_t)pane.height : 0);
    skip = a->overlay_list.top;
    for (int y = 0; y < pane.height && next_line(a, &at, line, sizeof line);) {
        if (skip > 0) {
            skip--;
        } else {
            lu_pane_text(pane, 0, y++, line, LU_INK_TEXT);
        }
    }
}

static void draw_journal(lu_app *a, lu_pane pane)
{
    if (a->acts.len > 0) {
        draw_lines(a, pane, &a->acts);
    } else {
        lu_pane_text(pane, 0, 0, "the journal cannot be read", LU_INK_ERROR);
    }
}

static void draw_output(lu_app *a, lu_pane pane)
{
    if (a->output.len > 0) {
        draw_lines(a, pane, &a->output);
    } else {
        lu_pane_text(pane, 0, 0, "it printed nothing", LU_INK_DIM);
    }
}

/* --- error --- */

static void draw_error(lu_app *a, lu_pane pane)
{
    const char *at = a->error[0] ? a->error : "there was no error";

    for (int y = 0; *at && y < pane.height && pane.width > 0; y++) {
        char line[512];
        size_t len = strlen(at), width = (size_t)pane.width;
        width = width < sizeof line - 1 ? width : sizeof line - 1;
        len = len < width ? len : width;
        snprintf(line, sizeof line, "%.*s", (int)len, at);
        lu_pane_text(pane, 0, y, line, LU_INK_TEXT);
        at += len;
    }
}

/* --- all --- */

size_t lu_overlay_rows(const lu_app *a)
{
    switch (a->overlay) {
    case LU_OVERLAY_HELP: return lu_help_count(a);
    case LU_OVERLAY_JOBS: return job_rows(a);
    case LU_OVERLAY_JOURNAL: return count_lines(a, &a->acts);
    case LU_OVERLAY_OUTPUT: return count_lines(a, &a->output);
    default: return 0;
    }
}

void lu_overlay_draw(lu_app *a, lu_pane pane)
{
    static const char *const titles[LU_OVERLAYS] = {
        "",
        "Help: commands of this screen (Enter runs, Esc closes)",
        "Jobs (x stops one or takes it off, p pauses, Esc closes)",
        "Journal (Esc closes)",
        "The last error",
        "What the command printed (Esc closes)",
        ""};
    static void (*const draws[LU_OVERLAYS])(lu_app *, lu_pane) = {
        NULL, draw_help, draw_jobs, draw_journal, draw_error, draw_output, NULL};
    int margin = pane.width >= 100 ? 6 : 0;
    lu_pane box = lu_pane_sub(pane, margin, 0, pane.width - 2 * margin, pane.height);

    if (a->overlay == LU_OVERLAY_TOUR) {
        lu_tour_draw(a, pane);
        return;
    }
    if (a->overlay == LU_OVERLAY_NONE) {
        return;
    }
    lu_pane_fill(box, ' ', LU_INK_TEXT);
    lu_pane_paint(box, LU_INK_PAPER, 0);
    draws[a->overlay](a, lu_pane_box(box, titles[a->overlay], LU_INK_FOCUS, a->options.glyphs));
}

lu_err lu_overlay_choose(lu_app *a)
{
    lu_do what = a->overlay == LU_OVERLAY_HELP ? lu_help_row(a, a->overlay_list.cursor) : LU_DOS;

    a->overlay = LU_OVERLAY_NONE;
    return what == LU_DOS ? LU_OK : lu_do_run(a, what, "");
}
