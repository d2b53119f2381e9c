/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workbench in the terminal: keys to it, frames from it, none while nothing happens. */
#include "tui/app/app.h"
#include "tui/term/term.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Twenty frames a second at most, unless a key is waiting for its answer; of keys that come all at
   once (a paste, a window being resized) only every so many. */
enum { FRAME_MS = 50, KEYS_A_FRAME = 64 };

typedef struct loop {
    lu_app *app;
    lu_term *term;
    lu_cells cells;
    bool draw;      /* something happened since the last frame */
    uint64_t drawn; /* when that was */
    lu_err end;     /* LU_ERR_CANCELLED: not by the user's wish */
} loop;

static uint64_t milliseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* --- frames --- */

static void draw_too_small(const lu_cells *cells, lu_pane pane)
{
    char text[64];

    snprintf(text, sizeof text, "have %dx%d, need %dx%d", cells->width, cells->height,
             LU_TERM_LEAST_WIDTH, LU_TERM_LEAST_HEIGHT);
    lu_pane_field(pane, 0, (pane.height - 1) / 2, pane.width, text, LU_INK_WARNING,
                  LU_ALIGN_CENTRE);
}

static lu_err fit(loop *l)
{
    int width, height;

    lu_term_size(l->term, &width, &height);
    if (width == l->cells.width && height == l->cells.height) {
        return LU_OK;
    }
    lu_cells_fini(&l->cells);
    return lu_cells_init(&l->cells, width, height);
}

static lu_err draw(loop *l, uint64_t now)
{
    int x = -1, y = -1;

    LU_TRY(fit(l));
    lu_cells_clear(&l->cells);
    if (l->cells.width < LU_TERM_LEAST_WIDTH || l->cells.height < LU_TERM_LEAST_HEIGHT) {
        draw_too_small(&l->cells, lu_pane_of(&l->cells));
    } else {
        lu_app_draw(l->app, &l->cells);
        if (!lu_app_cursor_cell(l->app, &x, &y)) {
            x = -1;
        }
    }
    lu_term_cursor(l->term, x, y);
    lu_term_theme(l->term, l->app->options.theme);
    l->drawn = now;
    l->draw = false;
    return lu_term_show(l->term, &l->cells);
}

/* --- keys --- */

static bool is_typing(const lu_app *app)
{
    return app->prompt.kind != LU_PROMPT_OFF;
}

static void take_key(loop *l, lu_key key)
{
    if (key.code == LU_KEY_HANGUP) {
        l->end = lu_fail(LU_ERR_CANCELLED, "the terminal is gone, or a signal asked to end");
    } else if (key.code == LU_KEY_CTRL + 'l') {
        lu_term_repaint(l->term);
    }
    lu_app_key(l->app, key);
    /* text is selected and pasted where one types */
    lu_term_mouse(l->term, l->app->options.mouse && !is_typing(l->app));
    l->draw = true;
}

static bool goes_on(const loop *l)
{
    return !l->app->quit && l->end == LU_OK;
}

/* Until the next frame is due; for ever when none is wanted. */
static int patience(const loop *l, uint64_t now)
{
    uint64_t due = l->drawn + FRAME_MS;

    if (!l->draw && !lu_app_busy(l->app)) {
        return -1;
    }
    return now < due ? (int)(due - now) : 0;
}

/* Waits for one event, takes the keys that are there. */
static bool take_events(loop *l)
{
    int wait = patience(l, milliseconds());
    int keys = 0;
    lu_key key;

    while (keys < KEYS_A_FRAME && goes_on(l) &&
           lu_term_key(l->term, keys ? 0 : wait, l->app->jobs.wake, &key)) {
        take_key(l, key);
        keys++;
    }
    return keys > 0;
}

static lu_err run(loop *l)
{
    lu_err err = LU_OK;
    bool pressed = true;

    while (!err && goes_on(l)) {
        uint64_t now = milliseconds();

        lu_app_tick(l->app, now);
        if (pressed || now >= l->drawn + FRAME_MS) {
            err = draw(l, now);
        }
        if (!err) {
            pressed = take_events(l);
            l->draw = true;
        }
    }
    return err ? err : l->end;
}

lu_err lu_term_run(struct lu_app *app, const lu_term_options *o)
{
    loop l = {.app = app};
    lu_err err;

    LU_TRY(lu_term_open(o, &l.term));
    app->options.colours = lu_term_colours(l.term);
    err = run(&l);
    lu_term_close(&l.term);
    lu_cells_fini(&l.cells);
    return err;
}
