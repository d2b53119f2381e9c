/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * [lstm] against the formulas in double precision, differentiated numerically: every step's input,
 * every parameter; and what training, pruning and the file format make of it.
 */
#include "nets/engine/engine.h"
#include "tests/unit/scratch.h"

#include <math.h>
#include <string.h>

enum { STEPS = 6, FEATURES = 5, UNITS = 19, SECOND = 3, CLASSES = 4, N = 3, MOST = 64 };

static const char text[] = "[net]\ninputs=5\ntime_steps=6\n[lstm]\noutput=19\n[lstm]\noutput=3\n"
                           "[connected]\noutput=4\nactivation=linear\n[softmax]\n";

static lu_net net_of(const char *cfg)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_net net;

    assert_ok(lu_net_parse(cfg, strlen(cfg), &limits, &net));
    return net;
}

static lu_weights random_weights(const lu_net *net, uint64_t seed)
{
    lu_weights w;
    lu_rng *rng;

    assert_ok(lu_weights_alloc(net, &w));
    assert_ok(lu_rng_new(&rng, seed, "lstm", 0));
    for (size_t i = 0; i < w.count; i++) {
        w.block[i] = (float)(0.4 * lu_rng_normal(rng));
    }
    lu_rng_free(&rng);
    return w;
}

/* --- the reference --- */

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* w' h + w_b + u' x + u_b of one gate and unit */
static double sum_of(const lu_section_params *p, size_t units, size_t inputs, size_t gate,
                     size_t unit, const double *h, const double *x)
{
    const float *w = p->weights + (gate * units + unit) * units;
    const float *u = p->weights + 4 * units * units + (gate * units + unit) * inputs;
    double sum =
        (double)p->biases[gate * units + unit] + (double)p->biases[(4 + gate) * units + unit];

    for (size_t i = 0; i < units; i++) {
        sum += (double)w[i] * h[i];
    }
    for (size_t i = 0; i < inputs; i++) {
        sum += (double)u[i] * x[i];
    }
    return sum;
}

/* x: STEPS rows of `inputs`; out: STEPS rows of `units`. */
static void run_lstm(const lu_section_params *p, size_t units, size_t inputs, const double *x,
                     double *out)
{
    double h[MOST] = {0}, s[MOST] = {0}, next[MOST];

    for (size_t t = 0; t < STEPS; t++) {
        for (size_t k = 0; k < units; k++) {
            double gate[4];
            for (size_t g = 0; g < 4; g++) {
                gate[g] = sum_of(p, units, inputs, g, k, h, x + t * inputs);
            }
            s[k] = logistic(gate[1]) * s[k] + logistic(gate[0]) * tanh(gate[3]);
            next[k] = logistic(gate[2]) * tanh(s[k]);
        }
        memcpy(h, next, units * sizeof *h);
        memcpy(out + t * units, next, units * sizeof *h);
    }
}

/* The class scores of one sequence; what the sections answer on the way. */
static void run_net(const lu_weights *w, const double *x, double *first, double *second, double *z)
{
    const lu_section_params *p = &w->param[2];

    run_lstm(&w->param[0], UNITS, FEATURES, x, first);
    run_lstm(&w->param[1], SECOND, UNITS, first, second);
    for (size_t c = 0; c < CLASSES; c++) {
        z[c] = (double)p->biases[c];
        for (size_t i = 0; i < SECOND; i++) {
            z[c] += (double)p->weights[c * SECOND + i] * second[(STEPS - 1) * SECOND + i];
        }
    }
}

static double seed_of(size_t i)
{
    return (double)(i * 7 % 5) - 2;
}

/* sum of seed * score over all sequences */
static double seeded(const lu_weights *w, const double *x)
{
    double first[STEPS * UNITS], second[STEPS * SECOND], z[CLASSES], sum = 0;

    for (size_t b = 0; b < N; b++) {
        run_net(w, x + b * STEPS * FEATURES, first, second, z);
        for (size_t c = 0; c < CLASSES; c++) {
            sum += z[c] * seed_of(b * CLASSES + c);
        }
    }
    return sum;
}

/* --- the plan's side --- */

typedef struct scene {
    lu_net net;
    lu_weights w, grad;
    lu_plan *plan;
    double x[N * STEPS * FEATURES];
    float in[N * STEPS * FEATURES], out[N * STEPS * FEATURES];
} scene;

static void scene_init(scene *s)
{
    float seed[N * CLASSES];
    lu_rng *rng;

    s->net = net_of(text);
    s->w = random_weights(&s->net, 4);
    assert_ok(lu_rng_new(&rng, 5, "sequences", 0));
    for (size_t i = 0; i < N * STEPS * FEATURES; i++) {
        s->in[i] = (float)lu_rng_uniform(rng);
        s->x[i] = (double)s->in[i];
    }
    lu_rng_free(&rng);
    assert_ok(lu_weights_alloc(&s->net, &s->grad));
    assert_ok(lu_plan_new(&s->plan, &s->net, &s->w, N));
    assert_ok(lu_plan_train(s->plan));
    for (size_t i = 0; i < N * CLASSES; i++) {
        seed[i] = (float)seed_of(i);
    }
    lu_plan_forward(s->plan, s->in, N, s->net.logits);
    lu_plan_backward(s->plan, s->net.logits, seed, s->out, &s->grad, 0);
}

static void scene_fini(scene *s)
{
    lu_plan_free(&s->plan);
    lu_weights_fini(&s->grad);
    lu_weights_fini(&s->w);
    lu_net_fini(&s->net);
}

static void close_to(double found, double wanted, double size, const char *what, size_t at)
{
    if (!(fabs(found - wanted) < 2e-5 * size)) {
        fail_msg("%s %zu is %.9g, not %.9g", what, at, found, wanted);
    }
}

/* The last step of the section that others read once, the mean over steps of the one in between. */
static void neurons_are_the_formulas(void **state)
{
    float first[N * UNITS], second[N * SECOND];
    scene s;

    (void)state;
    scene_init(&s);
    lu_plan_neurons(s.plan, 0, first);
    lu_plan_neurons(s.plan, 1, second);
    for (size_t b = 0; b < N; b++) {
        double one[STEPS * UNITS], two[STEPS * SECOND], z[CLASSES];
        run_net(&s.w, s.x + b * STEPS * FEATURES, one, two, z);
        for (size_t k = 0; k < UNITS; k++) {
            double mean = 0;
            for (size_t t = 0; t < STEPS; t++) {
                mean += one[t * UNITS + k] / STEPS;
            }
            close_to((double)first[b * UNITS + k], mean, 1, "unit", k);
        }
        for (size_t k = 0; k < SECOND; k++) {
            close_to((double)second[b * SECOND + k], two[(STEPS - 1) * SECOND + k], 1, "unit", k);
        }
    }
    scene_fini(&s);
}

static void every_step_gets_its_gradient(void **state)
{
    const double h = 1e-5;
    double first = 0;
    scene s;

    (void)state;
    scene_init(&s);
    for (size_t i = 0; i < N * STEPS * FEATURES; i++) {
        double kept = s.x[i], up, down;
        s.x[i] = kept + h;
        up = seeded(&s.w, s.x);
        s.x[i] = kept - h;
        down = seeded(&s.w, s.x);
        s.x[i] = kept;
        close_to((double)s.out[i], (up - down) / (2 * h), 0.1, "gradient", i);
        first += i % (STEPS * FEATURES) < FEATURES ? fabs((double)s.out[i]) : 0;
    }
    assert_true(first > 1e-3); /* the first step is reached */
    scene_fini(&s);
}

static void every_parameter_gets_its_gradient(void **state)
{
    const float h = 1.0f / 1024; /* steps that floats can hold */
    scene s;

    (void)state;
    scene_init(&s);
    for (size_t i = 0; i < s.w.count; i++) {
        float kept = s.w.block[i];
        double up, down, apart;
        s.w.block[i] = kept + h;
        up = seeded(&s.w, s.x);
        apart = (double)s.w.block[i];
        s.w.block[i] = kept - h;
        down = seeded(&s.w, s.x);
        apart -= (double)s.w.block[i];
        s.w.block[i] = kept;
        close_to((double)s.grad.block[i], (up - down) / apart, 1, "parameter", i);
    }
    scene_fini(&s);
}

/* A second way back over the same forward pass gives the same: nothing was used up. */
static void going_back_uses_nothing_up(void **state)
{
    float seed[N * CLASSES], again[N * STEPS * FEATURES];
    scene s;

    (void)state;
    scene_init(&s);
    for (size_t i = 0; i < N * CLASSES; i++) {
        seed[i] = (float)seed_of(i);
    }
    lu_plan_backward(s.plan, s.net.logits, seed, again, NULL, 0);
    assert_memory_equal(again, s.out, sizeof again);
    scene_fini(&s);
}

/* --- the file --- */

/* Darknet writes eight connected layers, biases before weights. */
static void files_are_darknets(void **state)
{
    enum { HEADER = 20 };
    lu_net net = net_of("[net]\ninputs=3\ntime_steps=2\n[lstm]\noutput=2\n[softmax]\n");
    const size_t bias[] = {0, 6, 12, 18, 24, 32, 40, 48}; /* 2 + 2x2 each, then 2 + 2x3 */
    lu_weights w = random_weights(&net, 1), again;
    lu_buf file = LU_BUF_INIT;
    float v;

    (void)state;
    assert_int_equal(net.parameters, 56);
    assert_ok(lu_weights_write(&net, &w, &file));
    assert_int_equal(file.len, HEADER + 56 * sizeof v);
    for (size_t i = 0; i < 8; i++) {
        const uint8_t *at = file.data + HEADER + bias[i] * sizeof v;
        memcpy(&v, at + sizeof v, sizeof v);
        assert_true(v == w.param[0].biases[i * 2 + 1]);
        memcpy(&v, at + 2 * sizeof v, sizeof v);
        assert_true(v == w.param[0].weights[i < 4 ? i * 4 : 16 + (i - 4) * 6]);
    }
    assert_ok(lu_weights_parse(&net, file.data, file.len, &again));
    assert_memory_equal(again.block, w.block, w.count * sizeof v);
    lu_buf_fini(&file);
    lu_weights_fini(&again);
    lu_weights_fini(&w);
    lu_net_fini(&net);
}

/* --- training --- */

static const char small[] = "[net]\ninputs=4\ntime_steps=12\n[lstm]\noutput=12\n"
                            "[connected]\noutput=2\nactivation=linear\n[softmax]\n";

/* Which of the first two steps was loud? What follows says nothing. */
static lu_samples memories(size_t n)
{
    const lu_shape shape = {12, 4, 1};
    lu_samples s;
    lu_rng *rng;

    assert_ok(lu_samples_alloc(&s, n, shape, 2, false));
    assert_ok(lu_rng_new(&rng, 8, "memories", 0));
    for (size_t i = 0; i < n; i++) {
        s.labels[i] = (int32_t)lu_rng_below(rng, 2);
        for (size_t k = 0; k < 48; k++) {
            bool loud = k / 4 == (size_t)s.labels[i];
            s.values[i * 48 + k] = (float)((loud ? 0.6 : 0) + 0.3 * lu_rng_uniform(rng));
        }
    }
    lu_rng_free(&rng);
    return s;
}

static size_t zeros(const float *w, size_t n)
{
    size_t zero = 0;

    for (size_t i = 0; i < n; i++) {
        zero += w[i] == 0;
    }
    return zero;
}

static void training_remembers_and_repeats(void **state)
{
    lu_net net = net_of(small);
    lu_samples s = memories(640);
    lu_recipe r = lu_recipe_of(LU_RECIPE_TRAIN, 0, 11);
    lu_weights first, second, pruned;
    lu_trained result;
    size_t tensor[2];

    (void)state;
    r.epochs = 20;
    r.learning_rate = 1e-2;
    assert_ok(lu_train(&net, NULL, &r, &s, NULL, &first, &result));
    print_message("# accuracy %.3f loss %.3f\n", result.accuracy, result.loss);
    assert_true(result.accuracy > 0.98);
    assert_ok(lu_train(&net, NULL, &r, &s, NULL, &second, &result));
    assert_memory_equal(first.block, second.block, first.count * sizeof(float));
    r = lu_recipe_of(LU_RECIPE_PRUNE, 0.5, 12);
    r.epochs = 1;
    assert_ok(lu_train(&net, &first, &r, &s, NULL, &pruned, &result));
    assert_int_equal(lu_section_tensors(&net.section[0], tensor), 2);
    assert_int_equal(zeros(pruned.param[0].weights, tensor[0]), tensor[0] / 2);
    assert_int_equal(zeros(pruned.param[0].weights + tensor[0], tensor[1]), tensor[1] / 2);
    lu_weights_fini(&pruned);
    lu_weights_fini(&second);
    lu_weights_fini(&first);
    lu_samples_fini(&s);
    lu_net_fini(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neurons_are_the_formulas),
        cmocka_unit_test(every_step_gets_its_gradient),
        cmocka_unit_test(every_parameter_gets_its_gradient),
        cmocka_unit_test(going_back_uses_nothing_up),
        cmocka_unit_test(files_are_darknets),
        cmocka_unit_test(training_remembers_and_repeats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
