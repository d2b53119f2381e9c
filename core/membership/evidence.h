/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Was it trained on our data? All that membership tests find out about one network, from its class
 * scores of two sets that were split at random before any training. Repeating the draw of the same
 * pools gives dependent repetitions, so a binomial p of acc_r accuses innocent networks (spec
 * watermark B4.1); the decision is by permutation: samples are dealt anew to members and others, in
 * every class together, and the average of acc_r is computed again. Exact when members and others
 * are exchangeable for the network, that is, when it was trained on neither.
 *
 *     LU_TRY(lu_member_test(&sets, &params, job, "s1", &evidence));
 *     if (evidence.p <= params.alpha) ...
 *     lu_member_evidence_fini(&evidence);
 */
#ifndef LU_CORE_MEMBERSHIP_EVIDENCE_H
#define LU_CORE_MEMBERSHIP_EVIDENCE_H

#include "core/base/job.h"
#include "core/membership/pmi.h"
#include "core/sample.h"

typedef struct lu_member_params {
    lu_pmi_params pmi;
    size_t permutations; /* B; 0: only the rates, every p is 1 */
    double alpha;        /* of the decision, 0..0.5 */
    uint64_t seed;
} lu_member_params;

/* lu_pmi_default(), 999, 0.01, 1. */
lu_member_params lu_member_default(void);

/* A network's class scores of both sets; borrowed. */
typedef struct lu_member_sets {
    const float *members, *others; /* n x classes, as they are before softmax */
    const int32_t *member_labels, *other_labels;
    size_t n_members, n_others, classes;
} lu_member_sets;

/* The most samples a mini-dataset can have, at most `wanted`, so that every class is tested that
   has at least half of what the median class has; 0 when none has two. */
size_t lu_member_fit(const int32_t *members, size_t n_members, const int32_t *others,
                     size_t n_others, size_t classes, size_t sets, size_t wanted);

/* One class. What is not tested is NAN. */
typedef struct lu_member_class {
    size_t members, others; /* samples */
    bool tested;            /* the pools hold what a repetition draws */
    double accuracy;        /* acc_r, 0..1 */
    double nominal;         /* P(X >= successes), X ~ Bin(t, 1/m): not a valid p, see above */
    double p, p_holm;       /* of acc_r by permutation; corrected over the classes */
    double low, high;       /* what 95 % of the permutations give */
    double rho;             /* acc_r above 1/m + rho is significant at alpha, this class alone */
    double mean_gap_p;      /* of the direct mean test */
    double loss_gap;        /* nats */
    double loss_gap_p;
} lu_member_class;

typedef struct lu_member_evidence {
    size_t classes, tested;
    lu_member_class *class;      /* classes; owned */
    size_t best;                 /* r_opt, the class of the highest acc_r; the lowest such */
    double average;              /* of acc_r over the tested classes */
    double p;                    /* of the average by permutation: the default decision */
    double best_p;               /* of the highest acc_r */
    double rho;                  /* an average above 1/m + rho is significant at alpha */
    double best_rho;             /* the same of the highest acc_r */
    double mean_gap, mean_gap_p; /* the direct mean test: sum over classes */
    double loss_gap;             /* mean over classes, nats */
    double loss_gap_z;           /* Welch */
    double loss_gap_p;           /* by permutation */
    double loss_effect;          /* loss_gap over the deviation of all losses */
    double negative;             /* share of distances below 0 */
    double ties;                 /* share of repetitions whose smaller cluster held several */
    size_t permutations;
    double *permuted;    /* averages under permutation; owned */
    lu_pmi_once example; /* the first repetition of class `best` */
} lu_member_evidence;

/* Reports to `job` under `what`. LU_ERR_INPUT when no class has samples enough. */
lu_err lu_member_test(const lu_member_sets *s, const lu_member_params *params, const lu_job *job,
                      const char *what, lu_member_evidence *out);
void lu_member_evidence_fini(lu_member_evidence *e);

/* Do the sets differ before any network has seen them? The direct mean test, joint over all classes
   that have both kinds of samples, on any features (n x width in place of class scores). NAN when
   there is no such class. */
lu_err lu_member_shift(const lu_member_sets *s, size_t width, size_t permutations, uint64_t seed,
                       const lu_job *job, const char *what, double *p);

/* Coarse means of images: a grid of at most 4 x 4 in every channel. *width values an image; *out
   has n of them and is the caller's. */
lu_err lu_member_pixels(const lu_samples *s, size_t *width, float **out);

#endif
