/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts: how they look, that they stay in their panes whatever the size and the numbers. */
#include "tests/unit/viz_golden.h"

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MARGIN = 3, WIDEST = 60, HIGHEST = 30, OUTSIDE = 'X' };

static void test_looks(void **state)
{
    viz_data d = viz_data_of_a_copy();

    (void)state;
    for (size_t i = 0; i < sizeof viz_goldens / sizeof *viz_goldens; i++) {
        const viz_golden *g = &viz_goldens[i];
        lu_cells cells;
        char *text;

        assert_int_equal(lu_cells_init(&cells, g->width, g->height), LU_OK);
        assert_int_equal(viz_draw(g->chart, lu_pane_of(&cells), &d, g->glyphs), LU_OK);
        text = viz_text(&cells);
        assert_string_equal(text, g->text);
        free(text);
        lu_cells_fini(&cells);
    }
}

/* Draws into the middle of a grid of X; no X may change and with ASCII nothing else may appear. */
static void draw_guarded(viz_chart chart, int width, int height, const viz_data *d,
                         lu_glyph_set glyphs)
{
    lu_cells cells;
    lu_pane pane;

    assert_int_equal(lu_cells_init(&cells, width + 2 * MARGIN, height + 2 * MARGIN), LU_OK);
    lu_pane_fill(lu_pane_of(&cells), OUTSIDE, LU_INK_ERROR);
    pane = lu_pane_sub(lu_pane_of(&cells), MARGIN, MARGIN, width, height);
    lu_pane_fill(pane, ' ', LU_INK_TEXT);
    assert_int_equal(viz_draw(chart, pane, d, glyphs), LU_OK);
    for (int y = 0; y < cells.height; y++) {
        for (int x = 0; x < cells.width; x++) {
            const lu_cell *cell = lu_cells_at(&cells, x, y);
            bool inside = x >= MARGIN && y >= MARGIN && x < MARGIN + width && y < MARGIN + height;

            if (!inside && (cell->code != OUTSIDE || cell->ink != LU_INK_ERROR)) {
                fail_msg("chart %d at %dx%d wrote outside", (int)chart, width, height);
            }
            if (inside && glyphs == LU_GLYPHS_ASCII && (cell->code < ' ' || cell->code > '~')) {
                fail_msg("chart %d at %dx%d is not ASCII", (int)chart, width, height);
            }
        }
    }
    lu_cells_fini(&cells);
}

static void test_every_size(void **state)
{
    viz_data d = viz_data_of_a_copy();

    (void)state;
    for (int chart = 0; chart < VIZ_CHARTS; chart++) {
        for (int height = 0; height <= HIGHEST; height++) {
            for (int width = 0; width <= WIDEST; width++) {
                draw_guarded((viz_chart)chart, width, height, &d,
                             (lu_glyph_set)((width + height) % LU_GLYPHS_COUNT));
            }
        }
    }
}

/* A number of the kind that breaks things, or an ordinary one. */
static double odd_number(lu_rng *rng)
{
    static const double odd[] = {NAN,     INFINITY, -INFINITY, 0,        -0.0,
                                 DBL_MAX, -DBL_MAX, DBL_MIN,   4.9e-324, -1,
                                 1,       1e-12,    1e12,      -1e300,   0.5};
    size_t i = lu_rng_below(rng, 2 * sizeof odd / sizeof *odd);

    return i < sizeof odd / sizeof *odd ? odd[i] : lu_rng_normal(rng);
}

static void odd_numbers(lu_rng *rng, double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = odd_number(rng);
    }
}

static void scramble(lu_rng *rng, viz_data *d)
{
    static const char *const names[] = {"",
                                        "漢字漢字漢字漢字",
                                        "\033]0;x\a\xff\xfe",
                                        "e\xcc\x81\xcc\x81",
                                        "a name that is far too long for any column of any table",
                                        "%s%n\xe2\x80\xae"};

    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        odd_numbers(rng, &d->reading[k].value, 5);
        d->reading[k].name = names[lu_rng_below(rng, 6)];
    }
    odd_numbers(rng, d->negatives, VIZ_NEGATIVES);
    odd_numbers(rng, d->copies, VIZ_COPIES);
    odd_numbers(rng, d->steps, VIZ_STEPS);
    odd_numbers(rng, d->slow, VIZ_STEPS);
    odd_numbers(rng, d->heat, VIZ_HEAT_ROWS * VIZ_HEAT_COLUMNS);
    d->threshold = lu_threshold_of(d->negatives, VIZ_NEGATIVES, 0.6, 0.99, LU_BOUND_MEAN);
    d->threshold.tau = odd_number(rng);
    d->threshold.lb = odd_number(rng);
    d->threshold.usable = d->threshold.tau > 0;
    d->suspect = odd_number(rng);
    d->low = odd_number(rng);
    d->high = odd_number(rng);
    d->mark = odd_number(rng);
    d->done = odd_number(rng);
    d->total = odd_number(rng);
    for (int i = 0; i < 4; i++) {
        double height = fabs(odd_number(rng));

        d->heights[i] = isfinite(height) ? height : 0;
    }
    d->name = names[lu_rng_below(rng, 6)];
}

static void test_odd_numbers(void **state)
{
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 7, "viz-odd", 0), LU_OK);
    for (int round = 0; round < 300; round++) {
        viz_data d = viz_data_of_a_copy();

        scramble(rng, &d);
        for (int chart = 0; chart < VIZ_CHARTS; chart++) {
            draw_guarded((viz_chart)chart, (int)lu_rng_below(rng, WIDEST + 1),
                         (int)lu_rng_below(rng, HIGHEST + 1), &d,
                         (lu_glyph_set)(round % LU_GLYPHS_COUNT));
        }
    }
    lu_rng_free(&rng);
}

static void test_similarity(void **state)
{
    (void)state;
    assert_true(lu_similarity(0, 0.3) == 1);
    assert_true(lu_similarity(0.3, 0.3) == 0.5);
    assert_true(lu_similarity(INFINITY, 0.3) == 0);
    assert_true(fabs(lu_similarity(0.021, 0.279) - 0.93) < 1e-12);
    assert_true(fabs(lu_similarity(1.93, 1.08) - 1.08 / 3.01) < 1e-12);
    assert_true(fabs(lu_similarity(DBL_MAX, DBL_MAX) - 0.5) < 1e-12);
    assert_true(isnan(lu_similarity(NAN, 1)) && isnan(lu_similarity(-1, 1)));
    assert_true(isnan(lu_similarity(1, 0)) && isnan(lu_similarity(1, -1)));
    assert_true(isnan(lu_similarity(1, NAN)) && isnan(lu_similarity(1, INFINITY)));
    assert_int_equal(lu_side_of(0.3, 0.3), LU_SIDE_COPY); /* as the vote: value <= tau */
    assert_int_equal(lu_side_of(0.31, 0.3), LU_SIDE_NOT_COPY);
    assert_int_equal(lu_side_of(0.31, 0), LU_SIDE_NONE);
}

static void test_radar_or_bars(void **state)
{
    viz_data d = viz_data_of_a_copy();
    lu_evidence e = {d.reading, LU_METRIC_COUNT, NULL, NULL};

    (void)state;
    assert_true(lu_radar_fits(30, 13, &e));
    assert_false(lu_radar_fits(29, 13, &e));
    assert_false(lu_radar_fits(30, 12, &e));
    for (int k = 2; k < LU_METRIC_COUNT; k++) {
        d.reading[k].value = NAN;
    }
    assert_false(lu_radar_fits(80, 24, &e)); /* black box: two metrics */
    d.reading[2].value = 1;
    assert_true(lu_radar_fits(80, 24, &e));
    d.reading[2].tau = 0;
    assert_false(lu_radar_fits(80, 24, &e));
}

static void test_readings(void **state)
{
    lu_scores model = {0};
    lu_scores negatives[3];
    lu_judge_params params = lu_judge_defaults();
    lu_reading reading[LU_METRIC_COUNT];
    lu_judgement j;

    (void)state;
    memset(negatives, 0, sizeof negatives);
    for (int i = 0; i < 3; i++) {
        negatives[i].metric[LU_METRIC_JSD] = (lu_value){true, 0.3 + 0.001 * i};
    }
    model.metric[LU_METRIC_JSD] = (lu_value){true, 0.05};
    lu_judge(&model, negatives, 3, SIZE_MAX, &params, &j);
    lu_readings_of(&j, reading);
    assert_string_equal(reading[LU_METRIC_JSD].name, "JSD");
    assert_true(reading[LU_METRIC_JSD].value == 0.05);
    assert_true(reading[LU_METRIC_JSD].tau == j.threshold[LU_METRIC_JSD].tau);
    assert_true(isnan(reading[LU_METRIC_NOD].tau) && isnan(reading[LU_METRIC_NOD].value));
}

static void test_hist_count(void **state)
{
    const double values[] = {0, 0.1, 0.5, 0.99, 1, NAN, INFINITY, -3, 7};
    size_t count[4];

    (void)state;
    lu_hist_count(values, 9, (lu_axis){0, 1}, count, 4);
    assert_int_equal(count[0], 3); /* 0, 0.1 and what is below */
    assert_int_equal(count[1], 0);
    assert_int_equal(count[2], 1);
    assert_int_equal(count[3], 3);
}

/* Filled above the bar, open below it, nothing where nothing was measured; never outside the pane.
 */
static void test_levels(void **state)
{
    const lu_level row[] = {{"class 0", 0.9, 0.2, 0.5, 0.6},
                            {"class 1", 0.4, 0.2, 0.5, 0.6},
                            {"class 2", NAN, NAN, NAN, NAN},
                            {"class 3", 1, 0, 1, INFINITY}};
    const lu_levels chart = {row, 4, 0.3333};
    const uint32_t filled = lu_side_sign(LU_SIDE_COPY), open = lu_side_sign(LU_SIDE_NOT_COPY);
    lu_cells cells;

    (void)state;
    for (int width = 1; width < 60; width += 3) {
        for (int height = 1; height < 7; height++) {
            assert_int_equal(lu_cells_init(&cells, width, height), LU_OK);
            lu_levels_cells(lu_pane_of(&cells), &chart, LU_GLYPHS_BLOCK);
            lu_cells_fini(&cells);
        }
    }
    assert_int_equal(lu_cells_init(&cells, 8 + 10 + 6, 5), LU_OK); /* ten columns for 0 to 1 */
    lu_levels_cells(lu_pane_of(&cells), &chart, LU_GLYPHS_BLOCK);
    assert_int_equal(lu_cells_at(&cells, 8 + 9, 0)->code, filled);
    assert_int_equal(lu_cells_at(&cells, 8 + 4, 1)->code, open);
    assert_int_equal(lu_cells_at(&cells, 8 + 9, 3)->code, open);
    assert_int_equal(lu_cells_at(&cells, 8 + 16 - 1, 2)->code, '-');
    lu_cells_fini(&cells);
}

static void test_bad_trees(void **state)
{
    const lu_leaf leaf[3] = {{"a", LU_INK_TEXT}, {"b", LU_INK_TEXT}, {"c", LU_INK_TEXT}};
    static const lu_merge bad[][2] = {
        {{0, 0, 1}, {3, 2, 2}}, /* with itself */
        {{0, 1, 1}, {0, 2, 2}}, /* twice */
        {{0, 3, 1}, {3, 2, 2}}, /* not made yet */
        {{0, 9, 1}, {3, 2, 2}}, {{0, 1, NAN}, {3, 2, 2}}, {{0, 1, -1}, {3, 2, 2}},
    };
    lu_cells cells;

    (void)state;
    assert_int_equal(lu_cells_init(&cells, 20, 5), LU_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lu_dendrogram g = {leaf, 3, bad[i], NAN};

        assert_int_equal(lu_dendrogram_cells(lu_pane_of(&cells), &g, 0), LU_ERR_INPUT);
    }
    for (size_t n = 0; n < 2; n++) { /* nothing to merge */
        lu_dendrogram g = {leaf, n, NULL, NAN};

        assert_int_equal(lu_dendrogram_cells(lu_pane_of(&cells), &g, 0), LU_OK);
    }
    lu_cells_fini(&cells);
}

static void test_table_widths(void **state)
{
    const lu_column columns[3] = {
        {"name", LU_ALIGN_LEFT, 6}, {"value", LU_ALIGN_RIGHT, 5}, {"note", LU_ALIGN_LEFT, 0}};
    const char *text[3] = {"a long name here", "0.021", "a note"};
    const lu_table t = {columns, 3, text, NULL, 1, SIZE_MAX, 0};
    int width[LU_TABLE_COLUMNS];

    (void)state;
    lu_table_widths(&t, 80, width);
    assert_true(width[0] == 16 && width[1] == 5 && width[2] == 6);
    lu_table_widths(&t, 1 + 16 + 2 + 5 + 2 + 6, width);
    assert_int_equal(width[0], 16);
    lu_table_widths(&t, 24, width); /* the name shrinks first */
    assert_true(width[0] == 8 && width[1] == 5 && width[2] == 6);
    lu_table_widths(&t, 18, width); /* the note goes, the name has room again */
    assert_true(width[0] == 10 && width[1] == 5 && width[2] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_looks),         cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_odd_numbers),   cmocka_unit_test(test_similarity),
        cmocka_unit_test(test_radar_or_bars), cmocka_unit_test(test_readings),
        cmocka_unit_test(test_hist_count),    cmocka_unit_test(test_levels),
        cmocka_unit_test(test_bad_trees),     cmocka_unit_test(test_table_widths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
