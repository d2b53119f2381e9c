/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sample set out of an NPZ: images x and labels y, or the authors' names advx and advy. */
#include "samples/readers/readers.h"

#include <math.h>
#include <string.h>

static lu_array *find(lu_arrays *arrays, const char *name)
{
    for (size_t i = 0; i < arrays->n; i++) {
        if (strcmp(arrays->item[i].name, name) == 0) {
            return &arrays->item[i];
        }
    }
    return NULL;
}

/* Cuts the data down to the range in place and takes them out of the array. */
static lu_err take(lu_array *a, size_t width, lu_range range, void **out)
{
    uint8_t *data = a->data;
    size_t n = (range.to - range.from) * width;

    memmove(data, data + range.from * width, n);
    a->data = lu_resize(data, n, 1);
    if (a->data == NULL) {
        a->data = data;
        return LU_ERR_MEMORY;
    }
    *out = a->data;
    a->data = NULL;
    return LU_OK;
}

static lu_err check_finite(const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i])) {
            return lu_fail(LU_ERR_INPUT, "value %zu is not finite", i);
        }
    }
    return LU_OK;
}

/* float64 to float32 in its own place, front to back. */
static void narrow(lu_array *a)
{
    char *data = a->data;
    size_t n = lu_array_count(a);
    double wide;
    float value;

    for (size_t i = 0; i < n; i++) {
        memcpy(&wide, data + i * sizeof wide, sizeof wide);
        value = (float)wide;
        memcpy(data + i * sizeof value, &value, sizeof value);
    }
    a->type = LU_F32;
}

static lu_err read_images(lu_array *x, lu_range range, lu_samples *out)
{
    size_t size = lu_shape_size(out->shape);
    void *data;

    if (x->type == LU_U8) {
        LU_TRY(take(x, size, range, &data));
        out->bytes = data;
        return LU_OK;
    }
    if (x->type == LU_F64) {
        narrow(x);
    }
    if (x->type != LU_F32) {
        return lu_fail(LU_ERR_INPUT,
                       "the images are integers of %zu bytes; uint8, float32 and "
                       "float64 are read",
                       lu_dtype_size(x->type));
    }
    LU_TRY(check_finite(x->data, lu_array_count(x)));
    LU_TRY(take(x, size * sizeof(float), range, &data));
    out->values = data;
    return LU_OK;
}

static lu_err read_shape(const lu_array *x, lu_samples *out)
{
    if ((x->dims != 3 && x->dims != 4) || lu_array_count(x) == 0) {
        return lu_fail(LU_ERR_INPUT,
                       "the images are %zu-dimensional with %zu values, not NxHxW or "
                       "NxHxWxC with at least one",
                       x->dims, lu_array_count(x));
    }
    out->shape = (lu_shape){x->shape[1], x->shape[2], x->dims == 4 ? x->shape[3] : 1};
    return LU_OK;
}

static double number(const lu_array *a, size_t i)
{
    switch (a->type) {
    case LU_U8:
        return ((const uint8_t *)a->data)[i];
    case LU_I32:
        return ((const int32_t *)a->data)[i];
    case LU_I64:
        return (double)((const int64_t *)a->data)[i];
    case LU_F32:
        return ((const float *)a->data)[i];
    default:
        return ((const double *)a->data)[i];
    }
}

/* The place of the only 1 among zeros; `classes` when the row is anything else. */
static size_t hot(const lu_array *y, size_t row, size_t classes)
{
    size_t at = classes;
    double v;

    for (size_t j = 0; j < classes; j++) {
        v = number(y, row * classes + j);
        if (v == 1.0 && at == classes) {
            at = j;
        } else if (v != 0.0) {
            return classes;
        }
    }
    return at;
}

static lu_err one_hot(const lu_array *y, lu_range range, lu_samples *out)
{
    size_t place;

    out->classes = y->shape[1];
    for (size_t i = 0; i < y->shape[0]; i++) {
        place = hot(y, i, out->classes);
        if (place == out->classes) {
            return lu_fail(LU_ERR_INPUT, "row %zu is not one 1 among zeros", i);
        }
        if (i >= range.from && i < range.to) {
            out->labels[i - range.from] = (int32_t)place;
        }
    }
    return LU_OK;
}

static lu_err integers(const lu_array *y, lu_range range, lu_samples *out)
{
    double v;

    out->classes = 2;
    for (size_t i = 0; i < y->shape[0]; i++) {
        v = number(y, i);
        if (v < 0 || v >= LU_CLASSES_MAX) {
            return lu_fail(LU_ERR_INPUT, "label %zu is %.0f, 0 to %d is allowed", i, v,
                           LU_CLASSES_MAX - 1);
        }
        out->classes = (size_t)v + 1 > out->classes ? (size_t)v + 1 : out->classes;
        if (i >= range.from && i < range.to) {
            out->labels[i - range.from] = (int32_t)v;
        }
    }
    return LU_OK;
}

static lu_err read_labels(const lu_array *y, size_t images, lu_range range, lu_samples *out)
{
    bool column = y->dims == 1 || (y->dims == 2 && y->shape[1] == 1);
    bool whole = y->type == LU_U8 || y->type == LU_I32 || y->type == LU_I64;

    if (y->dims < 1 || y->shape[0] != images) {
        return lu_fail(LU_ERR_INPUT, "there are %zu labels for %zu images",
                       y->dims ? y->shape[0] : 1, images);
    }
    if (column ? !whole : y->dims != 2 || y->shape[1] < 2 || y->shape[1] > LU_CLASSES_MAX) {
        return lu_fail(LU_ERR_INPUT, "the labels are neither N integers nor NxCLASSES");
    }
    LU_TRY(LU_NEW(out->labels, range.to - range.from));
    return column ? integers(y, range, out) : one_hot(y, range, out);
}

static lu_err assemble(lu_arrays *arrays, lu_range range, lu_samples *out)
{
    lu_array *x = find(arrays, "x");
    lu_array *y = find(arrays, x != NULL ? "y" : "advy");
    size_t images;

    if (x == NULL) {
        x = find(arrays, "advx");
    }
    if (x == NULL) {
        return lu_fail(LU_ERR_INPUT, "there is no array x (or advx)");
    }
    images = x->shape[0];
    LU_TRY(lu_within(read_shape(x, out), "array %s", x->name));
    LU_TRY(lu_range_fit(&range, images));
    LU_TRY(lu_within(read_images(x, range, out), "array %s", x->name));
    if (y != NULL) {
        LU_TRY(lu_within(read_labels(y, images, range, out), "array %s", y->name));
    }
    out->n = range.to - range.from;
    return LU_OK;
}

lu_err lu_npz_load(const char *path, lu_range range, lu_samples *out)
{
    lu_arrays arrays;
    lu_err err;

    *out = (lu_samples){0};
    LU_TRY(lu_npz_read(path, LU_READ_LIMIT, &arrays));
    err = assemble(&arrays, range, out);
    lu_arrays_fini(&arrays);
    if (err) {
        lu_samples_fini(out);
    }
    return lu_within(err, "%s", path);
}
