/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON to text, in one place. cJSON writes 17 significant digits where 15 do not read back the
   same, and null for what is not a number. */
#ifndef LU_SESSIONS_CASE_JSON_H
#define LU_SESSIONS_CASE_JSON_H

#include "core/core.h"

#include <cJSON.h>

/* Appends the text and a newline to `out` and deletes `json`. One line unless `indented`. */
lu_err lu_json_print(cJSON *json, bool indented, lu_buf *out);

#endif
