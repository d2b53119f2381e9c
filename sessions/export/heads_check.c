/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Anchors held against the journal, a key, an authority. */
#include "sessions/case/journal.h"
#include "sessions/export/anchors.h"
#include "sessions/export/heads.h"
#include "sessions/export/heads_files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Is the head what it says, of the line it names, and is that the journal's? */
static lu_err check_head(const lu_case *c, uint64_t line, const lu_buf *head)
{
    char expected[LU_ANCHOR_NAME + 80];
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

    if (lu_anchor_get(dir, line, "sig", &signature)) {
        return LU_OK; /* unsigned */
    }
    err = lu_anchor_get(dir, line, "pub", &public) ? lu_fail(LU_ERR_INTEGRITY, "its key is missing")
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

    if (lu_anchor_get(dir, line, "tsr", &response)) {
        return LU_OK; /* not answered yet */
    }
    err = lu_anchor_get(dir, line, "tsq", &request)
              ? lu_fail(LU_ERR_INTEGRITY, "its request is missing")
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

    if (lu_anchor_get(dir, line, "head", &head)) {
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
    char head[LU_ANCHOR_NAME];
    uint64_t line = 0;
    size_t k = 0;

    while (k < sizeof endings / sizeof *endings && line == 0) {
        line = lu_anchor_line(name, endings[k++]);
    }
    if (line == 0) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "is no anchor"), "anchors/%s", name);
    }
    lu_anchor_name(head, line, "head");
    return k == 1 || faccessat(dir, head, F_OK, 0) ? check_anchor(c, dir, line, trusted, ca, out)
                                                   : LU_OK;
}

lu_err lu_heads_check(const lu_case *c, int dir, const lu_trust *trust, lu_heads *out)
{
    lu_sha256 trusted = {"-"};
    struct dirent **list;
    lu_err err = trusted_key(trust->key, &trusted);
    int n = lu_anchor_list(dir, &list);

    for (int i = 0; i < n && !err; i++) {
        err = check_name(c, dir, list[i]->d_name, &trusted, trust->ca, out);
    }
    lu_anchor_list_free(list, n);
    return err;
}
