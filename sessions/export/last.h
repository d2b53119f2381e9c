/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a case holds for looking at, whichever engine or machine computed it. */
#ifndef LU_SESSIONS_EXPORT_LAST_H
#define LU_SESSIONS_EXPORT_LAST_H

#include "sessions/run.h"

/* What the last run came to; before any has: what is stored under this engine. */
lu_err lu_case_look_last(lu_case *c, const lu_job *job, lu_look *out);

/* What this engine stored, or, when it did not get to a judgement and the last run did, that:
   out->result.engine says whose it is, *other whether it is not this engine's. */
lu_err lu_case_look_any(lu_case *c, bool reference, const lu_job *job, lu_look *out, bool *other);

#endif
