/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of the results. */
#include "sessions/export/figures.h"

#include <math.h>
#include <stdio.h>

static const double PNG_SCALE = 2; /* pixels a unit; figures_tests.c relies on a whole number */

typedef void drawing(lu_draw *d, lu_rect area, const lu_figure *f);

static lu_figure about(const lu_result *r, const lu_model_result *m, const char *kind,
                       const char *title, drawing *draw)
{
    lu_figure f = {.result = r, .model = m, .draw = draw};

    snprintf(f.name, sizeof f.name, "%s%s%s", kind, m ? "-" : "", m ? m->name : "");
    snprintf(f.title, sizeof f.title, "%s%s%s", title, m ? " " : "", m ? m->name : "");
    return f;
}

static lu_figure sized(lu_figure f, double width, double height)
{
    f.width = width;
    f.height = height;
    return f;
}

static double *room_for(lu_draw *d, const lu_result *r)
{
    double *room = lu_zalloc(r->models, sizeof *room);

    if (room == NULL) {
        d->err = LU_ERR_MEMORY;
    }
    return room;
}

/* --- radar and bars --- */

static lu_evidence evidence(const lu_figure *f, lu_reading reading[LU_METRIC_COUNT])
{
    lu_readings_of(&f->model->judgement, reading);
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        reading[k].other = lu_result_median(f->result, f->model, (lu_metric)k);
    }
    return (lu_evidence){reading, LU_METRIC_COUNT, f->model->name, "median of the negatives"};
}

static void draw_radar(lu_draw *d, lu_rect area, const lu_figure *f)
{
    lu_reading reading[LU_METRIC_COUNT];
    lu_evidence e = evidence(f, reading);

    lu_radar_draw(d, area, &e);
}

static void draw_bars(lu_draw *d, lu_rect area, const lu_figure *f)
{
    lu_reading reading[LU_METRIC_COUNT];
    lu_evidence e = evidence(f, reading);

    lu_bars_draw(d, area, &e);
}

lu_figure lu_figure_radar(const lu_result *r, const lu_model_result *m)
{
    return sized(about(r, m, "radar", "Radar of the six distances of", draw_radar), 300, 230);
}

lu_figure lu_figure_bars(const lu_result *r, const lu_model_result *m)
{
    return sized(about(r, m, "bars", "Bars of the six distances of", draw_bars), 420, 160);
}

/* --- strips --- */

static void draw_strips(lu_draw *d, lu_rect area, const lu_figure *f)
{
    double *negatives = room_for(d, f->result);
    double height = area.height / LU_METRIC_COUNT;

    for (int k = 0; k < LU_METRIC_COUNT && negatives != NULL; k++) {
        lu_strip s = {.name = lu_metrics[k].name,
                      .negatives = negatives,
                      .threshold = f->model->judgement.threshold[k],
                      .suspect = lu_result_value(f->model, (lu_metric)k)};
        lu_rect one = {area.x, area.y + k * height, area.width, height};

        s.n = lu_result_distances(f->result, LU_ROLE_NEGATIVE, f->model, (lu_metric)k, negatives);
        lu_strip_draw(d, one, &s);
    }
    free(negatives);
}

lu_figure lu_figure_strips(const lu_result *r, const lu_model_result *m)
{
    static const double HEIGHT = 76; /* of one */

    return sized(about(r, m, "strips", "The negatives' distances, the threshold and the mark of",
                       draw_strips),
                 480, HEIGHT * LU_METRIC_COUNT);
}

/* --- ROC --- */

static bool has_roc(const lu_result *r, int metric)
{
    bool copies = false, negatives = false;

    for (size_t i = 0; i < r->models; i++) {
        bool known = !isnan(lu_result_value(&r->model[i], (lu_metric)metric));

        copies |= known && r->model[i].role == LU_ROLE_POSITIVE;
        negatives |= known && r->model[i].role == LU_ROLE_NEGATIVE;
    }
    return copies && negatives;
}

bool lu_figure_roc_exists(const lu_result *r)
{
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        if (has_roc(r, k)) {
            return true;
        }
    }
    return false;
}

static void draw_one_roc(lu_draw *d, lu_rect area, const lu_result *r, int metric)
{
    const lu_threshold *t = &r->threshold[metric];
    double *copies = room_for(d, r), *negatives = room_for(d, r);
    lu_roc roc;

    if (copies != NULL && negatives != NULL) {
        size_t n = lu_result_distances(r, LU_ROLE_POSITIVE, NULL, (lu_metric)metric, copies);
        size_t m = lu_result_distances(r, LU_ROLE_NEGATIVE, NULL, (lu_metric)metric, negatives);
        lu_err err = lu_roc_of(copies, n, negatives, m, t->usable ? t->tau : NAN, &roc);

        if (err) {
            d->err = err;
        } else {
            lu_roc_draw(d, area, &roc, (lu_roc_view){NAN, NAN, false});
            lu_roc_fini(&roc);
        }
    }
    free(copies);
    free(negatives);
}

static void draw_roc(lu_draw *d, lu_rect area, const lu_figure *f)
{
    enum { COLUMNS = 2, ROWS = (LU_METRIC_COUNT + COLUMNS - 1) / COLUMNS };
    const double title = 16;
    double width = area.width / COLUMNS, height = area.height / ROWS;

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        lu_rect one = {area.x + width * (k % COLUMNS), area.y + height * (k / COLUMNS), width,
                       height};
        lu_lettering how = lu_draw_letters(d, LU_INK_TITLE, 10, LU_ALIGN_LEFT);

        lu_draw_text(d, one.x + 20, one.y + 12, how, lu_metrics[k].name);
        one.y += title;
        one.height -= title;
        if (has_roc(f->result, k)) {
            draw_one_roc(d, one, f->result, k);
        }
    }
}

lu_figure lu_figure_roc(const lu_result *r)
{
    return sized(
        about(r, NULL, "roc", "ROC of each metric over the known copies and negatives", draw_roc),
        480, 420);
}

/* --- files --- */

static lu_err finish(lu_draw *d, const lu_figure *f)
{
    if (d->err == LU_OK) {
        f->draw(d, (lu_rect){0, 0, f->width, f->height}, f);
    }
    return lu_draw_end(d);
}

lu_err lu_figure_svg(const lu_figure *f, lu_buf *out)
{
    lu_draw d;

    lu_out_svg_begin(&d, f->width, f->height, LU_THEME_LIGHT, f->title, out);
    return finish(&d, f);
}

lu_err lu_figure_png(const lu_figure *f, lu_buf *out)
{
    lu_draw d;

    lu_out_png_begin(&d, f->width, f->height, PNG_SCALE, LU_THEME_LIGHT, out);
    return finish(&d, f);
}
