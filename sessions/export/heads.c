/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/heads.h"
#include "sessions/case/files.h"
#include "sessions/case/journal.h"
#include "sessions/export/anchors.h"
#include "sessions/export/heads_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static const size_t ANCHOR_MAX = 1 << 20;

/* --- writing --- */

/* "HEX N\n" of the journal as it is. */
static lu_err head_text(const lu_case *c, lu_buf *out)
{
    return lu_buf_print(out, "%s %llu\n", c->journal_head.hex,
                        (unsigned long long)c->journal_lines);
}

static lu_err put_signature(int dir, uint64_t line, const char *key, const lu_buf *head,
                            cJSON *files)
{
    uint8_t signature[LU_SIGNATURE_BYTES];
    lu_buf public = LU_BUF_INIT;
    lu_sha256 fingerprint;
    lu_err err;

    LU_TRY(lu_key_sign(key, head, signature));
    err = lu_key_public(key, &public, &fingerprint);
    if (!err) {
        err = lu_anchor_put(dir, line, "sig", signature, sizeof signature, files);
    }
    if (!err) {
        err = lu_anchor_put(dir, line, "pub", public.data, public.len, files);
    }
    lu_buf_fini(&public);
    return err;
}

static lu_err put_request(int dir, uint64_t line, const lu_buf *head, cJSON *files)
{
    lu_buf request = LU_BUF_INIT;
    lu_err err = lu_stamp_request(head, &request);

    if (!err) {
        err = lu_anchor_put(dir, line, "tsq", request.data, request.len, files);
    }
    lu_buf_fini(&request);
    return err;
}

static lu_err may_sign(const lu_case *c)
{
    return c->kind == LU_KIND_EVIDENCE
               ? LU_OK
               : lu_fail(LU_ERR_CANNOT, "a %s case cannot be signed: it proves nothing",
                         lu_kind_name(c->kind));
}

static void take_back(int dir, const cJSON *files)
{
    const cJSON *file;

    cJSON_ArrayForEach(file, files)
    {
        unlinkat(dir, file->string, 0);
    }
}

lu_err lu_head_write(const lu_case *c, int dir, const char *key, cJSON *files)
{
    uint64_t line = c->journal_lines;
    lu_buf head = LU_BUF_INIT;
    lu_err err;

    LU_TRY(key ? may_sign(c) : LU_OK);
    if (mkdirat(dir, "anchors", 0755) && errno != EEXIST) {
        return lu_fail(LU_ERR_IO, "the folder anchors cannot be made: %s", strerror(errno));
    }
    err = head_text(c, &head);
    if (!err) {
        err = lu_anchor_put(dir, line, "head", head.data, head.len, files);
    }
    if (!err && key != NULL) {
        err = put_signature(dir, line, key, &head, files);
    }
    if (!err) {
        err = put_request(dir, line, &head, files);
    }
    if (err) {
        take_back(dir, files);
    }
    lu_buf_fini(&head);
    return err;
}

lu_err lu_head_key(const char *given, char *out, size_t size)
{
    struct stat st;

    LU_TRY(lu_key_path(given, out, size));
    if (given == NULL && stat(out, &st)) {
        out[0] = '\0';
    }
    return LU_OK;
}

static lu_err anchor(lu_case *c, const char *key, lu_sha256 *signer)
{
    cJSON *details = cJSON_CreateObject();
    cJSON *files = cJSON_AddObjectToObject(details, "files");
    lu_buf public = LU_BUF_INIT;
    lu_err err = lu_head_write(c, c->dir, key, files);

    if (!err && key != NULL) {
        err = lu_key_public(key, &public, signer);
        cJSON_AddStringToObject(details, "key", signer->hex);
    }
    lu_buf_fini(&public);
    if (err) {
        cJSON_Delete(details);
        return err;
    }
    return lu_journal_add(c, "anchor", "head", details);
}

lu_err lu_head_anchor(lu_case *c, const char *key, uint64_t *line, lu_sha256 *signer)
{
    char path[PATH_BYTES];
    lu_err err = may_sign(c);

    *line = c->journal_lines;
    *signer = (lu_sha256){""};
    if (!err) {
        err = lu_head_key(key, path, sizeof path);
    }
    if (!err) {
        err = anchor(c, path[0] ? path : NULL, signer);
    }
    return lu_journal_refusal(c, "anchor", err);
}

/* --- the response comes in --- */

static bool answers(int dir, uint64_t line, const lu_buf *response, char at[32])
{
    lu_buf head = LU_BUF_INIT, request = LU_BUF_INIT;
    bool good = !lu_anchor_get(dir, line, "head", &head) &&
                !lu_anchor_get(dir, line, "tsq", &request) &&
                !lu_stamp_check(&request, response, &head, NULL, at);

    lu_buf_fini(&head);
    lu_buf_fini(&request);
    return good;
}

static lu_err find_request(const lu_case *c, const lu_buf *response, uint64_t *line, char at[32])
{
    struct dirent **list;
    int n = lu_anchor_list(c->dir, &list);

    *line = 0;
    for (int i = 0; i < n && *line == 0; i++) {
        uint64_t number = lu_anchor_line(list[i]->d_name, "tsq");
        *line = number && answers(c->dir, number, response, at) ? number : 0;
    }
    lu_anchor_list_free(list, n);
    return *line ? LU_OK : lu_fail(LU_ERR_INPUT, "answers none of the requests in anchors/");
}

static lu_err store_stamp(lu_case *c, const lu_buf *response, uint64_t line, const char *at)
{
    cJSON *details = cJSON_CreateObject();
    cJSON *files = cJSON_AddObjectToObject(details, "files");
    char name[LU_ANCHOR_NAME];
    lu_err err;

    lu_anchor_name(name, line, "tsr");
    err = faccessat(c->dir, name, F_OK, AT_SYMLINK_NOFOLLOW)
              ? lu_anchor_put(c->dir, line, "tsr", response->data, response->len, files)
              : lu_fail(LU_ERR_INPUT, "%s is there already", name);
    if (err) {
        cJSON_Delete(details);
        return err;
    }
    cJSON_AddStringToObject(details, "at", at);
    return lu_journal_add(c, "stamp", "head", details);
}

lu_err lu_head_stamp(lu_case *c, const char *response, uint64_t *line, char at[32])
{
    lu_buf bytes;
    lu_err err;

    LU_TRY(lu_file_read(AT_FDCWD, response, ANCHOR_MAX, &bytes));
    err = find_request(c, &bytes, line, at);
    if (!err) {
        err = store_stamp(c, &bytes, *line, at);
    }
    lu_buf_fini(&bytes);
    return lu_within(err, "%s", response);
}
