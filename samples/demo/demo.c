/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samples/demo/demo.h"

/*
 * Four blocks of the training samples: the victim's (also Neg-1's, spec deepjudge 6.1), the other
 * half (Neg-2's, and what the victim's copies are tuned on), the disguised copy's, the independent
 * suspect's.
 */
enum {
    BLOCK = 6000,
    VICTIMS = 0,
    OTHERS = BLOCK,
    DISGUISE = 2 * BLOCK,
    INDEPENDENT = 3 * BLOCK,
    TUNE = 3000,
    EPOCHS = 8,
    TUNE_EPOCHS = 5
};

const char lu_demo_pool[] = "synth:digits:24000";
const char lu_demo_train[] = "synth:digits:6000";
const char lu_demo_test[] = "synth:digits:2000";

#define NEG1(i)                                                                                    \
    {                                                                                              \
        "negative", "neg1-" #i, "trained on the victim's samples from another start",              \
            LU_RECIPE_TRAIN, 0, false, VICTIMS, BLOCK, EPOCHS                                      \
    }
#define NEG2(i)                                                                                    \
    {                                                                                              \
        "negative", "neg2-" #i, "trained on other samples", LU_RECIPE_TRAIN, 0, false, OTHERS,     \
            BLOCK, EPOCHS                                                                          \
    }

const lu_demo_model lu_demo_models[] = {
    {"victim", "victim", "the owner's network", LU_RECIPE_TRAIN, 0, false, VICTIMS, BLOCK, EPOCHS},
    NEG1(1),
    NEG1(2),
    NEG1(3),
    NEG1(4),
    NEG1(5),
    NEG1(6),
    NEG2(1),
    NEG2(2),
    NEG2(3),
    NEG2(4),
    NEG2(5),
    NEG2(6),
    {"suspect", "suspect-b", "", LU_RECIPE_TRAIN, 0, false, INDEPENDENT, BLOCK, EPOCHS},
    {"suspect", "suspect-a", "", LU_RECIPE_PRUNE, 0.3, true, DISGUISE, TUNE, TUNE_EPOCHS},
    {"positive", "ft-ll", "the victim, its last layer fine-tuned", LU_RECIPE_FT_LL, 0, true, OTHERS,
     TUNE, TUNE_EPOCHS},
    {"positive", "ft-al", "the victim, all layers fine-tuned", LU_RECIPE_FT_AL, 0, true, OTHERS,
     TUNE, TUNE_EPOCHS},
    {"positive", "rt-al", "the victim, last layer redrawn, all layers trained", LU_RECIPE_RT_AL, 0,
     true, OTHERS, TUNE, TUNE_EPOCHS},
    {"positive", "p-20", "the victim, 20 % of the weights pruned, fine-tuned", LU_RECIPE_PRUNE, 0.2,
     true, OTHERS, TUNE, TUNE_EPOCHS},
    {"positive", "p-60", "the victim, 60 % of the weights pruned, fine-tuned", LU_RECIPE_PRUNE, 0.6,
     true, OTHERS, TUNE, TUNE_EPOCHS},
};
const size_t lu_demo_count = sizeof lu_demo_models / sizeof *lu_demo_models;

lu_recipe lu_demo_recipe(size_t i, uint64_t seed)
{
    const lu_demo_model *m = &lu_demo_models[i];
    lu_recipe r = lu_recipe_of(m->kind, m->prune, seed * 1000 + i);

    r.epochs = m->epochs;
    return r;
}
