/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 6 Judgement: thresholds, votes, the verdict and its reasons; other settings can be tried. */
#include "tui/views/model_charts.h"
#include "tui/views/model_trial.h"
#include "tui/views/views.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    TABLE_ROWS = LU_METRIC_COUNT + 3,
    STRIPS_ROWS = LU_METRIC_COUNT + 2,
    VERDICT_ROWS = 6,
    TALL = 26,
    WIDE = 116,
    SETTINGS_ROWS = 9,
    SETTINGS_COLUMNS = 50,
    HIST_ROWS = 14
};

static lu_pane box(const lu_app *a, lu_pane pane, const char *title, bool keys)
{
    return lu_pane_box(pane, title, keys ? LU_INK_FOCUS : LU_INK_BORDER, a->options.glyphs);
}

/* --- the table --- */

/* A column: its width, whether a narrow pane has it, its number for one metric. */
typedef struct column {
    const char *title;
    int width;
    bool always;
    double (*value)(const lu_threshold *t, const lu_vote *v);
} column;

static double value_of(const lu_threshold *t, const lu_vote *v)
{
    (void)t;
    return v->value;
}

static double mean_of(const lu_threshold *t, const lu_vote *v)
{
    (void)v;
    return t->mean;
}

static double sd_of(const lu_threshold *t, const lu_vote *v)
{
    (void)v;
    return t->sd;
}

static double lb_of(const lu_threshold *t, const lu_vote *v)
{
    (void)v;
    return t->lb;
}

static double tau_of(const lu_threshold *t, const lu_vote *v)
{
    (void)v;
    return t->tau;
}

static double margin_of(const lu_threshold *t, const lu_vote *v)
{
    (void)t;
    return v->margin;
}

static double alpha_of(const lu_threshold *t, const lu_vote *v)
{
    (void)v;
    return t->alpha;
}

static const column columns[] = {
    {"d", 8, true, value_of},       {"mean", 8, false, mean_of}, {"sd", 8, false, sd_of},
    {"LB", 8, true, lb_of},         {"α", 7, true, alpha_of},    {"τ", 8, true, tau_of},
    {"margin", 9, true, margin_of},
};

enum { NAME_COLUMNS = 6, COUNT_COLUMNS = 4, FULL = 78, REASON_AT = 77 };

static int put_columns(lu_pane row, const lu_threshold *t, const lu_vote *v)
{
    bool full = row.width >= FULL - 2;
    int x = NAME_COLUMNS;

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const column *c = &columns[i];

        if (!full && !c->always) {
            continue;
        }
        if (t == NULL) {
            lu_pane_field(row, x, 0, c->width, c->title, LU_INK_HEADER, LU_ALIGN_RIGHT);
        } else {
            lu_put_number(row, x, 0, c->width, c->value(t, v), LU_INK_TEXT);
        }
        x += c->width;
        if (i == 0 && full && t == NULL) {
            lu_pane_field(row, x, 0, COUNT_COLUMNS, "n", LU_INK_HEADER, LU_ALIGN_RIGHT);
        } else if (i == 0 && full) {
            char n[24];
            snprintf(n, sizeof n, "%zu", t->n);
            lu_pane_field(row, x, 0, COUNT_COLUMNS, n, LU_INK_TEXT, LU_ALIGN_RIGHT);
        }
        x += i == 0 && full ? COUNT_COLUMNS : 0;
    }
    return x + 1;
}

static void put_table(lu_app *a, lu_pane pane, const lu_model_result *m)
{
    const lu_judgement *j = &m->judgement;
    lu_metric at = lu_metric_at(a);
    int x = put_columns(lu_pane_sub(pane, 0, 0, pane.width, 1), NULL, NULL);

    lu_pane_text(pane, x, 0, "vote", LU_INK_HEADER);
    a->list[LU_SCREEN_JUDGEMENT].height = LU_METRIC_COUNT;
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        lu_pane row = lu_pane_sub(pane, 0, k + 1, pane.width, 1);

        lu_pane_text(row, 1, 0, lu_metrics[k].name, LU_INK_TEXT);
        put_columns(row, &j->threshold[k], &j->vote[k]);
        lu_put_vote(row, x, 0, &j->vote[k]);
        if (j->vote[k].reason != NULL && pane.width > REASON_AT + 8) {
            lu_pane_text(row, x + 11, 0, j->vote[k].reason, LU_INK_DIM);
        }
        lu_put_cursor(a, row, k == (int)at);
    }
}

/* --- settings --- */

static void put_setting(const lu_app *a, lu_pane row, const lu_param_row *param)
{
    char own[LU_WORD_MAX], tried[LU_WORD_MAX];
    bool other;

    lu_params_text(&a->c->params, param, own);
    lu_params_text(&a->trial, param, tried);
    other = strcmp(own, tried) != 0;
    lu_pane_field(row, 0, 0, 18, param->key, LU_INK_TEXT, LU_ALIGN_LEFT);
    lu_pane_field(row, 18, 0, 16, tried, other ? LU_INK_WARNING : LU_INK_TEXT, LU_ALIGN_LEFT);
    if (other) {
        lu_pane_print(row, 35, 0, LU_INK_DIM, "case: %s", own);
    }
}

static void put_settings(const lu_app *a, lu_pane pane)
{
    int y = 0;

    for (size_t i = 0; i < lu_param_count; i++) {
        if (strncmp(lu_param_table[i].key, "judge.", 6) == 0) {
            put_setting(a, lu_pane_sub(pane, 0, y++, pane.width, 1), &lu_param_table[i]);
        }
    }
    lu_pane_text(pane, 0, y, "Left, Right: α by 0.05  Enter: vote on, off", LU_INK_DIM);
    lu_pane_text(pane, 0, y + 1, "t: any judge.*  =: back to the case's own", LU_INK_DIM);
}

/* What the numbers on the screen are judged by. */
/* Were suspect and settings kept apart, as evidence wants it? */
static void own_settings(const lu_app *a, lu_pane row, const lu_model_result *m)
{
    size_t tried = m->exploratory + a->trials;
    int x = lu_pane_print(row, 1, 0, LU_INK_DIM, "The case's own settings%s%.19s",
                          a->c->sealed ? ", sealed " : ", not sealed",
                          a->c->sealed ? a->c->sealed_at : "");

    if (a->c->sealed && m->role == LU_ROLE_SUSPECT) {
        x += lu_pane_text(row, x + 1, 0,
                          m->early ? " (AFTER it was tested)" : " (before it was tested)",
                          m->early ? LU_INK_WARNING : LU_INK_DIM);
    }
    if (tried > 0) {
        lu_pane_print(row, x + 1, 0, LU_INK_DIM, "  (%zu others tried)", tried);
    }
}

static void put_banner(const lu_app *a, lu_pane row)
{
    const lu_model_result *m = lu_app_suspect(a);
    const lu_controls *controls = &a->look.result.controls;
    char tried[256];
    int x;

    if (!lu_trial_on(a) && a->look.result.reached == LU_STAGE_JUDGEMENT &&
        controls->reason != NULL) {
        x = lu_pane_text(row, 1, 0, "INVALID RUN: ", LU_INK_ERROR);
        lu_pane_field(row, 1 + x, 0, row.width - x - 1, controls->reason, LU_INK_ERROR,
                      LU_ALIGN_LEFT);
        return;
    }
    if (!lu_trial_on(a)) {
        own_settings(a, row, m);
        return;
    }
    x = 1 + lu_pane_print(row, 1, 0, LU_INK_WARNING, "TRIAL: not the case's settings (%zu tried)%s",
                          m->exploratory + a->trials, row.width < WIDE ? "" : "  =: back to them");
    lu_pane_text(row, x + 2, 0, "case: ", LU_INK_DIM);
    x += 8 + lu_put_verdict(row, x + 8, 0, m->judgement.verdict);
    lu_trial_text(a, tried, sizeof tried);
    lu_pane_field(row, x + 2, 0, row.width - x - 2, tried, LU_INK_WARNING, LU_ALIGN_LEFT);
}

/* --- layouts --- */

/* What is drawn, in every pane of the screen. */
typedef struct shown {
    lu_app *a;
    const lu_result *r;
    const lu_model_result *m;
} shown;

static void table(const shown *s, lu_pane pane)
{
    char title[LU_NAME_MAX + 48];

    snprintf(title, sizeof title, "Thresholds and votes: %s", s->m->name);
    put_table(s->a, box(s->a, pane, title, true), s->m);
}

/* All strips, or with little room the one of the metric looked at. */
static void strips(const shown *s, lu_pane pane)
{
    if (pane.height >= STRIPS_ROWS) {
        lu_put_strips(s->a, box(s->a, pane, "Negatives, LB, τ, this model", false), s->r, s->m);
    } else {
        lu_put_strip(s->a, lu_pane_sub(pane, 1, 0, pane.width - 2, pane.height), s->r, s->m,
                     lu_metric_at(s->a));
    }
}

static void side(const shown *s, lu_pane pane)
{
    lu_metric k = lu_metric_at(s->a);
    int hist = pane.height >= SETTINGS_ROWS + HIST_ROWS + 8 ? HIST_ROWS : 0;
    int left = pane.height - SETTINGS_ROWS - hist;
    char title[64];

    put_settings(s->a,
                 box(s->a, lu_pane_sub(pane, 0, 0, pane.width, SETTINGS_ROWS), "Settings", false));
    if (hist) {
        snprintf(title, sizeof title, "Histogram of %s: negatives", lu_metrics[k].name);
        lu_put_hist(s->a,
                    box(s->a, lu_pane_sub(pane, 0, SETTINGS_ROWS, pane.width, hist), title, false),
                    s->r, s->m, k);
    }
    lu_put_models(s->a,
                  box(s->a, lu_pane_sub(pane, 0, SETTINGS_ROWS + hist, pane.width, left),
                      lu_trial_on(s->a) ? "All models, by the trial" : "All models", false),
                  s->r, s->m, NULL);
}

static void draw_small(const shown *s, lu_pane pane)
{
    int tall = pane.height >= TALL ? VERDICT_ROWS : 1;
    lu_pane verdict = lu_pane_sub(pane, 0, 1, pane.width, tall);

    if (tall > 1) {
        lu_put_verdict_box(box(s->a, verdict, "Verdict", false), s->r, s->m);
    } else {
        lu_put_verdict_box(lu_pane_sub(verdict, 1, 0, pane.width, 1), s->r, s->m);
    }
    table(s, lu_pane_sub(pane, 0, 1 + tall, pane.width, TABLE_ROWS));
    strips(s, lu_pane_sub(pane, 0, 1 + tall + TABLE_ROWS, pane.width,
                          pane.height - 1 - tall - TABLE_ROWS));
}

static void draw_large(const shown *s, lu_pane pane)
{
    int right = pane.width >= 190 ? pane.width * 2 / 5 : SETTINGS_COLUMNS;
    int left = pane.width - right;
    int top = 1 + VERDICT_ROWS;
    lu_pane below = lu_pane_sub(pane, 0, top, pane.width, pane.height - top);

    lu_put_verdict_box(
        box(s->a, lu_pane_sub(pane, 0, 1, pane.width, VERDICT_ROWS), "Verdict", false), s->r, s->m);
    if (pane.width >= 190) {
        table(s, lu_pane_sub(below, 0, 0, left, TABLE_ROWS));
        strips(s, lu_pane_sub(below, 0, TABLE_ROWS, left, below.height - TABLE_ROWS));
        side(s, lu_pane_sub(below, left, 0, right, below.height));
    } else {
        table(s, lu_pane_sub(below, 0, 0, pane.width, TABLE_ROWS));
        below = lu_pane_sub(below, 0, TABLE_ROWS, pane.width, below.height - TABLE_ROWS);
        strips(s, lu_pane_sub(below, 0, 0, left, below.height));
        side(s, lu_pane_sub(below, left, 0, right, below.height));
    }
}

static void draw(lu_app *a, lu_pane pane)
{
    shown s = {.a = a};
    size_t at = lu_models_at(a);

    if (!lu_models_scored(a) || at == SIZE_MAX) {
        lu_models_missing(a, box(a, pane, "Judgement", false),
                          "Nothing is judged yet: there are no scores to hold against thresholds.");
        return;
    }
    s.r = lu_trial_result(a);
    s.m = &s.r->model[at];
    put_banner(a, lu_pane_sub(pane, 0, 0, pane.width, 1));
    if (pane.width >= WIDE && pane.height >= TALL) {
        draw_large(&s, pane);
    } else {
        draw_small(&s, pane);
    }
}

/* --- list and commands --- */

static size_t rows(const lu_app *a)
{
    (void)a;
    return LU_METRIC_COUNT;
}

static void row_text(const lu_app *a, size_t row, char *out, size_t size)
{
    (void)a;
    snprintf(out, size, "%s %s", lu_metrics[row].name,
             lu_metrics[row].white_box ? "white box" : "black box");
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    return lu_trial_command(a, what, arguments) || lu_models_command(a, what, arguments);
}

const lu_view lu_view_judgement = {draw, rows, row_text, command};
