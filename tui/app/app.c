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

const char *lu_screen_title(lu_screen s)
{
    return titles[s];
}

/* --- life --- */

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
    err = lu_jobs_init(&a->jobs);
    if (!err) {
        err = lu_case_open(o->path, LU_CASE_READ, &a->c);
    }
    if (err) {
        lu_app_free(&a);
        return err;
    }
    a->trial = a->c->params;
    lu_app_read(a);
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
    lu_look_fini(&a->look);
    lu_case_close(&a->c);
    free(a->asked.victim);
    free(a->asked.suspect);
    free(a);
    *app = NULL;
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
    const char *where = lu_error_where();

    snprintf(a->error, sizeof a->error, "%s%s%s%s", lu_error_what(), where[0] ? " (" : "", where,
             where[0] ? ")" : "");
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
    lu_list *l = &a->list[a->screen];
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

/* Tab: the word is completed to what all commands that start so have in common. */
static void complete(lu_app *a)
{
    size_t len = strlen(a->prompt.text), common = 0;
    const char *first = NULL;

    if (strchr(a->prompt.text, ' ') != NULL) {
        return;
    }
    for (int i = 0; i < LU_DOS; i++) {
        const char *name = lu_do_table[i].name;
        if (strncmp(name, a->prompt.text, len) != 0) {
            continue;
        }
        if (first == NULL) {
            first = name;
            common = strlen(name);
        }
        while (strncmp(first, name, common) != 0) {
            common--;
        }
    }
    if (first != NULL && common >= len) {
        snprintf(a->prompt.text, sizeof a->prompt.text, "%.*s", (int)common, first);
        a->prompt.cursor = common;
    }
}

static void palette_key(lu_app *a, lu_key key)
{
    char line[LU_PROMPT_MAX];
    lu_prompt_event event = lu_prompt_key(&a->prompt, key);

    if (event == LU_PROMPT_LEFT) {
        lu_prompt_close(&a->prompt);
    } else if (event == LU_PROMPT_COMPLETE) {
        complete(a);
    } else if (event == LU_PROMPT_DONE) {
        snprintf(line, sizeof line, "%s", a->prompt.text);
        lu_prompt_close(&a->prompt);
        lu_prompt_remember(&a->prompt, line);
        (void)lu_app_command(a, line);
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

static void click(lu_app *a, lu_key key)
{
    lu_list *l = &a->list[a->screen];
    long by = key.code == LU_KEY_WHEEL_UP ? -3 : key.code == LU_KEY_WHEEL_DOWN ? 3 : 0;

    if (by) {
        lu_list_move(l, by, lu_list_count(l, view_rows(a), text_of(a), a));
    } else if (a->cursor_y >= 0 && a->overlay == LU_OVERLAY_NONE) {
        lu_list_move(l, key.y - a->cursor_y, lu_list_count(l, view_rows(a), text_of(a), a));
    }
}

void lu_app_key(lu_app *a, lu_key key)
{
    lu_do what;

    if (key.code == LU_KEY_HANGUP) {
        a->quit = true;
    } else if (key.code == LU_KEY_RESIZE || key.code == LU_KEY_NONE) {
        return;
    } else if (a->prompt.kind == LU_PROMPT_FILTER) {
        filter_key(a, key);
    } else if (a->prompt.kind == LU_PROMPT_COMMAND) {
        palette_key(a, key);
    } else if (a->overlay == LU_OVERLAY_HELP && help_key(a, key)) {
        return;
    } else if (key.code == LU_KEY_CLICK || key.code == LU_KEY_WHEEL_UP ||
               key.code == LU_KEY_WHEEL_DOWN) {
        click(a, key);
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
    what = lu_do_of_name(line, len);
    if (what == LU_DOS) {
        return lu_app_fail(
            a, lu_fail(LU_ERR_USAGE, "there is no command '%.*s'; ? lists them", (int)len, line));
    }
    return lu_do_run(a, what, line + len + strspn(line + len, " "));
}
