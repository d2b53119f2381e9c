/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Controls first, then verdicts: a control that shows something makes the run invalid, since then
 * the sets differ in more than who was trained on them (spec watermark B4). */
#include "sessions/export/wording.h"
#include "sessions/membership/internal.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A control fires at this p (spec watermark B4: "must give p > 0.05"). */
static const double CONTROL_ALPHA = 0.05;

const char *lu_member_caveat(void)
{
    return lu_phrase_text(LU_PHRASE_MEMBERSHIP_CAVEAT);
}

const char *lu_member_verdict_name(lu_member_verdict v)
{
    static const char *const names[LU_MEMBER_VERDICTS] = {"used", "not-shown", "invalid"};

    return names[v];
}

bool lu_member_unrelated(const lu_params *p, const char *name)
{
    char list[LU_WORD_MAX], *rest = list, *one;
    bool found = strcmp(p->membership.unrelated, "all") == 0;

    snprintf(list, sizeof list, "%s", p->membership.unrelated);
    while (!found && (one = strsep(&rest, ",")) != NULL) {
        found = fnmatch(one, name, 0) == 0;
    }
    return found;
}

bool lu_member_official(const lu_case *c)
{
    lu_spec train, test;

    return lu_spec_parse(c->set[LU_SET_TRAIN].spec, &train) == LU_OK &&
           lu_spec_parse(c->set[LU_SET_TEST].spec, &test) == LU_OK && train.kind == test.kind &&
           (train.kind == LU_SPEC_MNIST || train.kind == LU_SPEC_CIFAR10);
}

/* --- against the unrelated negatives --- */

static double statistic(const lu_member_model *m, int k)
{
    const lu_member_evidence *e = &m->evidence;

    return k == LU_MEMBER_AVERAGE    ? e->average
           : k == LU_MEMBER_MEAN_GAP ? e->mean_gap
                                     : e->loss_gap_z;
}

static bool is_reference(const lu_member_model *m)
{
    return m->known && m->control && !m->made;
}

/* The library's ranks are of distances, where small is suspicious: the sign is turned. */
static lu_member_standing stand(const lu_member_report *r, const lu_member_model *m, int k,
                                double *room)
{
    lu_member_standing s = {.rank_p = NAN, .predictive_p = NAN};

    for (size_t i = 0; i < r->models; i++) {
        const lu_member_model *other = &r->model[i];
        if (other != m && is_reference(other)) {
            room[s.n++] = -statistic(other, k);
        }
    }
    lu_mean_sd(room, s.n, &s.mean, &s.sd);
    if (s.n > 0) {
        s.rank_p = lu_rank_p(-statistic(m, k), room, s.n);
        s.predictive_p = lu_predictive_p(-statistic(m, k), s.mean, s.sd, s.n);
    }
    s.mean = -s.mean;
    return s;
}

/* --- corrected p values --- */

static void take_three(const lu_member_evidence *e, double *p)
{
    p[0] = e->p;
    p[1] = e->mean_gap_p;
    p[2] = e->loss_gap_p;
}

static double least(const double *p)
{
    return fmin(p[0], fmin(p[1], p[2]));
}

static void correct(lu_member_report *r, double *room)
{
    size_t n = 0;

    for (size_t i = 0; i < r->models; i++) {
        lu_member_model *m = &r->model[i];
        double three[3];
        if (m->known) {
            take_three(&m->evidence, three);
            lu_holm(three, 3);
            m->corrected_p = least(three);
        }
        if (is_reference(m)) {
            take_three(&m->evidence, room + 3 * n++);
        }
    }
    lu_holm(room, 3 * n);
    n = 0;
    for (size_t i = 0; i < r->models; i++) {
        if (is_reference(&r->model[i])) {
            r->model[i].corrected_p = least(room + 3 * n++);
        }
    }
}

/* --- is the run valid? --- */

static void invalid(lu_member_report *r, const char *why)
{
    if (r->valid) {
        r->valid = false;
        snprintf(r->reason, sizeof r->reason, "%s", why);
    }
}

static void check_samples(lu_member_report *r)
{
    char text[LU_TEXT_MAX];

    if (r->official) {
        invalid(r, "members and others are the published train and test halves of a set, not a "
                   "random split: lineup lab split makes one");
    }
    if (r->shift_p <= CONTROL_ALPHA) { /* false while it is not known */
        snprintf(text, sizeof text,
                 "members and others differ as images, before any network has seen them (p %.3g): "
                 "not a random split",
                 r->shift_p);
        invalid(r, text);
    }
}

static void check_controls(lu_member_report *r)
{
    size_t untrained = 0, unrelated = 0;
    char text[LU_TEXT_MAX];

    for (size_t i = 0; i < r->models; i++) {
        lu_member_model *m = &r->model[i];
        m->fires = m->control && m->known && m->corrected_p <= CONTROL_ALPHA;
        untrained += m->made && m->known;
        unrelated += is_reference(m);
        if (m->fires) {
            snprintf(text, sizeof text,
                     "the control %s, which never saw the members, shows a difference (p %.3g)",
                     m->name, m->corrected_p);
            invalid(r, text);
        }
    }
    if (untrained == 0) {
        invalid(r, "the untrained network could not be tested");
    }
    if (unrelated == 0) {
        invalid(r, "there is no unrelated negative: add a network that never saw the members, and "
                   "name it in membership.unrelated");
    }
}

/* Controls are there to show nothing: an untrained network is at chance by its nature. */
static bool is_void(const lu_member_model *m)
{
    return m->known && !m->control && lu_at_chance(m->chance_p);
}

static void decide(const lu_member_report *r, lu_member_model *m)
{
    double p = r->any_of_three ? m->corrected_p : m->evidence.p;

    if (is_void(m)) {
        lu_chance_reason(m->chance_p, m->finding, sizeof m->finding);
    }
    m->verdict = !r->valid || !m->known || is_void(m) ? LU_MEMBER_INVALID
                 : p <= r->params.alpha               ? LU_MEMBER_USED
                                                      : LU_MEMBER_NOT_SHOWN;
}

void lu_member_judge(lu_member_report *r)
{
    double *room = lu_zalloc(3 * r->models, sizeof *room);

    r->valid = room != NULL;
    r->missing = 0;
    for (size_t i = 0; i < r->models && room != NULL; i++) {
        for (int k = 0; k < LU_MEMBER_STATISTICS && r->model[i].known; k++) {
            r->model[i].standing[k] = stand(r, &r->model[i], k, room);
        }
        r->missing += !r->model[i].known;
    }
    if (room != NULL) {
        correct(r, room);
    }
    check_samples(r);
    check_controls(r);
    for (size_t i = 0; i < r->models; i++) {
        decide(r, &r->model[i]);
    }
    free(room);
}
