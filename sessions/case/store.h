/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stage store. A result is named by the hash of all that went into it, written once, and
 * checked against its own hash whenever it is opened:
 *
 *     stages/STAGE-ID.json or .npz     the result (lu_stage_extension())
 *     stages/STAGE-ID.sha256           its SHA-256, "HEX  NAME\n" as sha256sum prints
 */
#ifndef LU_SESSIONS_CASE_STORE_H
#define LU_SESSIONS_CASE_STORE_H

#include "sessions/case/case.h"

/* "npz" for tests and keys, else "json". */
const char *lu_stage_extension(const char *stage);

/* What a stage result is called: "tests-<id>.npz". */
typedef struct lu_stage_name {
    char path[LU_TEXT_MAX]; /* below the case */
} lu_stage_name;

void lu_store_name(const char *stage, const lu_sha256 *id, const char *extension,
                   lu_stage_name *out);

/* True when the result is there. */
bool lu_store_has(const lu_case *c, const lu_stage_name *name);

/* Writes it (0400) and its hash. */
lu_err lu_store_put(const lu_case *c, const lu_stage_name *name, const lu_buf *bytes,
                    lu_sha256 *sha256);

/* Reads it whole. LU_ERR_INTEGRITY when its bytes are not those that were stored. */
lu_err lu_store_get(const lu_case *c, const lu_stage_name *name, lu_buf *out, lu_sha256 *sha256);

/* Journals that a result is there: what it was made of, and the numerics tag of the engine. */
lu_err lu_store_note(lu_case *c, const char *stage, const char *engine, const lu_sha256 *id,
                     const lu_sha256 *sha256, const lu_sha256 *in, size_t n_in);

#endif
