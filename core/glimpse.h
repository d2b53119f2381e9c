/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A glimpse of a generation or an embedding at work, for whoever watches: images as they are being
 * changed beside those they started from, and a few numbers. A loop gives one when the job says it
 * is due; that only reads, so what is made is the same with and without anybody watching.
 *
 *     if (lu_job_due(job)) {
 *         lu_job_look(job, &(lu_glimpse){.step = t, .steps = n, .loss = loss, .image = x, ...});
 *     }
 *
 * Pointers are borrowed until lu_job_look() returns; lu_glimpse_keep() copies.
 */
#ifndef LU_CORE_GLIMPSE_H
#define LU_CORE_GLIMPSE_H

#include "core/sample.h"

enum {
    LU_GLIMPSE_VALUES =
        1 << 16,              /* of an image at most, as 147 x 147 x 3; larger ones stay unseen */
    LU_GLIMPSE_NEURONS = 512, /* told of at once at most */
    LU_GLIMPSE_KEYS = 8,      /* pictured at once at most */
    LU_GLIMPSE_METHOD = 16
};

/* How far one neuron was driven. */
typedef struct lu_neuron_reach {
    uint32_t neuron; /* its number in the layer */
    double highest;  /* activation, of all its pairs so far */
    double goal;     /* k: what it is driven to */
} lu_neuron_reach;

/* One key sample as it is now. */
typedef struct lu_glimpse_key {
    uint64_t cover;   /* number of its cover among the training samples */
    int32_t expected; /* the key label */
    int32_t answer;   /* what the host, as in use, says of the key in 8 bits */
} lu_glimpse_key;

/* A watermark being embedded (core/watermark/embed.h). Losses and `clean` are means since the last
   glimpse of the epoch; NAN = not measured, or not trained on just now. */
typedef struct lu_glimpse_mark {
    bool twin;                   /* the host without keys: nothing of keys is known */
    bool frozen;                 /* the keys are made, the host alone is trained */
    size_t epoch, epochs;        /* the one at work, from 0; epoch < epochs */
    double mse, ssim, adv, host; /* the encoder's four losses, not weighted; ssim is 1 - SSIM */
    double disc, loss;           /* the discriminator's, the host's own */
    double clean;                /* share of clean samples answered right, while training */
    double key, raw;             /* after the last epoch: share of 8-bit keys answered with the key
                                    label, of covers with the true one */
    size_t keys;                 /* pictured; 0 = none */
    lu_glimpse_key key_of[LU_GLIMPSE_KEYS];
} lu_glimpse_mark;

typedef struct lu_glimpse {
    char method[LU_GLIMPSE_METHOD]; /* "pgd", "neuron"; "embed" */
    size_t step, steps;             /* of the image shown; step <= steps. steps 0: the last glimpse
                                       of its part of the work, counts only */
    size_t seed;                    /* position of its seed in the seed list */
    double loss;  /* mean over the moving batch. FGSM, PGD: cross-entropy, climbs; CW: Carlini and
                     Wagner's, jumps with c; white box: 1 - activation/k, falls. NAN = unknown */
    size_t tried; /* black box: seeds done with; white box: pairs of neuron and seed */
    size_t kept;  /* of these, how many gave a test */
    size_t total; /* how many there are to try */
    size_t shard, shards; /* which part of the work this is of; shard < shards once a pool told */
    lu_shape shape;
    const float *image, *start; /* as it is now, the seed; NULL = none to show (both or neither) */
    int layer;                  /* white box; -1 = black box, and the rest says nothing */
    uint32_t neuron;            /* whose activation the image shown drives */
    double activation, goal;    /* of that image now; k. NAN = unknown */
    size_t width;               /* neurons of the layer */
    const lu_neuron_reach *reach; /* those with news since the last glimpse */
    size_t reaches;               /* <= LU_GLIMPSE_NEURONS */
    /* An embedding's, else NULL. Then `image` holds the pictured keys one below the other (rows
       k*H .. k*H+H-1 are key_of[k]; shape.h is keys x H), `start` their covers likewise, both in
       [0,1]; step counts all training steps, loss is the encoder's (the host's when it learns
       alone), and of `tried` keys the host answered `kept` right after the last epoch. */
    const lu_glimpse_mark *mark;
} lu_glimpse;

/* Room for what a glimpse points to. */
typedef struct lu_glimpse_room {
    float image[LU_GLIMPSE_VALUES], start[LU_GLIMPSE_VALUES];
    lu_neuron_reach reach[LU_GLIMPSE_NEURONS];
    lu_glimpse_mark mark;
} lu_glimpse_room;

/* The images in use: 0 when there are none or they are too large to be shown. */
size_t lu_glimpse_values(const lu_glimpse *g);

/* Copies what `g` points to into `room` and lets g point there. */
void lu_glimpse_keep(lu_glimpse *g, lu_glimpse_room *room);

#endif
