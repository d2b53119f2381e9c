/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who and what acts, as journal lines name them. */
#ifndef LU_SESSIONS_CASE_ACTOR_H
#define LU_SESSIONS_CASE_ACTOR_H

#include "core/core.h"

typedef struct lu_actor {
    char who[160];       /* "user@host" */
    lu_sha256 build;     /* of the running program's file */
    char libraries[256]; /* "OpenSSL 3.0.22 25 Aug 2026, gsl-2.7.1, ..." */
    char machine[256];   /* "Linux 6.1.0 x86_64, CPU model, avx2 fma avx512f" */
} lu_actor;

/* Found out once; safe from any thread. What cannot be found out is "unknown" (the build: ""). */
const lu_actor *lu_actor_self(void);

#endif
