/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies beside an export: digest, signature, time stamp. Each is checked when it is there. */
#include "sessions/case/files.h"
#include "sessions/export/anchors.h"
#include "sessions/export/manifest.h"
#include "sessions/export/verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static const size_t BESIDE_MAX = 1 << 20;
static const char tagmanifest[] = "tagmanifest-sha256.txt";

typedef struct reader {
    const char *path;
    int data;
    uint64_t head_line; /* whose anchor holds the key */
    const lu_verify_options *o;
    lu_verified *out;
    lu_buf digest_line; /* the .sha256; what signature and stamp are of */
} reader;

static lu_err read_beside(const reader *r, const char *ending, bool *there, lu_buf *out)
{
    char path[PATH_BYTES];
    size_t len = strlen(r->path);

    while (len > 1 && r->path[len - 1] == '/') {
        len--;
    }
    *out = (lu_buf)LU_BUF_INIT;
    if ((size_t)snprintf(path, sizeof path, "%.*s%s", (int)len, r->path, ending) >= sizeof path) {
        return lu_fail(LU_ERR_USAGE, "the path is too long");
    }
    *there = access(path, F_OK) == 0;
    return *there ? lu_verify_inside(lu_file_read(AT_FDCWD, path, BESIDE_MAX, out)) : LU_OK;
}

/* "HEX  NAME/tagmanifest-sha256.txt"; the folder may have been renamed since. */
static lu_err check_digest(reader *r)
{
    lu_manifest m = {0};
    const char *last;
    bool there;
    lu_err err;

    LU_TRY(read_beside(r, ".sha256", &there, &r->digest_line));
    if (!there) {
        return LU_OK;
    }
    err = lu_manifest_parse(&r->digest_line, &m);
    last = !err && m.n == 1 ? strrchr(m.line[0].path, '/') : NULL;
    if (!err && (last == NULL || strcmp(last + 1, tagmanifest) != 0)) {
        err = lu_fail(LU_ERR_INTEGRITY, "does not name the tag manifest");
    }
    if (!err && strcmp(m.line[0].sha256.hex, r->out->digest.hex) != 0) {
        err = lu_fail(LU_ERR_INTEGRITY, "the tag manifest's SHA-256 is %s, not %s",
                      r->out->digest.hex, m.line[0].sha256.hex);
    }
    lu_manifest_fini(&m);
    r->out->beside = err == LU_OK;
    return lu_within(err, "the export's .sha256");
}

static lu_err verify_signature(reader *r, const lu_buf *signature)
{
    char name[64];
    lu_buf public;
    lu_err err;

    if (!r->out->beside) {
        return lu_fail(LU_ERR_INTEGRITY, "what it signs, the .sha256, is missing");
    }
    snprintf(name, sizeof name, "anchors/%llu.pub", (unsigned long long)r->head_line);
    if (lu_file_read(r->data, name, BESIDE_MAX, &public)) {
        return lu_fail(LU_ERR_INTEGRITY, "the key it was made with is missing: %s", name);
    }
    err = lu_key_verify(&public, &r->digest_line, signature);
    if (!err) {
        err = lu_key_fingerprint(&public, &r->out->signer);
    }
    lu_buf_fini(&public);
    return err;
}

static lu_err check_signature(reader *r)
{
    lu_buf signature;
    bool there;
    lu_err err;

    LU_TRY(read_beside(r, ".sig", &there, &signature));
    err = there ? verify_signature(r, &signature) : LU_OK;
    lu_buf_fini(&signature);
    return lu_within(err, "the export's .sig");
}

static lu_err verify_stamp(reader *r, const lu_buf *request, const lu_buf *response)
{
    if (!r->out->beside) {
        return lu_fail(LU_ERR_INTEGRITY, "what it is for, the .sha256, is missing");
    }
    return lu_stamp_check(request, response, &r->digest_line, r->o->trust.ca, r->out->stamped_at);
}

static lu_err check_stamp(reader *r)
{
    lu_buf response = LU_BUF_INIT, request = LU_BUF_INIT;
    bool asked, answered;
    lu_err err = read_beside(r, ".tsq", &asked, &request);

    if (!err) {
        err = read_beside(r, ".tsr", &answered, &response);
    }
    if (!err && asked) {
        err = verify_stamp(r, &request, answered ? &response : NULL);
    } else if (!err && answered) {
        err = lu_fail(LU_ERR_INTEGRITY, "its request, the .tsq, is missing");
    }
    r->out->stamped = !err && asked && answered;
    lu_buf_fini(&response);
    lu_buf_fini(&request);
    return lu_within(err, "the export's time stamp");
}

/* With a key to trust, the export itself has to be signed with it. */
static lu_err check_signer(const reader *r)
{
    lu_buf pem = LU_BUF_INIT;
    lu_sha256 trusted;
    lu_err err;

    if (r->o->trust.key == NULL) {
        return LU_OK;
    }
    err = lu_key_public(r->o->trust.key, &pem, &trusted);
    lu_buf_fini(&pem);
    LU_TRY(err);
    return strcmp(trusted.hex, r->out->signer.hex) == 0
               ? LU_OK
               : lu_fail(LU_ERR_INTEGRITY, "the export is not signed with the key in %s",
                         r->o->trust.key);
}

static lu_err check_all(reader *r)
{
    LU_TRY(check_digest(r));
    LU_TRY(check_signature(r));
    LU_TRY(check_stamp(r));
    return check_signer(r);
}

lu_err lu_verify_beside(const char *path, int data, uint64_t head_line, const lu_verify_options *o,
                        lu_verified *out)
{
    reader r = {.path = path, .data = data, .head_line = head_line, .o = o, .out = out};
    lu_err err = check_all(&r);

    lu_buf_fini(&r.digest_line);
    return err;
}
