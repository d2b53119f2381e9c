/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every network of the zoo under every kind of evidence. */
#include "sessions/lab/zoo_parts.h"
#include "sessions/resist/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static lu_finding judged(const lu_model_result *m, lu_metric from, lu_metric to)
{
    bool cast[LU_METRIC_COUNT], copy[LU_METRIC_COUNT];
    size_t n = 0;

    for (int i = (int)from; i <= (int)to; i++) {
        cast[n] = m->judgement.vote[i].cast;
        copy[n++] = m->judgement.vote[i].copy;
    }
    return lu_resist_votes(cast, copy, n);
}

/* The victim against itself, by the thresholds that suspects are held against. */
static lu_finding judged_self(const lu_result *r, lu_metric from, lu_metric to)
{
    bool cast[LU_METRIC_COUNT], copy[LU_METRIC_COUNT];
    size_t n = 0;

    for (int i = (int)from; i <= (int)to; i++) {
        const lu_value *v = &r->self.metric[i];
        cast[n] = v->known && r->threshold[i].usable;
        copy[n++] = v->value <= r->threshold[i].tau;
    }
    return lu_resist_votes(cast, copy, n);
}

static lu_finding member_finding(const lu_member_report *r, const char *name)
{
    for (size_t i = 0; i < r->models; i++) {
        const lu_member_model *m = &r->model[i];
        if (strcmp(m->name, name) == 0 && m->known) {
            return lu_resist_member(m->corrected_p);
        }
    }
    return (lu_finding){.score = NAN, .p = NAN};
}

/* --- points --- */

static const lu_model_result *result_of(const lu_result *r, const char *name)
{
    for (size_t i = 0; i < r->models; i++) {
        if (strcmp(r->model[i].name, name) == 0) {
            return &r->model[i];
        }
    }
    return NULL;
}

/* Which attack and strength a model of the plan is; NULL for others. */
static const lu_attack *attack_of(const lu_resist_options *o, const char *name, double *strength)
{
    char own[LU_NAME_MAX];

    for (size_t i = 0; i < lu_attack_count; i++) {
        for (size_t k = 0; k < lu_resist_strengths(o, &lu_attacks[i]); k++) {
            *strength = lu_attacks[i].strength[k];
            lu_resist_name(&lu_attacks[i], *strength, own);
            if (strcmp(own, name) == 0) {
                return &lu_attacks[i];
            }
        }
    }
    *strength = NAN;
    return NULL;
}

/* *chance_p is that of the network's accuracy. */
static void similarity(const lu_resist_work *w, lu_resist_point *p, double *chance_p)
{
    const lu_model_result *m = result_of(&w->result, p->name);

    *chance_p = m ? m->scores.chance_p.value : w->result.self.chance_p.value;
    if (m == NULL) { /* the victim */
        p->clean = w->result.victim_accuracy;
        p->finding[LU_EXHIBIT_BLACK] = judged_self(&w->result, LU_METRIC_ROBD, LU_METRIC_JSD);
        p->finding[LU_EXHIBIT_WHITE] = judged_self(&w->result, LU_METRIC_NOD, LU_METRIC_LAD);
        return;
    }
    p->clean = m->accuracy;
    p->finding[LU_EXHIBIT_BLACK] = judged(m, LU_METRIC_ROBD, LU_METRIC_JSD);
    p->finding[LU_EXHIBIT_WHITE] = judged(m, LU_METRIC_NOD, LU_METRIC_LAD);
}

/* --- asking --- */

typedef struct asked {
    int32_t *keys, *boundary; /* labels; owned */
} asked;

static lu_err ask(lu_resist_work *w, const char *weights, asked *out)
{
    lu_answering a;
    lu_err err;

    LU_TRY(lu_answering_open(w->cfg, weights, false, &a));
    err = lu_answering_labels(&a, &w->bundle.keys, NULL, &out->keys);
    if (!err) {
        err = lu_answering_labels(&a, &w->boundary, NULL, &out->boundary);
    }
    lu_answering_close(&a);
    return err;
}

static lu_err ask_all(lu_resist_work *w, const lu_zoo *z, asked *list)
{
    struct timespec from, to;

    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t i = 0; i < z->plan.models; i++) {
        LU_TRY(lu_job_at(w->job, "asking for labels", (double)i, (double)z->plan.models));
        LU_TRY(lu_within(ask(w, z->weights[i], &list[i]), "%s", z->plan.model[i].name));
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    w->ask_seconds =
        ((double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec)) /
        (double)z->plan.models;
    return LU_OK;
}

static lu_role role_of(const lu_zoo *z, size_t i)
{
    return z->plan.entry[z->plan.model[i].entry].role;
}

/* The negatives' shares of the boundary's points but for `without`; how many. */
static size_t negative_shares(const lu_resist_work *w, const lu_zoo *z, const asked *list,
                              size_t without, double *out)
{
    size_t n = 0;

    for (size_t i = 0; i < z->plan.models; i++) {
        if (role_of(z, i) == LU_ROLE_NEGATIVE && i != without) {
            out[n++] = lu_resist_boundary_share(w, list[i].boundary);
        }
    }
    return n;
}

static void add_point(const lu_resist_work *w, const lu_zoo *z, const asked *list,
                      const lu_member_report *members, size_t i, lu_resist *out)
{
    lu_resist_point *p = &out->point[out->points++];
    double share[LU_RESIST_POINTS], chance_p;
    size_t n = negative_shares(w, z, list, i, share);

    *p = (lu_resist_point){.role = role_of(z, i)};
    snprintf(p->name, sizeof p->name, "%s", z->plan.model[i].name);
    p->attack = attack_of(w->o, p->name, &p->strength);
    p->same_data = p->role == LU_ROLE_NEGATIVE && strncmp(p->name, "neg1", 4) == 0;
    similarity(w, p, &chance_p);
    p->finding[LU_EXHIBIT_MARK] = lu_resist_mark(w, list[i].keys);
    p->finding[LU_EXHIBIT_BOUNDARY] = lu_resist_boundary(w, list[i].boundary, share, n);
    p->finding[LU_EXHIBIT_MEMBER] = member_finding(members, p->name);
    lu_resist_void(p, chance_p);
}

static lu_err members_of(lu_resist_work *w, lu_member_report *out)
{
    lu_member_options o = {.jobs = w->o->jobs};
    char path[LU_BUNDLE_PATH];
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(lu_resist_path(w, "zoo/zoo.case", path));
    LU_TRY(lu_case_open(path, LU_CASE_WRITE, &c));
    err = lu_case_look(c, false, w->job, &w->look);
    err = err ? err : lu_member_run(c, &o, w->job, out);
    lu_case_close(&c);
    return err;
}

/* The victim and what was made of it first, negatives last; the query attacks between them. */
static lu_err add_points(lu_resist_work *w, const lu_zoo *z, const asked *list,
                         const lu_member_report *members, lu_resist *out)
{
    double share[LU_RESIST_POINTS];
    size_t negatives = negative_shares(w, z, list, SIZE_MAX, share);

    for (size_t i = 0; i < z->plan.models; i++) {
        if (role_of(z, i) != LU_ROLE_NEGATIVE) {
            add_point(w, z, list, members, i, out);
        }
    }
    LU_TRY(lu_resist_wrap(w, share, negatives, out));
    for (size_t i = 0; i < z->plan.models; i++) {
        if (role_of(z, i) == LU_ROLE_NEGATIVE) {
            add_point(w, z, list, members, i, out);
            out->negatives++;
        }
    }
    return lu_resist_claims(w, list[0].keys, out);
}

lu_err lu_resist_ask(lu_resist_work *w, lu_zoo *z, lu_resist *out)
{
    lu_member_report members = {0};
    asked *list;
    lu_err err;

    LU_TRY(LU_NEW(list, z->plan.models));
    err = ask_all(w, z, list);
    err = err ? err : members_of(w, &members);
    err = err ? err : add_points(w, z, list, &members, out);
    lu_member_report_fini(&members);
    for (size_t i = 0; i < z->plan.models; i++) {
        free(list[i].keys);
        free(list[i].boundary);
    }
    free(list);
    return err;
}
