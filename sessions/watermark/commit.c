/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "sessions/export/anchors.h"
#include "sessions/watermark/verify.h"

#include <string.h>

static lu_err write_commitment(const char *dir, const lu_commit_result *r,
                               const lu_sha256 *commitment)
{
    cJSON *json = cJSON_CreateObject();
    lu_buf text = LU_BUF_INIT;
    lu_err err;

    cJSON_AddStringToObject(json, "kind", "blind-watermark-commitment");
    cJSON_AddStringToObject(json, "tool", "lineup " LU_VERSION);
    cJSON_AddStringToObject(json, "at", r->at);
    cJSON_AddStringToObject(json, "manifest", r->seal.hex);
    cJSON_AddStringToObject(json, "secret", commitment->hex);
    err = lu_json_print(json, true, &text);
    if (!err) {
        err = lu_bundle_save(dir, "commitment.json", &text);
    }
    lu_buf_fini(&text);
    return err;
}

/* What a time-stamping authority is sent (RFC 3161): it is of the manifest. */
static lu_err write_request(const char *dir, const lu_buf *manifest)
{
    lu_buf request = LU_BUF_INIT;
    lu_err err = lu_stamp_request(manifest, &request);

    if (!err) {
        err = lu_bundle_save(dir, "commitment.tsq", &request);
    }
    lu_buf_fini(&request);
    return err;
}

static size_t lines_of(const lu_buf *text)
{
    size_t n = 0;

    for (size_t i = 0; i < text->len; i++) {
        n += text->data[i] == '\n';
    }
    return n;
}

/* The commitment before the manifest: without a manifest the bundle does not count as committed. */
static lu_err seal(const char *dir, const lu_buf *manifest, lu_commit_result *out)
{
    lu_bundle b;
    lu_err err;

    if (out->already) {
        return LU_OK;
    }
    LU_TRY(lu_bundle_open(dir, &b));
    lu_utc_now(out->at);
    err = lu_sha256_of(manifest->data, manifest->len, &out->seal);
    if (!err) {
        err = write_commitment(dir, out, &b.commitment);
    }
    if (!err) {
        err = write_request(dir, manifest);
    }
    if (!err) {
        err = lu_bundle_save(dir, "manifest-sha256.txt", manifest);
    }
    lu_bundle_fini(&b);
    return err;
}

lu_err lu_mark_commit(const char *bundle, lu_commit_result *out)
{
    lu_buf manifest;
    lu_bundle b;
    lu_err err;

    *out = (lu_commit_result){0};
    LU_TRY(lu_bundle_check(bundle, &out->already, &out->seal));
    LU_TRY(lu_bundle_manifest(bundle, &manifest));
    out->files = lines_of(&manifest);
    err = seal(bundle, &manifest, out);
    lu_buf_fini(&manifest);
    if (!err && out->already) {
        err = lu_bundle_open(bundle, &b);
        memcpy(out->at, b.sealed_at, sizeof out->at);
        memcpy(out->stamped_at, b.stamped_at, sizeof out->stamped_at);
        lu_bundle_fini(&b);
    }
    return err;
}
