/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inner loops, compiled once for each instruction set and chosen at run time. Every output
 * value is accumulated over k in ascending order by one lane, so a result does not depend on where
 * in a batch an image stands, nor on the size of the batch.
 *
 * Own code instead of a BLAS: on the small channel counts met here a general sgemm reaches a third
 * of this (spec engine 5.1 and 5.2: 16 channels 88 GFLOP/s against 224, LeNet-5 44k images/s
 * against 129k).
 */
#ifndef LU_NETS_ENGINE_KERNELS_H
#define LU_NETS_ENGINE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    LU_ROWS = 8,   /* rows of A in one packed block */
    LU_SLACK = 64, /* floats that a kernel may read or write beyond the n it was asked for */
};

/* c[i*ldc + j] = start(i,j) + sum_k A[i][k] * b[off[k] + j]   for i < m, j < n. */
typedef struct lu_product {
    size_t m, n, k;
    const float *a;    /* packed: lu_kernel_pack() */
    const float *b;    /* row k starts at b + off[k]; readable for n + LU_SLACK floats */
    const size_t *off; /* k of them */
    float *c;          /* each row writable for n + LU_SLACK floats */
    size_t ldc;
    const float *bias; /* start value of row i, or NULL = 0 */
    bool add;          /* start from c instead */
    bool relu;         /* store max(0, .) */
} lu_product;

/* d[i*ldd + k] += sum_{j<n} g[i*ldg + j] * b[off[k] + j]   for i < m, k < nk. */
typedef struct lu_outer {
    size_t m, n, nk;
    const float *g;
    size_t ldg;
    const float *b;
    const size_t *off;
    float *d;
    size_t ldd;
} lu_outer;

/* One Adam or SGD step over n parameters; see train.c for the formulas. */
typedef struct lu_step {
    size_t n;
    float *w;
    const float *g;
    float *m, *v;   /* Adam's moments; SGD: m is the velocity */
    float rate;     /* Adam: already times sqrt(1-b2^t)/(1-b1^t) */
    float decay;    /* g + decay*w */
    float momentum; /* SGD */
} lu_step;

typedef struct lu_kernels {
    const char *name; /* "avx512", "avx2", "generic" */
    void (*product)(const lu_product *p);
    void (*outer)(const lu_outer *o);
    void (*adam)(const lu_step *s);
    void (*sgd)(const lu_step *s);
    /* g[i] *= derivative of relu at its output v[i] */
    void (*relu_back)(float *g, const float *v, size_t n);
    /* 2x2 maximum with stride 2 of one plane: rows of `pitch`; where[] gets 0..3 */
    void (*max2)(const float *in, size_t in_pitch, float *out, unsigned char *where, size_t h,
                 size_t w, size_t out_pitch);
} lu_kernels;

/* The best set this processor runs; LINEUP_ISA=generic|avx2|avx512 in the environment lowers it. */
const lu_kernels *lu_kernels_best(void);

/* Packs A (m x k; element (i,j) at src[i*row + j*col]) into ceil(m/8) blocks of k x 8, zero-filled.
   dst needs lu_kernel_packed(m,k) floats. */
void lu_kernel_pack(const float *src, size_t m, size_t k, size_t row, size_t col, float *dst);
size_t lu_kernel_packed(size_t m, size_t k);

#endif
