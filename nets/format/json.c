/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/format/json.h"

#include <cJSON.h>
#include <math.h>
#include <string.h>

/* cJSON's functions drop what they have no memory for and go on, so that a text could be printed
   with a part missing. Its allocations are watched instead. */
static _Thread_local bool out_of_memory;

static void *watched_malloc(size_t n)
{
    void *block = malloc(n);

    out_of_memory = out_of_memory || block == NULL;
    return block;
}

__attribute__((constructor)) static void watch_memory(void)
{
    cJSON_Hooks hooks = {watched_malloc, free};

    cJSON_InitHooks(&hooks);
}

bool lu_json_torn(void)
{
    bool torn = out_of_memory;

    out_of_memory = false;
    return torn;
}

/* cJSON recurses, and cuts a text at a NUL that another reader goes on behind. */
static lu_err scan(const char *text, size_t len, lu_err bad)
{
    bool quoted = false;
    size_t depth = 0;

    for (size_t i = 0; i < len; i++) {
        if (quoted && text[i] == '\\') {
            if (len - i > 5 && memcmp(text + i + 1, "u0000", 5) == 0) {
                return lu_fail(bad, "holds a NUL at byte %zu", i);
            }
            i++;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (text[i] == '{' || text[i] == '[')) {
            if (++depth > LU_JSON_DEPTH) {
                return lu_fail(bad, "is nested more than %d deep at byte %zu", LU_JSON_DEPTH, i);
            }
        } else if (!quoted && (text[i] == '}' || text[i] == ']')) {
            depth -= depth > 0;
        }
    }
    return LU_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static lu_err keys_once(const cJSON *object, lu_err bad)
{
    size_t n = (size_t)cJSON_GetArraySize(object), i = 0;
    const char **key;
    lu_err err = LU_OK;

    LU_TRY(LU_NEW(key, n));
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        key[i++] = member->string;
    }
    qsort(key, n, sizeof *key, by_name);
    for (i = 1; i < n && !err; i++) {
        if (strcmp(key[i - 1], key[i]) == 0) {
            err = lu_fail(bad, "is not clear: '%.60s' is there twice", key[i]);
        }
    }
    free(key);
    return err;
}

/* What two readers would read differently. */
static lu_err check_clear(const cJSON *json, lu_err bad)
{
    if (cJSON_IsNumber(json) && !isfinite(json->valuedouble)) {
        return lu_fail(bad, "holds a number that is too large");
    }
    if (cJSON_IsObject(json) && json->child != NULL) {
        LU_TRY(keys_once(json, bad));
    }
    for (const cJSON *child = json->child; child != NULL; child = child->next) {
        LU_TRY(check_clear(child, bad));
    }
    return LU_OK;
}

/* cJSON stops where its value ends. */
static size_t after_blanks(const char *text, size_t len, size_t at)
{
    while (at < len && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL) {
        at++;
    }
    return at;
}

lu_err lu_json_parse(const void *text, size_t len, lu_err bad, cJSON **out)
{
    const char *begin = text, *end = begin;
    size_t at;
    lu_err err;

    *out = NULL;
    LU_TRY(scan(begin, len, bad));
    lu_json_torn();
    *out = len > 0 ? cJSON_ParseWithLengthOpts(begin, len, &end, false) : NULL;
    if (*out == NULL && lu_json_torn()) {
        return lu_fail(LU_ERR_MEMORY, "out of memory for JSON");
    }
    at = after_blanks(begin, len, len > 0 ? (size_t)(end - begin) : 0);
    err = *out == NULL || at < len ? lu_fail(bad, "is not JSON at byte %zu", at)
                                   : check_clear(*out, bad);
    if (err) {
        cJSON_Delete(*out);
        *out = NULL;
    }
    return err;
}
