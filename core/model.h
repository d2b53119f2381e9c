/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The network as every method sees it. In lineup-engine it is the fast plan or Darknet; in lineup
 * it is a client that asks an engine. A method cannot tell which.
 *
 *     lu_model_forward(m, x, n, 1, &layer, &phi);      // n <= m->batch
 *     lu_model_backward(m, layer, seed, grad);         // for the batch just forwarded
 *     lu_model_free(&m);
 *
 * Layer L is the L-th section after [net], from 0. A neuron of a layer with spatial extent is a
 * channel: the mean over space of the output after the activation (DeepJudge code, metrics.py); of
 * any other layer, one unit.
 */
#ifndef LU_CORE_MODEL_H
#define LU_CORE_MODEL_H

#include "core/base/job.h"
#include "core/sample.h"

enum {
    LU_LAYER_LOGITS = -1, /* the layer before softmax or logistic, by type, one value a class */
    LU_TYPE_MAX = 16
};

/* How class scores become probabilities. */
typedef enum lu_head { LU_HEAD_SOFTMAX, LU_HEAD_LOGISTIC } lu_head;

typedef struct lu_layer_info {
    char type[LU_TYPE_MAX]; /* the section's name, "convolutional" */
    lu_shape shape;         /* of the output */
    size_t neurons;         /* channels when h*w > 1, else units */
} lu_layer_info;

typedef struct lu_model lu_model;

typedef struct lu_model_ops {
    lu_err (*forward)(lu_model *m, const float *x, size_t n, size_t wanted, const int *layers,
                      float *const *out);
    lu_err (*backward)(lu_model *m, int layer, const float *seed, float *grad);
    void (*close)(lu_model *m); /* frees m itself too */
} lu_model_ops;

/* Implementations embed this as their first member. */
struct lu_model {
    const lu_model_ops *ops;
    lu_shape input;
    size_t classes;
    lu_head head;
    size_t n_layers;
    const lu_layer_info *layers; /* n_layers of them, owned by the implementation */
    int default_layer;           /* for white-box tests; see lu_model_default_layer() */
    size_t batch;                /* most images in one forward */
};

/* Runs n images (n x H x W x C, n <= batch) as far as the deepest of the `wanted` layers and
   writes, for the k-th, out[k] = n x neurons (n x classes for LU_LAYER_LOGITS). */
lu_err lu_model_forward(lu_model *m, const float *x, size_t n, size_t wanted, const int *layers,
                        float *const *out);

/* grad (n x H x W x C) = gradient at the input of sum(seed * neurons of `layer`), for the images of
   the last forward, which must have gone at least as far as `layer`. seed is n x neurons (or
   classes). */
lu_err lu_model_backward(lu_model *m, int layer, const float *seed, float *grad);

void lu_model_free(lu_model **m);

/* The output width of `layer` (LU_LAYER_LOGITS included); 0 when there is no such layer. */
size_t lu_model_width(const lu_model *m, int layer);

/* All n samples in batches: out[k] = n x width of layers[k]. Reports to `job` under `what`. */
lu_err lu_model_run(lu_model *m, const lu_samples *s, size_t wanted, const int *layers,
                    float *const *out, const lu_job *job, const char *what);

/* What the layer's outputs stay below whatever the input: 1 for an [lstm], else INFINITY. */
double lu_layer_ceiling(const lu_layer_info *layer);

/* The section that holds Keras layer index 3 when sections are counted as Keras counts them (a
   convolution or connected layer with batch-norm is three layers there): 2 in LeNet-5, 0 in
   ResNet-20 and VGG-16. spec 1.9: the authors' examples use --layer 3. Of a recurrent network the
   last [lstm], which gives it its name in the paper: LSTM(128). */
int lu_model_default_layer(size_t n, const lu_layer_info *layers, const bool *batch_norm);

/* Probabilities of one image from its class scores, in double: softmax (shifted by the maximum), or
   element-wise logistic. p has `classes` values in [0,1]. */
void lu_probabilities(lu_head head, const float *logits, size_t classes, double *p);

/* The index of the largest value; the lowest such index on ties. */
size_t lu_argmax(const float *v, size_t n);

#endif
