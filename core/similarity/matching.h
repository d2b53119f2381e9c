/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which neuron of the suspect plays the part of which of the victim's (spec deepjudge 1.8; the
 * authors' NeuronMatching is a comment): the assignment that makes the normalised neuron output
 * distances smallest in all. Shuffled and positively scaled copies have distance 0 then, though
 * every fixed-index metric calls them strangers. Networks that are not related come nearer too, so
 * a value means something only beside the negatives'.
 */
#ifndef LU_CORE_SIMILARITY_MATCHING_H
#define LU_CORE_SIMILARITY_MATCHING_H

#include "core/similarity/metrics.h"

/* column[i] for each row i so that the sum of cost[i*n + column[i]] is smallest; every column once.
   Costs that are NAN count as 1 more than the largest. (Kuhn 1955; O(n^3) with potentials.) */
lu_err lu_assign(const double *cost, size_t n, size_t *column);

/* Into out->nnod_fixed and nnod_matched: the mean over the layers' matrices of the entries (i,i)
   and (i, its match), dead neurons left out. Leaves them unknown when there is none. */
lu_err lu_matched_nnod(const lu_layer_answers *layers, size_t n, lu_scores *out);

#endif
