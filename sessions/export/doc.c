/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void free_list(char **list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(list[i]);
    }
    free(list);
}

void lu_doc_fini(lu_doc *d)
{
    for (size_t i = 0; i < d->blocks; i++) {
        free(d->block[i].text);
        free_list(d->block[i].cell, d->block[i].cells);
    }
    free(d->block);
    free_list(d->stranger, d->strangers);
    free_list(d->whole, d->longs);
    free(d->title);
    free(d->banner);
    free(d->head);
    *d = (lu_doc){0};
}

/* --- growing --- */

/* Room for one more in an array that doubles at powers of two; NULL with d->err set. */
static void *grown(lu_doc *d, void *array, size_t n, size_t size)
{
    void *more = array;

    if ((n & (n - 1)) == 0) {
        more = lu_resize(array, n ? 2 * n : 1, size);
    }
    if (more == NULL) {
        d->err = LU_ERR_MEMORY;
    }
    return more;
}

/* Takes the text over; frees it on failure. */
static bool append(lu_doc *d, char ***list, size_t *n, char *text)
{
    char **more = text && !d->err ? grown(d, *list, *n, sizeof **list) : NULL;

    if (more == NULL) {
        d->err = d->err ? d->err : LU_ERR_MEMORY;
        free(text);
        return false;
    }
    *list = more;
    more[(*n)++] = text;
    return true;
}

/* A new block that takes the text over; NULL after a failure. */
static lu_block *add_block(lu_doc *d, lu_block_kind kind, char *text)
{
    lu_block *more = text && !d->err ? grown(d, d->block, d->blocks, sizeof *more) : NULL;

    if (more == NULL) {
        d->err = d->err ? d->err : LU_ERR_MEMORY;
        free(text);
        return NULL;
    }
    d->block = more;
    more = &d->block[d->blocks++];
    *more = (lu_block){.kind = kind, .text = text};
    return more;
}

static __attribute__((format(printf, 1, 0))) char *formatted(const char *format, va_list arguments)
{
    char *text = NULL;

    if (vasprintf(&text, format, arguments) < 0) {
        (void)lu_fail(LU_ERR_MEMORY, "out of memory for the report");
        return NULL;
    }
    return text;
}

/* --- filling --- */

void lu_doc_heading(lu_doc *d, int level, const char *text)
{
    lu_block *b = add_block(d, LU_BLOCK_HEADING, lu_strdup(text));

    if (b != NULL) {
        b->level = level;
    }
}

void lu_doc_say(lu_doc *d, lu_block_kind kind, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_block(d, kind, formatted(format, arguments));
    va_end(arguments);
}

void lu_doc_page(lu_doc *d)
{
    add_block(d, LU_BLOCK_PAGE, lu_strdup(""));
}

void lu_doc_figure(lu_doc *d, const lu_figure *figure, const char *format, ...)
{
    va_list arguments;
    lu_block *b;

    va_start(arguments, format);
    b = add_block(d, LU_BLOCK_FIGURE, formatted(format, arguments));
    va_end(arguments);
    if (b != NULL) {
        b->figure = *figure;
    }
}

void lu_doc_table(lu_doc *d, const char *caption, const char *titles, const char *align)
{
    lu_block *b = add_block(d, LU_BLOCK_TABLE, lu_strdup(caption));

    if (b == NULL) {
        return;
    }
    b->columns = strlen(align) < LU_DOC_COLUMNS ? strlen(align) : LU_DOC_COLUMNS;
    for (size_t c = 0; c < b->columns; c++) {
        size_t len = strcspn(titles, "|");

        b->align[c] = align[c] == 'r'   ? LU_ALIGN_RIGHT
                      : align[c] == 'c' ? LU_ALIGN_CENTRE
                                        : LU_ALIGN_LEFT;
        lu_doc_cell(d, "%.*s", (int)len, titles);
        titles += len + (titles[len] == '|');
    }
}

void lu_doc_cell(lu_doc *d, const char *format, ...)
{
    va_list arguments;
    lu_block *b = d->blocks ? &d->block[d->blocks - 1] : NULL;

    if (d->err || b == NULL || b->kind != LU_BLOCK_TABLE) {
        return;
    }
    va_start(arguments, format);
    append(d, &b->cell, &b->cells, formatted(format, arguments));
    va_end(arguments);
}

/* --- texts from outside --- */

const char *lu_doc_name(lu_doc *d, const char *text)
{
    lu_buf clear = LU_BUF_INIT;

    if (!d->err) {
        d->err = lu_visible(text, &clear);
    }
    return append(d, &d->stranger, &d->strangers, (char *)clear.data)
               ? d->stranger[d->strangers - 1]
               : "";
}

/* The bytes of the first `most` characters. */
static size_t characters(const char *text, size_t most)
{
    size_t i = 0;

    for (; text[i] != '\0'; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80 && most-- == 0) {
            break;
        }
    }
    return i;
}

static bool known_whole(const lu_doc *d, const char *text)
{
    for (size_t i = 0; i < d->longs; i++) {
        if (strcmp(d->whole[i], text) == 0) {
            return true;
        }
    }
    return false;
}

const char *lu_doc_short(lu_doc *d, const char *text, size_t most)
{
    const char *clear = lu_doc_name(d, text);
    size_t fits = characters(clear, most - 1);
    char *cut;

    if (characters(clear, most) == strlen(clear)) {
        return clear;
    }
    if (!known_whole(d, clear)) {
        append(d, &d->whole, &d->longs, lu_strdup(clear));
    }
    cut = lu_format("%.*s…", (int)fits, clear);
    return append(d, &d->stranger, &d->strangers, cut) ? cut : "";
}

/* The code point of a sequence that is UTF-8 in form. */
static unsigned long code_of(const unsigned char *at, size_t len)
{
    unsigned long code = len == 1 ? at[0] : at[0] & (0xffu >> (len + 1));

    for (size_t i = 1; i < len; i++) {
        code = code << 6 | (at[i] & 0x3f);
    }
    return code;
}

static lu_err put_hidden(const char *at, size_t len, lu_buf *out)
{
    const unsigned char *bytes = (const unsigned char *)at;

    if (len == 1 && bytes[0] >= 0x80) {
        return lu_buf_print(out, "<byte %02X>", bytes[0]);
    }
    return lu_buf_print(out, "<U+%04lX>", code_of(bytes, len));
}

lu_err lu_visible(const char *text, lu_buf *out)
{
    static const char REPLACEMENT[] = "\xef\xbf\xbd";

    while (*text != '\0') {
        const char *at = text;
        uint32_t code = lu_utf8_next(&text);
        size_t len = (size_t)(text - at);

        if (code != LU_REPLACEMENT || strncmp(at, REPLACEMENT, 3) == 0) {
            LU_TRY(lu_buf_add(out, at, len));
        } else {
            LU_TRY(put_hidden(at, len, out));
        }
    }
    return lu_buf_add(out, "", 0);
}
