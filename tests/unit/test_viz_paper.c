/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts as SVG, PNG, PDF: well formed, the same every time, whatever the numbers. */
#include "tests/unit/viz_data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Everything on one page. */
static void draw_all(lu_draw *d, const viz_data *v)
{
    const lu_evidence e = {v->reading, LU_METRIC_COUNT, NULL, NULL};
    const lu_strip strip = {"a <\"&> \033 name", v->negatives, VIZ_NEGATIVES, v->threshold,
                            v->suspect};
    const lu_series series = {"loss", v->steps, VIZ_STEPS, LU_INK_SUSPECT};
    const lu_curve curve = {&series, 1, ""};
    const lu_hist hist = {.values = v->slow,
                          .n = VIZ_STEPS,
                          .suspect = v->suspect,
                          .tau = v->threshold.tau,
                          .ink = LU_INK_NEGATIVE};
    const lu_heatmap map = {v->heat, VIZ_HEAT_ROWS, VIZ_HEAT_COLUMNS, v->low, v->high, v->mark};
    lu_picture p = viz_rainbow(4, 4);
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

/* What the font lacks is spelled, so that no box stands for it. */
static void test_missing_letters(void **state)
{
    static const lu_lettering how = {.size = 10, .face = LU_FACE_SANS};
    lu_buf out = LU_BUF_INIT;
    lu_draw d;

    (void)state;
    assert_int_equal(
        lu_out_pdf_begin(&d, 100, 100, LU_THEME_LIGHT, "t", "2026-01-14T00:00:00Z", &out), LU_OK);
    assert_true(lu_draw_text_width(&d, how, "W", 1) > lu_draw_text_width(&d, how, "i", 1));
    assert_true(lu_draw_text_width(&d, how, "a東b", 5) ==
                lu_draw_text_width(&d, how, "a<U+6771>b", 10));
    assert_true(lu_draw_text_width(&d, how, "aéb", 4) < lu_draw_text_width(&d, how, "a<b", 3));
    lu_draw_text(&d, 10, 10, how, "a東b");
    assert_int_equal(lu_draw_end(&d), LU_OK);
    lu_buf_fini(&out);
}

/* A table of `rows` that begins so many rows down a page of TALL: two or more of them, or none,
   stay on the first page, and two or more go to the last. */
enum { TALL = 20, ROW = 16, ROWS_MAX = 50 };

static void assert_no_row_alone(lu_draw *d, size_t rows, size_t down)
{
    static const char *const cell[ROWS_MAX + 1] = {
        [0 ... ROWS_MAX] = "x",
    };
    const lu_align align = LU_ALIGN_LEFT;
    const lu_page_table t = {.columns = 1,
                             .rows = rows + 1,
                             .cell = cell,
                             .align = &align,
                             .letters = lu_draw_letters(d, LU_INK_TEXT, 7, LU_ALIGN_LEFT),
                             .line = ROW - 6};
    lu_pages p = {.d = d, .body = {50, 50, 400, TALL * ROW}, .page = 1};
    size_t last;

    p.y = p.body.y + (double)(down * ROW);
    lu_pages_table(&p, &t);
    last = (size_t)((p.y - p.body.y) / ROW + 0.5) - 1;
    assert_true(p.page == 1 || last >= 2);
    assert_true(p.page != 2 || rows == last || rows - last >= 2);
    assert_true(p.page != 2 || last < TALL);
}

static void test_rows_keep_company(void **state)
{
    lu_buf pdf = LU_BUF_INIT;
    lu_draw d;

    (void)state;
    assert_int_equal(lu_out_pdf_begin(&d, 500, 500, LU_THEME_LIGHT, "rows", "", &pdf), LU_OK);
    for (size_t rows = 2; rows <= ROWS_MAX; rows++) {
        for (size_t down = 0; down < TALL; down++) {
            assert_no_row_alone(&d, rows, down);
        }
    }
    assert_int_equal(lu_draw_end(&d), LU_OK);
    lu_buf_fini(&pdf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paper),
        cmocka_unit_test(test_odd_paper),
        cmocka_unit_test(test_screen_svg),
        cmocka_unit_test(test_missing_letters),
        cmocka_unit_test(test_rows_keep_company),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
