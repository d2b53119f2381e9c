/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bundle on the screen Key samples, and whose answers are looked at. */
#include "tui/app/internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* --- life --- */

static void forget_asked(lu_marks *m)
{
    for (size_t i = 0; i < m->asked; i++) {
        lu_mark_report_fini(&m->ask[i]->report);
        free(m->ask[i]);
    }
    m->asked = 0;
    m->control = 0;
}

void lu_marks_fini(lu_marks *m)
{
    forget_asked(m);
    if (m->open) {
        lu_bundle_fini(&m->bundle);
    }
    free(m->like);
    free(m->key);
    *m = (lu_marks){0};
}

/* --- opening --- */

typedef struct opening {
    char path[LU_PATH_MAX];
    lu_bundle bundle;
    bool open;
    lu_sha256 host;
    lu_likeness *like; /* owned */
    char error[512];
} opening;

static lu_err read_bundle(opening *w)
{
    lu_bundle *b = &w->bundle;
    char host[LU_BUNDLE_PATH];

    LU_TRY(lu_bundle_open(w->path, b));
    w->open = true;
    LU_TRY(lu_bundle_path(w->path, "host.weights", host));
    LU_TRY(lu_file_sha256(AT_FDCWD, host, &w->host));
    LU_TRY(LU_NEW(w->like, b->n));
    return lu_likeness_of(b->covers.samples.bytes, b->keys.samples.bytes, b->n, b->shape, w->like);
}

static lu_err open_work(void *context, const lu_job *job)
{
    opening *w = context;
    lu_err err = lu_job_at(job, "reading the bundle", 0, 0);

    if (!err) {
        err = read_bundle(w);
    }
    if (err) {
        lu_error_text(w->error, sizeof w->error);
    }
    return err;
}

static void open_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    opening *w = context;
    lu_marks *m = &a->marks;

    if (strcmp(w->path, m->path) != 0) {
        return; /* another was opened meanwhile */
    }
    m->opening = false;
    if (err) {
        snprintf(m->error, sizeof m->error, "%s", w->error);
        snprintf(a->error, sizeof a->error, "%s", w->error);
        lu_app_say(a, LU_INK_ERROR, "! %.200s", w->error);
        return;
    }
    m->bundle = w->bundle;
    m->like = w->like;
    m->host = w->host;
    m->open = true;
    w->open = false;
    w->like = NULL;
    if (a->options.settings != NULL && strchr(w->path, '\n') == NULL) {
        snprintf(a->options.settings->bundle, sizeof a->options.settings->bundle, "%s", w->path);
    }
}

static void open_drop(void *context)
{
    opening *w = context;

    if (w->open) {
        lu_bundle_fini(&w->bundle);
    }
    free(w->like);
    free(w);
}

static lu_err open_path(lu_app *a, const char *path)
{
    lu_marks *m = &a->marks;
    lu_keys_only only = m->only;
    char making[LU_PATH_MAX];
    char *whole = realpath(path, NULL);
    opening *w;
    lu_err err = LU_NEW(w, 1);

    if (err) {
        free(whole);
        return err;
    }
    snprintf(w->path, sizeof w->path, "%s", whole ? whole : path);
    free(whole);
    memcpy(making, m->making, sizeof making);
    lu_marks_fini(m);
    memcpy(m->making, making, sizeof making);
    memcpy(m->path, w->path, sizeof m->path);
    m->only = only;
    m->opening = true;
    a->focus = a->screen == LU_SCREEN_KEYS ? 0 : a->focus;
    memset(&a->list[LU_SCREEN_KEYS], 0, sizeof a->list[LU_SCREEN_KEYS]);
    return lu_jobs_add(&a->jobs, "reading the bundle", false, open_work, w, open_end, open_drop, a);
}

lu_err lu_marks_open(lu_app *a, const char *words)
{
    lu_words w;
    lu_err err = lu_words_of(words, &w);

    if (!err && w.n != 1) {
        lu_words_fini(&w);
        err = lu_fail(LU_ERR_USAGE, "keys BUNDLE");
    }
    if (err) {
        return lu_app_fail(a, err);
    }
    err = open_path(a, w.word[0]);
    lu_words_fini(&w);
    return err ? lu_app_fail(a, err) : LU_OK;
}

/* --- whose answers --- */

static bool is_candidate(const lu_item *item)
{
    return item->role != LU_ROLE_VICTIM;
}

const lu_item *lu_marks_model(const lu_app *a)
{
    const lu_item *first = NULL, *looked = a->suspect[0] ? lu_case_find(a->c, a->suspect) : NULL;

    if (looked != NULL && is_candidate(looked)) {
        return looked;
    }
    for (size_t i = 0; i < a->c->items; i++) {
        const lu_item *item = &a->c->item[i];
        if (item->role == LU_ROLE_SUSPECT) {
            return item;
        }
        first = first == NULL && is_candidate(item) ? item : first;
    }
    return first;
}

const lu_mark_report *lu_marks_report(const lu_app *a)
{
    const lu_item *item = lu_marks_model(a);

    for (size_t i = 0; item != NULL && i < a->marks.asked; i++) {
        if (strcmp(a->marks.ask[i]->model, item->name) == 0) {
            return &a->marks.ask[i]->report;
        }
    }
    return NULL;
}

const lu_mark_tried *lu_marks_tried(const lu_app *a)
{
    const lu_mark_report *r = lu_marks_report(a);

    return r == NULL ? NULL : &r->tried[a->marks.control];
}

const char *lu_marks_control(size_t which)
{
    static const char *const names[LU_TRIED] = {"suspect", "host", "twin", "untrained"};

    return names[which];
}

const char *lu_marks_name(const lu_app *a)
{
    const lu_mark_tried *t = lu_marks_tried(a);
    const lu_item *item = lu_marks_model(a);

    return t != NULL && a->marks.control ? lu_marks_control(a->marks.control)
           : item                        ? item->name
                                         : "";
}

/* The candidate `by` places on, round the end; NULL when the model looked at is the only one. */
static const lu_item *next_model(const lu_app *a, int by)
{
    const lu_item *item = lu_marks_model(a);
    size_t n = a->c->items, at = item ? (size_t)(item - a->c->item) : 0;

    for (size_t step = 1; item != NULL && step < n; step++) {
        const lu_item *other = &a->c->item[(at + (by > 0 ? step : n - step)) % n];
        if (is_candidate(other)) {
            return other;
        }
    }
    return item;
}

static void look_at(lu_app *a, const lu_item *item)
{
    if (item != NULL) {
        snprintf(a->suspect, sizeof a->suspect, "%s", item->name);
    }
}

/* Model, its controls, the next model. */
void lu_marks_step(lu_app *a, int by)
{
    lu_marks *m = &a->marks;

    if (by > 0 && lu_marks_report(a) != NULL && m->control < LU_MARKS_CONTROLS) {
        m->control++;
    } else if (by < 0 && m->control > 0) {
        m->control--;
    } else {
        look_at(a, next_model(a, by));
        m->control = by < 0 && lu_marks_report(a) != NULL ? LU_MARKS_CONTROLS : 0;
    }
}

lu_err lu_marks_choose(lu_app *a, const char *name)
{
    const lu_item *item = lu_case_find(a->c, name);

    if (item == NULL || !is_candidate(item)) {
        return lu_app_fail(a, lu_fail(LU_ERR_USAGE, "there is no model '%s' to ask", name));
    }
    look_at(a, item);
    a->marks.control = 0;
    return LU_OK;
}

/* --- which keys --- */

void lu_marks_fit(lu_app *a)
{
    lu_marks *m = &a->marks;
    const lu_mark_tried *t = lu_marks_tried(a);

    m->shown = 0;
    if (!m->open || (m->key == NULL && LU_NEW(m->key, m->bundle.n))) {
        return;
    }
    for (size_t i = 0; i < m->bundle.n; i++) {
        if (t == NULL || lu_keys_fit(m->only, t->answer[i] == m->bundle.label[i])) {
            m->key[m->shown++] = i;
        }
    }
}
