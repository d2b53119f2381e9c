/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/words.h"

#include <stdio.h>
#include <string.h>

/* Copies one word from *from to *to and steps both on. False: a quotation mark is left open. */
static bool take_word(const char **from, char **to)
{
    const char *at = *from;
    char open = '\0'; /* the quotation mark that is open */

    for (; *at && (open || *at != ' '); at++) {
        if (*at == open || (!open && (*at == '"' || *at == '\''))) {
            open = open ? '\0' : *at;
            continue;
        }
        if (*at == '\\' && at[1] && open != '\'') {
            at++;
        }
        *(*to)++ = *at;
    }
    *(*to)++ = '\0';
    *from = at;
    return !open;
}

lu_err lu_words_of(const char *line, lu_words *out)
{
    char *to;

    *out = (lu_words){0};
    out->store = lu_zalloc(strlen(line) + 1, 2);
    if (out->store == NULL) {
        return LU_ERR_MEMORY;
    }
    to = out->store;
    for (line += strspn(line, " "); *line; line += strspn(line, " ")) {
        if (out->n == LU_WORDS_MAX) {
            lu_words_fini(out);
            return lu_fail(LU_ERR_USAGE, "more than %d words", LU_WORDS_MAX);
        }
        out->word[out->n++] = to;
        if (!take_word(&line, &to)) {
            lu_words_fini(out);
            return lu_fail(LU_ERR_USAGE, "a quotation mark is left open");
        }
    }
    return LU_OK;
}

void lu_words_fini(lu_words *w)
{
    free(w->store);
    *w = (lu_words){0};
}

lu_err lu_words_add(char *line, size_t size, const char *word)
{
    size_t at = strlen(line);
    bool blank = at > 0 && line[at - 1] != ' ';
    size_t need = at + blank + 1;

    for (const char *c = word; *c; c++) {
        need += strchr(" \"'\\", *c) ? 2 : 1;
    }
    if (need > size || *word == '\0') {
        return lu_fail(LU_ERR_USAGE, *word ? "the line is too long" : "a word is empty");
    }
    if (blank) {
        line[at++] = ' ';
    }
    for (; *word; word++) {
        if (strchr(" \"'\\", *word)) {
            line[at++] = '\\';
        }
        line[at++] = *word;
    }
    line[at] = '\0';
    return LU_OK;
}
