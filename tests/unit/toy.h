/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A toy network with analytic gradients, for the generators' tests: a 3x3 convolution with ReLU
 * (its last filter never fires), a connected layer, softmax. Images are computed one by one, so
 * that the batch plays no part in the numbers.
 */
#ifndef LU_TESTS_TOY_H
#define LU_TESTS_TOY_H

#include "core/core.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SIDE = 6,
    PLANE = SIDE * SIDE,
    FILTERS = 5,
    DEAD = 4,
    CLASSES = 4,
    HIDDEN = FILTERS * PLANE
};

typedef struct toy {
    lu_model base;
    lu_layer_info info[3];
    float kernel[FILTERS][9], bias[FILTERS];
    float dense[CLASSES][HIDDEN];
    float *hidden; /* batch x HIDDEN, after the ReLU */
    size_t n;      /* of the last forward */
} toy;

static inline void toy_hidden(const toy *t, const float *x, float *h)
{
    for (int f = 0; f < FILTERS; f++) {
        for (int at = 0; at < PLANE; at++) {
            float sum = t->bias[f];

            for (int k = 0; k < 9; k++) {
                int r = at / SIDE + k / 3 - 1;
                int c = at % SIDE + k % 3 - 1;

                if (r >= 0 && r < SIDE && c >= 0 && c < SIDE) {
                    sum += t->kernel[f][k] * x[r * SIDE + c];
                }
            }
            h[f * PLANE + at] = sum > 0 ? sum : 0;
        }
    }
}

static inline void toy_answer(const toy *t, const float *h, int layer, float *out)
{
    if (layer == 0) {
        for (int f = 0; f < FILTERS; f++) {
            out[f] = 0;
            for (int at = 0; at < PLANE; at++) {
                out[f] += h[f * PLANE + at] / PLANE;
            }
        }
        return;
    }
    for (int j = 0; j < CLASSES; j++) {
        out[j] = 0;
        for (int k = 0; k < HIDDEN; k++) {
            out[j] += t->dense[j][k] * h[k];
        }
    }
}

static inline lu_err toy_forward(lu_model *m, const float *x, size_t n, size_t wanted,
                                 const int *layers, float *const *out)
{
    toy *t = (toy *)m;

    t->n = n;
    for (size_t i = 0; i < n; i++) {
        toy_hidden(t, x + i * PLANE, t->hidden + i * HIDDEN);
        for (size_t k = 0; k < wanted; k++) {
            toy_answer(t, t->hidden + i * HIDDEN, layers[k],
                       out[k] + i * lu_model_width(m, layers[k]));
        }
    }
    return LU_OK;
}

/* d(seed . answer)/dh[k] */
static inline float toy_delta(const toy *t, int layer, const float *seed, int k)
{
    float sum = 0;

    if (layer == 0) {
        return seed[k / PLANE] / PLANE;
    }
    for (int j = 0; j < CLASSES; j++) {
        sum += seed[j] * t->dense[j][k];
    }
    return sum;
}

static inline void toy_gradient(const toy *t, const float *h, int layer, const float *seed,
                                float *grad)
{
    memset(grad, 0, PLANE * sizeof *grad);
    for (int i = 0; i < HIDDEN; i++) {
        int at = i % PLANE;
        float delta = h[i] > 0 ? toy_delta(t, layer, seed, i) : 0;

        for (int k = 0; k < 9; k++) {
            int r = at / SIDE + k / 3 - 1;
            int c = at % SIDE + k % 3 - 1;

            if (r >= 0 && r < SIDE && c >= 0 && c < SIDE) {
                grad[r * SIDE + c] += delta * t->kernel[i / PLANE][k];
            }
        }
    }
}

static inline lu_err toy_backward(lu_model *m, int layer, const float *seed, float *grad)
{
    const toy *t = (const toy *)m;
    size_t width = lu_model_width(m, layer);

    for (size_t i = 0; i < t->n; i++) {
        toy_gradient(t, t->hidden + i * HIDDEN, layer, seed + i * width, grad + i * PLANE);
    }
    return LU_OK;
}

static inline void toy_close(lu_model *m)
{
    free(((toy *)m)->hidden);
    free(m);
}

static const lu_model_ops toy_ops = {toy_forward, toy_backward, toy_close};

/* The class scores are multiplied by `gain`. */
static inline lu_model *toy_new(size_t batch, float gain)
{
    toy *t;
    lu_rng *rng;

    assert_int_equal(LU_NEW(t, 1), LU_OK);
    assert_int_equal(LU_NEW(t->hidden, batch * HIDDEN), LU_OK);
    assert_int_equal(lu_rng_new(&rng, 3, "toy", 0), LU_OK);
    t->info[0] = (lu_layer_info){"convolutional", {SIDE, SIDE, FILTERS}, FILTERS};
    t->info[1] = (lu_layer_info){"connected", {1, 1, CLASSES}, CLASSES};
    t->info[2] = (lu_layer_info){"softmax", {1, 1, CLASSES}, CLASSES};
    t->base = (lu_model){&toy_ops, {SIDE, SIDE, 1}, CLASSES, LU_HEAD_SOFTMAX, 3, t->info, 0, batch};
    for (int f = 0; f < FILTERS; f++) {
        t->bias[f] = f == DEAD ? -1 : 0;
        for (int k = 0; k < 9; k++) {
            t->kernel[f][k] = f == DEAD ? 0 : (float)lu_rng_between(rng, -0.4, 0.6);
        }
    }
    for (int j = 0; j < CLASSES; j++) {
        for (int k = 0; k < HIDDEN; k++) {
            t->dense[j][k] = gain * (float)lu_rng_between(rng, -1, 1);
        }
    }
    lu_rng_free(&rng);
    return &t->base;
}

static inline void same_bytes(const void *a, const void *b, size_t len)
{
    assert_true(len == 0 || memcmp(a, b, len) == 0);
}

/* n images the toy answers correctly by definition; the same for every gain above 0. */
static inline lu_samples make_seeds(size_t n)
{
    lu_model *m = toy_new(1, 1);
    lu_samples s;
    lu_rng *rng;
    const int layer = LU_LAYER_LOGITS;
    float logits[CLASSES];
    float *out = logits;

    assert_int_equal(lu_samples_alloc(&s, n, m->input, CLASSES, false), LU_OK);
    assert_int_equal(lu_rng_new(&rng, 4, "images", 0), LU_OK);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < PLANE; k++) {
            s.values[i * PLANE + k] = (float)lu_rng_uniform(rng);
        }
        assert_int_equal(lu_model_forward(m, s.values + i * PLANE, 1, 1, &layer, &out), LU_OK);
        s.labels[i] = (int32_t)lu_argmax(logits, CLASSES);
    }
    lu_rng_free(&rng);
    lu_model_free(&m);
    return s;
}

/* A job that checks that progress never goes back, and cancels after `left` calls; what it was
   shown. */
typedef struct watch {
    size_t left;
    double done;
    size_t looks;
    lu_glimpse last;
    lu_glimpse_room room;
    double first_loss, last_loss; /* of one image's way: the latest that began at step 0 */
} watch;

static inline lu_err watch_at(void *context, const char *what, double done, double total)
{
    watch *w = context;

    assert_non_null(what);
    assert_true(done >= w->done - 1e-9 && done <= total);
    w->done = done;
    return w->left-- == 0 ? lu_fail(LU_ERR_CANCELLED, "stopped by the test") : LU_OK;
}

static inline void watch_look(void *context, const lu_glimpse *g)
{
    watch *w = context;

    assert_true(g->step <= g->steps && g->kept <= g->tried && g->tried <= g->total);
    assert_true(g->tried >= w->last.tried && g->kept >= w->last.kept);
    if (g->image != NULL) {
        assert_true(isfinite(g->loss));
        w->first_loss = g->step == 0 ? g->loss : w->first_loss;
        w->last_loss = g->loss;
    }
    w->looks++;
    w->last = *g;
    lu_glimpse_keep(&w->last, &w->room);
}

static inline lu_blackbox attack(const lu_blackbox_params *p, size_t batch, float gain,
                                 const lu_samples *seeds, size_t first)
{
    lu_model *m = toy_new(batch, gain);
    watch w = {.left = SIZE_MAX};
    lu_job job = {.at = watch_at, .context = &w};
    lu_blackbox b;

    assert_int_equal(lu_blackbox_generate(m, seeds, first, p, 11, &job, &b), LU_OK);
    assert_int_equal(b.yield.seeds, seeds->n);
    assert_int_equal(b.yield.kept + b.yield.unmoved + b.yield.resisted, seeds->n);
    assert_int_equal(b.yield.kept, b.tests.n);
    assert_true(w.done == (double)seeds->n);
    lu_model_free(&m);
    return b;
}

/* Labels are the seeds', the victim is fooled, pixels are in range, distances are as told. */
static inline void check_tests(const lu_blackbox *b, const lu_samples *seeds)
{
    lu_model *m = toy_new(1, 1);
    const int layer = LU_LAYER_LOGITS;
    float logits[CLASSES];
    float *out = logits;
    double linf = 0;

    for (size_t i = 0; i < b->tests.n; i++) {
        const float *x = b->tests.values + i * PLANE;

        assert_int_equal(b->tests.labels[i], seeds->labels[b->seed[i]]);
        assert_int_equal(lu_model_forward(m, x, 1, 1, &layer, &out), LU_OK);
        assert_int_not_equal(lu_argmax(logits, CLASSES), b->tests.labels[i]);
        for (size_t k = 0; k < PLANE; k++) {
            assert_true(x[k] >= 0 && x[k] <= 1);
            linf = fmax(linf, fabs((double)x[k] - seeds->values[b->seed[i] * PLANE + k]));
        }
    }
    assert_true(linf == b->max_linf);
    lu_model_free(&m);
}

/* A quick CW: a larger rate, fewer iterations, a real search for c. */
static inline lu_blackbox_params quick_cw(void)
{
    lu_blackbox_params p = lu_blackbox_defaults();

    p.method = LU_CW;
    p.confidence = 0;
    p.learning_rate = 0.01;
    p.cw_iterations = 250;
    p.search_steps = 6;
    return p;
}

static inline lu_rng *stream(uint64_t seed)
{
    lu_rng *rng;

    assert_int_equal(lu_rng_new(&rng, seed, "test", 0), LU_OK);
    return rng;
}

#endif
