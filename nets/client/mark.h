/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The blind watermark through an engine. An embedding is asked for an epoch at a time: the engine
 * keeps nothing between two, so its state can lie in a file, and whoever is killed goes on from
 * there.
 *
 *     while (done < lu_embed_epochs(params)) {
 *         LU_TRY(lu_engine_embed(e, &ask, &state, job, &done, &row));   // state becomes the next
 *         ... save state ...
 *     }
 *     LU_TRY(lu_engine_embedded(e, &ask, &state, &made));
 */
#ifndef LU_NETS_CLIENT_MARK_H
#define LU_NETS_CLIENT_MARK_H

#include "nets/client/client.h"

/* All borrowed. */
typedef struct lu_embed_ask {
    const lu_buf *cfg; /* the host's .cfg */
    int parent;        /* open .weights file to start the host from, or -1 */
    const lu_embed_params *params;
    const lu_shared *train; /* conforms to the host's input, labelled */
    const size_t *cover;    /* params->keys */
    const int32_t *label;   /* params->keys */
    const float *logo;      /* the shape of a sample, [-1,1] */
} lu_embed_ask;

/* One epoch from `state` (empty: from the beginning), which becomes the next; *done epochs then.
   A job with look() is given glimpses of it, ten a second at most. */
lu_err lu_engine_embed(lu_engine *e, const lu_embed_ask *ask, lu_buf *state, const lu_job *job,
                       size_t *done, lu_embed_row *row);

/* What it will cost, measured on this machine as busy as it is: a few steps of each kind, timed. */
typedef struct lu_embed_cost {
    size_t joint, frozen;                 /* steps in all */
    double joint_seconds, frozen_seconds; /* one step */
} lu_embed_cost;

lu_err lu_engine_embed_cost(lu_engine *e, const lu_embed_ask *ask, lu_embed_cost *out);

typedef struct lu_embedded {
    lu_buf keys;                         /* keys x H x W x C bytes; empty without keys */
    lu_buf host, encoder, discriminator; /* .weights files */
    size_t epochs;
    lu_embed_row *row; /* epochs; owned */
} lu_embedded;

/* What came of it. */
lu_err lu_engine_embedded(lu_engine *e, const lu_embed_ask *ask, const lu_buf *state,
                          lu_embedded *out);
void lu_embedded_fini(lu_embedded *m);

/* Hides a logo in images by an encoder of this width (lu_encode): n x H x W x C bytes, owned by the
   caller. */
lu_err lu_engine_encode(lu_engine *e, const lu_buf *encoder, size_t width, const lu_shared *images,
                        const float *logo, bool training, uint8_t **out);

/* The weights of a convolution of the engine's model as they are in its file: filters x taps, owned
   by the caller. LU_ERR_CANNOT when the layer is none. */
lu_err lu_engine_kernel(lu_engine *e, size_t layer, size_t *filters, size_t *taps, float **out);

/* --- both sides --- */

/* What LU_MSG_EMBED is to do. */
typedef enum lu_embed_what {
    LU_EMBED_EPOCH,
    LU_EMBED_RESULT,
    LU_EMBED_COST,
    LU_EMBED_WHATS
} lu_embed_what;

void lu_put_embed_params(lu_frame *f, const lu_embed_params *p);
void lu_get_embed_params(lu_frame *f, lu_embed_params *p);

#endif
