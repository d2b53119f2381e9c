/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thresholds, votes, verdicts; the recipes' defaults and limits. */
#include "core/core.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within)) {
        fail_msg("%.17g is not %.17g within %g", value, expected, within);
    }
}

/* All six metrics with one value. */
static lu_scores scores_of(double value)
{
    lu_scores s = {0};

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        s.metric[k] = (lu_value){true, value};
    }
    return s;
}

static void blacken(lu_scores *s)
{
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        s->metric[k].known = !lu_metrics[k].white_box;
    }
}

static void test_quantiles(void **state)
{
    /* spec 5.1 */
    static const struct {
        size_t n;
        double t;
    } rows[] = {{2, 31.82052}, {3, 6.96456},  {4, 4.54070},  {5, 3.74695},
                {6, 3.36493},  {8, 2.99795},  {10, 2.82144}, {12, 2.71808},
                {19, 2.55238}, {20, 2.53948}, {24, 2.49987}, {30, 2.46202}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_near(lu_student_quantile(0.99, rows[i].n), rows[i].t, 1e-5);
    }
    assert_true(isnan(lu_student_quantile(0.99, 1)));
    assert_true(isnan(lu_student_quantile(1, 5)));
}

static const double five[5] = {0.8, 0.9, 1.0, 0.7, 0.85};
static const double five_sd = 0.1118033988749895; /* sqrt(0.05/4) */

static void test_threshold_by_hand(void **state)
{
    lu_threshold t = lu_threshold_of(five, 5, 0.9, 0.99, LU_BOUND_MEAN);
    double lb = 0.85 - 3.746947388 * five_sd / sqrt(5);

    (void)state;
    assert_near(t.mean, 0.85, 1e-15);
    assert_near(t.sd, five_sd, 1e-15);
    assert_near(t.lb, lb, 1e-9);
    assert_near(t.tau, 0.9 * lb, 1e-9);
    assert_true(t.usable);
    assert_null(t.reason);
    t = lu_threshold_of(five, 5, 0.6, 0.99, LU_BOUND_PREDICTION);
    lb = 0.85 - 3.746947388 * five_sd * sqrt(1.2);
    assert_near(t.lb, lb, 1e-9);
    assert_near(t.tau, 0.6 * lb, 1e-9);
}

static void test_threshold_unusable(void **state)
{
    const double wide[2] = {0.1, 0.9};
    const double zero[3] = {0, 0, 0};
    lu_threshold t = lu_threshold_of(NULL, 0, 0.9, 0.99, LU_BOUND_MEAN);

    (void)state;
    assert_true(!t.usable && isnan(t.mean) && isnan(t.sd) && isnan(t.tau));
    t = lu_threshold_of(five, 1, 0.9, 0.99, LU_BOUND_MEAN);
    assert_true(!t.usable && t.mean == 0.8 && isnan(t.sd) && isnan(t.lb));
    assert_string_equal(t.reason, "fewer than 2 negatives");
    t = lu_threshold_of(wide, 2, 0.9, 0.99, LU_BOUND_MEAN);
    assert_true(!t.usable && t.tau < 0);
    assert_string_equal(t.reason, "threshold not above 0 (too few negatives)");
    t = lu_threshold_of(wide, 2, 0.9, 0.99, LU_BOUND_PREDICTION);
    assert_string_equal(t.reason, "threshold not above 0 (negatives too unlike)");
    t = lu_threshold_of(zero, 3, 0.9, 0.99, LU_BOUND_MEAN);
    assert_true(!t.usable && t.tau == 0);
    assert_string_equal(t.reason, "threshold not above 0");
}

static void test_verdicts(void **state)
{
    const lu_scores negatives[3] = {scores_of(1), scores_of(1), scores_of(1)};
    lu_judge_params p = lu_judge_defaults();
    lu_scores model = scores_of(0.5);
    lu_judgement j;

    (void)state;
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_int_equal(j.verdict, LU_COPY);
    assert_true(j.votes == 6 && j.of == 6 && j.p_copy == 1);
    assert_string_equal(j.reason, "");
    assert_near(j.vote[LU_METRIC_ROBD].margin, 0.4, 1e-12);
    model = scores_of(0.7); /* above the white-box tau 0.6, below the black-box 0.9 */
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_int_equal(j.verdict, LU_NOT_COPY);
    assert_true(j.votes == 2 && j.of == 6);
    model.metric[LU_METRIC_NOD].value = 0.1;
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_true(j.votes == 3 && j.verdict == LU_NOT_COPY && j.p_copy == 0.5);
    assert_string_equal(lu_verdict_name(j.verdict), "not-copy");
}

/* All answers in one class: as good as naming the commonest one, which is more than 1/classes. */
static void test_chance(void **state)
{
    int32_t labels[1000];
    char reason[192];
    double p;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        labels[i] = i < 300 ? 3 : i % 10;
    }
    assert_int_equal(lu_chance_p(370, labels, 1000, 10, &p), LU_OK); /* class 3: 300 and 70 */
    assert_true(p > 0.4 && p < 0.6 && lu_at_chance(p));
    assert_near(p, lu_binomial_tail(1000, 370, 0.37), 1e-12);
    assert_int_equal(lu_chance_p(450, labels, 1000, 10, &p), LU_OK);
    assert_true(p < 1e-6 && !lu_at_chance(p));
    assert_int_equal(lu_chance_p(0, labels, 0, 10, &p), LU_OK);
    assert_true(isnan(p) && !lu_at_chance(p));
    assert_int_equal(lu_chance_p(1, (int32_t[]){0, 1, 2}, 3, 10, &p), LU_OK);
    assert_true(isnan(p)); /* three right answers of three are no proof either: p 1/27 */
    assert_int_equal(lu_chance_p(0, (int32_t[50]){0}, 50, 10, &p), LU_OK);
    assert_true(isnan(p)); /* of one class */
    lu_chance_reason(0.43, reason, sizeof reason);
    assert_string_equal(reason,
                        "no better than chance on the test samples (p 0.43): evidence is void");
}

static void test_void(void **state)
{
    const lu_scores negatives[3] = {scores_of(1), scores_of(1), scores_of(1)};
    lu_judge_params p = lu_judge_defaults();
    lu_scores model = scores_of(0.5);
    lu_judgement j;

    (void)state;
    model.chance_p = (lu_value){true, 0.011};
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_true(j.verdict == LU_UNDECIDED && j.votes == 6 && j.of == 6);
    assert_non_null(strstr(j.reason, "evidence is void"));
    model.chance_p.value = 0.01;
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_true(j.verdict == LU_COPY && j.reason[0] == '\0');
}

static void test_one_of_two(void **state)
{
    const lu_scores negatives[3] = {scores_of(1), scores_of(1), scores_of(1)};
    lu_judge_params p = lu_judge_defaults();
    lu_scores model = scores_of(0.5);
    lu_judgement j;

    (void)state;
    blacken(&model);
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_true(j.of == 2 && j.verdict == LU_COPY);
    assert_string_equal(j.reason, "judged on RobD, JSD only; white-box metrics: not measured");
    assert_true(isnan(j.vote[LU_METRIC_NOD].value) && isnan(j.vote[LU_METRIC_NOD].margin));
    model.metric[LU_METRIC_JSD].value = 0.95;
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_true(j.votes == 1 && j.of == 2 && j.verdict == LU_NOT_COPY);
}

static void test_equality_votes(void **state)
{
    const lu_scores negatives[2] = {scores_of(1), scores_of(1)};
    lu_judge_params p = lu_judge_defaults();
    lu_scores model = scores_of(0.1);
    lu_judgement j;

    (void)state;
    model.metric[LU_METRIC_ROBD].value = 0.9;
    model.metric[LU_METRIC_JSD].value = nextafter(0.9, 1);
    lu_judge(&model, negatives, 2, SIZE_MAX, &p, &j);
    assert_true(j.vote[LU_METRIC_ROBD].copy);
    assert_false(j.vote[LU_METRIC_JSD].copy);
    assert_string_equal(j.reason, "RobD, JSD within 1e-5 of the threshold");
}

static void test_undecided(void **state)
{
    const lu_scores negatives[2] = {scores_of(1), scores_of(1)};
    lu_judge_params p = lu_judge_defaults();
    lu_scores model = scores_of(0.1);
    lu_judgement j;

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        lu_judge(&model, negatives, n, SIZE_MAX, &p, &j);
        assert_true(j.of == 0 && isnan(j.p_copy) && j.verdict == LU_UNDECIDED);
        assert_string_equal(j.reason, "no metric can vote: fewer than 2 negatives");
    }
    lu_judge(&model, negatives, 2, SIZE_MAX, &p, &j);
    assert_int_equal(j.verdict, LU_COPY);
    lu_judge(&model, negatives, 2, 0, &p, &j);
    assert_int_equal(j.verdict, LU_UNDECIDED);
}

static void test_leave_one_out(void **state)
{
    lu_scores negatives[3] = {scores_of(0.2), scores_of(1), scores_of(1)};
    lu_judge_params p = lu_judge_defaults();
    lu_judgement j;

    (void)state;
    lu_judge(&negatives[0], negatives, 3, 0, &p, &j);
    assert_true(j.threshold[LU_METRIC_ROBD].n == 2 && j.threshold[LU_METRIC_ROBD].mean == 1);
    assert_int_equal(j.verdict, LU_COPY); /* a negative that stands out is not hidden by itself */
    negatives[1].metric[LU_METRIC_NOD] = (lu_value){true, NAN};
    lu_judge(&negatives[0], negatives, 3, 0, &p, &j);
    assert_int_equal(j.threshold[LU_METRIC_NOD].n, 1);
    assert_string_equal(j.reason,
                        "judged on RobD, JSD, NAD, LOD, LAD only; NOD: fewer than 2 negatives");
}

static void test_reasons(void **state)
{
    lu_scores negatives[3] = {scores_of(1), scores_of(1), scores_of(1)};
    lu_judge_params p = lu_judge_defaults();
    lu_scores model = scores_of(0.1);
    lu_judgement j;

    (void)state;
    negatives[0].metric[LU_METRIC_LAD].value = -5;
    model.metric[LU_METRIC_JSD].value = NAN;
    model.metric[LU_METRIC_LOD].known = false;
    strcpy(model.reason, "other layers");
    p.used[LU_METRIC_NAD] = false;
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_true(j.of == 2 && j.votes == 2);
    assert_string_equal(j.reason,
                        "judged on RobD, NOD only; JSD: value is not a number; NAD: not used; "
                        "LOD: not measured (other layers); LAD: threshold not above 0");
    memset(model.reason, 'x', sizeof model.reason - 1);
    lu_judge(&model, negatives, 3, SIZE_MAX, &p, &j);
    assert_int_equal(strlen(j.reason), sizeof j.reason - 1);
}

static void test_recipes(void **state)
{
    lu_recipe r = lu_recipe_of(LU_RECIPE_TRAIN, 0.6, 7);

    (void)state;
    assert_true(!r.from_parent && r.shift == 0 && r.rotate == 0 && r.prune == 0 && r.seed == 7);
    assert_true(r.optimiser == LU_ADAM && r.learning_rate == 1e-3 && r.batch == 64);
    for (int k = 0; k < LU_RECIPE_KINDS; k++) {
        r = lu_recipe_of((lu_recipe_kind)k, 0.6, 7);
        assert_int_equal(lu_recipe_check(&r), LU_OK);
        assert_int_equal(r.last_only, k == LU_RECIPE_FT_LL);
        assert_int_equal(r.fresh_last, k == LU_RECIPE_RT_AL || k == LU_RECIPE_TRANSFER);
        assert_int_equal(r.rotate == 10, lu_methods[k]->samples && r.from_parent);
    }
    r = lu_recipe_of(LU_RECIPE_PRUNE, 0.6, 7);
    assert_near(r.prune, 0.6, 0);
    assert_string_equal(lu_recipe_name(LU_RECIPE_PRUNE), "P");
}

static void test_recipe_limits(void **state)
{
    const lu_recipe good = lu_recipe_of(LU_RECIPE_FT_AL, 0, 1);
    lu_recipe bad[8];

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        bad[i] = good;
    }
    bad[0].prune = 1;
    bad[1].learning_rate = 0;
    bad[2].learning_rate = NAN;
    bad[3].epochs = 0;
    bad[4].momentum = 1;
    bad[5].decay = -1;
    bad[6].rotate = 181;
    bad[7].drop_epoch[0] = 5;
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(lu_recipe_check(&bad[i]), LU_ERR_USAGE);
    }
    bad[7].drop_factor[0] = 0.1;
    assert_int_equal(lu_recipe_check(&bad[7]), LU_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_threshold_by_hand),
        cmocka_unit_test(test_threshold_unusable),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_chance),
        cmocka_unit_test(test_void),
        cmocka_unit_test(test_one_of_two),
        cmocka_unit_test(test_equality_votes),
        cmocka_unit_test(test_undecided),
        cmocka_unit_test(test_leave_one_out),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_recipes),
        cmocka_unit_test(test_recipe_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
