/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stealing: the pure functions of core/steal. */
#include "tests/unit/toy.h"

enum { N = 40 };

/* --- single tensors --- */

static void rounding_is_even_and_close(void **state)
{
    float w[500], kept[500];
    double top = 0, step;
    lu_rng *rng = stream(1);

    (void)state;
    for (size_t i = 0; i < 500; i++) {
        kept[i] = w[i] = (float)lu_rng_normal(rng);
        top = fmax(top, fabs((double)w[i]));
    }
    lu_quantise(w, 500, 4);
    step = top / 7; /* 15 values */
    for (size_t i = 0; i < 500; i++) {
        double level = (double)w[i] / step;
        assert_true(fabs(level - round(level)) < 1e-4 && fabs(level) < 7.001);
        assert_true(fabs((double)w[i] - (double)kept[i]) < step / 2 + 1e-6);
    }
    memset(w, 0, sizeof w);
    lu_quantise(w, 500, 4);
    assert_true(w[3] == 0);
    lu_rng_free(&rng);
}

static void noise_has_its_deviation(void **state)
{
    enum { MANY = 20000 };
    static float w[MANY], kept[MANY];
    double squares = 0;
    lu_rng *rng = stream(2);

    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        kept[i] = w[i] = (float)(3 + 2 * lu_rng_normal(rng));
    }
    lu_add_noise(w, MANY, 0.25, rng);
    for (size_t i = 0; i < MANY; i++) {
        squares += pow((double)w[i] - (double)kept[i], 2);
    }
    assert_true(fabs(sqrt(squares / MANY) - 0.5) < 0.02);
    lu_rng_free(&rng);
}

static void pruning_takes_the_smallest(void **state)
{
    const float w[6] = {0.5f, -0.1f, 0.3f, 0.1f, -2, 0};
    const float want[6] = {1, 0, 1, 1, 1, 0};
    float mask[6];

    (void)state;
    assert_int_equal(lu_prune_mask(w, 6, 0.34, mask), LU_OK);
    assert_memory_equal(mask, want, sizeof want);
    assert_true(lu_prune_schedule(0.6, 0, 1570) == 0);
    assert_true(fabs(lu_prune_schedule(0.6, 1500, 1570) - 0.59995) < 1e-5); /* spec 6.2 */
    assert_true(lu_prune_schedule(0.6, 1570, 1570) == 0.6);
}

static void softer_answers_keep_their_order(void **state)
{
    double p[3] = {0.9, 0.09, 0.01};

    (void)state;
    lu_temper(p, 3, 2);
    assert_true(fabs(p[0] + p[1] + p[2] - 1) < 1e-12);
    assert_true(fabs(p[0] / p[1] - sqrt(10)) < 1e-9 && fabs(p[1] / p[2] - 3) < 1e-9);
}

/* --- extraction's images on the toy network --- */

static void toy_images(float *x, int32_t *labels)
{
    lu_rng *rng = stream(5);

    for (size_t i = 0; i < N * PLANE; i++) {
        x[i] = (float)lu_rng_uniform(rng);
    }
    for (size_t i = 0; i < N; i++) {
        labels[i] = (int32_t)(i % CLASSES);
    }
    lu_rng_free(&rng);
}

static double log_answer(lu_model *m, const float *x, int32_t label)
{
    int layer = LU_LAYER_LOGITS;
    float logits[CLASSES], *out = logits;
    double p[CLASSES];

    assert_int_equal(lu_model_forward(m, x, 1, 1, &layer, &out), LU_OK);
    lu_probabilities(m->head, logits, CLASSES, p);
    return log(p[label]);
}

/* The step goes up the oracle's label's probability, or down, by round; sizes are lambda's. */
static void jacobian_steps_follow_the_label(void **state)
{
    static float x[N * PLANE], next[N * PLANE];
    static const int signs[7] = {0, 1, -1, -1, 1, 1, -1};
    int32_t labels[N];
    lu_recipe r = lu_recipe_of(LU_RECIPE_JBA, 0, 1);
    lu_model *m = toy_new(8, 1);

    (void)state;
    toy_images(x, labels);
    for (size_t round = 1; round <= 6; round++) {
        size_t right = 0;
        assert_int_equal(lu_jacobian_images(m, &r, round, x, labels, N, next, NULL), LU_OK);
        for (size_t i = 0; i < N; i++) {
            double before = log_answer(m, x + i * PLANE, labels[i]);
            double after = log_answer(m, next + i * PLANE, labels[i]);
            right += (after > before) == (signs[round] > 0);
        }
        assert_true(right == N);
        for (size_t i = 0; i < N * PLANE; i++) {
            assert_true(fabs((double)next[i] - (double)x[i]) < 0.01001);
        }
    }
    lu_model_free(&m);
}

static double spread(lu_model *m, const float *x)
{
    double sum = 0;

    for (size_t i = 0; i < N; i++) {
        for (int c = 0; c < CLASSES; c++) {
            sum += fabs(log_answer(m, x + i * PLANE, c) - log(1.0 / CLASSES));
        }
    }
    return sum;
}

/* Targets from Dirichlet(1..999) are near the middle of the simplex: the images move the answers
 * there. */
static void synthetic_images_reach_for_their_targets(void **state)
{
    static float noise[N * PLANE], moved[N * PLANE], part[N * PLANE];
    lu_recipe r = lu_recipe_of(LU_RECIPE_ES, 0, 1);
    lu_model *m = toy_new(8, 1);

    (void)state;
    assert_int_equal(lu_synthetic_images(m, &r, 1, 0, N, noise, NULL), LU_OK);
    for (size_t i = 0; i < N * PLANE; i++) {
        assert_true(noise[i] >= 0 && noise[i] < 1);
    }
    r.ascents = 0;
    assert_int_equal(lu_synthetic_images(m, &r, 2, 0, N, noise, NULL), LU_OK);
    r.ascents = 30;
    assert_int_equal(lu_synthetic_images(m, &r, 2, 0, N, moved, NULL), LU_OK);
    assert_true(spread(m, moved) < spread(m, noise));
    assert_int_equal(lu_synthetic_images(m, &r, 2, 7, N - 7, part, NULL), LU_OK);
    assert_memory_equal(part, moved + 7 * PLANE, (N - 7) * PLANE * sizeof(float));
    lu_model_free(&m);
}

/* --- names --- */

static void fields_are_set_by_name(void **state)
{
    lu_recipe r = lu_recipe_of(LU_RECIPE_FT_AL, 0, 1);

    (void)state;
    assert_int_equal(lu_recipe_set(&r, "epochs=3"), LU_OK);
    assert_int_equal(lu_recipe_set(&r, "optimiser=sgd"), LU_OK);
    assert_int_equal(lu_recipe_set(&r, "harden=self"), LU_OK);
    assert_true(r.epochs == 3 && r.optimiser == LU_SGD && r.harden == LU_HARDEN_SELF);
    assert_int_equal(lu_recipe_set(&r, "epochs=2.5"), LU_ERR_USAGE);
    assert_int_equal(lu_recipe_set(&r, "optimiser=adagrad"), LU_ERR_USAGE);
    assert_int_equal(lu_recipe_set(&r, "epoch=3"), LU_ERR_USAGE);
    assert_int_equal(lu_recipe_set(&r, "epochs"), LU_ERR_USAGE);
    assert_int_equal(lu_recipe_set(&r, "prune=1"), LU_ERR_USAGE);
    assert_int_equal(lu_recipe_set(&r, "prune=nan"), LU_ERR_USAGE);
    for (size_t i = 0; i < LU_RECIPE_KINDS; i++) {
        lu_recipe_kind kind;
        assert_true(lu_method_parse(lu_methods[i]->name, &kind) && kind == i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounding_is_even_and_close),
        cmocka_unit_test(noise_has_its_deviation),
        cmocka_unit_test(pruning_takes_the_smallest),
        cmocka_unit_test(softer_answers_keep_their_order),
        cmocka_unit_test(jacobian_steps_follow_the_label),
        cmocka_unit_test(synthetic_images_reach_for_their_targets),
        cmocka_unit_test(fields_are_set_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
