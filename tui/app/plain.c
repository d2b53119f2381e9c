/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/plain.h"

#include <string.h>
#include <time.h>

static uint64_t milliseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Until there are no such jobs; each tick may start the next. */
static void wait_while(const lu_plain *p, bool (*there_are)(const lu_app *a))
{
    const struct timespec moment = {0, 10000000};
    lu_app *a = p->app;

    lu_app_tick(a, milliseconds());
    while (there_are(a)) {
        if (p->stop != NULL && p->stop()) {
            lu_jobs_cancel(&a->jobs);
            a->quit = true;
        }
        nanosleep(&moment, NULL);
        lu_app_tick(a, milliseconds());
    }
}

/* For ears: no frames, no bars, one blank where there were many, no empty lines. */
static void flatten(char *text)
{
    char *to = text, *line = text;

    for (const char *at = text; *at; at++) {
        bool frame = strchr("|+#~", *at) != NULL && (at == text || strchr(" \n|+-~#", at[-1]));
        char c = frame ? ' ' : *at;

        if (c == '-' && at[1] == '-') {
            continue; /* a line drawn */
        }
        if (c == '\n') {
            while (to > line && to[-1] == ' ') {
                to--;
            }
            if (to > line) {
                *to++ = '\n';
            }
            line = to;
        } else if (c != ' ' || (to > line && to[-1] != ' ')) {
            *to++ = c;
        }
    }
    *to = '\0';
}

static lu_err render(const lu_plain *p, const lu_cells *cells, lu_buf *text)
{
    const lu_text_look look = {LU_THEME_MONO, LU_COLOURS_NONE,
                               p->answers || p->app->options.glyphs == LU_GLYPHS_ASCII};

    LU_TRY(lu_out_text(cells, look, text));
    if (p->answers && text->len > 0) {
        flatten((char *)text->data);
    }
    return LU_OK;
}

static lu_err show(lu_plain *p)
{
    lu_buf text = LU_BUF_INIT;
    lu_cells cells;
    lu_err err;

    LU_TRY(lu_cells_init(&cells, p->width, p->height));
    lu_app_draw(p->app, &cells);
    err = render(p, &cells, &text);
    if (!err && text.len > 0 && fputs((char *)text.data, p->out) < 0) {
        err = lu_fail(LU_ERR_IO, "cannot be written");
    }
    lu_cells_fini(&cells);
    lu_buf_fini(&text);
    return err;
}

/* What a screen shows it asks for when it is drawn. */
static lu_err glance(const lu_plain *p)
{
    lu_cells cells;

    LU_TRY(lu_cells_init(&cells, p->width, p->height));
    lu_app_draw(p->app, &cells);
    lu_cells_fini(&cells);
    return LU_OK;
}

static lu_err press(lu_app *a, const char *names)
{
    while (*names) {
        size_t len = strcspn(names, " ");
        uint32_t code = lu_key_parse(names, len);
        if (code == LU_KEY_NONE) {
            return lu_fail(LU_ERR_USAGE, "there is no key '%.*s'", (int)len, names);
        }
        lu_app_key(a, (lu_key){.code = code});
        names += len;
        names += strspn(names, " ");
    }
    return LU_OK;
}

/* The rest of the line when it starts with the word, else NULL. */
static const char *after(const char *line, const char *word)
{
    size_t len = strlen(word);

    if (strncmp(line, word, len) != 0 || (line[len] != ' ' && line[len] != '\0')) {
        return NULL;
    }
    return line + len + strspn(line + len, " ");
}

static void tell_size(const lu_plain *p)
{
    p->app->width = p->width;
    p->app->height = p->height;
}

/* Cells up to the character `end`. */
static bool take_cells(const char **text, char end, int *out)
{
    char *after;
    long cells = strtol(*text, &after, 10);

    if (after == *text || *after != end || cells < 1 || cells > LU_CELLS_MAX) {
        return false;
    }
    *text = after + (end != '\0');
    *out = (int)cells;
    return true;
}

static lu_err resize(lu_plain *p, const char *text)
{
    int width, height;

    if (!take_cells(&text, 'x', &width) || !take_cells(&text, '\0', &height)) {
        return lu_fail(LU_ERR_USAGE, "a size is like 80x24");
    }
    p->width = width;
    p->height = height;
    tell_size(p);
    return LU_OK;
}

static lu_err run_line(lu_plain *p, const char *line)
{
    const char *rest;

    if ((rest = after(line, "key")) != NULL) {
        return press(p->app, rest);
    }
    if (after(line, "wait") != NULL) {
        wait_while(p, lu_app_busy);
        return LU_OK;
    }
    if (after(line, "show") != NULL) {
        return show(p);
    }
    if ((rest = after(line, "size")) != NULL) {
        return resize(p, rest);
    }
    return lu_app_command(p->app, line);
}

/* Plain mode: what happened, in one line; a screen that was gone to, whole. */
static lu_err answer(lu_plain *p, lu_err err, lu_screen before)
{
    if (err) {
        fprintf(p->out, "error: %s\n", lu_error_what());
    } else if (p->app->message[0]) {
        fprintf(p->out, "ANN: %s\n", p->app->message);
        p->app->message[0] = '\0';
    }
    if (!err && p->app->screen != before) {
        LU_TRY(show(p));
    }
    return fflush(p->out) ? lu_fail(LU_ERR_IO, "cannot be written") : LU_OK;
}

/* How the jobs went that have ended since this was asked last. */
static lu_err jobs_went(const lu_plain *p)
{
    const lu_app *a = p->app;
    lu_err err = lu_jobs_failure(&p->app->jobs);

    return err ? lu_fail(err, "%s", err == LU_ERR_CANCELLED ? a->message : a->error) : LU_OK;
}

/* A command is done when its job is: only then is known how it went. */
static lu_err finish_line(const lu_plain *p)
{
    wait_while(p, p->answers ? lu_app_busy : lu_app_working);
    return jobs_went(p);
}

/* Waits for all jobs, before the first line and after the last. */
static lu_err settle(lu_plain *p)
{
    lu_err err;

    wait_while(p, lu_app_busy);
    err = jobs_went(p);
    return err && p->answers ? answer(p, err, p->app->screen) : err;
}

/* Runs one line. A failure has been said already when `answers`. */
static lu_err plain_line(lu_plain *p, const char *line)
{
    lu_screen before = p->app->screen;
    lu_err err;

    lu_app_tick(p->app, milliseconds());
    line += strspn(line, " \t");
    if (line[0] == '\0' || line[0] == '#') {
        return LU_OK;
    }
    err = run_line(p, line);
    if (!err) {
        err = glance(p);
    }
    if (!err) {
        err = finish_line(p);
    }
    return p->answers ? answer(p, err, before) : err;
}

lu_err lu_plain_run(lu_plain *p, FILE *in, const char *name)
{
    char *line = NULL;
    size_t size = 0;
    unsigned long number = 0;
    lu_err err;

    tell_size(p);
    err = lu_within(settle(p), "%s", name);
    while (!err && !p->app->quit && getline(&line, &size, in) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        number++;
        err = lu_within(plain_line(p, line), "%s line %lu", name, number);
    }
    if (err) {
        wait_while(p, lu_app_busy);
    } else {
        err = lu_within(settle(p), "%s", name);
    }
    free(line);
    return err;
}
