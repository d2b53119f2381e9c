/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The discrete Fourier transform of real values, on GSL. Any length; lengths of small factors are
   quick. */
#ifndef LU_CORE_STATS_FOURIER_H
#define LU_CORE_STATS_FOURIER_H

#include "core/base/err.h"

#include <stddef.h>

typedef struct lu_fourier lu_fourier;

/* For n values, n >= 2. */
lu_err lu_fourier_new(lu_fourier **out, size_t n);
void lu_fourier_free(lu_fourier **f);

/* amplitude[k] = |sum_t x[t] exp(-2 pi i k t / n)| for k = 0..n/2; what is in x is lost. */
void lu_fourier_amplitudes(lu_fourier *f, double *x, double *amplitude);

#endif
