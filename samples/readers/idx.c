/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX as published by LeCun, Cortes and Burges: big-endian magic, the dimensions, then bytes. */
#include "samples/readers/readers.h"

#include <string.h>

enum { MAGIC_IMAGES = 2051, MAGIC_LABELS = 2049 };

/* The magic and `dims` dimensions. */
static lu_err read_header(lu_stream *s, uint32_t magic, size_t dims, uint32_t *dim)
{
    uint8_t raw[16];
    uint32_t word;

    LU_TRY(lu_stream_exact(s, raw, 4 * (dims + 1)));
    for (size_t i = 0; i <= dims; i++) {
        word = (uint32_t)raw[4 * i] << 24 | (uint32_t)raw[4 * i + 1] << 16 |
               (uint32_t)raw[4 * i + 2] << 8 | (uint32_t)raw[4 * i + 3];
        if (i == 0 && word != magic) {
            return lu_fail(LU_ERR_INPUT, "the magic is %u, not %u", word, magic);
        }
        if (i > 0) {
            dim[i - 1] = word;
        }
    }
    return LU_OK;
}

static lu_err check_labels(const uint8_t *raw, size_t n, size_t *classes)
{
    size_t most = 0;

    for (size_t i = 0; i < n; i++) {
        if (*classes && raw[i] >= *classes) {
            return lu_fail(LU_ERR_INPUT, "label %zu is %u, the largest allowed is %zu", i, raw[i],
                           *classes - 1);
        }
        most = raw[i] > most ? raw[i] : most;
    }
    if (*classes == 0) {
        *classes = most > 1 ? most + 1 : 2;
    }
    return LU_OK;
}

static lu_err read_labels(lu_stream *s, size_t *classes, uint8_t **out, size_t *n)
{
    uint32_t count;

    LU_TRY(read_header(s, MAGIC_LABELS, 1, &count));
    LU_TRY(lu_stream_take(s, count, out));
    LU_TRY(lu_stream_end(s));
    *n = count;
    return check_labels(*out, count, classes);
}

static lu_err read_images(lu_stream *s, size_t labels, lu_range *range, lu_samples *out)
{
    uint32_t dim[3];
    size_t size, all;

    LU_TRY(read_header(s, MAGIC_IMAGES, 3, dim));
    if (dim[0] != labels || dim[0] == 0) {
        return lu_fail(LU_ERR_INPUT, "holds %u images, there are %zu labels", dim[0], labels);
    }
    if (dim[1] < 1 || dim[2] < 1 || dim[1] > LU_SIDE_MAX || dim[2] > LU_SIDE_MAX) {
        return lu_fail(LU_ERR_INPUT, "the images are %ux%u, 1x1 to %dx%d is allowed", dim[1],
                       dim[2], LU_SIDE_MAX, LU_SIDE_MAX);
    }
    size = (size_t)dim[1] * dim[2];
    if (!lu_mul(dim[0], size, &all) || all > LU_READ_LIMIT) {
        return lu_fail(LU_ERR_INPUT, "%u images of %ux%u are more than %zu bytes", dim[0], dim[1],
                       dim[2], LU_READ_LIMIT);
    }
    LU_TRY(lu_range_fit(range, dim[0]));
    LU_TRY(lu_stream_skip(s, range->from * size));
    LU_TRY(lu_stream_take(s, (range->to - range->from) * size, &out->bytes));
    LU_TRY(lu_stream_skip(s, (dim[0] - range->to) * size));
    LU_TRY(lu_stream_end(s));
    out->n = range->to - range->from;
    out->shape = (lu_shape){dim[1], dim[2], 1};
    return LU_OK;
}

static lu_err widen_labels(const uint8_t *raw, lu_range range, lu_samples *out)
{
    LU_TRY(LU_NEW(out->labels, range.to - range.from));
    for (size_t i = range.from; i < range.to; i++) {
        out->labels[i - range.from] = raw[i];
    }
    return LU_OK;
}

static lu_err load_labels(const char *path, size_t *classes, uint8_t **out, size_t *n)
{
    lu_stream *s;
    lu_err err = lu_stream_new(&s, path, LU_READ_LIMIT);

    if (!err) {
        err = read_labels(s, classes, out, n);
    }
    lu_stream_free(&s);
    return lu_within(err, "%s", path);
}

static lu_err load_images(const char *path, size_t labels, lu_range *range, lu_samples *out)
{
    lu_stream *s;
    lu_err err = lu_stream_new(&s, path, LU_READ_LIMIT + 16);

    if (!err) {
        err = read_images(s, labels, range, out);
    }
    lu_stream_free(&s);
    return lu_within(err, "%s", path);
}

lu_err lu_idx_load(const char *images, const char *labels, size_t classes, lu_range range,
                   lu_samples *out)
{
    uint8_t *raw = NULL;
    size_t n = 0;
    lu_err err;

    *out = (lu_samples){0};
    err = load_labels(labels, &classes, &raw, &n);
    if (!err) {
        err = load_images(images, n, &range, out);
    }
    if (!err) {
        err = widen_labels(raw, range, out);
    }
    free(raw);
    out->classes = classes;
    if (err) {
        lu_samples_fini(out);
    }
    return err;
}

/* The first of the names under which the file is found in the wild. */
static lu_err find(const char *dir, const char *stem, const char *type, lu_spec_files *files)
{
    static const char *const packings[] = {"", ".gz", ".xz"};
    char *path;

    for (size_t i = 0; i < 6; i++) {
        path = lu_format("%s/%s%c%s%s", dir, stem, i < 3 ? '-' : '.', type, packings[i % 3]);
        if (path == NULL) {
            return LU_ERR_MEMORY;
        }
        if (lu_path_exists(path)) {
            return lu_files_add(files, path);
        }
        free(path);
    }
    return lu_within(lu_fail(LU_ERR_INPUT, "no %s-%s (plain, .gz or .xz) is there", stem, type),
                     "%s", dir);
}

lu_err lu_mnist_list(const char *dir, lu_part part, lu_spec_files *files)
{
    bool train = part == LU_PART_TRAIN;

    LU_TRY(find(dir, train ? "train-images" : "t10k-images", "idx3-ubyte", files));
    return find(dir, train ? "train-labels" : "t10k-labels", "idx1-ubyte", files);
}
