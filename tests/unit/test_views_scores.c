/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores, drawn from a made-up case; the screens of models on panes of any size. */
#include "tests/unit/scored_case.h"

static const lu_screen screens[] = {LU_SCREEN_SCORES, LU_SCREEN_SAMPLES, LU_SCREEN_JUDGEMENT};

/* --- any size --- */

static void draw_all_sizes(lu_pane all)
{
    for (int height = 1; height <= 60; height += height < 12 ? 1 : 8) {
        for (int width = 1; width <= 200; width += width < 12 ? 2 : 23) {
            for (size_t s = 0; s < sizeof screens / sizeof *screens; s++) {
                app->screen = screens[s];
                lu_views[screens[s]]->draw(app, lu_pane_sub(all, 0, 0, width, height));
            }
        }
    }
}

static void test_any_size(void **state)
{
    (void)state;
    for (int glyphs = 0; glyphs < LU_GLYPHS_COUNT; glyphs++) {
        app->options.glyphs = (lu_glyph_set)glyphs;
        for (app->focus = 0; app->focus < 2; app->focus++) {
            draw_all_sizes(lu_pane_of(&cells));
        }
    }
}

static void test_any_size_without_results(void **state)
{
    (void)state;
    app->look.result.reached = LU_STAGE_SEEDS;
    app->look.result.models = 0;
    lu_blackbox_fini(&app->look.blackbox);
    lu_whitebox_set_fini(&app->look.whitebox);
    for (app->focus = 0; app->focus < 2; app->focus++) {
        draw_all_sizes(lu_pane_of(&cells));
    }
}

static void test_pane_is_kept(void **state)
{
    lu_pane inner = lu_pane_sub(lu_pane_of(&cells), 20, 7, 120, 40);

    (void)state;
    for (size_t s = 0; s < sizeof screens / sizeof *screens; s++) {
        app->screen = screens[s];
        lu_cells_clear(&cells);
        lu_views[screens[s]]->draw(app, inner);
        for (int y = 0; y < cells.height; y++) {
            for (int x = 0; x < cells.width; x++) {
                bool inside = x >= 20 && x < 140 && y >= 7 && y < 47;
                assert_true(inside || lu_cells_at(&cells, x, y)->code == ' ');
            }
        }
    }
}

/* --- scores --- */

static void test_scores_sizes(void **state)
{
    (void)state;
    for (size_t i = 1; i < 4; i++) {
        const char *text = draw_screen(LU_SCREEN_SCORES, sizes[i][0], sizes[i][1]);
        assert_has(text, "● copy");
        assert_has(text, "○ not-copy");
        assert_has(text, "Radar");
        assert_has(text, "0.021");
        assert_has(text, "suspect-1");
        assert_has(text, "negative-1");
        assert_has(text, "RobD");
    }
    assert_has((char *)drawn.data, "ROC");
    assert_has((char *)drawn.data, "median of 6 negatives");
}

static void test_scores_one_pane(void **state)
{
    const char *text = draw_screen(LU_SCREEN_SCORES, 60, 18);

    (void)state;
    assert_has(text, "Models");
    assert_has(text, "● copy");
    press(LU_KEY_TAB);
    assert_has(draw_screen(LU_SCREEN_SCORES, 60, 18), "Metrics of suspect-1");
}

static void test_scores_ascii(void **state)
{
    const char *text;

    (void)state;
    app->options.glyphs = LU_GLYPHS_ASCII;
    text = draw_screen(LU_SCREEN_SCORES, 120, 40);
    for (const char *c = text; *c; c++) {
        assert_true((unsigned char)*c < 0x7f);
    }
    assert_has(text, "O copy");
    assert_has(text, "o not-copy");
}

static void test_cursor_is_the_model(void **state)
{
    (void)state;
    draw_screen(LU_SCREEN_SCORES, 80, 24);
    press('j');
    assert_string_equal(lu_app_suspect(app)->name, "suspect-2");
    assert_has(draw_screen(LU_SCREEN_SCORES, 80, 24), "Metrics of suspect-2");
    app->screen = LU_SCREEN_JUDGEMENT;
    press('n');
    assert_string_equal(lu_app_suspect(app)->name, "finetuned");
    draw_screen(LU_SCREEN_SCORES, 80, 24);
    assert_int_equal(lu_app_cursor(app), 2);
    assert_int_equal(lu_app_command(app, "model negative-3"), LU_OK);
    assert_has(draw_screen(LU_SCREEN_SCORES, 80, 24), "Metrics of negative-3");
    assert_int_equal(lu_app_command(app, "filter pruned"), LU_OK);
    app->list[LU_SCREEN_SCORES].cursor = 0;
    assert_has(draw_screen(LU_SCREEN_SCORES, 80, 24), "Metrics of pruned");
}

static void test_compare(void **state)
{
    (void)state;
    assert_has(draw_screen(LU_SCREEN_SCORES, 80, 24), "median");
    press('c');
    assert_string_equal(app->compare, "suspect-2");
    assert_has(draw_screen(LU_SCREEN_SCORES, 120, 40), "thin: suspect-2");
    for (int i = 2; i < MODELS; i++) {
        press('c');
    }
    assert_string_equal(app->compare, "negative-6");
    press('c');
    assert_string_equal(app->compare, "");
    lu_app_command(app, "compare finetuned");
    assert_string_equal(app->compare, "finetuned");
    lu_app_command(app, "compare nobody");
    assert_string_equal(app->compare, "");
}

static void test_bars_and_metric(void **state)
{
    (void)state;
    press('b');
    assert_has(draw_screen(LU_SCREEN_SCORES, 80, 24), "Bars");
    press('l');
    assert_has(draw_screen(LU_SCREEN_SCORES, 120, 40), "JSD: negatives");
    press('h');
    press('h');
    assert_has(draw_screen(LU_SCREEN_SCORES, 120, 40), "LAD: negatives");
}

static void test_no_thresholds(void **state)
{
    lu_judge_params p = lu_judge_defaults();
    const char *text;

    (void)state;
    app->look.result.models = 5; /* one negative is not enough */
    lu_result_judge(&app->look.result, &p);
    text = draw_screen(LU_SCREEN_SCORES, 120, 40);
    assert_has(text, "? undecided");
    assert_has(text, "no vote");
    assert_has(text, "fewer than 2 negatives");
    assert_lacks(text, "ring"); /* there is no radar without thresholds */
    assert_has(draw_screen(LU_SCREEN_JUDGEMENT, 120, 40), "fewer than 2 negatives");
}

static void test_nothing_yet(void **state)
{
    const char *text;

    (void)state;
    app->look.result.reached = LU_STAGE_SEEDS;
    app->look.result.models = 0;
    app->c->items = 1;
    text = draw_screen(LU_SCREEN_SCORES, 80, 24);
    assert_has(text, "Nothing is scored yet");
    assert_has(text, "tests, scores");
    assert_has(text, "There is no model to compare");
    app->c->items = 2;
    app->c->kind = LU_KIND_EVIDENCE;
    assert_has(draw_screen(LU_SCREEN_SCORES, 80, 24), ":seal");
    app->c->sealed = true;
    app->look.any = false;
    text = draw_screen(LU_SCREEN_JUDGEMENT, 80, 24);
    assert_has(text, "seeds, tests, scores");
    assert_has(text, "r runs the stages");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_any_size),
        T(test_any_size_without_results),
        T(test_pane_is_kept),
        T(test_scores_sizes),
        T(test_scores_one_pane),
        T(test_scores_ascii),
        T(test_cursor_is_the_model),
        T(test_compare),
        T(test_bars_and_metric),
        T(test_no_thresholds),
        T(test_nothing_yet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
