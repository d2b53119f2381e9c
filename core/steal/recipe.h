/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes: how a network of known origin is made. A victim or a negative is trained from nothing; a
 * positive comes from the victim's weights or from its answers (spec deepjudge 6; paper V-A3, VI;
 * authors' tune.py and extraction.py). A recipe is plain data: a method's presets, changed where
 * somebody asked for it. What trains is carried out by the engine; a method that only asks the
 * victim (needs: answers) by sessions/, with the functions of extract.h.
 *
 *     lu_recipe r = lu_recipe_of(LU_RECIPE_FT_AL, 0, seed);
 *     LU_TRY(lu_recipe_set(&r, "epochs=5"));
 *     LU_TRY(lu_recipe_check(&r));
 *
 * A method is a row of lu_methods[], a number of a recipe a row of lu_recipe_fields[]: the latter
 * drives --set, plans, FILE.json and what travels to the engine.
 */
#ifndef LU_CORE_STEAL_RECIPE_H
#define LU_CORE_STEAL_RECIPE_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LU_RECIPE_DROPS = 4 };

typedef enum lu_optimiser { LU_ADAM, LU_SGD } lu_optimiser;

/* What adversarial examples are made of while training. */
typedef enum lu_harden {
    LU_HARDEN_NONE,
    LU_HARDEN_PARENT, /* once, of every sample, against the weights training starts from; added */
    LU_HARDEN_SELF    /* of half of every batch, against the network as it is; in their place */
} lu_harden;

typedef enum lu_recipe_kind {
    LU_RECIPE_TRAIN,
    LU_RECIPE_FT_LL,
    LU_RECIPE_FT_AL,
    LU_RECIPE_RT_AL,
    LU_RECIPE_PRUNE,
    LU_RECIPE_JBA,
    LU_RECIPE_KNOCKOFF,
    LU_RECIPE_ES,
    LU_RECIPE_DISTIL,
    LU_RECIPE_ADAPT_BLACK,
    LU_RECIPE_ADAPT_WHITE,
    LU_RECIPE_ADVERSARIAL,
    LU_RECIPE_TRANSFER,
    LU_RECIPE_QUANTISE,
    LU_RECIPE_NOISE,
    LU_RECIPE_SHUFFLE,
    LU_RECIPE_RESCALE,
    LU_RECIPE_KINDS
} lu_recipe_kind;

typedef struct lu_recipe {
    lu_recipe_kind kind;
    bool from_parent; /* start from given weights; else fresh ones drawn from `seed` */
    bool fresh_last;  /* draw the last connected layer anew (RT-AL) */
    bool last_only;   /* train only the last connected layer (FT-LL) */
    double prune;     /* share of smallest |w| of each weight tensor set to 0 and kept 0 */
    bool gradual;     /* ... reached step by step while training, not at once before it */
    lu_optimiser optimiser;
    double learning_rate;
    double momentum; /* SGD; 0.9 */
    double decay;    /* L2: gradient += decay * w, weights only */
    size_t epochs;   /* extraction: of each round; 0 = weights are changed without training */
    size_t batch;
    size_t drop_epoch[LU_RECIPE_DROPS];  /* from this epoch (0-based) on, 0 = unused ... */
    double drop_factor[LU_RECIPE_DROPS]; /* ... the rate is learning_rate times this */
    double shift;  /* augmentation: up to this share of width and height, nearest fill */
    double rotate; /* degrees, either way, bilinear */
    bool flip;     /* left-right, half of the time */
    lu_harden harden;
    double ep;          /* adversarial examples: PGD's radius, pixel units */
    size_t iterations;  /* ... its steps */
    double away;        /* loss -= away * distance of a layer's outputs from the parent's */
    double away_layer;  /* ... that layer; -1 = the one white-box tests are made for */
    double temperature; /* of the answers taught and of the pupil's own while it learns them */
    size_t rounds;      /* extraction: query, train, choose new queries */
    size_t queries;     /* JBA: seeds; ES: images a round; else: samples used, 0 = all */
    double step;        /* JBA: lambda; ES: rate; pixel units */
    size_t period;      /* JBA: rounds after which lambda changes its sign (tau) */
    size_t ascents;     /* ES: steps on an image */
    bool as_coded;      /* JBA: the authors' gradient instead of Papernot's */
    size_t classes;     /* samples with labels below this are used, and the last layer has as many;
                           0 = all, as it is */
    size_t bits;        /* quantise: of a weight */
    double noise;       /* noise: deviation, in deviations of the tensor */
    bool shuffle;       /* permute channels and units where that changes no answer */
    double scale;       /* multiply channels by up to this (or divide), likewise; 1 = not */
    uint64_t seed;
} lu_recipe;

/* What a method takes from its victim. */
typedef enum lu_needs { LU_NEEDS_NOTHING, LU_NEEDS_WEIGHTS, LU_NEEDS_ANSWERS } lu_needs;

typedef struct lu_method {
    const char *name;   /* "ft-ll": commands, plans, FILE.json */
    const char *label;  /* "FT-LL": tables, as the paper calls it */
    const char *family; /* attack class, for tables: "fine-tuning", "extraction"... */
    lu_needs needs;
    bool samples; /* it is given samples to train on */
    const char *help;
    const char *ours; /* where the paper's settings are not known: what is ours; "" = nothing */
    void (*preset)(lu_recipe *r);
} lu_method;

extern const lu_method *const lu_methods[LU_RECIPE_KINDS];

/* By name. */
bool lu_method_parse(const char *name, lu_recipe_kind *out);

/* The method's presets: Adam 1e-3, batch 64, 10 epochs; what starts from weights with rotation +-10
   degrees and shifts +-0.1 (authors' tune.py), training without augmentation. `prune` is used by
   LU_RECIPE_PRUNE. */
lu_recipe lu_recipe_of(lu_recipe_kind kind, double prune, uint64_t seed);

/* "train", "FT-LL", "FT-AL", "RT-AL", "P"...; "unknown". */
const char *lu_recipe_name(lu_recipe_kind kind);

/* LU_ERR_USAGE when a number is out of range. */
lu_err lu_recipe_check(const lu_recipe *r);

/* --- the numbers by name --- */

typedef enum lu_field_type {
    LU_FIELD_SWITCH,
    LU_FIELD_WHOLE,
    LU_FIELD_NUMBER,
    LU_FIELD_CHOICE
} lu_field_type;

typedef struct lu_recipe_field {
    const char *key;
    lu_field_type type;
    size_t offset;     /* into lu_recipe */
    double low, high;  /* both allowed */
    const char *words; /* of a choice, '|' between; else NULL */
    const char *help;
} lu_recipe_field;

/* All but kind, drops and seed. */
extern const lu_recipe_field lu_recipe_fields[];
extern const size_t lu_recipe_field_count;

/* Any field as a number: a switch is 0 or 1, a choice the position of its word. `v` must be in
 * range. */
double lu_recipe_get(const lu_recipe *r, const lu_recipe_field *f);
void lu_recipe_put(lu_recipe *r, const lu_recipe_field *f, double v);

/* In range, and whole where it has to be? */
bool lu_recipe_field_takes(const lu_recipe_field *f, double v);

/* "epochs=5", "optimiser=sgd". LU_ERR_USAGE says what is allowed. */
lu_err lu_recipe_set(lu_recipe *r, const char *assignment);

#endif
