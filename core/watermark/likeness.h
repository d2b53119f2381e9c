/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How near a key is to its cover, pair by pair. */
#ifndef LU_CORE_WATERMARK_LIKENESS_H
#define LU_CORE_WATERMARK_LIKENESS_H

#include "core/sample.h"

typedef struct lu_likeness {
    double psnr;   /* decibel, of bytes: 10 lg(255^2 / mean squared difference); INFINITY = equal */
    double ssim;   /* in (-1,1], of the images in [-1,1] (core/watermark/losses.h) */
    double mean;   /* difference in grey levels, 0..255 */
    unsigned most; /* likewise, the largest */
} lu_likeness;

/* Of n pairs of images, n x H x W x C bytes each, into out[n]. */
lu_err lu_likeness_of(const uint8_t *cover, const uint8_t *key, size_t n, lu_shape shape,
                      lu_likeness *out);

/* Of all of them together: PSNR over all bytes, means of SSIM and difference, the largest. */
lu_err lu_likeness_over(const uint8_t *cover, const uint8_t *key, size_t n, lu_shape shape,
                        lu_likeness *all);

#endif
