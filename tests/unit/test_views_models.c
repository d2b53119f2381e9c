/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores, Samples and Judgement, drawn from a made-up case. */
#include "tui/views/views.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SIDE = 28, TESTS = 12, CLASSES = 10, NEURONS = 4, NEGATIVES = 6, MODELS = 10 };

static const lu_screen screens[] = {LU_SCREEN_SCORES, LU_SCREEN_SAMPLES, LU_SCREEN_JUDGEMENT};

/* --- the case --- */

static lu_app *app;
static lu_cells cells;
static lu_buf drawn; /* the last frame as text */

static float noise(void)
{
    static uint32_t x = 1;

    x = x * 1664525u + 1013904223u;
    return (float)(x >> 8) / (float)(1 << 24);
}

static void add_model(const char *name, lu_role role, const double d[LU_METRIC_COUNT])
{
    lu_model_result *m = &app->look.result.model[app->look.result.models++];

    snprintf(m->name, sizeof m->name, "%s", name);
    m->role = role;
    m->accuracy = 0.981;
    m->agreement = 0.975;
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        m->scores.metric[k] = (lu_value){!isnan(d[k]), d[k]};
    }
}

static void add_models(void)
{
    static const double copy[] = {0.021, 0.018, 1.930, 0.020, 0.440, 0.070};
    static const double other[] = {0.480, 0.233, 2.871, 0.711, 3.312, 1.202};
    static const double mixed[] = {0.300, NAN, 1.100, 0.500, 0.900, 0.200};

    app->look.result.model = calloc(MODELS, sizeof *app->look.result.model);
    add_model("suspect-1", LU_ROLE_SUSPECT, copy);
    add_model("suspect-2", LU_ROLE_SUSPECT, other);
    add_model("finetuned", LU_ROLE_POSITIVE, copy);
    add_model("pruned", LU_ROLE_POSITIVE, mixed);
    for (int i = 0; i < NEGATIVES; i++) {
        char name[32];
        double d[LU_METRIC_COUNT];

        for (int k = 0; k < LU_METRIC_COUNT; k++) {
            d[k] = other[k] * (0.85 + 0.05 * i);
        }
        snprintf(name, sizeof name, "negative-%d", i + 1);
        add_model(name, LU_ROLE_NEGATIVE, d);
    }
}

static void add_blackbox(void)
{
    const lu_shape shape = {SIDE, SIDE, 1};
    lu_look *l = &app->look;

    lu_samples_alloc(&l->seed_images.samples, TESTS, shape, CLASSES, true);
    lu_samples_alloc(&l->blackbox.tests, TESTS, shape, CLASSES, false);
    l->blackbox.seed = calloc(TESTS, sizeof *l->blackbox.seed);
    l->seeds = (lu_seeds){.n = TESTS, .considered = 1000, .correct = 990};
    l->seeds.index = calloc(TESTS, sizeof *l->seeds.index);
    l->seeds.certainty = calloc(TESTS, sizeof *l->seeds.certainty);
    for (size_t i = 0; i < TESTS * SIDE * SIDE; i++) {
        uint8_t v = (uint8_t)(255 * noise());
        float moved = (float)v / 255 + 0.1f * (noise() < 0.5f ? -1.0f : 1.0f);

        l->seed_images.samples.bytes[i] = v;
        l->blackbox.tests.values[i] = fminf(1, fmaxf(0, moved));
    }
    for (size_t i = 0; i < TESTS; i++) {
        l->seeds.index[i] = 4700 + i;
        l->blackbox.seed[i] = (uint32_t)i;
        l->blackbox.tests.labels[i] = (int32_t)(i % CLASSES);
    }
    l->blackbox.max_linf = 0.1;
    l->result.has_blackbox = true;
    snprintf(l->result.blackbox.method, LU_WORD_MAX, "pgd");
    l->result.blackbox.yield = (lu_blackbox_yield){TESTS, TESTS, 0, 0};
}

static void add_whitebox(void)
{
    const int32_t numbers[NEURONS] = {0, 1, 2, 5};
    const double targets[NEURONS] = {3.5, 2.25, 9, 0.5};
    lu_whitebox *w = &app->look.whitebox.layer[0];

    assert_int_equal(
        lu_whitebox_alloc(w, 2, numbers, targets, NEURONS, 6, (lu_shape){SIDE, SIDE, 1}, CLASSES),
        LU_OK);
    for (size_t i = 0; i <= NEURONS; i++) {
        w->start[i] = i < 3 ? 2 * i : 6; /* the last one has none */
    }
    for (size_t i = 0; i < 6; i++) {
        w->seed[i] = (uint32_t)(i % 3);
        w->iterations[i] = (uint32_t)(10 * i + 7);
    }
    app->look.whitebox.layers = 1;
    app->look.result.has_whitebox = true;
    app->look.result.whitebox.n = 6;
    app->look.result.whitebox.neurons = NEURONS;
}

static void add_answers(void)
{
    lu_asked_pair *p = &app->asked;

    snprintf(p->model, sizeof p->model, "suspect-1");
    p->tests = TESTS;
    p->classes = CLASSES;
    p->victim = calloc(TESTS * CLASSES, sizeof *p->victim);
    p->suspect = calloc(TESTS * CLASSES, sizeof *p->suspect);
    for (size_t i = 0; i < TESTS; i++) {
        p->victim[i * CLASSES + (i + 1) % CLASSES] = 6;
        p->suspect[i * CLASSES + (i % 3 ? i + 1 : i) % CLASSES] = 1 + (float)i / 4;
    }
}

static void add_case(void)
{
    static const char *const names[] = {"victim", "suspect-1"};

    app->c = calloc(1, sizeof *app->c);
    app->c->path = lu_strdup("a-case");
    app->c->dir = app->c->lock = -1;
    app->c->items = 2;
    app->c->item = calloc(2, sizeof *app->c->item);
    for (int i = 0; i < 2; i++) {
        app->c->item[i].role = i ? LU_ROLE_SUSPECT : LU_ROLE_VICTIM;
        snprintf(app->c->item[i].name, LU_NAME_MAX, "%s", names[i]);
    }
    app->c->kind = LU_KIND_DEMO;
    app->c->set[LU_SET_TEST].given = true;
    lu_params_default(&app->c->params);
    app->trial = app->c->params;
}

static int up(void **state)
{
    lu_judge_params p;

    (void)state;
    app = calloc(1, sizeof *app);
    app->options = (lu_app_options){.path = "a-case", .colours = LU_COLOURS_256};
    app->gain = 5;
    app->zoom = 1;
    app->look.any = true;
    app->look.seed_images.fd = -1;
    app->jobs.wake = -1;
    assert_int_equal(lu_jobs_init(&app->jobs), LU_OK);
    add_case();
    add_models();
    add_blackbox();
    add_whitebox();
    add_answers();
    p = lu_params_judge(&app->c->params);
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        app->look.result.self.metric[k] = (lu_value){true, 0}; /* the victim against itself */
    }
    lu_result_judge(&app->look.result, &p);
    app->look.result.reached = LU_STAGE_JUDGEMENT;
    app->screen = LU_SCREEN_SCORES;
    return lu_cells_init(&cells, 200, 60) ? -1 : 0;
}

static int down(void **state)
{
    (void)state;
    lu_cells_fini(&cells);
    lu_buf_fini(&drawn);
    lu_samples_fini(&app->look.seed_images.samples); /* not shared memory here */
    lu_app_free(&app);
    return 0;
}

/* --- drawing and reading back --- */

static const char *draw(lu_screen screen, int width, int height)
{
    lu_text_look plain = {LU_THEME_DARK, LU_COLOURS_NONE, app->options.glyphs == LU_GLYPHS_ASCII};

    app->screen = screen;
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

#if !defined(LU_SHOW)

/* --- any size --- */

static void draw_all_sizes(lu_pane all)
{
    for (int height = 1; height <= 60; height += height < 12 ? 1 : 8) {
        for (int width = 1; width <= 200; width += width < 12 ? 2 : 23) {
            for (size_t s = 0; s < sizeof screens / sizeof *screens; s++) {
                app->screen = screens[s];
                lu_views[screens[s]]->draw(app, lu_pane_sub(all, 0, 0, width, height));
            }
        }
    }
}

static void test_any_size(void **state)
{
    (void)state;
    for (int glyphs = 0; glyphs < LU_GLYPHS_COUNT; glyphs++) {
        app->options.glyphs = (lu_glyph_set)glyphs;
        for (app->focus = 0; app->focus < 2; app->focus++) {
            draw_all_sizes(lu_pane_of(&cells));
        }
    }
}

static void test_any_size_without_results(void **state)
{
    (void)state;
    app->look.result.reached = LU_STAGE_SEEDS;
    app->look.result.models = 0;
    lu_blackbox_fini(&app->look.blackbox);
    lu_whitebox_set_fini(&app->look.whitebox);
    for (app->focus = 0; app->focus < 2; app->focus++) {
        draw_all_sizes(lu_pane_of(&cells));
    }
}

static void test_pane_is_kept(void **state)
{
    lu_pane inner = lu_pane_sub(lu_pane_of(&cells), 20, 7, 120, 40);

    (void)state;
    for (size_t s = 0; s < sizeof screens / sizeof *screens; s++) {
        app->screen = screens[s];
        lu_cells_clear(&cells);
        lu_views[screens[s]]->draw(app, inner);
        for (int y = 0; y < cells.height; y++) {
            for (int x = 0; x < cells.width; x++) {
                bool inside = x >= 20 && x < 140 && y >= 7 && y < 47;
                assert_true(inside || lu_cells_at(&cells, x, y)->code == ' ');
            }
        }
    }
}

/* --- scores --- */

static void test_scores_sizes(void **state)
{
    static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const char *text = draw(LU_SCREEN_SCORES, sizes[i][0], sizes[i][1]);
        assert_has(text, "● copy");
        assert_has(text, "○ not-copy");
        assert_has(text, "Radar");
        assert_has(text, "0.021");
        assert_has(text, "suspect-1");
        assert_has(text, "negative-1");
        assert_has(text, "RobD");
    }
    assert_has((char *)drawn.data, "ROC");
    assert_has((char *)drawn.data, "median of 6 negatives");
}

static void test_scores_one_pane(void **state)
{
    const char *text = draw(LU_SCREEN_SCORES, 60, 18);

    (void)state;
    assert_has(text, "Models");
    assert_has(text, "● copy");
    press(LU_KEY_TAB);
    assert_has(draw(LU_SCREEN_SCORES, 60, 18), "Metrics of suspect-1");
}

static void test_scores_ascii(void **state)
{
    const char *text;

    (void)state;
    app->options.glyphs = LU_GLYPHS_ASCII;
    text = draw(LU_SCREEN_SCORES, 120, 40);
    for (const char *c = text; *c; c++) {
        assert_true((unsigned char)*c < 0x7f);
    }
    assert_has(text, "O copy");
    assert_has(text, "o not-copy");
}

static void test_cursor_is_the_model(void **state)
{
    (void)state;
    draw(LU_SCREEN_SCORES, 80, 24);
    press('j');
    assert_string_equal(lu_app_suspect(app)->name, "suspect-2");
    assert_has(draw(LU_SCREEN_SCORES, 80, 24), "Metrics of suspect-2");
    app->screen = LU_SCREEN_JUDGEMENT;
    press('n');
    assert_string_equal(lu_app_suspect(app)->name, "finetuned");
    draw(LU_SCREEN_SCORES, 80, 24);
    assert_int_equal(lu_app_cursor(app), 2);
    assert_int_equal(lu_app_command(app, "model negative-3"), LU_OK);
    assert_has(draw(LU_SCREEN_SCORES, 80, 24), "Metrics of negative-3");
    assert_int_equal(lu_app_command(app, "filter pruned"), LU_OK);
    app->list[LU_SCREEN_SCORES].cursor = 0;
    assert_has(draw(LU_SCREEN_SCORES, 80, 24), "Metrics of pruned");
}

static void test_compare(void **state)
{
    (void)state;
    assert_has(draw(LU_SCREEN_SCORES, 80, 24), "median");
    press('c');
    assert_string_equal(app->compare, "suspect-2");
    assert_has(draw(LU_SCREEN_SCORES, 120, 40), "thin: suspect-2");
    for (int i = 2; i < MODELS; i++) {
        press('c');
    }
    assert_string_equal(app->compare, "negative-6");
    press('c');
    assert_string_equal(app->compare, "");
    lu_app_command(app, "compare finetuned");
    assert_string_equal(app->compare, "finetuned");
    lu_app_command(app, "compare nobody");
    assert_string_equal(app->compare, "");
}

static void test_bars_and_metric(void **state)
{
    (void)state;
    press('b');
    assert_has(draw(LU_SCREEN_SCORES, 80, 24), "Bars");
    press('l');
    assert_has(draw(LU_SCREEN_SCORES, 120, 40), "JSD: negatives");
    press('h');
    press('h');
    assert_has(draw(LU_SCREEN_SCORES, 120, 40), "LAD: negatives");
}

static void test_no_thresholds(void **state)
{
    lu_judge_params p = lu_judge_defaults();
    const char *text;

    (void)state;
    app->look.result.models = 5; /* one negative is not enough */
    lu_result_judge(&app->look.result, &p);
    text = draw(LU_SCREEN_SCORES, 120, 40);
    assert_has(text, "? undecided");
    assert_has(text, "no vote");
    assert_has(text, "fewer than 2 negatives");
    assert_lacks(text, "ring"); /* there is no radar without thresholds */
    assert_has(draw(LU_SCREEN_JUDGEMENT, 120, 40), "fewer than 2 negatives");
}

static void test_nothing_yet(void **state)
{
    const char *text;

    (void)state;
    app->look.result.reached = LU_STAGE_SEEDS;
    app->look.result.models = 0;
    app->c->items = 1;
    text = draw(LU_SCREEN_SCORES, 80, 24);
    assert_has(text, "Nothing is scored yet");
    assert_has(text, "tests, scores");
    assert_has(text, "There is no model to compare");
    app->c->items = 2;
    app->c->kind = LU_KIND_EVIDENCE;
    assert_has(draw(LU_SCREEN_SCORES, 80, 24), ":seal");
    app->c->sealed = true;
    app->look.any = false;
    text = draw(LU_SCREEN_JUDGEMENT, 80, 24);
    assert_has(text, "seeds, tests, scores");
    assert_has(text, "r runs the stages");
}

/* --- samples --- */

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
    assert_has(draw(LU_SCREEN_SAMPLES, 80, 24), "difference ×5");
    assert_difference(0, 5);
    press('g');
    assert_has(draw(LU_SCREEN_SAMPLES, 120, 40), "difference ×20");
    assert_difference(0, 20);
    press('g');
    press('l');
    assert_has(draw(LU_SCREEN_SAMPLES, 200, 60), "difference ×1");
    assert_difference(1, 1);
}

static void test_zoom_is_whole(void **state)
{
    int left, top;

    (void)state;
    press(0);
    app->screen = LU_SCREEN_SAMPLES;
    press('+');
    assert_has(draw(LU_SCREEN_SAMPLES, 200, 60), "zoom 2");
    find("seed #4700", &left, &top);
    for (int y = 0; y < 2 * SIDE; y++) {
        for (int x = 0; x < 2 * SIDE; x++) {
            uint32_t v = app->look.seed_images.samples.bytes[y / 2 * SIDE + x / 2];
            assert_int_equal(pixel_at(left, top + 1, x, y), v << 16 | v << 8 | v);
        }
    }
    assert_has(draw(LU_SCREEN_SAMPLES, 60, 18), "fit 0.");
}

static void test_samples_sizes(void **state)
{
    static const int sizes[][2] = {{60, 18}, {80, 24}, {120, 40}, {200, 60}};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *text = draw(LU_SCREEN_SAMPLES, sizes[i][0], sizes[i][1]);
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
    text = draw(LU_SCREEN_SAMPLES, 200, 60);
    assert_has(text, "difference x5");
    for (const char *c = text; *c; c++) {
        assert_true((unsigned char)*c < 0x7f);
    }
    app->options.glyphs = LU_GLYPHS_BRAILLE;
    app->options.theme = LU_THEME_MONO; /* no colours: brightness as characters */
    assert_lacks(draw(LU_SCREEN_SAMPLES, 200, 60), "▀");
}

static void test_sort(void **state)
{
    double last = INFINITY;

    (void)state;
    app->screen = LU_SCREEN_SAMPLES;
    press('o');
    assert_has(draw(LU_SCREEN_SAMPLES, 120, 40), "Apart first");
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
    assert_lacks(draw(LU_SCREEN_SAMPLES, 120, 40), "first");
}

static void test_waiting_for_answers(void **state)
{
    (void)state;
    app->asking = true;
    free(app->asked.suspect);
    app->asked.suspect = NULL;
    assert_has(draw(LU_SCREEN_SAMPLES, 120, 40), "asking both models");
}

static void test_neurons(void **state)
{
    const char *text;

    (void)state;
    app->screen = LU_SCREEN_SAMPLES;
    press(LU_KEY_TAB);
    text = draw(LU_SCREEN_SAMPLES, 120, 40);
    assert_has(text, "White-box tests");
    assert_has(text, "test 1 of 2");
    assert_has(text, "7 steps");
    press('l');
    assert_has(draw(LU_SCREEN_SAMPLES, 120, 40), "test 2 of 2");
    press('G');
    assert_has(draw(LU_SCREEN_SAMPLES, 120, 40), "No seed drove this neuron");
}

/* --- judgement --- */

static void test_judgement_sizes(void **state)
{
    static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
    const lu_threshold *t = &app->look.result.model[0].judgement.threshold[LU_METRIC_NOD];
    char mean[LU_NUMBER_MAX], tau[LU_NUMBER_MAX];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const char *text = draw(LU_SCREEN_JUDGEMENT, sizes[i][0], sizes[i][1]);
        assert_has(text, "● copy");
        assert_has(text, "The case's own settings");
        assert_has(text, "0.021");
        assert_has(text, lu_number(t->mean, mean));
        assert_has(text, lu_number(t->tau, tau));
        assert_has(text, "margin");
        assert_lacks(text, "TRIAL");
    }
    assert_has(draw(LU_SCREEN_JUDGEMENT, 60, 18), "● copy");
    lu_app_command(app, "model suspect-2");
    assert_has(draw(LU_SCREEN_JUDGEMENT, 80, 24), "○ not-copy");
}

static void test_undecided_says_why(void **state)
{
    const char *text;
    lu_judge_params p = lu_judge_defaults();

    (void)state;
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        app->look.result.model[0].scores.metric[k].known = false;
    }
    snprintf(app->look.result.model[0].finding, LU_TEXT_MAX, "the engine died on its weights");
    lu_result_judge(&app->look.result, &p);
    text = draw(LU_SCREEN_JUDGEMENT, 120, 40);
    assert_has(text, "? undecided");
    assert_has(text, "the engine died on its weights");
    assert_has(text, "no vote");
}

static void test_trial_follows(void **state)
{
    const lu_model_result *m = &app->look.result.model[0];

    (void)state;
    app->screen = LU_SCREEN_JUDGEMENT;
    assert_int_equal(m->judgement.verdict, LU_COPY);
    assert_int_equal(lu_app_command(app, "try judge.alpha_white=0.01"), LU_OK);
    assert_has(draw(LU_SCREEN_JUDGEMENT, 80, 24), "TRIAL: not the case's settings (1 tried)");
    assert_has((char *)drawn.data, "○ not-copy");
    assert_has((char *)drawn.data, "case: ● copy  alpha_white=0.01");
    assert_int_equal(m->judgement.verdict, LU_COPY); /* the stored result is as it was */
    lu_app_command(app, "try judge.alpha_white=0.02");
    assert_int_equal(app->trials, 2);
    lu_app_command(app, "try judge.alpha_white=0.02");
    assert_int_equal(app->trials, 2);
    assert_has(draw(LU_SCREEN_JUDGEMENT, 120, 40), "case: 0.6");
    press('=');
    assert_lacks(draw(LU_SCREEN_JUDGEMENT, 80, 24), "TRIAL");
    assert_has((char *)drawn.data, "(2 others tried)");
    lu_app_command(app, "try blackbox.ep=0.5");
    lu_app_command(app, "try judge.alpha_white=7");
    assert_lacks(draw(LU_SCREEN_JUDGEMENT, 80, 24), "TRIAL");
}

static void test_an_invalid_run_is_said_so(void **state)
{
    lu_judge_params p = lu_judge_defaults();

    (void)state;
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        app->look.result.self.metric[k].known = false;
    }
    lu_result_judge(&app->look.result, &p);
    assert_has(draw(LU_SCREEN_JUDGEMENT, 80, 24), "INVALID RUN");
}

static void test_trial_keys(void **state)
{
    (void)state;
    draw(LU_SCREEN_JUDGEMENT, 80, 24);
    press(LU_KEY_RIGHT); /* RobD is judged by alpha_black */
    assert_true(fabs(app->trial.alpha_black - 0.95) < 1e-9);
    press(LU_KEY_LEFT);
    assert_int_equal(app->trials, 1); /* the case's own again */
    assert_lacks(draw(LU_SCREEN_JUDGEMENT, 80, 24), "TRIAL");
    press(LU_KEY_ENTER);
    assert_string_equal(app->trial.metrics, "JSD,NOD,NAD,LOD,LAD");
    assert_has(draw(LU_SCREEN_JUDGEMENT, 120, 40), "not used");
    press(LU_KEY_ENTER);
    assert_string_equal(app->trial.metrics, "all");
    press('t');
    assert_string_equal(app->prompt.text, "try judge.alpha_black=");
}

static void test_new_results_replace_a_trial(void **state)
{
    lu_judge_params p = lu_judge_defaults();

    (void)state;
    app->screen = LU_SCREEN_JUDGEMENT;
    lu_app_command(app, "try judge.alpha_white=0.5");
    assert_has(draw(LU_SCREEN_JUDGEMENT, 80, 24), "0.021");
    app->look.result.model[0].scores.metric[LU_METRIC_ROBD].value = 0.456;
    lu_result_judge(&app->look.result, &p);
    app->looks++;
    assert_has(draw(LU_SCREEN_JUDGEMENT, 80, 24), "0.456");
}

#define T(test) cmocka_unit_test_setup_teardown(test, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_any_size),
        T(test_any_size_without_results),
        T(test_pane_is_kept),
        T(test_scores_sizes),
        T(test_scores_one_pane),
        T(test_scores_ascii),
        T(test_cursor_is_the_model),
        T(test_compare),
        T(test_bars_and_metric),
        T(test_no_thresholds),
        T(test_nothing_yet),
        T(test_difference_is_exact),
        T(test_zoom_is_whole),
        T(test_samples_sizes),
        T(test_samples_ascii),
        T(test_sort),
        T(test_waiting_for_answers),
        T(test_neurons),
        T(test_judgement_sizes),
        T(test_undecided_says_why),
        T(test_trial_follows),
        T(test_an_invalid_run_is_said_so),
        T(test_trial_keys),
        T(test_new_results_replace_a_trial),
    };

    return cmocka_run_group_tests_name("views of models", tests, NULL, NULL);
}
#endif
