/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Single linkage of a few mini-datasets, and which of them stands apart (spec watermark B1 steps 4
 * and 5, B3). Only the order of the distances counts, so they may be negative.
 */
#ifndef LU_CORE_MEMBERSHIP_LINKAGE_H
#define LU_CORE_MEMBERSHIP_LINKAGE_H

#include "core/base/rng.h"

#include <stdbool.h>

enum { LU_SETS_LEAST = 3, LU_SETS_MOST = 16 }; /* two sets always fall apart 1-1 */

/* What counts when the smaller cluster holds more than one mini-dataset (m = 4: 2-2, m = 5: 3-2).
 */
typedef enum lu_credit {
    LU_CREDIT_EXPECTED, /* the chance that a random choice is right; 1/m on average by luck */
    LU_CREDIT_RANDOM,   /* the choice is drawn, as published */
    LU_CREDIT_NONE,     /* never a success: lowers the rate of luck below 1/m */
    LU_CREDITS
} lu_credit;

const char *lu_credit_name(lu_credit c); /* "expected", "random", "none" */
bool lu_credit_parse(const char *name, lu_credit *out);

/* Sets 0..m-1 are the leaves, m+i is what join i made. */
typedef struct lu_join {
    size_t a, b;
    double height; /* their distance; may be negative */
} lu_join;

typedef struct lu_linkage {
    lu_join join[LU_SETS_MOST - 1]; /* m-1, in the order they were made; heights do not fall */
    bool first[LU_SETS_MOST];       /* of the two clusters before the last join: is the set in the
                                       one that holds set 0? */
    size_t size;                    /* of that one, 1..m-1 */
} lu_linkage;

/* distance: m x m, symmetric; LU_SETS_LEAST <= m <= LU_SETS_MOST. Among equal distances the pair
   with the lowest numbers joins first: number the sets at random. */
void lu_linkage_of(const double *distance, size_t m, lu_linkage *out);

/* Success, 0..1, of declaring the smaller cluster the outlier when set `member` is the right
   answer. `rng` is used by LU_CREDIT_RANDOM only. */
double lu_linkage_credit(const lu_linkage *l, size_t m, size_t member, lu_credit credit,
                         lu_rng *rng);

#endif
