/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cases there are: those opened lately, those in the working folder, those in lineup's own. */
#ifndef LU_TUI_APP_CASES_H
#define LU_TUI_APP_CASES_H

#include "sessions/sessions.h"

enum { LU_CASES_MAX = 200 };

typedef struct lu_known_case {
    char *path;      /* absolute; owned */
    char error[160]; /* "" = it can be read */
    char title[LU_TEXT_MAX];
    char created[32];
    lu_case_kind kind;
    bool sealed;
    size_t models, suspects;
} lu_known_case;

typedef struct lu_known_cases {
    size_t n;
    lu_known_case *known; /* owned */
} lu_known_cases;

/* Looks for them; `recent` come first. Never fails but for memory: a case that cannot be read is
   listed with the reason. LU_ERR_CANCELLED when the job says so. */
lu_err lu_cases_find(char *const *recent, size_t recents, const lu_job *job, lu_known_cases *out);
void lu_cases_fini(lu_known_cases *c);

#endif
