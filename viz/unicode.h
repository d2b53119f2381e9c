/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text made fit for cells: UTF-8 decoded, what could deceive replaced, columns counted. Needs no
 * locale.
 *
 *     while ((code = lu_utf8_next(&text)) != 0) {
 *         columns += lu_code_width(code);
 *     }
 */
#ifndef LU_VIZ_UNICODE_H
#define LU_VIZ_UNICODE_H

#include "viz/widths.h"

#include <stddef.h>

enum { LU_REPLACEMENT = 0xfffd, LU_UTF8_MAX = 5 };

/* The next character of a NUL-terminated text, 0 at its end; moves *text behind it. A byte that is
   not UTF-8, a control character, what turns the writing direction, what cannot be seen and what is
   no character become U+FFFD. */
uint32_t lu_utf8_next(const char **text);

/* UTF-8 of a code point, NUL added; returns its bytes, 1..4. */
size_t lu_utf8_put(uint32_t code, char out[LU_UTF8_MAX]);

/* Columns of a text. */
int lu_columns(const char *text);

/* The nearest ASCII character to one of the signs charts and screens use; '?' for any other. */
char lu_code_ascii(uint32_t code);

#endif
