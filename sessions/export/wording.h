/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report's sentences (wording.def), the verbal scale, and the check that no text claims more
 * than the method can show (spec forensics 2.8).
 *
 *     LU_SAY(d, LU_BLOCK_TEXT, LU_PHRASE_NOTE_REASON, name, reason);
 */
#ifndef LU_SESSIONS_EXPORT_WORDING_H
#define LU_SESSIONS_EXPORT_WORDING_H

#include "sessions/export/doc.h"

typedef enum lu_phrase {
#define LU_PHRASE(id, text) LU_PHRASE_##id,
#include "sessions/export/wording.def"
#undef LU_PHRASE
    LU_PHRASES
} lu_phrase;

/* As it is in the table. */
const char *lu_phrase_text(lu_phrase phrase);

/* With {0}, {1}, ... replaced by value[0..n-1]; what has no value becomes "". Appends. */
lu_err lu_phrase_fill(lu_phrase phrase, const char *const *value, size_t n, lu_buf *out);

/* A block of a document. */
void lu_phrase_say(lu_doc *d, lu_block_kind kind, lu_phrase phrase, const char *const *value,
                   size_t n);

#define LU_SAY(d, kind, phrase, ...)                                                               \
    lu_phrase_say(d, kind, phrase, (const char *const[]){"", ##__VA_ARGS__} + 1,                   \
                  sizeof((const char *const[]){"", ##__VA_ARGS__}) / sizeof(const char *) - 1)

/* A figure with its caption. */
void lu_phrase_show(lu_doc *d, const lu_figure *f, lu_phrase phrase, const char *const *value,
                    size_t n);

#define LU_SHOW(d, figure, phrase, ...)                                                            \
    lu_phrase_show(d, figure, phrase, (const char *const[]){"", ##__VA_ARGS__} + 1,                \
                   sizeof((const char *const[]){"", ##__VA_ARGS__}) / sizeof(const char *) - 1)

/* --- verbal scale --- */

typedef struct lu_strength {
    double least;     /* likelihood ratio from which on the words hold */
    const char *word; /* "weak" */
} lu_strength;

extern const lu_strength lu_strengths[];
extern const size_t lu_strength_count;
extern const char lu_strength_source[];

/* "less than weak" below the scale's first step. */
const char *lu_strength_word(double ratio);

/* --- over-claims --- */

/* The first forbidden phrase in a text, or NULL. Case does not count. */
const char *lu_overclaim(const char *text);

/* The whole document: each text, caption and cell, without what came from outside. LU_ERR_INTERNAL
   names the phrase and the text. */
lu_err lu_doc_check_wording(const lu_doc *d);

#endif
