/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Private to nets/format/keras*: a Keras model on its way to Darknet.
 *
 *     model_config   JSON -> layers                       keras_config.c, keras_layer.c
 *     layers         -> sections, and what fills them     keras_plan.c
 *     arrays         -> parameters                        keras_fill.c
 */
#ifndef LU_NETS_FORMAT_KERAS_MODEL_H
#define LU_NETS_FORMAT_KERAS_MODEL_H

#include "nets/format/h5.h"
#include "nets/format/keras.h"

typedef enum lu_keras_kind {
    LU_KERAS_INPUT,
    LU_KERAS_CONV,
    LU_KERAS_DENSE,
    LU_KERAS_NORM,
    LU_KERAS_ACTIVATION,
    LU_KERAS_MAXPOOL,
    LU_KERAS_AVGPOOL,
    LU_KERAS_FLATTEN,
    LU_KERAS_DROPOUT,
    LU_KERAS_ADD
} lu_keras_kind;

enum { LU_KERAS_NAME = 128, LU_KERAS_INPUTS = 2, LU_KERAS_LAYERS = 1024, LU_KERAS_TEXT = 4 << 20 };

typedef struct lu_keras_layer {
    lu_keras_kind kind;
    char name[LU_KERAS_NAME];      /* letters, digits, . _ - and no others */
    size_t inputs;                 /* none for the input, 2 for an addition, else 1 */
    size_t input[LU_KERAS_INPUTS]; /* layers, each below this one */
    size_t users, user;            /* how many layers take it; one of them */
    lu_shape shape;                /* of the input */
    size_t units;                  /* filters, outputs */
    size_t kernel[2], stride[2];   /* rows, columns; of a window */
    bool same;                     /* padding "same" */
    bool whole;                    /* an average over the whole plane, whatever its size */
    bool bias;                     /* convolution, dense */
    bool softmax;                  /* the activation is */
    lu_activation activation;
    bool scale, centre; /* batch-norm has gamma, beta */
    size_t axis;        /* that it normalizes; 0 is the last */
    double epsilon;     /* of batch-norm, as added to the variance */
    double rate;        /* of dropout */
} lu_keras_layer;

typedef struct lu_keras_model {
    lu_keras_layer *layer; /* owned; the first is the input, the last the output */
    size_t n;
} lu_keras_model;

/* LU_ERR_INPUT: "layer conv2d_1 (Conv2D): dilation_rate is not 1". */
lu_err lu_keras_parse(const char *json, size_t len, lu_keras_model *out);
void lu_keras_fini(lu_keras_model *m);

lu_err lu_keras_refuse(const lu_keras_layer *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What fills one section. */
typedef struct lu_keras_source {
    const lu_keras_layer *layer; /* Conv2D or Dense; NULL for sections without parameters */
    const lu_keras_layer *norm;  /* batch-norm folded into the section, or NULL */
    lu_shape planes;             /* its input as Darknet has it */
    size_t size, row, column;    /* the kernel stands here in one of size x size */
} lu_keras_source;

typedef struct lu_keras_plan {
    lu_buf cfg;              /* owned */
    lu_keras_source *source; /* n, owned; point into the model */
    size_t n;                /* sections after [net] */
} lu_keras_plan;

lu_err lu_keras_plan_of(const lu_keras_model *m, lu_keras_plan *out);
void lu_keras_plan_fini(lu_keras_plan *p);

/* Fills the parameters of the plan's network. */
lu_err lu_keras_fill(const lu_h5 *h, const lu_keras_plan *p, lu_weights *w);

#endif
