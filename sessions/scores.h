/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of a network to the tests, and the scores of two networks' answers. Shared by the scores
   stage and by `lineup score`. */
#ifndef LU_SESSIONS_SCORES_H
#define LU_SESSIONS_SCORES_H

#include "sessions/testfile.h"

/* What is asked of every network: the tests as sealed images, ready for any number of engines. */
typedef struct lu_questions {
    const lu_blackbox *blackbox;     /* borrowed; NULL = none */
    const lu_whitebox_set *whitebox; /* borrowed; NULL = none */
    const lu_shared *clean;          /* borrowed; test samples, NULL = none */
    lu_shared black_images;
    lu_shared white_images[LU_LAYERS_MAX];
} lu_questions;

lu_err lu_questions_init(lu_questions *q, const lu_blackbox *blackbox,
                         const lu_whitebox_set *whitebox, const lu_shared *clean);
void lu_questions_fini(lu_questions *q);

/* One network's answers; NULL where it was not asked or could not answer. */
typedef struct lu_answers {
    const lu_model_info *info; /* borrowed */
    float *black;              /* tests x classes */
    float *white[LU_LAYERS_MAX];
    float *clean; /* test samples x classes */
    lu_err err;   /* why it could not, with the two strings joined in `finding` */
    char finding[LU_TEXT_MAX];
} lu_answers;

void lu_answers_fini(lu_answers *a);

/* One network to ask. */
typedef struct lu_asked {
    const lu_model_files *files;
    const lu_model_info *info;   /* known from its intake */
    const lu_model_info *victim; /* layers that differ from this one's are not asked for */
    lu_answers answers;
    /* Told when this network has answered everything (or failed). May be NULL. */
    lu_err (*finished)(struct lu_asked *asked);
    void *context;
    size_t index; /* the caller's */
} lu_asked;

/* Asks n networks over at most `jobs` engines. A network that fails has its reason in its answers;
   only LU_ERR_CANCELLED and failures of ours end the whole. */
lu_err lu_ask(const lu_questions *q, lu_asked *asked, size_t n, size_t jobs, const lu_job *job,
              const char *what);

/* Scores and the stated reason for what is not measured. */
void lu_score(const lu_questions *q, const lu_answers *victim, const lu_answers *suspect,
              lu_scores *out);

#endif
