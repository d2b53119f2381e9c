/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of the lab: what they hold, how it is changed. */
#include "tui/app/lab.h"

#include "tui/app/internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double SHARE = 0.2; /* pruned unless another is named; the paper's smallest (VI-A) */

static const struct {
    const char *key, *help;
} texts[LU_LAB_TEXTS] = {
    {"cfg", "the network's .cfg file"},
    {"weights", "the victim's .weights file"},
    {"victim-cfg", "the victim's .cfg file, where it is another network"},
    {"data", "samples to train on, a SPEC as of lineup(1)"},
    {"test", "samples to measure its accuracy on, a SPEC"},
    {"out", "the .weights file to write; its record comes beside it"},
};

void lu_lab_prepare(lu_app *a)
{
    lu_lab *l = &a->lab;

    if (l->ready) {
        return;
    }
    for (int i = 0; i < LU_RECIPE_KINDS; i++) {
        l->form[i] = lu_recipe_of((lu_recipe_kind)i, SHARE, 0);
    }
    l->ready = true;
}

/* --- rows --- */

static bool uses_text(lu_recipe_kind kind, lu_lab_text text)
{
    const lu_method *m = lu_methods[kind];

    switch (text) {
    case LU_LAB_WEIGHTS: return m->needs != LU_NEEDS_NOTHING;
    case LU_LAB_VICTIM_CFG: return m->needs == LU_NEEDS_ANSWERS;
    case LU_LAB_DATA: return m->samples;
    default: return true;
    }
}

/* Training's own numbers are those up to `flip`, where the method trains; else what the method sets
   otherwise than plain training, or somebody did. */
static bool uses_field(const lu_lab *l, const lu_recipe_field *f)
{
    lu_recipe own = lu_recipe_of(l->kind, SHARE, 0), plain = lu_recipe_of(LU_RECIPE_TRAIN, 0, 0);
    const lu_recipe *now = &l->form[l->kind];
    double v = lu_recipe_get(now, f);
    bool training = f->offset >= offsetof(lu_recipe, optimiser) &&
                    f->offset <= offsetof(lu_recipe, flip) &&
                    (f->offset != offsetof(lu_recipe, momentum) || now->optimiser == LU_SGD);

    return (own.epochs > 0 && training) || v != lu_recipe_get(&own, f) ||
           (lu_recipe_get(&own, f) != lu_recipe_get(&plain, f) &&
            f->offset != offsetof(lu_recipe, from_parent) &&
            f->offset != offsetof(lu_recipe, epochs));
}

static void add_text(const lu_lab *l, lu_lab_text text, lu_lab_row *out, size_t *n)
{
    if (uses_text(l->kind, text)) {
        out[(*n)++] = (lu_lab_row){
            .is = LU_LAB_IS_TEXT, .text = text, .key = texts[text].key, .help = texts[text].help};
    }
}

size_t lu_lab_rows(const lu_app *a, lu_lab_row out[LU_LAB_ROWS_MAX])
{
    const lu_lab *l = &a->lab;
    size_t n = 0;

    if (!l->ready) {
        return 0;
    }
    for (int i = 0; i < LU_LAB_TEXTS; i++) {
        add_text(l, (lu_lab_text)i, out, &n);
    }
    out[n++] = (lu_lab_row){.is = LU_LAB_IS_SEED,
                            .key = "seed",
                            .help = "of every random draw; the same, the same bytes"};
    for (size_t i = 0; i < lu_recipe_field_count && n < LU_LAB_ROWS_MAX; i++) {
        const lu_recipe_field *f = &lu_recipe_fields[i];
        if (uses_field(l, f)) {
            out[n++] =
                (lu_lab_row){.is = LU_LAB_IS_FIELD, .field = f, .key = f->key, .help = f->help};
        }
    }
    return n;
}

/* --- values --- */

static uint64_t seed_of(const lu_app *a)
{
    const lu_dataset *train = &a->c->set[LU_SET_TRAIN];

    if (a->lab.seeded) {
        return a->lab.seed;
    }
    if (train->given && strncmp(train->inside, "synth:", 6) == 0) {
        return train->seed; /* drawn samples are the case's own only by their seed */
    }
    return (uint64_t)a->c->params.seed;
}

/* The case's own file or samples; "" when it has none. */
static void from_case(const lu_app *a, lu_lab_text text, char out[LU_SPEC_PATH_MAX])
{
    const lu_item *victim = lu_case_victim(a->c);
    lu_set set = text == LU_LAB_DATA ? LU_SET_TRAIN : LU_SET_TEST;
    char *spec = NULL;

    out[0] = '\0';
    if (!lu_app_has_case(a)) {
        return;
    }
    if ((text == LU_LAB_CFG || text == LU_LAB_WEIGHTS) && victim != NULL) {
        snprintf(out, LU_SPEC_PATH_MAX, "%s/%s", a->path,
                 text == LU_LAB_CFG ? victim->cfg.path : victim->weights.path);
    } else if ((text == LU_LAB_DATA || text == LU_LAB_TEST) && a->c->set[set].given &&
               lu_case_spec(a->c, set, &spec) == LU_OK) {
        snprintf(out, LU_SPEC_PATH_MAX, "%s", spec);
    }
    free(spec);
}

static const char *text_value(const lu_app *a, lu_lab_text text, char out[LU_SPEC_PATH_MAX])
{
    const lu_lab *l = &a->lab;

    if (l->text[text][0]) {
        snprintf(out, LU_SPEC_PATH_MAX, "%s", l->text[text]);
    } else if (text == LU_LAB_OUT) {
        snprintf(out, LU_SPEC_PATH_MAX, "%s-%llu.weights", lu_methods[l->kind]->name,
                 (unsigned long long)seed_of(a));
    } else {
        from_case(a, text, out);
    }
    return out;
}

/* The k-th of "a|b|c". */
static void word_of(const char *words, int k, char out[LU_SPEC_PATH_MAX])
{
    for (; k > 0 && words[strcspn(words, "|")]; k--) {
        words += strcspn(words, "|") + 1;
    }
    snprintf(out, LU_SPEC_PATH_MAX, "%.*s", (int)strcspn(words, "|"), words);
}

const char *lu_lab_value(const lu_app *a, const lu_lab_row *row, char out[LU_SPEC_PATH_MAX])
{
    double v;

    if (row->is == LU_LAB_IS_TEXT) {
        return text_value(a, row->text, out);
    }
    if (row->is == LU_LAB_IS_SEED) {
        snprintf(out, LU_SPEC_PATH_MAX, "%llu", (unsigned long long)seed_of(a));
        return out;
    }
    v = lu_recipe_get(&a->lab.form[a->lab.kind], row->field);
    if (row->field->type == LU_FIELD_CHOICE) {
        word_of(row->field->words, (int)v, out);
    } else {
        snprintf(out, LU_SPEC_PATH_MAX, "%.10g", v);
    }
    return out;
}

bool lu_lab_given(const lu_app *a, const lu_lab_row *row)
{
    const lu_lab *l = &a->lab;
    lu_recipe own = lu_recipe_of(l->kind, SHARE, 0);

    switch (row->is) {
    case LU_LAB_IS_TEXT: return l->text[row->text][0] != '\0';
    case LU_LAB_IS_SEED: return l->seeded;
    default: break;
    }
    return lu_recipe_get(&l->form[l->kind], row->field) != lu_recipe_get(&own, row->field);
}

const char *lu_lab_lacks(const lu_app *a)
{
    static const char *const words[LU_LAB_TEXTS] = {"the network's .cfg file (cfg)",
                                                    "the victim's .weights file (weights)",
                                                    NULL,
                                                    "samples to train on (data)",
                                                    NULL,
                                                    NULL};
    char value[LU_SPEC_PATH_MAX];

    for (int i = 0; i < LU_LAB_TEXTS; i++) {
        if (words[i] != NULL && uses_text(a->lab.kind, (lu_lab_text)i) &&
            !(i == LU_LAB_DATA && a->lab.kind == LU_RECIPE_JBA) &&
            text_value(a, (lu_lab_text)i, value)[0] == '\0') {
            return words[i];
        }
    }
    return "";
}

/* --- changing --- */

static lu_err set_seed(lu_lab *l, const char *text)
{
    char *end;
    unsigned long long v = strtoull(text, &end, 10);

    if (text[0] == '\0') {
        l->seeded = false;
        return LU_OK;
    }
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || v >= 1ull << 53) {
        return lu_fail(LU_ERR_USAGE, "seed=%s is not a whole number below 2^53", text);
    }
    l->seed = v;
    l->seeded = true;
    return LU_OK;
}

static lu_err set_one(lu_lab *l, const char *assignment)
{
    size_t len = strcspn(assignment, "=");

    if (assignment[len] == '=' && len == 4 && strncmp(assignment, "seed", len) == 0) {
        return set_seed(l, assignment + len + 1);
    }
    for (int i = 0; i < LU_LAB_TEXTS && assignment[len] == '='; i++) {
        if (strlen(texts[i].key) == len && strncmp(texts[i].key, assignment, len) == 0) {
            if (strlen(assignment + len + 1) >= sizeof l->text[i]) {
                return lu_fail(LU_ERR_USAGE, "%s is too long", texts[i].key);
            }
            snprintf(l->text[i], sizeof l->text[i], "%s", assignment + len + 1);
            return LU_OK;
        }
    }
    return lu_recipe_set(&l->form[l->kind], assignment);
}

static lu_err set_all(lu_lab *l, const lu_words *w)
{
    size_t first = w->n > 0 && strchr(w->word[0], '=') == NULL;

    if (first && !lu_method_parse(w->word[0], &l->kind)) {
        return lu_fail(LU_ERR_USAGE, "there is no method '%s'", w->word[0]);
    }
    for (size_t i = first; i < w->n; i++) {
        LU_TRY(set_one(l, w->word[i]));
    }
    return lu_recipe_check(&l->form[l->kind]);
}

static lu_err fill(lu_app *a, const char *words)
{
    lu_lab *changed = NULL;
    lu_words w;
    lu_err err;

    err = lu_words_of(words, &w);
    if (err) {
        return lu_app_fail(a, err);
    }
    err = LU_NEW(changed, 1);
    if (!err) {
        *changed = a->lab;
        err = set_all(changed, &w);
    }
    if (!err) {
        a->lab = *changed;
        lu_app_say(a, LU_INK_TEXT, "%s%s", lu_recipe_name(a->lab.kind), w.n > 1 ? ": set" : "");
    }
    free(changed);
    lu_words_fini(&w);
    return err ? lu_app_fail(a, err) : LU_OK;
}

void lu_lab_pane(lu_app *a, bool form)
{
    a->focus = form;
    a->list[LU_SCREEN_LAB] = (lu_list){.cursor = form ? 0 : a->lab.kind};
}

lu_err lu_lab_show(lu_app *a, const char *words)
{
    lu_list before = a->list[LU_SCREEN_LAB];
    bool stays = !a->zoo.shown && words[0] != '\0';

    lu_lab_prepare(a);
    a->zoo.shown = false;
    lu_lab_pane(a, words[0] != '\0');
    if (stays) { /* the row that was edited */
        a->list[LU_SCREEN_LAB] = before;
    }
    return words[0] ? fill(a, words) : LU_OK;
}

void lu_lab_turn(lu_app *a, const lu_lab_row *row, int by)
{
    lu_recipe *r = &a->lab.form[a->lab.kind];
    double v;
    int n;

    if (row->is != LU_LAB_IS_FIELD ||
        (row->field->type != LU_FIELD_SWITCH && row->field->type != LU_FIELD_CHOICE)) {
        return;
    }
    n = (int)row->field->high + 1;
    v = lu_recipe_get(r, row->field);
    lu_recipe_put(r, row->field, ((int)v + by + n) % n);
}

void lu_lab_edit(lu_app *a, const lu_lab_row *row)
{
    char line[LU_PROMPT_MAX], value[LU_SPEC_PATH_MAX], pair[LU_SPEC_PATH_MAX + 32];

    if (row->is == LU_LAB_IS_FIELD &&
        (row->field->type == LU_FIELD_SWITCH || row->field->type == LU_FIELD_CHOICE)) {
        lu_lab_turn(a, row, 1);
        return;
    }
    snprintf(line, sizeof line, "lab %s", lu_methods[a->lab.kind]->name);
    snprintf(pair, sizeof pair, "%s=%s", row->key, lu_lab_value(a, row, value));
    if (lu_words_add(line, sizeof line, pair)) {
        lu_app_fail(a, LU_ERR_USAGE);
        return;
    }
    lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, line);
    lu_app_say(a, LU_INK_DIM, "%s", row->help);
}
