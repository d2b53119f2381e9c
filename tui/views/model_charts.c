/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/model_charts.h"

#include <math.h>
#include <stdio.h>

/* Room for the distances of all models; freed by the caller; NULL without memory. */
static double *room_for(const lu_result *r)
{
    return lu_zalloc(r->models, sizeof(double));
}

/* --- what it is compared with --- */

const lu_model_result *lu_other_model(const lu_app *a, const lu_result *r)
{
    const lu_model_result *m = lu_app_compare(a);

    return m == NULL ? NULL : &r->model[m - a->look.result.model];
}

static size_t negatives_beside(const lu_result *r, const lu_model_result *m)
{
    size_t n = 0;

    for (size_t i = 0; i < r->models; i++) {
        n += r->model[i].role == LU_ROLE_NEGATIVE && &r->model[i] != m;
    }
    return n;
}

void lu_other_name(const lu_app *a, const lu_result *r, const lu_model_result *m, char *out,
                   size_t size)
{
    const lu_model_result *other = lu_other_model(a, r);
    size_t n = negatives_beside(r, m);

    if (other == m || (other == NULL && n == 0)) {
        out[0] = '\0';
    } else if (other != NULL) {
        snprintf(out, size, "%s", other->name);
    } else {
        snprintf(out, size, "median of %zu negative%s", n, n == 1 ? "" : "s");
    }
}

void lu_readings_beside(const lu_app *a, const lu_result *r, const lu_model_result *m,
                        lu_reading out[LU_METRIC_COUNT])
{
    const lu_model_result *other = lu_other_model(a, r);

    lu_readings_of(&m->judgement, out);
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        out[k].other = other == m ? NAN
                       : other    ? lu_result_value(other, k)
                                  : lu_result_median(r, m, k);
    }
}

/* --- charts --- */

bool lu_shows_bars(const lu_app *a, int width, int height, const lu_model_result *m)
{
    lu_reading readings[LU_METRIC_COUNT];
    const lu_evidence e = {readings, LU_METRIC_COUNT, NULL, NULL};

    lu_readings_of(&m->judgement, readings);
    return a->bars || !lu_radar_fits(width, height, &e);
}

void lu_put_radar(const lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m)
{
    lu_reading readings[LU_METRIC_COUNT];
    char other[LU_NAME_MAX + 32];
    lu_evidence e = {readings, LU_METRIC_COUNT, m->name, NULL};

    lu_readings_beside(a, r, m, readings);
    lu_other_name(a, r, m, other, sizeof other);
    e.other = other[0] ? other : NULL;
    if (a->bars) {
        lu_bars_cells(pane, &e, a->options.glyphs);
    } else if (lu_radar_cells(pane, &e, a->options.glyphs)) {
        lu_pane_text(pane, 0, 0, "no memory for the radar", LU_INK_ERROR);
    }
}

void lu_put_strip(const lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m,
                  lu_metric metric)
{
    double *negatives = room_for(r);
    lu_strip s = {.name = lu_metrics[metric].name,
                  .threshold = m->judgement.threshold[metric],
                  .suspect = lu_result_value(m, metric)};

    if (negatives != NULL) {
        s.negatives = negatives;
        s.n = lu_result_distances(r, LU_ROLE_NEGATIVE, m, metric, negatives);
        lu_strip_cells(pane, &s, a->options.glyphs);
        free(negatives);
    }
}

void lu_put_strips(lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m)
{
    enum { NAME = 6, ROWS_MAX = 8 };
    lu_metric at = lu_metric_at(a);
    int rows = pane.height / LU_METRIC_COUNT;

    rows = rows < 1 ? 1 : rows > ROWS_MAX ? ROWS_MAX : rows;
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        lu_pane row = lu_pane_sub(pane, 0, k * rows, pane.width, rows);
        lu_pane strip = lu_pane_sub(row, NAME, 0, row.width - NAME, rows > 4 ? 4 : rows);
        int line = strip.height >= 3 ? 1 : 0;

        if (k == (int)at) {
            lu_pane_put(row, 0, line, 0x258c, LU_INK_FOCUS);
        }
        lu_pane_text(row, 1, line, lu_metrics[k].name, k == (int)at ? LU_INK_TITLE : LU_INK_TEXT);
        lu_put_strip(a, strip, r, m, (lu_metric)k);
    }
}

void lu_put_hist(const lu_app *a, lu_pane pane, const lu_result *r, const lu_model_result *m,
                 lu_metric metric)
{
    const lu_threshold *t = &m->judgement.threshold[metric];
    double *negatives = room_for(r);
    lu_hist h = {.suspect = lu_result_value(m, metric),
                 .tau = t->usable ? t->tau : NAN,
                 .ink = LU_INK_NEGATIVE};

    if (negatives != NULL) {
        h.values = negatives;
        h.n = lu_result_distances(r, LU_ROLE_NEGATIVE, m, metric, negatives);
        (void)lu_hist_cells(pane, &h, a->options.glyphs);
        free(negatives);
    }
}

void lu_put_roc(const lu_app *a, lu_pane pane, const lu_result *r, lu_metric metric)
{
    const lu_threshold *t = &r->threshold[metric];
    const lu_roc_view view = {NAN, NAN, false};
    double *positives = room_for(r);
    double *negatives = room_for(r);
    lu_roc roc;

    if (positives != NULL && negatives != NULL) {
        size_t copies = lu_result_distances(r, LU_ROLE_POSITIVE, NULL, metric, positives);
        size_t others = lu_result_distances(r, LU_ROLE_NEGATIVE, NULL, metric, negatives);

        if (copies == 0 || others == 0) {
            lu_put_paragraph(pane, 0,
                             copies ? "No negatives with a value: no ROC curve."
                                    : "No positives with a value: no ROC curve.",
                             LU_INK_DIM);
        } else if (lu_roc_of(positives, copies, negatives, others, t->usable ? t->tau : NAN,
                             &roc) == LU_OK) {
            (void)lu_roc_cells(pane, &roc, view, a->options.glyphs);
            lu_roc_fini(&roc);
        }
    }
    free(positives);
    free(negatives);
}
