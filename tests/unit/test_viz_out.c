/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text with escapes; pixels in PNG and SVG. */
#include "tests/unit/viz_data.h"

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_out(const lu_cells *cells, lu_text_look look, const char *expected)
{
    lu_buf out = LU_BUF_INIT;

    assert_int_equal(lu_out_text(cells, look, &out), LU_OK);
    assert_string_equal((const char *)out.data, expected);
    lu_buf_fini(&out);
}

static void test_text(void **state)
{
    lu_cells cells;
    lu_pane pane;

    (void)state;
    assert_int_equal(lu_cells_init(&cells, 8, 2), LU_OK);
    pane = lu_pane_of(&cells);
    lu_pane_text(pane, 0, 0, "a●", LU_INK_COPY);
    lu_pane_text(pane, 2, 0, "漢b", LU_INK_TEXT);
    lu_pane_text(pane, 0, 1, "x", LU_INK_TEXT);
    lu_pane_paint(lu_pane_sub(pane, 0, 1, 3, 1), LU_INK_PAPER, LU_ATTR_REVERSE);
    assert_out(&cells, (lu_text_look){LU_THEME_DARK, LU_COLOURS_NONE, false}, "a●漢b\nx\n");
    assert_out(&cells, (lu_text_look){LU_THEME_DARK, LU_COLOURS_NONE, true}, "aO??b\nx\n");
    assert_out(&cells, (lu_text_look){LU_THEME_DARK, LU_COLOURS_256, false},
               "\033[0;38;5;208ma●\033[0m漢b\n\033[0;7mx  \033[0m\n");
    assert_out(&cells, (lu_text_look){LU_THEME_DARK, LU_COLOURS_8, false},
               "\033[0;33ma●\033[0m漢b\n\033[0;7mx  \033[0m\n");
    assert_out(&cells, (lu_text_look){LU_THEME_MONO, LU_COLOURS_8, true},
               "\033[0;1maO\033[0m??b\n\033[0;7mx  \033[0m\n");
    lu_cells_fini(&cells);
}

static void test_direct_colours(void **state)
{
    lu_cells cells;

    (void)state;
    assert_int_equal(lu_cells_init(&cells, 1, 1), LU_OK);
    lu_pane_direct(lu_pane_of(&cells), 0, 0, 0x2580, 0xff0000, 0x010203);
    assert_out(&cells, (lu_text_look){LU_THEME_DARK, LU_COLOURS_TRUE, false},
               "\033[0;38;2;255;0;0;48;2;1;2;3m▀\033[0m\n");
    assert_out(&cells, (lu_text_look){LU_THEME_DARK, LU_COLOURS_256, false},
               "\033[0;38;5;196;48;5;16m▀\033[0m\n");
    assert_out(&cells, (lu_text_look){LU_THEME_DARK, LU_COLOURS_8, false},
               "\033[0;31;40m▀\033[0m\n");
    lu_cells_fini(&cells);
}

/* Decodes with libpng's simple interface. */
static lu_picture read_png(const lu_buf *bytes)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    lu_picture p;

    assert_true(png_image_begin_read_from_memory(&image, bytes->data, bytes->len));
    image.format = PNG_FORMAT_RGB;
    assert_int_equal(lu_picture_init(&p, image.width, image.height), LU_OK);
    assert_true(png_image_finish_read(&image, NULL, p.rgb, 0, NULL));
    return p;
}

static void test_png(void **state)
{
    lu_picture p = viz_rainbow(13, 7);
    lu_picture none = {0};
    lu_buf out = LU_BUF_INIT;
    lu_picture back;

    (void)state;
    assert_int_equal(lu_out_png(&p, &out), LU_OK);
    back = read_png(&out);
    assert_int_equal(back.width, 13);
    assert_int_equal(back.height, 7);
    assert_memory_equal(back.rgb, p.rgb, 13 * 7 * 3);
    assert_int_equal(lu_out_png(&none, &out), LU_ERR_INPUT);
    lu_picture_fini(&back);
    lu_picture_fini(&p);
    lu_buf_fini(&out);
}

/* A drawn image keeps its pixels, on whole units and enlarged. */
static void test_drawn_image(void **state)
{
    lu_picture p = viz_rainbow(6, 5);
    lu_buf out = LU_BUF_INIT;
    lu_picture back;
    lu_draw d;

    (void)state;
    assert_int_equal(lu_out_png_begin(&d, 20, 20, 2, LU_THEME_LIGHT, &out), LU_OK);
    lu_draw_image(&d, (lu_rect){3, 2, 12, 10}, &p);
    assert_int_equal(lu_draw_end(&d), LU_OK);
    back = read_png(&out);
    assert_int_equal(back.width, 40);
    for (size_t y = 0; y < 40; y++) {
        for (size_t x = 0; x < 40; x++) {
            bool inside = x >= 6 && x < 30 && y >= 4 && y < 24;
            uint32_t expected = inside ? lu_picture_rgb(&p, (x - 6) / 4, (y - 4) / 4) : 0xffffff;

            assert_int_equal(lu_picture_rgb(&back, x, y), expected);
        }
    }
    lu_picture_fini(&back);
    lu_picture_fini(&p);
    lu_buf_fini(&out);
}

/* Every pixel of a small picture is in the SVG as a square of its colour, those side by side as
 * one. */
static void test_svg_pixels(void **state)
{
    lu_picture p = viz_rainbow(3, 2);
    lu_picture large = viz_rainbow(200, 150);
    lu_buf out = LU_BUF_INIT;
    lu_draw d;

    (void)state;
    memcpy(p.rgb, "\0\0\0\0\0\0\1\2\3\0\0\0\1\2\3\1\2\3", 18);
    lu_out_svg_begin(&d, 10, 10, LU_THEME_LIGHT, "", &out);
    lu_draw_image(&d, (lu_rect){1, 2, 6, 4}, &p);
    lu_draw_image(&d, (lu_rect){1, 2, 6, 4}, &large);
    assert_int_equal(lu_draw_end(&d), LU_OK);
    assert_non_null(strstr((const char *)out.data,
                           "translate(1 2) scale(2.000000 2.000000)\">\n"
                           "<path fill=\"#000000\" d=\"M0 0h2v1h-2zM0 1h1v1h-1z\"/>\n"
                           "<path fill=\"#010203\" d=\"M2 0h1v1h-1zM1 1h2v1h-2z\"/>\n</g>"));
    assert_non_null(strstr((const char *)out.data, "href=\"data:image/png;base64,iVBORw0KGgo"));
    lu_picture_fini(&p);
    lu_picture_fini(&large);
    lu_buf_fini(&out);
}

/* Half blocks on a PNG screen are the picture's pixels. */
static void test_screen_png(void **state)
{
    lu_picture p = viz_rainbow(9, 8);
    lu_buf out = LU_BUF_INIT;
    lu_picture back;
    lu_cells cells;

    (void)state;
    assert_int_equal(lu_cells_init(&cells, 9, 4), LU_OK);
    lu_picture_cells(lu_pane_of(&cells), &p, LU_PIXELS_HALF, (lu_picture_view){1, 0, 0});
    assert_int_equal(lu_out_screen_png(&cells, 1, LU_THEME_DARK, &out), LU_OK);
    back = read_png(&out);
    assert_int_equal(back.width, 72);
    assert_int_equal(back.height, 64);
    for (size_t y = 0; y < 64; y++) {
        for (size_t x = 0; x < 72; x++) {
            assert_int_equal(lu_picture_rgb(&back, x, y), lu_picture_rgb(&p, x / 8, y / 8));
        }
    }
    lu_cells_fini(&cells);
    lu_picture_fini(&back);
    lu_picture_fini(&p);
    lu_buf_fini(&out);
}

static void test_failures(void **state)
{
    lu_buf out = LU_BUF_INIT;
    lu_cells none = {0};
    lu_draw d;

    (void)state;
    assert_int_equal(lu_out_svg_begin(&d, 0, 10, LU_THEME_DARK, "", &out), LU_ERR_INPUT);
    lu_draw_line(&d, 0, 0, 1, 1, lu_draw_stroke(&d, LU_INK_TEXT, 1, 0));
    assert_int_equal(lu_draw_end(&d), LU_ERR_INPUT);
    assert_int_equal(lu_out_png_begin(&d, 10, NAN, 1, LU_THEME_DARK, &out), LU_ERR_INPUT);
    assert_int_equal(lu_draw_end(&d), LU_ERR_INPUT);
    assert_int_equal(lu_out_png_begin(&d, 10, 10, 1e9, LU_THEME_DARK, &out), LU_ERR_INPUT);
    assert_int_equal(lu_draw_end(&d), LU_ERR_INPUT);
    assert_int_equal(lu_out_screen_png(&none, 1, LU_THEME_DARK, &out), LU_ERR_INPUT);
    assert_int_equal(lu_out_pdf_begin(&d, -1, 10, LU_THEME_DARK, "", "", &out), LU_ERR_INPUT);
    assert_int_equal(lu_draw_end(&d), LU_ERR_INPUT);
    assert_int_equal(out.len, 0);
    lu_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),       cmocka_unit_test(test_direct_colours),
        cmocka_unit_test(test_png),        cmocka_unit_test(test_drawn_image),
        cmocka_unit_test(test_svg_pixels), cmocka_unit_test(test_screen_png),
        cmocka_unit_test(test_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
