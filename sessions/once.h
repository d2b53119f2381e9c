/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work without a case: score a pair of models on given tests, predict. */
#ifndef LU_SESSIONS_ONCE_H
#define LU_SESSIONS_ONCE_H

#include "nets/nets.h"

typedef struct lu_score_options {
    const char *victim_cfg, *victim_weights;
    const char *suspect_cfg, *suspect_weights;
    const char *tests; /* npz by the contract */
    bool has_layer;    /* only this white-box layer of the file */
    int layer;
    const char *nnod; /* npz file to write the NNOD matrices to (spec deepjudge 1.8), or NULL */
    size_t jobs;
    bool reference;
} lu_score_options;

/* LU_ERR_CANNOT when the asked layer is not in the file, or not in a model. */
lu_err lu_score_once(const lu_score_options *o, const lu_job *job, lu_scores *out);

/* Contract "lineup score --json"; ends with a newline. */
lu_err lu_scores_json(const lu_scores *s, lu_buf *out);

typedef struct lu_predict_options {
    const char *cfg, *weights, *in, *out;
    size_t layers; /* of layer[] */
    int layer[64];
    bool reference;
} lu_predict_options;

/* Writes out atomically. */
lu_err lu_predict_once(const lu_predict_options *o, const lu_job *job, size_t *images);

#endif
