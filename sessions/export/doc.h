/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document: what a report says before it is HTML, PDF or text. Filled once (parts.h), then
 * rendered any number of times. Filling keeps the first failure in `err` and does nothing after it.
 *
 *     lu_doc_heading(d, 1, "Results");
 *     lu_doc_say(d, LU_BLOCK_TEXT, "%s scored %.4f.", lu_doc_name(d, m->name), v);
 *     lu_doc_table(d, "Table of distances", "model|value", "lr");
 *     lu_doc_cell(d, "%s", m->name);  lu_doc_cell(d, "%.4f", v);
 *     err = lu_doc_html(d, &out);
 *
 * Texts from outside (titles, names, origins, findings) are made visible with lu_doc_name() or
 * lu_doc_short(): a document holds nothing that hides, turns round or forges.
 */
#ifndef LU_SESSIONS_EXPORT_DOC_H
#define LU_SESSIONS_EXPORT_DOC_H

#include "core/core.h"
#include "sessions/export/figures.h"

typedef enum lu_block_kind {
    LU_BLOCK_HEADING,
    LU_BLOCK_TEXT,
    LU_BLOCK_LEAD, /* a finding: large */
    LU_BLOCK_ITEM, /* of a list */
    LU_BLOCK_NOTE, /* a warning or limit: set off */
    LU_BLOCK_CODE, /* as typed */
    LU_BLOCK_TABLE,
    LU_BLOCK_FIGURE,
    LU_BLOCK_PAGE
} lu_block_kind;

enum { LU_DOC_COLUMNS = 12 };

typedef struct lu_block {
    lu_block_kind kind;
    int level;      /* of a heading: 1 a part, 2 within one */
    char *text;     /* caption of a table or figure; owned */
    size_t columns; /* of a table; cell 0..columns-1 are the titles */
    lu_align align[LU_DOC_COLUMNS];
    size_t cells;
    char **cell; /* owned, each too */
    lu_figure figure;
} lu_block;

typedef struct lu_doc {
    char *title, *banner; /* banner: on every page, or NULL; owned */
    char *head;           /* head hash of the journal, on every page; owned */
    char date[32];        /* the case's, ISO 8601 */
    size_t blocks;
    lu_block *block; /* owned */
    size_t strangers;
    char **stranger; /* texts from outside as they stand in the document; owned */
    size_t longs;
    char **whole; /* texts that are cut short in the document, whole; owned */
    lu_err err;   /* the first failure */
} lu_doc;

void lu_doc_fini(lu_doc *d);

void lu_doc_heading(lu_doc *d, int level, const char *text);
void lu_doc_say(lu_doc *d, lu_block_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What follows begins a page. */
void lu_doc_page(lu_doc *d);

/* Titles separated by '|'; a letter of l c r a column. Cells follow, row by row. */
void lu_doc_table(lu_doc *d, const char *caption, const char *titles, const char *align);
void lu_doc_cell(lu_doc *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

void lu_doc_figure(lu_doc *d, const lu_figure *figure, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A text from outside made visible; the document keeps it, it is valid as long as that. */
const char *lu_doc_name(lu_doc *d, const char *text);

/* The same cut to `most` characters with an ellipsis; the whole goes to the appendix. */
const char *lu_doc_short(lu_doc *d, const char *text, size_t most);

/* Control characters, what turns the writing direction, what cannot be seen and what is not UTF-8
   as "<U+202E>" or "<byte 80>"; everything else as it is. Appends. */
lu_err lu_visible(const char *text, lu_buf *out);

/* --- renderings; append to `out` --- */

/* One file, well-formed XML too, without script or reference to anything outside. */
lu_err lu_doc_html(const lu_doc *d, lu_buf *out);

/* A4 pages with the title, the banner, the head hash and page numbers on each. */
lu_err lu_doc_pdf(const lu_doc *d, lu_buf *out);

/* Lines of at most `width` columns, 40 at least; words wider than that are left whole. */
lu_err lu_doc_text(const lu_doc *d, size_t width, lu_buf *out);

#endif
