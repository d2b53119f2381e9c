/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lineup watermark commit` and `verify`: the bundle is sealed, then any suspect is asked for its
 * labels. Beside the exact test stand the controls (the victim must pass, its unmarked twin and an
 * untrained network must fail, or the run is invalid) and what the mark is made of: raw covers and
 * other logos.
 */
#ifndef LU_SESSIONS_WATERMARK_VERIFY_H
#define LU_SESSIONS_WATERMARK_VERIFY_H

#include "sessions/case/case.h"
#include "sessions/watermark/bundle.h"

typedef struct lu_commit_result {
    lu_sha256 seal; /* SHA-256 of manifest-sha256.txt: what to publish or have time-stamped */
    size_t files;
    char at[32];
    char stamped_at[32]; /* as the time stamp says; "" without a response */
    bool already;        /* it had been committed before */
} lu_commit_result;

/* Writes manifest, commitment and time-stamp request once; a committed bundle is only checked. */
lu_err lu_mark_commit(const char *bundle, lu_commit_result *out);

enum { LU_MARK_LOGOS = 19 };

typedef struct lu_mark_verify_options {
    const char *bundle;
    const char *cfg, *weights; /* the suspect's */
    const char *test;          /* SPEC of clean samples, or NULL */
    size_t logos;              /* other logos tried; LU_MARK_LOGOS */
    bool reference;
    lu_verify_params params;
} lu_mark_verify_options;

enum { LU_TRIED_SUSPECT, LU_TRIED_VICTIM, LU_TRIED_TWIN, LU_TRIED_UNTRAINED, LU_TRIED };

/* One network asked. */
typedef struct lu_mark_tried {
    const char *name; /* "suspect", "victim", "twin", "untrained" */
    lu_sha256 sha256; /* of its .weights file */
    lu_sha256 cfg;    /* of its .cfg file; "" in an older result */
    lu_mark_evidence evidence;
    int32_t *answer;            /* to the keys; n; owned */
    size_t raw_key, raw_true;   /* covers answered with the key label, with the true one */
    size_t blank;               /* keys made with a black logo answered with the key label */
    size_t other_most;          /* the same with other logos: the best of them */
    double other_mean, other_p; /* their mean; rank of the owner's logo among them */
    double accuracy;            /* of clean samples; NAN without */
    double chance_p;            /* of that accuracy (core/stats/chance.h); NAN without */
    bool as_expected;           /* controls only */
} lu_mark_tried;

typedef enum lu_mark_verdict { LU_MARK_FOUND, LU_MARK_NOT_FOUND, LU_MARK_INVALID } lu_mark_verdict;

typedef struct lu_mark_report {
    lu_bundle bundle;        /* owned */
    char model[LU_NAME_MAX]; /* the suspect's name in its case, or "" */
    lu_verify_params params; /* confidence 0: not known, of a result that is older than they */
    lu_sha256 test;          /* digest of the clean samples; "" without */
    lu_mark_tried tried[LU_TRIED];
    size_t logos;
    unsigned encoder_difference; /* grey levels between the keys and those made again */
    lu_mark_verdict verdict;
    char reason[160]; /* of an invalid run, or "" */
} lu_mark_report;

/* What every network is asked. */
typedef struct lu_mark_questions {
    const lu_bundle *bundle; /* keys and covers */
    size_t logos;
    lu_shared other; /* keys made with other logos, the first of them black: (1 + logos) x n images;
                        fd -1 without */
    lu_shared test;  /* clean samples; fd -1 without */
} lu_mark_questions;

/* Asks one network, and fills all of *t but its name and as_expected, and but what other logos
   showed where there are none. */
lu_err lu_mark_try(const lu_mark_questions *q, const lu_verify_params *p, const char *cfg,
                   const char *weights, bool reference, const lu_job *job, lu_mark_tried *t);

/* What follows from the evidence: which controls are as expected, verdict and reason. */
void lu_mark_judge(lu_mark_report *r);

/* LU_ERR_CANNOT when the bundle is not committed. */
lu_err lu_mark_verify_run(const lu_mark_verify_options *o, const lu_job *job, lu_mark_report *out);
void lu_mark_report_fini(lu_mark_report *r);

/* One JSON object; ends with a newline. */
lu_err lu_mark_report_json(const lu_mark_report *r, lu_buf *out);

const char *lu_mark_verdict_name(lu_mark_verdict v); /* "marked", "not-marked", "invalid" */

#endif
