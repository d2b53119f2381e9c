/* SPDX-License-Identifier: GPL-3.0-or-later */
/* case.json: what is in a case. */
#ifndef LU_SESSIONS_CASE_CASEFILE_H
#define LU_SESSIONS_CASE_CASEFILE_H

#include "sessions/case/case.h"

#include <cJSON.h>

/*
 * Makes a change of the case last: a journal line for the act, which names the SHA-256 of the new
 * case.json, then case.json itself, atomically. `details` (may be NULL) is taken over. After a
 * failure the caller puts the struct back; an act that the journal has and case.json has not is
 * journalled as undone when the case is next opened for writing.
 */
lu_err lu_casefile_commit(lu_case *c, const char *act, const char *object, cJSON *details);

/* Is case.json what the journal says? LU_ERR_INTEGRITY. With `repair` an act that a crash cut off
   is journalled as undone. */
lu_err lu_casefile_check(lu_case *c, bool repair);

/* Fills an opened case (c->dir) from case.json. LU_ERR_INTEGRITY when it does not parse or holds
 * nonsense. */
lu_err lu_casefile_load(lu_case *c);

/* The file's JSON; NULL when out of memory. */
cJSON *lu_casefile_json(const lu_case *c);

/* What sealing fixes, as bytes and their SHA-256: the rule, parameters, sample sets, victim and
   controls. LU_PROTOCOL_FILE holds the bytes. */
lu_err lu_casefile_protocol(const lu_case *c, lu_buf *text, lu_sha256 *out);

#define LU_PROTOCOL_FILE "protocol.json"

#endif
