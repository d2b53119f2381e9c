/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key samples, drawn from a made-up bundle and answers. */
#include "tests/unit/marks_case.h"

#include <math.h>

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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
