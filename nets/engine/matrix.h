/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two matrix products for training. Sums run in a fixed order and multiply and add are never fused,
 * so every processor gives the same bytes.
 */
#ifndef LU_NETS_ENGINE_MATRIX_H
#define LU_NETS_ENGINE_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

/* A matrix in floats: element (i,j) at v[i * row + j * column]. */
typedef struct lu_matrix {
    const float *v;
    size_t row, column;
} lu_matrix;

/* c (m x n, rows of n) = a (m x k) times b (k x n, its columns side by side: b.column = 1), added
   to what is there when `add`. */
void lu_matrix_multiply(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b, bool add, float *c);

/* c (m x n, rows of n) += a (m x k) times b' (b: n x k), both with columns side by side. */
void lu_matrix_correlate(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b, float *c);

#endif
