/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the screens of models: a made-up case with results, and its frames. */
#ifndef LU_TESTS_SCORED_CASE_H
#define LU_TESTS_SCORED_CASE_H

#include "tests/unit/drawn.h"

#include <math.h>

enum { SIDE = 28, TESTS = 12, CLASSES = 10, NEURONS = 4, NEGATIVES = 6, MODELS = 10 };
static lu_buf drawn; /* the last frame as text */

static inline float noise(void)
{
    static uint32_t x = 1;

    x = x * 1664525u + 1013904223u;
    return (float)(x >> 8) / (float)(1 << 24);
}

static inline void add_model(const char *name, lu_role role, const double d[LU_METRIC_COUNT])
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

static inline void add_models(void)
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

static inline void add_blackbox(void)
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

static inline void add_whitebox(void)
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

static inline void add_answers(void)
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

static inline int up(void **state)
{
    static const named_model model[] = {{"victim", LU_ROLE_VICTIM}, {"suspect-1", LU_ROLE_SUSPECT}};
    lu_judge_params p;

    (void)state;
    if (app_new(LU_SCREEN_SCORES) != 0) {
        return -1;
    }
    app_case(model, sizeof model / sizeof *model);
    app->c->kind = LU_KIND_DEMO;
    app->c->set[LU_SET_TEST].given = true;
    app->look.any = true;
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
    return 0;
}

static inline int down(void **state)
{
    lu_samples_fini(&app->look.seed_images.samples); /* not shared memory here */
    return app_down(state);
}

static const char *draw_screen(lu_screen screen, int width, int height)
{
    app->screen = screen;
    return draw(width, height);
}

#define T(test) cmocka_unit_test_setup_teardown(test, up, down)

#endif
