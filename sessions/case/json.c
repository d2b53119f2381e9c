/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/json.h"

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
