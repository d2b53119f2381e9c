/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inner loops, compiled once for each instruction set and chosen at run time. Every output
 * value is accumulated over its inputs in one fixed order by one lane, so a result does not depend
 * on where in a batch an image stands, nor on the size of the batch.
 *
 * Own code instead of a library: oneDNN 2.6.3, one thread, AVX-512, is slower on every shape of the
 * networks met here, 1.04 times on LeNet-5's second convolution, 1.2 to 1.8 on ResNet-20's, 1.4 to
 * 2.4 on VGG-16's (`make bench-onednn`).
 */
#ifndef LU_NETS_ENGINE_KERNELS_H
#define LU_NETS_ENGINE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LU_LANES_MAX = 16, LU_ROWS = 8, LU_SLACK = 256, LU_STRIP = 14 };

/*
 * The pixels one convolution walks over, tables for one image, in floats. Pixel i reads `taps` runs
 * of `run` floats that start at src[i] + tap[t] in each block, and writes dst[i].
 */
typedef struct lu_walk {
    size_t pixels;
    uint32_t *src, *dst; /* pixels; owned by the convolution */
    size_t step;         /* src[i+1] - src[i] for every even i; 0 when it varies */
    size_t taps, run;
    uint32_t *tap; /* owned by the convolution */
} lu_walk;

/* Values or gradients of some images: block after block of `lanes` channels. */
typedef struct lu_field {
    float *at;
    size_t image, block; /* floats from one to the next */
} lu_field;

/* What happens to a result on its way out; plus and mask are fields shaped like dst, or NULL. */
typedef struct lu_ending {
    const float *plus; /* added */
    const float *mask; /* then it is 0 where this is not positive */
    bool relu;         /* and at least 0 */
} lu_ending;

/* dst = end(start + sum over blocks, taps and runs of weights * src), for every pixel and out
 * block.
 */
typedef struct lu_convolve {
    const lu_walk *walk;
    size_t images;
    lu_field src, dst;
    size_t out_blocks;
    size_t in_blocks;      /* that each out block reads */
    const uint32_t *first; /* the first of them for each out block; NULL = 0 */
    const float *weights;  /* out block, in block, tap, run, lane */
    const float *bias;     /* out block, lane; NULL = 0 */
    lu_ending end;
} lu_convolve;

/*
 * Winograd's F(m x m, 3x3) (Lavin & Gray, CVPR 2016), m = 2 or 4: a 3x3 convolution of m+2 x m+2
 * pixels that gives m x m takes (m+2)^2 products of transformed values instead of 9 m^2. The
 * polynomials are evaluated at 0 and infinity, +-1 or, for m = 4, +-5/8 and +-3/2, exact in binary
 * and kinder to rounding than +-1 and +-2 (oneDNN, jit_avx512_core_fp32_wino_conv_4x3).
 *
 * Tiles first..first+n-1 of some images, `across` in a row of tiles, `each` in an image; what of
 * them lies outside of the image is 0 in and dropped out. Plane k, k < (m+2)^2, holds for each
 * block and tile one vector.
 */
typedef struct lu_tiles {
    lu_field field; /* at: pixel (-1,-1) of the first image in, pixel (0,0) out */
    size_t row;     /* floats from row to row of pixels */
    size_t side;    /* m */
    size_t h, w;    /* of an image */
    size_t across, each, first, n, blocks;
    float *planes;
    size_t plane, room; /* floats from plane to plane, from block to block in one */
    const float *bias;  /* out only, block, lane; or NULL */
    lu_ending end;      /* out only */
} lu_tiles;

/* weights += the gradient of a convolution: dst holds the output's gradient, src the input. */
typedef struct lu_correlate {
    const lu_walk *walk;
    size_t images;
    lu_field src, dst;
    size_t out_blocks, in_blocks;
    const uint32_t *first;
    float *weights; /* as in lu_convolve */
} lu_correlate;

/* c[i*ldc + j] = sum_k a[k*m + i] * b[off[k] + j]   for i < m, j < n: few rows, many positions. */
typedef struct lu_product {
    size_t m, n, k; /* m at most LU_ROWS */
    const float *a;
    const float *b;    /* readable for n + LU_SLACK floats from each start */
    const size_t *off; /* k of them */
    float *c;          /* each row writable for n + LU_SLACK floats */
    size_t ldc;
} lu_product;

/* Maximum over windows. A window's place is its first row and column inside the image and how many
   of each lie inside. */
typedef struct lu_window {
    uint32_t src, dst; /* floats in a block */
    uint16_t rows, columns;
} lu_window;

typedef struct lu_pool {
    const lu_window *window;
    size_t windows;
    size_t row; /* floats from row to row of src */
    size_t images, blocks;
    lu_field src, dst;
    lu_field grad_src, grad_dst; /* backward only: grad_src += grad_dst at each window's first
                                    largest value */
    bool set;  /* backward: each pixel of src lies in one window, and grad_src = instead of += */
    bool mask; /* backward: times the derivative of relu at src */
} lu_pool;

/*
 * One step of an lstm's cells (lstm.c): n vectors of units, one after the other. Gates are input,
 * forget, output, candidate; forward turns sums into activations in place.
 */
typedef struct lu_cell {
    size_t n;
    float *gate[4];
    const float *before; /* cells of the step before; NULL = 0 */
    float *cell, *tanh;  /* and the tanh of it */
    float *out;          /* o tanh(s'), one vector every `step` floats */
    size_t step;
} lu_cell;

typedef struct lu_cell_back {
    size_t n;
    const float *gate[4], *before, *tanh; /* as forward left them */
    const float *out;                     /* dL/dh */
    float *carry;    /* dL/ds from the step after; becomes what goes to the step before */
    float *slope[4]; /* dL/d of the gates' sums */
} lu_cell_back;

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
    size_t lanes;     /* channels of a block */
    void (*convolve)(const lu_convolve *q);
    void (*tiles_in)(const lu_tiles *q);  /* planes = B'dB */
    void (*tiles_out)(const lu_tiles *q); /* field = end(bias + A'mA) */
    /* out's planes = in's times weights: plane, out block, in block, lane in, lane out. Works on
       the tiles in strips of LU_STRIP or less, so rooms hold that many more. Both may be the same
       when out has at most two blocks. */
    void (*tiles_multiply)(const lu_tiles *in, const lu_tiles *out, const float *weights);
    void (*correlate)(const lu_correlate *q);
    void (*product)(const lu_product *q);
    /* plane[l * size + i] = v[i * lanes + l] for i < pixels, l < channels <= lanes; v is readable
       and plane writable for LU_SLACK floats more */
    void (*to_planes)(const float *v, size_t pixels, size_t channels, float *plane, size_t size);
    void (*max_forward)(const lu_pool *q);
    void (*max_backward)(const lu_pool *q);
    void (*cell)(const lu_cell *c);
    void (*cell_back)(const lu_cell_back *c);
    void (*adam)(const lu_step *s);
    void (*sgd)(const lu_step *s);
    /* g[i] *= derivative of relu at its output v[i] */
    void (*relu_back)(float *g, const float *v, size_t n);
    /* to[i] = a[i] + b[i], at least 0 when relu; to may be a or b */
    void (*add)(float *to, const float *a, const float *b, size_t n, bool relu);
    /* sum[l] = sum over n pixels of v[i * lanes + l], in double */
    void (*sum)(double *sum, const float *v, size_t n);
} lu_kernels;

/* The best set this processor runs; LINEUP_ISA=generic|avx2|avx512 in the environment lowers it. */
const lu_kernels *lu_kernels_best(void);

#endif
