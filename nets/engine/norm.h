/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch-norm behind a section: takes over its activation. Forward after the section's own; backward
   before it, gradients of biases and scales are added to `grad` unless NULL. Always on the whole
   batch. */
#ifndef LU_NETS_ENGINE_NORM_H
#define LU_NETS_ENGINE_NORM_H

#include "nets/engine/op.h"

lu_err lu_norm_new(lu_section *s, const lu_tensor *out, size_t batch, lu_norm **norm);
void lu_norm_free(lu_norm **norm);
void lu_norm_forward(lu_plan *p, const lu_op *op, lu_images b);
void lu_norm_backward(const lu_plan *p, const lu_op *op, lu_images b, lu_section_params *grad);

#endif
