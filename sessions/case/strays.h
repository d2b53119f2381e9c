/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files in a case that no record of it names: what a killed lineup had begun to write, or what
 * somebody put there. */
#ifndef LU_SESSIONS_CASE_STRAYS_H
#define LU_SESSIONS_CASE_STRAYS_H

#include "sessions/case/case.h"

/* Moves them to strays/ and journals their names and digests: nothing is thrown away, nothing stays
   where it could be taken for part of the case. The case is open for writing. */
lu_err lu_strays_set_aside(lu_case *c);

#endif
