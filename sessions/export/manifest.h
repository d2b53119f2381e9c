/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of files with their SHA-256, as sha256sum(1) writes and checks them: "HEX  PATH\n". */
#ifndef LU_SESSIONS_EXPORT_MANIFEST_H
#define LU_SESSIONS_EXPORT_MANIFEST_H

#include "sessions/case/tree.h"

typedef struct lu_manifest_line {
    lu_sha256 sha256;
    char *path; /* owned */
} lu_manifest_line;

typedef struct lu_manifest {
    size_t n;
    lu_manifest_line *line; /* owned, sorted by path */
} lu_manifest;

/* May a path stand in a list that both sha256sum and a BagIt reader understand? Without line
   breaks, '%' (RFC 8493 2.1.3) and '\\' (sha256sum's escape). */
bool lu_manifest_fits(const char *path);

/* Appends a line. */
lu_err lu_manifest_add(lu_buf *out, const lu_sha256 *sha256, const char *path);

/* Appends a line for each of n files below `dir`, hashing them. LU_ERR_CANNOT for a name that does
   not fit. */
lu_err lu_manifest_make(int dir, char *const *path, size_t n, const lu_job *job, lu_buf *out);

/* Strict: 64 lower-case digits, two blanks, a path that is relative, plain and not named twice, a
   line break, nothing else. LU_ERR_INTEGRITY names the line. */
lu_err lu_manifest_parse(const lu_buf *text, lu_manifest *out);
void lu_manifest_fini(lu_manifest *m);

/* NULL when it is not listed. */
const lu_manifest_line *lu_manifest_find(const lu_manifest *m, const char *path);

/* Hashes each listed file below `dir`. LU_ERR_INTEGRITY names the first that is missing or differs.
 */
lu_err lu_manifest_check(int dir, const lu_manifest *m, const lu_job *job);

#endif
