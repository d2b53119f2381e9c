/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The generators behind lu_adversarial_methods[] and the gradient seed of the cross-entropy; inside
 * core/similarity/ only. Arguments were checked by lu_blackbox_generate().
 */
#ifndef LU_CORE_SIMILARITY_ATTACKS_H
#define LU_CORE_SIMILARITY_ATTACKS_H

#include "core/similarity/blackbox.h"

lu_err lu_attack_fgsm(lu_model *victim, const lu_blackbox_params *p, const lu_attack_batch *b,
                      const lu_job *job);
lu_err lu_attack_pgd(lu_model *victim, const lu_blackbox_params *p, const lu_attack_batch *b,
                     const lu_job *job);
lu_err lu_attack_cw(lu_model *victim, const lu_blackbox_params *p, const lu_attack_batch *b,
                    const lu_job *job);

/* seed[j] = dCE/dz_j of one image, divided by the largest magnitude among them: in [-1,1], and
   nonzero however sure the network is (spec 3.6). classes >= 2. */
void lu_cross_entropy_seed(lu_head head, const float *logits, size_t classes, int32_t label,
                           float *seed);

#endif
