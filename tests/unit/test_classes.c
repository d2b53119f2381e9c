/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Box and strip plots: quartiles, cells, SVG. */
#include "viz/viz.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const double near[5] = {0.1, 0.2, NAN, 0.3, 0.4}, far[2] = {0.9, 1};

static lu_classes two_classes(lu_class row[2])
{
    row[0] = (lu_class){"FT-AL", near, 5, LU_INK_POSITIVE};
    row[1] = (lu_class){"Neg-1", far, 2, LU_INK_NEGATIVE};
    return (lu_classes){"JSD", row, 2, 0.5};
}

/* R: quantile(c(.1, .2, .3, .4)) */
static void quartiles_are_interpolated(void **state)
{
    const double none[1] = {NAN};

    (void)state;
    assert_true(fabs(lu_quantile(near, 5, 0.25) - 0.175) < 1e-12);
    assert_true(fabs(lu_quantile(near, 5, 0.5) - 0.25) < 1e-12);
    assert_true(fabs(lu_quantile(near, 5, 0.75) - 0.325) < 1e-12);
    assert_true(lu_quantile(near, 5, 1) == 0.4 && lu_quantile(far, 1, 0.5) == 0.9);
    assert_true(isnan(lu_quantile(none, 1, 0.5)) && isnan(lu_quantile(none, 0, 0.5)));
}

static void cells_stay_inside(void **state)
{
    lu_class row[2];
    lu_classes c = two_classes(row);
    lu_cells cells;
    lu_buf text = LU_BUF_INIT;
    lu_text_look look = {LU_THEME_LIGHT, LU_COLOURS_NONE, true};

    (void)state;
    for (int width = 1; width < 60; width += 7) {
        for (int height = 1; height < 5; height++) {
            assert_int_equal(lu_cells_init(&cells, width, height), LU_OK);
            assert_int_equal(lu_classes_cells(lu_pane_of(&cells), &c, LU_GLYPHS_ASCII), LU_OK);
            lu_cells_fini(&cells);
        }
    }
    assert_int_equal(lu_cells_init(&cells, 50, 3), LU_OK);
    assert_int_equal(lu_classes_cells(lu_pane_of(&cells), &c, LU_GLYPHS_ASCII), LU_OK);
    assert_int_equal(lu_out_text(&cells, look, &text), LU_OK);
    assert_non_null(strstr((char *)text.data, "JSD"));
    assert_non_null(strstr((char *)text.data, "FT-AL"));
    lu_buf_fini(&text);
    lu_cells_fini(&cells);
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;

    while ((text = strstr(text, word)) != NULL) {
        n++;
        text++;
    }
    return n;
}

static void paper_has_a_circle_a_model(void **state)
{
    lu_class row[2];
    lu_classes c = two_classes(row);
    lu_buf svg = LU_BUF_INIT;
    lu_draw d;

    (void)state;
    assert_int_equal(lu_out_svg_begin(&d, 300, 100, LU_THEME_LIGHT, "t", &svg), LU_OK);
    lu_classes_draw(&d, (lu_rect){0, 0, 300, 100}, &c);
    assert_int_equal(lu_draw_end(&d), LU_OK);
    assert_int_equal(count((char *)svg.data, "<circle"), 6);
    lu_buf_fini(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quartiles_are_interpolated),
        cmocka_unit_test(cells_stay_inside),
        cmocka_unit_test(paper_has_a_circle_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
