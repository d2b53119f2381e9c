/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The acts: the same functions of sessions/ as behind the commands of the command line. */
#include "tui/app/change.h"

#include <stdio.h>
#include <string.h>

enum { MODEL_FILE_MAX = INT32_MAX };

/* --- lines --- */

void lu_lines_push(lu_lines *l, const char *line)
{
    char *copy = lu_strdup(line);

    if (copy == NULL) {
        return; /* one step less to go back */
    }
    if (l->n == LU_UNDO_MAX) {
        free(l->line[0]);
        memmove(l->line, l->line + 1, --l->n * sizeof *l->line);
    }
    l->line[l->n++] = copy;
}

void lu_lines_drop(lu_lines *l)
{
    if (l->n > 0) {
        free(l->line[--l->n]);
    }
}

void lu_lines_fini(lu_lines *l)
{
    while (l->n > 0) {
        lu_lines_drop(l);
    }
}

/* --- models that were removed --- */

static void drop_kept(lu_kept *k)
{
    lu_buf_fini(&k->cfg);
    lu_buf_fini(&k->weights);
    *k = (lu_kept){0};
}

void lu_kept_fini(lu_kept_models *k)
{
    for (size_t i = 0; i < LU_KEPT_MAX; i++) {
        drop_kept(&k->model[i]);
    }
    k->n = 0;
}

/* Reads a model's files before it is removed; its number, or false. */
static bool keep(lu_kept_models *kept, const lu_case *c, const lu_item *item, size_t *number)
{
    lu_kept *k = &kept->model[kept->n % LU_KEPT_MAX];

    drop_kept(k);
    k->role = item->role;
    snprintf(k->name, sizeof k->name, "%s", item->name);
    snprintf(k->origin, sizeof k->origin, "%s", item->origin);
    if (lu_file_read(c->dir, item->cfg.path, MODEL_FILE_MAX, &k->cfg) ||
        lu_file_read(c->dir, item->weights.path, MODEL_FILE_MAX, &k->weights)) {
        drop_kept(k);
        return false;
    }
    *number = kept->n++;
    return true;
}

static const lu_kept *kept_model(const lu_kept_models *kept, const char *number)
{
    size_t k = strtoul(number, NULL, 10);

    return k < kept->n && k + LU_KEPT_MAX >= kept->n && kept->model[k % LU_KEPT_MAX].name[0]
               ? &kept->model[k % LU_KEPT_MAX]
               : NULL;
}

/* --- acts --- */

static void inverse(lu_act *a, const char *first, const char *second, const char *third)
{
    snprintf(a->inverse, sizeof a->inverse, "%s", first);
    if (lu_words_add(a->inverse, sizeof a->inverse, second) ||
        (third != NULL && lu_words_add(a->inverse, sizeof a->inverse, third))) {
        a->inverse[0] = '\0';
    }
}

static lu_err act_add(lu_act *a)
{
    char *const *w = a->words->word;
    lu_role role;

    if (a->words->n != 5 || !lu_role_parse(w[1], &role)) {
        return lu_fail(LU_ERR_USAGE,
                       "add victim|suspect|negative|positive NAME CFG-FILE WEIGHTS-FILE");
    }
    LU_TRY(lu_job_at(a->job, "taking the model in", 0, 0));
    LU_TRY(lu_case_add(a->c, role, w[2], w[3], w[4]));
    inverse(a, "remove", w[2], NULL);
    return LU_OK;
}

static lu_err act_remove(lu_act *a)
{
    const char *name = a->words->word[1];
    const lu_item *item = a->words->n == 2 ? lu_case_find(a->c, name) : NULL;
    char number[24];
    size_t k;
    bool kept;

    if (a->words->n != 2) {
        return lu_fail(LU_ERR_USAGE, "remove NAME");
    }
    LU_TRY(lu_job_at(a->job, "removing", 0, 0));
    kept = item != NULL && !a->c->sealed && keep(a->kept, a->c, item, &k);
    LU_TRY(lu_case_remove(a->c, name));
    if (kept) {
        snprintf(number, sizeof number, "%zu", k);
        inverse(a, "restore", number, NULL);
    }
    return LU_OK;
}

static lu_err act_restore(lu_act *a)
{
    const lu_kept *k = a->words->n == 2 ? kept_model(a->kept, a->words->word[1]) : NULL;

    if (k == NULL) {
        return lu_fail(LU_ERR_CANNOT, "the removed model is not kept any more");
    }
    LU_TRY(lu_job_at(a->job, "putting the model back", 0, 0));
    LU_TRY(lu_case_add_bytes(a->c, k->role, k->name, &k->cfg, &k->weights, k->origin));
    snprintf(a->said, sizeof a->said, "model %s put back", k->name);
    inverse(a, "remove", k->name, NULL);
    return LU_OK;
}

static lu_err act_data(lu_act *a)
{
    char *const *w = a->words->word;
    char before[LU_SPEC_PATH_MAX];
    lu_set set;

    if (a->words->n != 3 || !lu_set_parse(w[1], &set)) {
        return lu_fail(LU_ERR_USAGE, "data train|test|seeds SPEC");
    }
    snprintf(before, sizeof before, "%s", a->c->set[set].spec);
    LU_TRY(lu_case_data(a->c, set, w[2], a->job));
    if (before[0]) {
        inverse(a, "data", w[1], before);
    } else {
        inverse(a, "undata", w[1], NULL);
    }
    return LU_OK;
}

static lu_err act_undata(lu_act *a)
{
    char before[LU_SPEC_PATH_MAX];
    lu_set set;

    if (a->words->n != 2 || !lu_set_parse(a->words->word[1], &set)) {
        return lu_fail(LU_ERR_USAGE, "undata train|test|seeds");
    }
    snprintf(before, sizeof before, "%s", a->c->set[set].spec);
    LU_TRY(lu_case_undata(a->c, set));
    snprintf(a->said, sizeof a->said, "sample set %s taken out", a->words->word[1]);
    inverse(a, "data", a->words->word[1], before);
    return LU_OK;
}

static lu_err act_set(lu_act *a)
{
    const char *assignment = a->words->n == 2 ? a->words->word[1] : "";
    size_t len = strcspn(assignment, "=");
    char value[LU_WORD_MAX], before[LU_WORD_MAX + 64] = "";

    if (assignment[len] == '\0') {
        return lu_fail(LU_ERR_USAGE, "set KEY=VALUE");
    }
    for (size_t i = 0; i < lu_param_count; i++) {
        const lu_param_row *row = &lu_param_table[i];
        if (strlen(row->key) == len && strncmp(row->key, assignment, len) == 0) {
            lu_params_text(&a->c->params, row, value);
            snprintf(before, sizeof before, "%s=%s", row->key, value);
        }
    }
    LU_TRY(lu_job_at(a->job, "setting", 0, 0));
    LU_TRY(lu_case_set(a->c, assignment));
    inverse(a, "set", before, NULL);
    return LU_OK;
}

static lu_err act_seal(lu_act *a)
{
    LU_TRY(lu_job_at(a->job, "sealing", 0, 0));
    return lu_case_seal(a->c);
}

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

static lu_err act_run(lu_act *a)
{
    lu_run_options o = {.until = LU_STAGE_JUDGEMENT, .jobs = a->jobs, .reference = a->reference};
    lu_result result;

    if (a->words->n > 1) {
        o.until = stage_of(a->words->word[1]);
    }
    if (o.until == LU_STAGES) {
        return lu_fail(LU_ERR_USAGE, "'%s' is not seeds, tests, scores or judgement",
                       a->words->word[1]);
    }
    LU_TRY(lu_case_run(a->c, &o, a->job, &result));
    lu_result_fini(&result);
    return LU_OK;
}

static lu_err act_infer(lu_act *a)
{
    const lu_member_options o = {.jobs = a->jobs, .reference = a->reference};
    lu_member_report report;

    if (a->words->n > 1) {
        return lu_fail(LU_ERR_USAGE, "infer takes no words");
    }
    LU_TRY(lu_member_run(a->c, &o, a->job, &report));
    lu_member_report_fini(&report);
    return LU_OK;
}

static lu_err act_export(lu_act *a)
{
    lu_export_options o = {.scope = LU_SCOPE_FULL};
    lu_export_done done;

    if (a->words->n < 2 || a->words->n > 3 ||
        (a->words->n == 3 && !lu_scope_parse(a->words->word[2], &o.scope))) {
        return lu_fail(LU_ERR_USAGE, "export FOLDER [full|redacted|report]");
    }
    o.to = a->words->word[1];
    return lu_export(a->c, &o, a->job, &done);
}

/* Other settings of the judgement, tried on the screen. */
static lu_err act_trial(lu_act *a)
{
    char settings[LU_LINE_MAX] = "";

    for (size_t i = 1; i < a->words->n; i++) {
        size_t len = strlen(settings);
        snprintf(settings + len, sizeof settings - len, "%s%s", i > 1 ? " " : "",
                 a->words->word[i]);
    }
    return lu_case_trial(a->c, settings);
}

/* --- the table --- */

static const lu_act_row acts[] = {
    {"add", "adding a model", act_add, false},
    {"remove", "removing a model", act_remove, false},
    {"restore", "putting a model back", act_restore, false},
    {"data", "reading samples in", act_data, false},
    {"undata", "taking samples out", act_undata, false},
    {"set", "setting a parameter", act_set, false},
    {"seal", "sealing the protocol", act_seal, false},
    {"run", "running the stages", act_run, false},
    {"infer", "testing membership", act_infer, false},
    {"export", "exporting the case", act_export, false},
    {"trial", "noting a trial", act_trial, true},
};

const lu_act_row *lu_act_find(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (strlen(acts[i].name) == len && strncmp(acts[i].name, name, len) == 0) {
            return &acts[i];
        }
    }
    return NULL;
}
