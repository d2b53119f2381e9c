/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.json repeats a judgement that the journal records, and adds what the journal tells. */
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "sessions/export/verify.h"

#include <stdio.h>
#include <string.h>

static const size_t JSON_MAX = (size_t)256 << 20;

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

static bool says(const cJSON *object, const char *key, const char *text)
{
    const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    return said != NULL && strcmp(said, text) == 0;
}

/* What the journal tells of the seal. */
static bool same_protocol(const lu_case *c, const cJSON *results)
{
    const cJSON *protocol = cJSON_GetObjectItemCaseSensitive(results, "protocol"), *one;
    bool same = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(protocol, "sealed")) == c->sealed &&
                (!c->sealed ||
                 (says(protocol, "at", c->sealed_at) && says(protocol, "sha256", c->protocol.hex)));

    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(protocol, "suspects"))
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(one, "name"));
        const lu_item *item = name ? lu_case_find(c, name) : NULL;
        lu_exposure e = item ? lu_case_exposure(c, item) : (lu_exposure){0};
        same =
            same && item != NULL &&
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(one, "sealed_before_opening")) ==
                (c->sealed && !e.early) &&
            cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(one, "exploratory_settings")) ==
                (double)e.exploratory;
    }
    return same;
}

static cJSON *copy_of(const cJSON *object, const char *key)
{
    return cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(object, key), true);
}

/* As text, to the last digit: cJSON_Compare takes neighbouring numbers for one. A judgement is
   stored without what the journal adds and without the folder's name. Takes `judgement` over. */
static lu_err same_judgement(const cJSON *results, cJSON *judgement, bool *same)
{
    lu_buf said = {0}, stored = {0};
    lu_err err;

    cJSON_ReplaceItemInObjectCaseSensitive(judgement, "case", copy_of(results, "case"));
    cJSON_AddItemToObject(judgement, "protocol", copy_of(results, "protocol"));
    err = lu_json_print(cJSON_Duplicate(results, true), false, &said);
    if (err) {
        cJSON_Delete(judgement);
    } else {
        err = lu_json_print(judgement, false, &stored);
    }
    *same = !err && said.len == stored.len && memcmp(said.data, stored.data, said.len) == 0;
    lu_buf_fini(&said);
    lu_buf_fini(&stored);
    return err;
}

static lu_err find_judgement(const lu_case *c, const cJSON *results)
{
    for (size_t i = c->results; i-- > 0;) {
        cJSON *judgement;
        bool same;
        if (strcmp(c->result[i].stage, "judgement") != 0) {
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

/* Was the case judged as it stands now? Then its results hold the judgement. */
static bool is_judged(const lu_case *c)
{
    return c->judged.hex[0] != '\0' && strcmp(c->judged_state.hex, c->case_sha256.hex) == 0;
}

lu_err lu_verify_results(const lu_case *c, int dir)
{
    static const char name[] = "results.json";
    cJSON *results;
    lu_err err;

    LU_TRY(read_json(dir, name, &results));
    err = same_protocol(c, results)
              ? LU_OK
              : lu_fail(LU_ERR_INTEGRITY, "says of the protocol what the journal does not");
    if (!err && (is_judged(c) || cJSON_GetObjectItemCaseSensitive(results, "controls") != NULL)) {
        err = find_judgement(c, results);
    }
    cJSON_Delete(results);
    return lu_within(err, "%s", name);
}
