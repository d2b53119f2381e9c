/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An evaluation's files: tables as text, CSV and JSON, figures as SVG and PDF. */
#include "sessions/case/files.h"
#include "sessions/watermark/evaluation.h"
#include "viz/viz.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- tables --- */

static lu_err print_attacked(const char *name, double rate, const lu_eval_attacked *a, size_t n,
                             lu_buf *out)
{
    return lu_buf_print(out, "%s,%g,%zu,%g,%.9g,%zu,%zu,%.9g\n", name, rate, a->epochs, a->pruned,
                        a->clean, a->matches, n, a->p);
}

static lu_err print_csv(const lu_evaluation *e, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "attack,rate,epochs,pruned,clean,matches,keys,p\n"));
    for (size_t i = 0; i < LU_EVAL_RATES * e->tuned; i++) {
        size_t k = i / e->tuned;
        LU_TRY(print_attacked("fine-tuning", lu_eval_rates[k], &e->tune[k][i % e->tuned],
                              e->bundle.n, out));
    }
    for (size_t i = 0; i < e->pruned; i++) {
        LU_TRY(print_attacked("pruning", lu_eval_rates[LU_EVAL_RATES - 1], &e->prune[i],
                              e->bundle.n, out));
    }
    return LU_OK;
}

static lu_err print_matrix(const lu_evaluation *e, lu_buf *out)
{
    for (size_t i = 0; i < e->bundles * e->bundles; i++) {
        LU_TRY(lu_buf_print(out, "%.9g%s", e->matrix[i], (i + 1) % e->bundles ? "," : "\n"));
    }
    return LU_OK;
}

static lu_err print_scores(const lu_evaluation *e, lu_buf *out)
{
    const lu_eval_detector *d[] = {&e->mlp, &e->trunk};

    LU_TRY(lu_buf_print(out, "detector,what,score\n"));
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < 2 * d[k]->tested; i++) {
            LU_TRY(lu_buf_print(out, "%s,%s,%.9g\n", k ? "trunk" : "mlp", i % 2 ? "key" : "clean",
                                i % 2 ? d[k]->key[i / 2] : d[k]->clean[i / 2]));
        }
    }
    return LU_OK;
}

typedef lu_err (*printer)(const lu_evaluation *e, lu_buf *out);

static lu_err save_tables(const lu_evaluating *v, const lu_evaluation *e)
{
    static const struct {
        const char *name;
        printer print;
    } file[] = {{"evaluation.txt", lu_evaluation_text},
                {"evaluation.json", lu_evaluation_json},
                {"attacks.csv", print_csv},
                {"transfer.csv", print_matrix},
                {"detectors.csv", print_scores}};

    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        lu_buf text = LU_BUF_INIT;
        lu_err err = file[i].print(e, &text);
        if (!err) {
            err = lu_bundle_save(v->o->out, file[i].name, &text);
        }
        lu_buf_fini(&text);
        LU_TRY(err);
    }
    return LU_OK;
}

/* --- figures --- */

typedef void (*drawer)(lu_draw *d, lu_rect area, const void *data);

typedef struct figure {
    const char *name, *title;
    double width, height;
    drawer draw;
    const void *data;
} figure;

static lu_err save_figure(const lu_evaluating *v, const figure *f, bool pdf)
{
    lu_rect area = {0, 0, f->width, f->height};
    char name[64], date[32];
    lu_buf bytes = LU_BUF_INIT;
    lu_draw d;
    lu_err err, drawn;

    lu_utc_now(date);
    snprintf(name, sizeof name, "%s.%s", f->name, pdf ? "pdf" : "svg");
    err = pdf ? lu_out_pdf_begin(&d, f->width, f->height, LU_THEME_LIGHT, f->title, date, &bytes)
              : lu_out_svg_begin(&d, f->width, f->height, LU_THEME_LIGHT, f->title, &bytes);
    if (!err) {
        f->draw(&d, area, f->data);
    }
    drawn = lu_draw_end(&d);
    err = err ? err : drawn;
    if (!err) {
        err = lu_bundle_save(v->o->out, name, &bytes);
    }
    lu_buf_fini(&bytes);
    return err;
}

static lu_err save_both(const lu_evaluating *v, const figure *f)
{
    LU_TRY(save_figure(v, f, false));
    return save_figure(v, f, true);
}

static void draw_roc(lu_draw *d, lu_rect area, const void *data)
{
    lu_roc_draw(d, area, data, (lu_roc_view){NAN, NAN, false});
}

static void draw_heatmap(lu_draw *d, lu_rect area, const void *data)
{
    lu_heatmap_draw(d, area, data);
}

static void draw_curve(lu_draw *d, lu_rect area, const void *data)
{
    lu_curve_draw(d, area, data);
}

static void draw_sheet(lu_draw *d, lu_rect area, const void *data)
{
    lu_sheet_draw(d, area, data);
}

static lu_err save_roc(const lu_evaluating *v, const lu_eval_detector *d, const char *name)
{
    lu_roc roc;
    lu_err err;

    LU_TRY(lu_roc_of(d->clean, d->tested, d->key, d->tested, NAN, &roc));
    err = save_both(v, &(figure){name, "Keys told from clean images", 420, 420, draw_roc, &roc});
    lu_roc_fini(&roc);
    return err;
}

static lu_err save_matrix(const lu_evaluating *v, const lu_evaluation *e)
{
    lu_heatmap map = {e->matrix, e->bundles, e->bundles, 0, 1, NAN};

    return save_both(
        v, &(figure){"transfer", "Networks on each other's keys", 420, 420, draw_heatmap, &map});
}

static lu_err save_tuning(const lu_evaluating *v, const lu_evaluation *e)
{
    static const char *const names[2 * LU_EVAL_RATES] = {"keys, 1e-4", "clean, 1e-4", "keys, 1e-3",
                                                         "clean, 1e-3"};
    static const lu_ink inks[2 * LU_EVAL_RATES] = {LU_INK_COPY, LU_INK_NOT_COPY, LU_INK_SUSPECT,
                                                   LU_INK_VICTIM};
    double value[2 * LU_EVAL_RATES][LU_EVAL_TUNED];
    lu_series series[2 * LU_EVAL_RATES];
    lu_curve curve = {series, 2 * LU_EVAL_RATES, "tenth of the epochs"};

    for (size_t k = 0; k < 2 * LU_EVAL_RATES; k++) {
        for (size_t i = 0; i < e->tuned; i++) {
            const lu_eval_attacked *a = &e->tune[k / 2][i];
            value[k][i] = k % 2 ? a->clean : (double)a->matches / (double)e->bundle.n;
        }
        series[k] = (lu_series){names[k], value[k], e->tuned, inks[k]};
    }
    return save_both(
        v, &(figure){"finetuning", "Accuracy while fine-tuning", 560, 320, draw_curve, &curve});
}

/* --- the sheet: cover, key and their difference five times larger, a key a row --- */

enum { SHOWN = 12, GAIN = 5 };

static lu_err take_pictures(const lu_bundle *b, size_t n, lu_picture *p)
{
    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_picture_sample(&b->covers.samples, i, &p[3 * i]));
        LU_TRY(lu_picture_sample(&b->keys.samples, i, &p[3 * i + 1]));
        LU_TRY(lu_picture_difference(&b->covers.samples, i, &b->keys.samples, i, LU_DIFFERENCE_SIZE,
                                     GAIN, &p[3 * i + 2]));
    }
    return LU_OK;
}

static lu_err save_sheet(const lu_evaluating *v, const lu_evaluation *e)
{
    size_t n = e->bundle.n < SHOWN ? e->bundle.n : SHOWN;
    lu_picture picture[3 * SHOWN] = {{0}};
    const char *caption[3 * SHOWN];
    char text[3 * SHOWN][48];
    lu_sheet sheet = {picture, caption, 3 * n, 6, 0, 0};
    lu_err err = take_pictures(&e->bundle, n, picture);

    for (size_t i = 0; i < n; i++) {
        snprintf(text[3 * i], sizeof text[0], "cover %zu", e->bundle.cover[i]);
        snprintf(text[3 * i + 1], sizeof text[0], "key: %d", (int)e->bundle.label[i]);
        snprintf(text[3 * i + 2], sizeof text[0], "difference x%d", GAIN);
        for (size_t k = 0; k < 3; k++) {
            caption[3 * i + k] = text[3 * i + k];
        }
    }
    if (!err) {
        double height = 120.0 * (double)((3 * n + 5) / 6);
        err = save_both(v, &(figure){"differences", "Covers, keys and their differences", 640,
                                     height, draw_sheet, &sheet});
    }
    for (size_t i = 0; i < 3 * n; i++) {
        lu_picture_fini(&picture[i]);
    }
    return err;
}

lu_err lu_eval_write(const lu_evaluating *v, const lu_evaluation *e)
{
    LU_TRY(save_tables(v, e));
    LU_TRY(save_roc(v, &e->mlp, "roc-pixels"));
    LU_TRY(save_roc(v, &e->trunk, "roc-trunk"));
    LU_TRY(save_tuning(v, e));
    LU_TRY(save_sheet(v, e));
    return e->bundles > 1 ? save_matrix(v, e) : LU_OK;
}
