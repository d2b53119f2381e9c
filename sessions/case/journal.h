/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: one JSON object a line, appended and synced, each holding the SHA-256 of the bytes
 * of the line before (without its newline). Line 1 has "prev": "".
 */
#ifndef LU_SESSIONS_CASE_JOURNAL_H
#define LU_SESSIONS_CASE_JOURNAL_H

#include "sessions/case/case.h"

#include <cJSON.h>

/* Checks the whole chain and sets the case's line count and head. A torn last line (no newline) is
   moved to journal.torn when `repair`. LU_ERR_INTEGRITY names the first line that does not fit. */
lu_err lu_journal_check(lu_case *c, bool repair);

/* The SHA-256 that the journal records for the stage result of this id; NULL when it records none.
 */
const lu_sha256 *lu_journal_result(const lu_case *c, const char *id);

/* Appends an act. `details` (may be NULL) is taken over. */
lu_err lu_journal_add(lu_case *c, const char *act, const char *object, cJSON *details);

#endif
