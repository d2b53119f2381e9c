/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a network answers to the two pools of one class: samples its training is said to have used
 * (members, P), and samples of the same distribution it did not use (others, Q).
 */
#ifndef LU_CORE_MEMBERSHIP_POOLS_H
#define LU_CORE_MEMBERSHIP_POOLS_H

#include "core/base/rng.h"

#include <stdbool.h>

typedef struct lu_pools {
    size_t members, others; /* |P|, |Q| */
    size_t width;           /* class scores (or other features) of a sample */
    double *score; /* (members + others) x width, members first; each component has mean 0 and
                      deviation 1 over both pools, or is 0 throughout; owned */
    double *loss;  /* members + others, cross-entropy of the true class in nats, 0 where there
                      is no such component; owned */
    size_t *order; /* members + others sample numbers: the first `members` are the members of the
                      split looked at; owned */
} lu_pools;

/* One class out of the class scores of both sets (n x width each, labels n): the samples of ground
   truth `label`, misclassified ones too (spec B3). Either pool may be empty. */
lu_err lu_pools_of(const float *members, const int32_t *member_labels, size_t n_members,
                   const float *others, const int32_t *other_labels, size_t n_others, size_t width,
                   int32_t label, lu_pools *out);
void lu_pools_fini(lu_pools *p);

/* Deals all samples anew into pools of the same sizes. */
void lu_pools_deal(lu_pools *p, lu_rng *rng);

/* Back to the samples as they were given. */
void lu_pools_true(lu_pools *p);

#endif
