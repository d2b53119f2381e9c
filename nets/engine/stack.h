/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chain of convolutional and connected sections that learns, batch-norm included: the encoder and
 * the discriminator of the blind watermark. The fast plan runs networks with batch-norm folded and
 * gives a layer's mean activations; here every pixel of the output counts.
 *
 * Tensors are n x C x H x W as Darknet's, and so is the arithmetic: batch-norm divides by
 * sqrt(variance) + 1e-6, and a stack saved as .weights runs there.
 */
#ifndef LU_NETS_ENGINE_STACK_H
#define LU_NETS_ENGINE_STACK_H

#include "core/core.h"
#include "nets/format/weights.h"

typedef struct lu_stack {
    lu_net net;         /* own copy of the sections */
    lu_weights weights; /* with batch-norm */
    lu_weights grad, m, v;
    size_t batch;  /* most images at once */
    size_t images; /* of the last forward */
    bool training; /* in the last forward */
    size_t steps;  /* Adam's, taken so far */
    float *input;
    float **value;  /* outputs, one a section */
    float **slope;  /* gradients, one a section */
    float **normal; /* normalised values where there is batch-norm, else NULL */
    float **spread; /* there: sqrt(variance) of each channel in the last training batch */
    float *col;     /* one image unfolded, and room for its gradient */
    float *input_slope;
} lu_stack;

/* Parameters uniform in +-1/sqrt(fan in), biases too (PyTorch's default, which the authors use);
   batch-norm begins with scale 1. Takes nothing over. LU_ERR_CANNOT for other sections. */
lu_err lu_stack_new(lu_stack **out, const lu_net *net, size_t batch, lu_rng *rng);
void lu_stack_free(lu_stack **s);

/* The output, n x outputs; valid until the next forward. `training`: batch-norm by the batch's own
   statistics, which also move the running ones by a tenth (PyTorch's momentum). */
const float *lu_stack_forward(lu_stack *s, const float *x, size_t n, bool training);

/* From dL/dout to dL/dx (returned, n x inputs; valid until the next backward); adds the parameters'
   gradients with `learn`. */
const float *lu_stack_backward(lu_stack *s, const float *seed, bool learn);

/* One Adam step (b1 0.5, b2 0.999, eps 1e-8; spec watermark A5) on the gradients, which it clears.
 */
void lu_stack_step(lu_stack *s, double rate);

/* Everything that training needs to go on, and back; LU_ERR_INPUT for the wrong length. */
lu_err lu_stack_save(const lu_stack *s, lu_buf *out);
lu_err lu_stack_load(lu_stack *s, const uint8_t *data, size_t len);

/* --- between the files of the stack --- */

/* Values that one output of a section is made from. */
static inline size_t lu_fan_in(const lu_section *s)
{
    return s->n_weights / s->n_biases;
}

/* Section i of the images at `in`; and from its slope to that of `in`. */
void lu_stack_section(lu_stack *s, size_t i, const float *in);
void lu_stack_section_back(lu_stack *s, size_t i, const float *in, bool learn, float *slope);

#endif
