/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Few rows, many positions; and the planes they work on. */
#include "nets/engine/kernels/vector.h"

LU_INLINE void strip(const lu_product *q, size_t j, int rows, int wide)
{
    const float *a = q->a;
    vec acc[24] = {{0}};

    for (size_t k = 0; k < q->k; k++, a += rows) {
        const float *b = q->b + q->off[k] + j;
        for (int v = 0; v < wide; v++) {
            vec x = load(b + v * LANES);
            for (int r = 0; r < rows; r++) {
                acc[r * wide + v] += splat(a[r]) * x;
            }
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < wide; v++) {
            store(q->c + (size_t)r * q->ldc + j + (size_t)(v * LANES), acc[r * wide + v]);
        }
    }
}

LU_INLINE void strips(const lu_product *q, int rows, int wide)
{
    for (size_t j = 0; j < q->n; j += (size_t)(wide * LANES)) {
        strip(q, j, rows, wide);
    }
}

/* As many vectors side by side as the registers hold. */
#define SIDE(rows)                                                                                 \
    (LANES == 16 ? (rows) <= 2 ? 8 : 24 / (rows) : (rows) <= 2 ? 4 : (rows) <= 4 ? 2 : 1)

void LU_KERNEL(product)(const lu_product *q)
{
    switch (q->m) {
    case 1: strips(q, 1, SIDE(1)); break;
    case 2: strips(q, 2, SIDE(2)); break;
    case 3: strips(q, 3, SIDE(3)); break;
    case 4: strips(q, 4, SIDE(4)); break;
    case 5: strips(q, 5, SIDE(5)); break;
    case 6: strips(q, 6, SIDE(6)); break;
    case 7: strips(q, 7, SIDE(7)); break;
    default: strips(q, 8, SIDE(8)); break;
    }
}

/* a[i][j] <-> a[j][i], by exchanging ever larger squares. */
LU_INLINE void transpose(vec *a)
{
#pragma GCC unroll 4
    for (int s = 1; s < LANES; s *= 2) {
        ivec low, high;
        for (int j = 0; j < LANES; j++) {
            low[j] = j & s ? LANES + j - s : j;
            high[j] = j & s ? LANES + j : j + s;
        }
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++) {
            if ((i & s) == 0) {
                vec x = a[i], y = a[i + s];
                a[i] = __builtin_shuffle(x, y, low);
                a[i + s] = __builtin_shuffle(x, y, high);
            }
        }
    }
}

void LU_KERNEL(to_planes)(const float *v, size_t pixels, size_t channels, float *plane, size_t size)
{
    for (size_t i = 0; i < pixels; i += LANES) {
        vec a[LANES];
        for (size_t j = 0; j < LANES; j++) {
            a[j] = load(v + (i + j) * LANES);
        }
        transpose(a);
        for (size_t l = 0; l < channels; l++) {
            store(plane + l * size + i, a[l]);
        }
    }
}
