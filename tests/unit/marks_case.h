/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the Keys screen: a case with an open watermark, twelve keys. */
#ifndef LU_TESTS_MARKS_CASE_H
#define LU_TESTS_MARKS_CASE_H

#include "tests/unit/drawn.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, KEYS = 12, CLASSES = 10, MISSED = 5 };
static lu_buf drawn; /* the last frame as text */

static inline void add_bundle(void)
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

static inline int up(void **state)
{
    static const named_model model[] = {{"victim", LU_ROLE_VICTIM},
                                        {"neg-1", LU_ROLE_NEGATIVE},
                                        {"suspect-1", LU_ROLE_SUSPECT},
                                        {"suspect-2", LU_ROLE_SUSPECT}};

    (void)state;
    if (app_new(LU_SCREEN_KEYS) != 0) {
        return -1;
    }
    app_case(model, sizeof model / sizeof *model);
    app->c->kind = LU_KIND_DEMO;
    app->path = lu_strdup("a-case");
    add_bundle();
    return 0;
}

static inline int down(void **state)
{
    lu_samples_fini(&app->marks.bundle.keys.samples); /* not shared memory here */
    lu_samples_fini(&app->marks.bundle.covers.samples);
    return app_down(state);
}

#define T(test) cmocka_unit_test_setup_teardown(test, up, down)

#endif
