/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NPZ archives: written, read, NumPy's own, and hostile ones. */
#include "samples/readers/readers.h"
#include "tests/unit/scratch.h"

#include <math.h>
#include <zip.h>

enum { LIMIT = 1 << 20 };

/* numpy.savez_compressed(x=numpy.arange(12, dtype="u1").reshape(2, 2, 3), y=numpy.array([3, 1])) of
   NumPy 1.24.2: deflated, with ZIP64 fields. */
static const uint8_t numpy_file[] = {
    0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00, 0xc5, 0x22,
    0x84, 0xa0, 0x54, 0x00, 0x00, 0x00, 0x8c, 0x00, 0x00, 0x00, 0x05, 0x00, 0x14, 0x00, 0x78, 0x2e,
    0x6e, 0x70, 0x79, 0x01, 0x00, 0x10, 0x00, 0x8c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x54,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x9b, 0xec, 0x17, 0xea, 0x1b, 0x10, 0xc9, 0xc8, 0x50,
    0xc6, 0x50, 0xad, 0x9e, 0x92, 0x5a, 0x9c, 0x5c, 0xa4, 0x6e, 0xa5, 0xa0, 0x5e, 0x53, 0x6a, 0xa8,
    0xae, 0xa3, 0xa0, 0x9e, 0x96, 0x5f, 0x54, 0x52, 0x94, 0x98, 0x17, 0x9f, 0x5f, 0x94, 0x92, 0x0a,
    0x12, 0x77, 0x4b, 0xcc, 0x29, 0x4e, 0x05, 0x8a, 0x17, 0x67, 0x24, 0x16, 0xa4, 0x02, 0xf9, 0x1a,
    0x46, 0x3a, 0x0a, 0x40, 0x64, 0xac, 0xa9, 0xa3, 0x50, 0xab, 0x40, 0x1e, 0xe0, 0x62, 0x60, 0x64,
    0x62, 0x66, 0x61, 0x65, 0x63, 0xe7, 0xe0, 0xe4, 0xe2, 0x06, 0x00, 0x50, 0x4b, 0x03, 0x04, 0x14,
    0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00, 0x8c, 0xde, 0x33, 0xe0, 0x4a, 0x00, 0x00,
    0x00, 0x90, 0x00, 0x00, 0x00, 0x05, 0x00, 0x14, 0x00, 0x79, 0x2e, 0x6e, 0x70, 0x79, 0x01, 0x00,
    0x10, 0x00, 0x90, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x4a, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x9b, 0xec, 0x17, 0xea, 0x1b, 0x10, 0xc9, 0xc8, 0x50, 0xc6, 0x50, 0xad, 0x9e, 0x92,
    0x5a, 0x9c, 0x5c, 0xa4, 0x6e, 0xa5, 0xa0, 0x6e, 0x93, 0x69, 0xa1, 0xae, 0xa3, 0xa0, 0x9e, 0x96,
    0x5f, 0x54, 0x52, 0x94, 0x98, 0x17, 0x9f, 0x5f, 0x94, 0x92, 0x0a, 0x12, 0x77, 0x4b, 0xcc, 0x29,
    0x4e, 0x05, 0x8a, 0x17, 0x67, 0x24, 0x16, 0xa4, 0x02, 0xf9, 0x1a, 0x46, 0x3a, 0x9a, 0x3a, 0x0a,
    0xb5, 0x0a, 0x14, 0x00, 0x2e, 0x66, 0x06, 0x08, 0x60, 0x84, 0xd2, 0x00, 0x50, 0x4b, 0x01, 0x02,
    0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00, 0xc5, 0x22, 0x84, 0xa0,
    0x54, 0x00, 0x00, 0x00, 0x8c, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x78, 0x2e, 0x6e, 0x70, 0x79, 0x50,
    0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00, 0x8c,
    0xde, 0x33, 0xe0, 0x4a, 0x00, 0x00, 0x00, 0x90, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x8b, 0x00, 0x00, 0x00, 0x79, 0x2e, 0x6e,
    0x70, 0x79, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x02, 0x00, 0x66, 0x00,
    0x00, 0x00, 0x0c, 0x01, 0x00, 0x00, 0x00, 0x00,
};

static lu_err load(const char *name, const char *slice, lu_samples *out)
{
    lu_spec spec;
    char text[4200];

    *out = (lu_samples){0};
    snprintf(text, sizeof text, "npz:%s%s", scratch(name), slice);
    LU_TRY(lu_spec_parse(text, &spec));
    return lu_spec_load(&spec, LU_PART_TRAIN, 1, out);
}

/* A set of one x and one y, written by lineup and read back as samples. */
static lu_err load_set(const char *slice, const lu_array *x, const lu_array *y, lu_samples *out)
{
    lu_arrays arrays = {0};
    lu_buf file;

    assert_ok(lu_arrays_add(&arrays, x->name, x->type, x->dims, x->shape, x->data));
    if (y != NULL) {
        assert_ok(lu_arrays_add(&arrays, y->name, y->type, y->dims, y->shape, y->data));
    }
    assert_ok(lu_npz_write(&arrays, &file));
    scratch_write("set.npz", file.data, file.len);
    lu_buf_fini(&file);
    lu_arrays_fini(&arrays);
    return load("set.npz", slice, out);
}

/* --- round trip --- */

static void add_all(lu_arrays *arrays)
{
    static const uint8_t bytes[3] = {1, 2, 255};
    static const int32_t ints[4] = {-1, INT32_MAX, 0, INT32_MIN};
    static const int64_t longs[1] = {INT64_MIN};
    static const float floats[6] = {0, 1, -2.5f, 3, 4, 5};
    static const double doubles[2] = {0.1, -1e300};

    *arrays = (lu_arrays){0};
    assert_ok(lu_arrays_add(arrays, "bytes", LU_U8, 1, (const size_t[]){3}, bytes));
    assert_ok(lu_arrays_add(arrays, "ints", LU_I32, 2, (const size_t[]){2, 2}, ints));
    assert_ok(lu_arrays_add(arrays, "layer", LU_I64, 0, NULL, longs));
    assert_ok(lu_arrays_add(arrays, "six", LU_F32, 6, (const size_t[]){1, 1, 3, 1, 2, 1}, floats));
    assert_ok(lu_arrays_add(arrays, "doubles", LU_F64, 1, (const size_t[]){2}, doubles));
    assert_ok(lu_arrays_add(arrays, "none", LU_F32, 2, (const size_t[]){0, 5}, floats));
}

static void check_equal(const lu_arrays *a, const lu_arrays *b)
{
    size_t bytes;

    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        const lu_array *other = lu_arrays_find(b, a->item[i].name);

        assert_non_null(other);
        assert_int_equal(a->item[i].type, other->type);
        assert_int_equal(a->item[i].dims, other->dims);
        assert_memory_equal(a->item[i].shape, other->shape, a->item[i].dims * sizeof(size_t));
        assert_true(lu_array_bytes(other, &bytes));
        assert_int_equal(bytes, lu_array_count(other) * lu_dtype_size(other->type));
        assert_memory_equal(a->item[i].data, other->data, bytes);
    }
}

/* The digest is of bytes that numpy.load was seen to read, allow_pickle=False. */
static void round_trip(void **state)
{
    lu_arrays arrays, back;
    lu_buf file, again;
    lu_sha256 id;

    (void)state;
    add_all(&arrays);
    assert_ok(lu_npz_write(&arrays, &file));
    assert_ok(lu_npz_write(&arrays, &again));
    assert_int_equal(file.len, again.len);
    assert_memory_equal(file.data, again.data, file.len);
    scratch_write("r.npz", file.data, file.len);
    assert_ok(lu_sha256_of(file.data, file.len, &id));
    assert_string_equal(id.hex, "7dd9aafe0825714c7a98868549df5653735cfa45d7e218095ce7ee276d55d3c2");
    assert_ok(lu_npz_read(scratch("r.npz"), LIMIT, &back));
    check_equal(&arrays, &back);
    assert_null(lu_arrays_find(&back, "missing"));
    lu_buf_fini(&again);
    lu_buf_fini(&file);
    lu_arrays_fini(&back);
    assert_fails(lu_arrays_add(&arrays, "ints", LU_U8, 0, NULL, "x"), LU_ERR_INTERNAL, "ints");
    assert_fails(lu_arrays_add(&arrays, "../x", LU_U8, 0, NULL, "x"), LU_ERR_INTERNAL, "../x");
    assert_fails(lu_arrays_add(&arrays, "", LU_U8, 0, NULL, "x"), LU_ERR_INTERNAL, "name");
    lu_arrays_fini(&arrays);
    assert_ok(lu_npz_write(&arrays, &file));
    scratch_write("r.npz", file.data, file.len);
    assert_ok(lu_npz_read(scratch("r.npz"), LIMIT, &back));
    assert_int_equal(back.n, 0);
    lu_arrays_fini(&back);
    lu_buf_fini(&file);
}

/* --- sample sets --- */

static void numpy_reads(void **state)
{
    lu_samples s;

    (void)state;
    scratch_write("n.npz", numpy_file, sizeof numpy_file);
    assert_ok(load("n.npz", "", &s));
    assert_true(s.n == 2 && s.classes == 4 && s.values == NULL);
    assert_true(lu_shape_equal(s.shape, (lu_shape){2, 3, 1}));
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(s.bytes[i], i);
    }
    assert_true(s.labels[0] == 3 && s.labels[1] == 1);
    lu_samples_fini(&s);
    assert_ok(load("n.npz", "[1:2]", &s));
    assert_true(s.n == 1 && s.bytes[0] == 6 && s.labels[0] == 1 && s.classes == 4);
    lu_samples_fini(&s);
    assert_fails(load("n.npz", "[1:3]", &s), LU_ERR_INPUT, "not inside 0 to 2");
}

static void one_hot_labels(void **state)
{
    double pixels[8] = {0, 0.25, 0.5, 0.75, 1, 2, 3, 4};
    float hot[6] = {0, 1, 0, 0, 0, 1};
    lu_array x = {.name = "advx", .type = LU_F64, .dims = 4, .shape = {2, 2, 1, 2}, .data = pixels};
    lu_array y = {.name = "advy", .type = LU_F32, .dims = 2, .shape = {2, 3}, .data = hot};
    lu_samples s;

    (void)state;
    assert_ok(load_set("", &x, &y, &s));
    assert_true(s.n == 2 && s.classes == 3 && s.bytes == NULL);
    assert_true(lu_shape_equal(s.shape, (lu_shape){2, 1, 2}));
    assert_true(s.values[1] == 0.25f && s.values[7] == 4.0f);
    assert_true(s.labels[0] == 1 && s.labels[1] == 2);
    lu_samples_fini(&s);
    assert_ok(load_set("[1:2]", &x, &y, &s));
    assert_true(s.n == 1 && s.values[0] == 1.0f && s.labels[0] == 2);
    lu_samples_fini(&s);
    assert_ok(load_set("", &x, NULL, &s));
    assert_null(s.labels);
    lu_samples_fini(&s);
    hot[0] = 1;
    assert_fails(load_set("", &x, &y, &s), LU_ERR_INPUT, "row 0 is not one 1");
    hot[0] = hot[1] = 0;
    assert_fails(load_set("", &x, &y, &s), LU_ERR_INPUT, "row 0 is not one 1");
    pixels[3] = NAN;
    assert_fails(load_set("", &x, NULL, &s), LU_ERR_INPUT, "value 3 is not finite");
    pixels[3] = 1e39;
    assert_fails(load_set("", &x, NULL, &s), LU_ERR_INPUT, "value 3 is not finite");
}

static void sets_refused(void **state)
{
    uint8_t pixels[8] = {0};
    int64_t ints[2] = {1, -1};
    lu_array x = {.name = "x", .type = LU_U8, .dims = 3, .shape = {2, 2, 2}, .data = pixels};
    lu_array y = {.name = "y", .type = LU_I64, .dims = 1, .shape = {2}, .data = ints};
    lu_samples s;

    (void)state;
    assert_fails(load_set("", &x, &y, &s), LU_ERR_INPUT, "label 1 is -1");
    ints[1] = INT64_MAX;
    assert_fails(load_set("", &x, &y, &s), LU_ERR_INPUT, "0 to 65535 is allowed");
    y.shape[0] = 1;
    assert_fails(load_set("", &x, &y, &s), LU_ERR_INPUT, "1 labels for 2 images");
    y.dims = 0;
    assert_fails(load_set("", &x, &y, &s), LU_ERR_INPUT, "1 labels for 2 images");
    y = (lu_array){.name = "y", .type = LU_F32, .dims = 1, .shape = {2}, .data = ints};
    assert_fails(load_set("", &x, &y, &s), LU_ERR_INPUT, "neither N integers nor NxCLASSES");
    x.dims = 2;
    assert_fails(load_set("", &x, NULL, &s), LU_ERR_INPUT, "2-dimensional");
    x.dims = 3;
    x.shape[0] = 0;
    assert_fails(load_set("", &x, NULL, &s), LU_ERR_INPUT, "with 0 values");
    x = (lu_array){.name = "x", .type = LU_I64, .dims = 3, .shape = {1, 1, 1}, .data = ints};
    assert_fails(load_set("", &x, NULL, &s), LU_ERR_INPUT, "integers of 8 bytes");
    x.name[0] = 'z';
    assert_fails(load_set("", &x, NULL, &s), LU_ERR_INPUT, "no array x");
}

/* --- hostile archives --- */

static void add_entry(zip_t *zip, const char *name, const void *data, size_t len, int method)
{
    zip_source_t *source = zip_source_buffer(zip, data, len, 0);
    zip_int64_t at = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);

    assert_true(at >= 0);
    assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)at, method, 0), 0);
}

static lu_err read_zip(const char *name, const void *data, size_t len, int method, size_t limit)
{
    zip_t *zip = zip_open(scratch("h.npz"), ZIP_CREATE | ZIP_TRUNCATE, NULL);
    lu_arrays arrays;
    lu_err err;

    assert_non_null(zip);
    add_entry(zip, name, data, len, method);
    assert_int_equal(zip_close(zip), 0);
    err = lu_npz_read(scratch("h.npz"), limit, &arrays);
    lu_arrays_fini(&arrays);
    return err;
}

/* An entry a.npy with this header (padded with a new line) and `len` zero bytes after it. */
static lu_err read_header(const char *header, size_t len)
{
    uint8_t file[1024] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    size_t n = strlen(header);

    file[8] = (uint8_t)(n + 1);
    memcpy(file + 10, header, n);
    file[10 + n] = '\n';
    return read_zip("a.npy", file, 11 + n + len, ZIP_CM_STORE, LIMIT);
}

static void headers(void **state)
{
    static const char *const good[] = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }      ",
        "{'shape': (2,), 'descr': '<f4', 'fortran_order': False}",
        "{'descr':'<f4','fortran_order':False,'shape':(1,2)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 2, 2, 2), }",
    };
    static const char *const bad[][2] = {
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", "Fortran order"},
        {"{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", "the type is >f4"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "the type is |O"},
        {"{'descr': '|i1', 'fortran_order': False, 'shape': (8,), }", "the type is |i1"},
        {"{'descr': '<f4x', 'fortran_order': False, 'shape': (2,), }", "no closing quote"},
        {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "records"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "8 bytes of data"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "8 bytes of data"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2), }", "no comma"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2 1), }", "no comma"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "no whole number"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (,), }", "no whole number"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,2), }",
         "more than 6 dimensions"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 2), }",
         "not what its shape says"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 999999999999999999, 999), }",
         "not what its shape says"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (18446744073709551618,), }",
         "20 digits is too large"},
        {"{'descr': '<f4', 'fortran_order': False, }", "plain end"},
        {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "each once"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}", "each once"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x", "plain end"},
        {"{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }", "True or False"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", "no comma"},
        {"{'descr': '<f4\x1b[2J', 'fortran_order': False, 'shape': (2,)}", "not printable"},
        {"", "no dictionary"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_ok(read_header(good[i], 8));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_fails(read_header(bad[i][0], 8), LU_ERR_INPUT, bad[i][1]);
        assert_non_null(strstr(lu_error_where(), "array a"));
    }
}

/* Versions 2.0 and 3.0 have a longer length; nothing else is a version. */
static void versions(void **state)
{
    const char *header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
    uint8_t file[256] = {0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0};
    size_t n = strlen(header);

    (void)state;
    file[8] = (uint8_t)n;
    memcpy(file + 12, header, n);
    assert_ok(read_zip("a.npy", file, 12 + n + 8, ZIP_CM_STORE, LIMIT));
    file[6] = 3;
    assert_ok(read_zip("a.npy", file, 12 + n + 8, ZIP_CM_DEFLATE, LIMIT));
    file[11] = 1;
    assert_fails(read_zip("a.npy", file, 12 + n + 8, ZIP_CM_STORE, LIMIT), LU_ERR_INPUT,
                 "the header is 16777274 bytes");
    file[11] = 0;
    file[6] = 4;
    assert_fails(read_zip("a.npy", file, 12 + n + 8, ZIP_CM_STORE, LIMIT), LU_ERR_INPUT,
                 "not a .npy file");
    file[6] = 1;
    assert_fails(read_zip("a.npy", file, 9, ZIP_CM_STORE, LIMIT), LU_ERR_INPUT, "too early");
    assert_fails(read_zip("a.npy", file, 0, ZIP_CM_STORE, LIMIT), LU_ERR_INPUT, "too early");
    assert_fails(read_zip("a/b.npy", file, 9, ZIP_CM_STORE, LIMIT), LU_ERR_INPUT, "plain");
    assert_fails(read_zip(".npy", file, 9, ZIP_CM_STORE, LIMIT), LU_ERR_INPUT, "plain");
    assert_fails(read_zip("\xc3\xa9.npy", file, 9, ZIP_CM_STORE, LIMIT), LU_ERR_INPUT, "plain");
    assert_ok(read_zip("notes.txt", file, 9, ZIP_CM_STORE, LIMIT));
}

static void bombs(void **state)
{
    lu_array a = {.type = LU_U8, .dims = 1, .shape = {LIMIT}};
    lu_buf npy = LU_BUF_INIT;
    uint8_t *zeros;

    (void)state;
    assert_ok(LU_NEW(zeros, LIMIT));
    assert_ok(lu_npy_print(&a, &npy));
    assert_int_equal(npy.len % 64, 0);
    assert_ok(lu_buf_add(&npy, zeros, LIMIT));
    assert_ok(read_zip("a.npy", npy.data, npy.len, ZIP_CM_DEFLATE, npy.len));
    assert_fails(read_zip("a.npy", npy.data, npy.len, ZIP_CM_DEFLATE, npy.len - 1), LU_ERR_INPUT,
                 "1048703 are left of the limit");
    lu_buf_fini(&npy);
    free(zeros);
}

/* Any byte of an archive changed, and any piece of it missing: refused, or read to the same kinds
   of arrays; never a crash. */
static void damaged(void **state)
{
    static uint8_t file[sizeof numpy_file + 1];
    lu_arrays arrays;

    (void)state;
    for (size_t cut = 0; cut < sizeof numpy_file; cut++) {
        scratch_write("d.npz", numpy_file, cut);
        assert_fails(lu_npz_read(scratch("d.npz"), LIMIT, &arrays), LU_ERR_INPUT, ".npz");
    }
    for (size_t i = 0; i < sizeof numpy_file; i++) {
        for (int change = 0; change < 3; change++) {
            memcpy(file, numpy_file, sizeof numpy_file);
            file[i] ^= (uint8_t)(change == 0 ? 1 : change == 1 ? 0x80 : 0xff);
            scratch_write("d.npz", file, sizeof numpy_file);
            if (lu_npz_read(scratch("d.npz"), LIMIT, &arrays) == LU_OK) {
                lu_arrays_fini(&arrays);
            }
            assert_null(arrays.item);
        }
    }
    memcpy(file, numpy_file, sizeof numpy_file);
    scratch_write("d.npz", file, sizeof file);
    assert_fails(lu_npz_read(scratch("d.npz"), LIMIT, &arrays), LU_ERR_INPUT, ".npz");
}

/* A size of almost 4 GB in local and central header. */
static void lying_sizes(void **state)
{
    lu_arrays arrays = {0};
    lu_arrays back;
    uint8_t byte = 7;
    lu_buf file;

    (void)state;
    assert_ok(lu_arrays_add(&arrays, "a", LU_U8, 1, (const size_t[]){1}, &byte));
    assert_ok(lu_npz_write(&arrays, &file));
    lu_arrays_fini(&arrays);
    file.data[8] = 8; /* deflated, in both headers */
    file.data[file.len - 22 - 51 + 10] = 8;
    memset(file.data + 22, 0xf0, 4);
    memset(file.data + file.len - 22 - 51 + 24, 0xf0, 4);
    scratch_write("l.npz", file.data, file.len);
    assert_fails(lu_npz_read(scratch("l.npz"), (size_t)8 << 30, &back), LU_ERR_INPUT,
                 "129 packed bytes cannot be 4042322160 unpacked ones");
    lu_buf_fini(&file);
}

static void duplicates(void **state)
{
    lu_arrays arrays = {0};
    lu_arrays back;
    lu_buf file;

    (void)state;
    assert_ok(lu_arrays_add(&arrays, "a", LU_U8, 0, NULL, "x"));
    assert_ok(lu_arrays_add(&arrays, "b", LU_U8, 0, NULL, "x"));
    arrays.item[1].name[0] = 'a';
    assert_ok(lu_npz_write(&arrays, &file));
    lu_arrays_fini(&arrays);
    scratch_write("2.npz", file.data, file.len);
    assert_fails(lu_npz_read(scratch("2.npz"), LIMIT, &back), LU_ERR_INPUT,
                 "two arrays have one name");
    lu_buf_fini(&file);
}

static void not_archives(void **state)
{
    lu_arrays arrays;

    (void)state;
    assert_fails(lu_npz_read(scratch("nothing"), LIMIT, &arrays), LU_ERR_INPUT, "No such file");
    assert_fails(lu_npz_read(scratch_dir, LIMIT, &arrays), LU_ERR_INPUT, "is a folder");
    assert_int_equal(mkfifo(scratch("f.npz"), 0600), 0);
    assert_fails(lu_npz_read(scratch("f.npz"), LIMIT, &arrays), LU_ERR_INPUT, "is a fifo");
    scratch_write("text.npz", "PK and no more", 14);
    assert_fails(lu_npz_read(scratch("text.npz"), LIMIT, &arrays), LU_ERR_INPUT, ".npz");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),     cmocka_unit_test(numpy_reads),
        cmocka_unit_test(one_hot_labels), cmocka_unit_test(sets_refused),
        cmocka_unit_test(headers),        cmocka_unit_test(versions),
        cmocka_unit_test(bombs),          cmocka_unit_test(damaged),
        cmocka_unit_test(lying_sizes),    cmocka_unit_test(duplicates),
        cmocka_unit_test(not_archives),
    };

    return cmocka_run_group_tests_name("npz", tests, scratch_up, scratch_down);
}
