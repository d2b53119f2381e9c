/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fast engine against libdarknet's own forward pass and against finite differences. */
#include "nets/engine/engine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* --- networks --- */

/* clang-format off */
#define CONV(f, s, st, p, act)                                                                     \
    "[convolutional]\nfilters=" #f "\nsize=" #s "\nstride=" #st "\npadding=" #p                    \
    "\nactivation=" #act "\n"

static const char small_mix[] =
    "[net]\nwidth=9\nheight=7\nchannels=3\n"
    CONV(6, 3, 1, 1, leaky)
    "[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\nstride=2\npadding=1\nactivation=tanh\n"
    "[route]\nlayers=-2\n"
    CONV(8, 1, 2, 0, linear)
    "[shortcut]\nfrom=-3\nactivation=relu\n"
    "[route]\nlayers=-1,-4\n"
    "[convolutional]\nfilters=8\nsize=3\nstride=1\npadding=0\ngroups=4\nactivation=elu\n"
    "[maxpool]\nsize=2\nstride=1\n"
    "[activation]\nactivation=logistic\n"
    "[avgpool]\n"
    "[connected]\noutput=7\nactivation=selu\nbatch_normalize=1\n"
    "[dropout]\nprobability=.5\n"
    "[connected]\noutput=5\nactivation=linear\n"
    "[softmax]\n[cost]\ntype=sse\n";

static const char pointwise[] =
    "[net]\nwidth=6\nheight=6\nchannels=2\n"
    CONV(4, 3, 1, 1, relu)
    CONV(4, 1, 1, 0, relu)
    CONV(4, 3, 1, 1, linear)
    "[shortcut]\nfrom=-3\nactivation=relu\n"
    "[maxpool]\nsize=3\nstride=2\n"
    CONV(3, 4, 2, 1, hardtan)
    "[connected]\noutput=4\nactivation=linear\n[logistic]\n";

/* What the plan has ways of its own for: many channels, blocks not full, gradients lent over a
   shortcut and not lent (a route in between, two shortcuts from one source), pooling with and
   without gaps, one channel into a kernel larger than its padding. */
static const char wide[] =
    "[net]\nwidth=12\nheight=8\nchannels=1\n"
    CONV(5, 5, 1, 1, relu)
    CONV(40, 3, 1, 2, relu)
    CONV(40, 3, 1, 1, relu)
    CONV(40, 3, 1, 1, linear)
    "[shortcut]\nfrom=-3\nactivation=relu\n"
    CONV(40, 3, 1, 1, leaky)
    "[shortcut]\nfrom=-2\nactivation=linear\n"
    CONV(40, 1, 1, 0, linear)
    "[shortcut]\nfrom=-4\nactivation=relu\n"
    "[maxpool]\nsize=2\nstride=2\n"
    CONV(17, 3, 1, 1, relu)
    "[route]\nlayers=-1,-2\n"
    CONV(32, 3, 1, 1, relu)
    "[maxpool]\nsize=3\nstride=2\npadding=1\n"
    CONV(48, 3, 1, 1, tanh)
    "[connected]\noutput=6\nactivation=linear\n[softmax]\n";

static const char flat[] =
    "[net]\nwidth=7\nheight=5\nchannels=1\n"
    "[connected]\noutput=20\nactivation=relu\n"
    "[dropout]\nprobability=.3\n"
    "[connected]\noutput=33\nactivation=tanh\n"
    "[connected]\noutput=3\nactivation=linear\n[softmax]\n";

static const char colour[] =
    "[net]\nwidth=7\nheight=5\nchannels=3\n"
    "[maxpool]\nsize=2\nstride=1\n"
    "[connected]\noutput=20\nactivation=leaky\n"
    "[connected]\noutput=3\nactivation=linear\n[softmax]\n";

/* Units and features that do not fill blocks, one sequence read by another. */
static const char sequences[] =
    "[net]\ninputs=5\ntime_steps=9\n"
    "[lstm]\noutput=19\n"
    "[lstm]\noutput=7\n"
    "[dropout]\nprobability=.3\n"
    "[connected]\noutput=6\nactivation=tanh\n"
    "[connected]\noutput=4\nactivation=linear\n[softmax]\n";

static const char one_step[] =
    "[net]\ninputs=21\n[lstm]\noutput=33\n[connected]\noutput=3\nactivation=linear\n[softmax]\n";

/* clang-format on */
static const char *const files[] = {"samples/cfg/lenet5.cfg", "samples/cfg/resnet20.cfg"};

static char *read_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text = calloc(1, 65536);

    assert_non_null(f);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, f) > 0);
    fclose(f);
    return text;
}

/* Random parameters of a realistic size; variances well above 0. */
static void fill(const lu_net *net, lu_weights *w, uint64_t seed)
{
    lu_rng *rng;

    assert_int_equal(lu_rng_new(&rng, seed, "test", 0), LU_OK);
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        size_t fan = s->n_weights ? s->n_weights / s->out.c : 1;
        for (size_t j = 0; j < s->n_weights; j++) {
            w->param[i].weights[j] = (float)(lu_rng_normal(rng) * sqrt(2.0 / (double)fan));
        }
        for (size_t j = 0; j < s->n_biases; j++) {
            w->param[i].biases[j] = (float)(0.1 * lu_rng_normal(rng));
            if (w->param[i].scales) {
                w->param[i].scales[j] = (float)lu_rng_between(rng, 0.5, 1.5);
                w->param[i].mean[j] = (float)(0.1 * lu_rng_normal(rng));
                w->param[i].variance[j] = (float)lu_rng_between(rng, 0.6, 2);
            }
        }
    }
    lu_rng_free(&rng);
}

/* `odd` is put in place of weight 40 of section 1, unless it is 0. */
static void load_odd(const char *cfg, float odd, lu_engine_kind kind, lu_loaded *out)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_net net;
    lu_weights w;
    lu_buf file = LU_BUF_INIT;
    lu_err err = lu_net_parse(cfg, strlen(cfg), &limits, &net);

    if (err) {
        fail_msg("%s", lu_error_what());
    }
    assert_int_equal(lu_weights_alloc(&net, &w), LU_OK);
    fill(&net, &w, 7);
    if (odd != 0) {
        w.param[1].weights[40] = odd;
    }
    assert_int_equal(lu_weights_write(&net, &w, &file), LU_OK);
    err = lu_loaded_new(cfg, strlen(cfg), file.data, file.len, kind, out);
    if (err) {
        fail_msg("%s (%s)", lu_error_what(), lu_error_where());
    }
    lu_buf_fini(&file);
    lu_weights_fini(&w);
    lu_net_fini(&net);
}

static void load(const char *cfg, lu_engine_kind kind, lu_loaded *out)
{
    load_odd(cfg, 0, kind, out);
}

static float *images(const lu_model *m, size_t n)
{
    size_t total = n * lu_shape_size(m->input);
    float *x = calloc(total, sizeof *x);
    lu_rng *rng;

    assert_int_equal(lu_rng_new(&rng, 3, "images", 0), LU_OK);
    for (size_t i = 0; i < total; i++) {
        x[i] = (float)lu_rng_uniform(rng);
    }
    lu_rng_free(&rng);
    return x;
}

static double apart(const float *a, const float *b, size_t n)
{
    double d = 0, s = 1e-20;

    for (size_t i = 0; i < n; i++) {
        d += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
        s += (double)b[i] * (double)b[i];
    }
    return sqrt(d / s);
}

/* --- tests: each over every network --- */

static void each(void (*test)(const char *name, const char *cfg))
{
    test("small_mix", small_mix);
    test("pointwise", pointwise);
    test("wide", wide);
    test("flat", flat);
    test("colour", colour);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *text = read_text(files[i]);
        test(files[i], text);
        free(text);
    }
}

/* Sequences too; libdarknet has no gradient of them. */
static void every(void (*test)(const char *name, const char *cfg))
{
    char *text = read_text("samples/cfg/lstm128.cfg");

    each(test);
    test("sequences", sequences);
    test("one_step", one_step);
    test("lstm128", text);
    free(text);
}

/* Loading runs the comparison with libdarknet's layers itself. */
static void check_forward(const char *name, const char *cfg)
{
    lu_loaded l;

    load(cfg, LU_ENGINE_FAST, &l);
    print_message("# %s: largest difference from libdarknet %.2g\n", name, l.self_check);
    assert_true(l.self_check < 1e-5);
    lu_loaded_fini(&l);
}

static void forward_equals_darknet(void **state)
{
    (void)state;
    every(check_forward);
}

/* Winograd's sums would lose the small weights beside a huge one, or pass the largest float. */
static void huge_weights_are_convolved_directly(void **state)
{
    static const char cfg[] = "[net]\nwidth=12\nheight=12\nchannels=3\n" CONV(16, 3, 1, 1, relu)
        CONV(16, 3, 1, 1, relu) "[avgpool]\n[connected]\noutput=4\nactivation=linear\n[softmax]\n";
    static const float odd[] = {0, 1e14f, -1e14f, -1e30f, -3e35f};

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        lu_loaded l;
        load_odd(cfg, odd[i], LU_ENGINE_FAST, &l);
        print_message("# weight %g: largest difference from libdarknet %.2g\n", (double)odd[i],
                      l.self_check);
        assert_true(l.self_check < 1e-5);
        assert_int_equal(l.direct, odd[i] < 0);
        lu_loaded_fini(&l);
    }
}

/* Of which a batch is one. */
static void large_images_are_compared(void **state)
{
    static const char cfg[] = "[net]\nwidth=600\nheight=600\nchannels=1\n" CONV(
        4, 3, 1, 1, relu) "[avgpool]\n[connected]\noutput=2\nactivation=linear\n[softmax]\n";
    lu_loaded l;

    (void)state;
    load(cfg, LU_ENGINE_FAST, &l);
    assert_int_equal(l.model->batch, 1);
    assert_true(l.self_check < 1e-5);
    lu_loaded_fini(&l);
}

static void gradient(lu_model *m, int layer, const float *x, size_t n, float *grad)
{
    size_t width = lu_model_width(m, layer);
    float *out = calloc(n * width, sizeof *out), *seed = calloc(n * width, sizeof *seed);

    for (size_t i = 0; i < n * width; i++) {
        seed[i] = (float)((i * 7) % 5) - 2;
    }
    assert_int_equal(lu_model_forward(m, x, n, 1, &layer, &out), LU_OK);
    assert_int_equal(lu_model_backward(m, layer, seed, grad), LU_OK);
    free(out);
    free(seed);
}

static void check_gradient(const char *name, const char *cfg)
{
    enum { N = 3 };
    lu_loaded fast, reference;
    size_t size;
    float *x, *a, *b;
    double worst = 0;

    load(cfg, LU_ENGINE_FAST, &fast);
    load(cfg, LU_ENGINE_DARKNET, &reference);
    size = N * lu_shape_size(fast.net.input);
    x = images(fast.model, N);
    a = calloc(size, sizeof *a);
    b = calloc(size, sizeof *b);
    for (int layer = LU_LAYER_LOGITS; layer <= (int)fast.net.logits; layer++) {
        double d;
        gradient(fast.model, layer, x, N, a);
        gradient(reference.model, layer, x, N, b);
        d = apart(a, b, size);
        worst = d > worst ? d : worst;
        if (!(d < 1e-4)) {
            fail_msg("%s: gradient from layer %d differs by %g", name, layer, d);
        }
    }
    print_message("# %s: largest gradient difference %.2g\n", name, worst);
    free(x);
    free(a);
    free(b);
    lu_loaded_fini(&fast);
    lu_loaded_fini(&reference);
}

static void gradient_equals_darknet(void **state)
{
    (void)state;
    each(check_gradient);
}

static double seeded_sum(lu_model *m, int layer, const float *x)
{
    size_t width = lu_model_width(m, layer);
    float *out = calloc(width, sizeof *out);
    double sum = 0;

    assert_int_equal(lu_model_forward(m, x, 1, 1, &layer, &out), LU_OK);
    for (size_t i = 0; i < width; i++) {
        sum += (double)out[i] * ((double)((i * 7) % 5) - 2);
    }
    free(out);
    return sum;
}

/* Along random directions, central differences; the median ignores kinks of max and ReLU. */
static void check_differences(const char *name, const char *cfg)
{
    enum { DIRECTIONS = 15 };
    const float h = 3e-4f;
    lu_loaded l;
    int layers[] = {LU_LAYER_LOGITS, 0, -2};
    lu_rng *rng;

    load(cfg, LU_ENGINE_FAST, &l);
    assert_int_equal(lu_rng_new(&rng, 5, "directions", 0), LU_OK);
    layers[2] = (int)l.net.logits / 2;
    for (size_t k = 0; k < 3; k++) {
        size_t size = lu_shape_size(l.net.input), close = 0;
        float *x = images(l.model, 1), *grad = calloc(size, sizeof *grad);
        float *moved = calloc(size, sizeof *moved), *way = calloc(size, sizeof *way);
        gradient(l.model, layers[k], x, 1, grad);
        for (size_t d = 0; d < DIRECTIONS; d++) {
            double slope = 0, up, down;
            for (size_t i = 0; i < size; i++) {
                way[i] = (float)lu_rng_normal(rng);
                slope += (double)way[i] * (double)grad[i];
                moved[i] = x[i] + h * way[i];
            }
            up = seeded_sum(l.model, layers[k], moved);
            for (size_t i = 0; i < size; i++) {
                moved[i] = x[i] - h * way[i];
            }
            down = seeded_sum(l.model, layers[k], moved);
            up = (up - down) / (2 * (double)h);
            close += fabs(up - slope) < 0.05 * (fabs(slope) + fabs(up)) + 0.02;
        }
        if (close < DIRECTIONS * 2 / 3) {
            fail_msg("%s layer %d: %zu of %d slopes agree", name, layers[k], close, DIRECTIONS);
        }
        free(x);
        free(grad);
        free(moved);
        free(way);
    }
    lu_rng_free(&rng);
    lu_loaded_fini(&l);
}

static void gradient_equals_differences(void **state)
{
    (void)state;
    every(check_differences);
}

/* An image's answers are the same bytes wherever it stands in whatever batch. */
static void check_invariance(const char *name, const char *cfg)
{
    lu_loaded l;
    size_t n, size;
    int layer = LU_LAYER_LOGITS;
    float *x, *whole, *grads, *one, *grad, *seed;

    load(cfg, LU_ENGINE_FAST, &l);
    n = l.model->batch < 11 ? l.model->batch : 11;
    size = lu_shape_size(l.net.input);
    x = images(l.model, n);
    whole = calloc(n * l.net.classes, sizeof *whole);
    one = calloc(l.net.classes, sizeof *one);
    grads = calloc(n * size, sizeof *grads);
    grad = calloc(size, sizeof *grad);
    seed = calloc(n * l.net.classes, sizeof *seed);
    for (size_t i = 0; i < n * l.net.classes; i++) {
        seed[i] = (float)(i % l.net.classes) - 1;
    }
    assert_int_equal(lu_model_forward(l.model, x, n, 1, &layer, &whole), LU_OK);
    assert_int_equal(lu_model_backward(l.model, layer, seed, grads), LU_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(lu_model_forward(l.model, x + i * size, 1, 1, &layer, &one), LU_OK);
        assert_int_equal(lu_model_backward(l.model, layer, seed, grad), LU_OK);
        assert_memory_equal(grad, grads + i * size, size * sizeof *grad);
        if (memcmp(one, whole + i * l.net.classes, l.net.classes * sizeof *one) != 0) {
            fail_msg("%s: image %zu answers otherwise alone", name, i);
        }
    }
    free(x);
    free(whole);
    free(one);
    free(grads);
    free(grad);
    free(seed);
    lu_loaded_fini(&l);
}

static void answers_do_not_depend_on_the_batch(void **state)
{
    (void)state;
    every(check_invariance);
}

static double loss_of(lu_plan *p, const float *x, size_t n, const float *seed, float *logits)
{
    double sum = 0;

    lu_plan_repack(p);
    lu_plan_forward(p, x, n, p->net.logits);
    lu_plan_neurons(p, p->net.logits, logits);
    for (size_t i = 0; i < n * p->net.classes; i++) {
        sum += (double)logits[i] * (double)seed[i];
    }
    return sum;
}

/* Weight gradients against finite differences, single parameters picked over all sections. */
static void check_weights(const char *name, const char *cfg)
{
    enum { N = 5 };
    const float h = 2e-3f;
    lu_loaded l;
    lu_plan *p;
    lu_weights grad;
    lu_rng *rng;
    float *x, *seed, *logits;
    size_t close = 0, tried = 0;

    load(cfg, LU_ENGINE_FAST, &l);
    assert_int_equal(lu_plan_new(&p, &l.net, &l.weights, N), LU_OK);
    assert_int_equal(lu_plan_train(p), LU_OK);
    p->training = false; /* no dropout */
    assert_int_equal(lu_weights_alloc(&p->net, &grad), LU_OK);
    assert_int_equal(lu_rng_new(&rng, 9, "weights", 0), LU_OK);
    x = images(l.model, N);
    seed = calloc(N * l.net.classes, sizeof *seed);
    logits = calloc(N * l.net.classes, sizeof *logits);
    for (size_t i = 0; i < N * l.net.classes; i++) {
        seed[i] = (float)lu_rng_normal(rng);
    }
    loss_of(p, x, N, seed, logits);
    lu_plan_backward(p, p->net.logits, seed, NULL, &grad, 0);
    for (size_t i = 0; i < p->net.n; i++) {
        for (size_t k = 0; p->net.section[i].n_weights && k < 6; k++) {
            bool bias = k < 2;
            size_t n = bias ? p->net.section[i].n_biases : p->net.section[i].n_weights;
            size_t at = lu_rng_below(rng, n);
            float *w = (bias ? p->weights.param[i].biases : p->weights.param[i].weights) + at;
            double g = (bias ? grad.param[i].biases : grad.param[i].weights)[at], up, down;
            float kept = *w;
            *w = kept + h;
            up = loss_of(p, x, N, seed, logits);
            *w = kept - h;
            down = loss_of(p, x, N, seed, logits);
            *w = kept;
            up = (up - down) / (2 * (double)h);
            close += fabs(up - g) < 0.05 * (fabs(g) + fabs(up)) + 0.02;
            tried++;
        }
    }
    print_message("# %s: %zu of %zu weight gradients agree\n", name, close, tried);
    assert_true(close >= tried * 85 / 100);
    free(x);
    free(seed);
    free(logits);
    lu_rng_free(&rng);
    lu_weights_fini(&grad);
    lu_plan_free(&p);
    lu_loaded_fini(&l);
}

static void weight_gradient_equals_differences(void **state)
{
    (void)state;
    every(check_weights);
}

/* A striped toy set that a small network learns; the same seed gives the same bytes. */
static void training_learns_and_repeats(void **state)
{
    static const char cfg[] = "[net]\nwidth=8\nheight=8\nchannels=1\n" CONV(
        4, 3, 1, 1,
        relu) "[maxpool]\nsize=2\nstride=2\n[connected]\noutput=16\nactivation=relu\n"
              "[dropout]\nprobability=.2\n[connected]\noutput=2\nactivation=linear\n[softmax]\n";
    lu_net_limits limits = lu_net_limits_default();
    lu_recipe r = lu_recipe_of(LU_RECIPE_TRAIN, 0, 11);
    lu_net net;
    lu_samples s;
    lu_weights first, second, tuned;
    lu_trained result;
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_net_parse(cfg, sizeof cfg - 1, &limits, &net), LU_OK);
    assert_int_equal(lu_samples_alloc(&s, 640, net.input, 2, true), LU_OK);
    assert_int_equal(lu_rng_new(&rng, 1, "stripes", 0), LU_OK);
    for (size_t i = 0; i < s.n; i++) {
        size_t phase = lu_rng_below(rng, 2);
        s.labels[i] = (int32_t)lu_rng_below(rng, 2);
        for (size_t p = 0; p < 64; p++) {
            size_t line = s.labels[i] ? p / 8 : p % 8;
            s.bytes[i * 64 + p] = (uint8_t)((line + phase) % 2 * 120 + lu_rng_below(rng, 100));
        }
    }
    lu_rng_free(&rng);
    r.epochs = 15;
    r.learning_rate = 5e-3;
    assert_int_equal(lu_train(&net, NULL, &r, &s, NULL, &first, &result), LU_OK);
    print_message("# accuracy %.3f loss %.3f\n", result.accuracy, result.loss);
    assert_true(result.accuracy > 0.95);
    assert_int_equal(lu_train(&net, NULL, &r, &s, NULL, &second, &result), LU_OK);
    assert_memory_equal(first.block, second.block, first.count * sizeof(float));
    r = lu_recipe_of(LU_RECIPE_PRUNE, 0.6, 12);
    r.epochs = 1;
    assert_int_equal(lu_train(&net, &first, &r, &s, NULL, &tuned, &result), LU_OK);
    for (size_t i = 0; i < net.n; i++) {
        size_t zero = 0, n = net.section[i].n_weights;
        for (size_t j = 0; j < n; j++) {
            zero += tuned.param[i].weights[j] == 0;
        }
        assert_true(zero >= n * 6 / 10 && (n == 0 || zero < n * 7 / 10));
    }
    lu_weights_fini(&tuned);
    r = lu_recipe_of(LU_RECIPE_FT_LL, 0, 13);
    r.epochs = 1;
    assert_int_equal(lu_train(&net, &first, &r, &s, NULL, &tuned, &result), LU_OK);
    assert_memory_equal(tuned.param[0].weights, first.param[0].weights, 36 * sizeof(float));
    assert_memory_not_equal(tuned.param[4].weights, first.param[4].weights, 32 * sizeof(float));
    lu_weights_fini(&tuned);
    lu_weights_fini(&first);
    lu_weights_fini(&second);
    lu_samples_fini(&s);
    lu_net_fini(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_equals_darknet),
        cmocka_unit_test(large_images_are_compared),
        cmocka_unit_test(huge_weights_are_convolved_directly),
        cmocka_unit_test(gradient_equals_darknet),
        cmocka_unit_test(gradient_equals_differences),
        cmocka_unit_test(answers_do_not_depend_on_the_batch),
        cmocka_unit_test(weight_gradient_equals_differences),
        cmocka_unit_test(training_learns_and_repeats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
