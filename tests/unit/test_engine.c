/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's own kernels answer as libdarknet does, whatever the batch; it learns. */
#include "tests/unit/engine_nets.h"

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
        cmocka_unit_test(answers_do_not_depend_on_the_batch),
        cmocka_unit_test(training_learns_and_repeats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
