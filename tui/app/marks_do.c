/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done with a watermark from the screen: asking models, committing, embedding, writing. */
#include "tui/app/internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- asking --- */

typedef struct asking {
    char *path; /* the case's; owned */
    char bundle[LU_PATH_MAX], model[LU_NAME_MAX];
    char cfg[LU_PATH_MAX], weights[LU_PATH_MAX];
    char *test; /* SPEC of the case's test samples, or NULL; owned */
    lu_mark_verify_options options;
    lu_asked_keys *asked; /* owned */
    char error[512];
} asking;

static lu_err ask_work(void *context, const lu_job *job)
{
    asking *w = context;
    lu_err err = lu_mark_verify_run(&w->options, job, &w->asked->report);

    if (err) {
        lu_error_text(w->error, sizeof w->error);
    }
    return err;
}

static void tell_verdict(lu_app *a, const lu_asked_keys *k)
{
    const lu_mark_evidence *e = &k->report.tried[LU_TRIED_SUSPECT].evidence;
    char p[LU_NUMBER_MAX];

    if (k->report.verdict == LU_MARK_INVALID) {
        lu_app_say(a, LU_INK_WARNING, "the run is invalid: %s", k->report.reason);
        return;
    }
    lu_app_say(a, LU_INK_TEXT, "%s %s: %zu of %zu keys match, p %s", k->model,
               k->report.verdict == LU_MARK_FOUND ? "carries the mark" : "does not show the mark",
               e->rate.k, e->rate.n, lu_number(e->p, p));
}

/* Takes the place of what the model was asked before, or the oldest's. */
static void keep_asked(lu_marks *m, lu_asked_keys *k)
{
    size_t at = 0;

    while (at < m->asked && strcmp(m->ask[at]->model, k->model) != 0) {
        at++;
    }
    at = at == LU_MARKS_ASKED ? 0 : at;
    if (at < m->asked) {
        lu_mark_report_fini(&m->ask[at]->report);
        free(m->ask[at]);
        memmove(&m->ask[at], &m->ask[at + 1], (--m->asked - at) * sizeof(m->ask[0]));
    }
    m->ask[m->asked++] = k;
}

static void ask_end(void *owner, void *context, lu_err err)
{
    lu_app *a = owner;
    asking *w = context;

    if (strcmp(w->path, a->path) != 0 || strcmp(w->bundle, a->marks.path) != 0) {
        return; /* another case or bundle was opened meanwhile */
    }
    if (err == LU_ERR_CANCELLED) {
        lu_app_say(a, LU_INK_TEXT, "asking %s: stopped", w->model);
    } else if (err) {
        snprintf(a->error, sizeof a->error, "%s", w->error);
        lu_app_say(a, LU_INK_ERROR, "! %.200s", w->error);
    } else {
        tell_verdict(a, w->asked);
        keep_asked(&a->marks, w->asked);
        w->asked = NULL;
    }
}

static void ask_drop(void *context)
{
    asking *w = context;

    if (w->asked != NULL) {
        lu_mark_report_fini(&w->asked->report);
    }
    free(w->asked);
    free(w->test);
    free(w->path);
    free(w);
}

/* Made samples are the case's own only by their seed. */
static lu_err case_set(const lu_app *a, lu_set set, char **spec, uint64_t *seed)
{
    *spec = NULL;
    if (!a->c->set[set].given) {
        return LU_OK;
    }
    if (strncmp(a->c->set[set].inside, "synth:", 6) == 0) {
        *seed = a->c->set[set].seed;
    }
    return lu_case_spec(a->c, set, spec);
}

static lu_err prepare(const lu_app *a, const lu_item *item, asking *w)
{
    lu_mark_verify_options *o = &w->options;

    LU_TRY(LU_NEW(w->asked, 1));
    snprintf(w->model, sizeof w->model, "%s", item->name);
    snprintf(w->asked->model, sizeof w->asked->model, "%s", item->name);
    memcpy(w->bundle, a->marks.path, sizeof w->bundle);
    w->path = lu_strdup(a->path);
    LU_TRY(w->path ? LU_OK : LU_ERR_MEMORY);
    if (snprintf(w->cfg, sizeof w->cfg, "%s/%s", a->path, item->cfg.path) >= (int)sizeof w->cfg ||
        snprintf(w->weights, sizeof w->weights, "%s/%s", a->path, item->weights.path) >=
            (int)sizeof w->weights) {
        return lu_fail(LU_ERR_INPUT, "the case's path is too long");
    }
    *o = (lu_mark_verify_options){.bundle = w->bundle,
                                  .cfg = w->cfg,
                                  .weights = w->weights,
                                  .logos = LU_MARK_LOGOS,
                                  .reference = a->options.reference,
                                  .params = lu_verify_default()};
    LU_TRY(case_set(a, LU_SET_TEST, &w->test, &o->params.seed));
    o->test = w->test;
    return LU_OK;
}

/* What stands in the way of asking a suspect. */
static lu_err may_ask(const lu_app *a, const lu_item *item)
{
    const lu_marks *m = &a->marks;

    if (!m->open) {
        return lu_fail(LU_ERR_CANNOT, "no bundle is open; o opens one, a makes one");
    }
    if (m->bundle.seal.hex[0] == '\0') {
        return lu_fail(LU_ERR_CANNOT,
                       "the bundle is not committed: :commit seals it, before a suspect is asked");
    }
    return item ? LU_OK : lu_fail(LU_ERR_CANNOT, "the case has no suspect to ask; 1 and a add one");
}

lu_err lu_marks_verify(lu_app *a, const char *name)
{
    asking *w;
    char title[96];
    lu_err err = name[0] ? lu_marks_choose(a, name) : LU_OK;
    const lu_item *item = lu_marks_model(a);

    if (err) {
        return err;
    }
    err = may_ask(a, item);
    if (!err) {
        err = LU_NEW(w, 1);
    }
    if (err) {
        return lu_app_fail(a, err);
    }
    err = prepare(a, item, w);
    if (err) {
        ask_drop(w);
        return lu_app_fail(a, err);
    }
    a->marks.control = 0;
    snprintf(title, sizeof title, "asking %.64s for the keys", item->name);
    return lu_jobs_add(&a->jobs, title, false, ask_work, w, ask_end, ask_drop, a);
}

/* --- by the command line --- */

static void open_path(lu_app *a, const char *path)
{
    char line[LU_LINE_MAX] = "";

    if (!lu_words_add(line, sizeof line, path)) {
        (void)lu_marks_open(a, line);
    }
}

static void committed(lu_app *a, lu_err err)
{
    if (!err) {
        open_path(a, a->marks.path);
    }
}

lu_err lu_marks_keep(lu_app *a)
{
    char line[LU_LINE_MAX] = "lineup watermark verify";
    lu_err err = may_ask(a, lu_marks_model(a));

    if (!err && (lu_words_add(line, sizeof line, a->marks.path) ||
                 lu_words_add(line, sizeof line, "--case") ||
                 lu_words_add(line, sizeof line, a->path))) {
        err = LU_ERR_USAGE;
    }
    return err ? lu_app_fail(a, err) : lu_app_call_line(a, line, NULL);
}

lu_err lu_marks_commit(lu_app *a)
{
    char line[LU_LINE_MAX] = "lineup watermark commit";

    if (!a->marks.open) {
        return lu_app_fail(a, lu_fail(LU_ERR_CANNOT, "no bundle is open; o opens one"));
    }
    if (lu_words_add(line, sizeof line, a->marks.path)) {
        return lu_app_fail(a, LU_ERR_USAGE);
    }
    return lu_app_call_line(a, line, committed);
}

/* Is --NAME among the words? */
static bool given(const lu_words *w, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < w->n; i++) {
        if (strncmp(w->word[i], name, len) == 0 && strchr("=", w->word[i][len])) {
            return true;
        }
    }
    return false;
}

typedef struct line {
    char text[LU_LINE_MAX];
} line;

static lu_err add_option(line *l, const lu_words *words, const char *name, const char *value)
{
    if (value == NULL || given(words, name)) {
        return LU_OK;
    }
    LU_TRY(lu_words_add(l->text, sizeof l->text, name));
    return lu_words_add(l->text, sizeof l->text, value);
}

/* The victim's description and the case's samples, as far as the words do not name others. */
static lu_err add_defaults(const lu_app *a, const lu_words *words, line *l)
{
    const lu_item *victim = lu_case_victim(a->c);
    char cfg[LU_PATH_MAX], number[24];
    char *train = NULL, *test = NULL;
    uint64_t seed = UINT64_MAX;
    lu_err err = case_set(a, LU_SET_TRAIN, &train, &seed);

    if (!err && !given(words, "--data")) {
        err = case_set(a, LU_SET_TEST, &test, &seed);
    }
    snprintf(cfg, sizeof cfg, "%s/%s", a->path, victim ? victim->cfg.path : "");
    snprintf(number, sizeof number, "%llu", (unsigned long long)seed);
    if (!err) {
        err = add_option(l, words, "--cfg", victim ? cfg : NULL);
    }
    if (!err) {
        err = add_option(l, words, "--data", train);
    }
    if (!err) {
        err = add_option(l, words, "--test", test);
    }
    if (!err) {
        err = add_option(l, words, "--seed", seed == UINT64_MAX ? NULL : number);
    }
    free(train);
    free(test);
    return err;
}

static void embedded(lu_app *a, lu_err err)
{
    if (err == LU_ERR_CANCELLED) {
        lu_app_say(a, LU_INK_TEXT, "stopped; the same :embed line goes on where it was");
    } else if (!err && a->marks.making[0]) {
        open_path(a, a->marks.making);
    }
    a->marks.making[0] = '\0';
}

static lu_err embed(lu_app *a, const lu_words *words)
{
    line l = {"lineup watermark embed"};

    if (words->word[0][0] == '-') {
        return lu_fail(LU_ERR_USAGE, "the folder of the bundle comes first: embed BUNDLE");
    }
    LU_TRY(add_option(&l, words, "--out", words->word[0]));
    LU_TRY(add_defaults(a, words, &l));
    for (size_t i = 1; i < words->n; i++) {
        LU_TRY(lu_words_add(l.text, sizeof l.text, words->word[i]));
    }
    snprintf(a->marks.making, sizeof a->marks.making, "%s",
             given(words, "--cost") ? "" : words->word[0]);
    return lu_app_call_line(a, l.text, embedded);
}

lu_err lu_marks_embed(lu_app *a, const char *words)
{
    lu_words w;
    lu_err err;

    if (lu_app_working(a)) {
        return lu_app_fail(a, lu_fail(LU_ERR_CANNOT, "a job is running; x stops it"));
    }
    err = lu_words_of(words, &w);
    if (!err) {
        err = w.n ? embed(a, &w) : lu_fail(LU_ERR_USAGE, "embed BUNDLE [OPTION...]");
        lu_words_fini(&w);
    }
    return err ? lu_app_fail(a, err) : LU_OK;
}

/* --- writing --- */

static lu_err sheet_line(const lu_app *a, const char *folder, line *l)
{
    const lu_marks *m = &a->marks;
    const lu_item *item = lu_marks_model(a);
    char pair[3 * LU_PATH_MAX], gain[16];

    snprintf(gain, sizeof gain, "%d", a->gain);
    LU_TRY(lu_words_add(l->text, sizeof l->text, m->path));
    LU_TRY(lu_words_add(l->text, sizeof l->text, "--out"));
    LU_TRY(lu_words_add(l->text, sizeof l->text, folder));
    LU_TRY(lu_words_add(l->text, sizeof l->text, "--gain"));
    LU_TRY(lu_words_add(l->text, sizeof l->text, gain));
    if (lu_marks_tried(a) == NULL) {
        return LU_OK;
    }
    if (m->control == LU_TRIED_SUSPECT) {
        snprintf(pair, sizeof pair, "%s/%s:%s/%s", a->path, item->cfg.path, a->path,
                 item->weights.path);
    } else {
        snprintf(pair, sizeof pair, "%s/host.cfg:%s/%s.weights", m->path, m->path,
                 lu_marks_control(m->control));
    }
    LU_TRY(lu_words_add(l->text, sizeof l->text, "--suspect"));
    LU_TRY(lu_words_add(l->text, sizeof l->text, pair));
    LU_TRY(lu_words_add(l->text, sizeof l->text, "--name"));
    LU_TRY(lu_words_add(l->text, sizeof l->text, lu_marks_name(a)));
    LU_TRY(lu_words_add(l->text, sizeof l->text, "--only"));
    return lu_words_add(l->text, sizeof l->text, lu_keys_only_name(m->only));
}

lu_err lu_marks_sheet(lu_app *a, const char *words)
{
    line l = {"lineup watermark sheet"};
    lu_words w;
    lu_err err = lu_words_of(words, &w);

    if (!err && (w.n != 1 || !a->marks.open)) {
        err = w.n != 1 ? lu_fail(LU_ERR_USAGE, "sheet FOLDER")
                       : lu_fail(LU_ERR_CANNOT, "no bundle is open; o opens one, a makes one");
    } else if (!err) {
        err = sheet_line(a, w.word[0], &l);
    }
    lu_words_fini(&w);
    return err ? lu_app_fail(a, err) : lu_app_call_line(a, l.text, NULL);
}
