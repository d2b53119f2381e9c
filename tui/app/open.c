/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases found, opened, made: everything that changes which case the workbench is about. */
#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>

/* --- opening --- */

static void forget_case(lu_app *a)
{
    lu_look_fini(&a->look);
    memset(&a->look, 0, sizeof a->look);
    a->look.seed_images.fd = -1;
    a->looks++;
    lu_case_close(&a->c);
    lu_lines_fini(&a->undo);
    lu_lines_fini(&a->redo);
    lu_kept_fini(&a->kept);
    lu_app_forget_pair(a);
    lu_buf_fini(&a->paper.text);
    a->paper.text = (lu_buf)LU_BUF_INIT;
    a->paper.made = 0;
    lu_marks_fini(&a->marks);
    memset(a->list, 0, sizeof a->list);
    a->suspect[0] = a->compare[0] = '\0';
    a->stale = a->other = false;
    a->without.n = 0;
    a->trials = 0;
}

lu_err lu_app_open(lu_app *a, const char *path)
{
    lu_case *c = NULL;
    char *copy;
    lu_err err;

    if (lu_app_working(a)) {
        return lu_app_fail(a, lu_fail(LU_ERR_CANNOT, "a job is running; x stops it"));
    }
    err = path == NULL ? lu_case_none(&c) : lu_case_open(path, LU_CASE_READ, &c);
    if (err) {
        return lu_app_fail(a, err);
    }
    copy = lu_strdup(path ? path : "");
    if (copy == NULL) {
        lu_case_close(&c);
        return lu_app_fail(a, LU_ERR_MEMORY);
    }
    forget_case(a);
    free(a->path);
    a->path = copy;
    a->c = c;
    a->trial = c->params;
    a->overlay = LU_OVERLAY_NONE;
    a->screen = path ? LU_SCREEN_CASE : LU_SCREEN_CASES;
    if (path != NULL) {
        if (a->options.settings) {
            lu_settings_opened(a->options.settings, path);
        }
        lu_app_read(a);
    }
    return LU_OK;
}

/* --- finding --- */

typedef struct finding {
    char *recent[LU_RECENT_MAX]; /* owned */
    size_t recents;
    lu_known_cases found;
} finding;

static lu_err find_work(void *context, const lu_job *job)
{
    finding *w = context;

    return lu_cases_find(w->recent, w->recents, job, &w->found);
}

static void find_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    finding *w = context;

    if (!err) {
        lu_cases_fini(&a->cases);
        a->cases = w->found;
        w->found = (lu_known_cases){0};
    }
    a->cases_known = true;
}

static void find_drop(void *context)
{
    finding *w = context;

    while (w->recents > 0) {
        free(w->recent[--w->recents]);
    }
    lu_cases_fini(&w->found);
    free(w);
}

void lu_app_find_cases(lu_app *a)
{
    const lu_settings *s = a->options.settings;
    finding *w;

    a->cases_known = false;
    if (LU_NEW(w, 1)) {
        lu_app_fail(a, LU_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; s != NULL && i < s->recents; i++) {
        char *copy = lu_strdup(s->recent[i]);
        if (copy != NULL) {
            w->recent[w->recents++] = copy;
        }
    }
    if (lu_jobs_add(&a->jobs, "looking for cases", true, find_work, w, find_end, find_drop, a)) {
        lu_app_fail(a, LU_ERR_CANNOT);
    }
}

/* --- making --- */

typedef struct making {
    lu_words words; /* new PATH KIND [TITLE [EXAMINER]], copy PATH, or demo [PATH] */
    char path[LU_PATH_MAX];
    char *from; /* the case that is open; owned */
    size_t jobs;
    bool demo;
    char error[512];
} making;

static lu_err make_new(making *w)
{
    char *const *word = w->words.word;
    lu_case_kind kind;
    lu_case *c = NULL;
    lu_err err;

    if (w->words.n < 3 || w->words.n > 5 || !lu_kind_parse(word[2], &kind)) {
        return lu_fail(LU_ERR_USAGE, "new PATH evidence|demo|tuning [TITLE [EXAMINER]]");
    }
    snprintf(w->path, sizeof w->path, "%s", word[1]);
    err = lu_case_new(w->path, kind, word[3], w->words.n > 4 ? word[4] : NULL, &c);
    lu_case_close(&c);
    return err;
}

static lu_err make_copy(making *w, const lu_job *job)
{
    lu_case *from, *c = NULL;
    lu_err err;

    if (w->words.n != 2 || w->from[0] == '\0') {
        return w->from[0] ? lu_fail(LU_ERR_USAGE, "copy CASE")
                          : lu_fail(LU_ERR_CANNOT, "no case is open to copy");
    }
    snprintf(w->path, sizeof w->path, "%s", w->words.word[1]);
    LU_TRY(lu_case_open(w->from, LU_CASE_WRITE, &from));
    err = lu_case_copy(from, w->path, LU_KIND_TUNING, NULL, NULL, job, &c);
    lu_case_close(&c);
    lu_case_close(&from);
    return err;
}

static lu_err make_demo(making *w, const lu_job *job)
{
    const uint64_t seed = 1;
    lu_case *c = NULL;
    lu_err err;

    if (w->words.n > 1) {
        snprintf(w->path, sizeof w->path, "%s", w->words.word[1]);
    } else {
        LU_TRY(lu_demo_path(w->path, sizeof w->path));
    }
    err = lu_demo_make(w->path, seed, w->jobs, job, &c);
    lu_case_close(&c);
    return err;
}

static lu_err make_work(void *context, const lu_job *job)
{
    making *w = context;
    bool copy = strcmp(w->words.word[0], "copy") == 0;
    lu_err err = w->demo ? make_demo(w, job) : copy ? make_copy(w, job) : make_new(w);

    if (err) {
        lu_error_text(w->error, sizeof w->error);
    }
    return err;
}

static void make_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    making *w = context;

    if (err) {
        snprintf(a->error, sizeof a->error, "%s", w->error);
        lu_app_say(a, LU_INK_ERROR, "! %.200s", w->error);
        return;
    }
    if (lu_app_open(a, w->path) == LU_OK && w->demo) {
        (void)lu_app_change(a, "run", LU_WAY_NEW);
    }
}

static void make_drop(void *context)
{
    making *w = context;

    lu_words_fini(&w->words);
    free(w->from);
    free(w);
}

lu_err lu_app_make(lu_app *a, const char *line)
{
    making *w;
    lu_err err;

    if (lu_app_working(a)) {
        return lu_app_fail(a, lu_fail(LU_ERR_CANNOT, "a job is running; x stops it"));
    }
    LU_TRY(LU_NEW(w, 1));
    w->from = lu_strdup(a->path);
    err = w->from != NULL ? lu_words_of(line, &w->words) : LU_ERR_MEMORY;
    if (err) {
        make_drop(w);
        return lu_app_fail(a, err);
    }
    w->demo = strcmp(w->words.word[0], "demo") == 0;
    w->jobs = a->options.jobs;
    return lu_jobs_add(&a->jobs, w->demo ? "making the demo case" : "making a case", false,
                       make_work, w, make_end, make_drop, a);
}
