/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples, drawn from a made-up case. */
#include "tests/unit/scored_case.h"

/* The pixel at (x, y) of a half-block picture whose upper left cell is at (left, top). */
static uint32_t pixel_at(int left, int top, int x, int y)
{
    const lu_cell *c = lu_cells_at(&cells, left + x, top + y / 2);

    assert_int_equal(c->code, 0x2580);
    return y % 2 ? c->bg : c->fg;
}

/* Where a text begins on the screen, in columns. */
static void find(const char *text, int *left, int *top)
{
    for (*top = 0; *top < cells.height; ++*top) {
        for (*left = 0; *left + (int)strlen(text) < cells.width; ++*left) {
            size_t i = 0;
            while (text[i] && lu_cells_at(&cells, *left + (int)i, *top)->code ==
                                  (uint32_t)(unsigned char)text[i]) {
                i++;
            }
            if (text[i] == '\0') {
                return;
            }
        }
    }
    fail_msg("'%s' is not on the screen", text);
}

static void assert_difference(size_t test, int gain)
{
    const uint8_t *seed = app->look.seed_images.samples.bytes + test * SIDE * SIDE;
    const float *made = app->look.blackbox.tests.values + test * SIDE * SIDE;
    int left, top;

    find("difference", &left, &top);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            double d = fabs((double)made[y * SIDE + x] - seed[y * SIDE + x] / 255.0) * gain;
            uint32_t grey = pixel_at(left, top + 1, x, y) & 0xff;
            assert_true(fabs(grey - 255 * fmin(1, d)) <= 1);
        }
    }
}

static void test_difference_is_exact(void **state)
{
    (void)state;
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 80, 24), "difference ×5");
    assert_difference(0, 5);
    press('g');
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 120, 40), "difference ×20");
    assert_difference(0, 20);
    press('g');
    press('l');
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 200, 60), "difference ×1");
    assert_difference(1, 1);
}

static void test_zoom_is_whole(void **state)
{
    int left, top;

    (void)state;
    press(0);
    app->screen = LU_SCREEN_SAMPLES;
    press('+');
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 200, 60), "zoom 2");
    find("seed #4700", &left, &top);
    for (int y = 0; y < 2 * SIDE; y++) {
        for (int x = 0; x < 2 * SIDE; x++) {
            uint32_t v = app->look.seed_images.samples.bytes[y / 2 * SIDE + x / 2];
            assert_int_equal(pixel_at(left, top + 1, x, y), v << 16 | v << 8 | v);
        }
    }
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 60, 18), "fit 0.");
}

static void test_samples_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *text = draw_screen(LU_SCREEN_SAMPLES, sizes[i][0], sizes[i][1]);
        assert_has(text, "difference ×5");
        assert_has(text, "test 0");
        assert_has(text, "Linf 0.100");
    }
    assert_has((char *)drawn.data, "victim: 1");
    assert_has((char *)drawn.data, "suspect-1: 0");
    assert_has((char *)drawn.data, "0.978");
}

static void test_samples_ascii(void **state)
{
    const char *text;

    (void)state;
    app->options.glyphs = LU_GLYPHS_ASCII;
    text = draw_screen(LU_SCREEN_SAMPLES, 200, 60);
    assert_has(text, "difference x5");
    for (const char *c = text; *c; c++) {
        assert_true((unsigned char)*c < 0x7f);
    }
    app->options.glyphs = LU_GLYPHS_BRAILLE;
    app->options.theme = LU_THEME_MONO; /* no colours: brightness as characters */
    assert_lacks(draw_screen(LU_SCREEN_SAMPLES, 200, 60), "▀");
}

static void test_sort(void **state)
{
    double last = INFINITY;

    (void)state;
    app->screen = LU_SCREEN_SAMPLES;
    press('o');
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 120, 40), "Apart first");
    for (size_t i = 0; i < TESTS; i++) {
        char text[128];
        int test = -1;
        double d;
        lu_views[LU_SCREEN_SAMPLES]->row_text(app, i, text, sizeof text);
        assert_int_equal(sscanf(text, "test %d", &test), 1);
        assert_in_range(test, 0, TESTS - 1);
        d = lu_jsd(app->asked.victim + test * CLASSES, LU_HEAD_SOFTMAX,
                   app->asked.suspect + test * CLASSES, LU_HEAD_SOFTMAX, 1, CLASSES);
        assert_true(d <= last);
        last = d;
    }
    press('o');
    press('o');
    assert_lacks(draw_screen(LU_SCREEN_SAMPLES, 120, 40), "first");
}

static void test_waiting_for_answers(void **state)
{
    (void)state;
    app->asking = true;
    free(app->asked.suspect);
    app->asked.suspect = NULL;
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 120, 40), "asking both models");
}

static void test_neurons(void **state)
{
    const char *text;

    (void)state;
    app->screen = LU_SCREEN_SAMPLES;
    press(LU_KEY_TAB);
    text = draw_screen(LU_SCREEN_SAMPLES, 120, 40);
    assert_has(text, "White-box tests");
    assert_has(text, "test 1 of 2");
    assert_has(text, "7 steps");
    press('l');
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 120, 40), "test 2 of 2");
    press('G');
    assert_has(draw_screen(LU_SCREEN_SAMPLES, 120, 40), "No seed drove this neuron");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_difference_is_exact),
        T(test_zoom_is_whole),
        T(test_samples_sizes),
        T(test_samples_ascii),
        T(test_sort),
        T(test_waiting_for_answers),
        T(test_neurons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
