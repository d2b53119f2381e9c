/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 as RFC 3629 has it: nothing overlong, no surrogates, nothing above U+10FFFF. */
#ifndef LU_CORE_BASE_UTF8_H
#define LU_CORE_BASE_UTF8_H

#include "core/base/mem.h"

#include <stdint.h>

/* Bytes of the character a NUL-terminated text begins with, 1..4, and its code point; 0 when it
   begins with none. */
int lu_utf8_decode(const char *text, uint32_t *code);

bool lu_utf8_valid(const char *text);

/* Appends the text with '?' in the place of every byte that is not UTF-8, so that it does not get
   longer. */
lu_err lu_utf8_add(lu_buf *out, const char *text);

#endif
