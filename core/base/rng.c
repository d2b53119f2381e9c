/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/rng.h"
#include "core/base/digest.h"
#include "core/base/mem.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_version.h>
#include <stdio.h>
#include <stdlib.h>

struct lu_rng {
    gsl_rng *gsl;
};

lu_err lu_rng_restart(lu_rng *rng, uint64_t seed, const char *purpose, uint64_t index)
{
    lu_digest d;
    lu_sha256 id;
    char head[9] = {0};

    LU_TRY(lu_digest_init(&d));
    lu_digest_u64(&d, seed);
    lu_digest_text(&d, purpose);
    lu_digest_u64(&d, index);
    LU_TRY(lu_digest_finish(&d, &id));
    for (int i = 0; i < 8; i++) {
        head[i] = id.hex[i];
    }
    gsl_rng_set(rng->gsl, strtoul(head, NULL, 16));
    return LU_OK;
}

lu_err lu_rng_new(lu_rng **out, uint64_t seed, const char *purpose, uint64_t index)
{
    lu_err err;

    *out = NULL;
    lu_rng *rng;
    LU_TRY(LU_NEW(rng, 1));
    rng->gsl = gsl_rng_alloc(gsl_rng_mt19937);
    err = rng->gsl ? lu_rng_restart(rng, seed, purpose, index)
                   : lu_fail(LU_ERR_MEMORY, "out of memory for a random generator");
    if (err) {
        lu_rng_free(&rng);
        return err;
    }
    *out = rng;
    return LU_OK;
}

const char *lu_rng_library(void)
{
    static char name[32];

    snprintf(name, sizeof name, "gsl-%s", gsl_version);
    return name;
}

void lu_rng_free(lu_rng **rng)
{
    if (*rng != NULL) {
        if ((*rng)->gsl != NULL) {
            gsl_rng_free((*rng)->gsl);
        }
        free(*rng);
        *rng = NULL;
    }
}

double lu_rng_uniform(lu_rng *rng)
{
    return gsl_rng_uniform(rng->gsl);
}

double lu_rng_between(lu_rng *rng, double low, double high)
{
    return low + (high - low) * gsl_rng_uniform(rng->gsl);
}

double lu_rng_normal(lu_rng *rng)
{
    return gsl_ran_gaussian_ziggurat(rng->gsl, 1.0);
}

double lu_rng_gamma(lu_rng *rng, double shape)
{
    return gsl_ran_gamma(rng->gsl, shape, 1.0);
}

size_t lu_rng_below(lu_rng *rng, size_t n)
{
    return (size_t)gsl_rng_uniform_int(rng->gsl, (unsigned long)n);
}

void lu_rng_shuffle(lu_rng *rng, size_t *items, size_t n)
{
    gsl_ran_shuffle(rng->gsl, items, n, sizeof *items);
}
