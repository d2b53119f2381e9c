/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * White-box test cases: corner cases of single neurons (spec deepjudge 4; paper Algorithm 2,
 * authors' neuron_fuzz.py). For each neuron i of a layer and each seed, Adam ascends phi_i from the
 * seed until phi_i(x) > K_i = m * max over training samples of phi_i (lu_whitebox_aims()); what
 * does not get there within the iterations gives no test case. All neuron x seed pairs travel in
 * one moving batch, each with a state of its own, and leave it as they arrive.
 */
#ifndef LU_CORE_SIMILARITY_WHITEBOX_H
#define LU_CORE_SIMILARITY_WHITEBOX_H

#include "core/model.h"

typedef struct lu_whitebox_params {
    double m;             /* multiple of the training maximum; default 3 */
    size_t iterations;    /* at most; default 1000 */
    double learning_rate; /* Adam; default 0.01 */
    bool clip;            /* keep x in [low,high]; default false, as the authors */
    double low, high;     /* default 0, 1 */
} lu_whitebox_params;

/* The test cases of one layer; a ragged list: those of neuron position i are
   start[i]..start[i+1]-1, ordered by seed. */
typedef struct lu_whitebox {
    int layer;
    size_t neurons;       /* K, positions */
    int32_t *neuron;      /* K, channel or unit numbers; owned */
    double *threshold;    /* K, the K_i aimed at; owned */
    size_t *start;        /* K+1; owned */
    lu_samples tests;     /* start[K] images as floats, no labels; owned */
    uint32_t *seed;       /* start[K], position in the seed list; owned */
    uint32_t *iterations; /* start[K], Adam steps taken; owned */
    size_t tried;         /* neuron x seed pairs */
    size_t dead;          /* pairs given up at once: the neuron's gradient was exactly 0 */
    size_t unreached; /* pairs that ran out of iterations (or whose gradient vanished on the way) */
} lu_whitebox;

lu_whitebox_params lu_whitebox_defaults(void);

/* max[i] over n rows of phi (n x neurons); n >= 1. */
void lu_whitebox_maxima(const float *phi, size_t n, size_t neurons, double *max);

/*
 * Maxima to the K_i aimed at: m times the maximum. Where outputs stay below a `ceiling`
 * (lu_layer_ceiling()) that can be out of reach: K_i is then no higher than 1 - 1/m of the way from
 * the maximum to the ceiling, and 0 for a neuron that never is positive. (Ours: the paper does not
 * say how its LSTM's neurons were tested.)
 */
void lu_whitebox_aims(double *max, size_t neurons, double m, double ceiling);

/*
 * Generates for the given neurons (numbers in the layer) from the seeds; `threshold[i]` is K_i,
 * already multiplied. `first` is the position of seeds[0] in the whole list. Adam: beta 0.9/0.999,
 * eps 1e-7, fresh for each pair; the check phi_i > K_i follows each step (authors' order).
 */
lu_err lu_whitebox_generate(lu_model *victim, const lu_samples *seeds, size_t first, int layer,
                            const int32_t *neuron, const double *threshold, size_t neurons,
                            const lu_whitebox_params *p, const lu_job *job, lu_whitebox *out);

/* A list with room for `tests` images of K = neurons positions, whose numbers and thresholds are
   copied; the rest is zero and the caller's to fill. Overwrites w. */
lu_err lu_whitebox_alloc(lu_whitebox *w, int layer, const int32_t *neuron, const double *threshold,
                         size_t neurons, size_t tests, lu_shape shape, size_t classes);

/* Joins shards over consecutive seeds of the same layer and neurons; `out` owns fresh memory. */
lu_err lu_whitebox_join(const lu_whitebox *shards, size_t n, lu_whitebox *out);

void lu_whitebox_fini(lu_whitebox *w);

#endif
