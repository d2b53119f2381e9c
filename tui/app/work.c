/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work on the case, in jobs: reading it again, changing it. */
#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>

/* --- reading --- */

typedef struct reading {
    char *path; /* owned */
    bool reference;
    lu_case *c;
    lu_look look;
    bool other; /* it was computed elsewhere */
    char error[512];
} reading;

static lu_err read_all(reading *r, const lu_job *job)
{
    LU_TRY(lu_case_open(r->path, LU_CASE_READ, &r->c));
    if (lu_case_victim(r->c) == NULL || !r->c->set[LU_SET_TEST].given) {
        return LU_OK; /* nothing can be stored yet */
    }
    return lu_case_look_any(r->c, r->reference, job, &r->look, &r->other);
}

static lu_err read_work(void *context, const lu_job *job)
{
    reading *r = context;
    lu_err err = read_all(r, job);

    if (err) {
        lu_error_text(r->error, sizeof r->error);
    }
    return err;
}

/* The models of two snapshots are the same ones. */
static bool same_items(const lu_case *a, const lu_case *b)
{
    if (a->items != b->items) {
        return false;
    }
    for (size_t i = 0; i < a->items; i++) {
        if (strcmp(a->item[i].weights.sha256.hex, b->item[i].weights.sha256.hex) != 0 ||
            strcmp(a->item[i].name, b->item[i].name) != 0) {
            return false;
        }
    }
    return true;
}

static void take_case(lu_app *a, reading *r)
{
    bool was_trial = !lu_params_equal(&a->trial, &a->c->params);

    lu_case_close(&a->c);
    a->c = r->c;
    r->c = NULL;
    a->trial = was_trial ? a->trial : a->c->params;
}

static void take_look(lu_app *a, reading *r)
{
    lu_look_fini(&a->look);
    a->look = r->look;
    memset(&r->look, 0, sizeof r->look);
    r->look.seed_images.fd = -1;
    a->looks++;
    if (r->other && !a->other) {
        lu_app_say(a, LU_INK_WARNING, "results of another machine or engine: %.150s",
                   a->look.result.engine);
    }
    a->other = r->other;
    a->stale = false;
    a->trials = 0;            /* the snapshot counts them */
    a->asked.model[0] = '\0'; /* of tests that may be others now */
}

/* Results of before a change stay on the screen, marked, until there are new ones. */
static bool is_less(const lu_app *a, const reading *r)
{
    return a->look.any && (!r->look.any || r->look.result.reached < a->look.result.reached) &&
           r->c != NULL && same_items(a->c, r->c);
}

static void read_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    reading *r = context;
    bool less = is_less(a, r);

    if (strcmp(r->path, a->path) != 0) {
        return; /* another case was opened meanwhile */
    }
    if (err) {
        lu_app_say(a, LU_INK_ERROR, "! the case cannot be read again; ! shows why");
        snprintf(a->error, sizeof a->error, "%s", r->error);
        lu_jobs_count_failure(&a->jobs, err);
    }
    if (r->c != NULL) {
        take_case(a, r);
    }
    if (!err && less) {
        a->stale = true;
    } else if (!err) {
        take_look(a, r);
    }
}

static void read_drop(void *context)
{
    reading *r = context;

    lu_case_close(&r->c);
    lu_look_fini(&r->look);
    free(r->path);
    free(r);
}

void lu_app_read(lu_app *a)
{
    reading *r = lu_zalloc(1, sizeof *r);

    if (r != NULL) {
        r->look.seed_images.fd = -1;
        r->reference = a->options.reference;
        r->path = lu_strdup(a->path);
    }
    if (r == NULL || r->path == NULL) {
        free(r);
        lu_app_fail(a, LU_ERR_MEMORY);
        return;
    }
    if (lu_jobs_add(&a->jobs, "reading the case", true, read_work, r, read_end, read_drop, a)) {
        lu_app_fail(a, LU_ERR_CANNOT);
    }
}

/* --- changing --- */

typedef struct changing {
    char *path, *line; /* owned */
    lu_words words;
    const lu_act_row *row;
    lu_way way;
    lu_act act;
    char error[LU_LINE_MAX];
} changing;

static lu_err change_work(void *context, const lu_job *job)
{
    changing *w = context;
    lu_err err = lu_case_open(w->path, LU_CASE_WRITE, &w->act.c);

    w->act.job = job;
    w->act.words = &w->words;
    if (!err) {
        err = w->row->act(&w->act);
    }
    if (err) {
        lu_error_text(w->error, sizeof w->error);
    }
    lu_case_close(&w->act.c);
    return err;
}

/* A new change ends what could be made again. */
static void remember(lu_app *a, const changing *w)
{
    if (w->way == LU_WAY_NEW && w->act.inverse[0]) {
        lu_lines_fini(&a->redo);
    } else if (w->way != LU_WAY_NEW) {
        lu_lines_drop(w->way == LU_WAY_UNDO ? &a->undo : &a->redo);
    }
    if (w->act.inverse[0]) {
        lu_lines_push(w->way == LU_WAY_UNDO ? &a->redo : &a->undo, w->act.inverse);
    }
}

/* By its line: "setting a parameter" would not say which. */
static void say_done(lu_app *a, const changing *w)
{
    static const char *const words[] = {"", "undo: ", "redo: "};
    const char *text = w->act.said[0] ? w->act.said : w->line;
    int len = (int)strlen(text);

    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    lu_app_say(a, LU_INK_TEXT, "%s%.*s%s", words[w->way], len < 200 ? len : 200, text,
               w->way == LU_WAY_NEW ? ": done" : "");
}

static void change_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    const changing *w = context;

    if (err == LU_ERR_CANCELLED) {
        lu_app_say(a, LU_INK_TEXT, "%s: stopped; what was done is kept", w->row->title);
    } else if (err) {
        snprintf(a->error, sizeof a->error, "%s", w->error);
        lu_app_say(a, LU_INK_ERROR, "! %.200s", w->error);
        lu_jobs_count_failure(&a->jobs, err);
    } else if (!w->row->quiet) {
        remember(a, w);
        say_done(a, w);
    }
    if (!w->row->quiet) {
        lu_app_read(a);
    }
    a->paper.width = 0; /* it tells of what was done */
}

static void change_drop(void *context)
{
    changing *w = context;

    lu_words_fini(&w->words);
    free(w->line);
    free(w->path);
    free(w);
}

static lu_err prepare(lu_app *a, const char *line, changing *w)
{
    size_t len = strcspn(line, " ");

    w->row = lu_act_find(line, len);
    if (w->row == NULL) {
        return lu_fail(LU_ERR_INTERNAL, "'%.*s' changes nothing", (int)len, line);
    }
    w->act.kept = &a->kept;
    w->act.jobs = a->options.jobs;
    w->act.reference = a->options.reference;
    w->path = lu_strdup(a->path);
    w->line = lu_strdup(line);
    LU_TRY(w->path && w->line ? LU_OK : LU_ERR_MEMORY);
    return lu_words_of(line, &w->words);
}

lu_err lu_app_change(lu_app *a, const char *line, lu_way way)
{
    changing *w;
    lu_err err;

    if (!lu_app_has_case(a)) {
        return lu_app_fail(a, lu_fail(LU_ERR_CANNOT, "no case is open; 0 lists cases"));
    }
    err = LU_NEW(w, 1);
    if (!err) {
        w->way = way;
        err = prepare(a, line, w);
    }
    if (err) {
        lu_app_fail(a, err);
        if (w != NULL) {
            change_drop(w);
        }
        return err;
    }
    return lu_jobs_add(&a->jobs, w->row->title, w->row->quiet, change_work, w, change_end,
                       change_drop, a);
}

bool lu_app_try(lu_app *a, const char *settings)
{
    char line[LU_LINE_MAX];

    if (a->options.readonly) {
        lu_app_say(a, LU_INK_WARNING, "the case is open for reading only: nothing is tried on it");
        return false;
    }
    a->trials++;
    snprintf(line, sizeof line, "trial %s", settings);
    return !lu_app_has_case(a) || lu_app_change(a, line, LU_WAY_NEW) == LU_OK;
}

static lu_err go_back(lu_app *a, const lu_lines *lines, lu_way way, const char *nothing)
{
    if (lines->n == 0) {
        lu_app_say(a, LU_INK_DIM, "%s", nothing);
        return LU_OK;
    }
    if (lu_app_busy(a)) {
        lu_app_say(a, LU_INK_WARNING, "a job is running; x stops it");
        return LU_ERR_CANNOT;
    }
    return lu_app_change(a, lines->line[lines->n - 1], way);
}

lu_err lu_app_undo(lu_app *a)
{
    return go_back(a, &a->undo, LU_WAY_UNDO, "nothing to take back");
}

lu_err lu_app_redo(lu_app *a)
{
    return go_back(a, &a->redo, LU_WAY_REDO, "nothing to make again");
}
