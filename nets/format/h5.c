/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/format/h5.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct lu_h5 {
    hid_t file;
};

/* The innermost of libhdf5's reasons, the one that names the cause. */
static herr_t first_reason(unsigned n, const H5E_error2_t *e, void *out)
{
    if (n == 0 && e->desc != NULL) {
        snprintf(out, 160, "%s", e->desc);
    }
    return 0;
}

static const char *reason(void)
{
    static _Thread_local char text[160];

    strcpy(text, "no reason given");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first_reason, text);
    return text;
}

/* --- the file: bytes that libhdf5 borrows where it would copy them for itself --- */

static void *lend(size_t size, H5FD_file_image_op_t op, void *data)
{
    (void)size;
    (void)op;
    return data;
}

static void *lent(void *to, const void *from, size_t size, H5FD_file_image_op_t op, void *data)
{
    (void)from;
    (void)size;
    (void)op;
    (void)data;
    return to;
}

static herr_t take_back(void *image, H5FD_file_image_op_t op, void *data)
{
    (void)image;
    (void)op;
    (void)data;
    return 0;
}

static void *same(void *data)
{
    return data;
}

static herr_t forget(void *data)
{
    (void)data;
    return 0;
}

static hid_t open_image(void *data, size_t len)
{
    H5FD_file_image_callbacks_t borrow = {lend, lent, NULL, take_back, same, forget, data};
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = -1;

    if (access >= 0 && H5Pset_fapl_core(access, 1 << 16, 0) >= 0 &&
        H5Pset_file_image_callbacks(access, &borrow) >= 0 &&
        H5Pset_file_image(access, data, len) >= 0) {
        file = H5Fopen("image", H5F_ACC_RDONLY, access);
    }
    if (access >= 0) {
        H5Pclose(access);
    }
    return file;
}

lu_err lu_h5_open(const uint8_t *data, size_t len, lu_h5 **out)
{
    *out = NULL;
    if (len < 8 || memcmp(data, "\x89HDF\r\n\x1a\n", 8) != 0) {
        return lu_fail(LU_ERR_INPUT, "does not begin as an HDF5 file does");
    }
    LU_TRY(lu_h5_heaps(data, len));
    LU_TRY(LU_NEW(*out, 1));
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0); /* a filter must not bring code */
    (*out)->file = open_image((void *)(uintptr_t)data, len);
    if ((*out)->file < 0) {
        free(*out);
        *out = NULL;
        return lu_fail(LU_ERR_INPUT, "is not an HDF5 file that can be read: %s", reason());
    }
    return LU_OK;
}

void lu_h5_close(lu_h5 **h)
{
    if (*h != NULL) {
        H5Fclose((*h)->file);
        free(*h);
        *h = NULL;
    }
}

/* --- objects: reached over hard links only --- */

static bool hard(hid_t file, const char *path)
{
    H5L_info_t info;

    return H5Lexists(file, path, H5P_DEFAULT) > 0 &&
           H5Lget_info(file, path, &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_HARD;
}

/* Every step of "/a/b/c"; "/" itself is always there. */
static bool reachable(const lu_h5 *h, const char *object)
{
    char path[LU_H5_PATH];
    size_t len = strlen(object);

    if (len >= sizeof path || object[0] != '/') {
        return false;
    }
    for (size_t i = 1; i <= len && len > 1; i++) {
        if (object[i] == '/' || object[i] == '\0') {
            memcpy(path, object, i);
            path[i] = '\0';
            if (!hard(h->file, path)) {
                return false;
            }
        }
    }
    return true;
}

static lu_err open_object(const lu_h5 *h, const char *object, hid_t *out)
{
    *out = -1;
    if (!reachable(h, object)) {
        return lu_fail(LU_ERR_INPUT, "%s is not in the file", object);
    }
    *out = H5Oopen(h->file, object, H5P_DEFAULT);
    return *out >= 0 ? LU_OK : lu_fail(LU_ERR_INPUT, "%s cannot be opened: %s", object, reason());
}

/* --- attributes --- */

typedef struct strings {
    hid_t attribute, type, space;
    size_t n;     /* elements */
    bool varying; /* of varying length: the file holds pointers */
    size_t size;  /* of one otherwise */
} strings;

static void strings_fini(strings *s)
{
    if (s->space >= 0) {
        H5Sclose(s->space);
    }
    if (s->type >= 0) {
        H5Tclose(s->type);
    }
    if (s->attribute >= 0) {
        H5Aclose(s->attribute);
    }
}

static bool strings_open(hid_t object, const char *attribute, size_t rank, size_t limit, strings *s)
{
    hssize_t n;

    s->attribute = H5Aopen(object, attribute, H5P_DEFAULT);
    s->type = s->attribute >= 0 ? H5Aget_type(s->attribute) : -1;
    s->space = s->type >= 0 ? H5Aget_space(s->attribute) : -1;
    if (s->space < 0 || H5Tget_class(s->type) != H5T_STRING ||
        H5Sget_simple_extent_ndims(s->space) != (int)rank) {
        return false;
    }
    n = H5Sget_simple_extent_npoints(s->space);
    s->varying = H5Tis_variable_str(s->type) > 0;
    s->size = s->varying ? sizeof(char *) : H5Tget_size(s->type);
    s->n = n > 0 ? (size_t)n : 0;
    return n >= 0 && s->size > 0 && s->n <= limit / s->size;
}

/* Element i of what H5Aread gave, with its end. */
static lu_err add_string(const strings *s, const char *block, size_t i, size_t limit, bool end,
                         lu_buf *out)
{
    const char *text = block + i * s->size;
    size_t len;

    if (s->varying) {
        memcpy(&text, block + i * s->size, sizeof text);
    }
    len = text == NULL ? 0 : s->varying ? strlen(text) : strnlen(text, s->size);
    if (len > limit - (out->len < limit ? out->len : limit)) {
        return lu_fail(LU_ERR_INPUT, "is longer than %zu bytes", limit);
    }
    LU_TRY(lu_buf_add(out, text, len));
    return lu_buf_add(out, "", end);
}

static lu_err read_strings(const strings *s, size_t limit, bool ends, lu_buf *out)
{
    char *block = lu_zalloc(s->n + 1, s->size);
    lu_err err = block ? LU_OK : LU_ERR_MEMORY;
    hid_t type = err || !s->varying ? -1 : H5Tget_native_type(s->type, H5T_DIR_ASCEND);
    hid_t memory = s->varying ? type : s->type;

    if (!err && H5Aread(s->attribute, memory, block) < 0) {
        err = lu_fail(LU_ERR_INPUT, "cannot be read: %s", reason());
    } else {
        for (size_t i = 0; !err && i < s->n; i++) {
            err = add_string(s, block, i, limit, ends, out);
        }
        if (s->varying && block != NULL) {
            H5Dvlen_reclaim(memory, s->space, H5P_DEFAULT, block);
        }
    }
    if (type >= 0) {
        H5Tclose(type);
    }
    free(block);
    return err;
}

static lu_err attribute(const lu_h5 *h, const char *object, const char *name, size_t rank,
                        size_t limit, lu_buf *out, size_t *n)
{
    strings s = {-1, -1, -1, 0, false, 0};
    hid_t of;
    lu_err err;

    LU_TRY(open_object(h, object, &of));
    if (strings_open(of, name, rank, limit, &s)) {
        err = read_strings(&s, limit, rank > 0, out);
    } else {
        err = lu_fail(LU_ERR_INPUT, "is not %s of at most %zu bytes",
                      rank ? "a list of strings" : "a string", limit);
    }
    *n = s.n;
    strings_fini(&s);
    H5Oclose(of);
    return lu_within(err, "attribute %s of %s", name, object);
}

bool lu_h5_has(const lu_h5 *h, const char *object, const char *attribute)
{
    return reachable(h, object) && H5Aexists_by_name(h->file, object, attribute, H5P_DEFAULT) > 0;
}

lu_err lu_h5_text(const lu_h5 *h, const char *object, const char *name, size_t limit, lu_buf *out)
{
    size_t n;

    return attribute(h, object, name, 0, limit, out, &n);
}

lu_err lu_h5_names(const lu_h5 *h, const char *object, const char *name, size_t limit, lu_buf *out,
                   size_t *n)
{
    return attribute(h, object, name, 1, limit, out, n);
}

/* --- arrays --- */

static lu_err check_shape(hid_t space, size_t rank, const size_t *dims)
{
    hsize_t there[LU_H5_RANK] = {0};
    int n = H5Sget_simple_extent_ndims(space);
    bool same = n == (int)rank && H5Sget_simple_extent_dims(space, there, NULL) == n;
    char want[128] = "";

    for (size_t i = 0; i < rank; i++) {
        size_t at = strlen(want);
        same = same && there[i] == dims[i];
        snprintf(want + at, sizeof want - at, "%s%zu", i ? " x " : "", dims[i]);
    }
    return same ? LU_OK : lu_fail(LU_ERR_INPUT, "is not an array of %s", want);
}

static lu_err check_storage(hid_t set)
{
    hid_t how = H5Dget_create_plist(set), type = H5Dget_type(set);
    H5D_layout_t layout = how >= 0 ? H5Pget_layout(how) : H5D_LAYOUT_ERROR;
    bool plain = (layout == H5D_CONTIGUOUS || layout == H5D_COMPACT) && H5Pget_nfilters(how) == 0 &&
                 H5Pget_external_count(how) == 0;
    bool single =
        type >= 0 && (H5Tequal(type, H5T_IEEE_F32LE) > 0 || H5Tequal(type, H5T_IEEE_F32BE) > 0);

    if (type >= 0) {
        H5Tclose(type);
    }
    if (how >= 0) {
        H5Pclose(how);
    }
    if (!single) {
        return lu_fail(LU_ERR_INPUT, "is not an array of 4-byte IEEE floats");
    }
    return plain ? LU_OK : lu_fail(LU_ERR_INPUT, "is chunked, compressed or kept in another file");
}

static lu_err check_finite(const float *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(v[i])) {
            return lu_fail(LU_ERR_INPUT, "value %zu is not finite", i);
        }
    }
    return LU_OK;
}

static lu_err read_set(hid_t set, size_t rank, const size_t *dims, float *out)
{
    hid_t space = H5Dget_space(set);
    size_t n = 1;
    lu_err err = check_shape(space, rank, dims);

    if (space >= 0) {
        H5Sclose(space);
    }
    LU_TRY(err);
    LU_TRY(check_storage(set));
    for (size_t i = 0; i < rank; i++) {
        n *= dims[i];
    }
    if (H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0) {
        return lu_fail(LU_ERR_INPUT, "cannot be read: %s", reason());
    }
    return check_finite(out, n);
}

lu_err lu_h5_floats(const lu_h5 *h, const char *object, size_t rank, const size_t *dims, float *out)
{
    hid_t set;
    lu_err err;

    LU_TRY(open_object(h, object, &set));
    err = H5Iget_type(set) == H5I_DATASET ? read_set(set, rank, dims, out)
                                          : lu_fail(LU_ERR_INPUT, "is not an array");
    H5Oclose(set);
    return lu_within(err, "%s", object);
}
