/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/history.h"
#include "sessions/case/json.h"

#include <stdio.h>
#include <string.h>

void lu_history_clear(lu_case *c)
{
    free(c->result);
    free(c->exposure);
    free(c->kept_file);
    c->result = NULL;
    c->exposure = NULL;
    c->kept_file = NULL;
    c->results = c->exposures = c->kept = 0;
    c->journal_sealed = false;
    c->journal_time[0] = '\0';
    c->clock_back = 0;
    c->journal_protocol = c->judged = c->judged_state = (lu_sha256){""};
    memset(c->journal_case, 0, sizeof c->journal_case);
}

static const char *text_of(const cJSON *json, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));
}

static bool digest_of(const cJSON *json, const char *key, lu_sha256 *out)
{
    const char *text = text_of(json, key);
    bool valid = text != NULL && lu_sha256_valid(text);

    if (valid) {
        memcpy(out->hex, text, sizeof out->hex);
    }
    return valid;
}

/* --- stage results --- */

static bool asks_suspects(const char *stage)
{
    return strcmp(stage, "scores") == 0 || strcmp(stage, "membership") == 0;
}

static lu_err take_stage(lu_case *c, const char *stage, const cJSON *details)
{
    const char *engine = text_of(details, "engine");
    lu_recorded fresh = {.stage = ""}, *list;

    if (!digest_of(details, "id", &fresh.id) || !digest_of(details, "sha256", &fresh.sha256)) {
        return lu_fail(LU_ERR_INTEGRITY, "a stage's line has no hashes");
    }
    snprintf(fresh.stage, sizeof fresh.stage, "%s", stage);
    snprintf(fresh.engine, sizeof fresh.engine, "%s", engine ? engine : "");
    list = lu_resize(c->result, c->results + 1, sizeof *list);
    if (list == NULL) {
        return LU_ERR_MEMORY;
    }
    c->result = list;
    c->result[c->results++] = fresh;
    for (size_t i = 0; i < c->exposures && asks_suspects(stage); i++) {
        lu_exposure *e = &c->exposure[i];
        e->scored = e->scored || e->present;
        e->early = e->early || (e->present && !c->journal_sealed);
    }
    return LU_OK;
}

const lu_sha256 *lu_history_result(const lu_case *c, const char *id)
{
    for (size_t i = c->results; i-- > 0;) {
        if (strcmp(c->result[i].id.hex, id) == 0) {
            return &c->result[i].sha256;
        }
    }
    return NULL;
}

/* --- what was done to the models --- */

static lu_err take_model(lu_case *c, const char *name, const cJSON *details)
{
    lu_exposure *list, *e = NULL;
    lu_sha256 weights;

    if (!digest_of(details, "weights", &weights)) {
        return lu_fail(LU_ERR_INTEGRITY, "a model's line has no hash");
    }
    for (size_t i = 0; i < c->exposures; i++) {
        if (strcmp(c->exposure[i].weights.hex, weights.hex) == 0) {
            e = &c->exposure[i];
        }
    }
    if (e == NULL) {
        list = lu_resize(c->exposure, c->exposures + 1, sizeof *list);
        if (list == NULL) {
            return LU_ERR_MEMORY;
        }
        c->exposure = list;
        e = &list[c->exposures++];
        *e = (lu_exposure){.weights = weights};
    }
    e->present = true;
    snprintf(e->name, sizeof e->name, "%s", name);
    return LU_OK;
}

static void leave_model(lu_case *c, const char *name)
{
    for (size_t i = 0; i < c->exposures; i++) {
        if (strcmp(c->exposure[i].name, name) == 0) {
            c->exposure[i].present = false;
        }
    }
}

/* A trial, and a copy made to try on, look at what is there; a changed parameter may rest on what
   a run has shown. */
static void count_setting(lu_case *c, bool trial)
{
    for (size_t i = 0; i < c->exposures; i++) {
        lu_exposure *e = &c->exposure[i];
        e->exploratory += e->present && (trial || e->scored);
    }
}

lu_exposure lu_case_exposure(const lu_case *c, const lu_item *item)
{
    for (size_t i = 0; i < c->exposures; i++) {
        if (strcmp(c->exposure[i].weights.hex, item->weights.sha256.hex) == 0) {
            return c->exposure[i];
        }
    }
    return (lu_exposure){.weights = item->weights.sha256};
}

/* --- files beside items and stages. "files": {"anchors/12.head": SHA-256, ...} --- */

static bool is_kept_path(const char *path)
{
    bool known = strncmp(path, "anchors/", 8) == 0 || strncmp(path, "salts/", 6) == 0 ||
                 strncmp(path, "strays/", 7) == 0;

    if (strcmp(path, "journal.torn") == 0) {
        return true;
    }
    return known && strchr(path, '/') == strrchr(path, '/') && strstr(path, "..") == NULL &&
           strlen(path) < LU_TEXT_MAX;
}

static lu_err take_files(lu_case *c, const cJSON *files)
{
    const cJSON *file;

    cJSON_ArrayForEach(file, files)
    {
        lu_kept_file *list = lu_resize(c->kept_file, c->kept + 1, sizeof *list);
        if (list == NULL) {
            return LU_ERR_MEMORY;
        }
        c->kept_file = list;
        if (!is_kept_path(file->string) || !digest_of(files, file->string, &list[c->kept].sha256)) {
            return lu_fail(LU_ERR_INTEGRITY, "a line names a file that cannot be");
        }
        snprintf(list[c->kept++].path, sizeof list->path, "%s", file->string);
    }
    return LU_OK;
}

/* A run has ended; what it came to stands first in "out". */
static void take_end(lu_case *c, const cJSON *details)
{
    const cJSON *out = cJSON_GetObjectItemCaseSensitive(details, "out");
    const char *id = cJSON_GetStringValue(cJSON_GetArrayItem(out, 0));

    if (id != NULL && lu_sha256_valid(id)) {
        memcpy(c->judged.hex, id, sizeof c->judged.hex);
        c->judged_state = c->journal_case[0];
    }
}

/* --- a line --- */

static lu_err take_act(lu_case *c, const char *act, const char *object, const cJSON *details)
{
    if (strcmp(act, "stage") == 0) {
        return take_stage(c, object, details);
    }
    if (strcmp(act, "add") == 0) {
        return take_model(c, object, details);
    }
    if (strcmp(act, "remove") == 0) {
        leave_model(c, object);
    } else if (strcmp(act, "done") == 0) {
        take_end(c, details);
    } else if (strcmp(act, "set") == 0 || strcmp(act, "trial") == 0 || strcmp(act, "copy") == 0) {
        count_setting(c, act[0] != 's');
    } else if (strcmp(act, "seal") == 0) {
        c->journal_sealed = digest_of(details, "protocol", &c->journal_protocol);
        return c->journal_sealed ? LU_OK : lu_fail(LU_ERR_INTEGRITY, "the seal's line has no hash");
    } else if (strcmp(act, "undone") == 0 && strcmp(object, "seal") == 0) {
        c->journal_sealed = false;
    }
    return LU_OK;
}

/* The order of the acts is that of the lines, whatever the machine's clock did. */
static void take_time(lu_case *c, const char *time)
{
    c->clock_back += strcmp(time, c->journal_time) < 0;
    snprintf(c->journal_time, sizeof c->journal_time, "%s", time);
}

lu_err lu_history_take(lu_case *c, const cJSON *line)
{
    const cJSON *details = cJSON_GetObjectItemCaseSensitive(line, "details");
    const char *act = text_of(line, "act"), *object = text_of(line, "object");
    lu_sha256 state;

    if (digest_of(details, "case", &state)) {
        c->journal_case[1] = c->journal_case[0];
        c->journal_case[0] = state;
        snprintf(c->journal_act, sizeof c->journal_act, "%s", act ? act : "");
    }
    if (text_of(line, "t") != NULL) {
        take_time(c, text_of(line, "t"));
    }
    if (text_of(details, "sandbox") != NULL) {
        lu_json_ascii(text_of(details, "sandbox"), c->sandbox, sizeof c->sandbox);
    }
    if (act == NULL || object == NULL) {
        return lu_fail(LU_ERR_INTEGRITY, "a line names no act");
    }
    LU_TRY(take_files(c, cJSON_GetObjectItemCaseSensitive(details, "files")));
    return take_act(c, act, object, details);
}
