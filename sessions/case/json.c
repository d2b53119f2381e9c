/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/json.h"

#include <math.h>
#include <stdio.h>

const char *lu_json_digits(double v, char out[LU_NUMBER_TEXT])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, LU_NUMBER_TEXT, "%.*g", digits, v);
        if (strtod(out, NULL) == v) {
            break;
        }
    }
    return out;
}

cJSON *lu_json_number(double v)
{
    char text[LU_NUMBER_TEXT];

    return isfinite(v) ? cJSON_CreateRaw(lu_json_digits(v, text)) : cJSON_CreateNull();
}

void lu_json_add(cJSON *object, const char *key, double v)
{
    cJSON_AddItemToObject(object, key, lu_json_number(v));
}

void lu_json_ascii(const char *text, char *out, size_t size)
{
    snprintf(out, size, "%s", text);
    for (; *out; out++) {
        *out = *out < ' ' || *out > '~' ? '?' : *out;
    }
}

/* cJSON takes neighbouring numbers for one when it writes what it has read. */
static void keep_digits(cJSON *json)
{
    for (cJSON *at = json; at != NULL; at = at->next) {
        cJSON *raw = cJSON_IsNumber(at) ? lu_json_number(at->valuedouble) : NULL;
        if (raw != NULL) {
            at->type = (at->type & ~cJSON_Number) | cJSON_Raw;
            at->valuestring = raw->valuestring;
            raw->valuestring = NULL;
            cJSON_Delete(raw);
        }
        keep_digits(at->child);
    }
}

lu_err lu_json_print(cJSON *json, bool indented, lu_buf *out)
{
    char *text;
    lu_err err;

    keep_digits(json);
    text = indented ? cJSON_Print(json) : cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (lu_json_torn() || text == NULL) {
        cJSON_free(text);
        return lu_fail(LU_ERR_MEMORY, "out of memory for JSON");
    }
    err = lu_utf8_add(out, text);
    cJSON_free(text);
    return err ? err : lu_buf_add(out, "\n", 1);
}
