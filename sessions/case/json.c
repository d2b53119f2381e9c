/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/json.h"

#include <math.h>
#include <stdio.h>

cJSON *lu_json_number(double v)
{
    char text[32];

    if (!isfinite(v)) {
        return cJSON_CreateNull();
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v) {
            break;
        }
    }
    return cJSON_CreateRaw(text);
}

void lu_json_add(cJSON *object, const char *key, double v)
{
    cJSON_AddItemToObject(object, key, lu_json_number(v));
}

lu_err lu_json_print(cJSON *json, bool indented, lu_buf *out)
{
    char *text = indented ? cJSON_Print(json) : cJSON_PrintUnformatted(json);
    lu_err err;

    cJSON_Delete(json);
    if (text == NULL) {
        return lu_fail(LU_ERR_MEMORY, "out of memory for JSON");
    }
    err = lu_buf_print(out, "%s\n", text);
    cJSON_free(text);
    return err;
}
