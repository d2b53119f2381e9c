/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libdarknet's [lstm]: eight connected layers inside, state that outlives a call, everything in the
 * order of steps, then sequences (spec engine 3). Only forward is of use.
 */
#ifndef LU_NETS_ENGINE_DARKNET_LSTM_H
#define LU_NETS_ENGINE_DARKNET_LSTM_H

#include "nets/engine/engine.h"

#include <darknet.h>

/* Are the loaded parameters those of p, bit by bit? */
bool lu_darknet_lstm_same(const layer *l, const lu_section *s, const lu_section_params *p);

/* Before each forward: the state of what ran before is forgotten. */
void lu_darknet_lstm_forget(const layer *l);

/* What free_network leaves behind. */
void lu_darknet_lstm_free(layer *l);

/* n sequences, the rest of `batch` zeros, from one after the other to step after step. */
void lu_darknet_lstm_turn(lu_shape s, size_t n, size_t batch, const float *src, float *dst);

/* The neurons of n sequences from a section's output: the last step's, or of a section that is read
   at every step (shape.h of them) the mean. */
void lu_darknet_lstm_neurons(lu_shape shape, size_t steps, size_t n, size_t batch, const float *v,
                             float *out);

#endif
