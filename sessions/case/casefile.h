/* SPDX-License-Identifier: GPL-3.0-or-later */
/* case.json: what is in a case. */
#ifndef LU_SESSIONS_CASE_CASEFILE_H
#define LU_SESSIONS_CASE_CASEFILE_H

#include "sessions/case/case.h"

#include <cJSON.h>

/* Writes case.json from the struct, atomically. */
lu_err lu_casefile_save(const lu_case *c);

/* Fills an opened case (c->dir) from case.json. LU_ERR_INTEGRITY when it does not parse or holds
 * nonsense. */
lu_err lu_casefile_load(lu_case *c);

/* The file's JSON; NULL when out of memory. */
cJSON *lu_casefile_json(const lu_case *c);

/* SHA-256 of what sealing fixes: parameters, sample sets, victim and controls. */
lu_err lu_casefile_protocol(const lu_case *c, lu_sha256 *out);

#endif
