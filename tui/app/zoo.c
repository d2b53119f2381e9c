/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/zoo.h"

#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- the desk --- */

static void forget_study(lu_zoo_desk *d)
{
    if (d->judged) {
        lu_study_fini(&d->study);
        lu_result_fini(&d->result);
        d->judged = false;
    }
}

void lu_zoo_desk_fini(lu_zoo_desk *d)
{
    forget_study(d);
    lu_zoo_close(&d->zoo);
    *d = (lu_zoo_desk){.metric = d->metric};
}

void lu_zoo_desk_turn(lu_app *a)
{
    a->zoo.shown = a->zoo.zoo != NULL && !(a->screen == LU_SCREEN_LAB && a->zoo.shown);
    a->list[LU_SCREEN_LAB] = (lu_list){.cursor = a->zoo.shown ? 0 : a->lab.kind};
    a->focus = 0;
}

/* --- jobs --- */

/* One piece of work on a zoo. */
typedef struct working {
    lu_zoo *zoo; /* borrowed of the desk; opening: its own */
    char plan[LU_PATH_MAX], folder[LU_PATH_MAX], samples[LU_PATH_MAX];
    lu_zoo_cost cost;
    bool judged;
    lu_result result;
    lu_study study;
    char error[512];
} working;

static lu_err kept_error(working *w, lu_err err)
{
    if (err) {
        lu_error_text(w->error, sizeof w->error);
    }
    return err;
}

/* False: it ended well. */
static bool told_failure(lu_app *a, const working *w, lu_err err, const char *title)
{
    if (err == LU_ERR_CANCELLED) {
        lu_app_say(a, LU_INK_TEXT, "%s: stopped; what was done is kept", title);
    } else if (err) {
        snprintf(a->error, sizeof a->error, "%s", w->error);
        lu_app_say(a, LU_INK_ERROR, "! %.200s", w->error);
    }
    return err != LU_OK;
}

static lu_err free_for_work(const lu_app *a, bool needs_zoo)
{
    if (needs_zoo && a->zoo.zoo == NULL) {
        return lu_fail(LU_ERR_CANNOT, "no plan is open; Z opens one");
    }
    return a->zoo.at_work ? lu_fail(LU_ERR_CANNOT, "the zoo is being worked on; x stops it")
                          : LU_OK;
}

static lu_err start(lu_app *a, working *w, const char *title, lu_work work,
                    void (*end)(void *owner, void *context, lu_err err),
                    void (*drop)(void *context))
{
    lu_err err = lu_jobs_add(&a->jobs, title, false, work, w, end, drop, a);

    a->zoo.at_work = err == LU_OK;
    return err ? lu_app_fail(a, err) : LU_OK;
}

/* On the zoo that is open. */
static lu_err start_here(lu_app *a, const char *title, lu_work work,
                         void (*end)(void *owner, void *context, lu_err err),
                         void (*drop)(void *context))
{
    working *w;

    LU_TRY(LU_NEW(w, 1));
    w->zoo = a->zoo.zoo;
    w->cost = a->zoo.cost;
    memcpy(w->folder, a->zoo.folder, sizeof w->folder);
    lu_app_say(a, LU_INK_TEXT, "%s; x stops, what is done is kept", title);
    return start(a, w, title, work, end, drop);
}

/* --- opening --- */

static lu_err open_work(void *context, const lu_job *job)
{
    working *w = context;
    lu_err err = lu_zoo_open(w->plan, w->samples, w->folder, &w->zoo);

    if (!err) {
        err = lu_zoo_cost_of(w->zoo, 0, job, &w->cost);
    }
    return kept_error(w, err);
}

static void open_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    working *w = context;

    a->zoo.at_work = false;
    if (told_failure(a, w, err, "opening the plan")) {
        return;
    }
    lu_zoo_desk_fini(&a->zoo);
    a->zoo.zoo = w->zoo;
    w->zoo = NULL;
    a->zoo.cost = w->cost;
    memcpy(a->zoo.folder, w->folder, sizeof a->zoo.folder);
    lu_zoo_desk_turn(a);
    lu_app_say(a, LU_INK_TEXT, "opened %.160s: %zu models", w->plan, w->cost.models);
}

static void open_drop(void *context)
{
    working *w = context;

    lu_zoo_close(&w->zoo);
    free(w);
}

/* "mnist.zoo" of "plans/mnist.json" */
static int default_folder(const char *plan, char *out, size_t size)
{
    const char *slash = strrchr(plan, '/'), *name = slash ? slash + 1 : plan;
    size_t len = strlen(name);
    bool json = len > 5 && strcmp(name + len - 5, ".json") == 0;

    return snprintf(out, size, "%.*s.zoo", (int)(json ? len - 5 : len), name);
}

static lu_err take_words(const lu_words *w, working *to)
{
    int size = LU_PATH_MAX, folder;

    if (w->n < 1 || w->n > 3) {
        return lu_fail(LU_ERR_USAGE, "zoo PLAN [FOLDER [SAMPLES]]");
    }
    folder = w->n > 1 ? snprintf(to->folder, LU_PATH_MAX, "%s", w->word[1])
                      : default_folder(w->word[0], to->folder, LU_PATH_MAX);
    if (snprintf(to->plan, LU_PATH_MAX, "%s", w->word[0]) >= size || folder >= size ||
        snprintf(to->samples, LU_PATH_MAX, "%s", w->n > 2 ? w->word[2] : ".") >= size) {
        return lu_fail(LU_ERR_USAGE, "a path is too long");
    }
    return LU_OK;
}

lu_err lu_zoo_desk_open(lu_app *a, const char *words)
{
    working *w = NULL;
    lu_words list;
    lu_err err = free_for_work(a, false);

    if (err || (err = lu_words_of(words, &list)) != LU_OK) {
        return lu_app_fail(a, err);
    }
    err = LU_NEW(w, 1);
    if (!err) {
        err = take_words(&list, w);
    }
    lu_words_fini(&list);
    if (err) {
        free(w);
        return lu_app_fail(a, err);
    }
    return start(a, w, "opening the plan", open_work, open_end, open_drop);
}

/* --- building --- */

static lu_err build_work(void *context, const lu_job *job)
{
    working *w = context;

    return kept_error(w, lu_zoo_build(w->zoo, &w->cost, job));
}

static void build_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    size_t before = a->zoo.cost.there;

    a->zoo.at_work = false;
    lu_zoo_left(a->zoo.zoo, &a->zoo.cost);
    if (a->zoo.cost.there != before) {
        forget_study(&a->zoo);
    }
    if (!told_failure(a, context, err, "making the zoo")) {
        lu_app_say(a, LU_INK_TEXT, "all %zu models are there; t judges them", a->zoo.cost.models);
    }
}

lu_err lu_zoo_desk_build(lu_app *a)
{
    lu_err err = free_for_work(a, true);

    if (err) {
        return lu_app_fail(a, err);
    }
    if (a->zoo.cost.there == a->zoo.cost.models) {
        lu_app_say(a, LU_INK_TEXT, "all %zu models are there; t judges them", a->zoo.cost.models);
        return LU_OK;
    }
    return start_here(a, "making the zoo", build_work, build_end, free);
}

/* --- judging --- */

static lu_err judge_work(void *context, const lu_job *job)
{
    working *w = context;
    char table[LU_PATH_MAX + 8];
    lu_err err = lu_zoo_judge(w->zoo, 0, job, &w->result);

    if (err) {
        return kept_error(w, err);
    }
    snprintf(table, sizeof table, "%s/table", w->folder);
    err = lu_study_of(lu_zoo_plan_of(w->zoo), &w->result, &w->study);
    if (!err) {
        mkdir(table, 0755); /* what goes wrong with it is said by the first file */
        err = lu_study_write(&w->study, table);
    }
    w->judged = err == LU_OK;
    if (err) {
        kept_error(w, err);
        lu_study_fini(&w->study);
        lu_result_fini(&w->result);
    }
    return err;
}

static void judge_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    working *w = context;
    lu_zoo_desk *d = &a->zoo;

    d->at_work = false;
    if (told_failure(a, w, err, "judging the zoo")) {
        return;
    }
    forget_study(d);
    d->result = w->result;
    d->study = w->study;
    d->study.result = &d->result;
    d->judged = true;
    w->judged = false;
    lu_app_say(a, LU_INK_TEXT, "judged; tables and pictures are in %.120s/table", d->folder);
    if (lu_app_has_case(a)) {
        lu_app_read(a); /* it may be the zoo's own */
    }
}

static void judge_drop(void *context)
{
    working *w = context;

    if (w->judged) { /* nobody took it */
        lu_study_fini(&w->study);
        lu_result_fini(&w->result);
    }
    free(w);
}

lu_err lu_zoo_desk_judge(lu_app *a)
{
    lu_err err = free_for_work(a, true);

    if (!err && a->zoo.cost.there < a->zoo.cost.models) {
        err = lu_fail(LU_ERR_CANNOT, "not all models are there; b makes them");
    }
    return err ? lu_app_fail(a, err)
               : start_here(a, "judging the zoo", judge_work, judge_end, judge_drop);
}
