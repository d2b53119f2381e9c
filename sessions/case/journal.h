/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: one JSON object a line, appended and synced, each holding the SHA-256 of the bytes
 * of the line before (without its newline). Line 1 has "prev": "". "prev" stands last, so that a
 * shell can take it off: lineup-case(5).
 */
#ifndef LU_SESSIONS_CASE_JOURNAL_H
#define LU_SESSIONS_CASE_JOURNAL_H

#include "sessions/case/case.h"

#include <cJSON.h>

/* Checks the whole chain and sets the case's line count, head and history. A torn last line (no
   newline) is moved to journal.torn when `repair`. LU_ERR_INTEGRITY names the first line that does
   not fit. */
lu_err lu_journal_check(lu_case *c, bool repair);

/* The SHA-256 of a line, from 1. LU_ERR_INTEGRITY when there is no such line. */
lu_err lu_journal_hash(const lu_case *c, uint64_t line, lu_sha256 *out);

/* The whole file, and what follows its last newline. */
lu_err lu_journal_read(const lu_case *c, lu_buf *out, size_t *torn);

/* Gives `take` the whole lines in order, until one fails. */
lu_err lu_journal_each(const lu_case *c, lu_err (*take)(void *data, const cJSON *line), void *data);

/* Appends an act. `details` (may be NULL) is taken over. */
lu_err lu_journal_add(lu_case *c, const char *act, const char *object, cJSON *details);

/* Appends an act that failed or was refused: the reason, the place and the status of the failure
   `err`, which is passed through and stays the one to tell. */
lu_err lu_journal_failure(lu_case *c, const char *act, const char *object, lu_err err);

/* Passes `err` through. What cannot be done or would rest on changed files is journalled as refused
   when the case is open for writing. */
lu_err lu_journal_refusal(lu_case *c, const char *act, lu_err err);

#endif
