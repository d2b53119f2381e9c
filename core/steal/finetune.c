/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training from nothing, and training a network on (spec deepjudge 6.1, 6.2; authors' tune.py). */
#include "core/steal/methods.h"

void lu_recipe_augment(lu_recipe *r)
{
    r->rotate = 10;
    r->shift = 0.1;
}

static void preset_train(lu_recipe *r)
{
    (void)r;
}

static void preset_last(lu_recipe *r)
{
    lu_recipe_augment(r);
    r->last_only = true;
}

static void preset_retrain(lu_recipe *r)
{
    lu_recipe_augment(r);
    r->fresh_last = true;
}

const lu_method lu_method_train = {
    "train", "train",     "none", LU_NEEDS_NOTHING, true, "train a network from nothing",
    "",      preset_train};

const lu_method lu_method_finetune_last = {
    "ft-ll", "FT-LL",    "fine-tuning", LU_NEEDS_WEIGHTS, true, "train the last connected layer on",
    "",      preset_last};

const lu_method lu_method_finetune_all = {
    "ft-al", "FT-AL",          "fine-tuning", LU_NEEDS_WEIGHTS, true, "train all layers on",
    "",      lu_recipe_augment};

const lu_method lu_method_retrain = {"rt-al",
                                     "RT-AL",
                                     "fine-tuning",
                                     LU_NEEDS_WEIGHTS,
                                     true,
                                     "draw the last connected layer anew, train all layers",
                                     "",
                                     preset_retrain};
