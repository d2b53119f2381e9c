/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The study for other programs and as pictures. */
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "sessions/export/csv.h"
#include "sessions/export/figures.h"
#include "sessions/lab/study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- a row a model --- */

static const lu_zoo_model *model_of(const lu_study *s, const char *name)
{
    for (size_t i = 0; i < s->plan->models; i++) {
        if (strcmp(s->plan->model[i].name, name) == 0) {
            return &s->plan->model[i];
        }
    }
    return NULL;
}

static lu_err csv_number(lu_buf *out, double v)
{
    return isnan(v) ? lu_buf_print(out, ",") : lu_buf_print(out, ",%.17g", v);
}

static lu_err csv_model(const lu_study *s, const lu_model_result *m, lu_buf *out)
{
    const lu_zoo_model *of = model_of(s, m->name);
    const lu_zoo_entry *e = of ? &s->plan->entry[of->entry] : NULL;

    if (e == NULL) {
        return LU_OK;
    }
    LU_TRY(lu_csv_text(out, m->name));
    LU_TRY(lu_buf_print(out, ","));
    LU_TRY(lu_csv_text(out, e->label));
    LU_TRY(lu_buf_print(out, ",%s,%s,%llu,%s", lu_methods[e->recipe.kind]->family,
                        lu_role_name(m->role), (unsigned long long)of->recipe.seed, m->sha256.hex));
    LU_TRY(csv_number(out, m->accuracy));
    LU_TRY(csv_number(out, m->agreement));
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        LU_TRY(csv_number(out, lu_result_value(m, (lu_metric)k)));
    }
    LU_TRY(csv_number(out, m->judgement.p_copy));
    return lu_buf_print(out, ",%s\r\n", lu_verdict_name(m->judgement.verdict));
}

static lu_err study_csv(const lu_study *s, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "model,label,family,role,seed,sha256,accuracy,agreement"));
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        LU_TRY(lu_buf_print(out, ",%s", lu_metrics[k].name));
    }
    LU_TRY(lu_buf_print(out, ",p_copy,verdict\r\n"));
    for (size_t i = 0; i < s->result->models; i++) {
        LU_TRY(csv_model(s, &s->result->model[i], out));
    }
    return LU_OK;
}

/* --- JSON --- */

static cJSON *spread_json(const lu_spread *s)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "n", (double)s->n);
    lu_json_add(json, "mean", s->mean);
    lu_json_add(json, "sd", s->sd);
    return json;
}

static cJSON *rate_json(const lu_rate *r)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "k", (double)r->k);
    lu_json_add(json, "n", (double)r->n);
    lu_json_add(json, "low", r->low);
    lu_json_add(json, "high", r->high);
    return json;
}

static cJSON *row_json(const lu_study_row *r)
{
    cJSON *json = cJSON_CreateObject(), *metrics, *auc, *copies;

    cJSON_AddStringToObject(json, "name", r->name);
    cJSON_AddStringToObject(json, "label", r->label);
    cJSON_AddStringToObject(json, "role", lu_role_name(r->role));
    cJSON_AddStringToObject(json, "family", r->family);
    lu_json_add(json, "models", (double)r->models);
    cJSON_AddItemToObject(json, "accuracy", spread_json(&r->accuracy));
    metrics = cJSON_AddObjectToObject(json, "metrics");
    auc = cJSON_AddObjectToObject(json, "auc");
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        cJSON_AddItemToObject(metrics, lu_metrics[k].name, spread_json(&r->metric[k]));
        lu_json_add(auc, lu_metrics[k].name, r->auc[k]);
    }
    for (int k = 0; k < 2; k++) {
        const char *name = k ? "NNOD_matched" : "NNOD";
        cJSON_AddItemToObject(metrics, name, spread_json(&r->nnod[k]));
        lu_json_add(auc, name, r->nnod_auc[k]);
    }
    copies = cJSON_AddObjectToObject(json, "called_copy");
    for (int on = 0; on < LU_ON_COUNT; on++) {
        cJSON_AddItemToObject(copies, lu_rests_on_names[on], rate_json(&r->copies[on]));
    }
    return json;
}

lu_err lu_study_json(const lu_study *s, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject(), *rows, *groups, *thresholds;

    cJSON_AddStringToObject(json, "title", s->plan->title);
    cJSON_AddStringToObject(json, "engine", s->result->engine);
    lu_json_add(json, "models", (double)s->plan->models);
    lu_json_add(json, "victim_accuracy", s->result->victim_accuracy);
    thresholds = cJSON_AddObjectToObject(json, "thresholds");
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        lu_json_add(thresholds, lu_metrics[k].name,
                    s->result->threshold[k].usable ? s->result->threshold[k].tau : NAN);
    }
    rows = cJSON_AddArrayToObject(json, "rows");
    for (size_t i = 0; i < s->rows; i++) {
        cJSON_AddItemToArray(rows, row_json(&s->row[i]));
    }
    groups = cJSON_AddArrayToObject(json, "groups");
    for (size_t i = 0; i < s->groups; i++) {
        cJSON_AddItemToArray(groups, row_json(&s->group[i]));
    }
    return lu_json_print(json, false, out);
}

/* --- classes --- */

static lu_err draw_metric(const lu_study *s, lu_metric metric, lu_draw *d, lu_rect area)
{
    const lu_threshold *t = &s->result->threshold[metric];
    size_t models = s->result->models;
    lu_classes c = {
        .name = lu_metrics[metric].name, .rows = s->rows, .tau = t->usable ? t->tau : NAN};
    lu_class *row = NULL;
    double *room = NULL;
    lu_err err = LU_NEW(row, s->rows);

    if (!err) {
        err = LU_NEW(room, s->rows * models);
    }
    for (size_t i = 0; !err && i < s->rows; i++) {
        row[i] = (lu_class){.label = s->row[i].label, .values = room + i * models};
        row[i].n = lu_study_values(s, &s->row[i], metric, room + i * models);
        row[i].ink = s->row[i].role == LU_ROLE_POSITIVE ? LU_INK_POSITIVE : LU_INK_NEGATIVE;
    }
    c.row = row;
    if (!err) {
        lu_classes_draw(d, area, &c);
    }
    free(row);
    free(room);
    return err;
}

/* Box and strip plots of all six metrics as SVG. */
static lu_err study_classes(const lu_study *s, lu_buf *out)
{
    const double width = 360, height = 40 + 16 * (double)s->rows;
    lu_draw d;
    lu_err err = lu_out_svg_begin(&d, 2 * width, 3 * height, LU_THEME_LIGHT,
                                  "Distances by class of models", out);

    for (int k = 0; k < LU_METRIC_COUNT && !err; k++) {
        lu_rect area = {width * (k % 2), height * (k / 2), width, height};
        err = draw_metric(s, (lu_metric)k, &d, area);
    }
    if (err) {
        lu_draw_end(&d);
        return err;
    }
    return lu_draw_end(&d);
}

/* --- files --- */

static lu_err save(const char *dir, const char *name, const char *ending, const lu_buf *bytes)
{
    char *path = lu_format("%s/%s%s", dir, name, ending);
    lu_err err = path ? lu_file_save(path, bytes) : LU_ERR_MEMORY;

    free(path);
    return err;
}

static lu_err save_figure(const char *dir, const char *name, const lu_figure *f)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = lu_figure_svg(f, &bytes);

    if (!err) {
        err = save(dir, name, ".svg", &bytes);
    }
    lu_buf_fini(&bytes);
    return err;
}

static lu_err save_radars(const lu_study *s, const char *dir)
{
    for (size_t i = 0; i < s->result->models; i++) {
        const lu_model_result *m = &s->result->model[i];
        lu_figure f = lu_figure_radar(s->result, m);
        char name[LU_NAME_MAX + 8];

        snprintf(name, sizeof name, "radar-%s", m->name);
        LU_TRY(save_figure(dir, name, &f));
    }
    return LU_OK;
}

static lu_err save_made(lu_err (*make)(const lu_study *s, lu_buf *out), const lu_study *s,
                        const char *dir, const char *name)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = make(s, &bytes);

    if (!err) {
        err = save(dir, name, "", &bytes);
    }
    lu_buf_fini(&bytes);
    return err;
}

static lu_err plain_text(const lu_study *s, lu_buf *out)
{
    return lu_study_text(s, false, out);
}

lu_err lu_study_write(const lu_study *s, const char *dir)
{
    LU_TRY(save_made(plain_text, s, dir, "table.txt"));
    LU_TRY(save_made(study_csv, s, dir, "models.csv"));
    LU_TRY(save_made(lu_study_json, s, dir, "study.json"));
    LU_TRY(save_made(study_classes, s, dir, "classes.svg"));
    if (lu_figure_roc_exists(s->result)) {
        lu_figure roc = lu_figure_roc(s->result);
        LU_TRY(save_figure(dir, "roc", &roc));
    }
    return save_radars(s, dir);
}
