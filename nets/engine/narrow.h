/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradient at few channels, where a block of them would be mostly empty: positions instead of
   channels fill the vectors. Stride 1, one group. */
#ifndef LU_NETS_ENGINE_NARROW_H
#define LU_NETS_ENGINE_NARROW_H

#include "nets/engine/op.h"

typedef struct lu_narrow lu_narrow;

bool lu_narrow_fits(const lu_plan *p, const lu_op *op);
lu_err lu_narrow_new(const lu_plan *p, const lu_op *op, lu_narrow **out);
void lu_narrow_free(lu_narrow **n);
void lu_narrow_pack(lu_narrow *n, const lu_op *op, const float *weights);
void lu_narrow_backward(lu_narrow *n, const lu_plan *p, const lu_op *op, lu_images b);

#endif
