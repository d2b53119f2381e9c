/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of metrics and of models, the verdict in words. */
#include "tui/views/model_charts.h"

#include <math.h>
#include <stdio.h>

/* --- metrics --- */

enum {
    NAME_AT = 1,
    NUMBER = 8,
    VALUE_AT = 6,
    TAU_AT = VALUE_AT + NUMBER,
    SHARE_AT = TAU_AT + NUMBER,
    OTHER_AT = SHARE_AT + 5,
    OTHER_WIDE = 14,
    ROOMY = 62,
    VOTE_COLUMNS = 9,
    STRIP_MIN = 12
};

/* The column of what it is compared with is wider where there is room for a name. */
static int other_columns(lu_pane pane)
{
    return pane.width >= ROOMY ? OTHER_WIDE : NUMBER;
}

static int vote_at(lu_pane pane)
{
    return OTHER_AT + other_columns(pane) + 1;
}

static int strip_at(lu_pane pane)
{
    return vote_at(pane) + VOTE_COLUMNS + 1;
}

static void metrics_head(const lu_app *a, lu_pane pane, const lu_result *r,
                         const lu_model_result *m)
{
    const lu_model_result *other = lu_other_model(a, r);

    lu_pane_field(pane, VALUE_AT, 0, NUMBER, "d", LU_INK_HEADER, LU_ALIGN_RIGHT);
    lu_pane_field(pane, TAU_AT, 0, NUMBER, "τ", LU_INK_HEADER, LU_ALIGN_RIGHT);
    lu_pane_field(pane, SHARE_AT, 0, 5, "s", LU_INK_HEADER, LU_ALIGN_RIGHT);
    if (other != m) {
        lu_pane_field(pane, OTHER_AT + 1, 0, other_columns(pane) - 1,
                      other ? other->name : "median", LU_INK_HEADER, LU_ALIGN_RIGHT);
    }
    lu_pane_text(pane, vote_at(pane), 0, "vote", LU_INK_HEADER);
    if (pane.width >= strip_at(pane) + STRIP_MIN) {
        lu_pane_field(pane, strip_at(pane), 0, pane.width, "negatives, τ, model", LU_INK_HEADER,
                      LU_ALIGN_LEFT);
    }
}

static void metrics_row(const lu_app *a, lu_pane row, const lu_result *r, const lu_model_result *m,
                        int metric, const lu_reading *reading)
{
    const lu_vote *vote = &m->judgement.vote[metric];
    const lu_threshold *t = &m->judgement.threshold[metric];
    double s = lu_similarity(reading->value, reading->tau);
    char text[LU_NUMBER_MAX];

    lu_pane_text(row, NAME_AT, 0, lu_metrics[metric].name, LU_INK_TEXT);
    lu_put_number(row, VALUE_AT, 0, NUMBER, vote->value, LU_INK_TEXT);
    lu_put_number(row, TAU_AT, 0, NUMBER, t->tau, t->usable ? LU_INK_THRESHOLD : LU_INK_DIM);
    lu_pane_field(row, SHARE_AT, 0, 5, isnan(s) ? "n/a" : lu_number_share(s, text),
                  isnan(s) ? LU_INK_DIM : LU_INK_TEXT, LU_ALIGN_RIGHT);
    lu_put_number(row, OTHER_AT, 0, other_columns(row), reading->other, LU_INK_DIM);
    lu_put_vote(row, vote_at(row), 0, vote);
    if (row.width >= strip_at(row) + STRIP_MIN) {
        lu_put_strip(a, lu_pane_sub(row, strip_at(row), 0, row.width, 1), r, m, (lu_metric)metric);
    }
}

void lu_put_metrics(lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m)
{
    lu_reading readings[LU_METRIC_COUNT];
    lu_metric at = lu_metric_at(a);

    lu_readings_beside(a, r, m, readings);
    metrics_head(a, pane, r, m);
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        lu_pane row = lu_pane_sub(pane, 0, k + 1, pane.width, 1);

        metrics_row(a, row, r, m, k, &readings[k]);
        if (k == (int)at) {
            lu_pane_put(row, 0, 0, 0x25b8, LU_INK_FOCUS);
        }
    }
}

/* --- models --- */

enum {
    MODEL_NAME = 14,
    ROLE_AT = 16,
    VERDICT_AT = 26,
    VOTES_AT = 39,
    P_AT = 44,
    ACCURACY_AT = 52,
    AGREE_AT = 61,
    METRICS_AT = 70,
    METRIC_COLUMNS = 9
};

static bool room_for_metric(lu_pane pane, int metric)
{
    return pane.width >= METRICS_AT + (metric + 1) * METRIC_COLUMNS;
}

static void models_head(lu_pane row)
{
    lu_pane_text(row, 1, 0, "model", LU_INK_HEADER);
    lu_pane_text(row, ROLE_AT, 0, "role", LU_INK_HEADER);
    lu_pane_text(row, VERDICT_AT, 0, "verdict", LU_INK_HEADER);
    lu_pane_text(row, VOTES_AT, 0, "votes", LU_INK_HEADER);
    if (row.width >= METRICS_AT) {
        lu_pane_text(row, P_AT + 2, 0, "p_copy", LU_INK_HEADER);
        lu_pane_text(row, ACCURACY_AT + 1, 0, "correct", LU_INK_HEADER);
        lu_pane_text(row, AGREE_AT + 1, 0, "as victim", LU_INK_HEADER);
    }
    for (int k = 0; k < LU_METRIC_COUNT && room_for_metric(row, k); k++) {
        lu_pane_field(row, METRICS_AT + k * METRIC_COLUMNS, 0, METRIC_COLUMNS, lu_metrics[k].name,
                      LU_INK_HEADER, LU_ALIGN_RIGHT);
    }
}

static void put_share(lu_pane row, int x, int width, double share)
{
    char text[LU_NUMBER_MAX + 2] = "-";

    if (!isnan(share)) {
        char number[LU_NUMBER_MAX];
        snprintf(text, sizeof text, "%s %%", lu_number_fixed(100 * share, 1, number));
    }
    lu_pane_field(row, x, 0, width, text, isnan(share) ? LU_INK_DIM : LU_INK_TEXT, LU_ALIGN_RIGHT);
}

static const char *share_text(double share, char out[LU_NUMBER_MAX])
{
    return isnan(share) ? "-" : lu_number_fixed(share, 3, out);
}

static void models_row(lu_pane row, const lu_model_result *m)
{
    const lu_judgement *j = &m->judgement;
    char number[LU_NUMBER_MAX];

    lu_pane_field(row, 1, 0, MODEL_NAME, m->name, LU_INK_TEXT, LU_ALIGN_LEFT);
    lu_pane_text(row, ROLE_AT, 0, lu_role_name(m->role), lu_role_ink(m->role));
    lu_put_verdict(row, VERDICT_AT, 0, j->verdict);
    lu_pane_print(row, VOTES_AT, 0, LU_INK_TEXT, "%zu/%zu", j->votes, j->of);
    if (m->finding[0]) {
        lu_pane_put(row, VOTES_AT + 4, 0, '!', LU_INK_ERROR);
    }
    if (row.width >= METRICS_AT) {
        lu_pane_field(row, P_AT, 0, NUMBER, share_text(j->p_copy, number), LU_INK_TEXT,
                      LU_ALIGN_RIGHT);
        put_share(row, ACCURACY_AT, 8, m->accuracy);
        put_share(row, AGREE_AT, 8, m->agreement);
    }
    for (int k = 0; k < LU_METRIC_COUNT && room_for_metric(row, k); k++) {
        int x = METRICS_AT + k * METRIC_COLUMNS;

        lu_put_number(row, x, 0, METRIC_COLUMNS, j->vote[k].value,
                      lu_side_ink(lu_vote_side(&j->vote[k])));
        if (j->vote[k].cast && j->vote[k].copy) {
            lu_pane_put(row, x + METRIC_COLUMNS, 0, '*', LU_INK_COPY);
        }
    }
}

/* The k-th row of the list as a model, SIZE_MAX below the last. */
static size_t model_row(const lu_app *a, const lu_result *r, const lu_list *list, size_t k)
{
    if (list != NULL) {
        return lu_app_row(a, k);
    }
    return k < r->models ? k : SIZE_MAX;
}

static size_t count_rows(const lu_app *a, const lu_result *r, const lu_list *list)
{
    size_t n = 0;

    while (model_row(a, r, list, n) != SIZE_MAX) {
        n++;
    }
    return n;
}

/* Where a list of all begins so that m is in sight. */
static size_t first_row(const lu_result *r, const lu_model_result *m, size_t height)
{
    size_t at = (size_t)(m - r->model);

    return at < height || height == 0 ? 0 : at - height + 1;
}

void lu_put_models(lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m,
                   lu_list *list)
{
    int head = pane.height >= 6;
    lu_pane rows = lu_pane_sub(pane, 0, head, pane.width, pane.height - head);
    size_t height = (size_t)rows.height;
    size_t top = first_row(r, m, height);
    size_t i;

    if (head) {
        models_head(lu_pane_sub(pane, 0, 0, pane.width, 1));
    }
    if (list != NULL) {
        lu_list_fit(list, count_rows(a, r, list), height);
        top = list->top;
    }
    for (int y = 0; y < rows.height; y++) {
        lu_pane row = lu_pane_sub(rows, 0, y, rows.width, 1);

        i = model_row(a, r, list, top + (size_t)y);
        if (i >= r->models) {
            break;
        }
        models_row(row, &r->model[i]);
        if (list != NULL) {
            lu_put_cursor(a, row, top + (size_t)y == list->cursor);
        } else if (&r->model[i] == m) {
            lu_pane_put(row, 0, 0, 0x25b8, LU_INK_FOCUS);
        }
    }
}

/* --- verdict --- */

static void basis_text(const lu_result *r, char *out, size_t size)
{
    int len = 0;

    out[0] = '\0';
    if (r->has_blackbox) {
        len = snprintf(out, size, "%zu black-box tests by %s", r->blackbox.yield.kept,
                       r->blackbox.method);
    }
    if (r->has_whitebox && len >= 0 && (size_t)len < size) {
        snprintf(out + len, size - (size_t)len, "%s%zu white-box tests of %zu neurons",
                 len ? ", " : "", r->whitebox.n, r->whitebox.neurons);
    }
}

int lu_put_verdict_box(lu_pane pane, const lu_result *r, const lu_model_result *m)
{
    char text[512], controls[128], basis[160], number[LU_NUMBER_MAX];
    int x = lu_put_verdict(pane, 0, 0, m->judgement.verdict);
    int y;

    lu_pane_paint(lu_pane_sub(pane, 0, 0, x, 1), LU_INK_PAPER, LU_ATTR_BOLD);
    x +=
        2 + lu_pane_print(pane, x + 2, 0, LU_INK_TEXT, "%s (%s)  ", m->name, lu_role_name(m->role));
    if (pane.height == 1 && m->judgement.verdict == LU_UNDECIDED) { /* no room below for why */
        lu_pane_field(pane, x, 0, pane.width - x, m->judgement.reason, LU_INK_TEXT, LU_ALIGN_LEFT);
        return 1;
    }
    lu_pane_print(pane, x, 0, LU_INK_TEXT, "votes %zu of %zu  p_copy %s", m->judgement.votes,
                  m->judgement.of, share_text(m->judgement.p_copy, number));
    lu_verdict_text(m, text, sizeof text);
    y = lu_put_paragraph(pane, 1, text, LU_INK_TEXT);
    lu_controls_text(r, controls, sizeof controls);
    basis_text(r, basis, sizeof basis);
    snprintf(text, sizeof text, "%s%s%s%s", controls[0] ? "Controls: " : "", controls,
             controls[0] ? ". " : "", basis);
    return lu_put_paragraph(pane, y, text, LU_INK_DIM);
}
