/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lab at work: the model of a form made in a job, then offered to the case. */
#include "tui/app/internal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct making {
    char text[LU_LAB_TEXTS][LU_SPEC_PATH_MAX];
    lu_lab_options options; /* its strings are those */
    lu_lab_result result;
    char error[512];
} making;

static lu_err make_work(void *context, const lu_job *job)
{
    making *w = context;
    lu_err err = lu_lab_make(&w->options, job, &w->result);

    if (err) {
        lu_error_text(w->error, sizeof w->error);
    }
    return err;
}

/* Where the network's description lies: beside it when the recipe changed it. */
static void keep_made(lu_lab *l, const making *w)
{
    lu_recipe_kind kind = w->options.recipe.kind;

    snprintf(l->made, sizeof l->made, "%s", w->text[LU_LAB_OUT]);
    if (w->options.recipe.classes == 0) {
        snprintf(l->made_cfg, sizeof l->made_cfg, "%s", w->text[LU_LAB_CFG]);
    } else if (snprintf(l->made_cfg, sizeof l->made_cfg, "%s.cfg", l->made) >=
               (int)sizeof l->made_cfg) {
        l->made[0] = '\0';
    }
    l->made_kind = kind;
    l->result = w->result;
}

static void make_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    const making *w = context;
    char accuracy[48] = "";

    if (err == LU_ERR_CANCELLED) {
        lu_app_say(a, LU_INK_TEXT, "%s: stopped, nothing is written",
                   lu_recipe_name(w->options.recipe.kind));
    } else if (err) {
        snprintf(a->error, sizeof a->error, "%s", w->error);
        lu_app_say(a, LU_INK_ERROR, "! %.200s", w->error);
    } else {
        keep_made(&a->lab, w);
        if (!isnan(w->result.test_accuracy)) {
            snprintf(accuracy, sizeof accuracy, ", accuracy %.4f", w->result.test_accuracy);
        }
        lu_app_say(a, LU_INK_TEXT, "made %.100s%s%s", w->options.out, accuracy,
                   lu_app_has_case(a) ? "; a on screen B adds it to the case" : "");
    }
}

/* The form as options; NULL for what is empty. */
static void take_form(lu_app *a, making *w)
{
    const char *text[LU_LAB_TEXTS] = {NULL};
    lu_lab_row row[LU_LAB_ROWS_MAX];
    size_t n = lu_lab_rows(a, row);
    char seed[LU_SPEC_PATH_MAX] = "0";

    for (size_t i = 0; i < n; i++) {
        if (row[i].is == LU_LAB_IS_TEXT &&
            lu_lab_value(a, &row[i], w->text[row[i].text])[0] != '\0') {
            text[row[i].text] = w->text[row[i].text];
        } else if (row[i].is == LU_LAB_IS_SEED) {
            lu_lab_value(a, &row[i], seed);
        }
    }
    w->options = (lu_lab_options){.cfg = text[LU_LAB_CFG],
                                  .parent_cfg = text[LU_LAB_VICTIM_CFG],
                                  .parent = text[LU_LAB_WEIGHTS],
                                  .data = text[LU_LAB_DATA],
                                  .test = text[LU_LAB_TEST],
                                  .out = text[LU_LAB_OUT],
                                  .recipe = a->lab.form[a->lab.kind],
                                  .reference = a->options.reference};
    w->options.recipe.seed = strtoull(seed, NULL, 10);
}

static lu_err may_make(const lu_app *a, const making *w)
{
    const char *lacks = lu_lab_lacks(a);

    if (lacks[0]) {
        return lu_fail(LU_ERR_CANNOT, "%s needs %s", lu_recipe_name(a->lab.kind), lacks);
    }
    if (access(w->options.out, F_OK) == 0) {
        return lu_fail(LU_ERR_CANNOT, "%s is there already: take another seed or out",
                       w->options.out);
    }
    return LU_OK;
}

lu_err lu_lab_start(lu_app *a)
{
    making *w;
    char title[96];
    lu_err err;

    lu_lab_prepare(a);
    LU_TRY(LU_NEW(w, 1));
    take_form(a, w);
    err = may_make(a, w);
    if (err) {
        free(w);
        return lu_app_fail(a, err);
    }
    snprintf(title, sizeof title, "making %s, seed %llu", lu_recipe_name(a->lab.kind),
             (unsigned long long)w->options.recipe.seed);
    lu_app_say(a, LU_INK_TEXT, "%s; x stops it", title);
    return lu_jobs_add(&a->jobs, title, false, make_work, w, make_end, free, a);
}

/* --- into the case --- */

/* "prune-1" of "out/prune-1.weights", as a case names models. */
static void name_of(const char *path, char out[LU_NAME_MAX])
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    int len = dot != NULL && dot > name ? (int)(dot - name) : (int)strlen(name);

    snprintf(out, LU_NAME_MAX, "%.*s", len, name);
}

/* A model that could be added. */
typedef struct offer {
    lu_role role;
    char name[LU_NAME_MAX], cfg[LU_SPEC_PATH_MAX], weights[LU_SPEC_PATH_MAX];
} offer;

static lu_err offer_made(const lu_lab *l, offer *o)
{
    if (l->made[0] == '\0') {
        return lu_fail(LU_ERR_CANNOT, "nothing is made yet; b makes it");
    }
    o->role = l->made_kind == LU_RECIPE_TRAIN ? LU_ROLE_NEGATIVE : LU_ROLE_POSITIVE;
    name_of(l->made, o->name);
    memcpy(o->cfg, l->made_cfg, sizeof o->cfg);
    memcpy(o->weights, l->made, sizeof o->weights);
    return LU_OK;
}

/* The one under the cursor. */
static lu_err offer_of_zoo(const lu_app *a, offer *o)
{
    const lu_zoo_plan *p = lu_zoo_plan_of(a->zoo.zoo);
    size_t row = lu_app_cursor(a);
    const lu_zoo_entry *e;

    if (row >= p->models || lu_zoo_see(a->zoo.zoo, row).state != LU_ZOO_THERE) {
        return lu_fail(LU_ERR_CANNOT, "this model is not there yet; b makes it");
    }
    e = &p->entry[p->model[row].entry];
    o->role = e->role;
    snprintf(o->name, sizeof o->name, "%s", p->model[row].name);
    if ((e->weights ? snprintf(o->weights, sizeof o->weights, "%s", e->weights)
                    : snprintf(o->weights, sizeof o->weights, "%s/models/%s.weights", a->zoo.folder,
                               o->name)) >= (int)sizeof o->weights ||
        snprintf(o->cfg, sizeof o->cfg, "%s%s", e->recipe.classes ? o->weights : e->cfg,
                 e->recipe.classes ? ".cfg" : "") >= (int)sizeof o->cfg) {
        return lu_fail(LU_ERR_CANNOT, "the path of %s is too long", o->name);
    }
    return LU_OK;
}

lu_err lu_lab_take(lu_app *a)
{
    char line[LU_PROMPT_MAX] = "add";
    offer o;
    lu_err err = a->zoo.shown ? offer_of_zoo(a, &o) : offer_made(&a->lab, &o);

    if (!err && !lu_app_has_case(a)) {
        err = lu_fail(LU_ERR_CANNOT, "no case is open that could take it");
    }
    if (err || lu_words_add(line, sizeof line, lu_role_name(o.role)) ||
        lu_words_add(line, sizeof line, o.name) || lu_words_add(line, sizeof line, o.cfg) ||
        lu_words_add(line, sizeof line, o.weights)) {
        return lu_app_fail(a, err ? err : LU_ERR_USAGE);
    }
    lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, line);
    lu_app_say(a, LU_INK_DIM, "Enter adds it; the role may be positive, negative or suspect");
    return LU_OK;
}
