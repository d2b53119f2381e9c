/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON as others wrote it, read so that no two readers can see different things in it: it is one
 * value, not deep, no object has a key twice, no text holds a NUL, every number is finite.
 */
#ifndef LU_NETS_FORMAT_JSON_H
#define LU_NETS_FORMAT_JSON_H

#include "core/core.h"

struct cJSON;

enum { LU_JSON_DEPTH = 64 /* arrays and objects within one another */ };

/* Reads one value; the caller deletes it. A text that is refused fails with `bad`, LU_ERR_INPUT or
   LU_ERR_INTEGRITY, and says at which byte or key; out of memory is LU_ERR_MEMORY. *out is NULL on
   failure. */
lu_err lu_json_parse(const void *text, size_t len, lu_err bad, struct cJSON **out);

/* True when cJSON was out of memory in this thread since this was last asked: what was built may
   lack a part. lu_json_print and lu_json_parse ask. */
bool lu_json_torn(void);

#endif
