/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lineup membership`: which models of a case were trained on the victim's own data? Members are
 * the case's train samples, others its test samples; both were drawn at random from one set before
 * any training, or nothing here means anything (spec watermark B4). Everything needed lies in the
 * case; what one model answered is kept as soon as it is tested.
 *
 *     LU_TRY(lu_member_run(c, &options, job, &report));
 *     ... report.model[i].verdict ...
 *     lu_member_report_fini(&report);
 */
#ifndef LU_SESSIONS_MEMBERSHIP_MEMBER_H
#define LU_SESSIONS_MEMBERSHIP_MEMBER_H

#include "sessions/repeat.h"

typedef struct lu_member_options {
    size_t jobs;    /* engine processes; 0 = one a processor */
    bool reference; /* --engine darknet */
} lu_member_options;

/* Evidence that the members were used in training; never that anything was stolen. */
typedef enum lu_member_verdict {
    LU_MEMBER_USED,
    LU_MEMBER_NOT_SHOWN,
    LU_MEMBER_INVALID, /* a control fired or is missing; or the model is of no use: `finding` */
    LU_MEMBER_VERDICTS
} lu_member_verdict;

const char *lu_member_verdict_name(lu_member_verdict v); /* "used", "not-shown", "invalid" */

/* The three statistics that are held against the unrelated negatives. */
typedef enum lu_member_statistic {
    LU_MEMBER_AVERAGE,  /* of acc_r */
    LU_MEMBER_MEAN_GAP, /* direct mean test */
    LU_MEMBER_LOSS_GAP, /* its z */
    LU_MEMBER_STATISTICS
} lu_member_statistic;

/* How a statistic compares with the unrelated negatives' (itself left out). NAN without any. */
typedef struct lu_member_standing {
    size_t n;            /* negatives */
    double mean, sd;     /* theirs */
    double rank_p;       /* (1 + #{as large or larger})/(n + 1) */
    double predictive_p; /* of one more normal negative; n >= 2 */
} lu_member_standing;

typedef struct lu_member_model {
    char name[LU_NAME_MAX]; /* "untrained" is made here */
    bool made;              /* the untrained network: no item of the case */
    lu_role role;           /* of an item */
    bool control;           /* must not show anything: untrained, unrelated negatives */
    lu_sha256 sha256;       /* of the weights */
    lu_sha256 id;           /* of the stored evidence */
    bool known;             /* the evidence is there */
    double member_accuracy, other_accuracy; /* 0..1 */
    double chance_p;                        /* of the latter (core/stats/chance.h); NAN: unknown */
    lu_member_evidence evidence;
    double corrected_p; /* the smallest of its three p values, Holm's correction over what stands
                           together: its own three, of controls those of all unrelated ones */
    bool fires;         /* a control that shows something */
    lu_member_standing standing[LU_MEMBER_STATISTICS];
    lu_member_verdict verdict;
    char finding[LU_TEXT_MAX]; /* why there is no evidence, or it is void; or "" */
} lu_member_model;

typedef struct lu_member_report {
    char case_name[LU_TEXT_MAX];
    lu_case_kind kind;
    char engine[160];
    lu_member_params params; /* pmi.samples: as many as there are, see `wanted` */
    size_t wanted;           /* samples of a mini-dataset as set */
    bool any_of_three;       /* membership.decide=any */
    size_t members, others;
    bool official;    /* a published train half against the test half */
    bool shift_known; /* the samples were looked at */
    double shift_p;   /* of the samples themselves: do members and others differ as images? */
    size_t models;
    lu_member_model *model; /* owned; suspects, victim, positives, negatives, untrained */
    size_t missing;         /* models that are not tested yet */
    bool valid;
    char reason[LU_TEXT_MAX]; /* why not, or "" */
    size_t computed, reused;
} lu_member_report;

/* Tests what is not stored yet, judges. LU_ERR_CANNOT: unsealed evidence with suspects, or
   membership.split is unstated; LU_ERR_INPUT: no victim, no train or test samples, too few of them.
   Journalled. A model that cannot be asked is a finding of its own. */
lu_err lu_member_run(lu_case *c, const lu_member_options *o, const lu_job *job,
                     lu_member_report *out);

void lu_member_report_fini(lu_member_report *r);

/* Computes again, and stores nothing, what is stored of the models, samples and parameters that the
   case has now; the case may be opened for reading. LU_ERR_INTEGRITY when any of it comes out
   differently. */
lu_err lu_member_repeat(lu_case *c, size_t jobs, const lu_job *job, lu_repeated *out);

/* One JSON object; ends with a newline. */
lu_err lu_member_json(const lu_member_report *r, lu_buf *out);

/* For people, in ASCII: a table of 96 columns, and what it does not show. */
lu_err lu_member_text(const lu_member_report *r, lu_buf *out);

/* What a positive result does not show, in one sentence; every picture of it carries it. */
const char *lu_member_caveat(void);

#endif
