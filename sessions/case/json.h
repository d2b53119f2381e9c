/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON from text and to text, in one place. What is read may come from the other side: it is one
 * value, not deep, and no object has a key twice (readers differ in which one counts). Numbers are
 * written so that they read back as the same double: cJSON's own writer is content with 15 digits
 * whenever they are within one unit of the last place.
 */
#ifndef LU_SESSIONS_CASE_JSON_H
#define LU_SESSIONS_CASE_JSON_H

#include "core/core.h"

#include <cJSON.h>

enum {
    LU_NUMBER_TEXT = 32,
    LU_JSON_DEPTH = 64 /* arrays and objects within one another */
};

/* Reads one value; the caller deletes it. A text that is refused fails with `bad`, LU_ERR_INPUT or
   LU_ERR_INTEGRITY, and says at which byte or key; out of memory is LU_ERR_MEMORY. *out is NULL on
   failure. */
lu_err lu_json_parse(const void *text, size_t len, lu_err bad, cJSON **out);

/* A finite number with as few digits as read back the same. Returns `out`. */
const char *lu_json_digits(double v, char out[LU_NUMBER_TEXT]);

/* The same; null for what is not finite. */
cJSON *lu_json_number(double v);

/* Adds one to an object. */
void lu_json_add(cJSON *object, const char *key, double v);

/* True when cJSON was out of memory in this thread since this was last asked: what was built may
   lack a part. lu_json_print and lu_json_parse ask. */
bool lu_json_torn(void);

/* Appends the text and a newline to `out` and deletes `json`. One line unless `indented`. */
lu_err lu_json_print(cJSON *json, bool indented, lu_buf *out);

#endif
