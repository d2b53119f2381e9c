/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main loop with a workbench that only counts; test_loop.c drives it. */
#include "tui/app/app.h"
#include "tui/term/term.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int frames, ticks, keys, news;
static bool busy;
static char last[32] = "none";

bool lu_app_busy(const lu_app *a)
{
    (void)a;
    return busy;
}

void lu_app_tick(lu_app *a, uint64_t now)
{
    uint64_t count;

    a->now = now;
    ticks++;
    if (read(a->jobs.wake, &count, sizeof count) > 0) {
        news++;
    }
}

void lu_app_draw(lu_app *a, lu_cells *cells)
{
    lu_pane pane = lu_pane_of(cells);

    frames++;
    lu_pane_print(pane, 0, 0, LU_INK_TITLE, "size %dx%d colours %d", cells->width, cells->height,
                  (int)a->options.colours);
    lu_pane_print(pane, 0, 1, LU_INK_TEXT, "frames %d. news %d. keys %d. last %s.", frames, news,
                  keys, last);
}

bool lu_app_cursor_cell(const lu_app *a, int *x, int *y)
{
    (void)a;
    *x = 7;
    *y = 5;
    return true;
}

/* A job's thread that has news a thousand times. */
static void *shout(void *argument)
{
    const lu_app *a = argument;
    const uint64_t one = 1;

    for (int i = 0; i < 1000; i++) {
        if (write(a->jobs.wake, &one, sizeof one) < 0) {
            break;
        }
        usleep(1000);
    }
    return NULL;
}

static pthread_t shouter;
static bool shouting;

static void start_shouting(lu_app *a)
{
    shouting = shouting || pthread_create(&shouter, NULL, shout, a) == 0;
}

void lu_app_key(lu_app *a, lu_key key)
{
    keys++;
    lu_key_name(key.code, last, sizeof last);
    if (key.code == 'q' || key.code == LU_KEY_HANGUP) {
        a->quit = true;
    } else if (key.code == 'b') {
        busy = !busy;
    } else if (key.code == 'n') {
        start_shouting(a);
    } else if (key.code == ':') {
        a->prompt.kind = LU_PROMPT_COMMAND;
    } else if (key.code == LU_KEY_ESC) {
        a->prompt.kind = LU_PROMPT_OFF;
    }
}

int main(void)
{
    const lu_term_options options = {.colours = LU_COLOURS_256, .mouse = true};
    lu_app *app;
    lu_err err;

    setlocale(LC_CTYPE, "");
    err = LU_NEW(app, 1);
    if (!err) {
        app->options.mouse = true;
        app->jobs.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        err = lu_term_run(app, &options);
        if (shouting) {
            pthread_join(shouter, NULL);
        }
        close(app->jobs.wake);
        free(app);
    }
    printf("loop ends: %s; %d frames\n", lu_err_text(err), frames);
    return lu_err_status(err);
}
