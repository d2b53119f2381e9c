/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/zoo_study.h"

#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>

enum {
    CELL = 80,
    SPREAD_WIDTH = 14,
    COLUMNS_MAX = LU_METRIC_COUNT + 3,
    FIRST_WHITE = LU_METRIC_NOD
};

/* --- tables: cells of text, row by row --- */

typedef struct sheet {
    lu_column column[COLUMNS_MAX];
    size_t columns, rows;
    char (*cell)[CELL];
    const char **text;
    lu_ink *ink;
} sheet;

static void add_column(sheet *s, const char *title, lu_align align, int least)
{
    s->column[s->columns++] = (lu_column){title, align, least};
}

/* Room for the cells; false when there is none. */
static bool make_room(sheet *s, size_t rows)
{
    size_t n = rows * s->columns;

    s->cell = lu_zalloc(n, sizeof *s->cell);
    s->text = lu_zalloc(n, sizeof *s->text);
    s->ink = lu_zalloc(n, sizeof *s->ink);
    for (size_t i = 0; s->cell && s->text && s->ink && i < n; i++) {
        s->text[i] = s->cell[i];
        s->ink[i] = LU_INK_TEXT;
    }
    return s->cell && s->text && s->ink;
}

static char *cell(sheet *s, size_t column)
{
    return s->cell[s->rows * s->columns + column];
}

static void put_sheet(const lu_app *a, lu_pane pane, sheet *s)
{
    const lu_table t = {.column = s->column,
                        .columns = s->columns,
                        .text = s->text,
                        .ink = s->ink,
                        .rows = s->rows,
                        .selected = SIZE_MAX};

    if (s->text != NULL && s->ink != NULL) {
        lu_table_cells(pane, &t, a->options.glyphs);
    }
    free(s->cell);
    free(s->text);
    free(s->ink);
}

static void number(char *out, double v, bool share)
{
    if (isnan(v)) {
        snprintf(out, CELL, "-");
    } else {
        snprintf(out, CELL, share ? "%.3f" : "%.4g", v);
    }
}

/* --- distances --- */

static void spread_text(const lu_spread *s, bool sd, char *out)
{
    if (s->n == 0) {
        snprintf(out, CELL, "-");
    } else if (isnan(s->sd) || !sd) {
        snprintf(out, CELL, "%.4g", s->mean);
    } else {
        snprintf(out, CELL, "%.3g\xc2\xb1%.2g", s->mean, s->sd);
    }
}

static void distance_row(sheet *s, const lu_study_row *r, int first, int last, lu_rests_on on,
                         bool sd)
{
    const lu_rate *c = &r->copies[on];
    bool copy = 2 * c->k > c->n;
    size_t at = 1;

    snprintf(cell(s, 0), CELL, "%s", r->label);
    for (int k = first; k <= last; k++) {
        spread_text(&r->metric[k], sd, cell(s, at++));
    }
    if (c->n > 0) {
        snprintf(cell(s, at), CELL, "%s (%zu/%zu)", copy ? "Yes" : "No", c->k, c->n);
        s->ink[s->rows * s->columns + at] = copy ? LU_INK_COPY : LU_INK_NOT_COPY;
    }
    if (sd) {
        number(cell(s, at + 1), r->accuracy.mean, true);
    }
    s->rows++;
}

static void threshold_row(sheet *s, const lu_result *r, int first, int last)
{
    snprintf(cell(s, 0), CELL, "threshold");
    for (int k = first; k <= last; k++) {
        number(cell(s, 1 + (size_t)(k - first)), r->threshold[k].usable ? r->threshold[k].tau : NAN,
               false);
    }
    s->rows++;
}

static void distances(const lu_app *a, lu_pane pane, lu_rests_on on)
{
    const lu_study *study = &a->zoo.study;
    int first = on == LU_ON_WHITE ? FIRST_WHITE : 0;
    int last = on == LU_ON_BLACK ? FIRST_WHITE - 1 : LU_METRIC_COUNT - 1;
    bool sd = pane.width >= (last - first + 1) * SPREAD_WIDTH + 20; /* else there is no room */
    lu_pane in = lu_work_box(a, pane, false, "Distances, mean%s: %s", sd ? "\xc2\xb1sd" : "",
                             lu_rests_on_names[on]);
    sheet s = {0};

    add_column(&s, "model", LU_ALIGN_LEFT, 8);
    for (int k = first; k <= last; k++) {
        add_column(&s, lu_metrics[k].name, LU_ALIGN_RIGHT, 6);
    }
    add_column(&s, "Copy?", LU_ALIGN_LEFT, 9);
    if (sd) {
        add_column(&s, "accuracy", LU_ALIGN_RIGHT, 0);
    }
    if (make_room(&s, study->rows + 1)) {
        threshold_row(&s, study->result, first, last);
        for (size_t i = 0; i < study->rows; i++) {
            distance_row(&s, &study->row[i], first, last, on, sd);
        }
    }
    put_sheet(a, in, &s);
}

/* --- areas, rates --- */

/* A row each: the classes, the widest first, then what they are made of. */
static void put_classes(const lu_app *a, lu_pane in, sheet *s,
                        void (*put_row)(sheet *s, const lu_study_row *r))
{
    const lu_study *study = &a->zoo.study;

    if (make_room(s, study->rows + study->groups)) {
        for (size_t i = study->groups; i-- > 0;) {
            put_row(s, &study->group[i]);
        }
        for (size_t i = 0; i < study->rows; i++) {
            put_row(s, &study->row[i]);
        }
    }
    put_sheet(a, in, s);
}

static void area_row(sheet *s, const lu_study_row *r)
{
    if (r->role != LU_ROLE_POSITIVE) {
        return;
    }
    snprintf(cell(s, 0), CELL, "%s", r->label);
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        number(cell(s, 1 + (size_t)k), r->auc[k], true);
    }
    s->rows++;
}

static void areas(const lu_app *a, lu_pane pane)
{
    lu_pane in = lu_work_box(a, pane, false, "AUC of each metric alone, against all negatives");
    sheet s = {0};

    add_column(&s, "copies", LU_ALIGN_LEFT, 8);
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        add_column(&s, lu_metrics[k].name, LU_ALIGN_RIGHT, 5);
    }
    put_classes(a, in, &s, area_row);
}

static void rate_row(sheet *s, const lu_study_row *r)
{
    snprintf(cell(s, 0), CELL, "%s", r->label);
    for (int on = 0; on < LU_ON_COUNT; on++) {
        const lu_rate *c = &r->copies[on];
        if (c->n > 0) {
            snprintf(cell(s, 1 + (size_t)on), CELL, "%zu/%zu %.2f-%.2f", c->k, c->n, c->low,
                     c->high);
        } else {
            snprintf(cell(s, 1 + (size_t)on), CELL, "-");
        }
    }
    s->rows++;
}

static void rates(const lu_app *a, lu_pane pane)
{
    lu_pane in = lu_work_box(a, pane, false, "Called a copy, exact 95 %% bounds");
    sheet s = {0};

    add_column(&s, "models", LU_ALIGN_LEFT, 8);
    for (int on = 0; on < LU_ON_COUNT; on++) {
        add_column(&s, lu_rests_on_names[on], LU_ALIGN_LEFT, 12);
    }
    put_classes(a, in, &s, rate_row);
}

/* --- pictures of one metric --- */

/* Distances of all models of a role. */
static size_t of_role(const lu_result *r, lu_role role, lu_metric metric, double *out)
{
    size_t n = 0;

    for (size_t i = 0; i < r->models; i++) {
        if (r->model[i].role == role) {
            out[n++] = lu_result_value(&r->model[i], metric);
        }
    }
    return n;
}

static void roc(const lu_app *a, lu_pane pane)
{
    const lu_result *r = &a->zoo.result;
    lu_metric metric = a->zoo.metric;
    lu_pane in =
        lu_work_box(a, pane, false, "ROC of %s: copies against negatives", lu_metrics[metric].name);
    const lu_threshold *t = &r->threshold[metric];
    double *room = lu_zalloc(2 * r->models + 1, sizeof *room);
    lu_roc curve;
    size_t n, m;

    if (room == NULL) {
        return;
    }
    n = of_role(r, LU_ROLE_POSITIVE, metric, room);
    m = of_role(r, LU_ROLE_NEGATIVE, metric, room + n);
    if (lu_roc_of(room, n, room + n, m, t->usable ? t->tau : NAN, &curve) == LU_OK) {
        (void)lu_roc_cells(lu_work_inset(in), &curve,
                           (lu_roc_view){.auc_low = NAN, .auc_high = NAN}, a->options.glyphs);
        lu_roc_fini(&curve);
    }
    free(room);
}

static void classes(const lu_app *a, lu_pane pane)
{
    const lu_study *s = &a->zoo.study;
    size_t models = s->result->models;
    const lu_threshold *t = &s->result->threshold[a->zoo.metric];
    lu_class *row = lu_zalloc(s->rows + 1, sizeof *row);
    double *room = lu_zalloc(s->rows * models + 1, sizeof *room);
    lu_classes c = {.name = lu_metrics[a->zoo.metric].name,
                    .row = row,
                    .rows = s->rows,
                    .tau = t->usable ? t->tau : NAN};
    lu_pane in = lu_work_box(a, pane, false, "Classes of models");

    for (size_t i = 0; row && room && i < s->rows; i++) {
        row[i] = (lu_class){.label = s->row[i].label, .values = room + i * models};
        row[i].n = lu_study_values(s, &s->row[i], a->zoo.metric, room + i * models);
        row[i].ink = s->row[i].role == LU_ROLE_POSITIVE ? LU_INK_POSITIVE : LU_INK_NEGATIVE;
    }
    if (row && room) {
        (void)lu_classes_cells(lu_work_inset(in), &c, a->options.glyphs);
    }
    free(row);
    free(room);
}

void lu_zoo_page_draw(const lu_app *a, lu_pane pane, lu_zoo_page page)
{
    switch (page) {
    case LU_ZOO_BLACK: distances(a, pane, LU_ON_BLACK); break;
    case LU_ZOO_WHITE: distances(a, pane, LU_ON_WHITE); break;
    case LU_ZOO_ALL: distances(a, pane, LU_ON_ALL); break;
    case LU_ZOO_AREAS: areas(a, pane); break;
    case LU_ZOO_RATES: rates(a, pane); break;
    case LU_ZOO_ROC: roc(a, pane); break;
    case LU_ZOO_CLASSES: classes(a, pane); break;
    }
}
