/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning while training: the mask (core/steal/prune.h). */
#include "nets/engine/train.h"

void lu_trainer_mask(lu_trainer *t)
{
    for (size_t i = 0; i < t->mask.count; i++) {
        t->plan->weights.block[i] *= t->mask.block[i];
    }
}

static lu_err mask_section(const lu_section *s, const float *w, double share, float *mask)
{
    size_t tensor[2], tensors = lu_section_tensors(s, tensor);

    for (size_t k = 0; k < tensors; k++) {
        LU_TRY(lu_prune_mask(w, tensor[k], share, mask));
        w += tensor[k];
        mask += tensor[k];
    }
    return LU_OK;
}

lu_err lu_trainer_prune(lu_trainer *t, double share)
{
    const lu_net *net = &t->plan->net;

    if (t->mask.block == NULL) {
        LU_TRY(lu_weights_alloc(net, &t->mask));
        for (size_t i = 0; i < t->mask.count; i++) {
            t->mask.block[i] = 1;
        }
    }
    for (size_t i = 0; i < net->n; i++) {
        LU_TRY(mask_section(&net->section[i], t->plan->weights.param[i].weights, share,
                            t->mask.param[i].weights));
    }
    lu_trainer_mask(t);
    lu_plan_repack(t->plan);
    return LU_OK;
}

lu_err lu_trainer_prune_on(lu_trainer *t)
{
    size_t done = t->steps - 1;

    if (!t->recipe->gradual || done % LU_PRUNE_EVERY != 0) {
        return LU_OK;
    }
    return lu_trainer_prune(t, lu_prune_schedule(t->recipe->prune, done, t->whole));
}
