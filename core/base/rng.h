/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Seeded random numbers: GSL's MT19937. A stream is named by (seed, purpose, index), hashed into
 * the generator's seed, so that sample i's draws do not depend on how the work was cut into shards.
 * The seed has 32 bits (GSL's): among 10,000 streams two are the same with a chance of about 1 %.
 */
#ifndef LU_CORE_BASE_RNG_H
#define LU_CORE_BASE_RNG_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

typedef struct lu_rng lu_rng;

/* `purpose` is a short fixed word ("pgd-start"), `index` the number of the item drawn for. */
lu_err lu_rng_new(lu_rng **out, uint64_t seed, const char *purpose, uint64_t index);
void lu_rng_free(lu_rng **rng);

/* Starts the stream again under another name, without allocating. */
lu_err lu_rng_restart(lu_rng *rng, uint64_t seed, const char *purpose, uint64_t index);

/* What draws: "gsl-2.7.1". */
const char *lu_rng_library(void);

double lu_rng_uniform(lu_rng *rng);                          /* [0,1) */
double lu_rng_between(lu_rng *rng, double low, double high); /* [low,high) */
double lu_rng_normal(lu_rng *rng);                           /* mean 0, deviation 1 */
double lu_rng_gamma(lu_rng *rng, double shape);              /* scale 1; shape > 0 */
size_t lu_rng_below(lu_rng *rng, size_t n);                  /* 0..n-1, n >= 1 */
void lu_rng_shuffle(lu_rng *rng, size_t *items, size_t n);   /* Fisher-Yates */

#endif
