/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attacks on the questions instead of the network: the stolen victim answers through a filter. Its
 * inputs are smoothed, or a detector trained on keys (sessions/watermark/eval_detector.c: the most
 * an attacker could have) picks out suspicious ones, which are answered at random (evasion) or
 * smoothed first (query modification). Whoever holds the file sees past the filter, so white-box
 * evidence is not asked here.
 */
#include "sessions/resist/parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct filter {
    lu_resist_work *w;
    const lu_attack *attack;
    double strength, threshold; /* of the detector's score; at this or above is suspicious */
    lu_answering victim, detector;
    size_t asked; /* sets, for the random answers */
} filter;

/* --- inputs --- */

/* x' = (1-s) x + s mean of the 3 x 3 pixels around it, those that are there. */
static void smooth(const float *x, lu_shape s, double share, float *to)
{
    for (size_t j = 0; j < lu_shape_size(s); j++) {
        size_t c = j % s.c, at_x = j / s.c % s.w, at_y = j / s.c / s.w;
        double sum = 0;
        int n = 0;
        for (size_t y = at_y ? at_y - 1 : 0; y <= at_y + 1 && y < s.h; y++) {
            for (size_t k = at_x ? at_x - 1 : 0; k <= at_x + 1 && k < s.w; k++) {
                sum += x[(y * s.w + k) * s.c + c];
                n++;
            }
        }
        to[j] = (float)((1 - share) * x[j] + share * sum / n);
    }
}

/* The samples of which `which` says so (NULL: all), smoothed. */
static lu_err smoothed(const lu_shared *x, const bool *which, double share, lu_shared *out)
{
    lu_samples s;
    size_t size = lu_shape_size(x->samples.shape);
    float *one;
    lu_err err;

    LU_TRY(LU_NEW(one, size));
    err = lu_samples_alloc(&s, x->samples.n, x->samples.shape, x->samples.classes, false);
    for (size_t i = 0; i < x->samples.n && !err; i++) {
        lu_samples_values(&x->samples, i, 1, one);
        smooth(one, s.shape, which == NULL || which[i] ? share : 0, s.values + i * size);
        s.labels[i] = x->samples.labels[i];
    }
    if (!err) {
        err = lu_shared_new(&s, out);
        lu_samples_fini(&s);
    }
    free(one);
    return err;
}

/* --- the detector --- */

static lu_err scores_of(filter *f, const lu_shared *x, double **out)
{
    float *z;
    lu_err err;

    LU_TRY(lu_answering_layer(&f->detector, x, LU_LAYER_LOGITS, NULL, &z));
    err = LU_NEW(*out, x->samples.n);
    for (size_t i = 0; !err && i < x->samples.n; i++) {
        (*out)[i] = (double)z[2 * i + 1] - z[2 * i];
    }
    free(z);
    return err;
}

static int falling(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x > y ? -1 : x < y;
}

/* So that the detector calls this share of clean samples suspicious. */
static lu_err set_threshold(filter *f, const lu_shared *clean)
{
    size_t k = (size_t)(f->strength * (double)clean->samples.n);
    double *score;

    LU_TRY(scores_of(f, clean, &score));
    qsort(score, clean->samples.n, sizeof *score, falling);
    f->threshold = score[k ? k - 1 : 0];
    free(score);
    return LU_OK;
}

static lu_err suspicious(filter *f, const lu_shared *x, bool **out)
{
    double *score;
    lu_err err;

    LU_TRY(scores_of(f, x, &score));
    err = LU_NEW(*out, x->samples.n);
    for (size_t i = 0; !err && i < x->samples.n; i++) {
        (*out)[i] = score[i] >= f->threshold;
    }
    free(score);
    return err;
}

/* Another class's score takes the place of the largest: a random answer, as sure as the true one.
 */
static lu_err scramble(filter *f, const bool *which, size_t n, size_t classes, float *z)
{
    lu_rng *rng;

    LU_TRY(lu_rng_new(&rng, f->w->o->seed, "resist-evade", f->asked++));
    for (size_t i = 0; i < n; i++) {
        float *row = z + i * classes;
        size_t top = lu_argmax(row, classes), other = lu_rng_below(rng, classes);
        if (which[i]) {
            float v = row[top];
            row[top] = row[other];
            row[other] = v;
        }
    }
    lu_rng_free(&rng);
    return LU_OK;
}

/* --- through the filter --- */

/* The class scores that whoever asks gets to see; n x classes, owned by the caller. */
static lu_err through(filter *f, const lu_shared *x, float **z)
{
    bool *which = NULL, evade = strcmp(f->attack->name, "evade") == 0,
         all = strcmp(f->attack->name, "smooth") == 0;
    lu_shared changed = {.fd = -1};
    lu_err err = all ? LU_OK : suspicious(f, x, &which);

    *z = NULL;
    if (!err && !evade) {
        err = smoothed(x, which, all ? f->strength : 1, &changed);
    }
    if (!err) {
        err = lu_answering_layer(&f->victim, evade ? x : &changed, LU_LAYER_LOGITS, NULL, z);
    }
    if (!err && evade) {
        err = scramble(f, which, x->samples.n, f->victim.info.classes, *z);
    }
    lu_shared_fini(&changed);
    free(which);
    return err;
}

static lu_err labels_through(filter *f, const lu_shared *x, int32_t **out)
{
    size_t classes = f->victim.info.classes;
    float *z;
    lu_err err;

    LU_TRY(through(f, x, &z));
    err = LU_NEW(*out, x->samples.n);
    for (size_t i = 0; !err && i < x->samples.n; i++) {
        (*out)[i] = (int32_t)lu_argmax(z + i * classes, classes);
    }
    free(z);
    return err;
}

/* --- evidence --- */

static lu_err mark_and_boundary(filter *f, const double *negative, size_t negatives,
                                lu_resist_point *p)
{
    int32_t *answer;

    LU_TRY(labels_through(f, &f->w->bundle.keys, &answer));
    p->finding[LU_EXHIBIT_MARK] = lu_resist_mark(f->w, answer);
    free(answer);
    LU_TRY(labels_through(f, &f->w->boundary, &answer));
    p->finding[LU_EXHIBIT_BOUNDARY] = lu_resist_boundary(f->w, answer, negative, negatives);
    free(answer);
    return LU_OK;
}

/* RobD and JSD against the victim without the filter. */
static lu_err similarity(filter *f, lu_resist_point *p)
{
    const lu_samples *tests = &f->w->look.blackbox.tests;
    const lu_threshold *t = f->w->result.threshold;
    size_t n = tests->n, classes = f->victim.info.classes;
    float *bare = NULL, *seen = NULL;
    lu_shared x;
    lu_err err;

    if (n == 0) {
        return LU_OK;
    }
    LU_TRY(lu_shared_new(tests, &x));
    err = lu_answering_layer(&f->victim, &x, LU_LAYER_LOGITS, NULL, &bare);
    err = err ? err : through(f, &x, &seen);
    if (!err) {
        lu_head head = f->victim.info.head;
        double d[2] = {
            fabs(lu_rob(bare, tests->labels, n, classes) - lu_rob(seen, tests->labels, n, classes)),
            lu_jsd(bare, head, seen, head, n, classes)};
        bool cast[2] = {t[LU_METRIC_ROBD].usable, t[LU_METRIC_JSD].usable};
        bool copy[2] = {d[0] <= t[LU_METRIC_ROBD].tau, d[1] <= t[LU_METRIC_JSD].tau};
        p->finding[LU_EXHIBIT_BLACK] = lu_resist_votes(cast, copy, 2);
    }
    lu_shared_fini(&x);
    free(bare);
    free(seen);
    return err;
}

static double smallest_corrected(const lu_member_evidence *e)
{
    double p[3] = {e->p, e->mean_gap_p, e->loss_gap_p}, least = 1;

    for (size_t i = 0; i < 3; i++) {
        least = p[i] < least ? p[i] : least;
    }
    return fmin(1, 3 * least); /* the first of Holm's */
}

static lu_err membership(filter *f, const lu_shared *own, const lu_shared *test, lu_resist_point *p)
{
    const lu_samples *m = &own->samples, *o = &test->samples;
    size_t classes = f->victim.info.classes;
    lu_member_params params = lu_member_default();
    lu_member_evidence e = {0};
    float *members = NULL, *others = NULL;
    lu_err err = through(f, own, &members);

    err = err ? err : through(f, test, &others);
    params.pmi.samples = 100; /* as attacks.c sets the zoo's case */
    params.pmi.repetitions = 5;
    params.permutations = 399;
    params.seed = f->w->o->seed;
    if (!err) {
        lu_member_sets s = {members, others, m->labels, o->labels, m->n, o->n, classes};
        params.pmi.samples = lu_member_fit(m->labels, m->n, o->labels, o->n, classes,
                                           params.pmi.sets, params.pmi.samples);
        err = lu_member_test(&s, &params, NULL, p->name, &e);
    }
    if (!err) {
        p->finding[LU_EXHIBIT_MEMBER] = lu_resist_member(smallest_corrected(&e));
    }
    lu_member_evidence_fini(&e);
    free(members);
    free(others);
    return err;
}

/* *chance_p is that of its accuracy. */
static lu_err clean(filter *f, const lu_shared *test, lu_resist_point *p, double *chance_p)
{
    const lu_samples *s = &test->samples;
    int32_t *answer;
    size_t right;

    LU_TRY(labels_through(f, test, &answer));
    right = lu_matches(answer, s->labels, s->n);
    free(answer);
    p->clean = (double)right / (double)s->n;
    return lu_chance_p(right, s->labels, s->n, s->classes, chance_p);
}

static lu_err one(filter *f, const lu_shared *own, const lu_shared *test, const double *negative,
                  size_t negatives, lu_resist *out)
{
    lu_resist_point *p = &out->point[out->points];
    double chance_p;

    *p = (lu_resist_point){.attack = f->attack, .role = LU_ROLE_POSITIVE, .strength = f->strength};
    lu_resist_name(f->attack, f->strength, p->name);
    if (strcmp(f->attack->name, "smooth") != 0) {
        LU_TRY(set_threshold(f, test));
    }
    LU_TRY(clean(f, test, p, &chance_p));
    LU_TRY(mark_and_boundary(f, negative, negatives, p));
    LU_TRY(similarity(f, p));
    LU_TRY(membership(f, own, test, p));
    lu_resist_void(p, chance_p);
    out->points++;
    return LU_OK;
}

static lu_err all(filter *f, const lu_shared *own, const lu_shared *test, const double *negative,
                  size_t negatives, lu_resist *out)
{
    for (size_t i = 0; i < lu_attack_count; i++) {
        f->attack = &lu_attacks[i];
        for (size_t k = 0; k < lu_resist_strengths(f->w->o, f->attack); k++) {
            f->strength = f->attack->strength[k];
            if (f->attack->by == LU_BY_QUERY) {
                LU_TRY(lu_job_at(f->w->job, f->attack->label, (double)k, LU_RESIST_STRENGTHS));
                LU_TRY(one(f, own, test, negative, negatives, out));
            }
        }
    }
    return LU_OK;
}

lu_err lu_resist_wrap(lu_resist_work *w, const double *negative, size_t negatives, lu_resist *out)
{
    filter f = {.w = w};
    char cfg[LU_BUNDLE_PATH], weights[LU_BUNDLE_PATH];
    lu_shared own = {.fd = -1}, test = {.fd = -1};
    lu_err err;

    LU_TRY(lu_resist_path(w, "evaluation/detector-mlp.cfg", cfg));
    LU_TRY(lu_resist_path(w, "evaluation/detector-mlp.weights", weights));
    LU_TRY(lu_answering_open(w->cfg, w->host, false, &f.victim));
    err = lu_answering_open(cfg, weights, false, &f.detector);
    err = err ? err : lu_client_samples(w->own, LU_PART_TRAIN, w->o->seed, &own);
    err = err ? err : lu_client_samples(w->test, LU_PART_TEST, w->o->seed, &test);
    err = err ? err : all(&f, &own, &test, negative, negatives, out);
    lu_shared_fini(&own);
    lu_shared_fini(&test);
    lu_answering_close(&f.detector);
    lu_answering_close(&f.victim);
    return err;
}
