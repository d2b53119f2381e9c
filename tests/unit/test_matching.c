/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assignment against all permutations; neurons found again after shuffling and scaling. */
#include "core/core.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 6, NEURONS = 12, TESTS = 40 };

static double sum_along(const double *cost, size_t n, const size_t *column)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += cost[i * n + column[i]];
    }
    return sum;
}

static double best_of_all(const double *cost, size_t n, size_t *column, size_t from)
{
    double best = from == n ? sum_along(cost, n, column) : INFINITY;

    for (size_t k = from; k < n; k++) {
        size_t kept = column[from];
        double sum;
        column[from] = column[k];
        column[k] = kept;
        sum = best_of_all(cost, n, column, from + 1);
        best = sum < best ? sum : best;
        column[k] = column[from];
        column[from] = kept;
    }
    return best;
}

static void assignment_is_the_cheapest(void **state)
{
    double cost[MOST * MOST];
    size_t column[MOST], all[MOST];
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 1, "matching", 0), LU_OK);
    for (size_t round = 0; round < 60; round++) {
        size_t n = 1 + round % MOST;
        bool seen[MOST] = {false};
        for (size_t i = 0; i < n * n; i++) {
            cost[i] = round % 3 ? lu_rng_uniform(rng) : (double)lu_rng_below(rng, 3); /* ties */
        }
        for (size_t i = 0; i < n; i++) {
            all[i] = i;
        }
        assert_int_equal(lu_assign(cost, n, column), LU_OK);
        for (size_t i = 0; i < n; i++) {
            assert_true(column[i] < n && !seen[column[i]]);
            seen[column[i]] = true;
        }
        assert_true(fabs(sum_along(cost, n, column) - best_of_all(cost, n, all, 0)) < 1e-12);
    }
    lu_rng_free(&rng);
}

static void the_dead_take_what_is_left(void **state)
{
    const double cost[9] = {NAN, NAN, NAN, 0.1, 0.5, 0.9, 0.2, 0.1, 0.3};
    size_t column[3];

    (void)state;
    assert_int_equal(lu_assign(cost, 3, column), LU_OK);
    assert_true(column[1] == 0 && column[2] == 1 && column[0] == 2);
}

/* Neuron i of the copy is neuron order[i] of the victim, scaled; one neuron never answers. */
static void shuffled_and_scaled_neurons_are_found(void **state)
{
    static float victim[TESTS * NEURONS], copy[TESTS * NEURONS], other[TESTS * NEURONS];
    lu_whitebox tests = {.tests.n = TESTS};
    lu_layer_answers layer = {&tests, victim, copy, NEURONS};
    lu_scores s = {0}, stranger = {0};
    size_t order[NEURONS];
    float factor[NEURONS];
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 2, "matching", 0), LU_OK);
    lu_draw_order(rng, NEURONS, order);
    lu_draw_factors(rng, NEURONS, 4, factor);
    for (size_t x = 0; x < TESTS; x++) {
        for (size_t i = 0; i < NEURONS; i++) {
            victim[x * NEURONS + i] = i == 3 ? 0 : (float)lu_rng_uniform(rng);
            other[x * NEURONS + i] = (float)lu_rng_uniform(rng);
        }
        for (size_t i = 0; i < NEURONS; i++) {
            copy[x * NEURONS + i] = factor[i] * victim[x * NEURONS + order[i]];
        }
    }
    assert_int_equal(lu_matched_nnod(&layer, 1, &s), LU_OK);
    assert_true(s.nnod_fixed.known && s.nnod_fixed.value > 0.2);
    assert_true(s.nnod_matched.known && s.nnod_matched.value < 1e-6);
    layer.suspect = other;
    assert_int_equal(lu_matched_nnod(&layer, 1, &stranger), LU_OK);
    assert_true(stranger.nnod_matched.value > 0.15);
    assert_true(stranger.nnod_matched.value < stranger.nnod_fixed.value);
    assert_int_equal(lu_matched_nnod(&layer, 0, &s), LU_OK);
    assert_false(s.nnod_matched.known);
    lu_rng_free(&rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assignment_is_the_cheapest),
        cmocka_unit_test(the_dead_take_what_is_left),
        cmocka_unit_test(shuffled_and_scaled_neurons_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
