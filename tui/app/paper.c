/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report's text for screen 7, written in a quiet job. */
#include "tui/app/internal.h"

#include <string.h>

typedef struct writing {
    char *path; /* owned */
    bool reference;
    int width;
    unsigned looks;
    lu_buf text;
} writing;

static lu_err write_all(writing *w, lu_case *c, const lu_job *job)
{
    lu_look look;
    bool other;
    lu_err err;

    LU_TRY(lu_case_look_any(c, w->reference, job, &look, &other));
    err = lu_look_tells(&look) ? lu_report_text(c, &look, &look.result, (size_t)w->width, &w->text)
                               : LU_OK;
    lu_look_fini(&look);
    return err;
}

static lu_err write_work(void *context, const lu_job *job)
{
    writing *w = context;
    lu_case *c;
    lu_err err;

    LU_TRY(lu_case_open(w->path, LU_CASE_READ, &c));
    err = write_all(w, c, job);
    lu_case_close(&c);
    return err;
}

static void write_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    writing *w = context;

    a->paper.asked = false;
    if (strcmp(w->path, a->path) != 0) {
        return; /* another case was opened meanwhile */
    }
    if (err) {
        lu_app_say(a, LU_INK_ERROR, "! the report cannot be written: %.150s", lu_err_text(err));
    }
    lu_buf_fini(&a->paper.text);
    a->paper.text = w->text;
    a->paper.width = w->width;
    a->paper.looks = w->looks;
    a->paper.made++;
    w->text = (lu_buf)LU_BUF_INIT;
}

static void write_drop(void *context)
{
    writing *w = context;

    lu_buf_fini(&w->text);
    free(w->path);
    free(w);
}

void lu_app_ask_paper(lu_app *a, int width)
{
    writing *w;

    if (a->paper.asked ||
        (a->paper.made && a->paper.width == width && a->paper.looks == a->looks)) {
        return;
    }
    if (LU_NEW(w, 1)) {
        return;
    }
    w->path = lu_strdup(a->path);
    w->reference = a->options.reference;
    w->width = width;
    w->looks = a->looks;
    a->paper.asked = w->path != NULL;
    if (w->path == NULL) {
        write_drop(w);
    } else if (lu_jobs_add(&a->jobs, "writing the report", true, write_work, w, write_end,
                           write_drop, a)) {
        a->paper.asked = false;
    }
}
