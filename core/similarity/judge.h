/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Thresholds and the vote (spec deepjudge 5; paper IV-D).
 *     LB  = mean - t_{0.99,n-1} s / sqrt(n) over the negatives (one-tailed, GSL)
 *     tau = alpha * LB,   vote = value <= tau,   p_copy = votes / metrics that vote
 *     copy  <=>  p_copy > 0.5
 * A network that is no better than chance on clean samples is left undecided: its evidence is void
 * (spec watermark C6.7).
 */
#ifndef LU_CORE_SIMILARITY_JUDGE_H
#define LU_CORE_SIMILARITY_JUDGE_H

#include "core/similarity/metrics.h"

/* The bound LB stands for; the default bounds the mean of the negatives, the other a new negative.
 */
typedef enum lu_bound { LU_BOUND_MEAN, LU_BOUND_PREDICTION } lu_bound;

typedef enum lu_verdict { LU_UNDECIDED, LU_NOT_COPY, LU_COPY } lu_verdict;

typedef struct lu_judge_params {
    double alpha[LU_METRIC_COUNT]; /* each in (0,1] */
    bool used[LU_METRIC_COUNT];    /* metrics that may vote; default all */
    double confidence;             /* default 0.99 */
    lu_bound bound;                /* default LU_BOUND_MEAN */
} lu_judge_params;

typedef struct lu_threshold {
    size_t n;    /* negatives with a value */
    double mean; /* of them; NAN at n = 0 */
    double sd;   /* unbiased; NAN at n < 2 */
    double lb;   /* NAN at n < 2 */
    double alpha;
    double tau;         /* alpha*lb; NAN at n < 2 */
    bool usable;        /* n >= 2 and tau > 0 */
    const char *reason; /* static text why not usable, or NULL */
} lu_threshold;

typedef struct lu_vote {
    bool cast;          /* the metric was measured, is used, and has a usable threshold */
    bool copy;          /* value <= tau */
    double value;       /* NAN when not measured */
    double margin;      /* tau - value; NAN without a vote */
    const char *reason; /* static text why no vote was cast, or NULL */
} lu_vote;

typedef struct lu_judgement {
    lu_threshold threshold[LU_METRIC_COUNT]; /* those this model was held against */
    lu_vote vote[LU_METRIC_COUNT];
    size_t votes, of; /* for "copy", cast */
    double p_copy;    /* votes/of; NAN when of = 0 */
    lu_verdict verdict;
    char reason[192]; /* why undecided, or what the verdict rests on when metrics are missing; "" */
} lu_judgement;

lu_judge_params lu_judge_defaults(void);

/* Threshold of one metric from the negatives' values. */
lu_threshold lu_threshold_of(const double *values, size_t n, double alpha, double confidence,
                             lu_bound bound);

/* Judges one model against n negatives. `leave_out` is the position of the judged model among them
   (a negative is held against thresholds computed without it), or SIZE_MAX. */
void lu_judge(const lu_scores *model, const lu_scores *negatives, size_t n, size_t leave_out,
              const lu_judge_params *p, lu_judgement *out);

const char *lu_verdict_name(lu_verdict v); /* "copy", "not-copy", "undecided" */

#endif
