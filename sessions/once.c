/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/once.h"
#include "sessions/case/files.h"
#include "sessions/scores.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A model given by two paths, with what an engine says of it. */
typedef struct outside_model {
    lu_model_files files;
    lu_model_info info;
} outside_model;

static void outside_close(outside_model *m)
{
    lu_item_close(&m->files);
    lu_model_info_fini(&m->info);
}

static lu_err outside_open(const char *cfg, const char *weights, bool reference, outside_model *m)
{
    uint64_t size;
    lu_engine *e;
    lu_err err;

    *m = (outside_model){
        .files = {.cfg = -1, .weights = -1, .name = weights, .reference = reference}};
    err = lu_file_open(AT_FDCWD, cfg, &m->files.cfg, &size);
    if (!err) {
        err = lu_file_open(AT_FDCWD, weights, &m->files.weights, &size);
    }
    if (!err) {
        err = lu_engine_start(&e);
    }
    if (!err) {
        err = lu_engine_load(e, &m->files, &m->info);
        lu_engine_free(&e);
    }
    if (err) {
        outside_close(m);
    }
    return err;
}

/* --- score --- */

typedef struct given_tests {
    bool has_blackbox;
    lu_blackbox blackbox;
    lu_whitebox_set whitebox;
} given_tests;

static void tests_fini(given_tests *t)
{
    lu_blackbox_fini(&t->blackbox);
    lu_whitebox_set_fini(&t->whitebox);
}

static lu_err read_tests(const char *path, given_tests *t)
{
    lu_arrays a;
    lu_err err;

    memset(t, 0, sizeof *t);
    LU_TRY(lu_client_arrays(path, &a));
    err = lu_blackbox_from(&a, &t->has_blackbox, &t->blackbox);
    if (!err) {
        err = lu_whitebox_from(&a, &t->whitebox);
    }
    lu_arrays_fini(&a);
    if (!err && !t->has_blackbox && t->whitebox.layers == 0) {
        err = lu_fail(LU_ERR_INPUT, "holds neither advx and advy nor a layer's tests");
    }
    if (err) {
        tests_fini(t);
    }
    return lu_within(err, "%s", path);
}

/* Keeps one layer of the white-box tests. */
static lu_err keep_layer(given_tests *t, int layer)
{
    size_t found = SIZE_MAX;

    for (size_t i = 0; i < t->whitebox.layers; i++) {
        if (t->whitebox.layer[i].layer == layer) {
            found = i;
        }
    }
    if (found == SIZE_MAX) {
        return lu_fail(LU_ERR_CANNOT, "the file has no tests of layer %d", layer);
    }
    for (size_t i = 0; i < t->whitebox.layers; i++) {
        if (i != found) {
            lu_whitebox_fini(&t->whitebox.layer[i]);
        }
    }
    t->whitebox.layer[0] = t->whitebox.layer[found];
    t->whitebox.layers = 1;
    return LU_OK;
}

/* Are the file's layers, neurons and labels those of the victim? */
static lu_err check_tests(const given_tests *t, const lu_model_info *victim)
{
    if (t->has_blackbox && t->blackbox.tests.classes != victim->classes) {
        return lu_fail(LU_ERR_INPUT, "the tests' labels have %zu classes, the victim %zu",
                       t->blackbox.tests.classes, victim->classes);
    }
    for (size_t i = 0; i < t->whitebox.layers; i++) {
        const lu_whitebox *w = &t->whitebox.layer[i];
        size_t width = lu_model_info_width(victim, w->layer);
        if (width == 0) {
            return lu_fail(LU_ERR_CANNOT, "the tests are of layer %d, the victim has %zu layers",
                           w->layer, victim->n_layers);
        }
        for (size_t k = 0; k < w->neurons; k++) {
            if ((size_t)w->neuron[k] >= width) {
                return lu_fail(LU_ERR_INPUT, "the tests name neuron %d of layer %d, which has %zu",
                               w->neuron[k], w->layer, width);
            }
        }
    }
    return LU_OK;
}

/* One layer's matrix, width x width, entry (i,j): victim's neuron i against suspect's j; NAN at
 * dead neurons. */
static lu_err add_matrix(const lu_whitebox *w, const float *victim, const float *suspect,
                         size_t width, lu_arrays *a, double **values)
{
    const size_t shape[2] = {width, width};
    char name[32];

    LU_TRY(LU_NEW(*values, width * width));
    LU_TRY(lu_nnod_matrix(victim, suspect, w->tests.n, width, *values));
    snprintf(name, sizeof name, "nnod_%d", w->layer);
    return lu_arrays_add(a, name, LU_F64, 2, shape, *values);
}

static lu_err write_matrices(const char *path, const lu_whitebox_set *w, const lu_answers *victim,
                             const lu_answers *suspect)
{
    double *values[LU_LAYERS_MAX] = {NULL};
    lu_arrays a = {0};
    lu_err err = LU_OK;

    for (size_t i = 0; i < w->layers && !err; i++) {
        if (victim->white[i] != NULL && suspect->white[i] != NULL) {
            size_t width = lu_model_info_width(victim->info, w->layer[i].layer);
            err = add_matrix(&w->layer[i], victim->white[i], suspect->white[i], width, &a,
                             &values[i]);
        }
    }
    if (!err && a.n == 0) {
        err = lu_fail(LU_ERR_CANNOT, "there is no layer whose neurons could be compared");
    }
    if (!err) {
        err = lu_file_save_arrays(path, &a);
    }
    for (size_t i = 0; i < LU_LAYERS_MAX; i++) {
        free(values[i]);
    }
    lu_arrays_fini(&a);
    return err;
}

static lu_err score_pair(const lu_score_options *o, const given_tests *t, outside_model *victim,
                         outside_model *suspect, const lu_job *job, lu_scores *out)
{
    lu_asked asked[2] = {
        {.files = &victim->files, .info = &victim->info, .victim = &victim->info},
        {.files = &suspect->files, .info = &suspect->info, .victim = &victim->info}};
    lu_questions q;
    lu_err err;

    LU_TRY(check_tests(t, &victim->info));
    if (o->has_layer && !lu_model_info_same_layer(&victim->info, &suspect->info, o->layer)) {
        return lu_fail(LU_ERR_CANNOT, "the suspect's layer %d is not like the victim's", o->layer);
    }
    LU_TRY(lu_questions_init(&q, t->has_blackbox ? &t->blackbox : NULL,
                             t->whitebox.layers ? &t->whitebox : NULL, NULL));
    err = lu_ask(&q, asked, 2, o->jobs, job, "scoring");
    for (int i = 0; i < 2 && !err; i++) {
        if (asked[i].answers.err) {
            err = lu_within(lu_fail(asked[i].answers.err, "%s", asked[i].answers.finding), "%s",
                            asked[i].files->name);
        }
    }
    if (!err) {
        lu_score(&q, &asked[0].answers, &asked[1].answers, out);
        if (o->nnod != NULL) {
            err = write_matrices(o->nnod, &t->whitebox, &asked[0].answers, &asked[1].answers);
        }
    }
    lu_answers_fini(&asked[0].answers);
    lu_answers_fini(&asked[1].answers);
    lu_questions_fini(&q);
    return err;
}

lu_err lu_score_once(const lu_score_options *o, const lu_job *job, lu_scores *out)
{
    outside_model victim, suspect;
    given_tests t;
    lu_err err;

    LU_TRY(read_tests(o->tests, &t));
    err = o->has_layer ? keep_layer(&t, o->layer) : LU_OK;
    if (!err) {
        err = outside_open(o->victim_cfg, o->victim_weights, o->reference, &victim);
    }
    if (!err) {
        err = outside_open(o->suspect_cfg, o->suspect_weights, o->reference, &suspect);
        if (!err) {
            err = score_pair(o, &t, &victim, &suspect, job, out);
            outside_close(&suspect);
        }
        outside_close(&victim);
    }
    tests_fini(&t);
    return err;
}

/* --- predict --- */

typedef struct predicted {
    size_t n, arrays;
    int layer[65];    /* LU_LAYER_LOGITS first */
    float *value[65]; /* n x width each; owned */
    float *probs;     /* n x classes; owned */
} predicted;

static lu_err probabilities(const lu_model_info *info, predicted *p)
{
    double *row;

    LU_TRY(LU_NEW(p->probs, p->n * info->classes));
    LU_TRY(LU_NEW(row, info->classes));
    for (size_t i = 0; i < p->n; i++) {
        lu_probabilities(info->head, p->value[0] + i * info->classes, info->classes, row);
        for (size_t c = 0; c < info->classes; c++) {
            p->probs[i * info->classes + c] = (float)row[c];
        }
    }
    free(row);
    return LU_OK;
}

static lu_err write_predictions(const lu_model_info *info, const predicted *p, const char *path)
{
    size_t shape[2] = {p->n, info->classes};
    lu_arrays a = {0};
    lu_err err = lu_arrays_add(&a, "logits", LU_F32, 2, shape, p->value[0]);

    if (!err) {
        err = lu_arrays_add(&a, "probs", LU_F32, 2, shape, p->probs);
    }
    for (size_t k = 1; k < p->arrays && !err; k++) {
        char name[32];
        snprintf(name, sizeof name, "layer_%d", p->layer[k]);
        shape[1] = lu_model_info_width(info, p->layer[k]);
        err = lu_arrays_add(&a, name, LU_F32, 2, shape, p->value[k]);
    }
    if (!err) {
        err = lu_file_save_arrays(path, &a);
    }
    lu_arrays_fini(&a);
    return err;
}

static lu_err run_model(const outside_model *m, const lu_shared *x, predicted *p, const lu_job *job)
{
    lu_engine *e;
    lu_model_info again;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    err = lu_engine_load(e, &m->files, &again);
    if (!err) {
        lu_model_info_fini(&again);
        err = lu_engine_outputs(e, &m->info, x, 0, p->n, p->arrays, p->layer, p->value, job);
    }
    lu_engine_free(&e);
    return lu_within(err, "%s", m->files.name);
}

static lu_err predict(const lu_predict_options *o, const outside_model *m, const lu_shared *x,
                      const lu_job *job)
{
    predicted p = {.n = x->samples.n, .arrays = 1 + o->layers};
    lu_err err = LU_OK;

    p.layer[0] = LU_LAYER_LOGITS;
    for (size_t k = 0; k < o->layers && !err; k++) {
        p.layer[k + 1] = o->layer[k];
        if (o->layer[k] < 0 || lu_model_info_width(&m->info, o->layer[k]) == 0) {
            err = lu_fail(LU_ERR_CANNOT, "there is no layer %d, the network has %zu", o->layer[k],
                          m->info.n_layers);
        }
    }
    if (!err) {
        err = run_model(m, x, &p, job);
    }
    if (!err) {
        err = probabilities(&m->info, &p);
    }
    if (!err) {
        err = write_predictions(&m->info, &p, o->out);
    }
    for (size_t k = 0; k < p.arrays; k++) {
        free(p.value[k]);
    }
    free(p.probs);
    return err;
}

lu_err lu_predict_once(const lu_predict_options *o, const lu_job *job, size_t *images)
{
    outside_model m;
    lu_shared x;
    char *spec;
    lu_err err;

    LU_TRY(outside_open(o->cfg, o->weights, o->reference, &m));
    spec = lu_format("npz:%s", o->in);
    err = spec ? lu_client_samples(spec, LU_PART_TEST, 0, &x) : LU_ERR_MEMORY;
    if (!err) {
        err = predict(o, &m, &x, job);
        *images = x.samples.n;
        lu_shared_fini(&x);
    }
    free(spec);
    outside_close(&m);
    return err;
}
