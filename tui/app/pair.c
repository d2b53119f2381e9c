/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers that the Samples screen shows: victim's and suspect's to the black-box tests. */
#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>

typedef struct asking {
    char *path; /* owned */
    char model[LU_NAME_MAX];
    bool reference;
    lu_shared tests; /* a sealed copy of the tests' images */
    size_t n, classes;
    float *victim, *suspect; /* owned */
} asking;

static lu_err ask_both(asking *w, lu_case *c, const lu_job *job)
{
    const lu_item *suspect = lu_case_find(c, w->model), *victim = lu_case_victim(c);

    if (suspect == NULL || victim == NULL) {
        return lu_fail(LU_ERR_CANNOT, "the model is not in the case any more");
    }
    w->classes = victim->info.classes;
    if (suspect->info.classes != w->classes) {
        return lu_fail(LU_ERR_CANNOT, "%s has another number of classes", w->model);
    }
    LU_TRY(lu_case_ask(c, victim, &w->tests, w->reference, job, &w->victim));
    return lu_case_ask(c, suspect, &w->tests, w->reference, job, &w->suspect);
}

static lu_err ask_work(void *context, const lu_job *job)
{
    asking *w = context;
    lu_case *c;
    lu_err err;

    LU_TRY(lu_case_open(w->path, LU_CASE_READ, &c));
    err = ask_both(w, c, job);
    lu_case_close(&c);
    return err;
}

void lu_app_forget_pair(lu_app *a)
{
    free(a->asked.victim);
    free(a->asked.suspect);
    a->asked = (lu_asked_pair){0};
}

static void ask_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    asking *w = context;

    a->asking = false;
    lu_app_forget_pair(a);
    if (strcmp(w->path, a->path) != 0) {
        return; /* another case was opened meanwhile */
    }
    a->asked = (lu_asked_pair){.tests = err ? 0 : w->n, .classes = w->classes};
    snprintf(a->asked.model, sizeof a->asked.model, "%s", w->model);
    if (err) {
        lu_app_say(a, LU_INK_WARNING, "%s could not be asked", w->model);
        return;
    }
    a->asked.victim = w->victim;
    a->asked.suspect = w->suspect;
    w->victim = w->suspect = NULL;
}

static void ask_drop(void *context)
{
    asking *w = context;

    lu_shared_fini(&w->tests);
    free(w->victim);
    free(w->suspect);
    free(w->path);
    free(w);
}

void lu_app_ask_pair(lu_app *a)
{
    const lu_model_result *m = lu_app_suspect(a);
    asking *w;

    if (m == NULL || a->asking || a->look.blackbox.tests.n == 0 ||
        (strcmp(a->asked.model, m->name) == 0 &&
         (a->asked.tests == a->look.blackbox.tests.n || a->asked.tests == 0))) {
        return;
    }
    w = lu_zalloc(1, sizeof *w);
    if (w == NULL) {
        return;
    }
    w->tests.fd = -1;
    w->reference = a->options.reference;
    w->n = a->look.blackbox.tests.n;
    snprintf(w->model, sizeof w->model, "%s", m->name);
    w->path = lu_strdup(a->path);
    if (w->path == NULL || lu_shared_new(&a->look.blackbox.tests, &w->tests)) {
        ask_drop(w);
        return;
    }
    a->asking = true;
    if (lu_jobs_add(&a->jobs, "asking the models", true, ask_work, w, ask_end, ask_drop, a)) {
        a->asking = false;
    }
}
