/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples as pictures and pictures as cells, pixel for pixel; ROC against brute force. */
#include "viz/viz.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static lu_samples grey_bytes(size_t n, size_t h, size_t w, size_t c)
{
    lu_samples s;

    assert_int_equal(lu_samples_alloc(&s, n, (lu_shape){h, w, c}, 10, true), LU_OK);
    for (size_t i = 0; i < n * h * w * c; i++) {
        s.bytes[i] = (uint8_t)(i * 37 + i / 7);
    }
    return s;
}

static void test_sample(void **state)
{
    lu_samples s = grey_bytes(2, 3, 5, 3);
    lu_samples f;
    lu_picture p;

    (void)state;
    assert_int_equal(lu_picture_sample(&s, 1, &p), LU_OK);
    assert_int_equal(p.width, 5);
    assert_int_equal(p.height, 3);
    assert_memory_equal(p.rgb, s.bytes + 45, 45);
    assert_false(p.clipped);
    lu_picture_fini(&p);
    assert_int_equal(lu_picture_sample(&s, 2, &p), LU_ERR_INPUT);
    lu_samples_fini(&s);

    assert_int_equal(lu_samples_alloc(&f, 2, (lu_shape){1, 4, 1}, 10, false), LU_OK);
    memcpy(f.values, (float[]){0, 0.5f, 1, 0.2f, -0.1f, 1.5f, NAN, 0}, 8 * sizeof(float));
    assert_int_equal(lu_picture_sample(&f, 0, &p), LU_OK);
    assert_int_equal(lu_picture_rgb(&p, 1, 0), 0x808080);
    assert_int_equal(lu_picture_rgb(&p, 3, 0), 0x333333);
    assert_false(p.clipped);
    lu_picture_fini(&p);
    assert_int_equal(lu_picture_sample(&f, 1, &p), LU_OK);
    assert_int_equal(lu_picture_rgb(&p, 0, 0), 0x000000);
    assert_int_equal(lu_picture_rgb(&p, 1, 0), 0xffffff);
    assert_int_equal(lu_picture_rgb(&p, 2, 0), 0x000000);
    assert_true(p.clipped);
    lu_picture_fini(&p);
    lu_samples_fini(&f);
}

static void test_difference(void **state)
{
    static const uint8_t a[4] = {10, 200, 100, 0};
    static const uint8_t b[4] = {13, 190, 100, 255};
    static const uint8_t size5[4] = {15, 50, 0, 255};
    lu_samples s = grey_bytes(2, 2, 2, 1);
    lu_samples other = grey_bytes(1, 2, 3, 1);
    lu_picture p;

    (void)state;
    memcpy(s.bytes, a, 4);
    memcpy(s.bytes + 4, b, 4);
    assert_int_equal(lu_picture_difference(&s, 0, &s, 1, LU_DIFFERENCE_SIZE, 5, &p), LU_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(p.rgb[3 * i], size5[i]);
    }
    assert_true(p.clipped); /* 255*5 */
    lu_picture_fini(&p);
    assert_int_equal(lu_picture_difference(&s, 0, &s, 1, LU_DIFFERENCE_SIGNED, 1, &p), LU_OK);
    assert_int_equal(p.rgb[0], 129); /* 127.5 + 1.5 */
    assert_int_equal(p.rgb[3], 123); /* 127.5 - 5, half up */
    assert_int_equal(p.rgb[6], 128);
    assert_int_equal(p.rgb[9], 255);
    assert_false(p.clipped);
    lu_picture_fini(&p);
    assert_int_equal(lu_picture_difference(&s, 0, &other, 0, LU_DIFFERENCE_SIZE, 1, &p),
                     LU_ERR_INPUT);
    assert_int_equal(lu_picture_difference(&s, 0, &s, 1, LU_DIFFERENCE_SIZE, 0, &p), LU_ERR_INPUT);
    lu_samples_fini(&s);
    lu_samples_fini(&other);
}

/* The pixel of half-block cells; false where nothing is drawn. */
static bool decode(const lu_cells *cells, size_t x, size_t y, uint32_t *rgb)
{
    const lu_cell *cell = lu_cells_at(cells, (int)x, (int)(y / 2));

    *rgb = y % 2 ? cell->bg : cell->fg;
    return cell->code == 0x2580 && (cell->direct & (y % 2 ? LU_DIRECT_BG : LU_DIRECT_FG));
}

static void check_exact(const lu_picture *p, int zoom, size_t left, size_t top)
{
    lu_cells cells;
    int width;
    int height;
    uint32_t rgb;

    lu_picture_size(p, LU_PIXELS_HALF, zoom, &width, &height);
    assert_int_equal(lu_cells_init(&cells, width, height), LU_OK);
    assert_true(lu_picture_cells(lu_pane_of(&cells), p, LU_PIXELS_HALF,
                                 (lu_picture_view){zoom, left, top}) == zoom);
    for (size_t y = 0; y < 2 * (size_t)height; y++) {
        for (size_t x = 0; x < (size_t)width; x++) {
            size_t px = left + x / (size_t)zoom;
            size_t py = top + y / (size_t)zoom;
            bool inside = px < p->width && py < p->height;

            assert_int_equal(decode(&cells, x, y, &rgb), inside);
            assert_true(!inside || rgb == lu_picture_rgb(p, px, py));
        }
    }
    lu_cells_fini(&cells);
}

static void test_half_blocks(void **state)
{
    lu_samples s = grey_bytes(1, 7, 5, 3); /* an odd height */
    lu_picture p;

    (void)state;
    assert_int_equal(lu_picture_sample(&s, 0, &p), LU_OK);
    for (int zoom = 1; zoom <= 3; zoom++) {
        check_exact(&p, zoom, 0, 0);
        check_exact(&p, zoom, 2, 3);
    }
    lu_picture_fini(&p);
    lu_samples_fini(&s);
}

static void test_fit(void **state)
{
    lu_samples s = grey_bytes(1, 100, 40, 1);
    lu_picture_view fit = {0, 0, 0};
    lu_cells cells;
    lu_picture p;
    uint32_t rgb;

    (void)state;
    assert_int_equal(lu_picture_sample(&s, 0, &p), LU_OK);
    assert_int_equal(lu_cells_init(&cells, 90, 110), LU_OK);
    assert_true(lu_picture_cells(lu_pane_of(&cells), &p, LU_PIXELS_HALF, fit) == 2);
    assert_true(lu_picture_cells(lu_pane_of(&cells), &p, LU_PIXELS_RAMP, fit) == 1);
    lu_cells_clear(&cells);
    assert_true(lu_picture_cells(lu_pane_sub(lu_pane_of(&cells), 0, 0, 90, 25), &p, LU_PIXELS_HALF,
                                 fit) == 0.5);
    assert_true(decode(&cells, 3, 5, &rgb));
    assert_int_equal(rgb, lu_picture_rgb(&p, 7, 11)); /* the middle of each 2 x 2 */
    assert_false(decode(&cells, 20, 0, &rgb));
    assert_false(decode(&cells, 0, 50, &rgb));
    assert_true(lu_picture_cells(lu_pane_sub(lu_pane_of(&cells), 0, 0, 0, 9), &p, LU_PIXELS_HALF,
                                 fit) == 0);
    lu_picture_fini(&p);
    lu_cells_fini(&cells);
    lu_samples_fini(&s);
}

static void test_ramp(void **state)
{
    static const uint8_t grey[10] = {0, 28, 57, 85, 113, 142, 170, 198, 227, 255};
    lu_samples s = grey_bytes(1, 1, 10, 1);
    lu_cells cells;
    lu_picture p;

    (void)state;
    memcpy(s.bytes, grey, 10);
    assert_int_equal(lu_picture_sample(&s, 0, &p), LU_OK);
    assert_int_equal(lu_cells_init(&cells, 20, 1), LU_OK);
    lu_picture_cells(lu_pane_of(&cells), &p, LU_PIXELS_RAMP, (lu_picture_view){1, 0, 0});
    for (int x = 0; x < 20; x++) {
        assert_int_equal(lu_cells_at(&cells, x, 0)->code, " .:-=+*#%@"[x / 2]);
    }
    lu_cells_fini(&cells);
    lu_picture_fini(&p);
    lu_samples_fini(&s);
}

static void test_tiles(void **state)
{
    lu_samples s = grey_bytes(3, 2, 2, 1);
    lu_picture p[3];
    lu_picture tiled;
    lu_picture zoomed;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(lu_picture_sample(&s, i, &p[i]), LU_OK);
    }
    assert_int_equal(lu_picture_tile(p, 3, 2, 1, 0xff0000, &tiled), LU_OK);
    assert_int_equal(tiled.width, 5);
    assert_int_equal(tiled.height, 5);
    assert_int_equal(lu_picture_rgb(&tiled, 2, 0), 0xff0000);
    assert_int_equal(lu_picture_rgb(&tiled, 4, 4), 0xff0000);
    assert_int_equal(lu_picture_rgb(&tiled, 4, 1), lu_picture_rgb(&p[1], 1, 1));
    assert_int_equal(lu_picture_rgb(&tiled, 0, 3), lu_picture_rgb(&p[2], 0, 0));
    assert_int_equal(lu_picture_zoom(&p[0], 3, &zoomed), LU_OK);
    assert_int_equal(zoomed.width, 6);
    assert_int_equal(lu_picture_rgb(&zoomed, 5, 2), lu_picture_rgb(&p[0], 1, 0));
    lu_picture_fini(&tiled);
    assert_int_equal(lu_picture_tile(p, 3, 1, LU_PICTURE_MAX, 0, &tiled), LU_ERR_INPUT);
    assert_int_equal(lu_picture_tile(p, 3, 1, SIZE_MAX / 2, 0, &tiled), LU_ERR_INPUT);
    assert_int_equal(lu_picture_tile(p, 0, 1, 1, 0, &tiled), LU_ERR_INPUT);
    assert_int_equal(lu_picture_zoom(&p[0], SIZE_MAX, &tiled), LU_ERR_INPUT);
    lu_picture_fini(&zoomed);
    for (size_t i = 0; i < 3; i++) {
        lu_picture_fini(&p[i]);
    }
    lu_samples_fini(&s);
}

static void test_sheet(void **state)
{
    lu_samples s = grey_bytes(5, 4, 4, 1);
    const char *captions[5] = {"one", "two", "three", "four", "five"};
    lu_picture p[5];
    lu_sheet sheet = {p, captions, 5, 0, 1, 0};
    lu_cells cells;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(lu_picture_sample(&s, i, &p[i]), LU_OK);
    }
    assert_int_equal(lu_cells_init(&cells, 16, 6), LU_OK);
    assert_int_equal(lu_sheet_cells(lu_pane_of(&cells), &sheet, LU_PIXELS_HALF, 0), 5);
    assert_int_equal(lu_cells_at(&cells, 6, 2)->code, 't');
    sheet.first = 4;
    assert_int_equal(lu_sheet_cells(lu_pane_of(&cells), &sheet, LU_PIXELS_HALF, 0), 1);
    sheet = (lu_sheet){p, captions, 5, 2, 0, 0};
    for (int h = 0; h <= 6; h++) {
        for (int w = 0; w <= 16; w++) {
            size_t shown = lu_sheet_cells(lu_pane_sub(lu_pane_of(&cells), 0, 0, w, h), &sheet,
                                          LU_PIXELS_RAMP, LU_GLYPHS_ASCII);

            assert_true(shown <= 5 && (w * h == 0) == (shown == 0));
        }
    }
    lu_cells_fini(&cells);
    for (size_t i = 0; i < 5; i++) {
        lu_picture_fini(&p[i]);
    }
    lu_samples_fini(&s);
}

static double brute_auc(const double *a, size_t n, const double *b, size_t m)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < m; k++) {
            sum += a[i] < b[k] ? 1 : a[i] == b[k] ? 0.5 : 0;
        }
    }
    return sum / (double)(n * m);
}

/* Every threshold gives a point of the curve. */
static void check_points(const lu_roc *roc, const double *a, size_t n, const double *b, size_t m)
{
    for (size_t i = 0; i < n; i++) {
        double tpr = 0;
        double fpr = 0;
        bool there = false;

        for (size_t k = 0; k < n; k++) {
            tpr += a[k] <= a[i];
        }
        for (size_t k = 0; k < m; k++) {
            fpr += b[k] <= a[i];
        }
        for (size_t k = 0; k < roc->points; k++) {
            there |= fabs(roc->tpr[k] - tpr / (double)n) < 1e-12 &&
                     fabs(roc->fpr[k] - fpr / (double)m) < 1e-12;
        }
        assert_true(there);
    }
}

static void test_roc(void **state)
{
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 3, "viz-roc", 0), LU_OK);
    for (int round = 0; round < 200; round++) {
        double a[12];
        double b[9];
        size_t n = 1 + lu_rng_below(rng, 12);
        size_t m = 1 + lu_rng_below(rng, 9);
        lu_roc roc;

        for (size_t i = 0; i < 12; i++) { /* few values: many ties */
            a[i] = (double)lu_rng_below(rng, 6);
            b[i % 9] = (double)lu_rng_below(rng, 6) + 0.5 * (double)lu_rng_below(rng, 2);
        }
        assert_int_equal(lu_roc_of(a, n, b, m, a[0], &roc), LU_OK);
        assert_true(fabs(roc.auc - brute_auc(a, n, b, m)) < 1e-12);
        assert_true(roc.fpr[0] == 0 && roc.tpr[0] == 0);
        assert_true(roc.fpr[roc.points - 1] == 1 && roc.tpr[roc.points - 1] == 1);
        check_points(&roc, a, n, b, m);
        lu_roc_fini(&roc);
    }
    lu_rng_free(&rng);
}

static void test_roc_edges(void **state)
{
    const double a[] = {NAN, 1, INFINITY};
    const double b[] = {2, NAN, NAN};
    lu_roc roc;

    (void)state;
    assert_int_equal(lu_roc_of(a, 3, b, 3, 1.5, &roc), LU_OK);
    assert_int_equal(roc.copies, 2);
    assert_int_equal(roc.negatives, 1);
    assert_true(roc.auc == 0.5 && roc.tau_tpr == 0.5 && roc.tau_fpr == 0);
    lu_roc_fini(&roc);
    assert_int_equal(lu_roc_of(a, 1, b, 3, 1, &roc), LU_OK);
    assert_true(isnan(roc.auc) && isnan(roc.tau_tpr) && roc.points == 0);
    lu_roc_fini(&roc);
    assert_int_equal(lu_roc_of(NULL, 0, NULL, 0, NAN, &roc), LU_OK);
    lu_roc_fini(&roc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample),      cmocka_unit_test(test_difference),
        cmocka_unit_test(test_half_blocks), cmocka_unit_test(test_fit),
        cmocka_unit_test(test_ramp),        cmocka_unit_test(test_tiles),
        cmocka_unit_test(test_sheet),       cmocka_unit_test(test_roc),
        cmocka_unit_test(test_roc_edges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
