/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channels moved and scaled past routes and shortcuts, and gradients through softmax and logistic.
 */
#include "nets/engine/engine.h"
#include "nets/engine/train.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { IMAGES = 2, INPUTS = 128 };

#define CONV "[convolutional]\nfilters=6\nsize=3\nstride=1\npad=1\n"
#define HEAD(last) "[connected]\noutput=4\nactivation=linear\n[" last "]\n"

typedef struct toy {
    lu_net net;
    lu_weights weights;
    float x[IMAGES * INPUTS];
} toy;

/* Random parameters and images. */
static void up(toy *t, const char *cfg)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_rng *rng;

    assert_int_equal(lu_net_parse(cfg, strlen(cfg), &limits, &t->net), LU_OK);
    assert_true(lu_shape_size(t->net.input) <= INPUTS);
    assert_int_equal(lu_weights_alloc(&t->net, &t->weights), LU_OK);
    assert_int_equal(lu_rng_new(&rng, 11, "test", 0), LU_OK);
    for (size_t i = 0; i < t->net.n; i++) {
        const lu_section *s = &t->net.section[i];
        for (size_t j = 0; j < s->n_weights; j++) {
            t->weights.param[i].weights[j] = (float)(0.4 * lu_rng_normal(rng));
        }
        for (size_t j = 0; j < s->n_biases; j++) {
            t->weights.param[i].biases[j] = (float)(0.2 * lu_rng_normal(rng));
        }
    }
    for (size_t i = 0; i < IMAGES * INPUTS; i++) {
        t->x[i] = (float)lu_rng_uniform(rng);
    }
    lu_rng_free(&rng);
}

static void down(toy *t)
{
    lu_weights_fini(&t->weights);
    lu_net_fini(&t->net);
}

static void logits(const toy *t, float out[IMAGES * 4])
{
    const int layer = LU_LAYER_LOGITS;
    lu_model *m;

    assert_int_equal(lu_fast_model(&t->net, &t->weights, &m), LU_OK);
    assert_int_equal(lu_model_forward(m, t->x, IMAGES, 1, &layer, &out), LU_OK);
    lu_model_free(&m);
}

/* --- channels --- */

/* The section whose weights must have moved, or -1 where nothing can. */
static void moves(const char *cfg, int section)
{
    lu_recipe r = {.shuffle = true, .scale = 4, .seed = 5};
    float before[IMAGES * 4], after[IMAGES * 4], first;
    toy t;

    up(&t, cfg);
    logits(&t, before);
    if (section < 0) {
        assert_int_equal(lu_reshape(&t.net, &r, &t.weights), LU_ERR_CANNOT);
    } else {
        first = t.weights.param[section].weights[0];
        assert_int_equal(lu_reshape(&t.net, &r, &t.weights), LU_OK);
        assert_true(t.weights.param[section].weights[0] != first);
    }
    logits(&t, after);
    for (size_t i = 0; i < IMAGES * 4; i++) {
        assert_true(fabsf(before[i] - after[i]) < 1e-4F * (1 + fabsf(before[i])));
    }
    down(&t);
}

static void moved_channels_answer_as_before(void **state)
{
    (void)state;
    moves("[net]\nwidth=8\nheight=8\nchannels=2\n" CONV "activation=relu\n" CONV
          "activation=relu\n" HEAD("softmax"),
          0);
    /* a route to one source: its channels are the source's */
    moves("[net]\nwidth=8\nheight=8\nchannels=2\n" CONV "activation=relu\n" CONV
          "activation=leaky\n[route]\nlayers=-2\n" CONV "activation=relu\n" HEAD("softmax"),
          0);
    /* a route that joins two stays; what comes after it moves */
    moves("[net]\nwidth=8\nheight=8\nchannels=2\n" CONV "activation=relu\n" CONV
          "activation=relu\n[route]\nlayers=-1,-2\n" CONV "activation=relu\n" HEAD("logistic"),
          3);
    /* a shortcut over a stride: sizes and channels differ */
    moves("[net]\nwidth=8\nheight=8\nchannels=2\n" CONV "activation=relu\n" CONV
          "activation=relu\n[maxpool]\nsize=2\nstride=2\n[convolutional]\nfilters=3\nsize=1\n"
          "stride=1\nactivation=linear\n[shortcut]\nfrom=-3\nactivation=relu\n" CONV
          "activation=relu\n" HEAD("softmax"),
          5);
    /* a curved activation: order, not scale */
    moves("[net]\nwidth=8\nheight=8\nchannels=2\n" CONV "activation=tanh\n" HEAD("softmax"), 0);
}

static void what_cannot_move_is_refused(void **state)
{
    (void)state;
    moves("[net]\nwidth=8\nheight=8\nchannels=2\n" HEAD("softmax"), -1);
    moves("[net]\ninputs=5\ntime_steps=3\n[lstm]\noutput=7\n" HEAD("softmax"), -1);
    moves("[net]\nwidth=8\nheight=8\nchannels=2\n[convolutional]\nfilters=6\nsize=3\nstride=1\n"
          "groups=2\nactivation=relu\n" HEAD("softmax"),
          -1);
}

/* --- gradients --- */

/* Through softmax: p_i (g_i - sum_j g_j p_j); through logistic: p_i (1 - p_i) g_i. */
static void by_hand(bool softmax, const float *p, const float *g, float *out)
{
    float dot = 0;

    for (size_t c = 0; c < 4; c++) {
        dot += p[c] * g[c];
    }
    for (size_t c = 0; c < 4; c++) {
        out[c] = softmax ? p[c] * (g[c] - dot) : p[c] * (1 - p[c]) * g[c];
    }
}

static void through(const char *cfg, bool softmax)
{
    static const float seed[IMAGES * 4] = {1, -2, 3, 0.5F, 0, 1, -1, 2};
    float p[IMAGES * 4], before[IMAGES * 4], got[IMAGES * INPUTS], want[IMAGES * INPUTS];
    float *out[] = {p};
    lu_model *m;
    toy t;
    int last;

    up(&t, cfg);
    last = (int)t.net.logits + 1;
    assert_int_equal(lu_fast_model(&t.net, &t.weights, &m), LU_OK);
    assert_int_equal(lu_model_forward(m, t.x, IMAGES, 1, &last, out), LU_OK);
    assert_int_equal(lu_model_backward(m, last, seed, got), LU_OK);
    for (size_t i = 0; i < IMAGES; i++) {
        by_hand(softmax, p + 4 * i, seed + 4 * i, before + 4 * i);
    }
    assert_int_equal(lu_model_backward(m, LU_LAYER_LOGITS, before, want), LU_OK);
    for (size_t i = 0; i < IMAGES * lu_shape_size(t.net.input); i++) {
        assert_true(fabsf(got[i] - want[i]) < 1e-5F);
        assert_true(fabsf(want[i]) > 0);
    }
    lu_model_free(&m);
    down(&t);
}

static void gradients_pass_through_the_answers(void **state)
{
    (void)state;
    through("[net]\nwidth=8\nheight=8\nchannels=2\n" CONV "activation=tanh\n" HEAD("softmax"),
            true);
    through("[net]\nwidth=8\nheight=8\nchannels=2\n" CONV "activation=tanh\n" HEAD("logistic"),
            false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moved_channels_answer_as_before),
        cmocka_unit_test(what_cannot_move_is_refused),
        cmocka_unit_test(gradients_pass_through_the_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
