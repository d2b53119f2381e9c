/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demo case: synthetic digits, a victim, controls, and two suspects, all made here from one
 * seed. */
#ifndef LU_SESSIONS_DEMO_H
#define LU_SESSIONS_DEMO_H

#include "sessions/case/case.h"

/* Makes the case at `path`, or completes one that was interrupted; the case is then open for
   writing. Models that are there already are not made again. LU_ERR_INPUT when something else is at
   `path`. */
lu_err lu_demo_make(const char *path, uint64_t seed, size_t jobs, const lu_job *job, lu_case **out);

/* $XDG_DATA_HOME/lineup/demo.case or ~/.local/share/...; its folder is made. */
lu_err lu_demo_path(char *out, size_t size);

#endif
