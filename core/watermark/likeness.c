/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/watermark/likeness.h"
#include "core/base/mem.h"
#include "core/watermark/losses.h"

#include <math.h>

static void count_levels(const uint8_t *a, const uint8_t *b, size_t size, lu_likeness *out)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < size; i++) {
        int d = (int)a[i] - (int)b[i];
        unsigned levels = (unsigned)(d < 0 ? -d : d);

        sum += levels;
        squares += (double)levels * levels;
        out->most = levels > out->most ? levels : out->most;
    }
    out->mean = sum / (double)size;
    out->psnr = squares > 0 ? 10 * log10(255.0 * 255.0 * (double)size / squares) : INFINITY;
}

/* Bytes as the three networks see them. */
static void spread(const uint8_t *from, size_t size, float *to)
{
    for (size_t i = 0; i < size; i++) {
        to[i] = 2 * ((float)from[i] / 255) - 1;
    }
}

lu_err lu_likeness_of(const uint8_t *cover, const uint8_t *key, size_t n, lu_shape shape,
                      lu_likeness *out)
{
    size_t size = lu_shape_size(shape);
    lu_ssim *ssim;
    float *x;
    lu_err err;

    LU_TRY(LU_NEW(x, 2 * size));
    err = lu_ssim_new(&ssim, shape);
    for (size_t i = 0; i < n && !err; i++) {
        out[i] = (lu_likeness){0};
        count_levels(cover + i * size, key + i * size, size, &out[i]);
        spread(cover + i * size, size, x);
        spread(key + i * size, size, x + size);
        out[i].ssim = lu_ssim_mean(ssim, x, x + size, 1, 0, NULL);
    }
    if (!err) {
        lu_ssim_free(&ssim);
    }
    free(x);
    return err;
}

lu_err lu_likeness_over(const uint8_t *cover, const uint8_t *key, size_t n, lu_shape shape,
                        lu_likeness *all)
{
    double squares = 0; /* mean, over 255^2 */
    lu_likeness *each;
    lu_err err;

    *all = (lu_likeness){0};
    LU_TRY(LU_NEW(each, n));
    err = lu_likeness_of(cover, key, n, shape, each);
    for (size_t i = 0; i < n && !err; i++) {
        squares += pow(10, -each[i].psnr / 10) / (double)n;
        all->ssim += each[i].ssim / (double)n;
        all->mean += each[i].mean / (double)n;
        all->most = each[i].most > all->most ? each[i].most : all->most;
    }
    all->psnr = -10 * log10(squares);
    free(each);
    return err;
}
