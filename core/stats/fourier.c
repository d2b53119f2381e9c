/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/stats/fourier.h"
#include "core/base/mem.h"

#include <gsl/gsl_fft_real.h>
#include <math.h>
#include <stdlib.h>

struct lu_fourier {
    size_t n;
    gsl_fft_real_wavetable *table;
    gsl_fft_real_workspace *space;
};

lu_err lu_fourier_new(lu_fourier **out, size_t n)
{
    lu_fourier *f;

    *out = NULL;
    LU_TRY(LU_NEW(f, 1));
    f->n = n;
    f->table = gsl_fft_real_wavetable_alloc(n);
    f->space = gsl_fft_real_workspace_alloc(n);
    if (f->table == NULL || f->space == NULL) {
        lu_fourier_free(&f);
        return LU_ERR_MEMORY;
    }
    *out = f;
    return LU_OK;
}

void lu_fourier_free(lu_fourier **f)
{
    if (*f == NULL) {
        return;
    }
    if ((*f)->table != NULL) {
        gsl_fft_real_wavetable_free((*f)->table);
    }
    if ((*f)->space != NULL) {
        gsl_fft_real_workspace_free((*f)->space);
    }
    free(*f);
    *f = NULL;
}

/* GSL's "half-complex" order: real 0, then real and imaginary 1, 2, ...; of an even length the last
   is real. */
void lu_fourier_amplitudes(lu_fourier *f, double *x, double *amplitude)
{
    size_t n = f->n;

    gsl_fft_real_transform(x, 1, n, f->table, f->space);
    amplitude[0] = fabs(x[0]);
    for (size_t k = 1; k <= n / 2; k++) {
        amplitude[k] = 2 * k < n ? hypot(x[2 * k - 1], x[2 * k]) : fabs(x[n - 1]);
    }
}
