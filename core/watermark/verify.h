/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a suspect carry the mark? Only its labels are needed. Labels drawn uniformly and committed
 * before the suspect existed make the number of matches exactly Bin(N, 1/C) under the null, for any
 * suspect (spec watermark A6). Beside the exact p stand two checks of the same claim that need no
 * formula: decoy secrets, and the owner's labels in another order.
 */
#ifndef LU_CORE_WATERMARK_VERIFY_H
#define LU_CORE_WATERMARK_VERIFY_H

#include "core/stats/intervals.h"
#include "core/watermark/secret.h"

#include <stdbool.h>

typedef struct lu_verify_params {
    double alpha;        /* "detected": p at most this; 1e-6 */
    double intact;       /* "intact": share of matches at least this; 0.9 */
    size_t decoys;       /* decoy secrets; 999 */
    size_t permutations; /* orders of the labels; 9999 */
    double confidence;   /* of the interval; 0.95 */
    uint64_t seed;       /* of decoys and permutations */
} lu_verify_params;

lu_verify_params lu_verify_default(void);

typedef struct lu_mark_evidence {
    lu_rate rate; /* matches k of n, with the exact interval of the rate behind */
    size_t classes;
    double p;      /* P(at least k matches by luck) = tail(n, k, 1/C) */
    size_t needed; /* matches for "detected" */
    bool detected, intact;
    double decoy_p;    /* (1 + #{decoy secrets that match as often}) / (1 + decoys) */
    size_t decoy_most; /* matches of the best decoy */
    double decoy_mean;
    double permuted_p; /* the same among random orders of the owner's labels */
    size_t permuted_most;
} lu_mark_evidence;

/* answer and label: n each, cover: the covers' indices (decoy labels are derived from them).
   LU_ERR_INPUT when n is 0. */
lu_err lu_mark_verify(const int32_t *answer, const int32_t *label, const size_t *cover, size_t n,
                      size_t classes, const lu_verify_params *p, lu_mark_evidence *out);

/* How often two lists agree. */
size_t lu_matches(const int32_t *a, const int32_t *b, size_t n);

/* (1 + #{score of another >= score}) / (1 + n): the exact rank p of one among n exchangeable
   others. Ties count against the owner. */
double lu_decoy_p(double score, const double *others, size_t n);

#endif
