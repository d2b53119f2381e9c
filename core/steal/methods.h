/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows behind lu_methods[], one file a family; inside core/steal/ only. */
#ifndef LU_CORE_STEAL_METHODS_H
#define LU_CORE_STEAL_METHODS_H

#include "core/steal/recipe.h"

extern const lu_method lu_method_train, lu_method_finetune_last, lu_method_finetune_all,
    lu_method_retrain, lu_method_prune, lu_method_jba, lu_method_knockoff, lu_method_es,
    lu_method_distil, lu_method_adapt_black, lu_method_adapt_white, lu_method_adversarial,
    lu_method_transfer, lu_method_quantise, lu_method_noise, lu_method_shuffle, lu_method_rescale;

/* The authors' augmentation of what is tuned: rotation 10 degrees, shifts 0.1 (tune.py). */
void lu_recipe_augment(lu_recipe *r);

#endif
