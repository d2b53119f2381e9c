/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/verify.h"
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "sessions/export/anchors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

lu_err lu_verify_inside(lu_err err)
{
    return err == LU_ERR_INPUT ? LU_ERR_INTEGRITY : err;
}

/* --- which of the two --- */

static bool has_any(int dir, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (faccessat(dir, names[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
            return true;
        }
    }
    return false;
}

/* Taking one of its files away does not make it something else. */
static lu_err find_kind(const char *path, bool *bag)
{
    static const char *const of_bag[] = {"bagit.txt", "manifest-sha256.txt",
                                         "tagmanifest-sha256.txt", "bag-info.txt", "data"};
    static const char *const of_case[] = {"case.json", "journal.jsonl", "items", "stages"};
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool known;

    if (dir < 0) {
        return lu_fail(LU_ERR_INPUT, "cannot be opened: %s", strerror(errno));
    }
    *bag = has_any(dir, of_bag, sizeof of_bag / sizeof *of_bag);
    known = *bag || has_any(dir, of_case, sizeof of_case / sizeof *of_case);
    close(dir);
    return known ? LU_OK : lu_fail(LU_ERR_INPUT, "is neither a case nor an export");
}

/* What is trusted has to be readable before anything is held against it. */
static lu_err check_trust(const lu_trust *t)
{
    lu_buf pem = LU_BUF_INIT;
    lu_sha256 fingerprint;
    lu_err err = t->key ? lu_key_public(t->key, &pem, &fingerprint) : LU_OK;

    lu_buf_fini(&pem);
    return err ? err : t->ca ? lu_stamp_authority(t->ca) : LU_OK;
}

/* Asked to hold a signature or a stamp against a key or certificate: there has to be one. */
static lu_err check_asked(const lu_verify_options *o, const lu_verified *v)
{
    if (o->trust.key != NULL && v->heads.by_key == 0) {
        return lu_fail(LU_ERR_INTEGRITY, "nothing is signed with the key in %s", o->trust.key);
    }
    if (o->trust.ca != NULL && v->heads.stamps == 0 && !v->stamped) {
        return lu_fail(LU_ERR_CANNOT, "there is no time stamp to hold against %s", o->trust.ca);
    }
    return LU_OK;
}

lu_err lu_verify(const char *path, const lu_verify_options *o, const lu_job *job, lu_verified *out)
{
    lu_err err;

    *out = (lu_verified){0};
    LU_TRY(check_trust(&o->trust));
    err = find_kind(path, &out->bag);
    if (!err) {
        err = out->bag ? lu_verify_bag(path, o, job, out) : lu_verify_case(path, o, job, out);
    }
    if (!err) {
        err = check_asked(o, out);
    }
    return lu_within(err, "%s", path);
}

/* --- what was found, for people --- */

static lu_err text_heads(const lu_verified *v, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "signed    the journal's head, %zu times, last line %llu",
                        v->heads.signatures, (unsigned long long)v->heads.signed_line));
    if (v->journal_lines) {
        LU_TRY(lu_buf_print(out, " of %llu", (unsigned long long)v->journal_lines));
    }
    return lu_buf_print(out, ", by key %.16s...\n", v->heads.signer.hex);
}

/* A signature of the journal is none of what is made from it. */
static lu_err text_signed(const lu_verified *v, const lu_verify_options *o, lu_buf *out)
{
    const char *of_whom = o->trust.key ? "of the key given" : "whose it is has to be known";

    if (v->heads.signatures) {
        LU_TRY(text_heads(v, out));
    }
    if (v->signer.hex[0]) {
        return lu_buf_print(out, "signed    the export, by key %.16s..., %s\n", v->signer.hex,
                            of_whom);
    }
    if (!v->heads.signatures) {
        return lu_buf_print(out, "signed    nothing: who could write here could change it all\n");
    }
    return v->bag
               ? lu_buf_print(out, "unsigned  the export: who could write here could change %s\n",
                              v->made.why[0] ? "report, figures and tables"
                                             : "report.pdf and the pictures")
               : LU_OK;
}

static lu_err text_anchors(const lu_verified *v, const lu_verify_options *o, lu_buf *out)
{
    LU_TRY(text_signed(v, o, out));
    if (v->heads.stamps + v->stamped) {
        LU_TRY(lu_buf_print(out, "stamped   %zu times, last %s, %s\n", v->heads.stamps + v->stamped,
                            v->stamped ? v->stamped_at : v->heads.at,
                            o->trust.ca ? "by an authority the certificate vouches for"
                                        : "by whom is not checked (--tsa-ca FILE)"));
    }
    return LU_OK;
}

lu_err lu_verified_text(const lu_verified *v, const lu_verify_options *o, lu_buf *out)
{
    if (v->bag) {
        LU_TRY(
            lu_buf_print(out, "export    of scope %s, %zu files as listed\n", v->scope, v->files));
        LU_TRY(lu_buf_print(out, "digest    %s%s\n", v->digest.hex,
                            v->beside ? ", as beside it" : " (nothing beside it to compare)"));
    } else {
        LU_TRY(lu_buf_print(out, "case      %zu files as recorded\n", v->files));
    }
    if (lu_kind_banner(v->kind) != NULL) {
        LU_TRY(lu_buf_print(out, "kind      %s\n", lu_kind_banner(v->kind)));
    }
    if (v->withheld) {
        LU_TRY(lu_buf_print(out, "withheld  %zu files, commitments in their place\n", v->withheld));
    }
    if (v->journal_lines) {
        LU_TRY(lu_buf_print(out, "journal   %llu lines, head %s\n",
                            (unsigned long long)v->journal_lines, v->head.hex));
        LU_TRY(lu_buf_print(out, "protocol  %s\n", v->sealed ? "sealed, unchanged" : "not sealed"));
    }
    LU_TRY(v->bag ? lu_made_text(&v->made, out) : LU_OK);
    LU_TRY(text_anchors(v, o, out));
    return o->recompute ? lu_recomputed_text(&v->again, out) : LU_OK;
}

/* --- and for programs --- */

static void json_bag(const lu_verified *v, cJSON *json)
{
    cJSON_AddStringToObject(json, "scope", v->scope);
    cJSON_AddStringToObject(json, "digest", v->digest.hex);
    cJSON_AddBoolToObject(json, "digest_beside", v->beside);
    cJSON_AddStringToObject(json, "signed_by", v->signer.hex);
    lu_json_add(json, "withheld", (double)v->withheld);
    lu_made_json(&v->made, cJSON_AddObjectToObject(json, "made_again"));
}

static void json_anchors(const lu_verified *v, const lu_verify_options *o, cJSON *json)
{
    lu_json_add(json, "heads", (double)v->heads.heads);
    lu_json_add(json, "signatures", (double)v->heads.signatures);
    cJSON_AddStringToObject(json, "last_key", v->heads.signer.hex);
    cJSON_AddBoolToObject(json, "key_given", o->trust.key != NULL);
    lu_json_add(json, "stamps", (double)(v->heads.stamps + v->stamped));
    cJSON_AddBoolToObject(json, "authority_checked", o->trust.ca != NULL);
}

lu_err lu_verified_json(const lu_verified *v, const lu_verify_options *o, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject(), *journal;

    cJSON_AddStringToObject(json, "what", v->bag ? "export" : "case");
    cJSON_AddStringToObject(json, "kind", lu_kind_name(v->kind));
    lu_json_add(json, "files", (double)v->files);
    if (v->bag) {
        json_bag(v, json);
    }
    if (v->journal_lines) {
        journal = cJSON_AddObjectToObject(json, "journal");
        lu_json_add(journal, "lines", (double)v->journal_lines);
        cJSON_AddStringToObject(journal, "head", v->head.hex);
        cJSON_AddBoolToObject(json, "sealed", v->sealed);
    }
    json_anchors(v, o, cJSON_AddObjectToObject(json, "anchors"));
    if (o->recompute) {
        lu_recomputed_json(&v->again, cJSON_AddObjectToObject(json, "recomputed"));
    }
    return lu_json_print(json, true, out);
}
