/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CIFAR-10, binary version: records of a label and the planes R, G, B, each 32x32, row by row. */
#include "samples/readers/readers.h"

#include <string.h>
#include <sys/stat.h>

enum { SIDE = 32, PLANE = SIDE * SIDE, CHANNELS = 3, IMAGE = PLANE * CHANNELS, CLASSES = 10 };

typedef struct sink {
    lu_range range;
    size_t seen; /* records so far, over all files */
    size_t room; /* records the arrays hold */
    lu_samples *out;
} sink;

static lu_err grow(sink *k, size_t room)
{
    uint8_t *bytes = lu_resize(k->out->bytes, room, IMAGE);
    int32_t *labels;

    if (bytes == NULL) {
        return LU_ERR_MEMORY;
    }
    k->out->bytes = bytes;
    labels = lu_resize(k->out->labels, room, sizeof *labels);
    if (labels == NULL) {
        return LU_ERR_MEMORY;
    }
    k->out->labels = labels;
    k->room = room;
    return LU_OK;
}

static lu_err keep(sink *k, const uint8_t *record)
{
    uint8_t *to;

    if (k->out->n == k->room) {
        LU_TRY(grow(k, k->room ? 2 * k->room : 1024));
    }
    to = k->out->bytes + k->out->n * IMAGE;
    for (size_t p = 0; p < PLANE; p++) {
        for (size_t c = 0; c < CHANNELS; c++) {
            to[p * CHANNELS + c] = record[1 + c * PLANE + p];
        }
    }
    k->out->labels[k->out->n] = record[0];
    k->out->n++;
    return LU_OK;
}

static lu_err read_records(lu_stream *s, sink *k)
{
    uint8_t record[LU_CIFAR_RECORD];
    size_t i, got;

    for (i = 0;; i++) {
        LU_TRY(lu_stream_some(s, record, sizeof record, &got));
        if (got < sizeof record) {
            break;
        }
        if (record[0] >= CLASSES) {
            return lu_fail(LU_ERR_INPUT, "the label of record %zu (byte %zu) is %u, not 0 to 9", i,
                           i * sizeof record, record[0]);
        }
        if (k->seen >= k->range.from && k->seen < k->range.to) {
            LU_TRY(keep(k, record));
        }
        k->seen++;
    }
    if (got > 0 || i == 0) {
        return lu_fail(LU_ERR_INPUT, "%zu bytes are not a whole number of %d-byte records",
                       i * sizeof record + got, LU_CIFAR_RECORD);
    }
    return LU_OK;
}

static lu_err load_file(const char *path, sink *k)
{
    lu_stream *s;
    lu_err err = lu_stream_new(&s, path, LU_READ_LIMIT);

    if (!err) {
        err = read_records(s, k);
    }
    lu_stream_free(&s);
    return lu_within(err, "%s", path);
}

static lu_err load_files(const lu_spec_files *files, sink *k)
{
    for (size_t i = 0; i < files->n; i++) {
        LU_TRY(load_file(files->path[i], k));
    }
    LU_TRY(lu_range_fit(&k->range, k->seen));
    return grow(k, k->out->n);
}

lu_err lu_cifar_load(const lu_spec_files *files, lu_range range, lu_samples *out)
{
    sink k = {.range = range, .out = out};
    lu_err err;

    *out = (lu_samples){.shape = {SIDE, SIDE, CHANNELS}, .classes = CLASSES};
    err = load_files(files, &k);
    if (err) {
        lu_samples_fini(out);
    }
    return err;
}

static lu_err find(const char *dir, const char *stem, lu_spec_files *files)
{
    static const char *const packings[] = {"", ".gz", ".xz"};
    char *path;

    for (size_t i = 0; i < 3; i++) {
        path = lu_format("%s/%s.bin%s", dir, stem, packings[i]);
        if (path == NULL) {
            return LU_ERR_MEMORY;
        }
        if (lu_path_exists(path)) {
            return lu_files_add(files, path);
        }
        free(path);
    }
    return LU_OK;
}

lu_err lu_cifar_list(const char *path, lu_part part, lu_spec_files *files)
{
    static const char *const batches[] = {"data_batch_1", "data_batch_2", "data_batch_3",
                                          "data_batch_4", "data_batch_5", "test_batch"};
    size_t first = part == LU_PART_TRAIN ? 0 : 5;
    size_t end = part == LU_PART_TRAIN ? 5 : 6;
    struct stat st;

    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return lu_files_add(files, lu_strdup(path));
    }
    for (size_t i = first; i < end; i++) {
        LU_TRY(find(path, batches[i], files));
    }
    if (files->n == 0) {
        return lu_within(
            lu_fail(LU_ERR_INPUT, "no %s (.bin, .bin.gz or .bin.xz) is there",
                    part == LU_PART_TRAIN ? "data_batch_1 to data_batch_5" : "test_batch"),
            "%s", path);
    }
    return LU_OK;
}
