/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three networks of the blind watermark as trainees: the host on the fast plan, encoder and
 * discriminator as stacks of the authors' layers (spec watermark A3, A11).
 */
#ifndef LU_NETS_ENGINE_MARK_NETS_H
#define LU_NETS_ENGINE_MARK_NETS_H

#include "nets/engine/engine.h"

/*
 * The authors' MNIST encoder at any image shape: two grouped 3x3 convolutions for image and logo
 * (the two pre-networks and their concatenation), three of `width` channels, one to the image,
 * tanh. Leaky slopes are Darknet's: 0.1 for their 0.2. Free with lu_net_fini.
 */
lu_err lu_encoder_net(lu_shape image, size_t width, lu_net *out);

/* Theirs: connected 64-32-1 for grey images, six convolutions and one connected for colour. Gives
   the score before the sigmoid. */
lu_err lu_discriminator_net(lu_shape image, lu_net *out);

/* Fresh parameters from (seed, purpose). */
lu_err lu_stack_trainee(const lu_net *net, size_t batch, uint64_t seed, const char *purpose,
                        lu_trainee **out);

/* Puts a .weights file in place of the fresh parameters; and back into a file. */
lu_err lu_stack_trainee_read(lu_trainee *t, const uint8_t *data, size_t len);
lu_err lu_stack_trainee_write(const lu_trainee *t, lu_buf *out);

/* `parent` may be NULL for fresh parameters from params->seed. Batch-norm takes the batch's
   statistics in training; its rolling ones follow the batches the host learns from. */
lu_err lu_host_trainee(const lu_net *net, const lu_weights *parent, const lu_embed_params *params,
                       lu_trainee **out);
lu_err lu_host_trainee_write(const lu_trainee *t, lu_buf *out);

#endif
