/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests of screens: the workbench without a terminal, and its frames as text.
 *
 *     static int up(void **state) { ... return app_new(LU_SCREEN_KEYS); }
 *     press(LU_KEY_RIGHT);
 *     assert_has(draw(80, 24), "12 keys");
 *
 * app_down is the tests' teardown.
 */
#ifndef LU_TESTS_DRAWN_H
#define LU_TESTS_DRAWN_H

#include "tui/app/internal.h"
#include "tui/views/views.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct named_model {
    const char *name;
    lu_role role;
} named_model;

static const int sizes[][2] = {{60, 18}, {80, 24}, {120, 40}, {200, 60}};

static lu_app *app;
static lu_cells cells;
static lu_buf drawn; /* the last frame as text */

/* Without a case. */
static inline int app_new(lu_screen screen)
{
    app = calloc(1, sizeof *app);
    app->options = (lu_app_options){.path = "a-case", .colours = LU_COLOURS_256};
    app->screen = screen;
    app->gain = 5;
    app->zoom = 1;
    app->look.seed_images.fd = -1;
    app->jobs.wake = -1;
    return lu_jobs_init(&app->jobs) || lu_cells_init(&cells, 200, 60) ? -1 : 0;
}

/* A case that is in no folder. */
static inline void app_case(const named_model *model, size_t models)
{
    lu_case *c = app->c = calloc(1, sizeof *c);

    c->path = lu_strdup("a-case");
    c->dir = c->lock = -1;
    c->items = models;
    c->item = calloc(models + 1, sizeof *c->item);
    for (size_t i = 0; i < models; i++) {
        c->item[i].role = model[i].role;
        snprintf(c->item[i].name, LU_NAME_MAX, "%s", model[i].name);
    }
    lu_params_default(&c->params);
    app->trial = c->params;
}

static inline int app_down(void **state)
{
    (void)state;
    lu_cells_fini(&cells);
    lu_buf_fini(&drawn);
    lu_app_free(&app);
    return 0;
}

/* The text is good until the next call. */
static inline const char *draw(int width, int height)
{
    lu_text_look plain = {LU_THEME_DARK, LU_COLOURS_NONE, app->options.glyphs == LU_GLYPHS_ASCII};

    lu_cells_fini(&cells);
    assert_int_equal(lu_cells_init(&cells, width, height), LU_OK);
    lu_app_draw(app, &cells);
    lu_buf_fini(&drawn);
    assert_int_equal(lu_out_text(&cells, plain, &drawn), LU_OK);
    return (const char *)drawn.data;
}

static inline bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static inline void assert_has(const char *text, const char *part)
{
    if (!has(text, part)) {
        fail_msg("'%s' is not in:\n%s", part, text);
    }
}

static inline void assert_lacks(const char *text, const char *part)
{
    if (has(text, part)) {
        fail_msg("'%s' is in:\n%s", part, text);
    }
}

/* What a screen of any size has, if need be on another pane. */
static inline void assert_somewhere(int width, int height, const char *part)
{
    bool found = false;

    for (app->focus = 0; app->focus < 3; app->focus++) {
        found = found || has(draw(width, height), part);
    }
    app->focus = 0;
    if (!found) {
        fail_msg("'%s' is on no pane of %dx%d:\n%s", part, width, height, draw(width, height));
    }
}

static inline void press(uint32_t code)
{
    lu_app_key(app, (lu_key){.code = code});
}

#endif
