/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Seed selection: which clean samples the tests start from (spec deepjudge 2; authors'
 * seed_selection.py). Of the samples the victim answers correctly, ordered by certainty CS = sum_j
 * p_j^2 (DeepGini's complement) in double precision, ties broken by sample index.
 */
#ifndef LU_CORE_SIMILARITY_SEEDS_H
#define LU_CORE_SIMILARITY_SEEDS_H

#include "core/model.h"

/* name on the command line, what it does */
#define LU_SEED_STRATEGY_TABLE(X)                                                                  \
    X(HIGH, "high", "most certain first (the authors' default)")                                   \
    X(LOW, "low", "least certain first")                                                           \
    X(RANDOM, "random", "a seeded shuffle of the correct ones")                                    \
    X(BALANCED, "balanced", "most certain first, the same number of each class as far as there are")

typedef enum lu_seed_strategy {
#define LU_SEED_ENUM(name, text, help) LU_SEEDS_##name,
    LU_SEED_STRATEGY_TABLE(LU_SEED_ENUM)
#undef LU_SEED_ENUM
        LU_SEEDS_COUNT
} lu_seed_strategy;

typedef struct lu_seeds {
    size_t n;
    size_t considered; /* samples looked at */
    size_t correct;    /* of these, answered correctly by the victim */
    size_t *index;     /* n, position in the sample set, in the order of selection; owned */
    double *certainty; /* n, CS in (0,1]; owned */
} lu_seeds;

/*
 * Selects up to `count` seeds. logits is n x classes (the victim's, on the n labelled samples).
 * With fewer correct samples than `count` all of them are taken. LU_ERR_INPUT when none is correct
 * or labels are missing. "balanced" goes round the classes 0..classes-1, each time taking the
 * class's most certain one that is left; the result keeps that order. "random" shuffles the correct
 * ones with (seed, "seeds", 0).
 */
lu_err lu_seeds_select(const float *logits, lu_head head, const lu_samples *samples,
                       lu_seed_strategy strategy, size_t count, uint64_t seed, lu_seeds *out);

void lu_seeds_fini(lu_seeds *s);

const char *lu_seed_strategy_name(lu_seed_strategy strategy);
bool lu_seed_strategy_parse(const char *name, lu_seed_strategy *out);

#endif
