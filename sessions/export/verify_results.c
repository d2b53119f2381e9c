/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.json repeats a judgement that the journal records, and adds what the journal tells;
   before any judgement, it repeats the stored scores. */
#include "sessions/case/files.h"
#include "sessions/case/history.h"
#include "sessions/case/journal.h"
#include "sessions/case/json.h"
#include "sessions/export/verify.h"

#include <stdio.h>
#include <string.h>

static const size_t JSON_MAX = (size_t)256 << 20;

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static lu_err read_json(int dir, const char *path, cJSON **out)
{
    lu_buf text;
    lu_err err = lu_verify_inside(lu_file_read(dir, path, JSON_MAX, &text));

    *out = NULL;
    LU_TRY(err);
    err = lu_json_parse(text.data, text.len, LU_ERR_INTEGRITY, out);
    lu_buf_fini(&text);
    return lu_within(err, "%s", path);
}

static lu_err read_judgement(const lu_case *c, const lu_sha256 *id, cJSON **out)
{
    char path[LU_TEXT_MAX];

    snprintf(path, sizeof path, "stages/judgement-%s.json", id->hex);
    return read_json(c->dir, path, out);
}

lu_err lu_verify_judgement(const lu_case *c, cJSON **out)
{
    *out = NULL;
    if (c->judged.hex[0] == '\0') {
        return lu_fail(LU_ERR_CANNOT, "nothing was judged here yet");
    }
    if (strcmp(c->judged_state.hex, c->case_sha256.hex) != 0) {
        return lu_fail(LU_ERR_CANNOT, "the case was changed since it was judged: run it again");
    }
    return read_judgement(c, &c->judged, out);
}

/* As text, to the last digit: cJSON_Compare takes neighbouring numbers for one. */
static lu_err reads(const cJSON *said, const lu_buf *expected, bool *same)
{
    lu_buf text = LU_BUF_INIT;

    *same = false;
    if (said == NULL) {
        return LU_OK;
    }
    LU_TRY(lu_json_print(cJSON_Duplicate(said, true), false, &text));
    *same = text.len == expected->len && memcmp(text.data, expected->data, text.len) == 0;
    lu_buf_fini(&text);
    return LU_OK;
}

/* --- what the journal tells --- */

static bool is_suspect(const cJSON *model)
{
    const char *role = cJSON_GetStringValue(get(model, "role"));

    return role != NULL && strcmp(role, lu_role_name(LU_ROLE_SUSPECT)) == 0;
}

static void name_models(const cJSON *models, lu_result *r)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, models)
    {
        const char *name = cJSON_GetStringValue(get(one, "name"));
        lu_model_result *m = &r->model[r->models++];
        snprintf(m->name, sizeof m->name, "%s", name ? name : "");
        m->role = is_suspect(one) ? LU_ROLE_SUSPECT : LU_ROLE_NEGATIVE;
    }
}

/* The "protocol" that results on these models have to have. */
static lu_err expected_protocol(const lu_case *c, const cJSON *models, lu_buf *out)
{
    lu_result r = {0};
    lu_err err;

    LU_TRY(LU_NEW(r.model, (size_t)cJSON_GetArraySize(models) + 1));
    name_models(models, &r);
    lu_result_protocol(c, &r);
    err = lu_result_protocol_json(&r, out);
    lu_result_fini(&r);
    return err;
}

static lu_err check_protocol(const lu_case *c, const cJSON *results)
{
    lu_buf expected = LU_BUF_INIT;
    bool same = false;
    lu_err err = expected_protocol(c, get(results, "models"), &expected);

    if (!err) {
        err = reads(get(results, "protocol"), &expected, &same);
    }
    lu_buf_fini(&expected);
    return err || same
               ? err
               : lu_fail(LU_ERR_INTEGRITY, "says of the protocol what the journal does not");
}

/* --- the judgement --- */

static cJSON *copy_of(const cJSON *object, const char *key)
{
    return cJSON_Duplicate(get(object, key), true);
}

/* A judgement is stored without what the journal adds and without the folder's name. Takes
   `judgement` over. */
static lu_err same_judgement(const cJSON *results, cJSON *judgement, bool *same)
{
    lu_buf stored = LU_BUF_INIT;
    lu_err err;

    cJSON_ReplaceItemInObjectCaseSensitive(judgement, "case", copy_of(results, "case"));
    cJSON_AddItemToObject(judgement, "protocol", copy_of(results, "protocol"));
    err = lu_json_print(judgement, false, &stored);
    if (!err) {
        err = reads(results, &stored, same);
    }
    lu_buf_fini(&stored);
    return err;
}

/* Was the case judged as it stands now? Then its results hold that judgement, and no earlier one.
 */
static bool is_judged(const lu_case *c)
{
    return c->judged.hex[0] != '\0' && strcmp(c->judged_state.hex, c->case_sha256.hex) == 0;
}

static bool may_be_repeated(const lu_case *c, const lu_recorded *r)
{
    return strcmp(r->stage, "judgement") == 0 &&
           (!is_judged(c) || strcmp(r->id.hex, c->judged.hex) == 0);
}

static lu_err find_judgement(const lu_case *c, const cJSON *results)
{
    for (size_t i = c->results; i-- > 0;) {
        cJSON *judgement;
        bool same;
        if (!may_be_repeated(c, &c->result[i])) {
            continue;
        }
        LU_TRY(read_judgement(c, &c->result[i].id, &judgement));
        LU_TRY(same_judgement(results, judgement, &same));
        if (same) {
            return LU_OK;
        }
    }
    return lu_fail(LU_ERR_INTEGRITY, "repeats no judgement that the journal records");
}

/* Controls, a threshold, a verdict: what only a judgement comes to. */
static bool judges(const cJSON *results)
{
    const cJSON *thresholds = get(results, "thresholds"), *one;
    bool any = get(results, "controls") != NULL || (thresholds && thresholds->child);

    cJSON_ArrayForEach(one, get(results, "models"))
    {
        any = any || get(one, "verdict") != NULL || get(one, "p_copy") != NULL ||
              get(one, "votes") != NULL;
    }
    return any;
}

/* --- the scores, where nothing was judged --- */

static lu_err same_values(const cJSON *said, const cJSON *stored, const char *key,
                          const char *stored_key)
{
    lu_buf text = LU_BUF_INIT;
    bool same;
    lu_err err = lu_json_print(
        get(stored, stored_key) ? copy_of(stored, stored_key) : cJSON_CreateNull(), false, &text);

    if (!err) {
        err = reads(get(said, key), &text, &same);
    }
    lu_buf_fini(&text);
    return err || same ? err : lu_fail(LU_ERR_INTEGRITY, "%s is not what is stored", stored_key);
}

/* `stored` NULL: nothing was measured. */
static lu_err same_scores(const cJSON *model, const cJSON *stored)
{
    static const char *const keys[][2] = {{"accuracy", "accuracy"}, {"agreement", "agreement"},
                                          {"chance_p", "chance_p"}, {"rob_suspect", "rob_suspect"},
                                          {"nad_code", "NAD_code"}, {"nnod", "NNOD"}};
    const cJSON *metrics = get(model, "metrics");

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        LU_TRY(same_values(model, stored, keys[i][0], keys[i][1]));
    }
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        const char *name = lu_metrics[i].name;
        LU_TRY(same_values(get(metrics, name), stored, "value", name));
    }
    return LU_OK;
}

static bool says(const cJSON *object, const char *key, const char *text)
{
    const char *said = cJSON_GetStringValue(get(object, key));

    return said != NULL && strcmp(said, text) == 0;
}

/* The journal's line of a model's scores. */
typedef struct origin {
    const cJSON *results;
    const lu_item *item;
    const char *id;
    bool found;
} origin;

static bool takes(const cJSON *in, int at, const char *sha256)
{
    const char *text = cJSON_GetStringValue(cJSON_GetArrayItem(in, at));

    return text != NULL && strcmp(text, sha256) == 0;
}

/* "in" holds black box, white box, test samples, cfg and weights (lineup-case(5)). */
static lu_err look_for_scores(void *context, const cJSON *line)
{
    origin *o = context;
    const cJSON *details = get(line, "details"), *in = get(details, "in");
    const char *engine = cJSON_GetStringValue(get(get(o->results, "tool"), "engine"));
    const char *tests = cJSON_GetStringValue(get(get(o->results, "stages"), "blackbox"));

    if (says(line, "act", "stage") && says(line, "object", "scores") &&
        says(details, "id", o->id)) {
        o->found = engine != NULL && says(details, "engine", engine) &&
                   takes(in, 0, tests ? tests : "") && takes(in, 3, o->item->cfg.sha256.hex) &&
                   takes(in, 4, o->item->weights.sha256.hex);
    }
    return LU_OK;
}

/* No other model's scores, and none of other tests. */
static lu_err read_scores(const lu_case *c, const cJSON *results, const lu_item *item, cJSON **out)
{
    const cJSON *named = get(get(get(results, "stages"), "scores"), item->name);
    origin o = {.results = results, .item = item, .id = cJSON_GetStringValue(named)};
    char path[LU_TEXT_MAX];

    if (o.id == NULL) {
        return lu_fail(LU_ERR_INTEGRITY, "names no scores");
    }
    if (lu_history_result(c, o.id) == NULL) {
        return LU_OK; /* it gave no answers */
    }
    LU_TRY(lu_journal_each(c, look_for_scores, &o));
    if (!o.found) {
        return lu_fail(LU_ERR_INTEGRITY, "its scores are those of something else");
    }
    snprintf(path, sizeof path, "stages/scores-%s.json", o.id);
    return read_json(c->dir, path, out);
}

static lu_err check_scored(const lu_case *c, const cJSON *results, const cJSON *model)
{
    const char *name = cJSON_GetStringValue(get(model, "name"));
    const lu_item *item = name ? lu_case_find(c, name) : NULL;
    cJSON *stored = NULL;
    lu_err err;

    if (item == NULL || !says(model, "role", lu_role_name(item->role)) ||
        !says(model, "sha256", item->weights.sha256.hex)) {
        return lu_fail(LU_ERR_INTEGRITY, "the case has no such model");
    }
    err = read_scores(c, results, item, &stored);
    if (!err) {
        err = same_scores(model, stored);
    }
    cJSON_Delete(stored);
    return lu_within(err, "%s", name);
}

static lu_err check_scores(const lu_case *c, const cJSON *results)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, get(results, "models"))
    {
        LU_TRY(check_scored(c, results, one));
    }
    return LU_OK;
}

lu_err lu_verify_results(const lu_case *c, int dir)
{
    static const char name[] = "results.json";
    cJSON *results;
    lu_err err;

    LU_TRY(read_json(dir, name, &results));
    err = cJSON_IsString(get(results, "case")) ? check_protocol(c, results)
                                               : lu_fail(LU_ERR_INTEGRITY, "names no case");
    if (!err) {
        err =
            is_judged(c) || judges(results) ? find_judgement(c, results) : check_scores(c, results);
    }
    cJSON_Delete(results);
    return lu_within(err, "%s", name);
}
