/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON to text; nets/format/json.h is how it is read. Numbers are written so that they read back as
 * the same double: cJSON's own writer is content with 15 digits whenever they are within one unit
 * of the last place.
 */
#ifndef LU_SESSIONS_CASE_JSON_H
#define LU_SESSIONS_CASE_JSON_H

#include "nets/nets.h"

#include <cJSON.h>

enum { LU_NUMBER_TEXT = 32 };

/* A finite number with as few digits as read back the same. Returns `out`. */
const char *lu_json_digits(double v, char out[LU_NUMBER_TEXT]);

/* The same; null for what is not finite. */
cJSON *lu_json_number(double v);

/* Adds one to an object. */
void lu_json_add(cJSON *object, const char *key, double v);

/* A text for screens and reports, whoever wrote it: ASCII that prints, '?' for all else, cut off at
   `size`. */
void lu_json_ascii(const char *text, char *out, size_t size);

/* Appends the text and a newline to `out` and deletes `json`. One line unless `indented`. Numbers
   that were read have the digits they had, if they were written by lu_json_add. It is
   UTF-8 whatever was put in: '?' for a byte that is none. */
lu_err lu_json_print(cJSON *json, bool indented, lu_buf *out);

#endif
