/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ALIGNMENT = 64 };

bool lu_mul(size_t a, size_t b, size_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

void *lu_zalloc(size_t n, size_t size)
{
    size_t bytes;
    void *block;

    if (!lu_mul(n, size, &bytes) || bytes > PTRDIFF_MAX - ALIGNMENT) {
        lu_fail(LU_ERR_MEMORY, "a block of %zu x %zu bytes is too large", n, size);
        return NULL;
    }
    bytes = bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    block = aligned_alloc(ALIGNMENT, bytes);
    if (block == NULL) {
        lu_fail(LU_ERR_MEMORY, "out of memory for %zu bytes", bytes);
        return NULL;
    }
    return memset(block, 0, bytes);
}

void *lu_resize(void *block, size_t n, size_t size)
{
    size_t bytes;
    void *moved = NULL;

    if (lu_mul(n, size, &bytes)) {
        moved = realloc(block, bytes ? bytes : 1);
    }
    if (moved == NULL) {
        lu_fail(LU_ERR_MEMORY, "out of memory for %zu x %zu bytes", n, size);
    }
    return moved;
}

char *lu_strdup(const char *s)
{
    return lu_format("%s", s);
}

char *lu_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    int len;

    va_start(args, format);
    len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        lu_fail(LU_ERR_MEMORY, "out of memory for a text");
        return NULL;
    }
    return text;
}

static lu_err reserve(lu_buf *buf, size_t extra)
{
    size_t need = buf->len + extra + 1;
    size_t capacity = buf->capacity ? buf->capacity : 256;
    uint8_t *data;

    if (need < extra) {
        return lu_fail(LU_ERR_MEMORY, "a buffer grew too large");
    }
    if (need <= buf->capacity) {
        return LU_OK;
    }
    while (capacity < need) {
        capacity *= 2;
    }
    data = lu_resize(buf->data, capacity, 1);
    if (data == NULL) {
        return LU_ERR_MEMORY;
    }
    buf->data = data;
    buf->capacity = capacity;
    return LU_OK;
}

lu_err lu_buf_add(lu_buf *buf, const void *data, size_t len)
{
    LU_TRY(reserve(buf, len));
    if (len) {
        memcpy(buf->data + buf->len, data, len);
    }
    buf->len += len;
    buf->data[buf->len] = 0;
    return LU_OK;
}

lu_err lu_buf_print(lu_buf *buf, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    lu_err err;
    int len;

    va_start(args, format);
    len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        return lu_fail(LU_ERR_MEMORY, "out of memory for a text");
    }
    err = lu_buf_add(buf, text, (size_t)len);
    free(text);
    return err;
}

void lu_buf_fini(lu_buf *buf)
{
    free(buf->data);
    *buf = (lu_buf)LU_BUF_INIT;
}
