/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text made fit, numbers, colours, cells, canvas. */
#include "tests/unit/viz_data.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static lu_cells grid(int width, int height)
{
    lu_cells cells;

    assert_int_equal(lu_cells_init(&cells, width, height), LU_OK);
    return cells;
}

static void assert_text(const lu_cells *cells, const char *expected)
{
    char *text = viz_text(cells);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

/* What is drawn of a text. */
static void assert_shown(const char *text, const char *expected)
{
    lu_cells cells = grid(20, 1);
    char line[128];

    snprintf(line, sizeof line, "%s\n", expected);
    lu_pane_text(lu_pane_of(&cells), 0, 0, text, LU_INK_TEXT);
    assert_text(&cells, line);
    lu_cells_fini(&cells);
}

static void test_hostile_text(void **state)
{
    (void)state;
    assert_shown("plain", "plain");
    assert_shown("\033[31mred", "�[31mred");
    assert_shown("a\tb\nc\r\x7f", "a�b�c��");
    assert_shown("\xc2\x9b"
                 "31m",
                 "�31m"); /* C1 CSI */
    assert_shown("gpj.\xe2\x80\xae"
                 "exe",
                 "gpj.�exe");                         /* U+202E */
    assert_shown("\xe2\x81\xa6x\xe2\x81\xa9", "�x�"); /* isolates */
    assert_shown("a\xe2\x80\x8b"
                 "b",
                 "a�b");                                /* zero width space */
    assert_shown("\xff\xc0\xaf\xed\xa0\x80", "������"); /* no UTF-8, overlong, surrogate */
    assert_shown("\xf4\x90\x80\x80", "����");           /* beyond U+10FFFF */
    assert_shown("\xe2\x82", "��");                     /* cut off */
    assert_shown("\xef\xb7\x90\xef\xbf\xbf", "��");     /* noncharacters */
    assert_shown("\xf3\xa0\x81\x81", "�");              /* a tag */
}

static void test_widths(void **state)
{
    (void)state;
    assert_int_equal(lu_columns("abc"), 3);
    assert_int_equal(lu_columns("漢字"), 4);
    assert_int_equal(lu_columns("e\xcc\x81"), 1);
    assert_int_equal(lu_columns("τ●█⠿"), 4);
    assert_int_equal(lu_columns("😀"), 2);
    assert_int_equal(lu_columns("ＡＢ"), 4);
    assert_int_equal(lu_columns(""), 0);
    assert_shown("e\xcc\x81\xcc\x80x", "e\xcc\x81x"); /* one mark a cell */
    assert_shown("\xcc\x81x", "x");                   /* none without a character */
    assert_shown("漢\xcc\x81x", "漢\xcc\x81x");
}

static void test_wide_characters(void **state)
{
    lu_cells cells = grid(5, 1);
    lu_pane pane = lu_pane_of(&cells);

    (void)state;
    assert_int_equal(lu_pane_text(pane, 0, 0, "漢字漢", LU_INK_TEXT), 6);
    assert_text(&cells, "漢字\n"); /* half of the third has no room */
    lu_pane_text(pane, 1, 0, "x", LU_INK_TEXT);
    assert_text(&cells, " x字\n"); /* half a character is none */
    lu_pane_text(pane, 2, 0, "y", LU_INK_TEXT);
    assert_text(&cells, " xy\n");
    lu_pane_text(pane, 1, 0, "漢", LU_INK_TEXT);
    lu_pane_text(pane, 0, 0, "字", LU_INK_TEXT);
    assert_text(&cells, "字\n");
    lu_pane_field(pane, 0, 0, 4, "漢字漢", LU_INK_TEXT, LU_ALIGN_LEFT);
    assert_text(&cells, "漢…\n");
    lu_pane_ascii(pane);
    assert_text(&cells, "??~\n");
    lu_cells_fini(&cells);
}

static void test_clipping(void **state)
{
    lu_cells cells = grid(6, 3);
    lu_pane pane = lu_pane_sub(lu_pane_of(&cells), 1, 1, 4, 1);
    static const int far[] = {-2147483647 - 1, -100, -1, 0, 3, 4, 100, 2147483647};

    (void)state;
    for (int i = 0; i < 8; i++) {
        for (int k = 0; k < 8; k++) {
            lu_pane part = lu_pane_sub(pane, far[i], far[k], far[k], far[i]);

            lu_pane_text(pane, far[i], far[k], "漢abc漢", LU_INK_TEXT);
            lu_pane_put(pane, far[i], far[k], 0x6f22, LU_INK_TEXT);
            lu_pane_field(pane, far[i], far[k], far[i], "abcdef", LU_INK_TEXT, LU_ALIGN_RIGHT);
            lu_pane_fill(part, '#', LU_INK_TEXT);
            assert_true(part.width >= 0 && part.height >= 0);
        }
    }
    for (int x = 0; x < 6; x++) {
        assert_int_equal(lu_cells_at(&cells, x, 0)->code, ' ');
        assert_int_equal(lu_cells_at(&cells, x, 2)->code, ' ');
    }
    assert_int_equal(lu_cells_at(&cells, 0, 1)->code, ' ');
    assert_int_equal(lu_cells_at(&cells, 5, 1)->code, ' ');
    lu_cells_fini(&cells);
    assert_int_equal(lu_cells_init(&cells, LU_CELLS_MAX + 1, 1), LU_ERR_INPUT);
    assert_int_equal(lu_cells_init(&cells, -5, 3), LU_OK);
    assert_int_equal(cells.width, 0);
    lu_cells_fini(&cells);
}

static void test_box(void **state)
{
    lu_cells cells = grid(12, 4);
    lu_pane inner = lu_pane_box(lu_pane_of(&cells), "A title", LU_INK_BORDER, LU_GLYPHS_BRAILLE);

    (void)state;
    assert_int_equal(inner.width, 10);
    assert_int_equal(inner.height, 2);
    lu_pane_text(inner, 8, 0, "漢x", LU_INK_TEXT); /* the right edge cuts x off */
    assert_text(&cells, "┌─ A tit… ─┐\n"
                        "│        漢│\n"
                        "│          │\n"
                        "└──────────┘\n");
    lu_cells_fini(&cells);
}

static void test_numbers(void **state)
{
    char out[LU_NUMBER_MAX];

    (void)state;
    for (int i = 0; i < 2; i++) { /* also where a comma is the point, if that locale is there */
        assert_string_equal(lu_number(0.0214, out), "0.021");
        assert_string_equal(lu_number(1.93, out), "1.930");
        assert_string_equal(lu_number(-1.5, out), "-1.500");
        assert_string_equal(lu_number(123.4, out), "123");
        assert_string_equal(lu_number(0, out), "0");
        assert_string_equal(lu_number(0.000021, out), "2.1e-05");
        assert_string_equal(lu_number(-1.23e300, out), "-1.2e+300");
        assert_string_equal(lu_number(NAN, out), "n/a");
        assert_string_equal(lu_number(-INFINITY, out), "-inf");
        assert_string_equal(lu_number_fixed(2.5, 1, out), "2.5");
        assert_string_equal(lu_number_share(0.934, out), ".93");
        assert_string_equal(lu_number_share(0.999, out), "1.0");
        setlocale(LC_NUMERIC, "de_DE.UTF-8");
    }
    setlocale(LC_NUMERIC, "C");
}

static void test_colours(void **state)
{
    lu_theme theme;
    lu_glyph_set glyphs;

    (void)state;
    for (int i = 16; i < 256; i++) {
        assert_int_equal(lu_xterm_rgb(lu_rgb_xterm(lu_xterm_rgb(i))), lu_xterm_rgb(i));
    }
    for (int t = 0; t < LU_THEME_COUNT; t++) {
        assert_true(lu_theme_parse(lu_theme_name((lu_theme)t), &theme));
        assert_int_equal(theme, t);
        for (int i = 0; i < LU_INK_COUNT; i++) { /* RGB and the 256 colours are the same hue */
            const lu_shade *s = lu_theme_shade((lu_theme)t, (lu_ink)i);

            assert_true(s->xterm < 0 || lu_xterm_rgb(s->xterm) == s->rgb);
            assert_true(t != LU_THEME_MONO || (s->xterm < 0 && s->ansi < 0));
        }
    }
    assert_false(lu_theme_parse("purple", &theme));
    assert_true(lu_glyph_set_parse("block", &glyphs));
    assert_int_equal(glyphs, LU_GLYPHS_BLOCK);
    assert_int_equal(lu_rgb_ansi(0xff0000, 3, 3), 1);
    assert_int_equal(lu_rgb_ansi(0x00ffff, 2, 1), 6);
}

static void draw_cross(lu_canvas *c)
{
    const lu_trace low = {LU_CANVAS_GRID, LU_INK_GRID, 0};
    const lu_trace high = {LU_CANVAS_SUSPECT, LU_INK_SUSPECT, 0};

    lu_canvas_line(c, -1e9, 6, 1e300, 6, low); /* cut off at the edges */
    lu_canvas_line(c, 4, 0, 4, 11, high);
    lu_canvas_line(c, NAN, 0, 4, INFINITY, high);
    lu_canvas_mark(c, 0, 0, 0x25cf, LU_INK_COPY);
    lu_canvas_mark(c, 1e12, -1e12, 0x25cf, LU_INK_COPY);
}

static void test_canvas(void **state)
{
    static const char *const expected[LU_GLYPHS_COUNT] = {"● ⡇\n⠤⠤⡇⠤⠤\n  ⡇\n", "● ▌\n▄▄▌▄▄\n  ▌\n",
                                                          "● |\n--|--\n  |\n"};

    (void)state;
    for (int g = 0; g < LU_GLYPHS_COUNT; g++) {
        lu_cells cells = grid(5, 3);
        lu_canvas canvas;

        assert_int_equal(lu_canvas_init(&canvas, 5, 3, (lu_glyph_set)g), LU_OK);
        draw_cross(&canvas);
        lu_canvas_show(&canvas, lu_pane_of(&cells));
        assert_text(&cells, expected[g]);
        assert_int_equal(lu_cells_at(&cells, 2, 1)->ink, LU_INK_SUSPECT);
        assert_int_equal(lu_cells_at(&cells, 1, 1)->ink, LU_INK_GRID);
        lu_canvas_fini(&canvas);
        lu_cells_fini(&cells);
    }
}

static void test_canvas_dots(void **state)
{
    lu_cells cells = grid(4, 1);
    lu_canvas canvas;
    const double square[8] = {0, 0, 3, 0, 3, 3, 0, 3};

    (void)state;
    assert_int_equal(lu_canvas_init(&canvas, 4, 1, LU_GLYPHS_BRAILLE), LU_OK);
    lu_canvas_path(&canvas, square, 4, true, (lu_trace){LU_CANVAS_GRID, LU_INK_GRID, 0});
    lu_canvas_line(&canvas, 4, 0, 7, 0, (lu_trace){LU_CANVAS_GRID, LU_INK_GRID, 2});
    lu_canvas_show(&canvas, lu_pane_of(&cells));
    assert_text(&cells, "⣏⣹⠁⠁\n");
    lu_canvas_fini(&canvas);
    lu_cells_fini(&cells);
    assert_int_equal(lu_canvas_init(&canvas, 0, 7, LU_GLYPHS_BLOCK), LU_OK);
    lu_canvas_line(&canvas, 0, 0, 3, 3, (lu_trace){LU_CANVAS_GRID, LU_INK_GRID, 0});
    lu_canvas_fini(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_wide_characters),
        cmocka_unit_test(test_clipping),
        cmocka_unit_test(test_box),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_canvas),
        cmocka_unit_test(test_canvas_dots),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
