/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/watermark/bundle.h"
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "sessions/export/anchors.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const size_t JSON_MAX = 16 << 20;

/* --- bundle.json --- */

/* A whole number low..high, else *bad. */
static size_t whole(const cJSON *json, double low, double high, bool *bad)
{
    double v = cJSON_GetNumberValue(json);

    if (!(v >= low && v <= high && v == floor(v))) {
        *bad = true;
        return (size_t)low;
    }
    return (size_t)v;
}

static size_t member(const cJSON *json, const char *key, double low, double high, bool *bad)
{
    return whole(cJSON_GetObjectItemCaseSensitive(json, key), low, high, bad);
}

static lu_err take_json(const cJSON *json, lu_bundle *b)
{
    const cJSON *shape = cJSON_GetObjectItemCaseSensitive(json, "shape");
    const cJSON *cover = cJSON_GetObjectItemCaseSensitive(json, "covers");
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "kind"));
    const char *digest = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "commitment"));
    bool bad = kind == NULL || strcmp(kind, "blind-watermark") != 0 || digest == NULL ||
               !lu_sha256_valid(digest);
    size_t i = 0;

    b->shape.h = whole(cJSON_GetArrayItem(shape, 0), 1, 4096, &bad);
    b->shape.w = whole(cJSON_GetArrayItem(shape, 1), 1, 4096, &bad);
    b->shape.c = whole(cJSON_GetArrayItem(shape, 2), 1, 4096, &bad);
    b->classes = member(json, "classes", 2, 65536, &bad);
    b->width = member(json, "width", 1, 256, &bad);
    b->seed = member(json, "seed", 0, 9007199254740991, &bad);
    b->faithful = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "faithful"));
    b->n = (size_t)cJSON_GetArraySize(cover);
    if (bad || b->n == 0) {
        return lu_fail(LU_ERR_INPUT, "is not the description of a blind watermark");
    }
    snprintf(b->commitment.hex, sizeof b->commitment.hex, "%s", digest);
    LU_TRY(LU_NEW(b->cover, b->n));
    LU_TRY(LU_NEW(b->label, b->n));
    for (const cJSON *c = cover->child; c != NULL; c = c->next) {
        b->cover[i++] = whole(c, 0, 1e12, &bad);
    }
    return bad ? lu_fail(LU_ERR_INPUT, "names covers that cannot be") : LU_OK;
}

static lu_err read_json(lu_bundle *b)
{
    char path[LU_BUNDLE_PATH];
    lu_buf text = LU_BUF_INIT;
    cJSON *json;
    lu_err err;

    LU_TRY(lu_bundle_path(b->path, "bundle.json", path));
    LU_TRY(lu_file_read(AT_FDCWD, path, JSON_MAX, &text));
    err = lu_json_parse(text.data, text.len, LU_ERR_INPUT, &json);
    err = err ? err : take_json(json, b);
    cJSON_Delete(json);
    lu_buf_fini(&text);
    return lu_within(err, "%s", path);
}

static lu_err read_commitment(lu_bundle *b)
{
    char path[LU_BUNDLE_PATH];
    lu_buf text = LU_BUF_INIT;
    const char *at, *seal;
    cJSON *json;
    lu_err err;

    LU_TRY(lu_bundle_path(b->path, "commitment.json", path));
    LU_TRY(lu_file_read(AT_FDCWD, path, JSON_MAX, &text));
    err = lu_json_parse(text.data, text.len, LU_ERR_INTEGRITY, &json);
    at = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "at"));
    seal = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "manifest"));
    if (!err && (at == NULL || seal == NULL || strcmp(seal, b->seal.hex) != 0)) {
        err = lu_fail(LU_ERR_INTEGRITY, "is not the commitment to this manifest");
    }
    if (!err) {
        snprintf(b->sealed_at, sizeof b->sealed_at, "%s", at);
    }
    cJSON_Delete(json);
    lu_buf_fini(&text);
    return lu_within(err, "%s", path);
}

/* The time-stamping authority's response, when somebody has put it there. */
static lu_err read_stamp(lu_bundle *b)
{
    static const char *const names[] = {"commitment.tsr", "commitment.tsq", "manifest-sha256.txt"};
    lu_buf file[3] = {LU_BUF_INIT, LU_BUF_INIT, LU_BUF_INIT};
    char path[3][LU_BUNDLE_PATH];
    lu_err err = LU_OK;

    for (size_t i = 0; i < 3; i++) {
        LU_TRY(lu_bundle_path(b->path, names[i], path[i]));
    }
    if (access(path[0], F_OK)) {
        return LU_OK;
    }
    for (size_t i = 0; i < 3 && !err; i++) {
        err = lu_file_read(AT_FDCWD, path[i], JSON_MAX, &file[i]);
    }
    if (!err) {
        err = lu_stamp_check(&file[1], &file[0], &file[2], NULL, b->stamped_at);
        err = lu_within(err, "%s", path[0]);
    }
    for (size_t i = 0; i < 3; i++) {
        lu_buf_fini(&file[i]);
    }
    return err;
}

/* --- secret and labels --- */

static lu_err read_secret(lu_bundle *b)
{
    char path[LU_BUNDLE_PATH];
    lu_buf text = LU_BUF_INIT;
    lu_sha256 commitment;
    lu_err err;

    LU_TRY(lu_bundle_path(b->path, "secret.txt", path));
    LU_TRY(lu_file_read(AT_FDCWD, path, 256, &text));
    snprintf(b->secret.hex, sizeof b->secret.hex, "%.64s", (const char *)text.data);
    lu_buf_fini(&text);
    if (!lu_sha256_valid(b->secret.hex)) {
        return lu_within(lu_fail(LU_ERR_INPUT, "does not hold 64 hex digits"), "%s", path);
    }
    err = lu_secret_commitment(&b->secret, &commitment);
    if (!err && strcmp(commitment.hex, b->commitment.hex) != 0) {
        err = lu_fail(LU_ERR_INTEGRITY, "the secret is not the one that was committed to");
    }
    if (!err) {
        err = lu_secret_labels(&b->secret, b->cover, b->n, b->classes, b->label);
    }
    return lu_within(err, "%s", path);
}

/* --- arrays --- */

static const lu_array *find(const lu_arrays *a, const char *name, lu_dtype type, size_t count)
{
    const lu_array *item = lu_arrays_find(a, name);

    return item && item->type == type && lu_array_count(item) == count ? item : NULL;
}

static bool same_numbers(const lu_array *a, size_t n, const size_t *v)
{
    const int64_t *have = a->data;

    for (size_t i = 0; i < n; i++) {
        if (have[i] != (int64_t)v[i]) {
            return false;
        }
    }
    return true;
}

/* Arrays x_name (n images) and y_name (n labels) as a shared set. */
static lu_err take_images(const lu_bundle *b, const lu_arrays *a, const char *x_name,
                          const char *y_name, lu_shared *out)
{
    const lu_array *x = find(a, x_name, LU_U8, b->n * lu_shape_size(b->shape));
    const lu_array *y = find(a, y_name, LU_I64, b->n);
    lu_samples s = {.n = b->n, .shape = b->shape, .classes = b->classes};
    lu_err err = LU_OK;

    if (x == NULL || y == NULL) {
        return lu_fail(LU_ERR_INPUT, "does not hold %s and %s of %zu images", x_name, y_name, b->n);
    }
    s.bytes = x->data;
    LU_TRY(LU_NEW(s.labels, b->n));
    for (size_t i = 0; i < b->n && !err; i++) {
        int64_t label = ((const int64_t *)y->data)[i];
        s.labels[i] = (int32_t)label;
        if (label < 0 || (uint64_t)label >= b->classes) {
            err = lu_fail(LU_ERR_INPUT, "label %zu is out of range", i);
        }
    }
    if (!err) {
        err = lu_shared_new(&s, out);
    }
    free(s.labels);
    return err;
}

static lu_err read_set(lu_bundle *b, const char *name, bool keys, lu_shared *out)
{
    char path[LU_BUNDLE_PATH];
    const lu_array *cover;
    lu_arrays a;
    lu_err err;

    LU_TRY(lu_bundle_path(b->path, name, path));
    LU_TRY(lu_client_arrays(path, &a));
    err = take_images(b, &a, "x", "y", out);
    cover = find(&a, "cover", LU_I64, b->n);
    if (!err && keys && (cover == NULL || !same_numbers(cover, b->n, b->cover))) {
        err = lu_fail(LU_ERR_INTEGRITY, "the covers are not those of bundle.json");
    }
    lu_arrays_fini(&a);
    return lu_within(err, "%s", path);
}

static lu_err read_logo(lu_bundle *b)
{
    char path[LU_BUNDLE_PATH];
    size_t size = lu_shape_size(b->shape);
    const lu_array *x;
    lu_arrays a;
    lu_err err;

    LU_TRY(lu_bundle_path(b->path, "logo.npz", path));
    LU_TRY(lu_client_arrays(path, &a));
    x = find(&a, "x", LU_U8, size);
    err = x ? LU_NEW(b->logo, size) : lu_fail(LU_ERR_INPUT, "holds no logo of the keys' shape");
    for (size_t i = 0; i < size && !err; i++) {
        b->logo[i] = 2 * ((float)((const uint8_t *)x->data)[i] / 255) - 1;
    }
    lu_arrays_fini(&a);
    return lu_within(err, "%s", path);
}

/* The stored labels must be those that the secret gives. */
static lu_err check_labels(const lu_bundle *b)
{
    for (size_t i = 0; i < b->n; i++) {
        if (b->keys.samples.labels[i] != b->label[i]) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY,
                                     "the label of key %zu is %d, the secret gives %d", i,
                                     (int)b->keys.samples.labels[i], (int)b->label[i]),
                             "%s", b->path);
        }
    }
    return LU_OK;
}

lu_err lu_bundle_take(lu_bundle *b, const lu_arrays *a)
{
    const lu_array *x = lu_arrays_find(a, "x"), *cover = find(a, "cover", LU_I64, b->n);

    if (x == NULL || x->dims != 4 || cover == NULL) {
        return lu_fail(LU_ERR_INPUT, "does not hold the keys");
    }
    b->shape = (lu_shape){x->shape[1], x->shape[2], x->shape[3]};
    LU_TRY(LU_NEW(b->cover, b->n));
    for (size_t i = 0; i < b->n; i++) {
        b->cover[i] = (size_t)((const int64_t *)cover->data)[i];
    }
    LU_TRY(take_images(b, a, "x", "y", &b->keys));
    LU_TRY(take_images(b, a, "cover_x", "cover_y", &b->covers));
    return check_labels(b);
}

lu_err lu_bundle_open(const char *path, lu_bundle *out)
{
    bool sealed;
    lu_err err;

    *out = (lu_bundle){.keys = {.fd = -1}, .covers = {.fd = -1}};
    if ((size_t)snprintf(out->path, sizeof out->path, "%s", path) >= sizeof out->path) {
        return lu_fail(LU_ERR_INPUT, "the path is too long");
    }
    err = lu_bundle_check(path, &sealed, &out->seal);
    if (!err && sealed) {
        err = read_commitment(out);
    }
    if (!err && sealed) {
        err = read_stamp(out);
    }
    if (!err) {
        err = read_json(out);
    }
    if (!err) {
        err = read_secret(out);
    }
    if (!err) {
        err = read_set(out, "keys.npz", true, &out->keys);
    }
    if (!err) {
        err = read_set(out, "covers.npz", false, &out->covers);
    }
    if (!err) {
        err = read_logo(out);
    }
    if (!err) {
        err = check_labels(out);
    }
    if (err) {
        lu_bundle_fini(out);
    }
    return err;
}

lu_err lu_bundle_encoder(const lu_bundle *b, lu_buf *out)
{
    static const size_t WEIGHTS_MAX = (size_t)1 << 30;
    char path[LU_BUNDLE_PATH];

    LU_TRY(lu_bundle_path(b->path, "encoder.weights", path));
    return lu_file_read(AT_FDCWD, path, WEIGHTS_MAX, out);
}

void lu_bundle_fini(lu_bundle *b)
{
    lu_shared_fini(&b->keys);
    lu_shared_fini(&b->covers);
    free(b->cover);
    free(b->label);
    free(b->logo);
    *b = (lu_bundle){.keys = {.fd = -1}, .covers = {.fd = -1}};
}
