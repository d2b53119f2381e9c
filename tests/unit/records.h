/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the wire: samples, results of generation and arrays as frames. */
#ifndef LU_TESTS_RECORDS_H
#define LU_TESTS_RECORDS_H

#include "tests/unit/frames.h"

enum { N = 3, SIDE = 4, PIXELS = SIDE * SIDE };

/* --- samples --- */

static inline lu_samples make_samples(bool bytes, bool labels)
{
    lu_samples s;

    assert_ok(lu_samples_alloc(&s, N, (lu_shape){SIDE, SIDE, 1}, 10, bytes));
    for (size_t i = 0; i < N * PIXELS; i++) {
        if (bytes) {
            s.bytes[i] = (uint8_t)(i * 37);
        } else {
            s.values[i] = (float)i / 64 - 0.25f;
        }
    }
    for (int i = 0; i < N; i++) {
        s.labels[i] = 9 - i;
    }
    if (!labels) {
        free(s.labels);
        s.labels = NULL;
    }
    return s;
}

static inline void same_samples(const lu_samples *a, const lu_samples *b)
{
    lu_sha256 x, y;

    assert_ok(lu_samples_digest(a, &x));
    assert_ok(lu_samples_digest(b, &y));
    assert_string_equal(x.hex, y.hex);
}

/* --- results --- */

static inline lu_blackbox make_blackbox(void)
{
    static const uint32_t seeds[N] = {4, 0, UINT32_MAX - 1};
    lu_blackbox b = {.tests = make_samples(false, true), .max_linf = 0.1, .yield = {9, N, 1, 5}};

    assert_int_equal(LU_NEW(b.seed, N), LU_OK);
    memcpy(b.seed, seeds, sizeof seeds);
    return b;
}

static inline lu_whitebox make_whitebox(void)
{
    static const int32_t neuron[] = {5, 0};
    static const double threshold[] = {1.5, -2};
    lu_whitebox w;

    assert_ok(lu_whitebox_alloc(&w, 2, neuron, threshold, 2, N, (lu_shape){SIDE, SIDE, 1}, 10));
    for (size_t i = 0; i < N * PIXELS; i++) {
        w.tests.values[i] = (float)i;
    }
    for (uint32_t i = 0; i < N; i++) {
        w.seed[i] = i;
        w.iterations[i] = 100 + i;
    }
    w.start[1] = 1;
    w.start[2] = N;
    w.tried = 12;
    w.dead = 4;
    w.unreached = 5;
    return w;
}

static inline lu_frame blackbox_frame(const lu_blackbox *b)
{
    lu_frame f = result();

    assert_ok(lu_put_blackbox(&f, b));
    return f;
}

static inline lu_frame whitebox_frame(const lu_whitebox *w)
{
    lu_frame f = result();

    assert_ok(lu_put_whitebox(&f, w));
    return f;
}

/* --- arrays --- */

static inline lu_frame arrays_frame(void)
{
    static const float x[6] = {1, 2, 3, 4, 5, 6};
    static const uint8_t bytes[3] = {7, 8, 9};
    static const double scalar = 1e300;
    static const size_t shape[LU_ARRAY_DIMS] = {1, 2, 1, 3, 1, 1}, three[] = {3}, none[] = {0, 5};
    lu_arrays a = {0};
    lu_frame f = result();

    assert_ok(lu_arrays_add(&a, "x", LU_F32, LU_ARRAY_DIMS, shape, x));
    assert_ok(lu_arrays_add(&a, "bytes", LU_U8, 1, three, bytes));
    assert_ok(lu_arrays_add(&a, "nothing", LU_I64, 2, none, x));
    assert_ok(lu_arrays_add(&a, "scalar", LU_F64, 0, NULL, &scalar));
    assert_ok(lu_put_arrays(&f, &a));
    lu_arrays_fini(&a);
    return f;
}

#endif
