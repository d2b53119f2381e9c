/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workbench's life, its keys, its messages. */
#include "tui/app/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const titles[LU_SCREENS] = {
#define LU_SCREEN_TITLE(id, key, name, title, help) title,
    LU_SCREEN_TABLE(LU_SCREEN_TITLE)
#undef LU_SCREEN_TITLE
};

static const char keys[LU_SCREENS] = {
#define LU_SCREEN_KEY(id, key, name, title, help) key,
    LU_SCREEN_TABLE(LU_SCREEN_KEY)
#undef LU_SCREEN_KEY
};

char lu_screen_key(lu_screen s)
{
    return keys[s];
}

const char *lu_screen_title(lu_screen s)
{
    return titles[s];
}

/* --- life --- */

static lu_err start(lu_app *a)
{
    const lu_settings *settings = a->options.settings;

    LU_TRY(lu_jobs_init(&a->jobs));
    LU_TRY(lu_app_open(a, a->options.path));
    for (size_t i = 0; settings != NULL && i < settings->lines; i++) {
        lu_prompt_remember(&a->prompt, settings->history[i]);
    }
    if (a->options.path == NULL) {
        lu_app_find_cases(a);
    }
    return LU_OK;
}

lu_err lu_app_new(const lu_app_options *o, lu_app **out)
{
    lu_app *a;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(a, 1));
    a->options = *o;
    a->now = o->now;
    a->gain = 5;
    a->zoom = 1;
    a->look.seed_images.fd = -1;
    a->cursor_x = a->cursor_y = -1;
    a->jobs.wake = -1;
    err = start(a);
    if (err) {
        lu_app_free(&a);
        return err;
    }
    *out = a;
    return LU_OK;
}

void lu_app_free(lu_app **app)
{
    lu_app *a = *app;

    if (a == NULL) {
        return;
    }
    lu_jobs_fini(&a->jobs);
    lu_zoo_desk_fini(&a->zoo);
    lu_look_fini(&a->look);
    lu_case_close(&a->c);
    lu_lines_fini(&a->undo);
    lu_lines_fini(&a->redo);
    lu_kept_fini(&a->kept);
    lu_cases_fini(&a->cases);
    lu_buf_fini(&a->output);
    lu_buf_fini(&a->paper.text);
    lu_marks_fini(&a->marks);
    lu_buf_fini(&a->acts);
    lu_app_forget_pair(a);
    free(a->path);
    free(a);
    *app = NULL;
}

bool lu_app_working(const lu_app *a)
{
    return lu_jobs_working((lu_jobs *)(uintptr_t)&a->jobs);
}

bool lu_app_busy(const lu_app *a)
{
    return lu_jobs_running((lu_jobs *)(uintptr_t)&a->jobs);
}

void lu_app_tick(lu_app *a, uint64_t now)
{
    a->now = now;
    lu_jobs_tick(&a->jobs);
}

/* --- messages --- */

void lu_app_say(lu_app *a, lu_ink ink, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(a->message, sizeof a->message, format, args);
    va_end(args);
    a->message_ink = ink;
}

lu_err lu_app_fail(lu_app *a, lu_err err)
{
    lu_error_text(a->error, sizeof a->error);
    lu_app_say(a, LU_INK_ERROR, "! %.200s", a->error);
    return err;
}

/* --- lists --- */

static size_t view_rows(const lu_app *a)
{
    const lu_view *v = lu_views[a->screen];

    return v->rows ? v->rows(a) : 0;
}

static void view_text(const void *context, size_t row, char *out, size_t size)
{
    const lu_app *a = context;

    lu_views[a->screen]->row_text(a, row, out, size);
}

static lu_row_text text_of(const lu_app *a)
{
    return lu_views[a->screen]->row_text ? view_text : NULL;
}

size_t lu_app_row(const lu_app *a, size_t k)
{
    return lu_list_row(&a->list[a->screen], view_rows(a), text_of(a), a, k);
}

size_t lu_app_cursor(const lu_app *a)
{
    return lu_app_row(a, a->list[a->screen].cursor);
}

lu_list *lu_app_list(lu_app *a)
{
    return a->overlay == LU_OVERLAY_NONE ? &a->list[a->screen] : &a->overlay_list;
}

/* --- the models looked at --- */

static const lu_model_result *model_of(const lu_app *a, const char *name)
{
    for (size_t i = 0; i < a->look.result.models; i++) {
        if (strcmp(a->look.result.model[i].name, name) == 0) {
            return &a->look.result.model[i];
        }
    }
    return NULL;
}

const lu_model_result *lu_app_suspect(const lu_app *a)
{
    const lu_model_result *m = a->suspect[0] ? model_of(a, a->suspect) : NULL;

    return m ? m : a->look.result.models ? &a->look.result.model[0] : NULL;
}

const lu_model_result *lu_app_compare(const lu_app *a)
{
    return a->compare[0] ? model_of(a, a->compare) : NULL;
}

/* --- keys --- */

static void filter_key(lu_app *a, lu_key key)
{
    lu_list *l = lu_app_list(a);
    lu_prompt_event event = lu_prompt_key(&a->prompt, key);

    if (event == LU_PROMPT_LEFT) {
        l->filter[0] = '\0';
        lu_prompt_close(&a->prompt);
    } else if (event == LU_PROMPT_DONE) {
        lu_prompt_close(&a->prompt);
    } else if (event == LU_PROMPT_CHANGED) {
        snprintf(l->filter, sizeof l->filter, "%.*s", LU_FILTER_MAX - 1, a->prompt.text);
        l->cursor = 0;
    }
}

/* In the help, letters search. */
static bool help_key(lu_app *a, lu_key key)
{
    lu_list *l = &a->overlay_list;
    size_t len = strlen(l->filter);

    if (key.code == LU_KEY_BACKSPACE && len) {
        l->filter[len - 1] = '\0';
    } else if (key.code > ' ' && key.code < 0x7f && len + 1 < sizeof l->filter) {
        l->filter[len] = (char)key.code;
        l->filter[len + 1] = '\0';
        l->cursor = 0;
    } else {
        return false;
    }
    return true;
}

/* --- mouse --- */

static lu_list *list_in_front(lu_app *a, size_t *rows)
{
    *rows = a->overlay != LU_OVERLAY_NONE
                ? lu_overlay_rows(a)
                : lu_list_count(&a->list[a->screen], view_rows(a), text_of(a), a);
    return lu_app_list(a);
}

/* A command's name in the hint line or a tab is a button; a row of a list goes under the cursor, a
   second click opens it. */
static void click(lu_app *a, lu_key key)
{
    size_t rows;
    lu_list *l = list_in_front(a, &rows);

    for (size_t i = 0; i < a->hits; i++) {
        const lu_hit *h = &a->hit[i];
        if (key.y == h->y && key.x >= h->x && key.x < h->x + h->width) {
            (void)lu_do_run(a, h->what, "");
            return;
        }
    }
    if (a->cursor_y < 0 || rows == 0) {
        return;
    }
    if (key.y == a->cursor_y) {
        (void)lu_do_run(a, LU_DO_DETAIL, "");
    } else if (key.y - a->cursor_y + (long)l->cursor >= (long)l->top &&
               key.y - a->cursor_y + (long)l->cursor < (long)(l->top + l->height)) {
        lu_list_move(l, key.y - a->cursor_y, rows);
    }
}

static void mouse(lu_app *a, lu_key key)
{
    size_t rows;
    lu_list *l = list_in_front(a, &rows);

    if (key.code == LU_KEY_CLICK) {
        click(a, key);
    } else {
        lu_list_move(l, key.code == LU_KEY_WHEEL_UP ? -3 : 3, rows);
    }
}

static bool is_mouse(lu_key key)
{
    return key.code == LU_KEY_CLICK || key.code == LU_KEY_WHEEL_UP || key.code == LU_KEY_WHEEL_DOWN;
}

/* --- pasted text --- */

static void pasted_letter(lu_app *a, lu_key key)
{
    if (a->prompt.kind == LU_PROMPT_FILTER) {
        filter_key(a, key);
    } else if (a->prompt.kind == LU_PROMPT_COMMAND) {
        lu_palette_key(a, key);
    } else if (a->overlay != LU_OVERLAY_HELP) {
        lu_app_say(a, LU_INK_WARNING, "not taken: text is pasted where one types, after : or /");
    } else {
        (void)help_key(a, key);
    }
}

/* Text, whatever keys its letters are: nothing runs by it. A line end is a blank, at the end
   nothing. */
static void pasted(lu_app *a, lu_key key)
{
    bool letter = key.code >= ' ' && key.code < LU_KEY_FIRST;

    if (letter && a->line_ended) {
        pasted_letter(a, (lu_key){.code = ' '});
    }
    if (letter) {
        pasted_letter(a, key);
    }
    a->line_ended = key.code == LU_KEY_ENTER;
}

void lu_app_key(lu_app *a, lu_key key)
{
    lu_do what;

    if (key.pasted) {
        pasted(a, key);
        return;
    }
    a->line_ended = false;
    if (key.code == LU_KEY_HANGUP) {
        a->quit = true;
    } else if (key.code == LU_KEY_RESIZE || key.code == LU_KEY_NONE) {
        return;
    } else if (is_mouse(key) && a->prompt.kind != LU_PROMPT_OFF) {
        return;
    } else if (a->prompt.kind == LU_PROMPT_FILTER) {
        filter_key(a, key);
    } else if (a->prompt.kind == LU_PROMPT_COMMAND) {
        lu_palette_key(a, key);
    } else if (a->overlay == LU_OVERLAY_HELP && help_key(a, key)) {
        return;
    } else if (is_mouse(key)) {
        mouse(a, key);
    } else {
        a->message[0] = '\0';
        what = lu_do_of_key(a->screen, key.code);
        if (what != LU_DOS) {
            (void)lu_do_run(a, what, "");
        }
    }
}

lu_err lu_app_command(lu_app *a, const char *line)
{
    size_t len;
    lu_do what;

    line += strspn(line, " ");
    len = strcspn(line, " ");
    if (len == 0) {
        return LU_OK;
    }
    a->message[0] = '\0';
    what = lu_do_of_name(line, len);
    if (what == LU_DOS) {
        return lu_app_fail(
            a, lu_fail(LU_ERR_USAGE, "there is no command '%.*s'; ? lists them", (int)len, line));
    }
    return lu_do_run(a, what, line + len + strspn(line + len, " "));
}
