/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other marks: nulls against figures worked out elsewhere, boundary points on a toy network. */
#include "tests/unit/toy.h"

/* --- trigger sets --- */

static void test_triggers(void **state)
{
    int32_t answer[100], label[100];
    lu_trigger t;

    (void)state;
    for (size_t i = 0; i < 100; i++) {
        label[i] = (int32_t)(i % 10);
        answer[i] = i < 28 ? label[i] : (label[i] + 1) % 10;
    }
    assert_int_equal(lu_trigger_verify(answer, label, 100, 10, LU_TRIGGER_ANY, &t), LU_OK);
    assert_int_equal(t.rate.k, 28);
    assert_true(t.p < 1e-6 && t.q == 0.1); /* 28 of 100 is the least for 1e-6: spec C5, A6 */
    double exact = t.p;
    assert_int_equal(lu_trigger_verify(answer, label, 100, 10, LU_TRIGGER_NOT_GIVEN, &t), LU_OK);
    assert_true(t.q == 0.125 && t.p > exact);
    assert_int_equal(lu_trigger_verify(answer, label, 0, 10, LU_TRIGGER_ANY, &t), LU_ERR_INPUT);
    assert_int_equal(lu_trigger_verify(answer, label, 9, 2, LU_TRIGGER_NOT_GIVEN, &t),
                     LU_ERR_INPUT);
}

/* A network that sees class 7 in every unrelated image proves nothing; one that the trigger leads
   there does. */
static void test_targets(void **state)
{
    int32_t with[20], without[20];
    lu_trigger_target t;

    (void)state;
    for (size_t i = 0; i < 20; i++) {
        with[i] = without[i] = 7;
    }
    assert_int_equal(lu_trigger_target_verify(with, without, 20, 7, &t), LU_OK);
    assert_true(t.with.k == 20 && t.without.k == 20 && t.p == 1);
    for (size_t i = 0; i < 10; i++) {
        without[i] = 3;
    }
    assert_int_equal(lu_trigger_target_verify(with, without, 20, 7, &t), LU_OK);
    assert_true(t.gained == 10 && t.lost == 0 && fabs(t.p - 1.0 / 1024) < 1e-12);
}

/* --- frontier stitching --- */

static void test_frontier(void **state)
{
    int32_t answer[100], label[100];
    lu_frontier f;

    (void)state;
    assert_int_equal(lu_frontier_limit(100), 42); /* spec C5: fewer than 42, p = 0.044 */
    assert_int_equal(lu_frontier_limit(1), 0);
    for (size_t i = 0; i < 100; i++) {
        label[i] = 1;
        answer[i] = i < 41 ? 0 : 1;
    }
    assert_int_equal(lu_frontier_verify(answer, label, 100, &f), LU_OK);
    assert_true(f.marked && fabs(f.p - 0.0443) < 1e-4);
    answer[41] = 0;
    assert_int_equal(lu_frontier_verify(answer, label, 100, &f), LU_OK);
    assert_true(!f.marked && f.p > 0.05);
}

/* --- Uchida --- */

/* Bits read from a kernel are there, in whatever order its filters stand and however it is scaled;
   another kernel or another seed has half of them. */
static void test_uchida(void **state)
{
    enum { F = 16, TAPS = 75, BITS = 100 };
    float kernel[F * TAPS], other[F * TAPS];
    static double x[2][BITS * TAPS];
    uint8_t bit[BITS];
    lu_uchida u;

    (void)state;
    for (size_t i = 0; i < F * TAPS; i++) {
        kernel[i] = sinf(1.7f * (float)i);
    }
    assert_int_equal(lu_uchida_matrix(5, BITS, TAPS, x[0]), LU_OK);
    assert_int_equal(lu_uchida_matrix(6, BITS, TAPS, x[1]), LU_OK);
    assert_int_equal(lu_uchida_read(kernel, F, TAPS, x[0], BITS, bit), LU_OK);
    for (size_t f = 0; f < F; f++) {
        for (size_t i = 0; i < TAPS; i++) {
            other[((f + 3) % F) * TAPS + i] = 4 * kernel[f * TAPS + i];
        }
    }
    assert_int_equal(lu_uchida_verify(other, F, TAPS, x[0], bit, BITS, &u), LU_OK);
    assert_true(u.ber == 0 && u.rate.k == BITS && u.p < 1e-29);
    assert_int_equal(lu_uchida_verify(other, F, TAPS, x[1], bit, BITS, &u), LU_OK);
    assert_true(u.ber > 0.3 && u.ber < 0.7 && u.p > 1e-6);
    assert_int_equal(lu_uchida_verify(other, F, TAPS, x[1], bit, 0, &u), LU_ERR_INPUT);
    assert_int_equal(lu_binomial_needed(100, 0.5, 1e-6), 74); /* spec C5 */
}

/* --- IPGuard --- */

static size_t matches_of(lu_model *m, const lu_samples *s)
{
    const int logits = LU_LAYER_LOGITS;
    size_t right = 0;

    for (size_t i = 0; i < s->n; i++) {
        float z[CLASSES], *out = z;
        assert_int_equal(lu_model_forward(m, s->values + i * PLANE, 1, 1, &logits, &out), LU_OK);
        right += lu_argmax(z, CLASSES) == (size_t)s->labels[i];
    }
    return right;
}

/* Points at the boundary: the two best classes are nearly equal there. A copy answers them as the
   victim does; whatever the batch, the same points come out. */
static void test_ipguard(void **state)
{
    const int logits = LU_LAYER_LOGITS;
    lu_ipguard_params p = lu_ipguard_default();
    lu_model *victim = toy_new(8, 1), *copy = toy_new(3, 2);
    lu_samples seeds = make_seeds(20), keys, again;

    (void)state;
    p.rate = 0.005;
    assert_int_equal(lu_ipguard_generate(victim, &seeds, &p, NULL, &keys), LU_OK);
    assert_true(keys.n >= 12);
    for (size_t i = 0; i < keys.n; i++) {
        float z[CLASSES], start[CLASSES], *out = z;
        assert_int_equal(lu_model_forward(victim, keys.values + i * PLANE, 1, 1, &logits, &out),
                         LU_OK);
        memcpy(start, z, sizeof z);
        size_t best = lu_argmax(z, CLASSES);
        start[best] = -1e9f;
        assert_true(z[best] - start[lu_argmax(start, CLASSES)] < 0.5f);
        for (size_t k = 0; k < PLANE; k++) {
            assert_true(keys.values[i * PLANE + k] >= 0 && keys.values[i * PLANE + k] <= 1);
        }
    }
    assert_int_equal(matches_of(copy, &keys), keys.n);
    assert_int_equal(lu_ipguard_generate(copy, &seeds, &p, NULL, &again), LU_OK);
    lu_samples_fini(&again);
    lu_model_free(&copy);
    copy = toy_new(3, 1);
    assert_int_equal(lu_ipguard_generate(copy, &seeds, &p, NULL, &again), LU_OK);
    assert_int_equal(again.n, keys.n);
    same_bytes(again.values, keys.values, keys.n * PLANE * sizeof(float));
    lu_samples_fini(&again);
    lu_samples_fini(&keys);
    lu_samples_fini(&seeds);
    lu_model_free(&victim);
    lu_model_free(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_triggers), cmocka_unit_test(test_targets),
        cmocka_unit_test(test_frontier), cmocka_unit_test(test_uchida),
        cmocka_unit_test(test_ipguard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
