/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Labelled samples: the one form in which readers, methods and engines exchange images.
 * Layout N x H x W x C, row-major, C fastest. Pixels are bytes (value = byte/255) or floats as the
 * model sees them; exactly one of the two is set. Labels are 0..classes-1.
 */
#ifndef LU_CORE_SAMPLE_H
#define LU_CORE_SAMPLE_H

#include "core/base/digest.h"
#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lu_shape {
    size_t h, w, c; /* height, width, channels; each >= 1 */
} lu_shape;

typedef struct lu_samples {
    size_t n;        /* number of samples */
    lu_shape shape;  /* of one sample */
    size_t classes;  /* number of classes */
    uint8_t *bytes;  /* n*h*w*c, or NULL */
    float *values;   /* n*h*w*c, or NULL */
    int32_t *labels; /* n, or NULL when the samples are not labelled */
    void *mapping;   /* not NULL: the arrays lie in this mapping of mapping_len bytes */
    size_t mapping_len;
} lu_samples;

static inline size_t lu_shape_size(lu_shape s)
{
    return s.h * s.w * s.c;
}

static inline bool lu_shape_equal(lu_shape a, lu_shape b)
{
    return a.h == b.h && a.w == b.w && a.c == b.c;
}

/* Zeroed arrays for n samples; bytes or floats as asked, labels always. */
lu_err lu_samples_alloc(lu_samples *s, size_t n, lu_shape shape, size_t classes, bool as_bytes);

/* Frees or unmaps; null-safe; leaves zeroed memory. */
void lu_samples_fini(lu_samples *s);

/* Samples first..first+n-1 as floats into dst (n*h*w*c). The range must lie inside. */
void lu_samples_values(const lu_samples *s, size_t first, size_t n, float *dst);

/* A new set of the samples index[0..n-1], same kind of pixels; labels too if there are any. */
lu_err lu_samples_pick(const lu_samples *s, const size_t *index, size_t n, lu_samples *out);

/* A new set of samples from..to-1; LU_ERR_INPUT when the range is not inside or is empty. */
lu_err lu_samples_slice(const lu_samples *s, size_t from, size_t to, lu_samples *out);

/* Makes the set fit `shape`: grey is repeated to 3 channels in place; any other mismatch is
   LU_ERR_INPUT naming both shapes. */
lu_err lu_samples_conform(lu_samples *s, lu_shape shape);

/* SHA-256 over counts, shape, kind, pixels and labels. */
lu_err lu_samples_digest(const lu_samples *s, lu_sha256 *out);

#endif
