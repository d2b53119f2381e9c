/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text with escapes, PNG, SVG, PDF: right, well formed, the same every time. */
#include "tests/unit/viz_data.h"

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* fontconfig keeps a few patterns for the whole run; they do not grow with what is drawn. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

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

static lu_picture rainbow(size_t width, size_t height)
{
    lu_picture p;

    assert_int_equal(lu_picture_init(&p, width, height), LU_OK);
    for (size_t i = 0; i < 3 * width * height; i++) {
        p.rgb[i] = (uint8_t)(i * 89 + i / 31);
    }
    return p;
}

static void test_png(void **state)
{
    lu_picture p = rainbow(13, 7);
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
    lu_picture p = rainbow(6, 5);
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

/* Half blocks on a PNG screen are the picture's pixels. */
static void test_screen_png(void **state)
{
    lu_picture p = rainbow(9, 8);
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

/* Everything on one page. */
static void draw_all(lu_draw *d, const viz_data *v)
{
    const lu_evidence e = {v->reading, LU_METRIC_COUNT, NULL, NULL};
    const lu_strip strip = {"a <\"&> \033 name", v->negatives, VIZ_NEGATIVES, v->threshold,
                            v->suspect};
    const lu_series series = {"loss", v->steps, VIZ_STEPS, LU_INK_SUSPECT};
    const lu_curve curve = {&series, 1, ""};
    const lu_hist hist = {v->slow, VIZ_STEPS, v->suspect, v->threshold.tau, LU_INK_NEGATIVE};
    const lu_heatmap map = {v->heat, VIZ_HEAT_ROWS, VIZ_HEAT_COLUMNS, v->low, v->high, v->mark};
    const lu_meter meter = {v->name, v->done, v->total, "", ""};
    lu_picture p = rainbow(4, 4);
    const lu_sheet sheet = {&p, &v->name, 1, 0, 0, 0};
    lu_rect area = {5, 5, 290, 190};
    lu_roc roc;

    assert_int_equal(
        lu_roc_of(v->copies, VIZ_COPIES, v->negatives, VIZ_NEGATIVES, v->suspect, &roc), LU_OK);
    lu_radar_draw(d, area, &e);
    lu_bars_draw(d, area, &e);
    lu_strip_draw(d, area, &strip);
    lu_curve_draw(d, area, &curve);
    assert_int_equal(lu_hist_draw(d, area, &hist), LU_OK);
    lu_heatmap_draw(d, area, &map);
    lu_meter_draw(d, area, &meter);
    lu_sheet_draw(d, area, &sheet);
    lu_spark_draw(d, area, v->slow, VIZ_STEPS, LU_INK_TEXT);
    lu_roc_draw(d, area, &roc, (lu_roc_view){v->low, v->high, true});
    lu_roc_fini(&roc);
    lu_picture_fini(&p);
}

typedef enum paper { SVG, PNG, PDF, PAPERS } paper;

static void draw_on(paper kind, const viz_data *v, lu_buf *out)
{
    lu_draw d;

    if (kind == SVG) {
        lu_out_svg_begin(&d, 300, 200, LU_THEME_LIGHT, "<title> \xff", out);
    } else if (kind == PNG) {
        lu_out_png_begin(&d, 300, 200, 1.5, LU_THEME_CONTRAST, out);
    } else {
        lu_out_pdf_begin(&d, 300, 200, LU_THEME_LIGHT, "t\xff", "2026-01-14T00:00:00Z", out);
        lu_out_pdf_page(&d);
    }
    draw_all(&d, v);
    assert_int_equal(lu_draw_end(&d), LU_OK);
}

/* Elements balance, attributes are quoted, no signs that XML forbids. Enough for what is written
 * here. */
static void assert_xml(const lu_buf *svg)
{
    static const char *const bad[] = {"=\"nan", "=\"-nan", "=\"inf", "=\"-inf",
                                      "=\"n/a", "=\"Mn",   "=\"Mi",  "=\"M-i"};
    const char *at = (const char *)svg->data;
    int depth = 0;

    assert_int_equal(strlen(at), svg->len);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(strstr(at, bad[i]));
    }
    for (const char *c = at; *c != '\0'; c++) {
        assert_true((unsigned char)*c >= ' ' || *c == '\n');
    }
    for (at = strchr(at, '<'); at != NULL; at = strchr(at, '<')) {
        const char *end = strchr(at, '>');
        int quotes = 0;

        assert_non_null(end);
        for (const char *c = at + 1; c < end; c++) {
            assert_true(*c != '<');
            quotes += *c == '"';
        }
        assert_int_equal(quotes % 2, 0);
        depth += at[1] == '/' ? -1 : end[-1] == '/' || end[-1] == '?' ? 0 : 1;
        at = end;
    }
    assert_int_equal(depth, 0);
}

static void test_paper(void **state)
{
    viz_data v = viz_data_of_a_copy();

    (void)state;
    for (int kind = 0; kind < PAPERS; kind++) {
        lu_buf first = LU_BUF_INIT;
        lu_buf again = LU_BUF_INIT;

        draw_on((paper)kind, &v, &first);
        draw_on((paper)kind, &v, &again);
        assert_int_equal(first.len, again.len);
        assert_memory_equal(first.data, again.data, first.len);
        if (kind == SVG) {
            assert_xml(&first);
            assert_non_null(strstr((const char *)first.data, "a &lt;&quot;&amp;&gt; � name"));
        }
        lu_buf_fini(&first);
        lu_buf_fini(&again);
    }
}

static void test_odd_paper(void **state)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, 0, -1, 1e308, -1e308, 4.9e-324};
    viz_data v = viz_data_of_a_copy();
    double *numbers[] = {v.negatives, v.copies, v.steps, v.slow, v.heat};
    lu_buf out = LU_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 8 && k < (i == 1 ? VIZ_COPIES : 8); k++) {
            numbers[i][k] = odd[k];
        }
    }
    for (size_t i = 0; i < 8; i++) {
        for (int k = 0; k < LU_METRIC_COUNT; k++) {
            v.reading[k] =
                (lu_reading){"m", odd[(i + (size_t)k) % 8], odd[i], odd[k], odd[i], odd[7]};
        }
        v.suspect = v.mark = v.low = v.done = odd[i];
        v.threshold.tau = v.threshold.lb = v.high = v.total = odd[7 - i];
        v.threshold.usable = true;
        draw_on(SVG, &v, &out);
        assert_xml(&out);
        out.len = 0;
        draw_on(PNG, &v, &out);
        out.len = 0;
    }
    lu_buf_fini(&out);
}

static void test_screen_svg(void **state)
{
    viz_data v = viz_data_of_a_copy();
    lu_buf out = LU_BUF_INIT;
    lu_cells cells;

    (void)state;
    assert_int_equal(lu_cells_init(&cells, 60, 20), LU_OK);
    assert_int_equal(viz_draw(VIZ_RADAR, lu_pane_box(lu_pane_of(&cells), "<&>", LU_INK_FOCUS, 0),
                              &v, LU_GLYPHS_BRAILLE),
                     LU_OK);
    assert_int_equal(lu_out_screen_svg(&cells, LU_THEME_DARK, "screen", &out), LU_OK);
    assert_xml(&out);
    assert_non_null(strstr((const char *)out.data, "&lt;&amp;&gt;"));
    assert_non_null(strstr((const char *)out.data, ">RobD</text>"));
    lu_cells_fini(&cells);
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
        cmocka_unit_test(test_screen_png), cmocka_unit_test(test_paper),
        cmocka_unit_test(test_odd_paper),  cmocka_unit_test(test_screen_svg),
        cmocka_unit_test(test_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
