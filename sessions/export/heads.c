/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/heads.h"
#include "sessions/case/files.h"
#include "sessions/case/journal.h"
#include "sessions/export/anchors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 64, PATH_BYTES = 4096 };

static const size_t ANCHOR_MAX = 1 << 20;

static void anchor_name(char *out, uint64_t line, const char *ending)
{
    snprintf(out, NAME_MAX_BYTES, "anchors/%llu.%s", (unsigned long long)line, ending);
}

/* --- writing --- */

lu_err lu_head_text(const lu_case *c, lu_buf *out)
{
    return lu_buf_print(out, "%s %llu\n", c->journal_head.hex,
                        (unsigned long long)c->journal_lines);
}

static lu_err put(int dir, uint64_t line, const char *ending, const void *data, size_t len,
                  cJSON *files)
{
    char name[NAME_MAX_BYTES];
    lu_sha256 sha256;

    anchor_name(name, line, ending);
    LU_TRY(lu_sha256_of(data, len, &sha256));
    LU_TRY(lu_file_replace(dir, name, data, len, 0444));
    cJSON_AddStringToObject(files, name, sha256.hex);
    return LU_OK;
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
        err = put(dir, line, "sig", signature, sizeof signature, files);
    }
    if (!err) {
        err = put(dir, line, "pub", public.data, public.len, files);
    }
    lu_buf_fini(&public);
    return err;
}

static lu_err put_request(int dir, uint64_t line, const lu_buf *head, cJSON *files)
{
    lu_buf request = LU_BUF_INIT;
    lu_err err = lu_stamp_request(head, &request);

    if (!err) {
        err = put(dir, line, "tsq", request.data, request.len, files);
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
    err = lu_head_text(c, &head);
    if (!err) {
        err = put(dir, line, "head", head.data, head.len, files);
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

/* --- reading --- */

static lu_err get(int dir, uint64_t line, const char *ending, lu_buf *out)
{
    char name[NAME_MAX_BYTES];

    anchor_name(name, line, ending);
    return lu_file_read(dir, name, ANCHOR_MAX, out);
}

/* "12.head": 12; 0 for another name. */
static uint64_t line_of(const char *name, const char *ending)
{
    size_t digits = strspn(name, "0123456789");
    bool good = digits > 0 && digits < 16 && name[0] != '0' && name[digits] == '.' &&
                strcmp(name + digits + 1, ending) == 0;

    return good ? strtoull(name, NULL, 10) : 0;
}

static int any_file(const struct dirent *e)
{
    return e->d_name[0] != '.' || strlen(e->d_name) > 2;
}

/* Names in anchors/, sorted by line; none when there is no such folder. */
static int list_anchors(int dir, struct dirent ***out)
{
    int n;

    *out = NULL;
    n = scandirat(dir, "anchors", out, any_file, versionsort);
    return n < 0 ? 0 : n;
}

static void free_list(struct dirent **list, int n)
{
    for (int i = 0; i < n; i++) {
        free(list[i]);
    }
    free(list);
}

/* --- the response comes in --- */

static bool answers(int dir, uint64_t line, const lu_buf *response, char at[32])
{
    lu_buf head = LU_BUF_INIT, request = LU_BUF_INIT;
    bool good = !get(dir, line, "head", &head) && !get(dir, line, "tsq", &request) &&
                !lu_stamp_check(&request, response, &head, NULL, at);

    lu_buf_fini(&head);
    lu_buf_fini(&request);
    return good;
}

static lu_err find_request(const lu_case *c, const lu_buf *response, uint64_t *line, char at[32])
{
    struct dirent **list;
    int n = list_anchors(c->dir, &list);

    *line = 0;
    for (int i = 0; i < n && *line == 0; i++) {
        uint64_t number = line_of(list[i]->d_name, "tsq");
        *line = number && answers(c->dir, number, response, at) ? number : 0;
    }
    free_list(list, n);
    return *line ? LU_OK : lu_fail(LU_ERR_INPUT, "answers none of the requests in anchors/");
}

static lu_err store_stamp(lu_case *c, const lu_buf *response, uint64_t line, const char *at)
{
    cJSON *details = cJSON_CreateObject();
    cJSON *files = cJSON_AddObjectToObject(details, "files");
    char name[NAME_MAX_BYTES];
    lu_err err;

    anchor_name(name, line, "tsr");
    err = faccessat(c->dir, name, F_OK, AT_SYMLINK_NOFOLLOW)
              ? put(c->dir, line, "tsr", response->data, response->len, files)
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

/* --- checking --- */

/* Is the head what it says, of the line it names, and is that the journal's? */
static lu_err check_head(const lu_case *c, uint64_t line, const lu_buf *head)
{
    char expected[NAME_MAX_BYTES + 80];
    lu_sha256 found;

    if (head->len < 66) {
        return lu_fail(LU_ERR_INTEGRITY, "holds no head");
    }
    snprintf(found.hex, sizeof found.hex, "%.64s", (const char *)head->data);
    snprintf(expected, sizeof expected, "%s %llu\n", found.hex, (unsigned long long)line);
    if (!lu_sha256_valid(found.hex) || strlen(expected) != head->len ||
        memcmp(expected, head->data, head->len) != 0) {
        return lu_fail(LU_ERR_INTEGRITY, "holds no head");
    }
    if (c != NULL) {
        lu_sha256 journal;
        LU_TRY(lu_journal_hash(c, line, &journal));
        if (strcmp(journal.hex, found.hex) != 0) {
            return lu_fail(LU_ERR_INTEGRITY, "the journal's line %llu is another one",
                           (unsigned long long)line);
        }
    }
    return LU_OK;
}

static lu_err check_signature(int dir, uint64_t line, const lu_buf *head, const lu_sha256 *trusted,
                              lu_heads *out)
{
    lu_buf signature, public = LU_BUF_INIT;
    lu_err err;

    if (get(dir, line, "sig", &signature)) {
        return LU_OK; /* unsigned */
    }
    err = get(dir, line, "pub", &public) ? lu_fail(LU_ERR_INTEGRITY, "its key is missing")
                                         : lu_key_verify(&public, head, &signature);
    if (!err) {
        err = lu_key_fingerprint(&public, &out->signer);
    }
    if (!err) {
        out->signatures++;
        out->signed_line = line;
        out->by_key += strcmp(out->signer.hex, trusted->hex) == 0;
    }
    lu_buf_fini(&signature);
    lu_buf_fini(&public);
    return err;
}

static lu_err check_stamp(int dir, uint64_t line, const lu_buf *head, const char *ca, lu_heads *out)
{
    lu_buf response, request = LU_BUF_INIT;
    lu_err err;

    if (get(dir, line, "tsr", &response)) {
        return LU_OK; /* not answered yet */
    }
    err = get(dir, line, "tsq", &request) ? lu_fail(LU_ERR_INTEGRITY, "its request is missing")
                                          : lu_stamp_check(&request, &response, head, ca, out->at);
    out->stamps += err == LU_OK;
    lu_buf_fini(&response);
    lu_buf_fini(&request);
    return err;
}

static lu_err check_anchor(const lu_case *c, int dir, uint64_t line, const lu_sha256 *trusted,
                           const char *ca, lu_heads *out)
{
    lu_buf head;
    lu_err err;

    if (get(dir, line, "head", &head)) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "its head is missing"), "anchors/%llu",
                         (unsigned long long)line);
    }
    err = check_head(c, line, &head);
    if (!err) {
        err = check_signature(dir, line, &head, trusted, out);
    }
    if (!err) {
        err = check_stamp(dir, line, &head, ca, out);
    }
    lu_buf_fini(&head);
    out->heads += err == LU_OK;
    return lu_within(err, "anchors/%llu", (unsigned long long)line);
}

static lu_err trusted_key(const char *path, lu_sha256 *out)
{
    lu_buf pem = LU_BUF_INIT;
    lu_err err = path ? lu_key_public(path, &pem, out) : LU_OK;

    lu_buf_fini(&pem);
    return err;
}

/* A head brings its signature and its stamp along; those without one are looked at by themselves.
 */
static lu_err check_name(const lu_case *c, int dir, const char *name, const lu_sha256 *trusted,
                         const char *ca, lu_heads *out)
{
    static const char *const endings[] = {"head", "sig", "pub", "tsq", "tsr"};
    char head[NAME_MAX_BYTES];
    uint64_t line = 0;
    size_t k = 0;

    while (k < sizeof endings / sizeof *endings && line == 0) {
        line = line_of(name, endings[k++]);
    }
    if (line == 0) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "is no anchor"), "anchors/%s", name);
    }
    anchor_name(head, line, "head");
    return k == 1 || faccessat(dir, head, F_OK, 0) ? check_anchor(c, dir, line, trusted, ca, out)
                                                   : LU_OK;
}

lu_err lu_heads_check(const lu_case *c, int dir, const lu_trust *trust, lu_heads *out)
{
    lu_sha256 trusted = {"-"};
    struct dirent **list;
    lu_err err = trusted_key(trust->key, &trusted);
    int n = list_anchors(dir, &list);

    for (int i = 0; i < n && !err; i++) {
        err = check_name(c, dir, list[i]->d_name, &trusted, trust->ca, out);
    }
    free_list(list, n);
    return err;
}
