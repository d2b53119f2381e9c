/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/kernels.h"

#include <stdlib.h>
#include <string.h>

extern const lu_kernels lu_kernels_base;
#if defined(__x86_64__)
extern const lu_kernels lu_kernels_v3, lu_kernels_v4;
#endif

static bool allowed(const lu_kernels *k, const char *wish)
{
    return wish == NULL || strcmp(wish, k->name) == 0;
}

const lu_kernels *lu_kernels_best(void)
{
#if defined(__x86_64__)
    const char *wish = getenv("LINEUP_ISA");

    if (allowed(&lu_kernels_v4, wish) && __builtin_cpu_supports("x86-64-v4")) {
        return &lu_kernels_v4;
    }
    if (allowed(&lu_kernels_v3, wish) && __builtin_cpu_supports("x86-64-v3")) {
        return &lu_kernels_v3;
    }
#endif
    return &lu_kernels_base;
}

size_t lu_kernel_packed(size_t m, size_t k)
{
    return (m + LU_ROWS - 1) / LU_ROWS * LU_ROWS * k;
}

void lu_kernel_pack(const float *src, size_t m, size_t k, size_t row, size_t col, float *dst)
{
    for (size_t i0 = 0; i0 < m; i0 += LU_ROWS) {
        for (size_t j = 0; j < k; j++) {
            for (size_t r = 0; r < LU_ROWS; r++) {
                size_t i = i0 + r;
                *dst++ = i < m ? src[i * row + j * col] : 0;
            }
        }
    }
}
