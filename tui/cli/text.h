/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts from outside made fit for a terminal and for JSON; words that are nearly another. */
#ifndef LU_TUI_CLI_TEXT_H
#define LU_TUI_CLI_TEXT_H

#include "core/core.h"

/* Copies into out[size], cut to fit: control characters, what is not UTF-8 and what turns the
   writing direction become '?', with `ascii` everything beyond ASCII the nearest ASCII character.
   Returns the number of characters. */
size_t lu_text_clean(const char *text, bool ascii, char *out, size_t size);

/* JSON with what lu_text_clean() drops written as \uXXXX instead: the same values, safe to look at.
   Control characters below space are escaped already. */
lu_err lu_text_escape_json(const lu_buf *json, lu_buf *out);

/* Adds a line that lu_text_clean() made, broken at blanks where it is wider than `width`; what was
   broken off stands below the last column of the table it is a row of. Words are left whole. */
lu_err lu_text_wrap(const char *line, size_t width, lu_buf *out);

/* Adds a JSON string, quotes included; what is not UTF-8 becomes U+FFFD. */
lu_err lu_text_json(lu_buf *out, const char *text);

/* Adds a number with 17 significant digits, null when it is not finite. */
lu_err lu_text_number(lu_buf *out, double value);

/* Puts `word` into *nearest when it is at most 2 such changes away from what was typed, and fewer
   than the word there, if any. Start with NULL. */
void lu_text_nearer(const char *typed, const char *word, const char **nearest);

#endif
