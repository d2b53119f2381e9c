/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolutions: their geometry and how weights are packed. */
#ifndef LU_NETS_ENGINE_CONVOLUTION_H
#define LU_NETS_ENGINE_CONVOLUTION_H

#include "nets/engine/narrow.h"
#include "nets/engine/winograd.h"

/* A convolution as far as one residue goes: pixels, taps, packed weights. */
typedef struct lu_path {
    lu_walk walk;
    size_t rows, columns; /* of taps */
    size_t *ky, *kx;      /* the kernel's row (column) that each row (column) of taps is; owned */
    bool merged;          /* the taps of a row are one run */
    lu_floats weights;
} lu_path;

typedef struct lu_convolution {
    size_t groups, kh, kw, stride, pad;
    size_t in_c, out_c;           /* channels of one group */
    size_t reads, reads_back;     /* blocks that an out (in) block reads */
    uint32_t *first, *first_back; /* the first of them for each block; NULL without groups; owned */
    lu_path forward;
    lu_path *back;               /* stride x stride; or */
    lu_narrow *narrow;           /* instead, at few channels; or */
    lu_winograd *ahead, *behind; /* instead of both */
    lu_floats bias;
    lu_floats sum;   /* of the weights' gradients, packed as forward.weights; made when needed */
    float *bias_sum; /* out blocks x lanes; owned */
} lu_convolution;

/* The borders a convolutional or connected section needs around its values and gradients. */
lu_err lu_convolution_halo(const lu_section *s, size_t *in, size_t *out);

/* Packed weights of a path and what they pack. */
typedef struct lu_packing {
    const lu_convolution *c;
    const lu_path *p;
    bool back;
    const lu_tensor *src, *dst;
    size_t lanes;
    float *packed;
} lu_packing;

/* Packed positions from weights; what no weight belongs to is left as it is. */
void lu_convolution_pack(const lu_packing *k, const float *weights);

/* weights += packed positions. */
void lu_convolution_unpack(const lu_packing *k, float *weights);

#endif
