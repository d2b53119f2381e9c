/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of imported Keras models: a file and what it becomes. */
#ifndef LU_TESTS_KERAS_CONVERT_H
#define LU_TESTS_KERAS_CONVERT_H

#include "nets/format/keras.h"
#include "tests/unit/keras_files.h"

enum { CLASSES_MOST = 16, JSON_MOST = 16384 };

static inline lu_buf bytes_of(const char *path)
{
    lu_buf out = LU_BUF_INIT;
    char block[4096];
    FILE *f = fopen(path, "rb");
    size_t n;

    assert_non_null(f);
    while ((n = fread(block, 1, sizeof block, f)) > 0) {
        assert_ok(lu_buf_add(&out, block, n));
    }
    fclose(f);
    return out;
}

static inline lu_err convert(const lu_buf *file, lu_buf *cfg, lu_buf *weights)
{
    lu_net_limits limits = lu_net_limits_default();

    return lu_keras_convert(file->data, file->len, &limits, cfg, weights);
}

static inline lu_buf made(const char *name, const made_model *m)
{
    return bytes_of(make_h5(name, m, 11));
}

#endif
