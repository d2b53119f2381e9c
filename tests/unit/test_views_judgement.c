/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judgement, drawn from a made-up case. */
#include "tests/unit/scored_case.h"

static void test_judgement_sizes(void **state)
{
    const lu_threshold *t = &app->look.result.model[0].judgement.threshold[LU_METRIC_NOD];
    char mean[LU_NUMBER_MAX], tau[LU_NUMBER_MAX];

    (void)state;
    for (size_t i = 1; i < 4; i++) {
        const char *text = draw_screen(LU_SCREEN_JUDGEMENT, sizes[i][0], sizes[i][1]);
        assert_has(text, "● copy");
        assert_has(text, "The case's own settings");
        assert_has(text, "0.021");
        assert_has(text, lu_number(t->mean, mean));
        assert_has(text, lu_number(t->tau, tau));
        assert_has(text, "margin");
        assert_lacks(text, "TRIAL");
    }
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 60, 18), "● copy");
    lu_app_command(app, "model suspect-2");
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 80, 24), "○ not-copy");
}

static void test_undecided_says_why(void **state)
{
    const char *text;
    lu_judge_params p = lu_judge_defaults();

    (void)state;
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        app->look.result.model[0].scores.metric[k].known = false;
    }
    snprintf(app->look.result.model[0].finding, LU_TEXT_MAX, "the engine died on its weights");
    lu_result_judge(&app->look.result, &p);
    text = draw_screen(LU_SCREEN_JUDGEMENT, 120, 40);
    assert_has(text, "? undecided");
    assert_has(text, "the engine died on its weights");
    assert_has(text, "no vote");
}

static void test_trial_follows(void **state)
{
    const lu_model_result *m = &app->look.result.model[0];

    (void)state;
    app->screen = LU_SCREEN_JUDGEMENT;
    assert_int_equal(m->judgement.verdict, LU_COPY);
    assert_int_equal(lu_app_command(app, "try judge.alpha_white=0.01"), LU_OK);
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 80, 24),
               "TRIAL: not the case's settings (1 tried)");
    assert_has((char *)drawn.data, "○ not-copy");
    assert_has((char *)drawn.data, "case: ● copy  alpha_white=0.01");
    assert_int_equal(m->judgement.verdict, LU_COPY); /* the stored result is as it was */
    lu_app_command(app, "try judge.alpha_white=0.02");
    assert_int_equal(app->trials, 2);
    lu_app_command(app, "try judge.alpha_white=0.02");
    assert_int_equal(app->trials, 2);
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 120, 40), "case: 0.6");
    press('=');
    assert_lacks(draw_screen(LU_SCREEN_JUDGEMENT, 80, 24), "TRIAL");
    assert_has((char *)drawn.data, "(2 others tried)");
    lu_app_command(app, "try blackbox.ep=0.5");
    lu_app_command(app, "try judge.alpha_white=7");
    assert_lacks(draw_screen(LU_SCREEN_JUDGEMENT, 80, 24), "TRIAL");
}

static void test_an_invalid_run_is_said_so(void **state)
{
    lu_judge_params p = lu_judge_defaults();

    (void)state;
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        app->look.result.self.metric[k].known = false;
    }
    lu_result_judge(&app->look.result, &p);
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 80, 24), "INVALID RUN");
}

static void test_trial_keys(void **state)
{
    (void)state;
    draw_screen(LU_SCREEN_JUDGEMENT, 80, 24);
    press(LU_KEY_RIGHT); /* RobD is judged by alpha_black */
    assert_true(fabs(app->trial.alpha_black - 0.95) < 1e-9);
    press(LU_KEY_LEFT);
    assert_int_equal(app->trials, 1); /* the case's own again */
    assert_lacks(draw_screen(LU_SCREEN_JUDGEMENT, 80, 24), "TRIAL");
    press(LU_KEY_ENTER);
    assert_string_equal(app->trial.metrics, "JSD,NOD,NAD,LOD,LAD");
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 120, 40), "not used");
    press(LU_KEY_ENTER);
    assert_string_equal(app->trial.metrics, "all");
    press('t');
    assert_string_equal(app->prompt.text, "try judge.alpha_black=");
}

static void test_new_results_replace_a_trial(void **state)
{
    lu_judge_params p = lu_judge_defaults();

    (void)state;
    app->screen = LU_SCREEN_JUDGEMENT;
    lu_app_command(app, "try judge.alpha_white=0.5");
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 80, 24), "0.021");
    app->look.result.model[0].scores.metric[LU_METRIC_ROBD].value = 0.456;
    lu_result_judge(&app->look.result, &p);
    app->looks++;
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 80, 24), "0.456");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_judgement_sizes), T(test_undecided_says_why),
        T(test_trial_follows),   T(test_an_invalid_run_is_said_so),
        T(test_trial_keys),      T(test_new_results_replace_a_trial),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
