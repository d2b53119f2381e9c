/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of anchors/, by line and ending: "anchors/12.head". */
#ifndef LU_SESSIONS_EXPORT_HEADS_FILES_H
#define LU_SESSIONS_EXPORT_HEADS_FILES_H

#include "core/core.h"

#include <cJSON.h>
#include <dirent.h>

enum { LU_ANCHOR_NAME = 64 };

/* `out` has LU_ANCHOR_NAME bytes. */
void lu_anchor_name(char *out, uint64_t line, const char *ending);

/* The line of "12.head"; 0 for another name. */
uint64_t lu_anchor_line(const char *name, const char *ending);

/* Writes one, read-only, and adds its name and hash to `files`, an object. */
lu_err lu_anchor_put(int dir, uint64_t line, const char *ending, const void *data, size_t len,
                     cJSON *files);

lu_err lu_anchor_get(int dir, uint64_t line, const char *ending, lu_buf *out);

/* The names in anchors/ sorted by line; none when there is no such folder. */
int lu_anchor_list(int dir, struct dirent ***out);
void lu_anchor_list_free(struct dirent **list, int n);

#endif
