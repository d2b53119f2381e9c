/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients with respect to images and weights, against libdarknet's and finite differences. */
#include "tests/unit/engine_nets.h"

static double apart(const float *a, const float *b, size_t n)
{
    double d = 0, s = 1e-20;

    for (size_t i = 0; i < n; i++) {
        d += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
        s += (double)b[i] * (double)b[i];
    }
    return sqrt(d / s);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_equals_darknet),
        cmocka_unit_test(gradient_equals_differences),
        cmocka_unit_test(weight_gradient_equals_differences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
