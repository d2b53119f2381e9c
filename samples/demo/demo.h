/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demo case's recipe: which models are made, from what. */
#ifndef LU_SAMPLES_DEMO_DEMO_H
#define LU_SAMPLES_DEMO_DEMO_H

#include "core/core.h"

/* One model of the demo. Samples are first..first+n-1 of the training part of the demo's set. */
typedef struct lu_demo_model {
    const char *role, *name;
    const char *origin; /* in plain words */
    lu_recipe_kind kind;
    double prune;
    bool of_victim; /* starts from the victim's weights */
    size_t first, n, epochs;
} lu_demo_model;

extern const lu_demo_model lu_demo_models[];
extern const size_t lu_demo_count;

/* SPECs of the sets, and the network. */
extern const char lu_demo_pool[];  /* what all models are trained from */
extern const char lu_demo_train[]; /* the case's training set: the victim's */
extern const char lu_demo_test[];
extern const char lu_cfg_lenet5[]; /* samples/cfg/lenet5.cfg */

/* The recipe of model i under the demo's seed. */
lu_recipe lu_demo_recipe(size_t i, uint64_t seed);

#endif
