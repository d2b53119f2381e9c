/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work on the case, in jobs: the same functions as behind the commands of the command line. */
#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>

/* --- reading --- */

typedef struct reading {
    char *path; /* owned */
    bool reference;
    lu_case *c;
    lu_look look;
} reading;

static lu_err read_work(void *context, const lu_job *job)
{
    reading *r = context;
    lu_err err;

    LU_TRY(lu_case_open(r->path, LU_CASE_READ, &r->c));
    if (lu_case_victim(r->c) == NULL || !r->c->set[LU_SET_TEST].given) {
        return LU_OK; /* nothing can be stored yet */
    }
    err = lu_case_look(r->c, r->reference, job, &r->look);
    return err;
}

static void read_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    reading *r = context;
    bool was_trial = memcmp(&a->trial, &a->c->params, sizeof a->trial) != 0;

    if (err) {
        lu_app_say(a, LU_INK_ERROR, "! the case cannot be read again; ! shows why");
    }
    if (r->c != NULL) {
        lu_case_close(&a->c);
        a->c = r->c;
        r->c = NULL;
        a->trial = was_trial ? a->trial : a->c->params;
    }
    if (!err) {
        lu_look_fini(&a->look);
        a->look = r->look;
        memset(&r->look, 0, sizeof r->look);
        r->look.seed_images.fd = -1;
        a->looks++;
        a->stale = false;
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
        r->path = lu_strdup(a->options.path);
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

void lu_app_reload(lu_app *a)
{
    lu_app_read(a);
}

/* --- acting --- */

enum { WORDS_MAX = 8 };

typedef struct acting {
    char *path, *word[WORDS_MAX]; /* owned */
    size_t words;
    lu_act act;
    char title[96];
    char error[LU_LINE_MAX];
} acting;

static lu_err act_work(void *context, const lu_job *job)
{
    acting *w = context;
    lu_case *c = NULL;
    lu_err err = lu_case_open(w->path, LU_CASE_WRITE, &c);

    if (!err) {
        err = w->act(c, w->word, w->words, job);
    }
    if (err) {
        const char *where = lu_error_where();
        snprintf(w->error, sizeof w->error, "%s%s%s%s", lu_error_what(), where[0] ? " (" : "",
                 where, where[0] ? ")" : "");
    }
    lu_case_close(&c);
    return err;
}

static void act_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    const acting *w = context;

    if (err && err != LU_ERR_CANCELLED) {
        snprintf(a->error, sizeof a->error, "%s", w->error);
        lu_app_say(a, LU_INK_ERROR, "! %.200s", w->error);
    } else {
        lu_app_say(a, LU_INK_TEXT, "%s: %s", w->title,
                   err ? "stopped, what was done is kept" : "done");
    }
    lu_app_read(a);
}

static void act_drop(void *context)
{
    acting *w = context;

    for (size_t i = 0; i < w->words; i++) {
        free(w->word[i]);
    }
    free(w->path);
    free(w);
}

lu_err lu_app_act(lu_app *a, const char *title, lu_act act, char *const *words, size_t n)
{
    acting *w = lu_zalloc(1, sizeof *w);

    if (w == NULL) {
        return lu_app_fail(a, LU_ERR_MEMORY);
    }
    w->act = act;
    w->path = lu_strdup(a->options.path);
    snprintf(w->title, sizeof w->title, "%s", title);
    for (size_t i = 0; i < n && i < WORDS_MAX; i++) {
        w->word[i] = lu_strdup(words[i]);
        w->words++;
        if (w->word[i] == NULL) {
            act_drop(w);
            return lu_app_fail(a, LU_ERR_MEMORY);
        }
    }
    return lu_jobs_add(&a->jobs, title, false, act_work, w, act_end, act_drop, a);
}

/* --- the acts --- */

static lu_stage stage_of(const char *word)
{
    static const char *const names[LU_STAGES] = {"seeds", "tests", "scores", "judgement"};

    for (int i = 0; i < LU_STAGES; i++) {
        if (strcmp(word, names[i]) == 0) {
            return (lu_stage)i;
        }
    }
    return LU_STAGES;
}

lu_err lu_act_run(lu_case *c, char **words, size_t n, const lu_job *job)
{
    lu_run_options o = {.until = LU_STAGE_JUDGEMENT};
    lu_result result;
    lu_err err;

    o.jobs = n > 0 ? (size_t)strtoul(words[0], NULL, 10) : 0;
    o.reference = n > 1 && strcmp(words[1], "darknet") == 0;
    o.until = n > 2 ? stage_of(words[2]) : LU_STAGE_JUDGEMENT;
    if (o.until == LU_STAGES) {
        return lu_fail(LU_ERR_USAGE, "'%s' is not seeds, tests, scores or judgement", words[2]);
    }
    err = lu_case_run(c, &o, job, &result);
    if (!err) {
        lu_result_fini(&result);
    }
    return err;
}

lu_err lu_act_add(lu_case *c, char **words, size_t n, const lu_job *job)
{
    lu_role role;

    LU_TRY(lu_job_at(job, "taking the model in", 0, 0));
    if (n != 4 || !lu_role_parse(words[0], &role)) {
        return lu_fail(LU_ERR_USAGE,
                       "add victim|suspect|negative|positive NAME CFG-FILE WEIGHTS-FILE");
    }
    return lu_case_add(c, role, words[1], words[2], words[3]);
}

lu_err lu_act_remove(lu_case *c, char **words, size_t n, const lu_job *job)
{
    LU_TRY(lu_job_at(job, "removing", 0, 0));
    return n == 1 ? lu_case_remove(c, words[0]) : lu_fail(LU_ERR_USAGE, "remove NAME");
}

lu_err lu_act_data(lu_case *c, char **words, size_t n, const lu_job *job)
{
    lu_set set;

    if (n != 2 || !lu_set_parse(words[0], &set)) {
        return lu_fail(LU_ERR_USAGE, "data train|test|seeds SPEC");
    }
    return lu_case_data(c, set, words[1], job);
}

lu_err lu_act_set(lu_case *c, char **words, size_t n, const lu_job *job)
{
    LU_TRY(lu_job_at(job, "setting", 0, 0));
    return n == 1 ? lu_case_set(c, words[0]) : lu_fail(LU_ERR_USAGE, "set KEY=VALUE");
}

lu_err lu_act_seal(lu_case *c, char **words, size_t n, const lu_job *job)
{
    (void)words;
    (void)n;
    LU_TRY(lu_job_at(job, "sealing", 0, 0));
    return lu_case_seal(c);
}
