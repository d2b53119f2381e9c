/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the embedding: what its files share. */
#ifndef LU_CORE_WATERMARK_EMBEDDING_H
#define LU_CORE_WATERMARK_EMBEDDING_H

#include "core/base/rng.h"
#include "core/glimpse.h"
#include "core/watermark/embed.h"
#include "core/watermark/losses.h"

/* Watches a loss: the rate falls when it has not. */
typedef struct lu_plateau {
    double best;
    double stale; /* epochs since */
    double rate;
} lu_plateau;

struct lu_embed {
    lu_embed_params p;
    lu_embed_data data;
    lu_embed_nets net;
    lu_shape shape;
    size_t size, classes; /* floats of an image */
    size_t steps;         /* in an epoch */
    size_t done;          /* epochs */
    lu_embed_row *row;    /* one an epoch; owned */
    lu_plateau encoder, discriminator;
    uint8_t *frozen; /* keys x size; owned; valid once `done` reaches p.epochs */
    size_t *order;   /* of the training samples; owned */
    /* Buffers of one step, owned. */
    float *covers;  /* mini x size, [-1,1] */
    float *joined;  /* mini x size x 2: covers and logo, pixel by pixel */
    float *keys;    /* mini x size, [-1,1] */
    float *grad;    /* mini x size: dL/dkeys */
    float *part;    /* mini x size: one loss's share */
    float *host_x;  /* (batch + mini) x size, [0,1] */
    float *answer;  /* (batch + mini) x the largest answer but the encoder's */
    float *seed;    /* likewise */
    int32_t *label; /* batch + mini */
    lu_ssim *ssim;
    /* For whoever watches. */
    float *shown;      /* LU_GLIMPSE_KEYS covers, then as many keys; [0,1]; owned, made on demand */
    lu_embed_row told; /* the sums when a glimpse was given last in this epoch, ... */
    size_t told_at;    /* ... after so many steps */
};

/* Step i of epoch e->done; adds to the sums in `row`. */
lu_err lu_embed_joint_step(lu_embed *e, size_t i, lu_embed_row *row);
lu_err lu_embed_frozen_step(lu_embed *e, size_t i, lu_embed_row *row);

/* A glimpse after i steps of the epoch with these sums, when one is due. */
lu_err lu_embed_watch(lu_embed *e, size_t i, const lu_embed_row *sums, const lu_job *job);

/* [0,1] <-> [-1,1] */
static inline float lu_signed_of(float v)
{
    return 2 * v - 1;
}

static inline float lu_unit_of(float v)
{
    return (v + 1) / 2;
}

#endif
