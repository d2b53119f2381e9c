/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vectors of the instruction set a kernel is compiled for: LU_ISA = base, v3 or v4; see kernels.h.
   Every file of this folder is compiled once for each of them. */
#ifndef LU_NETS_ENGINE_KERNELS_VECTOR_H
#define LU_NETS_ENGINE_KERNELS_VECTOR_H

#include "nets/engine/kernels.h"

#define LU_JOIN_(a, b) a##b
#define LU_JOIN(a, b) LU_JOIN_(a, b)
/* The kernel's name with the instruction set: LU_KERNEL(sum) is lu_kernel_sum_v4. */
#define LU_KERNEL(name) LU_JOIN(lu_kernel_##name##_, LU_ISA)
#define LU_INLINE static inline __attribute__((always_inline))

/* SPREAD pointers to pixels of a tile, as many as leave registers for the rest. */
#if defined(__AVX512F__)
enum { LANES = 16, SPREAD = 8 };
#define ISA_NAME "avx512"
#elif defined(__AVX2__)
enum { LANES = 8, SPREAD = 4 };
#define ISA_NAME "avx2"
#else
enum { LANES = 4, SPREAD = 4 };
#define ISA_NAME "generic"
#endif

typedef float vec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int ivec __attribute__((vector_size(LANES * 4)));

LU_INLINE vec load(const float *p)
{
    return *(const vec *)p;
}

LU_INLINE void store(float *p, vec x)
{
    *(vec *)p = x;
}

LU_INLINE vec splat(float x)
{
    return x - (vec){0};
}

LU_INLINE vec where(ivec mask, vec x)
{
    return (vec)((ivec)x & mask);
}

LU_INLINE vec finish(const lu_ending *e, vec x, size_t at)
{
    if (e->plus != NULL) {
        x += load(e->plus + at);
    }
    if (e->mask != NULL) {
        x = where(load(e->mask + at) > 0, x);
    }
    return e->relu ? where(x > 0, x) : x;
}

void LU_KERNEL(convolve)(const lu_convolve *q);
void LU_KERNEL(tiles_in)(const lu_tiles *q);
void LU_KERNEL(tiles_out)(const lu_tiles *q);
void LU_KERNEL(tiles_multiply)(const lu_tiles *in, const lu_tiles *out, const float *weights);
void LU_KERNEL(correlate)(const lu_correlate *q);
void LU_KERNEL(product)(const lu_product *q);
void LU_KERNEL(to_planes)(const float *v, size_t pixels, size_t channels, float *plane,
                          size_t size);
void LU_KERNEL(cell)(const lu_cell *c);
void LU_KERNEL(cell_back)(const lu_cell_back *c);
void LU_KERNEL(max_forward)(const lu_pool *q);
void LU_KERNEL(max_backward)(const lu_pool *q);

#endif
