/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 3x3 convolutions of stride 1 with enough channels, either way, by Winograd's transforms. `src` is
   what is convolved (the input, or backward the output's gradient), `dst` what comes out. */
#ifndef LU_NETS_ENGINE_WINOGRAD_H
#define LU_NETS_ENGINE_WINOGRAD_H

#include "nets/engine/op.h"

typedef struct lu_winograd lu_winograd;

bool lu_winograd_fits(const lu_plan *p, const lu_op *op);

/* How many times as many packed weights there are as weights; 1 = it is computed directly. The
   values they are multiplied with, of one section at a time, and the products are about as many
   each. */
double lu_winograd_growth(const lu_section *s);
lu_err lu_winograd_new(lu_plan *p, const lu_tensor *src, const lu_tensor *dst, lu_winograd **out);
void lu_winograd_free(lu_winograd **w);

/* weights: out_c x in_c x 3 x 3; `back`: channels exchanged, kernels turned round. */
void lu_winograd_pack(lu_winograd *w, const float *weights, bool back);

/* On images b.first.. of `from` (src's values or gradients) to `to` (dst's); what `end` points to
   stands at image 0. */
void lu_winograd_run(const lu_winograd *w, const lu_plan *p, float *from, float *to,
                     const float *bias, lu_ending end, lu_images b);

#endif
