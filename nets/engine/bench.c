/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/bench.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <time.h>

/* Short forms of the loops, long enough to be steady: 8 seeds a neuron and 20 steps each; 20 steps
   of CW; PGD as it is. */
enum { NEURONS = 16, SEEDS = 8, STEPS = 20, PGD_STEPS = 10, SGEMM = 1024 };

static const double TRAIN_FLOPS = 4e9; /* that one epoch is to have at least, forward alone */

struct lu_bench {
    lu_net net;
    lu_weights weights;
    lu_bench_work work;
    bool reference;
    size_t batch;
    lu_model *model;     /* of all but training */
    lu_darknet *darknet; /* training on the reference */
    lu_samples samples;
    float *logits, *seed, *grad;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- making --- */

static void draw(const lu_section *s, lu_section_params *p, lu_rng *rng)
{
    double width = s->n_weights ? sqrt(24.0 * (double)s->out.c / (double)s->n_weights) : 0;

    for (size_t i = 0; i < s->n_weights; i++) {
        p->weights[i] = (float)(width * (lu_rng_uniform(rng) - 0.5));
    }
    for (size_t i = 0; i < s->n_biases; i++) {
        p->biases[i] = (float)(0.1 * (lu_rng_uniform(rng) - 0.5));
        if (p->scales) {
            p->scales[i] = 1;
            p->mean[i] = 0;
            p->variance[i] = 1;
        }
    }
}

lu_err lu_bench_weights(const lu_net *net, lu_weights *out)
{
    lu_rng *rng;

    LU_TRY(lu_weights_alloc(net, out));
    if (lu_rng_new(&rng, 1, "bench", 0)) {
        lu_weights_fini(out);
        return LU_ERR_MEMORY;
    }
    for (size_t i = 0; i < net->n; i++) {
        draw(&net->section[i], &out->param[i], rng);
    }
    lu_rng_free(&rng);
    return LU_OK;
}

static size_t samples_wanted(const lu_bench *b)
{
    double epoch;

    switch (b->work) {
    case LU_BENCH_NEURONS: return SEEDS;
    case LU_BENCH_TRAIN:
        epoch = ceil(TRAIN_FLOPS / (double)b->net.flops / (double)b->batch);
        return b->reference ? b->batch : (size_t)epoch * b->batch;
    default: return b->batch;
    }
}

static lu_err make_samples(lu_bench *b)
{
    size_t n = samples_wanted(b), values = n * lu_shape_size(b->net.input);
    lu_rng *rng;

    LU_TRY(lu_samples_alloc(&b->samples, n, b->net.input, b->net.classes, false));
    LU_TRY(lu_rng_new(&rng, 2, "bench", 0));
    for (size_t i = 0; i < values; i++) {
        b->samples.values[i] = (float)lu_rng_uniform(rng);
    }
    for (size_t i = 0; i < n; i++) {
        b->samples.labels[i] = (int32_t)lu_rng_below(rng, b->net.classes);
    }
    lu_rng_free(&rng);
    return LU_OK;
}

static lu_err make_model(lu_bench *b)
{
    lu_darknet *d;
    lu_err err;

    if (!b->reference) {
        return lu_fast_model(&b->net, &b->weights, &b->model);
    }
    LU_TRY(lu_darknet_new(&b->net, &b->weights, b->batch, &d));
    err = lu_darknet_model(&d, &b->net, &b->model);
    lu_darknet_free(&d);
    return err;
}

/* Networks with batch-norm are trained with it folded: the same products. */
static lu_err make(lu_bench *b)
{
    LU_TRY(lu_bench_weights(&b->net, &b->weights));
    LU_TRY(lu_weights_fold(&b->net, &b->weights));
    LU_TRY(make_samples(b));
    if (b->work == LU_BENCH_TRAIN) {
        return b->reference ? lu_darknet_new(&b->net, &b->weights, b->batch, &b->darknet) : LU_OK;
    }
    LU_TRY(make_model(b));
    LU_TRY(LU_NEW(b->logits, b->batch * b->net.classes));
    LU_TRY(LU_NEW(b->seed, b->batch * b->net.classes));
    for (size_t i = 0; i < b->batch; i++) { /* up one class, down its neighbour */
        size_t label = i % b->net.classes;
        b->seed[i * b->net.classes + label] = 1;
        b->seed[i * b->net.classes + (label + 1) % b->net.classes] = -1;
    }
    return LU_NEW(b->grad, b->batch * lu_shape_size(b->net.input));
}

lu_err lu_bench_new(lu_net *net, lu_bench_work work, bool reference, size_t batch, lu_bench **out)
{
    lu_bench *b;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(b, 1));
    b->net = *net;
    *net = (lu_net){0};
    b->work = work;
    b->reference = reference;
    b->batch = batch;
    err = work == LU_BENCH_SGEMM ? LU_OK : make(b);
    if (err) {
        lu_bench_free(&b);
    }
    *out = b;
    return err;
}

void lu_bench_free(lu_bench **bench)
{
    lu_bench *b = *bench;

    if (b == NULL) {
        return;
    }
    lu_model_free(&b->model);
    lu_darknet_free(&b->darknet);
    lu_samples_fini(&b->samples);
    lu_weights_fini(&b->weights);
    lu_net_fini(&b->net);
    free(b->logits);
    free(b->seed);
    free(b->grad);
    free(b);
    *bench = NULL;
}

/* --- the work, once; says how many units that was --- */

/* The batch in as many parts as the model wants. */
static lu_err run_images(lu_bench *b, bool back, double *units)
{
    const int logits = LU_LAYER_LOGITS;
    size_t most = b->model->batch, size = lu_shape_size(b->net.input), classes = b->net.classes;

    for (size_t at = 0; at < b->batch; at += most) {
        size_t n = b->batch - at < most ? b->batch - at : most;
        float *out = b->logits + at * classes;
        LU_TRY(lu_model_forward(b->model, b->samples.values + at * size, n, 1, &logits, &out));
        if (back) {
            LU_TRY(lu_model_backward(b->model, LU_LAYER_LOGITS, b->seed + at * classes,
                                     b->grad + at * size));
        }
    }
    *units = (double)b->batch;
    return LU_OK;
}

static size_t neurons_of(const lu_bench *b)
{
    size_t width = lu_model_width(b->model, b->model->default_layer);

    return width < NEURONS ? width : NEURONS;
}

/* No threshold is ever reached, so that every pair takes all its steps. */
static lu_err run_neurons(lu_bench *b, double *units)
{
    lu_whitebox_params p = lu_whitebox_defaults();
    int32_t neuron[NEURONS];
    double threshold[NEURONS];
    lu_whitebox result;

    for (size_t i = 0; i < NEURONS; i++) {
        neuron[i] = (int32_t)i;
        threshold[i] = DBL_MAX;
    }
    p.iterations = STEPS;
    LU_TRY(lu_whitebox_generate(b->model, &b->samples, 0, b->model->default_layer, neuron,
                                threshold, neurons_of(b), &p, NULL, &result));
    *units = (double)(result.tried - result.dead) * STEPS;
    lu_whitebox_fini(&result);
    return LU_OK;
}

static lu_err run_attack(lu_bench *b, lu_adversarial method, double *units)
{
    lu_blackbox_params p = lu_blackbox_defaults();
    lu_blackbox result;

    p.method = method;
    p.iterations = PGD_STEPS;
    p.cw_iterations = STEPS;
    p.search_steps = 1;
    LU_TRY(lu_blackbox_generate(b->model, &b->samples, 0, &p, 1, NULL, &result));
    *units = (double)b->samples.n * (method == LU_CW ? STEPS : 1);
    lu_blackbox_fini(&result);
    return LU_OK;
}

/* The trainer reports at the start of every epoch: between the first and the last report nothing
   but training happens. */
typedef struct epochs {
    double first, last;
    size_t seen;
} epochs;

static lu_err note_epoch(void *context, const char *what, double done, double total)
{
    epochs *e = context;

    (void)what;
    (void)total;
    e->last = now();
    e->first = done == 0 ? e->last : e->first;
    e->seen = (size_t)done;
    return LU_OK;
}

static lu_err train_fast(lu_bench *b, double *units, double *took)
{
    lu_recipe r = lu_recipe_of(LU_RECIPE_FT_AL, 0, 1);
    epochs e = {0};
    lu_job job = {.at = note_epoch, .context = &e};
    lu_weights made;
    lu_trained result;

    r.batch = b->batch;
    r.epochs = 3;
    r.shift = r.rotate = 0;
    r.optimiser = LU_SGD;
    r.learning_rate = 1e-6;
    LU_TRY(lu_train(&b->net, &b->weights, &r, &b->samples, &job, &made, &result));
    lu_weights_fini(&made);
    *units = (double)(e.seen * b->batch);
    *took = e.last - e.first;
    return LU_OK;
}

static lu_err run_train(lu_bench *b, double *units, double *took)
{
    double start = now();

    if (!b->reference) {
        return train_fast(b, units, took);
    }
    lu_darknet_train_on(b->darknet, b->samples.values, b->samples.labels);
    *units = (double)b->batch;
    *took = now() - start;
    return LU_OK;
}

static lu_err run_once(lu_bench *b, double *units, double *took)
{
    double start = now();
    lu_err err = LU_ERR_INTERNAL;

    *units = 1;
    switch (b->work) {
    case LU_BENCH_FORWARD: err = run_images(b, false, units); break;
    case LU_BENCH_GRADIENT: err = run_images(b, true, units); break;
    case LU_BENCH_NEURONS: err = run_neurons(b, units); break;
    case LU_BENCH_PGD: err = run_attack(b, LU_PGD, units); break;
    case LU_BENCH_CW: err = run_attack(b, LU_CW, units); break;
    case LU_BENCH_TRAIN: return run_train(b, units, took);
    case LU_BENCH_SGEMM: err = lu_sgemm_run(SGEMM); break;
    case LU_BENCH_WORKS: break;
    }
    *took = now() - start;
    return err;
}

lu_err lu_bench_run(lu_bench *b, double seconds, double *units, double *took)
{
    *units = *took = 0;
    do {
        double u, t;
        LU_TRY(run_once(b, &u, &t));
        *units += u;
        *took += t;
    } while (*took < seconds);
    return LU_OK;
}

/* --- how much that is --- */

static double forward_flops(const lu_net *net, size_t last)
{
    double total = 0;

    for (size_t i = 0; i <= last; i++) {
        const lu_section *s = &net->section[i];
        double positions = s->type == LU_CONVOLUTIONAL ? (double)(s->out.h * s->out.w) : 1;
        total += 2 * positions * (double)s->n_weights;
    }
    return total;
}

double lu_bench_flops(const lu_bench *b)
{
    double whole = (double)b->net.flops, n = SGEMM;

    switch (b->work) {
    case LU_BENCH_FORWARD: return whole;
    case LU_BENCH_GRADIENT: return 2 * whole;
    case LU_BENCH_NEURONS: return 2 * forward_flops(&b->net, (size_t)b->model->default_layer);
    case LU_BENCH_PGD: return (2 * PGD_STEPS + 1) * whole;
    case LU_BENCH_CW: return 2 * whole;
    case LU_BENCH_TRAIN: return 3 * whole;
    case LU_BENCH_SGEMM: return 2 * n * n * n;
    case LU_BENCH_WORKS: break;
    }
    return 0;
}
