/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing NPZ. The zip is laid out here, not by libzip, so that the bytes are the same under every
 * version of it (stage results are compared by their hash). Layout: APPNOTE.TXT 6.3.3,
 * sections 4.3.7, 4.3.12 and 4.3.16; no ZIP64, so below 4 GB and 65536 arrays.
 */
#include "samples/readers/readers.h"

#include <string.h>
#include <zlib.h>

enum {
    LOCAL_SIGNATURE = 0x04034b50,
    CENTRAL_SIGNATURE = 0x02014b50,
    END_SIGNATURE = 0x06054b50,
    VERSION = 20,      /* 2.0, MS-DOS */
    DATE_1980 = 0x0021 /* 1 January 1980, the first day of MS-DOS */
};

#define ZIP_MOST ((size_t)0xffffffff)

typedef struct member {
    size_t offset, size;
    uint32_t crc;
} member;

static lu_err put(lu_buf *out, size_t bytes, size_t value)
{
    uint8_t raw[4];

    for (size_t i = 0; i < bytes; i++) {
        raw[i] = (uint8_t)(value >> (8 * i));
    }
    return lu_buf_add(out, raw, bytes);
}

/* The fields local and central headers share: from "version needed" to "extra field length". */
static lu_err put_common(lu_buf *out, const lu_array *a, const member *m)
{
    LU_TRY(put(out, 2, VERSION));
    LU_TRY(put(out, 4, 0)); /* no flags, stored */
    LU_TRY(put(out, 2, 0)); /* midnight */
    LU_TRY(put(out, 2, DATE_1980));
    LU_TRY(put(out, 4, m->crc));
    LU_TRY(put(out, 4, m->size));
    LU_TRY(put(out, 4, m->size));
    LU_TRY(put(out, 2, strlen(a->name) + 4));
    return put(out, 2, 0);
}

static lu_err put_central(lu_buf *out, const lu_array *a, const member *m)
{
    LU_TRY(put(out, 4, CENTRAL_SIGNATURE));
    LU_TRY(put(out, 2, VERSION));
    LU_TRY(put_common(out, a, m));
    LU_TRY(put(out, 4, 0)); /* no comment, disk 0 */
    LU_TRY(put(out, 2, 0)); /* internal attributes */
    LU_TRY(put(out, 4, 0)); /* external attributes */
    LU_TRY(put(out, 4, m->offset));
    return lu_buf_print(out, "%s.npy", a->name);
}

static uint32_t crc_of(uint32_t crc, const uint8_t *data, size_t len)
{
    return (uint32_t)crc32_z(crc, data, len);
}

static lu_err put_array(lu_buf *out, const lu_array *a, member *m)
{
    lu_buf head = LU_BUF_INIT;
    size_t bytes;
    lu_err err;

    if (!lu_array_bytes(a, &bytes) || bytes > ZIP_MOST / 2) {
        return lu_fail(LU_ERR_CANNOT, "array %s is too large for a .npz of 4 GB", a->name);
    }
    err = lu_npy_print(a, &head);
    if (!err) {
        m->offset = out->len;
        m->size = head.len + bytes;
        m->crc = crc_of(crc_of(0, head.data, head.len), a->data, bytes);
        err = put(out, 4, LOCAL_SIGNATURE);
    }
    if (!err) {
        err = put_common(out, a, m);
    }
    if (!err) {
        err = lu_buf_print(out, "%s.npy", a->name);
    }
    if (!err) {
        err = lu_buf_add(out, head.data, head.len);
    }
    lu_buf_fini(&head);
    return err ? err : lu_buf_add(out, a->data, bytes);
}

static lu_err put_end(lu_buf *out, size_t n, size_t central)
{
    size_t size = out->len - central;

    LU_TRY(put(out, 4, END_SIGNATURE));
    LU_TRY(put(out, 4, 0)); /* one disk */
    LU_TRY(put(out, 2, n));
    LU_TRY(put(out, 2, n));
    LU_TRY(put(out, 4, size));
    LU_TRY(put(out, 4, central));
    return put(out, 2, 0);
}

static lu_err put_all(const lu_arrays *arrays, member *m, lu_buf *out)
{
    size_t central;

    for (size_t i = 0; i < arrays->n; i++) {
        LU_TRY(put_array(out, &arrays->item[i], &m[i]));
        if (out->len > ZIP_MOST - arrays->n * (LU_ARRAY_NAME + 64)) {
            return lu_fail(LU_ERR_CANNOT, "the arrays are too large for a .npz of 4 GB");
        }
    }
    central = out->len;
    for (size_t i = 0; i < arrays->n; i++) {
        LU_TRY(put_central(out, &arrays->item[i], &m[i]));
    }
    return put_end(out, arrays->n, central);
}

lu_err lu_npz_write(const lu_arrays *arrays, lu_buf *out)
{
    member *m;
    lu_err err;

    *out = (lu_buf)LU_BUF_INIT;
    if (arrays->n > UINT16_MAX - 1) {
        return lu_fail(LU_ERR_CANNOT, "%zu arrays are too many for a .npz", arrays->n);
    }
    LU_TRY(LU_NEW(m, arrays->n));
    err = put_all(arrays, m, out);
    free(m);
    if (err) {
        lu_buf_fini(out);
    }
    return err;
}
