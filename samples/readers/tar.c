/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tar headers (POSIX.1-1988 ustar). The packing around them is the stream's. */
#include "samples/readers/speech.h"

#include <stdio.h>
#include <string.h>

enum {
    BLOCK = 512,
    NAME = 100,
    SIZE = 124,
    SIZE_DIGITS = 12,
    CHECKSUM = 148,
    CHECKSUM_DIGITS = 8,
    TYPE = 156,
    MAGIC = 257,
    PREFIX = 345,
    PREFIX_LENGTH = 155,
    NOTES_MAX = 1 << 20 /* bytes of a pax header */
};

/* Octal digits up to a blank or a zero byte. */
static bool parse_octal(const uint8_t *p, size_t n, size_t *out)
{
    size_t i = 0;

    for (*out = 0; i < n && p[i] == ' '; i++) {
    }
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++) {
        *out = *out * 8 + (size_t)(p[i] - '0');
    }
    return i == n || p[i] == ' ' || p[i] == '\0';
}

static bool all_zero(const uint8_t *p, size_t n)
{
    while (n > 0 && p[n - 1] == 0) {
        n--;
    }
    return n == 0;
}

static bool checksum_holds(const uint8_t *h)
{
    size_t sum = 0, said;

    for (size_t i = 0; i < BLOCK; i++) {
        sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_DIGITS ? ' ' : h[i];
    }
    return parse_octal(h + CHECKSUM, CHECKSUM_DIGITS, &said) && said == sum;
}

static lu_err read_header(const uint8_t *h, lu_tar_entry *e)
{
    bool posix = memcmp(h + MAGIC, "ustar\0", 6) == 0;
    int prefix = posix ? (int)strnlen((const char *)h + PREFIX, PREFIX_LENGTH) : 0;
    int name = (int)strnlen((const char *)h, NAME);

    if (!checksum_holds(h)) {
        return lu_fail(LU_ERR_INPUT,
                       "is not a tar archive, or damaged: a header's checksum is wrong");
    }
    snprintf(e->name, sizeof e->name, "%.*s%s%.*s", prefix, (const char *)h + PREFIX,
             prefix ? "/" : "", name, (const char *)h);
    for (const char *c = e->name; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            return lu_fail(LU_ERR_INPUT, "a name holds a control character");
        }
    }
    if (e->name[0] == '\0' || !parse_octal(h + SIZE, SIZE_DIGITS, &e->size)) {
        return lu_fail(LU_ERR_INPUT, "the header of '%s' has no %s", e->name,
                       e->name[0] ? "size that can be read" : "name");
    }
    e->rest = (BLOCK - e->size % BLOCK) % BLOCK;
    return LU_OK;
}

/* A pax header: fine unless it renames or resizes what follows. */
static lu_err skip_notes(lu_stream *s, const lu_tar_entry *e)
{
    uint8_t *notes;
    bool changes;

    if (e->size > NOTES_MAX) {
        return lu_fail(LU_ERR_INPUT, "a header of %zu bytes, the limit is %d", e->size, NOTES_MAX);
    }
    LU_TRY(lu_stream_take(s, e->size, &notes));
    changes = memmem(notes, e->size, " path=", 6) || memmem(notes, e->size, " size=", 6);
    free(notes);
    LU_TRY(lu_stream_skip(s, e->rest));
    return changes ? lu_fail(LU_ERR_INPUT, "pax headers with names or sizes are not supported")
                   : LU_OK;
}

/* Behind the last entry only zeros. */
static lu_err read_end(lu_stream *s)
{
    uint8_t block[BLOCK];
    size_t got = BLOCK;

    while (got == BLOCK) {
        LU_TRY(lu_stream_some(s, block, BLOCK, &got));
        if (!all_zero(block, got)) {
            return lu_fail(LU_ERR_INPUT, "goes on behind its end");
        }
    }
    return LU_OK;
}

lu_err lu_tar_next(lu_stream *s, lu_tar_entry *e, bool *more)
{
    uint8_t h[BLOCK];

    *more = false;
    for (;;) {
        LU_TRY(lu_stream_exact(s, h, BLOCK));
        if (all_zero(h, BLOCK)) {
            return read_end(s);
        }
        LU_TRY(read_header(h, e));
        e->folder = h[TYPE] == '5';
        if (h[TYPE] == 'x' || h[TYPE] == 'g') {
            LU_TRY(skip_notes(s, e));
            continue;
        }
        if (!e->folder && h[TYPE] != '0' && h[TYPE] != '\0') {
            return lu_fail(LU_ERR_INPUT, "'%s' is neither a file nor a folder", e->name);
        }
        *more = true;
        return LU_OK;
    }
}
