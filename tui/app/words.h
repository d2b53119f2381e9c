/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command line as words: blanks stand between them; "...", '...' and \ keep a blank inside one.
 */
#ifndef LU_TUI_APP_WORDS_H
#define LU_TUI_APP_WORDS_H

#include "core/core.h"

enum { LU_WORDS_MAX = 32 };

typedef struct lu_words {
    size_t n;
    char *word[LU_WORDS_MAX + 1]; /* into store; NULL after the last */
    char *store;                  /* owned */
} lu_words;

/* LU_ERR_USAGE: a quotation mark without its other, or too many words. */
lu_err lu_words_of(const char *line, lu_words *out);
void lu_words_fini(lu_words *w);

/* Adds one word to a line, a blank before it unless the line is empty, quoted as far as it needs
   to be. LU_ERR_USAGE when it does not fit into `size` bytes. */
lu_err lu_words_add(char *line, size_t size, const char *word);

#endif
