/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/kernels.h"

#include <stdlib.h>
#include <string.h>

extern const lu_kernels lu_kernels_base;
#if defined(__x86_64__)
extern const lu_kernels lu_kernels_v3, lu_kernels_v4;

/* clang 14 does not know the levels by name. */
#if defined(__clang__)
#define SUPPORTS_V3() (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define SUPPORTS_V4()                                                                              \
    (SUPPORTS_V3() && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&  \
     __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vl"))
#else
#define SUPPORTS_V3() __builtin_cpu_supports("x86-64-v3")
#define SUPPORTS_V4() __builtin_cpu_supports("x86-64-v4")
#endif
#endif

static bool allowed(const lu_kernels *k, const char *wish)
{
    return wish == NULL || strcmp(wish, k->name) == 0;
}

const lu_kernels *lu_kernels_best(void)
{
#if defined(__x86_64__)
    const char *wish = getenv("LINEUP_ISA");

    if (allowed(&lu_kernels_v4, wish) && SUPPORTS_V4()) {
        return &lu_kernels_v4;
    }
    if (allowed(&lu_kernels_v3, wish) && SUPPORTS_V3()) {
        return &lu_kernels_v3;
    }
#endif
    return &lu_kernels_base;
}
