/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The blind watermark's labels against sha256sum, its statistics against tables, what it accepts.
 */
#include "core/core.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* --- secret --- */

static void test_labels(void **state)
{
    lu_sha256 secret = {""}, commitment, one, other;
    int32_t label;

    (void)state;
    for (int i = 0; i < 32; i++) {
        memcpy(secret.hex + 2 * i, "ab", 3);
    }
    assert_int_equal(lu_secret_label(&secret, 17, 10, &label), LU_OK);
    assert_int_equal(label, 8);
    assert_int_equal(lu_secret_label(&secret, 0, 7, &label), LU_OK);
    assert_int_equal(label, 5);
    assert_int_equal(lu_secret_commitment(&secret, &commitment), LU_OK);
    assert_string_equal(commitment.hex,
                        "a527fce0ed6c885b5f298ffd7b9449f7e5ceae23ccd0c5fca6fecec39bd5444a");
    assert_int_equal(lu_secret_decoy(1, 0, &one), LU_OK);
    assert_int_equal(lu_secret_decoy(1, 1, &other), LU_OK);
    assert_true(strcmp(one.hex, other.hex) != 0);
}

/* --- statistics --- */

static void test_binomial(void **state)
{
    static const struct {
        size_t n;
        size_t needed[4];
    } table[] = {{20, {5, 7, 8, 11}},
                 {50, {10, 11, 14, 18}},
                 {100, {16, 19, 21, 28}},
                 {500, {62, 67, 73, 86}},
                 {600, {73, 79, 85, 99}}}; /* spec watermark A6 */
    static const double alpha[] = {0.05, 0.01, 1e-3, 1e-6};
    size_t low, high;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(lu_binomial_needed(table[i].n, 0.1, alpha[k]), table[i].needed[k]);
        }
    }
    assert_true(fabs(lu_binomial_tail(60, 22, 0.1) / 3.153495994288642e-08 - 1) < 1e-9);
    assert_true(fabs(lu_binomial_tail(500, 86, 0.1) / 5.375955194479587e-07 - 1) < 1e-9);
    assert_true(lu_binomial_tail(10, 0, 0.1) == 1 && lu_binomial_tail(10, 11, 0.1) == 0);
    assert_int_equal(lu_binomial_needed(3, 0.5, 1e-6), 4);
    lu_binomial_range(60, 0.1, 0.99, &low, &high);
    assert_true(1 - lu_binomial_tail(60, low, 0.1) <= 0.005);
    assert_true(1 - lu_binomial_tail(60, low + 1, 0.1) > 0.005);
    assert_true(lu_binomial_tail(60, high + 1, 0.1) <= 0.005);
    assert_true(lu_binomial_tail(60, high, 0.1) > 0.005);
    assert_true(fabs(lu_mcnemar(8, 0) - 1.0 / 256) < 1e-15 && lu_mcnemar(0, 0) == 1);
}

static void test_verify(void **state)
{
    enum { KEYS = 60 };
    lu_verify_params p = lu_verify_default();
    int32_t label[KEYS], answer[KEYS];
    size_t cover[KEYS];
    lu_mark_evidence e;
    lu_sha256 secret;

    (void)state;
    for (size_t i = 0; i < KEYS; i++) {
        cover[i] = 7 * i;
    }
    assert_int_equal(lu_secret_decoy(99, 0, &secret), LU_OK);
    assert_int_equal(lu_secret_labels(&secret, cover, KEYS, 10, label), LU_OK);
    memcpy(answer, label, sizeof label);
    for (size_t i = 0; i < 3; i++) {
        answer[i] = (label[i] + 1) % 10;
    }
    assert_int_equal(lu_mark_verify(answer, label, cover, KEYS, 10, &p, &e), LU_OK);
    assert_int_equal(e.rate.k, 57);
    assert_true(e.detected && e.intact && e.p < 1e-40);
    assert_true(fabs(e.rate.low - 0.8608) < 1e-3 && fabs(e.rate.high - 0.9896) < 1e-3);
    assert_true(e.decoy_p == 1.0 / 1000 && e.permuted_p == 1.0 / 10000);
    assert_true(fabs(e.decoy_mean - 6) < 0.5);
    for (size_t i = 0; i < KEYS; i++) {
        answer[i] = 3; /* whoever answers always the same matches by luck only */
    }
    assert_int_equal(lu_mark_verify(answer, label, cover, KEYS, 10, &p, &e), LU_OK);
    assert_true(!e.detected && !e.intact && e.p > 1e-6);
    assert_true(e.permuted_p == 1);
    assert_int_equal(lu_mark_verify(answer, label, cover, 0, 10, &p, &e), LU_ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_binomial),
        cmocka_unit_test(test_verify),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
