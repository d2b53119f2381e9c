/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory. Out of memory is an error value; sizes are multiplied with an overflow check.
 * Everything is freed with free().
 */
#ifndef LU_CORE_BASE_MEM_H
#define LU_CORE_BASE_MEM_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* n*size zeroed bytes, aligned to 64; NULL with lu_fail(LU_ERR_MEMORY) set. n*size = 0 gives 1
 * byte. */
void *lu_zalloc(size_t n, size_t size);

/* As realloc of n*size bytes, overflow-checked; the old block stays when NULL is returned. */
void *lu_resize(void *block, size_t n, size_t size);

/* A copy of a string; NULL as above. */
char *lu_strdup(const char *s);

/* printf into a fresh string; NULL as above. */
char *lu_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* *out = a*b; false on overflow. */
bool lu_mul(size_t a, size_t b, size_t *out);

/* Allocates n zeroed elements of *ptr's type into ptr; lu_err. */
#define LU_NEW(ptr, n)                                                                             \
    (((ptr) = lu_zalloc((size_t)(n), sizeof *(ptr))) != NULL ? LU_OK : LU_ERR_MEMORY)

/* A growing byte buffer; also builds text. Start from LU_BUF_INIT or zeroed memory. */
typedef struct lu_buf {
    uint8_t *data;   /* owned; one byte beyond len is always there and 0 once anything was added */
    size_t len;      /* bytes in use */
    size_t capacity; /* bytes allocated */
} lu_buf;

#define LU_BUF_INIT                                                                                \
    {                                                                                              \
        0                                                                                          \
    }

lu_err lu_buf_add(lu_buf *buf, const void *data, size_t len);
lu_err lu_buf_print(lu_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lu_buf_fini(lu_buf *buf);

#endif
