/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests that read packed files: making them, and reading one whole. */
#ifndef LU_TESTS_PACKING_H
#define LU_TESTS_PACKING_H

#include "samples/readers/readers.h"
#include "tests/unit/scratch.h"

#include <lzma.h>
#include <zlib.h>

static inline size_t gzip(const void *data, size_t len, uint8_t *to, size_t room)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)len};

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = to;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&z), Z_OK);
    return z.total_out;
}

static inline size_t xz(const void *data, size_t len, uint8_t *to, size_t room)
{
    size_t made = 0;

    assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, data, len, to, &made, room),
                     LZMA_OK);
    return made;
}

static inline lu_err whole(const char *path, size_t limit, size_t n, uint8_t **out)
{
    lu_stream *s;
    lu_err err = lu_stream_new(&s, path, limit);

    *out = NULL;
    if (!err) {
        err = lu_stream_take(s, n, out);
    }
    if (!err) {
        err = lu_stream_end(s);
    }
    if (err) {
        free(*out);
        *out = NULL;
    }
    lu_stream_free(&s);
    return err;
}

#endif
