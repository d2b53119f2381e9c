/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An embedding as it is watched. */
#include "tests/unit/marks_case.h"

#include <math.h>
#include <time.h>

enum { PICTURED = 3 };

static float image[PICTURED * PIXELS], start[PICTURED * PIXELS];
static lu_live live, copy;

static lu_glimpse_mark mark_of(size_t epoch)
{
    lu_glimpse_mark m = {.epoch = epoch,
                         .epochs = 22,
                         .mse = 0.5 / (1 + (double)epoch),
                         .ssim = 0.4,
                         .adv = 0.7,
                         .host = 2.3,
                         .clean = 0.75,
                         .key = epoch ? 0.25 : NAN,
                         .raw = epoch ? 0.5 : NAN,
                         .keys = PICTURED};

    for (size_t k = 0; k < PICTURED; k++) {
        m.key_of[k] = (lu_glimpse_key){44 + k, 7, k == 1 ? 7 : 3};
    }
    return m;
}

static lu_glimpse glimpse_of(const lu_glimpse_mark *m)
{
    lu_glimpse g = {.method = "embed",
                    .step = 10 * m->epoch,
                    .steps = 220,
                    .tried = 12,
                    .kept = 3,
                    .total = 12,
                    .shards = 1,
                    .layer = -1,
                    .mark = m};

    if (m->keys) {
        g.shape = (lu_shape){PICTURED * SIDE, SIDE, 1};
        g.image = image;
        g.start = start;
    }
    return g;
}

static void test_keys_stay_while_the_twin_is_trained(void **state)
{
    lu_glimpse_mark m = mark_of(3), twin = mark_of(4);
    lu_glimpse g = glimpse_of(&m), h;

    (void)state;
    memset(&live, 0, sizeof live);
    image[5] = 0.25f;
    lu_live_take(&live, &g, 1);
    twin.twin = true;
    twin.keys = 0;
    twin.mse = twin.ssim = twin.adv = twin.host = twin.key = NAN;
    h = glimpse_of(&twin);
    lu_live_take(&live, &h, 2);
    lu_live_copy(&live, &copy);
    assert_true(copy.now.mark == &copy.room.mark && copy.now.mark->twin);
    assert_int_equal(copy.now.mark->keys, PICTURED);
    assert_int_equal(copy.now.mark->key_of[1].answer, 7);
    assert_true(copy.now.image == copy.room.image && copy.now.image[5] == 0.25f);
    assert_true(copy.curve[LU_LIVE_CLEAN].n == 1 && copy.curve[LU_LIVE_TWIN].n == 1);
    assert_true(copy.curve[LU_LIVE_MSE].value[0] == m.mse && copy.curve[LU_LIVE_KEY].n == 1);
}

/* A job that shows an embedding and waits until it is stopped. */
static lu_err show_work(void *context, const lu_job *job)
{
    const struct timespec moment = {0, 2000000};

    (void)context;
    for (size_t i = 0; i < 4; i++) {
        lu_glimpse_mark m = mark_of(i);
        lu_glimpse g = glimpse_of(&m);

        lu_job_look(job, &g);
    }
    for (;;) {
        LU_TRY(lu_job_at(job, "embedding", 62, 100));
        nanosleep(&moment, NULL);
    }
}

static void run_job(void)
{
    const struct timespec moment = {0, 10000000};

    assert_int_equal(lu_jobs_add(&app->jobs, "embedding", false, show_work, NULL, NULL, NULL, NULL),
                     LU_OK);
    for (int i = 0; i < 500; i++) {
        lu_app_tick(app, 0);
        if (lu_jobs_live(&app->jobs, &copy) && copy.now.mark->epoch == 3) {
            return;
        }
        nanosleep(&moment, NULL);
    }
    fail_msg("nothing is seen");
}

static void stop_job(void)
{
    const struct timespec moment = {0, 10000000};

    lu_jobs_cancel(&app->jobs);
    for (int i = 0; i < 500 && lu_jobs_running(&app->jobs); i++) {
        lu_app_tick(app, 0);
        nanosleep(&moment, NULL);
    }
}

static void test_an_embedding_is_watched(void **state)
{
    static const char *const words[] = {"epoch 4 of 22",   "all three networks",
                                        "squared error",   "1 - SSIM",
                                        "discriminator's", "host's",
                                        "clean",           "keys",
                                        "missed"};

    (void)state;
    run_job();
    for (int glyphs = 0; glyphs < LU_GLYPHS_COUNT; glyphs++) {
        app->options.glyphs = (lu_glyph_set)glyphs;
        for (size_t i = 0; i < 4; i++) {
            for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
                assert_somewhere(sizes[i][0], sizes[i][1], words[k]);
            }
        }
    }
    app->options.glyphs = LU_GLYPHS_BRAILLE;
    for (size_t i = 1; i < 4; i++) {
        assert_lacks(draw(sizes[i][0], sizes[i][1]), " fit "); /* pixel for pixel */
    }
    assert_has(draw(120, 40), "original #44");
    press(LU_KEY_RIGHT);
    assert_has(draw(120, 40), "original #45");
    assert_has(draw(120, 40), "answers 7, expected 7");
    press(LU_KEY_LEFT);
    press(LU_KEY_LEFT);
    assert_has(draw(120, 40), "original #46");
    app->screen = LU_SCREEN_GENERATE; /* no generation */
    assert_lacks(draw(120, 40), "original #");
    stop_job();
    app->screen = LU_SCREEN_KEYS;
    assert_has(draw(120, 40), "12 keys");
}

static void test_an_embedding_of_any_size(void **state)
{
    lu_pane all;

    (void)state;
    run_job();
    lu_cells_fini(&cells);
    assert_int_equal(lu_cells_init(&cells, 210, 70), LU_OK);
    all = lu_pane_of(&cells);
    lu_pane_fill(all, '~', LU_INK_TEXT);
    for (app->focus = 0; app->focus < 3; app->focus++) {
        for (int height = 1; height <= 60; height += height < 24 ? 1 : 9) {
            for (int width = 1; width <= 200; width += width < 24 ? 3 : 19) {
                lu_views[LU_SCREEN_KEYS]->draw(app, lu_pane_sub(all, 3, 3, width, height));
            }
        }
    }
    for (int x = 0; x < 210; x++) {
        assert_int_equal(lu_cells_at(&cells, x, 2)->code, '~');
        assert_int_equal(lu_cells_at(&cells, x, 64)->code, '~');
    }
    stop_job();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_keys_stay_while_the_twin_is_trained),
        T(test_an_embedding_is_watched),
        T(test_an_embedding_of_any_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
