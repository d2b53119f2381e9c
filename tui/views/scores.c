/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 4 Scores: how each model stands against the thresholds, and apart from the negatives or not. */
#include "tui/views/model_charts.h"
#include "tui/views/views.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
    TWO_WIDTH = 76,
    TWO_HEIGHT = 17,
    WIDE_WIDTH = 116,
    THREE_WIDTH = 190,
    THREE_HEIGHT = 46,
    RADAR_BOX = 32,       /* LU_RADAR_WIDTH and the border */
    LARGE_RADAR_BOX = 46, /* 44 x 19 within: the best size for six axes */
    LARGE_RADAR_ROWS = 21,
    METRICS_ROWS = LU_METRIC_COUNT + 3,
    VERDICT_ROWS = 7,
    NARROW_VERDICT_ROWS = 10
};

/* What is drawn, in every pane of the screen. */
typedef struct shown {
    lu_app *a;
    const lu_result *r;
    const lu_model_result *m;
} shown;

/* --- panes --- */

static lu_pane box(const shown *s, lu_pane pane, const char *title, bool keys)
{
    return lu_pane_box(pane, title, keys ? LU_INK_FOCUS : LU_INK_BORDER, s->a->options.glyphs);
}

/* What the lines mean; the rows it takes at the bottom of the pane. */
static int legend(const shown *s, lu_pane pane, bool bars)
{
    char other[LU_NAME_MAX + 32], text[LU_NAME_MAX + 64];
    int room = pane.height - LU_RADAR_HEIGHT;
    int rows;

    lu_other_name(s->a, s->r, s->m, other, sizeof other);
    rows = room < 1 ? 0 : room < 2 || bars || other[0] == '\0' ? 1 : 2;
    pane = lu_pane_sub(pane, 0, pane.height - rows, pane.width, rows);
    lu_pane_text(pane, 0, 0, bars ? "beyond the middle (τ): copy" : "dotted ring: τ, outside: copy",
                 LU_INK_DIM);
    snprintf(text, sizeof text, "thin: %s", other);
    lu_pane_field(lu_pane_sub(pane, 0, 1, pane.width, 1), 0, 0, pane.width, text, LU_INK_DIM,
                  LU_ALIGN_LEFT);
    return rows;
}

static void radar(const shown *s, lu_pane pane)
{
    bool bars = lu_shows_bars(s->a, pane.width - 2, pane.height - 2, s->m);
    lu_pane in = box(s, pane, bars ? "Bars  s = τ/(τ+d)" : "Radar  s = τ/(τ+d)", false);
    int rows = legend(s, in, bars);

    lu_put_radar(s->a, lu_pane_sub(in, 0, 0, in.width, in.height - rows), s->r, s->m);
}

static void metrics(const shown *s, lu_pane pane)
{
    char title[LU_NAME_MAX + 32];

    snprintf(title, sizeof title, "Metrics of %s", s->m->name);
    lu_put_metrics(s->a, box(s, pane, title, false), s->r, s->m);
}

static void models(const shown *s, lu_pane pane)
{
    lu_list *l = &s->a->list[LU_SCREEN_SCORES];
    char title[LU_FILTER_MAX + 64];

    snprintf(title, sizeof title, "Models%s%s%s", l->filter[0] ? "  /" : "", l->filter,
             s->a->stale ? "  (stale: parameters changed, r runs)" : "");
    lu_put_models(s->a, box(s, pane, title, true), s->r, s->m, l);
}

static void strips(const shown *s, lu_pane pane)
{
    lu_put_strips(s->a, box(s, pane, "Distances: negatives, LB, τ, this model", false), s->r, s->m);
}

static void strip(const shown *s, lu_pane pane)
{
    lu_metric k = lu_metric_at(s->a);
    char title[64];

    snprintf(title, sizeof title, "Negatives and %s by %s", lu_role_name(s->m->role),
             lu_metrics[k].name);
    lu_put_strip(s->a, box(s, pane, title, false), s->r, s->m, k);
}

static void hist(const shown *s, lu_pane pane)
{
    lu_metric k = lu_metric_at(s->a);
    char title[64];

    snprintf(title, sizeof title, "Histogram of %s: negatives", lu_metrics[k].name);
    lu_put_hist(s->a, box(s, pane, title, false), s->r, s->m, k);
}

static void roc(const shown *s, lu_pane pane)
{
    lu_metric k = lu_metric_at(s->a);
    char title[64];

    snprintf(title, sizeof title, "ROC of %s: positives, negatives", lu_metrics[k].name);
    lu_put_roc(s->a, box(s, pane, title, false), s->r, k);
}

static void verdict(const shown *s, lu_pane pane)
{
    lu_put_verdict_box(box(s, pane, "Verdict", false), s->r, s->m);
}

/* --- layouts, by what fits --- */

/* One pane at a time; Tab goes on. */
static void draw_one(const shown *s, lu_pane pane)
{
    static void (*const panes[])(const shown *, lu_pane) = {models, metrics, radar,
                                                            strips, hist,    roc};
    size_t at = (size_t)s->a->focus % (sizeof panes / sizeof *panes);
    lu_pane above = lu_pane_sub(pane, 0, 0, pane.width, pane.height - 1);

    panes[at](s, above);
    lu_put_verdict_box(lu_pane_sub(pane, 1, pane.height - 1, pane.width - 1, 1), s->r, s->m);
}

/* The chart on the left, Tab changes it; metrics and models on the right, the verdict in a line. */
static void draw_two(const shown *s, lu_pane pane)
{
    static void (*const charts[])(const shown *, lu_pane) = {radar, strips, hist, roc};
    size_t at = (size_t)s->a->focus % (sizeof charts / sizeof *charts);
    int height = pane.height - 1;
    int right = pane.width - RADAR_BOX;

    charts[at](s, lu_pane_sub(pane, 0, 0, RADAR_BOX, height));
    metrics(s, lu_pane_sub(pane, RADAR_BOX, 0, right, METRICS_ROWS));
    models(s, lu_pane_sub(pane, RADAR_BOX, METRICS_ROWS, right, height - METRICS_ROWS));
    lu_put_verdict_box(lu_pane_sub(pane, 1, height, pane.width - 1, 1), s->r, s->m);
}

static void draw_wide(const shown *s, lu_pane pane)
{
    static void (*const charts[])(const shown *, lu_pane) = {hist, roc, strips};
    int left = LARGE_RADAR_BOX;
    int right = pane.width - left;
    bool low = pane.height >= LARGE_RADAR_ROWS + 9;
    int radar_rows = low ? LARGE_RADAR_ROWS : pane.height;

    radar(s, lu_pane_sub(pane, 0, 0, left, radar_rows));
    charts[(size_t)s->a->focus % 3](
        s, lu_pane_sub(pane, 0, radar_rows, left, pane.height - radar_rows));
    metrics(s, lu_pane_sub(pane, left, 0, right, METRICS_ROWS));
    models(s,
           lu_pane_sub(pane, left, METRICS_ROWS, right, pane.height - METRICS_ROWS - VERDICT_ROWS));
    verdict(s, lu_pane_sub(pane, left, pane.height - VERDICT_ROWS, right, VERDICT_ROWS));
}

static void draw_three(const shown *s, lu_pane pane)
{
    enum { LEFT = 60, RIGHT = 72, RADAR_ROWS = 31, STRIP_ROWS = 4 * LU_METRIC_COUNT + 2 };
    int middle = pane.width - LEFT - RIGHT;
    int below = METRICS_ROWS + STRIP_ROWS;

    radar(s, lu_pane_sub(pane, 0, 0, LEFT, RADAR_ROWS));
    verdict(s, lu_pane_sub(pane, 0, RADAR_ROWS, LEFT, NARROW_VERDICT_ROWS));
    strip(s, lu_pane_sub(pane, 0, RADAR_ROWS + NARROW_VERDICT_ROWS, LEFT,
                         pane.height - RADAR_ROWS - NARROW_VERDICT_ROWS));
    metrics(s, lu_pane_sub(pane, LEFT, 0, middle, METRICS_ROWS));
    strips(s, lu_pane_sub(pane, LEFT, METRICS_ROWS, middle, STRIP_ROWS));
    roc(s, lu_pane_sub(pane, LEFT, below, middle, pane.height - below));
    models(s, lu_pane_sub(pane, LEFT + middle, 0, RIGHT, pane.height));
}

static void draw(lu_app *a, lu_pane pane)
{
    shown s = {a, &a->look.result, NULL};

    if (!lu_models_scored(a)) {
        lu_models_missing(
            a, box(&s, pane, "Scores", false),
            "Nothing is scored yet: no distances between the victim and other models.");
        return;
    }
    lu_models_follow(a);
    s.m = lu_app_suspect(a);
    if (pane.width < TWO_WIDTH || pane.height < TWO_HEIGHT) {
        draw_one(&s, pane);
    } else if (pane.width < WIDE_WIDTH || pane.height < METRICS_ROWS + VERDICT_ROWS + 6) {
        draw_two(&s, pane);
    } else if (pane.width < THREE_WIDTH || pane.height < THREE_HEIGHT) {
        draw_wide(&s, pane);
    } else {
        draw_three(&s, pane);
    }
}

/* --- the list --- */

static size_t rows(const lu_app *a)
{
    return lu_models_scored(a) ? a->look.result.models : 0;
}

static void row_text(const lu_app *a, size_t row, char *out, size_t size)
{
    const lu_model_result *m = &a->look.result.model[row];

    snprintf(out, size, "%s %s %s", m->name, lu_role_name(m->role),
             lu_verdict_name(m->judgement.verdict));
}

/* --- commands --- */

/* Round: the negatives' median, then every model but the one looked at. */
static void compare_next(lu_app *a)
{
    const lu_result *r = &a->look.result;
    size_t at = lu_models_at(a);
    size_t next = 0;

    if (lu_app_compare(a) != NULL) {
        next = (size_t)(lu_app_compare(a) - r->model) + 1;
    }
    next += next == at;
    if (next < r->models) {
        snprintf(a->compare, sizeof a->compare, "%s", r->model[next].name);
    } else {
        a->compare[0] = '\0';
    }
}

static void compare(lu_app *a, const char *name)
{
    if (!lu_models_scored(a)) {
        lu_app_say(a, LU_INK_DIM, "there are no scores to compare yet");
        return;
    }
    if (name[0] == '\0') {
        compare_next(a);
    } else {
        snprintf(a->compare, sizeof a->compare, "%s", strcmp(name, "median") == 0 ? "" : name);
        if (a->compare[0] && lu_app_compare(a) == NULL) {
            a->compare[0] = '\0';
            lu_app_say(a, LU_INK_WARNING, "there are no scores of a model '%.64s'", name);
            return;
        }
    }
    lu_app_say(a, LU_INK_TEXT, "compared with %s",
               a->compare[0] ? a->compare : "the negatives' median");
}

static void row_words(const void *context, size_t row, char *out, size_t size)
{
    row_text(context, row, out, size);
}

static void move(lu_app *a, lu_do what)
{
    lu_list *l = &a->list[LU_SCREEN_SCORES];
    long page = l->height > 1 ? (long)l->height - 1 : 1;
    long by = what == LU_DO_UP          ? -1
              : what == LU_DO_DOWN      ? 1
              : what == LU_DO_PAGE_UP   ? -page
              : what == LU_DO_PAGE_DOWN ? page
              : what == LU_DO_TOP       ? LONG_MIN
                                        : LONG_MAX;

    lu_models_follow(a);
    lu_list_move(l, by, lu_list_count(l, rows(a), row_words, a));
    lu_models_follow(a);
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_LEFT:
    case LU_DO_RIGHT: lu_metric_step(a, what == LU_DO_LEFT ? -1 : 1); return true;
    case LU_DO_BARS: a->bars = !a->bars; return true;
    case LU_DO_COMPARE: compare(a, arguments); return true;
    case LU_DO_DETAIL: (void)lu_app_command(a, "goto judgement"); return true;
    case LU_DO_UP:
    case LU_DO_DOWN:
    case LU_DO_PAGE_UP:
    case LU_DO_PAGE_DOWN:
    case LU_DO_TOP:
    case LU_DO_BOTTOM: move(a, what); return true;
    default: return lu_models_command(a, what, arguments);
    }
}

const lu_view lu_view_scores = {draw, rows, row_text, command};
