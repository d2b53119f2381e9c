/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/lab/zoo_membership.h"
#include "sessions/lab/zoo_parts.h"
#include "sessions/stages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double NOMINAL = 0.05; /* spec watermark B4's table */

enum { SIZES = 3, LEAST_SETS = 3 };

/* The paper's 100, 200, 300; where there are fewer samples, thirds of what there is. */
static size_t size_of(size_t cell, size_t most)
{
    static const size_t paper[SIZES] = {100, 200, 300};
    size_t k = cell % SIZES;

    return most >= paper[SIZES - 1] ? paper[k] : (k + 1) * most / SIZES;
}

/* --- one network --- */

static void take_cell(const lu_member_evidence *e, lu_pooled_cell *c)
{
    double least = 1;

    c->best = e->best;
    c->accuracy = e->class[e->best].accuracy;
    c->average = e->average;
    c->tested = e->tested;
    for (size_t r = 0; r < e->classes; r++) {
        if (e->class[r].tested) {
            least = fmin(least, e->class[r].nominal);
            c->nominal += e->class[r].nominal <= NOMINAL;
        }
    }
    c->accused = least * (double)e->tested <= NOMINAL;
}

static lu_err fill_cell(const lu_member_sets *s, const lu_member_params *params, size_t most,
                        size_t k, lu_pooled_cell *c)
{
    lu_member_params p = *params;
    lu_member_evidence e;

    p.permutations = 0;
    p.pmi.sets = c->sets = LEAST_SETS + k / SIZES;
    p.pmi.samples = c->samples = size_of(k, most);
    c->best = SIZE_MAX;
    c->accuracy = c->average = NAN;
    if (lu_member_fit(s->member_labels, s->n_members, s->other_labels, s->n_others, s->classes,
                      c->sets, c->samples) < c->samples ||
        c->samples < 2) {
        return LU_OK;
    }
    LU_TRY(lu_member_test(s, &p, NULL, "", &e));
    take_cell(&e, c);
    lu_member_evidence_fini(&e);
    return LU_OK;
}

static lu_err fill_cells(const lu_member_sets *s, const lu_member_params *params,
                         lu_pooled_row *row)
{
    size_t most = lu_member_fit(s->member_labels, s->n_members, s->other_labels, s->n_others,
                                s->classes, LEAST_SETS + 2, 300);

    for (size_t k = 0; k < LU_POOLED_CELLS; k++) {
        LU_TRY(fill_cell(s, params, most, k, &row->cell[k]));
    }
    return LU_OK;
}

static lu_err ask(lu_run *r, const lu_item *item, const lu_member_params *params,
                  lu_pooled_row *row)
{
    const lu_shared *p, *q;
    lu_model_files files;
    float *a = NULL, *b = NULL;
    lu_err err;

    LU_TRY(lu_run_set(r, LU_SET_TRAIN, &p));
    LU_TRY(lu_run_set(r, LU_SET_TEST, &q));
    LU_TRY(lu_item_open(r->c, item, &files));
    err = lu_run_outputs(r, &files, &item->info, p, p->samples.n, LU_LAYER_LOGITS, "asking", &a);
    if (!err) {
        err =
            lu_run_outputs(r, &files, &item->info, q, q->samples.n, LU_LAYER_LOGITS, "asking", &b);
    }
    if (!err) {
        lu_member_sets s = {a,
                            b,
                            p->samples.labels,
                            q->samples.labels,
                            p->samples.n,
                            q->samples.n,
                            item->info.classes};
        err = fill_cells(&s, params, row);
    }
    lu_item_close(&files);
    free(a);
    free(b);
    return err;
}

/* --- the rows --- */

static const lu_member_model *tested(const lu_member_report *r, const char *name)
{
    for (size_t i = 0; i < r->models; i++) {
        if (strcmp(r->model[i].name, name) == 0) {
            return &r->model[i];
        }
    }
    return NULL;
}

static void take_tests(const lu_member_report *r, lu_pooled_row *row)
{
    const lu_member_model *m = tested(r, row->name);

    row->p = row->mean_gap_p = row->loss_gap_z = row->member_accuracy = row->other_accuracy = NAN;
    if (m != NULL && m->known) {
        row->innocent = m->control;
        row->verdict = m->verdict;
        row->p = m->evidence.p;
        row->mean_gap_p = m->evidence.mean_gap_p;
        row->loss_gap_z = m->evidence.loss_gap_z;
        row->member_accuracy = m->member_accuracy;
        row->other_accuracy = m->other_accuracy;
    }
}

static lu_err fill_rows(lu_zoo *z, lu_run *r, const lu_job *job, lu_pooled_study *s)
{
    const lu_zoo_plan *plan = &z->plan;

    LU_TRY(LU_NEW(s->row, plan->models));
    for (size_t i = 0; i < plan->models; i++) {
        const lu_item *item = lu_case_find(r->c, plan->model[i].name);
        lu_pooled_row *row = &s->row[s->rows++];
        LU_TRY(lu_job_at(job, "filling the tables", (double)i, (double)plan->models));
        row->entry = &plan->entry[plan->model[i].entry];
        snprintf(row->name, sizeof row->name, "%s", plan->model[i].name);
        snprintf(row->label, sizeof row->label, "%s", row->entry->label);
        take_tests(&s->report, row);
        if (item != NULL) {
            LU_TRY(ask(r, item, &s->report.params, row));
        }
    }
    return LU_OK;
}

static lu_err study_case(lu_zoo *z, lu_case *c, size_t jobs, const lu_job *job,
                         lu_pooled_study *out)
{
    const lu_member_options o = {.jobs = jobs};
    const lu_run_options options = {.jobs = jobs};
    lu_result counts = {0};
    lu_run r;
    lu_err err;

    LU_TRY(lu_member_run(c, &o, job, &out->report));
    out->colour = c->set[LU_SET_TRAIN].shape.c == 3;
    err = lu_run_start(&r, c, &options, NULL, &counts);
    if (!err) {
        err = fill_rows(z, &r, job, out);
    }
    lu_run_fini(&r);
    return err;
}

lu_err lu_zoo_membership(lu_zoo *z, size_t jobs, const lu_job *job, lu_pooled_study *out)
{
    lu_case *c = NULL;
    lu_err err;

    *out = (lu_pooled_study){0};
    err = lu_zoo_case(z, job, &c);
    if (!err) {
        err = study_case(z, c, jobs, job, out);
    }
    lu_case_close(&c);
    if (err) {
        lu_pooled_study_fini(out);
    }
    return err;
}

void lu_pooled_study_fini(lu_pooled_study *s)
{
    lu_member_report_fini(&s->report);
    free(s->row);
    *s = (lu_pooled_study){0};
}
