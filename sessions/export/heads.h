/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Anchors of the journal. A chain cannot show that its end was cut off; a signature or a time stamp
 * of its head can. Below `dir`, a case or the payload of an export:
 *
 *     anchors/N.head              "HEX N\n": the SHA-256 of the journal's line N
 *     anchors/N.sig, N.pub        Ed25519 signature of that file, the key's public half
 *     anchors/N.tsq, N.tsr        RFC 3161 request for that file, the response
 */
#ifndef LU_SESSIONS_EXPORT_HEADS_H
#define LU_SESSIONS_EXPORT_HEADS_H

#include "sessions/case/case.h"

#include <cJSON.h>

/* Writes head and request, and with a key (a path) its signature too; adds names and hashes to
   `files`, an object. LU_ERR_CANNOT for a signature in a case that is not evidence. */
lu_err lu_head_write(const lu_case *c, int dir, const char *key, cJSON *files);

/* Anchors the case's own journal. `key` is a private key's file, or NULL: then the examiner's when
   there is one. The line anchored goes to *line, the key's fingerprint to *signer ("" = unsigned).
   Journalled. */
lu_err lu_head_anchor(lu_case *c, const char *key, uint64_t *line, lu_sha256 *signer);

/* Stores the response to one of the case's requests; LU_ERR_INPUT when it answers none of them.
   Journalled. */
lu_err lu_head_stamp(lu_case *c, const char *response, uint64_t *line, char at[32]);

/* The key to sign with: `given`, or the examiner's, or "" when that is not there. */
lu_err lu_head_key(const char *given, char *out, size_t size);

/* What the checker trusts from elsewhere. */
typedef struct lu_trust {
    const char *key; /* file with the examiner's public key, or NULL */
    const char *ca;  /* file with the time-stamping authority's certificate, or NULL */
} lu_trust;

typedef struct lu_heads {
    size_t heads, signatures, stamps;
    size_t by_key;        /* signatures by the trusted key */
    lu_sha256 signer;     /* of the last signature */
    uint64_t signed_line; /* of the last signature; 0 = none */
    char at[32];          /* of the last stamp */
} lu_heads;

/* Checks every anchor below `dir` and holds the heads against the journal of `c` (NULL: there is
   none to hold them against). LU_ERR_INTEGRITY names the file. Counts are added to *out. */
lu_err lu_heads_check(const lu_case *c, int dir, const lu_trust *trust, lu_heads *out);

#endif
