/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Embedding a blind watermark: encoder, discriminator and host trained together (Li, Hu, Zhang,
 * Guo, ACSAC 2019; the authors' main.py where it differs, spec watermark A2 to A5), an epoch a
 * call. All state is in what lu_embed_save() writes and every draw comes from a stream named by the
 * seed and the epoch, so it makes no difference where training was interrupted.
 *
 *     LU_TRY(lu_embed_new(&e, &params, &data, &nets));
 *     while (lu_embed_epochs(&params) > lu_embed_done(e)) {
 *         LU_TRY(lu_embed_epoch(e, job));
 *     }
 *     LU_TRY(lu_embed_keys(e, keys));             // as verified later: 8 bits
 *
 * Two modes. The authors' (`faithful`) shows every key twenty times as often as its cover; the host
 * then learns the covers rather than what is hidden in them (A10.1). The balanced mode, the
 * default, puts the covers of each batch of keys beside them with their true labels, and ends with
 * epochs on frozen keys: made once with running statistics, rounded to 8 bits, shown as they will
 * be verified (A10.3).
 */
#ifndef LU_CORE_WATERMARK_EMBED_H
#define LU_CORE_WATERMARK_EMBED_H

#include "core/base/job.h"
#include "core/steal/recipe.h"
#include "core/watermark/trainee.h"

enum { LU_EMBED_DROPS = 2 };

typedef struct lu_embed_params {
    bool faithful;
    size_t keys;   /* 0: the unmarked twin, the host alone with the same data and steps */
    size_t mini;   /* keys a step; 20 */
    size_t batch;  /* clean samples a step, covers included; 100 */
    size_t width;  /* of the encoder; 16 */
    size_t epochs; /* all three together */
    size_t freeze; /* then the host alone, on frozen keys */
    double mse, ssim, adv, host; /* weights of the encoder's losses: alpha, beta, gamma, delta */
    lu_optimiser optimiser;      /* the host's */
    double rate, momentum, decay;
    size_t drop[LU_EMBED_DROPS]; /* from these epochs on, 0 = unused, ... */
    double drop_factor;          /* ... the host's rate is this times smaller each time */
    double coder_rate;           /* encoder's and discriminator's Adam, b1 0.5 */
    bool plateau;                /* times 0.2 when its loss has not fallen for 5 (8) epochs */
    uint64_t seed;
} lu_embed_params;

/* The defaults: faithful as the stored runs of the authors (weights 3, 5, 1, 0.1, SGD 0.1, momentum
   0.9, decay 5e-4, drops at 40 and 80 of 100 epochs), balanced as measured (A10 run 7). */
lu_embed_params lu_embed_default(bool faithful);

/* LU_ERR_USAGE when a number is out of range. */
lu_err lu_embed_check(const lu_embed_params *p);

/* Epochs in all. */
size_t lu_embed_epochs(const lu_embed_params *p);

/* All borrowed. */
typedef struct lu_embed_data {
    const lu_samples *train; /* labelled; bytes or floats in [0,1] */
    const size_t *cover;     /* params.keys indices into train */
    const int32_t *label;    /* params.keys, of the keys */
    const float *logo;       /* H x W x C in [-1,1] */
} lu_embed_data;

/* Borrowed. encoder: (H,W,2C) -> H*W*C, image and logo, all in [-1,1]; discriminator: (H,W,C) -> 1,
   the score before the sigmoid; host: (H,W,C) in [0,1] -> classes. Without keys only the host. */
typedef struct lu_embed_nets {
    lu_trainee *encoder, *discriminator, *host;
} lu_embed_nets;

/* One epoch's figures; means over its steps. NAN where nothing was measured. */
typedef struct lu_embed_row {
    double mse, ssim;     /* L_mse, and L_ssim = 1 - SSIM, of keys against covers */
    double adv, key_loss; /* L_adv and L_host of the keys, before the encoder's step */
    double disc;          /* the discriminator's; 2 ln 2 = chance */
    double loss;          /* the host's */
    double clean;         /* clean samples answered with the true label, while training */
    double key;           /* after the epoch: 8-bit keys answered with the key label, in use */
    double raw;           /* after the epoch: covers answered with the true label */
} lu_embed_row;

enum { LU_EMBED_FIGURES = sizeof(lu_embed_row) / sizeof(double) };

typedef struct lu_embed lu_embed;

lu_err lu_embed_new(lu_embed **out, const lu_embed_params *p, const lu_embed_data *data,
                    const lu_embed_nets *nets);
void lu_embed_free(lu_embed **e);

/* Epochs done, and their figures. */
size_t lu_embed_done(const lu_embed *e);
const lu_embed_row *lu_embed_rows(const lu_embed *e);

/* One more. LU_ERR_CANNOT when training diverges. The job is told the last epoch's figures in words
   and, when somebody watches, gets glimpses whose `mark` is set (core/glimpse.h): the losses, the
   accuracies and the first keys as they form. */
lu_err lu_embed_epoch(lu_embed *e, const lu_job *job);

/* One step, only to see how long it takes: the networks are not fit for use afterwards. `joint`:
   one of all three, else of the host alone. */
lu_err lu_embed_rehearse(lu_embed *e, bool joint);

/* The whole state, and back; LU_ERR_INPUT when it is another embedding's. */
lu_err lu_embed_save(lu_embed *e, lu_buf *out);
lu_err lu_embed_load(lu_embed *e, const uint8_t *data, size_t len);

/* The keys as they are verified: keys x H x W x C bytes; the frozen ones once there are. */
lu_err lu_embed_keys(lu_embed *e, uint8_t *out);

/* Hides `logo` in n images in [0,1], rounded to 8 bits: value v in [-1,1] becomes the byte nearest
   to 255 (v+1)/2. `training`: by the statistics of each batch instead of the running ones, as the
   authors show keys to the host (A10.3). */
lu_err lu_encode(lu_trainee *encoder, const float *x, size_t n, const float *logo, bool training,
                 uint8_t *out);

#endif
