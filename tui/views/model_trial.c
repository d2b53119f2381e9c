/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/model_trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ALPHA_STEP 0.05

static const char prefix[] = "judge.";

/* A parameter of the judgement that differs? */
static bool differs(const lu_params *a, const lu_params *b, const lu_param_row *row)
{
    char x[LU_WORD_MAX], y[LU_WORD_MAX];

    if (strncmp(row->key, prefix, strlen(prefix)) != 0) {
        return false;
    }
    lu_params_text(a, row, x);
    lu_params_text(b, row, y);
    return strcmp(x, y) != 0;
}

static bool same_settings(const lu_params *a, const lu_params *b)
{
    for (size_t i = 0; i < lu_param_count; i++) {
        if (differs(a, b, &lu_param_table[i])) {
            return false;
        }
    }
    return true;
}

bool lu_trial_on(const lu_app *a)
{
    return a->without.n > 0 || !same_settings(&a->trial, &a->c->params);
}

static size_t place_of(const lu_names *names, const char *name)
{
    size_t i = 0;

    while (i < names->n && strcmp(names->name[i], name) != 0) {
        i++;
    }
    return i;
}

/* "KEY=VALUE ... WITHOUTneg-1,neg-2"; `skip` bytes of each key are left out. */
static void list_changes(const lu_app *a, size_t skip, const char *without, char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < lu_param_count; i++) {
        const lu_param_row *row = &lu_param_table[i];
        size_t len = strlen(out);
        char value[LU_WORD_MAX];

        if (differs(&a->trial, &a->c->params, row)) {
            lu_params_text(&a->trial, row, value);
            snprintf(out + len, size - len, "%s%s=%s", len ? " " : "", row->key + skip, value);
        }
    }
    for (size_t i = 0; i < a->without.n; i++) {
        size_t len = strlen(out);

        snprintf(out + len, size - len, "%s%s%s", len && i == 0 ? " " : "", i ? "," : without,
                 a->without.name[i]);
    }
}

void lu_trial_text(const lu_app *a, char *out, size_t size)
{
    list_changes(a, strlen(prefix), "without ", out, size);
}

/* --- the copy --- */

/* What was judged last, and of what. */
static struct {
    const lu_app *app;
    const lu_model_result *of; /* the stored result's models */
    unsigned looks;
    size_t models;
    lu_params params;
    lu_names without;
    lu_model_result *model; /* owned */
    lu_result result;
} judged;

static bool copy_result(const lu_app *a)
{
    const lu_result *r = &a->look.result;
    lu_model_result *fresh;

    if (judged.app == a && judged.looks == a->looks && judged.of == r->model &&
        judged.models == r->models && judged.model != NULL) {
        return true;
    }
    free(judged.model);
    judged.model = NULL;
    fresh = lu_zalloc(r->models, sizeof *fresh);
    if (fresh == NULL) {
        return false;
    }
    memcpy(fresh, r->model, r->models * sizeof *fresh);
    judged.app = a;
    judged.of = r->model;
    judged.looks = a->looks;
    judged.models = r->models;
    judged.model = fresh;
    judged.result = *r;
    judged.result.model = fresh;
    judged.params = a->c->params;
    judged.without.n = 0;
    return true;
}

static bool same_names(const lu_names *a, const lu_names *b)
{
    for (size_t i = 0; i < a->n && a->n == b->n; i++) {
        if (strcmp(a->name[i], b->name[i]) != 0) {
            return false;
        }
    }
    return a->n == b->n;
}

static void leave_out(lu_result *r, const lu_names *without)
{
    for (size_t i = 0; i < r->models; i++) {
        r->model[i].out = place_of(without, r->model[i].name) < without->n;
    }
}

const lu_result *lu_trial_result(const lu_app *a)
{
    lu_judge_params p;

    if (!lu_trial_on(a) || a->look.result.models == 0 || !copy_result(a)) {
        return &a->look.result;
    }
    if (!same_settings(&judged.params, &a->trial) || !same_names(&judged.without, &a->without)) {
        p = lu_params_judge(&a->trial);
        leave_out(&judged.result, &a->without);
        lu_result_judge(&judged.result, &p);
        judged.params = a->trial;
        judged.without = a->without;
    }
    return &judged.result;
}

/* --- commands --- */

/* "judge.alpha_white" for the metric. */
static const char *alpha_key(lu_metric metric)
{
    return lu_metrics[metric].white_box ? "judge.alpha_white" : "judge.alpha_black";
}

/* "judge.alpha_white=0.5 without=neg-1,neg-2" */
static void trial_line(const lu_app *a, char *out, size_t size)
{
    list_changes(a, 0, "without=", out, size);
}

/* Counts and journals what is looked at now; the case's own settings are no trial. */
static bool note(lu_app *a)
{
    char line[LU_LINE_MAX];

    trial_line(a, line, sizeof line);
    return line[0] == '\0' || lu_app_try(a, line);
}

static void try_setting(lu_app *a, const char *assignment)
{
    lu_params p = a->trial, before;

    if (strncmp(assignment, prefix, strlen(prefix)) != 0) {
        lu_app_say(a, LU_INK_WARNING, "only judge.* can be tried; 'set' changes the case");
        return;
    }
    if (lu_params_set(&p, assignment)) {
        (void)lu_app_fail(a, LU_ERR_USAGE);
        return;
    }
    if (same_settings(&p, &a->trial)) {
        return;
    }
    before = a->trial;
    a->trial = same_settings(&p, &a->c->params) ? a->c->params : p;
    if (!note(a)) {
        a->trial = before;
    }
}

static void ask_setting(lu_app *a)
{
    char line[64];

    snprintf(line, sizeof line, "try %s=", alpha_key(lu_metric_at(a)));
    lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, line);
    lu_app_say(a, LU_INK_DIM, "judge.alpha_black, alpha_white, confidence, bound, metrics");
}

static void step_alpha(lu_app *a, double by)
{
    lu_metric k = lu_metric_at(a);
    double now = lu_params_judge(&a->trial).alpha[k];
    double next = round((now + by) / ALPHA_STEP) * ALPHA_STEP;
    char line[64], number[LU_NUMBER_MAX];

    next = fmin(1, fmax(ALPHA_STEP, next));
    snprintf(line, sizeof line, "%s=%s", alpha_key(k), lu_number_fixed(next, 2, number));
    try_setting(a, line);
}

/* The metric looked at votes, or does not: a new list of names. */
static void turn_metric(lu_app *a)
{
    lu_judge_params p = lu_params_judge(&a->trial);
    lu_metric at = lu_metric_at(a);
    char line[128] = "judge.metrics=";
    size_t n = 0;

    p.used[at] = !p.used[at];
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        size_t len = strlen(line);

        if (p.used[k]) {
            snprintf(line + len, sizeof line - len, "%s%s", n++ ? "," : "", lu_metrics[k].name);
        }
    }
    if (n == 0) {
        lu_app_say(a, LU_INK_WARNING, "at least one metric has to vote");
        return;
    }
    try_setting(a, n == LU_METRIC_COUNT ? "judge.metrics=all" : line);
}

/* The negative looked at, or the one named, is left out, or taken in again. */
static void turn_negative(lu_app *a, const char *name)
{
    const lu_model_result *m = lu_app_suspect(a);
    lu_names *out = &a->without, before = a->without;
    const lu_item *item = name[0] ? lu_case_find(a->c, name)
                          : m     ? lu_case_find(a->c, m->name)
                                  : NULL;
    size_t at;

    if (item == NULL || item->role != LU_ROLE_NEGATIVE) {
        lu_app_say(a, LU_INK_WARNING, "%s is no negative; n goes on to the next model",
                   item ? item->name : name);
        return;
    }
    at = place_of(out, item->name);
    if (at < out->n) {
        memmove(out->name[at], out->name[at + 1], (--out->n - at) * sizeof out->name[0]);
    } else if (out->n < LU_NAMES_MAX) {
        snprintf(out->name[out->n++], LU_NAME_MAX, "%s", item->name);
    }
    if (!note(a)) {
        *out = before;
    }
}

bool lu_trial_command(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_TRY:
        if (arguments[0]) {
            try_setting(a, arguments);
        } else {
            ask_setting(a);
        }
        return true;
    case LU_DO_WITHOUT: turn_negative(a, arguments); return true;
    case LU_DO_RESET:
        a->without.n = 0;
        a->trial = a->c->params;
        lu_app_say(a, LU_INK_TEXT, "the case's own settings");
        return true;
    case LU_DO_LEFT: step_alpha(a, -ALPHA_STEP); return true;
    case LU_DO_RIGHT: step_alpha(a, ALPHA_STEP); return true;
    case LU_DO_DETAIL: turn_metric(a); return true;
    default: return false;
    }
}
