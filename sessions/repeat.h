/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stored result held against the same computed again: the same bytes where the numerics tag is
 * the one the journal recorded for it, else values that agree to LU_REPEAT_TOLERANCE, or to what a
 * rule allows.
 *
 *     if (lu_repeat_meant(c, i, "membership")) {
 *         ... compute c->result[i] again, under c->result[i].engine ...
 *         LU_TRY(lu_repeat_compare(c, &c->result[i], name, &fresh, &how, &repeated));
 *     }
 *     LU_TRY(lu_repeat_end(&repeated, "membership"));
 */
#ifndef LU_SESSIONS_REPEAT_H
#define LU_SESSIONS_REPEAT_H

#include "sessions/case/case.h"

/* Design, "The way of the data": under another numerics tag values agree to this, relative where
   they are above 1. */
#define LU_REPEAT_TOLERANCE 1e-5

/* How far values of this key may be apart under another tag; relative like the tolerance. */
typedef struct lu_repeat_rule {
    const char *key;
    double tolerance;
    bool decides; /* a p value: one that comes out on the other side of alpha is told */
} lu_repeat_rule;

typedef struct lu_repeat_how {
    bool same_numerics;
    const lu_repeat_rule *rule; /* those of other keys go by LU_REPEAT_TOLERANCE */
    size_t rules;
    double alpha;
} lu_repeat_how;

/* The results of one kind. */
typedef struct lu_repeated {
    size_t recorded;         /* by the journal */
    size_t computed;         /* of them, again; the others are made of what the case has no more */
    size_t same_numerics;    /* of computed: engine, instruction set and versions as recorded */
    size_t same_bytes;       /* of computed: came out byte for byte */
    size_t different;        /* of computed */
    double difference;       /* the largest, of values without a rule; none of different results */
    double ruled;            /* the largest, of values with a rule */
    size_t sides;            /* p values on the other side of alpha */
    char first[LU_TEXT_MAX]; /* which differs first, and in what */
} lu_repeated;

/* Is result i the journal's last word on a result of this stage? */
bool lu_repeat_meant(const lu_case *c, size_t i, const char *stage);

/* How many there are. */
size_t lu_repeat_count(const lu_case *c, const char *stage);

/* Did Darknet's own functions compute what bears this tag (--engine darknet)? */
bool lu_repeat_reference(const char *numerics);

/* The difference of two numbers, relative where the stored one is above 1. */
double lu_repeat_difference(double stored, double found);

/* Counts one; `name` says which it is. LU_ERR_INTEGRITY when the stored one cannot be read. */
lu_err lu_repeat_compare(const lu_case *c, const lu_recorded *stored, const char *name,
                         const lu_buf *fresh, const lu_repeat_how *how, lu_repeated *r);

/* LU_ERR_INTEGRITY when any was different. */
lu_err lu_repeat_end(const lu_repeated *r, const char *kind);

#endif
