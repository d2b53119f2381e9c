/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How files come into a case: copied, read back, hashed twice, kept read-only; who, when, why. */
#ifndef LU_SESSIONS_CASE_INTAKE_H
#define LU_SESSIONS_CASE_INTAKE_H

#include "sessions/case/case.h"

/* What is known of an intake now. `origin` (LU_TEXT_MAX bytes) is what lu_case_because() said, else
   `source`, the path or recipe. */
void lu_case_intake(const lu_case *c, const char *source, char *origin, lu_intake *out);

/* Copies a file to file->path in the case and fills in size and digests. */
lu_err lu_case_copy_in(const lu_case *c, const char *from, lu_file *file);

/* The same from bytes. */
lu_err lu_case_write_in(const lu_case *c, const lu_buf *bytes, lu_file *file);

#endif
