/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generation as it is watched: series, glimpses taken in, the job that gives them, the screen. */
#include "tests/unit/drawn.h"

#include <math.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, NEURONS = 16 };

static float image[PIXELS], start[PIXELS];
static lu_live live, copy;

/* --- made-up glimpses --- */

static lu_glimpse black(size_t step, size_t shard)
{
    return (lu_glimpse){.method = "pgd",
                        .step = step,
                        .steps = 10,
                        .seed = 64 * shard,
                        .loss = 0.5 + (double)step,
                        .tried = 64,
                        .kept = 48,
                        .total = 1000,
                        .shard = shard,
                        .shards = 16,
                        .shape = {SIDE, SIDE, 1},
                        .image = image,
                        .start = start,
                        .layer = -1,
                        .activation = NAN,
                        .goal = NAN};
}

static lu_glimpse white(const lu_neuron_reach *reach, size_t n)
{
    lu_glimpse g = black(70, 1);

    strcpy(g.method, "neuron");
    g.steps = 1000;
    g.shards = 4;
    g.layer = 2;
    g.neuron = 3;
    g.activation = 1.5;
    g.goal = 2;
    g.width = NEURONS;
    g.reach = reach;
    g.reaches = n;
    return g;
}

/* --- series --- */

static void test_series_are_thinned(void **state)
{
    lu_live_series s = {0};
    double sum = 0;

    (void)state;
    for (int i = 0; i < LU_LIVE_POINTS - 1; i++) {
        lu_live_add(&s, i);
    }
    assert_true(s.n == LU_LIVE_POINTS - 1 && s.each == 1 && s.value[200] == 200);
    for (int i = LU_LIVE_POINTS - 1; i < 8 * LU_LIVE_POINTS; i++) {
        lu_live_add(&s, i);
        assert_true(s.n < LU_LIVE_POINTS);
    }
    assert_true(s.n == LU_LIVE_POINTS / 2 && s.each == 16);
    for (size_t i = 0; i < s.n; i++) {
        assert_true(s.value[i] == 16 * (double)i + 7.5); /* the mean of sixteen in a row */
        sum += s.value[i];
    }
    assert_true(sum / (double)s.n == (8 * LU_LIVE_POINTS - 1) / 2.0);
}

static void test_gaps_stay_gaps(void **state)
{
    lu_live_series s = {0};

    (void)state;
    for (int i = 0; i < 4 * LU_LIVE_POINTS; i++) {
        lu_live_add(&s, i < 2 * LU_LIVE_POINTS ? NAN : i % 2 ? INFINITY : 7);
    }
    assert_int_equal(s.each, 8);
    for (size_t i = 0; i < s.n; i++) {
        assert_true(i < s.n / 2 ? isnan(s.value[i]) : s.value[i] == 7);
    }
}

/* --- glimpses --- */

static void test_shown_shard_stays(void **state)
{
    lu_glimpse a = black(3, 0), b = black(7, 5), end = black(0, 0);

    (void)state;
    memset(&live, 0, sizeof live);
    lu_live_take(&live, &a, 10);
    b.tried = 80;
    lu_live_take(&live, &b, 10.1);
    assert_true(live.now.shard == 0 && live.now.step == 3 && live.now.tried == 80);
    assert_true(live.loss.n == 1 && live.yield.n == 2);
    end.steps = 0; /* its last word: counts only */
    end.image = end.start = NULL;
    lu_live_take(&live, &end, 10.2);
    assert_true(live.now.step == 3 && live.now.image != NULL);
    lu_live_take(&live, &b, 10.3);
    assert_true(live.now.shard == 5 && live.now.step == 7 && live.now.seed == 320);
    lu_live_take(&live, &a, 11.2);
    assert_int_equal(live.now.shard, 5);
    lu_live_take(&live, &a, 11.4); /* 5 has been silent for a second */
    assert_int_equal(live.now.shard, 0);
}

static void test_reach(void **state)
{
    const lu_neuron_reach reach[] = {{0, 1, 2}, {3, 3, 2}, {4, 1, 0}, {NEURONS, 1, 1}, {5, NAN, 1}};
    const lu_neuron_reach less[] = {{3, 1, 2}, {0, 1.5, 2}};
    lu_glimpse g = white(reach, 5), h = white(less, 2), b = black(0, 0);

    (void)state;
    memset(&live, 0, sizeof live);
    lu_live_take(&live, &b, 1);
    assert_int_equal(live.neurons, 0);
    lu_live_take(&live, &g, 2);
    assert_true(live.neurons == NEURONS && live.loss.n == 1); /* anew */
    assert_true(live.reach[0] == 0.5f && live.reach[3] == 1.5f);
    assert_true(isnan(live.reach[4]) && isnan(live.reach[5]) && isnan(live.reach[NEURONS]));
    lu_live_take(&live, &h, 3);
    assert_true(live.reach[0] == 0.75f && live.reach[3] == 1.5f);
    h.width = SIZE_MAX;
    lu_live_take(&live, &h, 4);
    assert_int_equal(live.neurons, LU_LIVE_NEURONS);
}

static void test_copies_stand_alone(void **state)
{
    lu_glimpse g = black(3, 0);

    (void)state;
    memset(&live, 0, sizeof live);
    image[5] = 0.25f;
    lu_live_take(&live, &g, 1);
    lu_live_copy(&live, &copy);
    image[5] = 0.5f;
    lu_live_take(&live, &g, 2);
    assert_true(copy.now.image == copy.room.image && copy.now.image[5] == 0.25f);
    assert_true(live.now.image[5] == 0.5f && copy.now.start == copy.room.start);
}

/* --- the job, on a screen --- */

static atomic_bool next; /* the job goes on to something else */

/* A job that shows one glimpse and waits until it is stopped. */
static lu_err show_work(void *context, const lu_job *job)
{
    const struct timespec moment = {0, 2000000};

    LU_TRY(lu_job_at(job, "making tests", 62, 100));
    assert_true(lu_job_watched(job));
    for (int i = 0; context != NULL && i < 3; i++) {
        lu_job_look(job, context);
    }
    for (;;) {
        LU_TRY(lu_job_at(job, next ? "scoring" : "making tests", 62, 100));
        nanosleep(&moment, NULL);
    }
}

static void settle(void)
{
    const struct timespec moment = {0, 20000000};

    for (int i = 0; i < 3; i++) {
        lu_app_tick(app, 0);
        nanosleep(&moment, NULL);
    }
}

static void run_job(const char *title, const lu_glimpse *g)
{
    assert_int_equal(
        lu_jobs_add(&app->jobs, title, false, show_work, (void *)(uintptr_t)g, NULL, NULL, NULL),
        LU_OK);
    for (int i = 0; i < 100 && g != NULL && !lu_jobs_live(&app->jobs, &copy); i++) {
        settle();
    }
}

static void stop_job(void)
{
    lu_jobs_cancel(&app->jobs);
    for (int i = 0; i < 100 && lu_jobs_running(&app->jobs); i++) {
        settle();
    }
    lu_app_tick(app, 0);
}

static int up(void **state)
{
    (void)state;
    alarm(120);
    for (size_t i = 0; i < PIXELS; i++) {
        start[i] = (float)(i % SIDE) / SIDE;
        image[i] = start[i] + 0.05f;
    }
    if (app_new(LU_SCREEN_GENERATE) != 0) {
        return -1;
    }
    app_case(NULL, 0);
    return 0;
}

static void test_black_box_screen(void **state)
{
    lu_glimpse g = black(7, 2);

    (void)state;
    run_job("running the stages", &g);
    for (int glyphs = 0; glyphs < LU_GLYPHS_COUNT; glyphs++) {
        app->options.glyphs = (lu_glyph_set)glyphs;
        app->options.theme = glyphs == LU_GLYPHS_ASCII ? LU_THEME_MONO : LU_THEME_DARK;
        for (size_t i = 0; i < 4; i++) {
            assert_somewhere(sizes[i][0], sizes[i][1], "pgd, step 7/10");
            assert_somewhere(sizes[i][0], sizes[i][1], "shard 3 of 16");
            assert_somewhere(sizes[i][0], sizes[i][1], "48 of 64 seeds gave a test");
            assert_somewhere(sizes[i][0], sizes[i][1], "loss: cross-entropy");
            assert_somewhere(sizes[i][0], sizes[i][1], "pauses");
            assert_somewhere(sizes[i][0], sizes[i][1], "62%");
        }
    }
    assert_has(draw(200, 60), "difference x5");
    press('g');
    assert_has(draw(200, 60), "difference x20");
    assert_has(draw(120, 40), "now clipped"); /* room for one: t turns on */
    press('t');
    assert_has(draw(120, 40), "difference x20");
    press('t');
    assert_has(draw(120, 40), "seed 128");
    press('t');
    assert_lacks(draw(120, 40), "The last: ");
    next = true;
    settle();
    assert_has(draw(120, 40), "The last: pgd, step 7/10");
    next = false;
    press('p');
    settle();
    assert_has(draw(120, 40), "goes on");
    assert_int_equal(app->jobs.n, 1);
    press('x');
    stop_job();
    assert_has(draw(120, 40), "first that was not.");
    assert_has(draw(120, 40), "Black box"); /* what is stored, as before */
    assert_false(lu_jobs_live(&app->jobs, &copy));
}

static void test_white_box_screen(void **state)
{
    const lu_neuron_reach reach[] = {{0, 3, 2}, {3, 1.5, 2}, {15, -1, 2}};
    lu_glimpse g = white(reach, 3);

    (void)state;
    run_job("running the stages", &g);
    for (size_t i = 0; i < 4; i++) {
        assert_somewhere(sizes[i][0], sizes[i][1], "Neuron 3, layer 2");
        assert_somewhere(sizes[i][0], sizes[i][1], "activation 1.500, k 2");
        assert_somewhere(sizes[i][0], sizes[i][1], "percent of k, by neuron");
        assert_somewhere(sizes[i][0], sizes[i][1], " 0: 150   -   -  75   -");
        assert_somewhere(sizes[i][0], sizes[i][1], "-50");
    }
    stop_job();
}

/* What the screens are laid out for: pixel for pixel from 80x24 on. */
static void test_pixel_for_pixel(void **state)
{
    static float colours[2][32 * 32 * 3];
    lu_glimpse g = black(7, 2);

    (void)state;
    for (int k = 0; k < 2; k++) {
        run_job("running the stages", &g);
        for (size_t i = 1; i < 4; i++) {
            assert_has(draw(sizes[i][0], sizes[i][1]), " now ");
            assert_has(draw(sizes[i][0], sizes[i][1]), "shard 3 of 16");
            assert_lacks(draw(sizes[i][0], sizes[i][1]), " fit ");
        }
        app->options.glyphs = LU_GLYPHS_ASCII;
        assert_lacks(draw(200, 60), " fit ");
        assert_has(draw(80, 24), "now fit 0.");
        app->options.glyphs = LU_GLYPHS_BRAILLE;
        stop_job();
        g.shape = (lu_shape){32, 32, 3};
        g.image = colours[0];
        g.start = colours[1];
    }
}

/* Images too large for a glimpse: the numbers are there. */
static void test_without_an_image(void **state)
{
    lu_glimpse g = black(7, 2);

    (void)state;
    g.shape = (lu_shape){1024, 1024, 3};
    run_job("running the stages", &g);
    for (size_t i = 0; i < 4; i++) {
        assert_somewhere(sizes[i][0], sizes[i][1], "shard 3 of 16");
        assert_somewhere(sizes[i][0], sizes[i][1], "images are too");
    }
    stop_job();
}

/* Nothing is drawn beyond a pane, however small. */
static void test_any_size(void **state)
{
    const lu_neuron_reach reach[] = {{0, 3, 2}};
    lu_glimpse g[] = {black(7, 2), white(reach, 1)};
    lu_pane all;

    (void)state;
    g[1].width = 3000;
    for (int k = 0; k < 2; k++) {
        run_job("running the stages", &g[k]);
        lu_cells_fini(&cells);
        assert_int_equal(lu_cells_init(&cells, 210, 70), LU_OK);
        all = lu_pane_of(&cells);
        lu_pane_fill(all, '~', LU_INK_TEXT);
        for (app->focus = 0; app->focus < 3; app->focus++) {
            for (int height = 1; height <= 60; height += height < 24 ? 1 : 9) {
                for (int width = 1; width <= 200; width += width < 24 ? 3 : 19) {
                    lu_views[LU_SCREEN_GENERATE]->draw(app, lu_pane_sub(all, 3, 3, width, height));
                }
            }
        }
        for (int x = 0; x < 210; x++) {
            assert_int_equal(lu_cells_at(&cells, x, 2)->code, '~');
            assert_int_equal(lu_cells_at(&cells, x, 64)->code, '~');
        }
        stop_job();
    }
}

/* --- jobs in line --- */

static void test_waiting_jobs_are_taken_off(void **state)
{
    lu_job_view v[4];

    (void)state;
    run_job("first", NULL);
    run_job("second", NULL);
    run_job("third", NULL);
    settle();
    assert_int_equal(lu_jobs_list(&app->jobs, v, 4), 3);
    assert_false(lu_jobs_remove(&app->jobs, v[2].id)); /* it runs */
    assert_false(lu_jobs_remove(&app->jobs, 99));
    press('J');
    assert_has(draw(80, 24), "takes it off");
    press(LU_KEY_DOWN);
    press('x');
    assert_has(draw(80, 24), "second: taken off the list");
    assert_int_equal(lu_jobs_list(&app->jobs, v, 4), 2);
    assert_string_equal(v[0].title, "third");
    assert_string_equal(v[1].title, "first");
    press(LU_KEY_DOWN);
    press('x'); /* the running one: stopped, the next begins */
    for (int i = 0; i < 100 && v[0].state != LU_JOB_RUNNING; i++) {
        settle();
        lu_jobs_list(&app->jobs, v, 4);
    }
    assert_int_equal(v[0].state, LU_JOB_RUNNING);
    assert_int_equal(v[1].state, LU_JOB_CANCELLED);
    press(LU_KEY_ESC);
    assert_int_equal(app->overlay, LU_OVERLAY_NONE);
    stop_job();
}

static void test_waiting_jobs_on_the_screen(void **state)
{
    lu_job_view v[4];

    (void)state;
    run_job("first", NULL);
    run_job("second", NULL);
    settle();
    draw(80, 24);
    press(LU_KEY_DOWN);
    assert_has(draw(80, 24), "x takes it off");
    press('x');
    assert_int_equal(lu_jobs_list(&app->jobs, v, 4), 1);
    assert_int_equal(v[0].state, LU_JOB_RUNNING);
    stop_job();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series_are_thinned),
        cmocka_unit_test(test_gaps_stay_gaps),
        cmocka_unit_test(test_shown_shard_stays),
        cmocka_unit_test(test_reach),
        cmocka_unit_test(test_copies_stand_alone),
        cmocka_unit_test_setup_teardown(test_black_box_screen, up, app_down),
        cmocka_unit_test_setup_teardown(test_white_box_screen, up, app_down),
        cmocka_unit_test_setup_teardown(test_pixel_for_pixel, up, app_down),
        cmocka_unit_test_setup_teardown(test_without_an_image, up, app_down),
        cmocka_unit_test_setup_teardown(test_any_size, up, app_down),
        cmocka_unit_test_setup_teardown(test_waiting_jobs_are_taken_off, up, app_down),
        cmocka_unit_test_setup_teardown(test_waiting_jobs_on_the_screen, up, app_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
