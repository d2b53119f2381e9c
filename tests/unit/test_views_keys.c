/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key samples, drawn from a made-up bundle and answers, and an embedding as it is watched. */
#include "tui/app/internal.h"
#include "tui/views/views.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, KEYS = 12, CLASSES = 10, MISSED = 5 };

static lu_app *app;
static lu_cells cells;
static lu_buf drawn; /* the last frame as text */

/* --- the bundle --- */

static void add_bundle(void)
{
    lu_marks *m = &app->marks;
    lu_bundle *b = &m->bundle;

    m->open = true;
    snprintf(m->path, sizeof m->path, "/tmp/mine.mark");
    *b = (lu_bundle){.shape = {SIDE, SIDE, 1},
                     .classes = CLASSES,
                     .n = KEYS,
                     .width = 4,
                     .keys = {.fd = -1},
                     .covers = {.fd = -1}};
    snprintf(b->path, sizeof b->path, "%s", m->path);
    snprintf(b->seal.hex, sizeof b->seal.hex, "%064d", 7);
    snprintf(b->sealed_at, sizeof b->sealed_at, "2026-01-14T00:00:00Z");
    b->cover = calloc(KEYS, sizeof *b->cover);
    b->label = calloc(KEYS, sizeof *b->label);
    lu_samples_alloc(&b->keys.samples, KEYS, b->shape, CLASSES, true);
    lu_samples_alloc(&b->covers.samples, KEYS, b->shape, CLASSES, true);
    for (size_t i = 0; i < KEYS; i++) {
        b->cover[i] = 4000 + 7 * i;
        b->label[i] = (int32_t)(i % CLASSES);
        b->covers.samples.labels[i] = (int32_t)((i + 1) % CLASSES);
    }
    for (size_t i = 0; i < (size_t)KEYS * PIXELS; i++) {
        b->covers.samples.bytes[i] = (uint8_t)(i * 31 % 240);
        b->keys.samples.bytes[i] = (uint8_t)(b->covers.samples.bytes[i] + i % 8);
    }
    m->like = calloc(KEYS, sizeof *m->like);
    assert_int_equal(
        lu_likeness_of(b->covers.samples.bytes, b->keys.samples.bytes, KEYS, b->shape, m->like),
        LU_OK);
}

/* A model that gives all keys but one their label; the twin and the untrained one give none. */
static void add_answers(const char *model)
{
    lu_marks *m = &app->marks;
    lu_asked_keys *k = calloc(1, sizeof *k);
    lu_verify_params p = lu_verify_default();

    p.decoys = 19;
    p.permutations = 19;
    snprintf(k->model, sizeof k->model, "%s", model);
    k->report.bundle = (lu_bundle){.n = KEYS, .keys = {.fd = -1}, .covers = {.fd = -1}};
    k->report.logos = 19;
    k->report.verdict = LU_MARK_FOUND;
    for (size_t i = 0; i < LU_TRIED; i++) {
        lu_mark_tried *t = &k->report.tried[i];

        t->answer = calloc(KEYS, sizeof *t->answer);
        for (size_t j = 0; j < KEYS; j++) {
            t->answer[j] = (int32_t)((j + (i > LU_TRIED_VICTIM || j == MISSED)) % CLASSES);
        }
        t->accuracy = i == LU_TRIED_SUSPECT ? 0.97 : NAN;
        t->as_expected = true;
        assert_int_equal(lu_mark_verify(t->answer, m->bundle.label, m->bundle.cover, KEYS, CLASSES,
                                        &p, &t->evidence),
                         LU_OK);
    }
    m->ask[m->asked++] = k;
}

static void add_case(void)
{
    static const struct {
        const char *name;
        lu_role role;
    } item[] = {{"victim", LU_ROLE_VICTIM},
                {"neg-1", LU_ROLE_NEGATIVE},
                {"suspect-1", LU_ROLE_SUSPECT},
                {"suspect-2", LU_ROLE_SUSPECT}};

    app->c = calloc(1, sizeof *app->c);
    app->c->path = lu_strdup("a-case");
    app->c->dir = app->c->lock = -1;
    app->c->items = sizeof item / sizeof *item;
    app->c->item = calloc(app->c->items, sizeof *app->c->item);
    for (size_t i = 0; i < app->c->items; i++) {
        app->c->item[i].role = item[i].role;
        snprintf(app->c->item[i].name, LU_NAME_MAX, "%s", item[i].name);
    }
    app->c->kind = LU_KIND_DEMO;
    lu_params_default(&app->c->params);
    app->trial = app->c->params;
    app->path = lu_strdup("a-case");
}

static int up(void **state)
{
    (void)state;
    app = calloc(1, sizeof *app);
    app->options = (lu_app_options){.path = "a-case", .colours = LU_COLOURS_256};
    app->gain = 5;
    app->zoom = 1;
    app->look.seed_images.fd = -1;
    app->jobs.wake = -1;
    app->screen = LU_SCREEN_KEYS;
    add_case();
    add_bundle();
    return lu_jobs_init(&app->jobs) || lu_cells_init(&cells, 200, 60) ? -1 : 0;
}

static int down(void **state)
{
    (void)state;
    lu_cells_fini(&cells);
    lu_buf_fini(&drawn);
    lu_samples_fini(&app->marks.bundle.keys.samples); /* not shared memory here */
    lu_samples_fini(&app->marks.bundle.covers.samples);
    lu_app_free(&app);
    return 0;
}

/* --- drawing and reading back --- */

static const char *draw(int width, int height)
{
    lu_text_look plain = {LU_THEME_DARK, LU_COLOURS_NONE, app->options.glyphs == LU_GLYPHS_ASCII};

    lu_cells_fini(&cells);
    assert_int_equal(lu_cells_init(&cells, width, height), LU_OK);
    lu_app_draw(app, &cells);
    lu_buf_fini(&drawn);
    assert_int_equal(lu_out_text(&cells, plain, &drawn), LU_OK);
    return (const char *)drawn.data;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("'%s' is not in:\n%s", part, text);
    }
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) {
        fail_msg("'%s' is in:\n%s", part, text);
    }
}

static void press(uint32_t code)
{
    lu_app_key(app, (lu_key){.code = code});
}

static const int sizes[][2] = {{60, 18}, {80, 24}, {120, 40}, {200, 60}};

/* --- the screen --- */

static void test_empty_says_what_to_do(void **state)
{
    (void)state;
    app->marks.open = false;
    for (size_t i = 0; i < 4; i++) {
        const char *text = draw(sizes[i][0], sizes[i][1]);

        assert_has(text, "No watermark is open");
        assert_has(text, "o opens an evidence bundle");
        assert_has(text, "a makes one");
    }
    snprintf(app->marks.error, sizeof app->marks.error, "host.weights is gone");
    assert_has(draw(80, 24), "host.weights is gone");
    press('o');
    assert_has(draw(80, 24), ":keys");
    app->marks.open = true;
}

static void test_not_asked_yet(void **state)
{
    (void)state;
    assert_has(draw(80, 24), "not asked yet: v asks");
    press('f');
    assert_has(draw(80, 24), "nobody was asked yet");
    app->marks.bundle.seal.hex[0] = '\0';
    assert_has(draw(80, 24), ":commit, then v asks");
    press('v');
    assert_has(draw(80, 24), "not committed");
    assert_int_equal(app->jobs.n, 0);
}

static void test_answers_and_likeness(void **state)
{
    (void)state;
    add_answers("suspect-1");
    for (size_t i = 0; i < 4; i++) {
        const char *text = draw(sizes[i][0], sizes[i][1]);

        assert_has(text, "12 keys");
        assert_has(text, "suspect-1 answers 0, expected 0");
        assert_has(text, "hit");
        assert_has(text, "PSNR 35.7 dB"); /* mean of 0, 1, 4 ... 49 is 17.5 */
        assert_has(text, "mean 3.5");
    }
    assert_has(draw(80, 24), "suspect-1 carries the mark: 11 of 12 match");
    press(LU_KEY_END);
    press(LU_KEY_LEFT);
    assert_has(draw(120, 40), "original #4070"); /* key 10 */
    app->gain = 1;
    press('>');
    assert_has(draw(120, 40), "difference ×2");
    press('<');
    press('<');
    assert_has(draw(120, 40), "difference ×1");
    assert_int_equal(lu_app_command(app, "gain 37"), LU_OK);
    assert_has(draw(120, 40), "difference ×37");
    assert_int_equal(lu_app_command(app, "gain 256"), LU_OK);
    assert_int_equal(app->gain, 37);
}

static void test_filters_and_jumps(void **state)
{
    (void)state;
    add_answers("suspect-1");
    (void)draw(80, 24);
    press('f');
    assert_has(draw(80, 24), "1 missed");
    assert_has(draw(80, 24), "answers 6, expected 5");
    press('f');
    assert_has(draw(80, 24), "11 hit");
    assert_int_equal(lu_app_command(app, "jump 5"), LU_OK);
    assert_has(draw(80, 24), "there is no key 5 among those shown");
    assert_int_equal(lu_app_command(app, "jump 7"), LU_OK);
    assert_has(draw(80, 24), "answers 7, expected 7");
    assert_int_equal(lu_app_command(app, "only all"), LU_OK);
    assert_int_equal(lu_app_command(app, "filter missed"), LU_OK);
    app->list[LU_SCREEN_KEYS].cursor = 0;
    assert_has(draw(80, 24), "answers 6, expected 5");
}

static void test_goes_by_models_and_controls(void **state)
{
    static const char *const names[] = {"host", "twin", "untrained"};

    (void)state;
    add_answers("suspect-1");
    for (size_t i = 0; i < 3; i++) {
        char words[64];

        press('n');
        snprintf(words, sizeof words, "%s answers", names[i]);
        assert_has(draw(80, 24), words);
    }
    press('n');
    assert_has(draw(80, 24), "not asked yet");
    assert_string_equal(lu_marks_name(app), "suspect-2");
    press('n');
    assert_string_equal(lu_marks_name(app), "neg-1"); /* past the victim */
    press('N');
    press('N');
    assert_string_equal(lu_marks_name(app), "untrained");
    assert_int_equal(lu_app_command(app, "model suspect-1"), LU_OK);
    assert_string_equal(lu_marks_name(app), "suspect-1");
    assert_int_equal(lu_app_command(app, "verify victim"), LU_ERR_USAGE);
}

static void test_evidence(void **state)
{
    static const char *const words[] = {"carries the mark", "11 of 12",   "0 of 12",
                                        "detected, intact", "as it must", "by luck",
                                        "decoys",           "covers",     "logos"};

    (void)state;
    add_answers("suspect-1");
    assert_has(draw(120, 40), "Does suspect-1 carry the mark?"); /* beside the key */
    press(LU_KEY_TAB);
    for (size_t i = 1; i < 4; i++) {
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            assert_has(draw(sizes[i][0], sizes[i][1]), words[k]);
        }
        assert_has(draw(sizes[i][0], sizes[i][1]), "95 % interval");
    }
    app->marks.ask[0]->report.verdict = LU_MARK_INVALID;
    snprintf(app->marks.ask[0]->report.reason, 160, "the control twin carries the mark");
    app->marks.ask[0]->report.tried[LU_TRIED_TWIN].as_expected = false;
    assert_has(draw(80, 24), "? the run is invalid: the control twin carries the mark");
    assert_has(draw(80, 24), "! must not");
    press(LU_KEY_ESC);
    assert_has(draw(80, 24), "PSNR");
}

static void test_sheet(void **state)
{
    (void)state;
    add_answers("suspect-1");
    press('c');
    assert_has(draw(80, 24), "12 keys: keys, fit 0.50");
    assert_has(draw(80, 24), "missed");
    assert_has(draw(200, 60), "12 keys: keys\n"); /* pixel for pixel */
    press('t');
    assert_has(draw(80, 24), "differences ×5");
    (void)draw(80, 24);
    press(LU_KEY_DOWN);
    assert_int_equal(app->list[LU_SCREEN_KEYS].cursor, 5); /* five in a row */
    press(LU_KEY_RIGHT);
    assert_int_equal(app->list[LU_SCREEN_KEYS].cursor, 6);
    press(LU_KEY_UP);
    assert_int_equal(app->list[LU_SCREEN_KEYS].cursor, 1);
    press(LU_KEY_ENTER);
    assert_lacks(draw(80, 24), "differences");
    press('t');
    press('t');
}

/* A key's difference stands on the screen pixel for pixel. */
static void test_difference_is_exact(void **state)
{
    const lu_bundle *b = &app->marks.bundle;
    int left = -1, top = -1;

    (void)state;
    (void)draw(120, 40);
    for (int x = 0; x < 120 && left < 0; x++) { /* the caption's ×, then the first pixel below */
        for (int y = 0; y < 40 && left < 0; y++) {
            if (lu_cells_at(&cells, x, y)->code == 0xd7) {
                left = x - (int)strlen("difference ");
                top = y + 1;
            }
        }
    }
    assert_true(left > 0);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            const lu_cell *c = lu_cells_at(&cells, left + x, top + y / 2);
            size_t i = (size_t)(y * SIDE + x);
            int d = abs(b->keys.samples.bytes[i] - b->covers.samples.bytes[i]) * 5;

            assert_int_equal((y % 2 ? c->bg : c->fg) & 0xff, d > 255 ? 255 : d);
        }
    }
}

static void test_any_size(void **state)
{
    lu_pane all;

    (void)state;
    add_answers("suspect-1");
    lu_cells_fini(&cells);
    assert_int_equal(lu_cells_init(&cells, 210, 70), LU_OK);
    all = lu_pane_of(&cells);
    lu_pane_fill(all, '~', LU_INK_TEXT);
    for (int way = 0; way < 4; way++) {
        for (int height = 1; height <= 60; height += height < 24 ? 1 : 9) {
            for (int width = 1; width <= 200; width += width < 24 ? 3 : 19) {
                lu_views[LU_SCREEN_KEYS]->draw(app, lu_pane_sub(all, 3, 3, width, height));
            }
        }
        press(way % 2 ? 'c' : LU_KEY_TAB);
    }
    for (int x = 0; x < 210; x++) {
        assert_int_equal(lu_cells_at(&cells, x, 2)->code, '~');
        assert_int_equal(lu_cells_at(&cells, x, 64)->code, '~');
    }
}

/* --- an embedding --- */

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

/* On some pane. */
static void assert_somewhere(int width, int height, const char *part)
{
    for (app->focus = 0; app->focus < 3; app->focus++) {
        if (strstr(draw(width, height), part) != NULL) {
            app->focus = 0;
            return;
        }
    }
    app->focus = 0;
    fail_msg("'%s' is on no pane of %dx%d:\n%s", part, width, height, draw(width, height));
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

#define T(test) cmocka_unit_test_setup_teardown(test, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_empty_says_what_to_do),
        T(test_not_asked_yet),
        T(test_answers_and_likeness),
        T(test_filters_and_jumps),
        T(test_goes_by_models_and_controls),
        T(test_evidence),
        T(test_sheet),
        T(test_difference_is_exact),
        T(test_any_size),
        T(test_keys_stay_while_the_twin_is_trained),
        T(test_an_embedding_is_watched),
        T(test_an_embedding_of_any_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
