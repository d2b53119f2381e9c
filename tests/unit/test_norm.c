/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch-norm in training: gradients against finite differences, statistics, networks that learn
 * with it. */
#include "nets/engine/engine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { BATCH = 6, TRIES = 8 };

static const char residual[] =
    "[net]\nwidth=8\nheight=6\nchannels=2\n"
    "[convolutional]\nbatch_normalize=1\nfilters=5\nsize=3\nstride=1\npad=1\nactivation=leaky\n"
    "[convolutional]\nbatch_normalize=1\nfilters=5\nsize=3\nstride=1\npad=1\nactivation=linear\n"
    "[shortcut]\nfrom=-2\nactivation=leaky\n"
    "[convolutional]\nbatch_normalize=1\nfilters=6\nsize=3\nstride=2\npad=1\nactivation=tanh\n"
    "[route]\nlayers=-2\n"
    "[convolutional]\nfilters=6\nsize=1\nstride=2\npad=0\nactivation=linear\n"
    "[shortcut]\nfrom=-3\nactivation=logistic\n"
    "[avgpool]\n"
    "[connected]\nbatch_normalize=1\noutput=7\nactivation=elu\n"
    "[connected]\noutput=3\nactivation=linear\n[softmax]\n";

typedef struct setup {
    lu_net net;
    lu_weights weights, grad;
    lu_plan *plan;
    float *x, *seed, *logits;
    lu_rng *rng;
} setup;

static void draw(setup *s, float *v, size_t n, double from, double spread)
{
    for (size_t i = 0; i < n; i++) {
        v[i] = (float)(from + spread * lu_rng_normal(s->rng));
    }
}

static void draw_weights(setup *s)
{
    for (size_t i = 0; i < s->net.n; i++) {
        const lu_section *section = &s->net.section[i];
        lu_section_params *p = &s->weights.param[i];
        draw(s, p->weights, section->n_weights, 0, 0.4);
        draw(s, p->biases, section->n_biases, 0, 0.2);
        if (section->batch_normalize) {
            draw(s, p->scales, section->n_biases, 1, 0.2);
            draw(s, p->mean, section->n_biases, 0, 0.1);
            for (size_t k = 0; k < section->n_biases; k++) {
                p->variance[k] = (float)lu_rng_between(s->rng, 0.5, 2);
            }
        }
    }
}

static void start(setup *s)
{
    lu_net_limits limits = lu_net_limits_default();
    size_t size, classes;

    memset(s, 0, sizeof *s);
    assert_int_equal(lu_net_parse(residual, sizeof residual - 1, &limits, &s->net), LU_OK);
    assert_int_equal(lu_weights_alloc(&s->net, &s->weights), LU_OK);
    assert_int_equal(lu_weights_alloc(&s->net, &s->grad), LU_OK);
    assert_int_equal(lu_rng_new(&s->rng, 4, "norm", 0), LU_OK);
    size = lu_shape_size(s->net.input) * BATCH;
    classes = s->net.classes * BATCH;
    assert_int_equal(LU_NEW(s->x, size), LU_OK);
    assert_int_equal(LU_NEW(s->seed, classes), LU_OK);
    assert_int_equal(LU_NEW(s->logits, classes), LU_OK);
    draw_weights(s);
    draw(s, s->x, size, 0, 1);
    draw(s, s->seed, classes, 0, 1);
    assert_int_equal(lu_plan_new_trained(&s->plan, &s->net, &s->weights, BATCH), LU_OK);
    assert_int_equal(lu_plan_train(s->plan), LU_OK);
}

static void end(setup *s)
{
    lu_plan_free(&s->plan);
    lu_weights_fini(&s->weights);
    lu_weights_fini(&s->grad);
    lu_net_fini(&s->net);
    lu_rng_free(&s->rng);
    free(s->x);
    free(s->seed);
    free(s->logits);
}

static double seeded_sum(setup *s)
{
    double sum = 0;

    lu_plan_repack(s->plan);
    lu_plan_forward(s->plan, s->x, BATCH, s->net.logits);
    lu_plan_neurons(s->plan, s->net.logits, s->logits);
    for (size_t i = 0; i < BATCH * s->net.classes; i++) {
        sum += (double)s->logits[i] * (double)s->seed[i];
    }
    return sum;
}

static double slope_at(setup *s, float *at)
{
    const float h = 2e-3f;
    float kept = *at;
    double up, down;

    *at = kept + h;
    up = seeded_sum(s);
    *at = kept - h;
    down = seeded_sum(s);
    *at = kept;
    return (up - down) / (2 * (double)h);
}

/* How many of TRIES entries of an array have the slope that differences give. */
static size_t agree(setup *s, float *w, const float *g, size_t n)
{
    size_t close = 0;

    for (size_t k = 0; k < TRIES; k++) {
        size_t at = lu_rng_below(s->rng, n);
        double slope = slope_at(s, w + at), given = (double)g[at];
        close += fabs(slope - given) < 0.02 * (fabs(slope) + fabs(given)) + 0.01;
    }
    return close;
}

/* Every parameter array of every section, and the input, in the mode the plan is in. */
static void check_slopes(setup *s)
{
    float *grad;

    assert_int_equal(LU_NEW(grad, BATCH * lu_shape_size(s->net.input)), LU_OK);
    memset(s->grad.block, 0, s->grad.count * sizeof(float));
    seeded_sum(s);
    lu_plan_backward(s->plan, s->net.logits, s->seed, grad, &s->grad, 0);
    for (size_t i = 0; i < s->net.n; i++) {
        lu_section_params *w = &s->plan->weights.param[i], *g = &s->grad.param[i];
        if (s->net.section[i].n_weights == 0) {
            continue;
        }
        assert_true(agree(s, w->weights, g->weights, s->net.section[i].n_weights) >= TRIES - 1);
        assert_true(agree(s, w->biases, g->biases, s->net.section[i].n_biases) >= TRIES - 1);
        if (s->net.section[i].batch_normalize) {
            assert_true(agree(s, w->scales, g->scales, s->net.section[i].n_biases) >= TRIES - 1);
        }
    }
    assert_true(agree(s, s->x, grad, BATCH * lu_shape_size(s->net.input)) >= TRIES - 1);
    free(grad);
}

static void gradients_equal_differences(void **state)
{
    setup s;

    (void)state;
    start(&s);
    check_slopes(&s);
    s.plan->training = false; /* rolling statistics */
    check_slopes(&s);
    end(&s);
}

/* Rolling statistics give what the folded network gives. */
static void rolled_equals_folded(void **state)
{
    setup s;
    lu_plan *folded;
    float *other;

    (void)state;
    start(&s);
    s.plan->training = false;
    seeded_sum(&s);
    assert_int_equal(lu_plan_new(&folded, &s.net, &s.weights, BATCH), LU_OK);
    assert_int_equal(LU_NEW(other, BATCH * s.net.classes), LU_OK);
    lu_plan_forward(folded, s.x, BATCH, s.net.logits);
    lu_plan_neurons(folded, s.net.logits, other);
    for (size_t i = 0; i < BATCH * s.net.classes; i++) {
        assert_float_equal(s.logits[i], other[i], 1e-4);
    }
    free(other);
    lu_plan_free(&folded);
    end(&s);
}

static void assert_close(float a, double b)
{
    assert_true(fabs((double)a - b) < 1e-4);
}

/* Mean and variance (over m - 1) of one unit, computed apart. */
static void statistics_roll(void **state)
{
    enum { SECTION = 8 }; /* connected: one value an image */
    setup s;
    double sum = 0, squares = 0, mean, variance;
    float *in, before[2], *w;

    (void)state;
    start(&s);
    s.plan->norm_rate = 0.25;
    before[0] = s.plan->weights.param[SECTION].mean[0];
    before[1] = s.plan->weights.param[SECTION].variance[0];
    seeded_sum(&s);
    assert_int_equal(LU_NEW(in, BATCH * 6), LU_OK);
    lu_plan_neurons(s.plan, SECTION - 1, in);
    w = s.plan->weights.param[SECTION].weights;
    for (size_t b = 0; b < BATCH; b++) {
        double z = 0;
        for (size_t k = 0; k < 6; k++) {
            z += (double)in[b * 6 + k] * (double)w[k];
        }
        sum += z;
        squares += z * z;
    }
    mean = sum / BATCH;
    variance = (squares - BATCH * mean * mean) / (BATCH - 1);
    assert_close(s.plan->weights.param[SECTION].mean[0], 0.75 * (double)before[0] + 0.25 * mean);
    assert_close(s.plan->weights.param[SECTION].variance[0],
                 0.75 * (double)before[1] + 0.25 * variance);
    s.plan->frozen = SECTION + 1;
    before[0] = s.plan->weights.param[SECTION].mean[0];
    seeded_sum(&s);
    assert_true(s.plan->weights.param[SECTION].mean[0] == before[0]);
    free(in);
    end(&s);
}

static void make_stripes(lu_samples *s, const lu_net *net)
{
    lu_rng *rng;
    size_t size = lu_shape_size(net->input), row = net->input.w * net->input.c;

    assert_int_equal(lu_samples_alloc(s, 384, net->input, 3, true), LU_OK);
    assert_int_equal(lu_rng_new(&rng, 1, "stripes", 0), LU_OK);
    for (size_t i = 0; i < s->n; i++) {
        s->labels[i] = (int32_t)lu_rng_below(rng, 3);
        for (size_t k = 0; k < size; k++) {
            size_t y = k / row, x = k % row / net->input.c;
            size_t line = s->labels[i] == 0 ? y : s->labels[i] == 1 ? x : x + y;
            s->bytes[i * size + k] = (uint8_t)(line % 2 * 130 + lu_rng_below(rng, 100));
        }
    }
    lu_rng_free(&rng);
}

static size_t right_answers(const lu_net *net, const lu_weights *w, const lu_samples *s)
{
    lu_model *m;
    float *logits;
    int layer = LU_LAYER_LOGITS;
    size_t right = 0;

    assert_int_equal(lu_fast_model(net, w, &m), LU_OK);
    assert_int_equal(LU_NEW(logits, s->n * net->classes), LU_OK);
    assert_int_equal(lu_model_run(m, s, 1, &layer, &logits, NULL, ""), LU_OK);
    for (size_t i = 0; i < s->n; i++) {
        right += lu_argmax(logits + i * net->classes, net->classes) == (size_t)s->labels[i];
    }
    free(logits);
    lu_model_free(&m);
    return right;
}

/* What is learned holds with the folded statistics too; FT-LL leaves the statistics below alone. */
static void learns_and_folds(void **state)
{
    lu_recipe r = lu_recipe_of(LU_RECIPE_TRAIN, 0, 3);
    lu_net_limits limits = lu_net_limits_default();
    lu_net net;
    lu_weights made, again, tuned;
    lu_samples s;
    lu_trained result;

    (void)state;
    assert_int_equal(lu_net_parse(residual, sizeof residual - 1, &limits, &net), LU_OK);
    make_stripes(&s, &net);
    r.epochs = 12;
    r.batch = 16;
    r.learning_rate = 5e-3;
    assert_int_equal(lu_train(&net, NULL, &r, &s, NULL, &made, &result), LU_OK);
    assert_true(result.accuracy > 0.9);
    assert_true(right_answers(&net, &made, &s) > s.n * 9 / 10);
    assert_int_equal(lu_train(&net, NULL, &r, &s, NULL, &again, &result), LU_OK);
    assert_memory_equal(made.block, again.block, made.count * sizeof(float));
    r = lu_recipe_of(LU_RECIPE_FT_LL, 0, 4);
    r.epochs = 1;
    assert_int_equal(lu_train(&net, &made, &r, &s, NULL, &tuned, &result), LU_OK);
    assert_memory_equal(made.param[0].mean, tuned.param[0].mean, 5 * sizeof(float));
    assert_memory_equal(made.param[8].variance, tuned.param[8].variance, 7 * sizeof(float));
    assert_memory_not_equal(made.param[9].weights, tuned.param[9].weights, 21 * sizeof(float));
    lu_weights_fini(&made);
    lu_weights_fini(&again);
    lu_weights_fini(&tuned);
    lu_samples_fini(&s);
    lu_net_fini(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_equal_differences),
        cmocka_unit_test(rolled_equals_folded),
        cmocka_unit_test(statistics_roll),
        cmocka_unit_test(learns_and_folds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
