/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list's state: where the cursor is, what is filtered. The rows belong to whoever draws them. */
#ifndef LU_TUI_APP_LIST_H
#define LU_TUI_APP_LIST_H

#include "core/core.h"

enum { LU_FILTER_MAX = 64 };

/* The text of row i, for the filter. */
typedef void (*lu_row_text)(const void *context, size_t row, char *out, size_t size);

typedef struct lu_list {
    size_t cursor;              /* among the rows shown */
    size_t top;                 /* first row on the screen, among those shown */
    size_t height;              /* rows on the screen at the last drawing */
    char filter[LU_FILTER_MAX]; /* "" = all; a leading '!' turns it round; case is ignored */
} lu_list;

/* Does the text pass the filter? */
bool lu_list_passes(const lu_list *l, const char *text);

/* Number of rows that pass, of n. */
size_t lu_list_count(const lu_list *l, size_t n, lu_row_text text, const void *context);

/* The k-th that passes, or SIZE_MAX. */
size_t lu_list_row(const lu_list *l, size_t n, lu_row_text text, const void *context, size_t k);

/* Moves by `by` rows within `count`; LONG_MIN/LONG_MAX: first/last. */
void lu_list_move(lu_list *l, long by, size_t count);

/* Keeps cursor and top inside for `count` rows on `height` lines. */
void lu_list_fit(lu_list *l, size_t count, size_t height);

#endif
