/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines, sections, options. As in Darknet, spaces and tabs mean nothing, wherever they are. */
#include "nets/format/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 512, OPTIONS_MAX = 64 };

typedef struct reader {
    lu_cfg_text *out;
    char *next;  /* where the next stripped line goes */
    size_t line; /* the one being read, from 1 */
} reader;

lu_err lu_cfg_refuse(size_t line, const char *section, const char *format, ...)
{
    char what[768];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (section == NULL) {
        return lu_fail(LU_ERR_INPUT, "line %zu: %s", line, what);
    }
    return lu_fail(LU_ERR_INPUT, "line %zu [%.32s]: %s", line, section, what);
}

static lu_cfg_block *current(const reader *r)
{
    return r->out->n_blocks ? &r->out->block[r->out->n_blocks - 1] : NULL;
}

static const char *current_name(const reader *r)
{
    return r->out->n_blocks ? current(r)->name : NULL;
}

static lu_err check_line(const reader *r, const char *line, size_t len)
{
    if (len > LINE_BYTES) {
        return lu_cfg_refuse(r->line, current_name(r), "%zu bytes in one line, the limit is %d",
                             len, LINE_BYTES);
    }
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)line[i];
        if (byte != '\t' && (byte < 0x20 || byte > 0x7e)) {
            return lu_cfg_refuse(r->line, current_name(r),
                                 "byte 0x%02x in column %zu is not plain text", byte, i + 1);
        }
    }
    return LU_OK;
}

static char *strip(reader *r, const char *line, size_t len)
{
    char *start = r->next;

    for (size_t i = 0; i < len; i++) {
        if (line[i] != ' ' && line[i] != '\t') {
            *r->next++ = line[i];
        }
    }
    *r->next++ = '\0';
    return start;
}

static bool is_net(const char *name)
{
    return strcmp(name, "net") == 0 || strcmp(name, "network") == 0;
}

static lu_err add_block(reader *r, char *header)
{
    size_t len = strlen(header);
    char *name = header + 1;

    if (len < 3 || header[len - 1] != ']') {
        return lu_cfg_refuse(r->line, current_name(r), "'%.40s' is not a section header", header);
    }
    header[len - 1] = '\0';
    if (r->out->n_blocks == 0 && !is_net(name)) {
        return lu_cfg_refuse(r->line, name, "the first section must be [net]");
    }
    if (r->out->n_blocks > 0 && is_net(name)) {
        return lu_cfg_refuse(r->line, name, "a second [net], the first is in line %zu",
                             r->out->block[0].line);
    }
    r->out->block[r->out->n_blocks++] =
        (lu_cfg_block){.name = name, .line = r->line, .first = r->out->n_options};
    return LU_OK;
}

static lu_err check_new(const reader *r, const lu_cfg_block *b, const char *key)
{
    for (size_t i = b->first; i < b->first + b->n; i++) {
        if (strcmp(r->out->option[i].key, key) == 0) {
            return lu_cfg_refuse(r->line, b->name, "%.40s is given twice, first in line %zu", key,
                                 r->out->option[i].line);
        }
    }
    return LU_OK;
}

static lu_err add_option(reader *r, char *text)
{
    lu_cfg_block *b = current(r);
    char *equals = strchr(text, '=');

    if (b == NULL) {
        return lu_cfg_refuse(r->line, NULL, "'%.40s' stands before the first section", text);
    }
    if (equals == NULL || equals == text || equals[1] == '\0') {
        return lu_cfg_refuse(r->line, b->name, "'%.40s' is not key=value", text);
    }
    if (b->n == OPTIONS_MAX) {
        return lu_cfg_refuse(r->line, b->name, "more than %d options", OPTIONS_MAX);
    }
    *equals = '\0';
    LU_TRY(check_new(r, b, text));
    r->out->option[r->out->n_options++] =
        (lu_cfg_option){.key = text, .value = equals + 1, .line = r->line};
    b->n++;
    return LU_OK;
}

static lu_err take_line(reader *r, const char *line, size_t len)
{
    char *text;

    r->line++;
    if (len > 0 && line[len - 1] == '\r') {
        len--;
    }
    LU_TRY(check_line(r, line, len));
    text = strip(r, line, len);
    switch (text[0]) {
    case '\0':
    case '#':
    case ';': return LU_OK;
    case '[': return add_block(r, text);
    default: return add_option(r, text);
    }
}

static size_t occurrences(const char *text, size_t len, char byte)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n += text[i] == byte;
    }
    return n;
}

static lu_err read_lines(reader *r, const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end != NULL ? (size_t)(end - text) - at : len - at;

        LU_TRY(take_line(r, text + at, n));
        at += n + 1;
    }
    return r->out->n_blocks ? LU_OK : lu_fail(LU_ERR_INPUT, "there is no [net] section");
}

lu_err lu_cfg_text_read(const char *text, size_t len, lu_cfg_text *out)
{
    reader r = {.out = out};
    lu_err err;

    *out = (lu_cfg_text){0};
    err = LU_NEW(out->text, len + 1);
    if (err == LU_OK) {
        err = LU_NEW(out->option, occurrences(text, len, '='));
    }
    if (err == LU_OK) {
        err = LU_NEW(out->block, occurrences(text, len, '['));
    }
    if (err == LU_OK) {
        r.next = out->text;
        err = read_lines(&r, text, len);
    }
    if (err != LU_OK) {
        lu_cfg_text_fini(out);
    }
    return err;
}

void lu_cfg_text_fini(lu_cfg_text *t)
{
    free(t->text);
    free(t->option);
    free(t->block);
    *t = (lu_cfg_text){0};
}
