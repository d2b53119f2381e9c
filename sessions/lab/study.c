/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/lab/study.h"
#include "viz/viz.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double CONFIDENCE = 0.95;

const char *const lu_rests_on_names[LU_ON_COUNT] = {"black box", "white box", "all six"};

/* Which models a row is about. */
typedef struct choice {
    const lu_study *study;
    size_t entry;       /* SIZE_MAX = any */
    const char *family; /* NULL = any */
    lu_role role;
} choice;

/* --- finding --- */

static size_t entry_of(const lu_study *s, const lu_model_result *m)
{
    for (size_t i = 0; i < s->plan->models; i++) {
        if (strcmp(s->plan->model[i].name, m->name) == 0) {
            return s->plan->model[i].entry;
        }
    }
    return SIZE_MAX;
}

static bool chosen(const choice *c, const lu_model_result *m)
{
    size_t entry = entry_of(c->study, m);

    if (entry == SIZE_MAX || m->role != c->role || (c->entry != SIZE_MAX && entry != c->entry)) {
        return false;
    }
    return c->family == NULL ||
           strcmp(lu_methods[c->study->plan->entry[entry].recipe.kind]->family, c->family) == 0;
}

/* --- counting --- */

static lu_spread spread_of(const double *v, size_t n)
{
    lu_spread s = {.mean = NAN, .sd = NAN};
    double sum = 0, squares = 0;

    for (size_t i = 0; i < n; i++) {
        sum += isnan(v[i]) ? 0 : v[i];
        s.n += !isnan(v[i]);
    }
    s.mean = s.n ? sum / (double)s.n : NAN;
    for (size_t i = 0; i < n; i++) {
        squares += isnan(v[i]) ? 0 : (v[i] - s.mean) * (v[i] - s.mean);
    }
    s.sd = s.n > 1 ? sqrt(squares / (double)(s.n - 1)) : NAN;
    return s;
}

static bool counts(lu_rests_on on, int metric)
{
    return on == LU_ON_ALL || lu_metrics[metric].white_box == (on == LU_ON_WHITE);
}

/* The vote on part of the metrics; false when none of them was cast. */
static bool verdict_on(const lu_model_result *m, lu_rests_on on, bool *copy)
{
    size_t votes = 0, of = 0;

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        const lu_vote *v = &m->judgement.vote[k];
        of += counts(on, k) && v->cast;
        votes += counts(on, k) && v->cast && v->copy;
    }
    *copy = 2 * votes > of;
    return of > 0;
}

static void count_copies(const lu_study *s, const choice *c, lu_study_row *row)
{
    for (int on = 0; on < LU_ON_COUNT; on++) {
        size_t k = 0, n = 0;
        for (size_t i = 0; i < s->result->models; i++) {
            bool copy;
            if (chosen(c, &s->result->model[i]) && verdict_on(&s->result->model[i], on, &copy)) {
                k += copy;
                n++;
            }
        }
        row->copies[on] = lu_rate_of(k, n, CONFIDENCE);
    }
}

/* What a row is made of: the metrics, then these. */
enum { ACCURACY = LU_METRIC_COUNT, NNOD_FIXED, NNOD_MATCHED };

static double value_of(const lu_model_result *m, int what)
{
    const lu_value *nnod = what == NNOD_FIXED ? &m->scores.nnod_fixed : &m->scores.nnod_matched;

    if (what == ACCURACY) {
        return m->accuracy;
    }
    return what < ACCURACY ? lu_result_value(m, (lu_metric)what) : nnod->known ? nnod->value : NAN;
}

/* Values of one of them. Returns how many models. */
static size_t values(const lu_study *s, const choice *c, int metric, double *out)
{
    size_t n = 0;

    for (size_t i = 0; i < s->result->models; i++) {
        const lu_model_result *m = &s->result->model[i];
        if (chosen(c, m)) {
            out[n++] = value_of(m, metric);
        }
    }
    return n;
}

static lu_err area(const double *copies, size_t n, const double *negatives, size_t m, double *auc)
{
    lu_roc roc;

    LU_TRY(lu_roc_of(copies, n, negatives, m, NAN, &roc));
    *auc = roc.auc;
    lu_roc_fini(&roc);
    return LU_OK;
}

static lu_err fill_row(const lu_study *s, const choice *c, lu_study_row *row)
{
    const choice innocent = {s, SIZE_MAX, NULL, LU_ROLE_NEGATIVE};
    double *own, *others;
    lu_err err = LU_OK;

    LU_TRY(LU_NEW(own, 2 * s->result->models + 1));
    others = own + s->result->models;
    row->role = c->role;
    row->models = values(s, c, ACCURACY, own);
    row->accuracy = spread_of(own, row->models);
    for (int k = 0; k <= NNOD_MATCHED && !err; k++) {
        lu_spread *spread = k < ACCURACY ? &row->metric[k] : &row->nnod[k == NNOD_MATCHED];
        double *auc = k < ACCURACY ? &row->auc[k] : &row->nnod_auc[k == NNOD_MATCHED];
        if (k == ACCURACY) {
            continue;
        }
        values(s, c, k, own);
        *spread = spread_of(own, row->models);
        *auc = NAN;
        if (c->role == LU_ROLE_POSITIVE) {
            size_t n = values(s, &innocent, k, others);
            err = area(own, row->models, others, n, auc);
        }
    }
    count_copies(s, c, row);
    free(own);
    return err;
}

size_t lu_study_values(const lu_study *s, const lu_study_row *row, lu_metric metric, double *out)
{
    choice c = {s, 0, NULL, row->role};

    while (c.entry < s->plan->entries && strcmp(s->plan->entry[c.entry].name, row->name) != 0) {
        c.entry++;
    }
    return values(s, &c, metric, out);
}

/* --- the rows --- */

static lu_err add_entries(lu_study *s)
{
    LU_TRY(LU_NEW(s->row, s->plan->entries));
    for (size_t i = 0; i < s->plan->entries; i++) {
        const lu_zoo_entry *e = &s->plan->entry[i];
        choice c = {s, i, NULL, e->role};
        lu_study_row *row = &s->row[s->rows];
        if (e->role == LU_ROLE_VICTIM) {
            continue;
        }
        snprintf(row->name, sizeof row->name, "%s", e->name);
        snprintf(row->label, sizeof row->label, "%s", e->label);
        snprintf(row->family, sizeof row->family, "%s",
                 e->role == LU_ROLE_POSITIVE ? lu_methods[e->recipe.kind]->family : "");
        LU_TRY(fill_row(s, &c, row));
        s->rows++;
    }
    return LU_OK;
}

static lu_err add_group(lu_study *s, const char *name, const char *family, lu_role role)
{
    choice c = {s, SIZE_MAX, family, role};
    lu_study_row *row = &s->group[s->groups++];

    snprintf(row->name, sizeof row->name, "%s", name);
    snprintf(row->label, sizeof row->label, "%s", name);
    snprintf(row->family, sizeof row->family, "%s", family ? family : "");
    return fill_row(s, &c, row);
}

static lu_err add_groups(lu_study *s)
{
    LU_TRY(LU_NEW(s->group, s->rows + 2));
    for (size_t i = 0; i < s->rows; i++) {
        const char *family = s->row[i].family;
        bool known = family[0] == '\0';
        for (size_t k = 0; k < s->groups; k++) {
            known |= strcmp(s->group[k].family, family) == 0;
        }
        if (!known) {
            LU_TRY(add_group(s, family, family, LU_ROLE_POSITIVE));
        }
    }
    LU_TRY(add_group(s, "all copies", NULL, LU_ROLE_POSITIVE));
    return add_group(s, "all negatives", NULL, LU_ROLE_NEGATIVE);
}

lu_err lu_study_of(const lu_zoo_plan *plan, const lu_result *result, lu_study *out)
{
    lu_err err;

    *out = (lu_study){.plan = plan, .result = result};
    err = add_entries(out);
    if (!err) {
        err = add_groups(out);
    }
    if (err) {
        lu_study_fini(out);
    }
    return err;
}

void lu_study_fini(lu_study *s)
{
    free(s->row);
    free(s->group);
    *s = (lu_study){0};
}
