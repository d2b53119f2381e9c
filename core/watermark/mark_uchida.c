/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/stats/binomial.h"
#include "core/watermark/marks.h"

static lu_err mean_filter(const float *kernel, size_t filters, size_t taps, double **out)
{
    LU_TRY(LU_NEW(*out, taps));
    for (size_t f = 0; f < filters; f++) {
        for (size_t i = 0; i < taps; i++) {
            (*out)[i] += (double)kernel[f * taps + i] / (double)filters;
        }
    }
    return LU_OK;
}

lu_err lu_uchida_matrix(uint64_t seed, size_t n, size_t taps, double *x)
{
    lu_rng *rng;
    lu_err err = lu_rng_new(&rng, seed, "uchida", 0);

    LU_TRY(err);
    for (size_t j = 0; j < n && !err; j++) {
        err = lu_rng_restart(rng, seed, "uchida", j);
        for (size_t i = 0; i < taps && !err; i++) {
            x[j * taps + i] = lu_rng_normal(rng);
        }
    }
    lu_rng_free(&rng);
    return err;
}

lu_err lu_uchida_read(const float *kernel, size_t filters, size_t taps, const double *x, size_t n,
                      uint8_t *bit)
{
    double *w;

    LU_TRY(mean_filter(kernel, filters, taps, &w));
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t i = 0; i < taps; i++) {
            sum += x[j * taps + i] * w[i];
        }
        bit[j] = sum >= 0;
    }
    free(w);
    return LU_OK;
}

lu_err lu_uchida_verify(const float *kernel, size_t filters, size_t taps, const double *x,
                        const uint8_t *bit, size_t n, lu_uchida *out)
{
    uint8_t *read;
    size_t right = 0;
    lu_err err;

    if (n == 0 || filters == 0 || taps == 0) {
        return lu_fail(LU_ERR_INPUT, "there are no bits or no weights");
    }
    LU_TRY(LU_NEW(read, n));
    err = lu_uchida_read(kernel, filters, taps, x, n, read);
    for (size_t j = 0; j < n; j++) {
        right += read[j] == bit[j];
    }
    free(read);
    out->rate = lu_rate_of(right, n, 0.95);
    out->ber = 1 - (double)right / (double)n;
    out->p = lu_binomial_tail(n, right, 0.5);
    return err;
}
