/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels from a network in an engine of its own: all that verifying a mark needs. */
#ifndef LU_SESSIONS_WATERMARK_ANSWERS_H
#define LU_SESSIONS_WATERMARK_ANSWERS_H

#include "nets/nets.h"

typedef struct lu_answering {
    lu_model_files files; /* owned */
    lu_model_info info;
    lu_engine *engine;
    lu_sha256 cfg_sha256, sha256; /* of the .cfg and the .weights file */
} lu_answering;

/* `name` is borrowed. */
lu_err lu_answering_open(const char *cfg, const char *weights, bool reference, lu_answering *out);
void lu_answering_close(lu_answering *a);

/* Neurons of a layer, or LU_LAYER_LOGITS: n x width, owned by the caller. */
lu_err lu_answering_layer(lu_answering *a, const lu_shared *x, int layer, const lu_job *job,
                          float **out);

/* The label of every sample; n, owned by the caller. */
lu_err lu_answering_labels(lu_answering *a, const lu_shared *x, const lu_job *job, int32_t **out);

/* How many of the samples it answers with their own label. */
lu_err lu_answering_right(lu_answering *a, const lu_shared *x, const lu_job *job, size_t *right);

#endif
