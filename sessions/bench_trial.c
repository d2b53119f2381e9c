/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A suspect judged as a run judges it, without a case around it. */
#include "sessions/bench_run.h"
#include "sessions/scores.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { TESTS_A_NEURON = 100 };

struct lu_trial {
    lu_model_files files;
    lu_model_info info;
    lu_blackbox black;
    lu_whitebox_set white;
    lu_questions questions;
    lu_asked victim;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static lu_err memory_file(const void *data, size_t len, int *fd)
{
    *fd = memfd_create("lineup-bench", MFD_CLOEXEC);
    if (*fd < 0) {
        return lu_fail(LU_ERR_IO, "a memory file cannot be made");
    }
    for (size_t at = 0; at < len;) {
        ssize_t put = write(*fd, (const char *)data + at, len - at);
        if (put <= 0) {
            return lu_fail(LU_ERR_IO, "a memory file cannot be written");
        }
        at += (size_t)put;
    }
    return LU_OK;
}

static lu_err open_files(const lu_bundled *net, lu_trial *t)
{
    lu_buf weights = LU_BUF_INIT;
    lu_engine *e = NULL;
    lu_err err = lu_client_bench_weights(net->cfg, &weights);

    t->files = (lu_model_files){.cfg = -1, .weights = -1, .name = net->name};
    if (!err) {
        err = memory_file(net->cfg, strlen(net->cfg), &t->files.cfg);
    }
    if (!err) {
        err = memory_file(weights.data, weights.len, &t->files.weights);
    }
    lu_buf_fini(&weights);
    if (!err) {
        err = lu_engine_start(&e);
    }
    if (!err) {
        err = lu_engine_load(e, &t->files, &t->info);
    }
    lu_engine_free(&e);
    return err;
}

static lu_err fill(lu_samples *s, size_t classes)
{
    size_t n = s->n * lu_shape_size(s->shape);
    lu_rng *rng;

    LU_TRY(lu_rng_new(&rng, 3, "trial", 0));
    for (size_t i = 0; i < n; i++) {
        s->values[i] = (float)lu_rng_uniform(rng);
    }
    for (size_t i = 0; s->labels != NULL && i < s->n; i++) {
        s->labels[i] = (int32_t)lu_rng_below(rng, classes);
    }
    lu_rng_free(&rng);
    return LU_OK;
}

static lu_err make_black(lu_trial *t, size_t n)
{
    LU_TRY(lu_samples_alloc(&t->black.tests, n, t->info.input, t->info.classes, false));
    return fill(&t->black.tests, t->info.classes);
}

static lu_err make_white(lu_trial *t, size_t n)
{
    int layer = t->info.default_layer;
    size_t width = lu_model_info_width(&t->info, layer);
    size_t neurons = n / TESTS_A_NEURON < width ? n / TESTS_A_NEURON : width;
    lu_whitebox *w = &t->white.layer[0];
    int32_t *neuron = NULL;
    double *threshold = NULL;
    lu_err err;

    neurons = neurons ? neurons : 1;
    err = LU_NEW(neuron, neurons);
    if (!err) {
        err = LU_NEW(threshold, neurons);
    }
    for (size_t i = 0; !err && i < neurons; i++) {
        neuron[i] = (int32_t)i;
    }
    if (!err) {
        t->white.layers = 1;
        err = lu_whitebox_alloc(w, layer, neuron, threshold, neurons, n, t->info.input,
                                t->info.classes);
    }
    for (size_t i = 0; !err && i <= neurons; i++) {
        w->start[i] = i * n / neurons;
    }
    free(neuron);
    free(threshold);
    return err ? err : fill(&w->tests, t->info.classes);
}

static lu_err ask(lu_trial *t, lu_asked *a, size_t n)
{
    LU_TRY(lu_ask(&t->questions, a, n, 1, NULL, "judging"));
    for (size_t i = 0; i < n; i++) {
        if (a[i].answers.err) {
            return lu_fail(a[i].answers.err, "%s", a[i].answers.finding);
        }
    }
    return LU_OK;
}

static lu_err make(lu_trial *t, const lu_bundled *net, size_t black, size_t white)
{
    LU_TRY(open_files(net, t));
    LU_TRY(make_black(t, black));
    LU_TRY(make_white(t, white));
    LU_TRY(lu_questions_init(&t->questions, &t->black, &t->white, NULL));
    t->victim = (lu_asked){.files = &t->files, .info = &t->info, .victim = &t->info};
    return ask(t, &t->victim, 1);
}

lu_err lu_trial_new(const lu_bundled *net, size_t black, size_t white, lu_trial **out)
{
    lu_err err;

    LU_TRY(LU_NEW(*out, 1));
    (*out)->questions.black_images.fd = -1;
    for (size_t i = 0; i < LU_LAYERS_MAX; i++) {
        (*out)->questions.white_images[i].fd = -1;
    }
    err = make(*out, net, black, white);
    if (err) {
        lu_trial_free(out);
    }
    return err;
}

void lu_trial_free(lu_trial **trial)
{
    lu_trial *t = *trial;

    if (t == NULL) {
        return;
    }
    lu_answers_fini(&t->victim.answers);
    lu_questions_fini(&t->questions);
    lu_blackbox_fini(&t->black);
    lu_whitebox_set_fini(&t->white);
    lu_model_info_fini(&t->info);
    if (t->files.cfg >= 0) {
        close(t->files.cfg);
    }
    if (t->files.weights >= 0) {
        close(t->files.weights);
    }
    free(t);
    *trial = NULL;
}

lu_err lu_trial_judge(lu_trial *t, size_t suspects, bool reference, double *seconds)
{
    double start = now();
    lu_err err = LU_OK;

    t->files.reference = reference;
    for (size_t i = 0; i < suspects && !err; i++) {
        lu_asked a = {.files = &t->files, .info = &t->info, .victim = &t->info};
        lu_scores scores;
        err = ask(t, &a, 1);
        if (!err) {
            lu_score(&t->questions, &t->victim.answers, &a.answers, &scores);
        }
        lu_answers_fini(&a.answers);
    }
    t->files.reference = false;
    *seconds = now() - start;
    return err;
}

lu_err lu_trial_start(lu_trial *t, bool reference, double *seconds)
{
    const int logits = LU_LAYER_LOGITS;
    double start = now();
    lu_model_info info = {0};
    lu_engine *e = NULL;
    float *answer = NULL;
    lu_err err = lu_engine_start(&e);

    t->files.reference = reference;
    if (!err) {
        err = lu_engine_load(e, &t->files, &info);
    }
    if (!err) {
        err = lu_engine_outputs(e, &info, &t->questions.black_images, 0, 1, 1, &logits, &answer,
                                NULL);
    }
    *seconds = now() - start;
    t->files.reference = false;
    free(answer);
    lu_model_info_fini(&info);
    lu_engine_free(&e);
    return err;
}
