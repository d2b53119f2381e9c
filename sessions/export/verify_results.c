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

/* Of the protocol only the seal is repeated elsewhere in a form to compare. */
static bool same_protocol(const lu_case *c, const cJSON *results)
{
    const cJSON *protocol = cJSON_GetObjectItemCaseSensitive(results, "protocol"), *one;
    const char *sha256 = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(protocol, "sha256"));
    bool same = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(protocol, "sealed")) == c->sealed &&
                (!c->sealed || (sha256 != NULL && strcmp(sha256, c->protocol.hex) == 0));

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

/* A judgement is stored without what the journal adds and without the folder's name. */
static bool same_judgement(cJSON *results, cJSON *judgement)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(results, "case"));

    cJSON_DeleteItemFromObjectCaseSensitive(judgement, "case");
    cJSON_AddStringToObject(judgement, "case", kind ? kind : "");
    cJSON_AddItemToObject(
        judgement, "protocol",
        cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(results, "protocol"), true));
    return cJSON_Compare(results, judgement, true);
}

static lu_err find_judgement(const lu_case *c, cJSON *results)
{
    for (size_t i = c->results; i-- > 0;) {
        cJSON *judgement;
        bool same;
        if (strcmp(c->result[i].stage, "judgement") != 0) {
            continue;
        }
        LU_TRY(read_judgement(c, &c->result[i].id, &judgement));
        same = same_judgement(results, judgement);
        cJSON_Delete(judgement);
        if (same) {
            return LU_OK;
        }
    }
    return lu_fail(LU_ERR_INTEGRITY, "repeats no judgement that the journal records");
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
    if (!err && cJSON_GetObjectItemCaseSensitive(results, "controls") != NULL) {
        err = find_judgement(c, results);
    }
    cJSON_Delete(results);
    return lu_within(err, "%s", name);
}
