/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network compiled into a plan: batch-norm folded, parameters packed, all buffers made once. Runs
 * forward as far as asked, and backward from any section to the input, to the weights, or both.
 *
 * Sections run on a few images at a time, depth first, so that what one writes is still in
 * the cache when the next reads it (spec engine 8, item 4).
 */
#ifndef LU_NETS_ENGINE_PLAN_H
#define LU_NETS_ENGINE_PLAN_H

#include "nets/engine/op.h"

/* Compiles; takes nothing over. `batch` 0 chooses one by the size of the activations. */
lu_err lu_plan_new(lu_plan **out, const lu_net *net, const lu_weights *weights, size_t batch);

/* The same without Winograd's transforms: slower, and no error but of the sums themselves. */
lu_err lu_plan_new_direct(lu_plan **out, const lu_net *net, const lu_weights *weights,
                          size_t batch);

/* As lu_plan_new with batch-norm as it is in the file, for training: the weights keep the file's
   layout. */
lu_err lu_plan_new_trained(lu_plan **out, const lu_net *net, const lu_weights *weights,
                           size_t batch);

/* Before the first gradient of weights. */
lu_err lu_plan_train(lu_plan *p);

void lu_plan_free(lu_plan **plan);

/* Makes the kernels see changed weights (training). */
void lu_plan_repack(lu_plan *p);

/* x is n x H x W x C. Runs sections 0..last. */
void lu_plan_forward(lu_plan *p, const float *x, size_t n, size_t last);

/* Neurons of section `layer` of the last forward: n x neurons, spatial means. */
void lu_plan_neurons(const lu_plan *p, size_t layer, float *out);

/*
 * Backward from `layer` with seed (n x neurons). grad (n x H x W x C) may be NULL; weight gradients
 * are added to `weights` unless NULL, for sections >= first_trained.
 */
void lu_plan_backward(lu_plan *p, size_t layer, const float *seed, float *grad, lu_weights *weights,
                      size_t first_trained);

/* Shortcuts whose gradients need not be copied get told so; once, when all ops are made. */
void lu_plan_ease(lu_plan *p);

#endif
