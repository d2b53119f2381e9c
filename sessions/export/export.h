/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The case as evidence: a BagIt 1.0 bag (RFC 8493) that can be checked without lineup.
 * lineup-case(5) describes it.
 *
 *     bag.c        makes it, whole or not at all
 *     scope.c      what goes in
 *     tags.c       bagit.txt, bag-info.txt, verify.txt
 *     pictures.c   the tests as pictures
 */
#ifndef LU_SESSIONS_EXPORT_EXPORT_H
#define LU_SESSIONS_EXPORT_EXPORT_H

#include "sessions/case/inventory.h"
#include "sessions/run.h"

/* name on the command line */
#define LU_SCOPE_TABLE(X)                                                                          \
    X(FULL, "full")         /* everything */                                                       \
    X(REDACTED, "redacted") /* commitments in the place of what the tests could be made from */    \
    X(REPORT, "report")     /* report and figures */

typedef enum lu_scope {
#define LU_SCOPE_ENUM(id, name) LU_SCOPE_##id,
    LU_SCOPE_TABLE(LU_SCOPE_ENUM)
#undef LU_SCOPE_ENUM
        LU_SCOPES
} lu_scope;

const char *lu_scope_name(lu_scope scope);
bool lu_scope_parse(const char *name, lu_scope *out);

typedef struct lu_export_options {
    const char *to; /* folder to make */
    lu_scope scope;
    const char *key; /* private key's file; NULL = the examiner's when there is one */
} lu_export_options;

typedef struct lu_export_done {
    size_t files;     /* payload */
    uint64_t bytes;   /* payload */
    lu_sha256 digest; /* of tagmanifest-sha256.txt */
    lu_sha256 head;   /* of the journal, as exported */
    lu_sha256 signer; /* fingerprint of the key; "" = unsigned */
} lu_export_done;

/*
 * Makes the bag `to`, and beside it to.sha256, to.tsq and, when signed, to.sig. A case that is not
 * evidence is exported unsigned and says so. LU_ERR_INPUT when one of these is there already,
 * LU_ERR_INTEGRITY when the case is not what its records say, LU_ERR_CANNOT when nothing has been
 * run or when a key is given for a case that proves nothing. The export is journalled after it.
 */
lu_err lu_export(lu_case *c, const lu_export_options *o, const lu_job *job, lu_export_done *out);

/* --- parts --- */

/* An export in the making. */
typedef struct lu_bag {
    lu_case *c;
    const lu_export_options *o;
    const lu_job *job;
    lu_look look;
    int root, data; /* the folders being filled */
    lu_buf salts;   /* "SALT  PATH\n" of what was left out */
    char key[4096]; /* to sign with, or "" */
    lu_export_done done;
} lu_bag;

/* Fills data/. */
lu_err lu_bag_payload(lu_bag *b);

/* data/tests/: sheets of a hundred tests each, as PNG. */
lu_err lu_bag_pictures(const lu_bag *b);

/* bagit.txt, bag-info.txt, verify.txt. */
lu_err lu_bag_tags(const lu_bag *b);

/* What bag-info.txt tells beside what follows from the case. */
typedef struct lu_bagging {
    char identifier[LU_TEXT_MAX], date[32], agent[128], oxum[64];
} lu_bagging;

/* This program as Bag-Software-Agent: "lineup VERSION, build SHA-256". */
void lu_bag_agent(char *out, size_t size);

/* The whole of bag-info.txt. */
lu_err lu_bag_info(const lu_case *c, lu_scope scope, const lu_bagging *g, lu_buf *out);

/* "BYTES.FILES" of the payload. */
lu_err lu_bag_oxum(int data, char *out, size_t size);

/* Is all of an export of this scope in the payload, and nothing else? `own` are the case's files,
   NULL in scope report. LU_ERR_INTEGRITY names the first file that is missing or too much. */
lu_err lu_scope_check(lu_scope scope, const lu_inventory *own, int data);

#define LU_COMMITMENTS_FILE "commitments.txt"

#endif
