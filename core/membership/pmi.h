/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pooled membership inference (Wu, arXiv 2209.04113v2): one mini-dataset of members among m - 1 of
 * others; is it the one that stands apart? How often it is, over t repetitions, is acc_r of class
 * r. Spec watermark B1 to B3 says where the paper leaves a choice and what was chosen.
 */
#ifndef LU_CORE_MEMBERSHIP_PMI_H
#define LU_CORE_MEMBERSHIP_PMI_H

#include "core/membership/linkage.h"
#include "core/membership/pools.h"

typedef struct lu_pmi_params {
    size_t sets;        /* m, LU_SETS_LEAST..LU_SETS_MOST; the paper: 3, 4, 5 */
    size_t samples;     /* n of a mini-dataset, at least 2; the paper: 100, 200, 300 */
    size_t repetitions; /* t, at least 1; the paper: 100 */
    lu_credit credit;
    bool pairing_free; /* the distance without the pairing of two lists (spec B2 c) */
} lu_pmi_params;

/* 3, 300, 100, expected credit, the paper's distance. */
lu_pmi_params lu_pmi_default(void);

/* One repetition. */
typedef struct lu_pmi_once {
    size_t member;                                /* the number of the members' mini-dataset */
    double distance[LU_SETS_MOST * LU_SETS_MOST]; /* MMD^2, sets x sets; 0 on the diagonal */
    lu_linkage linkage;
    double credit; /* 0..1 */
} lu_pmi_once;

/* Many of them. */
typedef struct lu_pmi_tally {
    size_t repetitions;
    double credit;          /* sum; acc_r = credit / repetitions */
    size_t pairs, negative; /* distances taken, those below 0 */
    size_t ties;            /* repetitions whose smaller cluster held more than one */
} lu_pmi_tally;

/* Do the pools hold what a repetition draws: n members, n (m - 1) others? */
bool lu_pmi_fits(const lu_pools *p, const lu_pmi_params *params);

/* Room for repetitions on feature vectors of this width. */
typedef struct lu_pmi lu_pmi;
lu_err lu_pmi_new(const lu_pmi_params *params, size_t width, lu_pmi **out);
void lu_pmi_free(lu_pmi **w);

/* Draws mini-datasets from the split that p->order says (the order inside the pools changes),
   standardises over them, clusters. The pools must fit. */
void lu_pmi_repeat(lu_pmi *w, lu_pools *p, lu_rng *rng, lu_pmi_once *out);

/* All repetitions; adds to *tally. */
void lu_pmi_rate(lu_pmi *w, lu_pools *p, lu_rng *rng, lu_pmi_tally *tally);

#endif
