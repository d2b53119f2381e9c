/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of training share: one training under way. */
#ifndef LU_NETS_ENGINE_TRAIN_H
#define LU_NETS_ENGINE_TRAIN_H

#include "nets/engine/descent.h"

typedef struct lu_trainer {
    const lu_training *what;
    const lu_recipe *recipe;
    lu_descent descent;
    lu_plan *plan;   /* of the descent */
    lu_model *model; /* the plan, for methods that see only models; owned */
    lu_weights mask; /* 0 where pruned, else 1; empty without pruning */
    lu_rng *rng;
    size_t first; /* section from which parameters are trained */
    size_t last;  /* the logits' section */
    size_t n;     /* what is drawn from: the samples, and behind them their adversarial examples */
    size_t *order;
    float *hard;           /* what->samples->n adversarial examples, or NULL */
    float *images, *plain; /* one batch; one image before augmentation */
    int32_t *labels;       /* of the batch */
    float *logits, *seed;  /* batch x classes */
    double *p, *y;         /* one image's probabilities, what they ought to be */
    lu_plan *parent;       /* what to keep away from, or NULL */
    int away_layer;
    float *here, *there; /* batch x neurons of that layer, own and parent's */
    size_t steps, whole; /* begun so far; in all */
    double loss;         /* sums over the epoch */
    size_t right;
} lu_trainer;

/* --- train_start.c --- */

/* The weights training starts from: the parent's, and fresh ones where the recipe or the shape asks
 * for it. */
lu_err lu_start_weights(const lu_training *t, lu_rng *rng, lu_weights *w);

/* The last section that has weights. */
size_t lu_last_with_weights(const lu_net *net);

/* --- train_prune.c --- */

/* Sets the share of smallest weights of each tensor to 0, and the mask that keeps them there. */
lu_err lu_trainer_prune(lu_trainer *t, double share);

/* Before each step of gradual pruning. */
lu_err lu_trainer_prune_on(lu_trainer *t);

void lu_trainer_mask(lu_trainer *t);

/* --- train_adapt.c --- */

lu_err lu_adapt_start(lu_trainer *t, const lu_job *job);

/* Makes half of the batch adversarial, if the recipe asks for that. */
lu_err lu_adapt_images(lu_trainer *t);

/* Adds the gradient of -away * distance to grad, and the term to the loss. After the gradient of
 * the logits. */
void lu_adapt_gradient(lu_trainer *t);

void lu_adapt_end(lu_trainer *t);

/* --- reshape.c --- */

/* Carries out what changes weights without training. */
lu_err lu_reshape(const lu_net *net, const lu_recipe *r, lu_weights *w);

#endif
