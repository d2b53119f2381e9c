/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/sample.h"
#include "core/base/mem.h"

#include <string.h>
#include <sys/mman.h>

lu_err lu_samples_alloc(lu_samples *s, size_t n, lu_shape shape, size_t classes, bool as_bytes)
{
    lu_err err;
    size_t pixels;

    *s = (lu_samples){.n = n, .shape = shape, .classes = classes};
    if (!lu_mul(shape.h, shape.w, &pixels) || !lu_mul(pixels, shape.c, &pixels) ||
        !lu_mul(pixels, n, &pixels)) {
        return lu_fail(LU_ERR_MEMORY, "a sample set of %zu x %zu x %zu x %zu is too large", n,
                       shape.h, shape.w, shape.c);
    }
    err = as_bytes ? LU_NEW(s->bytes, pixels) : LU_NEW(s->values, pixels);
    if (!err) {
        err = LU_NEW(s->labels, n);
    }
    if (err) {
        lu_samples_fini(s);
    }
    return err;
}

void lu_samples_fini(lu_samples *s)
{
    if (s->mapping != NULL) {
        munmap(s->mapping, s->mapping_len);
    } else {
        free(s->bytes);
        free(s->values);
        free(s->labels);
    }
    *s = (lu_samples){0};
}

void lu_samples_values(const lu_samples *s, size_t first, size_t n, float *dst)
{
    size_t size = lu_shape_size(s->shape);

    if (s->values != NULL) {
        memcpy(dst, s->values + first * size, n * size * sizeof *dst);
        return;
    }
    for (size_t i = 0; i < n * size; i++) {
        dst[i] = (float)s->bytes[first * size + i] / 255.0f;
    }
}

lu_err lu_samples_pick(const lu_samples *s, const size_t *index, size_t n, lu_samples *out)
{
    size_t size = lu_shape_size(s->shape);

    LU_TRY(lu_samples_alloc(out, n, s->shape, s->classes, s->bytes != NULL));
    for (size_t i = 0; i < n; i++) {
        if (s->bytes != NULL) {
            memcpy(out->bytes + i * size, s->bytes + index[i] * size, size);
        } else {
            memcpy(out->values + i * size, s->values + index[i] * size, size * sizeof(float));
        }
        if (s->labels != NULL) {
            out->labels[i] = s->labels[index[i]];
        }
    }
    if (s->labels == NULL) {
        free(out->labels);
        out->labels = NULL;
    }
    return LU_OK;
}

lu_err lu_samples_slice(const lu_samples *s, size_t from, size_t to, lu_samples *out)
{
    size_t *index;
    lu_err err;

    *out = (lu_samples){0};
    if (from >= to || to > s->n) {
        return lu_fail(LU_ERR_INPUT, "samples %zu to %zu are not inside 0 to %zu", from, to, s->n);
    }
    LU_TRY(LU_NEW(index, to - from));
    for (size_t i = from; i < to; i++) {
        index[i - from] = i;
    }
    err = lu_samples_pick(s, index, to - from, out);
    free(index);
    return err;
}

static lu_err repeat_grey(lu_samples *s, size_t channels)
{
    lu_shape shape = {s->shape.h, s->shape.w, channels};
    size_t pixels = s->n * s->shape.h * s->shape.w;
    lu_samples wide;

    LU_TRY(lu_samples_alloc(&wide, s->n, shape, s->classes, s->bytes != NULL));
    for (size_t i = 0; i < pixels; i++) {
        for (size_t c = 0; c < channels; c++) {
            if (s->bytes != NULL) {
                wide.bytes[i * channels + c] = s->bytes[i];
            } else {
                wide.values[i * channels + c] = s->values[i];
            }
        }
    }
    if (s->labels != NULL) {
        memcpy(wide.labels, s->labels, s->n * sizeof *s->labels);
    } else {
        free(wide.labels);
        wide.labels = NULL;
    }
    lu_samples_fini(s);
    *s = wide;
    return LU_OK;
}

lu_err lu_samples_conform(lu_samples *s, lu_shape shape)
{
    if (lu_shape_equal(s->shape, shape)) {
        return LU_OK;
    }
    if (s->shape.h == shape.h && s->shape.w == shape.w && s->shape.c == 1 && shape.c == 3) {
        return repeat_grey(s, shape.c);
    }
    return lu_fail(LU_ERR_INPUT, "the samples are %zux%zux%zu, the network wants %zux%zux%zu",
                   s->shape.h, s->shape.w, s->shape.c, shape.h, shape.w, shape.c);
}

lu_err lu_samples_digest(const lu_samples *s, lu_sha256 *out)
{
    size_t total = s->n * lu_shape_size(s->shape);
    lu_digest d;

    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, s->bytes != NULL ? "bytes" : "values");
    lu_digest_u64(&d, s->n);
    lu_digest_u64(&d, s->shape.h);
    lu_digest_u64(&d, s->shape.w);
    lu_digest_u64(&d, s->shape.c);
    lu_digest_u64(&d, s->classes);
    if (s->bytes != NULL) {
        lu_digest_bytes(&d, s->bytes, total);
    } else {
        lu_digest_bytes(&d, s->values, total * sizeof(float));
    }
    lu_digest_u64(&d, s->labels != NULL);
    if (s->labels != NULL) {
        lu_digest_bytes(&d, s->labels, s->n * sizeof *s->labels);
    }
    return lu_digest_finish(&d, out);
}
