/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NPZ: a zip of .npy files. Every size a header states is checked before memory is taken for it. */
#include "samples/readers/readers.h"

#include <string.h>
#include <unistd.h>
#include <zip.h>

enum {
    HEADER_MAX = 65535,
    ENTRIES_MAX = 100000,
    DEFLATE_MOST = 1032 /* deflate cannot expand further: 258 bytes from 2 bits */
};

typedef struct entry {
    zip_file_t *file;
    size_t left; /* bytes that should still come */
} entry;

static lu_err entry_read(entry *e, void *to, size_t n)
{
    uint8_t *at = to;
    zip_int64_t got;

    if (n > e->left) {
        return lu_fail(LU_ERR_INPUT, "ends %zu bytes too early", n - e->left);
    }
    e->left -= n;
    for (; n > 0; n -= (size_t)got) {
        got = zip_fread(e->file, at, n);
        if (got <= 0) {
            return lu_fail(LU_ERR_INPUT, "cannot be unpacked: %s",
                           got < 0 ? zip_file_strerror(e->file) : "it ends too early");
        }
        at += got;
    }
    return LU_OK;
}

/* Reading past the last byte is what makes libzip compare length and CRC. */
static lu_err entry_end(entry *e)
{
    uint8_t byte;
    zip_int64_t got = zip_fread(e->file, &byte, 1);

    return got == 0 ? LU_OK
                    : lu_fail(LU_ERR_INPUT, "cannot be unpacked: %s",
                              got < 0 ? zip_file_strerror(e->file) : "it goes on too long");
}

static lu_err read_header(entry *e, lu_array *a)
{
    uint8_t raw[12];
    size_t len;
    char *text;
    lu_err err;

    LU_TRY(entry_read(e, raw, 8));
    if (memcmp(raw, "\x93NUMPY", 6) != 0 || raw[6] < 1 || raw[6] > 3 || raw[7] != 0) {
        return lu_fail(LU_ERR_INPUT, "is not a .npy file of version 1.0, 2.0 or 3.0");
    }
    raw[10] = raw[11] = 0;
    LU_TRY(entry_read(e, raw + 8, raw[6] == 1 ? 2 : 4));
    len = (size_t)raw[8] | (size_t)raw[9] << 8 | (size_t)raw[10] << 16 | (size_t)raw[11] << 24;
    if (len > HEADER_MAX) {
        return lu_fail(LU_ERR_INPUT, "the header is %zu bytes, the limit is %d", len, HEADER_MAX);
    }
    LU_TRY(LU_NEW(text, len));
    err = entry_read(e, text, len);
    if (!err) {
        err = lu_npy_parse(text, len, a);
    }
    free(text);
    return err;
}

static lu_err read_array(entry *e, lu_array *a)
{
    size_t bytes;
    uint8_t *data;

    LU_TRY(read_header(e, a));
    if (!lu_array_bytes(a, &bytes) || bytes != e->left) {
        return lu_fail(LU_ERR_INPUT, "holds %zu bytes of data, which is not what its shape says",
                       e->left);
    }
    LU_TRY(LU_NEW(data, bytes));
    a->data = data;
    LU_TRY(entry_read(e, data, bytes));
    return entry_end(e);
}

static lu_err append(lu_arrays *arrays, const lu_array *a)
{
    lu_array *grown = lu_resize(arrays->item, arrays->n + 1, sizeof *grown);

    if (grown == NULL) {
        return LU_ERR_MEMORY;
    }
    arrays->item = grown;
    arrays->item[arrays->n++] = *a;
    return LU_OK;
}

/* What the archive says of an entry, before a byte of it is unpacked. */
static lu_err check_entry(const zip_stat_t *st, size_t limit)
{
    const zip_uint64_t need =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;

    if ((st->valid & need) != need || st->encryption_method != ZIP_EM_NONE ||
        (st->comp_method != ZIP_CM_STORE && st->comp_method != ZIP_CM_DEFLATE)) {
        return lu_fail(LU_ERR_INPUT, "is neither stored nor deflated");
    }
    if (st->size > limit) {
        return lu_fail(LU_ERR_INPUT, "unpacks to %zu bytes, %zu are left of the limit",
                       (size_t)st->size, limit);
    }
    if (st->comp_method == ZIP_CM_STORE ? st->size != st->comp_size
                                        : st->size / DEFLATE_MOST > st->comp_size) {
        return lu_fail(LU_ERR_INPUT, "%zu packed bytes cannot be %zu unpacked ones",
                       (size_t)st->comp_size, (size_t)st->size);
    }
    return LU_OK;
}

static lu_err read_entry(zip_t *zip, zip_uint64_t index, const zip_stat_t *st, lu_arrays *out)
{
    entry e = {zip_fopen_index(zip, index, 0), (size_t)st->size};
    lu_array a = {0};
    lu_err err;

    if (e.file == NULL) {
        return lu_fail(LU_ERR_INPUT, "cannot be unpacked: %s", zip_strerror(zip));
    }
    memcpy(a.name, st->name, strlen(st->name) - 4);
    err = read_array(&e, &a);
    zip_fclose(e.file);
    if (!err) {
        err = append(out, &a);
    }
    if (err) {
        free(a.data);
    }
    return err;
}

static lu_err read_entries(zip_t *zip, size_t file, size_t limit, lu_arrays *out)
{
    zip_int64_t n = zip_get_num_entries(zip, 0);
    zip_stat_t st;
    size_t len;

    if (n > ENTRIES_MAX) {
        return lu_fail(LU_ERR_INPUT, "holds %zu entries, the limit is %d", (size_t)n, ENTRIES_MAX);
    }
    for (zip_int64_t i = 0; i < n; i++) {
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &st) != 0 || !(st.valid & ZIP_STAT_NAME)) {
            return lu_fail(LU_ERR_INPUT, "entry %zu: %s", (size_t)i, zip_strerror(zip));
        }
        len = strlen(st.name);
        if (len < 4 || strcmp(st.name + len - 4, ".npy") != 0) {
            continue;
        }
        if (!lu_array_name_valid(st.name, len - 4)) {
            return lu_fail(LU_ERR_INPUT, "the name of entry %zu is not 1 to %d plain characters",
                           (size_t)i, LU_ARRAY_NAME - 1);
        }
        if ((st.valid & ZIP_STAT_COMP_SIZE) && st.comp_size > file) {
            return lu_fail(LU_ERR_INPUT, "entry %zu is longer than the file", (size_t)i);
        }
        LU_TRY(lu_within(check_entry(&st, limit), "array %.*s", (int)len - 4, st.name));
        LU_TRY(lu_within(read_entry(zip, (zip_uint64_t)i, &st, out), "array %.*s", (int)len - 4,
                         st.name));
        limit -= (size_t)st.size;
    }
    return LU_OK;
}

static lu_err open_zip(const char *path, zip_t **zip, size_t *size)
{
    int why = 0;
    zip_error_t text;
    lu_err err;
    int fd;

    LU_TRY(lu_regular_open(path, &fd, size));
    *zip = zip_fdopen(fd, ZIP_CHECKCONS, &why);
    if (*zip != NULL) {
        return LU_OK;
    }
    close(fd);
    if (why == ZIP_ER_EXISTS) { /* so says ZIP_CHECKCONS */
        return lu_fail(LU_ERR_INPUT, "cannot be opened as .npz: two arrays have one name");
    }
    zip_error_init_with_code(&text, why);
    err = lu_fail(why == ZIP_ER_MEMORY ? LU_ERR_MEMORY : LU_ERR_INPUT,
                  "cannot be opened as .npz: %s (%zu bytes)", zip_error_strerror(&text), *size);
    zip_error_fini(&text);
    return err;
}

lu_err lu_npz_read(const char *path, size_t limit, lu_arrays *out)
{
    zip_t *zip;
    size_t size = 0;
    lu_err err;

    *out = (lu_arrays){0};
    err = open_zip(path, &zip, &size);
    if (!err) {
        err = read_entries(zip, size, limit, out);
        zip_discard(zip);
    }
    if (err) {
        lu_arrays_fini(out);
    }
    return lu_within(err, "%s", path);
}

const lu_array *lu_arrays_find(const lu_arrays *arrays, const char *name)
{
    for (size_t i = 0; i < arrays->n; i++) {
        if (strcmp(arrays->item[i].name, name) == 0) {
            return &arrays->item[i];
        }
    }
    return NULL;
}

lu_err lu_arrays_add(lu_arrays *arrays, const char *name, lu_dtype type, size_t dims,
                     const size_t *shape, const void *data)
{
    lu_array a = {.type = type, .dims = dims, .borrowed = true};
    size_t bytes;

    if (!lu_array_name_valid(name, strlen(name)) || dims > LU_ARRAY_DIMS ||
        lu_arrays_find(arrays, name) != NULL) {
        return lu_fail(LU_ERR_INTERNAL, "array %s: a bad or second name, or %zu dimensions", name,
                       dims);
    }
    memcpy(a.name, name, strlen(name));
    if (dims > 0) {
        memcpy(a.shape, shape, dims * sizeof *shape);
    }
    if (!lu_array_bytes(&a, &bytes)) {
        return lu_fail(LU_ERR_MEMORY, "array %s is too large", name);
    }
    a.data = (void *)(uintptr_t)data;
    return append(arrays, &a);
}

void lu_arrays_fini(lu_arrays *arrays)
{
    for (size_t i = 0; i < arrays->n; i++) {
        if (!arrays->item[i].borrowed) {
            free(arrays->item[i].data);
        }
    }
    free(arrays->item);
    *arrays = (lu_arrays){0};
}
