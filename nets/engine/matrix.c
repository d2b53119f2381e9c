/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The same code for each instruction set; the vectors are GCC's, which become what the processor
 * has.
 */
#include "nets/engine/matrix.h"

#include "nets/engine/kernels.h"

#include <string.h>

enum { LANES = 8, ROWS = 4, STRIP = 2 * LANES, COLUMNS = 4 };

typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

/* rows x STRIP of c at column j; rows <= ROWS */
INLINE void strip(size_t rows, size_t j, size_t n, size_t k, lu_matrix a, lu_matrix b, bool add,
                  float *c)
{
    vector sum[ROWS][2] = {{{0}}};

    for (size_t p = 0; p < k; p++) {
        vector low, high;
        memcpy(&low, b.v + p * b.row + j, sizeof low);
        memcpy(&high, b.v + p * b.row + j + LANES, sizeof high);
        for (size_t i = 0; i < rows; i++) {
            float w = a.v[i * a.row + p * a.column];
            sum[i][0] += w * low;
            sum[i][1] += w * high;
        }
    }
    for (size_t i = 0; i < rows; i++) {
        float *to = c + i * n + j;
        for (size_t l = 0; l < STRIP; l++) {
            to[l] = (add ? to[l] : 0) + sum[i][l / LANES][l % LANES];
        }
    }
}

INLINE void column(size_t rows, size_t j, size_t n, size_t k, lu_matrix a, lu_matrix b, bool add,
                   float *c)
{
    for (size_t i = 0; i < rows; i++) {
        float sum = 0;
        for (size_t p = 0; p < k; p++) {
            sum += a.v[i * a.row + p * a.column] * b.v[p * b.row + j];
        }
        c[i * n + j] = (add ? c[i * n + j] : 0) + sum;
    }
}

INLINE void multiply(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b, bool add, float *c)
{
    for (size_t i = 0; i < m; i += ROWS, a.v += ROWS * a.row, c += ROWS * n) {
        size_t rows = m - i < ROWS ? m - i : ROWS, j = 0;
        for (; j + STRIP <= n; j += STRIP) {
            if (rows == ROWS) {
                strip(ROWS, j, n, k, a, b, add, c);
            } else {
                strip(rows, j, n, k, a, b, add, c);
            }
        }
        for (; j < n; j++) {
            column(rows, j, n, k, a, b, add, c);
        }
    }
}

INLINE float sum_of(const float *v)
{
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/* columns of c at j for one row of a; columns <= COLUMNS */
INLINE void dots(size_t columns, size_t k, const float *a, const float *b, size_t b_row, float *c)
{
    vector sum[COLUMNS] = {{0}};
    size_t p = 0;

    for (; p + LANES <= k; p += LANES) {
        vector x;
        memcpy(&x, a + p, sizeof x);
        for (size_t j = 0; j < columns; j++) {
            vector y;
            memcpy(&y, b + j * b_row + p, sizeof y);
            sum[j] += x * y;
        }
    }
    for (size_t j = 0; j < columns; j++) {
        float lane[LANES], rest = 0;
        memcpy(lane, &sum[j], sizeof lane);
        for (size_t q = p; q < k; q++) {
            rest += a[q] * b[j * b_row + q];
        }
        c[j] += sum_of(lane) + rest;
    }
}

INLINE void correlate(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b, float *c)
{
    for (size_t i = 0; i < m; i++) {
        size_t j = 0;
        for (; j + COLUMNS <= n; j += COLUMNS) {
            dots(COLUMNS, k, a.v + i * a.row, b.v + j * b.row, b.row, c + i * n + j);
        }
        if (j < n) {
            dots(n - j, k, a.v + i * a.row, b.v + j * b.row, b.row, c + i * n + j);
        }
    }
}

typedef struct products {
    void (*multiply)(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b, bool add, float *c);
    void (*correlate)(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b, float *c);
} products;

#define PRODUCTS(name, target)                                                                     \
    target static void name##_multiply(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b,     \
                                       bool add, float *c)                                         \
    {                                                                                              \
        multiply(m, n, k, a, b, add, c);                                                           \
    }                                                                                              \
    target static void name##_correlate(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b,    \
                                        float *c)                                                  \
    {                                                                                              \
        correlate(m, n, k, a, b, c);                                                               \
    }                                                                                              \
    static const products name = {name##_multiply, name##_correlate};

PRODUCTS(plain, )
#if defined(__x86_64__)
PRODUCTS(wide, __attribute__((target("arch=x86-64-v3"))))
#endif

static const products *best(void)
{
#if defined(__x86_64__)
    if (strcmp(lu_kernels_best()->name, "base") != 0) {
        return &wide;
    }
#endif
    return &plain;
}

void lu_matrix_multiply(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b, bool add, float *c)
{
    best()->multiply(m, n, k, a, b, add, c);
}

void lu_matrix_correlate(size_t m, size_t n, size_t k, lu_matrix a, lu_matrix b, float *c)
{
    best()->correlate(m, n, k, a, b, c);
}
