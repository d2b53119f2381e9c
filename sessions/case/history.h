/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the journal's lines tell of the case: which case.json and which stage results it knows, what
 * was sealed, what was done to which model. Filled line by line, when the chain is checked and when
 * a line is added.
 */
#ifndef LU_SESSIONS_CASE_HISTORY_H
#define LU_SESSIONS_CASE_HISTORY_H

#include "sessions/case/case.h"

#include <cJSON.h>

/* Forgets everything. */
void lu_history_clear(lu_case *c);

/* Takes in one line. LU_ERR_INTEGRITY when it does not hold what its act has to. */
lu_err lu_history_take(lu_case *c, const cJSON *line);

/* The SHA-256 that the journal records for the stage result of this id; NULL when it records none.
 */
const lu_sha256 *lu_history_result(const lu_case *c, const char *id);

#endif
