/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The field's methods (core/schemes.def) against what somebody holds, or a case does.
 *
 *     lu_schemes_ask ask = {.access = LU_ACCESS_LABELS, .have = LU_HOLD_KEYS, .held = true};
 *     LU_TRY(lu_schemes_text(&ask, &buf));
 */
#ifndef LU_SESSIONS_SCHEMES_H
#define LU_SESSIONS_SCHEMES_H

#include "sessions/case/case.h"

typedef struct lu_schemes_ask {
    lu_access access; /* what the suspect shows */
    unsigned have;    /* what is held, LU_HOLD_... */
    bool held;        /* false: `have` was not said; as if everything were there */
    bool reached;     /* false: `access` was not said; likewise */
    const char *text; /* only methods with these words, case ignored; or NULL */
} lu_schemes_ask;

/* What a case holds, and what its suspects, which are files, show. */
lu_schemes_ask lu_case_holds(const lu_case *c);

/* How a method stands to it. */
lu_scheme_fit lu_schemes_fit(const lu_schemes_ask *ask, const lu_scheme *s);

/* Does it have the words? A method of exactly that key is meant alone. */
bool lu_schemes_has(const lu_schemes_ask *ask, const lu_scheme *s);

enum { LU_SCHEMES_MAX = 128 };

/* Those that have the words, what can be run first; how many. */
size_t lu_schemes_list(const lu_schemes_ask *ask, const lu_scheme *out[LU_SCHEMES_MAX]);

/* "lacks members, weights of the suspect"; "" when nothing is missing. */
lu_err lu_schemes_lacks(const lu_schemes_ask *ask, const lu_scheme *s, lu_buf *out);

/* A table in the order of usefulness; of a single method all there is to say. */
lu_err lu_schemes_text(const lu_schemes_ask *ask, lu_buf *out);

/* One JSON object; ends with a newline. */
lu_err lu_schemes_json(const lu_schemes_ask *ask, lu_buf *out);

#endif
