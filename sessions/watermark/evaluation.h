/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the evaluation: what its experiments share. */
#ifndef LU_SESSIONS_WATERMARK_EVALUATION_H
#define LU_SESSIONS_WATERMARK_EVALUATION_H

#include "sessions/watermark/answers.h"
#include "sessions/watermark/evaluate.h"

typedef struct lu_evaluating {
    const lu_eval_options *o;
    const lu_job *job;
    lu_shared train, test;
    lu_buf encoder;
    lu_answering host;
    char cfg[LU_BUNDLE_PATH]; /* the host's */
} lu_evaluating;

/* Keys of images by the bundle's encoder and logo, shaped and labelled like `images`. */
lu_err lu_eval_encode(const lu_evaluating *v, const lu_bundle *b, const lu_shared *images,
                      bool training, lu_shared *out);

/* `n` training samples that are no covers, drawn from (seed, purpose), as bytes. */
lu_err lu_eval_draw(const lu_evaluating *v, const lu_bundle *b, size_t n, const char *purpose,
                    lu_shared *out);

/* Trains by a recipe on samples first..first+n-1 and writes NAME in the output folder. `parent` is
   a .weights file or NULL. */
lu_err lu_eval_train(const lu_evaluating *v, const lu_buf *cfg, const char *parent,
                     const lu_recipe *r, const lu_shared *x, size_t first, size_t n,
                     const char *name);

/* The experiments. */
lu_err lu_eval_detectors(const lu_evaluating *v, lu_evaluation *e);
lu_err lu_eval_transplant(const lu_evaluating *v, lu_evaluation *e);
lu_err lu_eval_transfer(const lu_evaluating *v, lu_evaluation *e);
lu_err lu_eval_attacks(const lu_evaluating *v, lu_evaluation *e);
lu_err lu_eval_gap(const lu_evaluating *v, lu_evaluation *e);

/* Tables and figures into the output folder. */
lu_err lu_eval_write(const lu_evaluating *v, const lu_evaluation *e);

#endif
