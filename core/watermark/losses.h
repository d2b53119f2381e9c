/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The losses of the blind watermark with their gradients (Li et al., ACSAC 2019, eq. 5 to 15, as
 * their code reduces them: means over the batch; spec watermark A4). Images are n x H x W x C in
 * [-1,1]; x are the covers, y the keys. Every function returns the loss and, where `grad` is not
 * NULL, ADDS weight * dL/dy to it.
 */
#ifndef LU_CORE_WATERMARK_LOSSES_H
#define LU_CORE_WATERMARK_LOSSES_H

#include "core/sample.h"

/* mean of (y - x)^2; n counts floats. */
double lu_loss_mse(const float *x, const float *y, size_t n, double weight, float *grad);

/*
 * SSIM as the authors compute it: 11 x 11 Gaussian, sigma 1.5, zero padding, C1 = 0.01^2,
 * C2 = 0.03^2, each channel by itself, mean over batch, channels and pixels. In [-1,1]: never
 * compare with figures of images in [0,1].
 */
typedef struct lu_ssim lu_ssim;

lu_err lu_ssim_new(lu_ssim **out, lu_shape shape);
void lu_ssim_free(lu_ssim **s);

/* The mean SSIM of n pairs, in (-1,1]; the loss is 1 - SSIM and so grad gets -weight * dSSIM/dy. */
double lu_ssim_mean(lu_ssim *s, const float *x, const float *y, size_t n, double weight,
                    float *grad);

/* Of n scores z before the sigmoid, mean of -log(sigmoid(z)) (real) or -log(1 - sigmoid(z)).
   Adds weight * dL/dz. */
double lu_loss_sigmoid(const float *z, size_t n, bool real, double weight, float *grad);

/* Mean cross-entropy of n x classes scores before the softmax; *right counts the scores whose
   largest is the label. Adds weight * dL/dz. `share` is what the mean divides by (n unless the
   batch is a part of a larger one). */
double lu_loss_host(const float *z, const int32_t *label, size_t n, size_t classes, size_t share,
                    double weight, float *grad, size_t *right);

#endif
