/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keras models (tf.keras 2, whole models saved as .h5) as Darknet networks that answer the same.
 *
 *     LU_TRY(lu_keras_convert(file, len, &limits, &cfg, &weights));
 *
 * Taken: Sequential and Functional models of one input and one output, channels last, of
 * InputLayer, Conv2D, Dense, BatchNormalization right after either, Activation, ReLU, LeakyReLU,
 * Softmax, MaxPooling2D, GlobalAveragePooling2D (AveragePooling2D over the whole plane), Flatten,
 * Dropout, Add of two. Anything else is refused by name: a layer that is left out would answer
 * otherwise.
 *
 * How (the layouts: the two programs' own; steps 1 to 4 as DeepJudge's shipped networks need them):
 *   kernels      (kh, kw, in, out) -> [out][in][kh][kw]; (in, out) -> [out][in]
 *   flattening   Keras flattens (h, w, c), Darknet (c, h, w): the rows of the dense kernel change
 *                places
 *   "same"       TensorFlow pads floor(p/2) before and the rest behind, p = (out-1)*stride+k-in;
 *                Darknet as much on either side. The kernel gets rows and columns of zeros in
 * front: 3x3 at stride 2 becomes 4x4 with padding 1 batch-norm   Keras
 * gamma*(x+b-mean)/sqrt(var+eps)+beta, Darknet scale*(x-m)/(sqrt(v)+1e-6)+bias: m = mean-b, v =
 * (sqrt(var+eps)-1e-6)^2 Pixels are taken as lineup's networks take them, in [0,1]; a model cannot
 * say what it wants.
 */
#ifndef LU_NETS_FORMAT_KERAS_H
#define LU_NETS_FORMAT_KERAS_H

#include "nets/format/weights.h"

enum { LU_KERAS_FILE = 1 << 30 }; /* bytes of a file that is looked at: weights, and Adam's two */

/* The texts of a .cfg and a .weights file, added. LU_ERR_INPUT says which layer, what, why. */
lu_err lu_keras_convert(const uint8_t *file, size_t len, const lu_net_limits *limits, lu_buf *cfg,
                        lu_buf *weights);

#endif
