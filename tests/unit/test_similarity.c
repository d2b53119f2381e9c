/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The six metrics on fixed cases, seed selection, and what core/model.c computes by itself. */
#include "core/core.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WIDTH = 16, CLASSES = 10, TESTS = 48 };

/* Numerical Recipes' generator, upper 16 bits: exact in float, and easy to repeat in other
 * languages. */
static float draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (float)(*state >> 16) / 65536.0f;
}

static void assert_near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within)) {
        fail_msg("%.17g is not %.17g within %g", value, expected, within);
    }
}

static void assert_value(lu_value v, double expected)
{
    assert_true(v.known);
    assert_near(v.value, expected, 1e-12);
}

/* K = n positions 0..n-1 with count[i] tests each. */
static void make_list(lu_whitebox *w, const size_t *count, size_t n)
{
    int32_t neuron[WIDTH] = {0};
    double threshold[WIDTH] = {0};
    size_t total = 0;

    for (size_t i = 0; i < n; i++) {
        neuron[i] = (int32_t)i;
        total += count[i];
    }
    assert_int_equal(lu_whitebox_alloc(w, 2, neuron, threshold, n, total, (lu_shape){1, 1, 1}, 10),
                     LU_OK);
    for (size_t i = 0; i < n; i++) {
        w->start[i + 1] = w->start[i] + count[i];
    }
}

static float victim_phi[TESTS * WIDTH];
static float suspect_phi[TESTS * WIDTH];

static int draw_answers(void **state)
{
    uint32_t s = 1;

    (void)state;
    for (size_t k = 0; k < TESTS * WIDTH; k++) {
        victim_phi[k] = draw(&s);
    }
    for (size_t k = 0; k < TESTS * WIDTH; k++) {
        suspect_phi[k] = draw(&s);
    }
    return 0;
}

/* Expected numbers: spec 1.4-1.8 written out in another language on the same draws. */
static void test_whitebox_fixed_case(void **state)
{
    size_t count[WIDTH];
    lu_whitebox w;
    lu_scores got = {0};
    lu_scores back = {0};

    (void)state;
    for (size_t i = 0; i < WIDTH; i++) {
        count[i] = 3;
    }
    make_list(&w, count, WIDTH);
    lu_layer_answers a = {&w, victim_phi, suspect_phi, WIDTH};
    lu_layer_answers b = {&w, suspect_phi, victim_phi, WIDTH};
    lu_whitebox_metrics(&a, 1, &got);
    assert_int_equal(got.n_whitebox, 48);
    assert_value(got.metric[LU_METRIC_NOD], 0.3347543080647786);
    assert_value(got.metric[LU_METRIC_NAD], 0.4166666666666667);
    assert_value(got.nad_code, 6.666666666666667);
    assert_value(got.metric[LU_METRIC_LOD], 1.5832807069172272);
    assert_value(got.metric[LU_METRIC_LAD], 7.416666666666667);
    assert_value(got.nnod, 0.35071843780168616);
    lu_whitebox_metrics(&b, 1, &back);
    for (int k = LU_METRIC_NOD; k <= LU_METRIC_LAD; k++) {
        assert_value(back.metric[k], got.metric[k].value);
    }
    lu_whitebox_fini(&w);
}

static void test_whitebox_ragged(void **state)
{
    const size_t count[WIDTH] = {3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2};
    lu_whitebox w;
    lu_scores got = {0};

    (void)state;
    make_list(&w, count, WIDTH);
    lu_layer_answers a = {&w, victim_phi, suspect_phi, WIDTH};
    lu_whitebox_metrics(&a, 1, &got);
    assert_int_equal(got.n_whitebox, 24);
    assert_value(got.metric[LU_METRIC_NOD], 0.3769849141438802);
    assert_value(got.metric[LU_METRIC_NAD], 0.4583333333333333);
    assert_value(got.nad_code, 7.333333333333333);
    assert_value(got.metric[LU_METRIC_LOD], 1.5618003143705332);
    assert_value(got.metric[LU_METRIC_LAD], 7.458333333333333);
    assert_value(got.nnod, 0.3239243213282169);
    lu_whitebox_fini(&w);
}

static void test_whitebox_layers_pool(void **state)
{
    const size_t one[1] = {1};
    const size_t three[1] = {3};
    const float v[4] = {0, 0, 0, 0};
    const float s[4] = {4, 1, 1, 2};
    lu_whitebox a;
    lu_whitebox b;
    lu_scores got = {0};

    (void)state;
    make_list(&a, one, 1);
    make_list(&b, three, 1);
    lu_layer_answers layers[2] = {{&a, v, s, 1}, {&b, v + 1, s + 1, 1}};
    lu_whitebox_metrics(layers, 2, &got);
    assert_value(got.metric[LU_METRIC_NOD], 2.0); /* (4 + 1 + 1 + 2)/4: by test, not by layer */
    assert_false(got.nnod.known);                 /* the victim's neuron never fires */
    lu_whitebox_fini(&a);
    lu_whitebox_fini(&b);
}

static void test_whitebox_empty(void **state)
{
    const size_t none[2] = {0, 0};
    lu_whitebox w;
    lu_scores got = {0};

    (void)state;
    make_list(&w, none, 2);
    lu_layer_answers a = {&w, victim_phi, suspect_phi, WIDTH};
    lu_whitebox_metrics(&a, 1, &got);
    assert_false(got.metric[LU_METRIC_NOD].known);
    assert_false(got.nad_code.known);
    assert_string_not_equal(got.reason, "");
    lu_whitebox_fini(&w);
}

static void test_nnod_matrix(void **state)
{
    static float dead[TESTS * WIDTH];
    double m[WIDTH * WIDTH];

    (void)state;
    assert_int_equal(lu_nnod_matrix(victim_phi, suspect_phi, TESTS, WIDTH, m), LU_OK);
    assert_near(m[0], 0.3178416074754517, 1e-12);
    assert_near(m[2 * WIDTH + 5], 0.32279199108820206, 1e-12);
    assert_near(m[15 * WIDTH + 3], 0.30338912794785294, 1e-12);
    memcpy(dead, suspect_phi, sizeof dead);
    for (size_t i = 0; i < TESTS; i++) {
        dead[i * WIDTH + 5] = 0;
    }
    assert_int_equal(lu_nnod_matrix(victim_phi, dead, TESTS, WIDTH, m), LU_OK);
    assert_true(isnan(m[2 * WIDTH + 5]));
    assert_false(isnan(m[2 * WIDTH + 6]));
}

static void test_blackbox_fixed_case(void **state)
{
    float v[TESTS * CLASSES];
    float s[TESTS * CLASSES];
    int32_t labels[TESTS];
    uint32_t at = 7;
    double there;

    (void)state;
    for (size_t k = 0; k < TESTS * CLASSES; k++) {
        v[k] = 8 * draw(&at) - 4;
    }
    for (size_t k = 0; k < TESTS * CLASSES; k++) {
        s[k] = 8 * draw(&at) - 4;
    }
    for (size_t i = 0; i < TESTS; i++) {
        labels[i] = (int32_t)(draw(&at) * 10);
    }
    assert_near(lu_rob(v, labels, TESTS, CLASSES), 0.125, 0);
    assert_near(lu_rob(s, labels, TESTS, CLASSES), 0.0625, 0);
    there = lu_jsd(v, LU_HEAD_SOFTMAX, s, LU_HEAD_SOFTMAX, TESTS, CLASSES);
    assert_near(there, 0.4255971232120115, 1e-12);
    assert_near(lu_jsd(s, LU_HEAD_SOFTMAX, v, LU_HEAD_SOFTMAX, TESTS, CLASSES), there, 1e-15);
    assert_near(lu_jsd(v, LU_HEAD_SOFTMAX, s, LU_HEAD_LOGISTIC, TESTS, CLASSES),
                0.31788518633072743, 1e-12);
}

static void test_jsd_bounds(void **state)
{
    const float a[3] = {1000, 0, 0};
    const float b[3] = {0, 1000, 0};
    const float c[3] = {1.5f, -0.25f, 3};
    const float nan[3] = {NAN, 0, 0};

    (void)state;
    assert_near(lu_jsd(c, LU_HEAD_SOFTMAX, c, LU_HEAD_SOFTMAX, 1, 3), 0, 0);
    assert_near(lu_jsd(a, LU_HEAD_SOFTMAX, b, LU_HEAD_SOFTMAX, 1, 3), log(2), 1e-15);
    assert_true(isnan(lu_jsd(nan, LU_HEAD_SOFTMAX, c, LU_HEAD_SOFTMAX, 1, 3)));
}

static void test_probabilities(void **state)
{
    const float big[3] = {1000, 999, -1000};
    double p[3];

    (void)state;
    lu_probabilities(LU_HEAD_SOFTMAX, big, 3, p);
    assert_near(p[0], 1 / (1 + exp(-1)), 1e-15);
    assert_near(p[0] + p[1] + p[2], 1, 1e-15);
    lu_probabilities(LU_HEAD_LOGISTIC, big, 3, p);
    assert_near(p[0], 1, 0);
    assert_near(p[2], 0, 0);
    assert_int_equal(lu_argmax((const float[]){1, 3, 3, 2}, 4), 1);
}

static void test_default_layer(void **state)
{
    const lu_layer_info lstm[5] = {{.type = "lstm"},
                                   {.type = "lstm"},
                                   {.type = "connected"},
                                   {.type = "connected"},
                                   {.type = "softmax"}};
    const lu_layer_info lenet[] = {{.type = "convolutional"}, {.type = "maxpool"},
                                   {.type = "convolutional"}, {.type = "maxpool"},
                                   {.type = "connected"},     {.type = "softmax"}};
    const lu_layer_info mlp[] = {{.type = "connected"}, {.type = "connected"}, {.type = "softmax"}};
    const lu_layer_info routed[] = {{.type = "convolutional"}, {.type = "route"},
                                    {.type = "dropout"},       {.type = "activation"},
                                    {.type = "connected"},     {.type = "softmax"}};
    const bool none[6] = {false};
    const bool first[6] = {true};

    (void)state;
    assert_int_equal(lu_model_default_layer(6, lenet, none), 2);
    assert_int_equal(lu_model_default_layer(6, lenet, first), 0);
    assert_int_equal(lu_model_default_layer(3, mlp, none), 0);
    assert_int_equal(lu_model_default_layer(6, routed, none), 3);
    assert_int_equal(lu_model_default_layer(1, mlp, none), 0);
    assert_int_equal(lu_model_default_layer(5, lstm, none), 1);
    assert_true(lu_layer_ceiling(&lstm[1]) == 1 && isinf(lu_layer_ceiling(&lstm[2])));
}

/* --- seeds --- */

enum { POOL = 8 };

/* Classes 3; sample 3 is answered wrongly. Certainty: 5 > 1 > 0 = 2 > 6 > 7 > 4. 1 and 5 are both
   exactly 1 in single precision. */
static const float pool_logits[POOL * 3] = {5,  0,  0,                            /* 0 */
                                            0,  20, 0, 0, 5, 0, 0, 9, 0, 0, 1, 0, /* 1-4 */
                                            21, 0,  0, 4, 0, 0, 0, 0, 3};         /* 5-7 */
static const int32_t pool_labels[POOL] = {0, 1, 1, 2, 1, 0, 0, 2};

static lu_samples make_pool(void)
{
    lu_samples s;

    assert_int_equal(lu_samples_alloc(&s, POOL, (lu_shape){1, 1, 1}, 3, true), LU_OK);
    memcpy(s.labels, pool_labels, sizeof pool_labels);
    return s;
}

static void check_seeds(lu_seed_strategy strategy, size_t count, const size_t *expected, size_t n)
{
    lu_samples pool = make_pool();
    lu_seeds got;

    assert_int_equal(lu_seeds_select(pool_logits, LU_HEAD_SOFTMAX, &pool, strategy, count, 1, &got),
                     LU_OK);
    assert_int_equal(got.considered, POOL);
    assert_int_equal(got.correct, POOL - 1);
    assert_int_equal(got.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(got.index[i], expected[i]);
        assert_true(got.certainty[i] > 1.0 / 3 && got.certainty[i] <= 1);
    }
    lu_seeds_fini(&got);
    lu_samples_fini(&pool);
}

static void test_seed_strategies(void **state)
{
    (void)state;
    check_seeds(LU_SEEDS_HIGH, 7, (const size_t[]){5, 1, 0, 2, 6, 7, 4}, 7);
    check_seeds(LU_SEEDS_HIGH, 3, (const size_t[]){5, 1, 0}, 3);
    check_seeds(LU_SEEDS_HIGH, 100, (const size_t[]){5, 1, 0, 2, 6, 7, 4}, 7);
    check_seeds(LU_SEEDS_LOW, 7, (const size_t[]){4, 7, 6, 0, 2, 1, 5}, 7);
    check_seeds(LU_SEEDS_BALANCED, 7, (const size_t[]){5, 1, 7, 0, 2, 6, 4}, 7);
    check_seeds(LU_SEEDS_BALANCED, 4, (const size_t[]){5, 1, 7, 0}, 4);
}

static void test_seeds_random(void **state)
{
    lu_samples pool = make_pool();
    lu_seeds a;
    lu_seeds b;
    unsigned seen = 0;

    (void)state;
    assert_int_equal(
        lu_seeds_select(pool_logits, LU_HEAD_SOFTMAX, &pool, LU_SEEDS_RANDOM, 7, 5, &a), LU_OK);
    assert_int_equal(
        lu_seeds_select(pool_logits, LU_HEAD_SOFTMAX, &pool, LU_SEEDS_RANDOM, 4, 5, &b), LU_OK);
    for (size_t i = 0; i < 7; i++) {
        seen |= 1u << a.index[i];
    }
    assert_int_equal(seen, 0xff & ~(1u << 3));
    assert_int_equal(b.n, 4);
    assert_memory_equal(a.index, b.index, 4 * sizeof *a.index);
    lu_seeds_fini(&a);
    lu_seeds_fini(&b);
    lu_samples_fini(&pool);
}

static void test_seeds_errors(void **state)
{
    lu_samples pool = make_pool();
    lu_seeds got;

    (void)state;
    for (size_t i = 0; i < POOL; i++) {
        pool.labels[i] = -1;
    }
    assert_int_equal(
        lu_seeds_select(pool_logits, LU_HEAD_SOFTMAX, &pool, LU_SEEDS_HIGH, 1, 0, &got),
        LU_ERR_INPUT);
    assert_null(got.index);
    free(pool.labels);
    pool.labels = NULL;
    assert_int_equal(
        lu_seeds_select(pool_logits, LU_HEAD_SOFTMAX, &pool, LU_SEEDS_HIGH, 1, 0, &got),
        LU_ERR_INPUT);
    lu_samples_fini(&pool);
}

static void test_seed_names(void **state)
{
    lu_seed_strategy s = LU_SEEDS_HIGH;

    (void)state;
    assert_true(lu_seed_strategy_parse("balanced", &s));
    assert_int_equal(s, LU_SEEDS_BALANCED);
    assert_string_equal(lu_seed_strategy_name(s), "balanced");
    assert_false(lu_seed_strategy_parse("highest", &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whitebox_fixed_case),  cmocka_unit_test(test_whitebox_ragged),
        cmocka_unit_test(test_whitebox_layers_pool), cmocka_unit_test(test_whitebox_empty),
        cmocka_unit_test(test_nnod_matrix),          cmocka_unit_test(test_blackbox_fixed_case),
        cmocka_unit_test(test_jsd_bounds),           cmocka_unit_test(test_probabilities),
        cmocka_unit_test(test_default_layer),        cmocka_unit_test(test_seed_strategies),
        cmocka_unit_test(test_seeds_random),         cmocka_unit_test(test_seeds_errors),
        cmocka_unit_test(test_seed_names),
    };

    return cmocka_run_group_tests(tests, draw_answers, NULL);
}
