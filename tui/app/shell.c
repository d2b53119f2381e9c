/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :lineup WORDS: a command of the command line, in a job; what it prints is shown. */
#include "tui/app/internal.h"

#include <stdio.h>

typedef struct calling {
    lu_words words;
    lu_app_call call;
    void (*then)(lu_app *a, lu_err err); /* or NULL */
    lu_buf out;
    char error[512];
} calling;

static lu_err call_work(void *context, const lu_job *job)
{
    calling *w = context;
    lu_err err = w->call((int)w->words.n, w->words.word, job, &w->out);

    if (err) {
        lu_error_text(w->error, sizeof w->error);
    }
    return err;
}

static void call_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    calling *w = context;

    if (err) {
        snprintf(a->error, sizeof a->error, "%s", w->error);
        lu_app_say(a, LU_INK_ERROR, "! %.200s", w->error);
    } else {
        lu_buf_fini(&a->output);
        a->output = w->out;
        w->out = (lu_buf)LU_BUF_INIT;
        lu_overlay_open(a, LU_OVERLAY_OUTPUT);
    }
    if (lu_app_has_case(a)) {
        lu_app_read(a); /* it may have been about this case */
    }
    if (w->then != NULL) {
        w->then(a, err);
    }
}

static void call_drop(void *context)
{
    calling *w = context;

    lu_words_fini(&w->words);
    lu_buf_fini(&w->out);
    free(w);
}

lu_err lu_app_call_line(lu_app *a, const char *line, void (*then)(lu_app *a, lu_err err))
{
    calling *w;
    lu_err err;

    if (a->options.call == NULL) {
        return lu_app_fail(a, lu_fail(LU_ERR_CANNOT, "there is no command line here"));
    }
    LU_TRY(LU_NEW(w, 1));
    w->call = a->options.call;
    w->then = then;
    err = lu_words_of(line, &w->words);
    if (err) {
        call_drop(w);
        return lu_app_fail(a, err);
    }
    return lu_jobs_add(&a->jobs, line, false, call_work, w, call_end, call_drop, a);
}

lu_err lu_app_shell(lu_app *a, const char *line)
{
    return lu_app_call_line(a, line, NULL);
}
