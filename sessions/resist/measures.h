/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The survey's ten basic measures and eight of resistance to attacks, of this run's watermark and
 * of the evidence beside it: a function each, which fills in value and state.
 */
#ifndef LU_SESSIONS_RESIST_MEASURES_H
#define LU_SESSIONS_RESIST_MEASURES_H

#include "sessions/resist/parts.h"
#include "sessions/watermark/verify.h"

#define LU_DETECTED 1e-6 /* p of matches this rare by luck: the fixed threshold of all measures */

/* All that the measures look at beside the points. */
typedef struct lu_measuring {
    const lu_resist_work *w;
    lu_resist *r;
    lu_mark_report report; /* of the victim itself as suspect */
} lu_measuring;

/* --- points.c --- */

/* The value as text; not `known`: it is told, without a bound. */
void lu_measure_set(lu_measure *m, bool known, bool met, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

const lu_resist_point *lu_resist_victim(const lu_resist *r);

/* The i-th point of a level, or of an attack by name; NULL after the last. */
const lu_resist_point *lu_resist_point_at(const lu_resist *r, int level, const char *name,
                                          size_t i);

/* What the mark outlasted of the attacks of a level. */
void lu_measure_outlasted(const lu_resist *r, int level, lu_measure *m);

/* --- measures_basic.c --- */

lu_err lu_measure_fidelity(lu_measuring *s, lu_measure *m);
lu_err lu_measure_robustness(lu_measuring *s, lu_measure *m);
lu_err lu_measure_functionality(lu_measuring *s, lu_measure *m);
lu_err lu_measure_capacity(lu_measuring *s, lu_measure *m);
lu_err lu_measure_efficiency(lu_measuring *s, lu_measure *m);
lu_err lu_measure_reliability(lu_measuring *s, lu_measure *m);
lu_err lu_measure_generality(lu_measuring *s, lu_measure *m);
lu_err lu_measure_uniqueness(lu_measuring *s, lu_measure *m);
lu_err lu_measure_indistinguishability(lu_measuring *s, lu_measure *m);
lu_err lu_measure_scalability(lu_measuring *s, lu_measure *m);

/* --- measures_attacks.c --- */

lu_err lu_measure_security(lu_measuring *s, lu_measure *m);
lu_err lu_measure_unremovability(lu_measuring *s, lu_measure *m);
lu_err lu_measure_unforgeability(lu_measuring *s, lu_measure *m);
lu_err lu_measure_non_ownership_piracy(lu_measuring *s, lu_measure *m);
lu_err lu_measure_ownership_piracy(lu_measuring *s, lu_measure *m);
lu_err lu_measure_verifiability(lu_measuring *s, lu_measure *m);
lu_err lu_measure_collusion(lu_measuring *s, lu_measure *m);
lu_err lu_measure_non_invertibility(lu_measuring *s, lu_measure *m);

#endif
