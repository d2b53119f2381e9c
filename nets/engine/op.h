/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan from inside: what a section of it does, and the sections of each kind. */
#ifndef LU_NETS_ENGINE_OP_H
#define LU_NETS_ENGINE_OP_H

#include "nets/engine/tensor.h"

typedef struct lu_op lu_op;
typedef struct lu_plan lu_plan;
typedef struct lu_norm lu_norm;

/* What a section does; one row per section type in the table of plan.c. */
typedef struct lu_op_kind {
    lu_err (*prepare)(lu_plan *p, lu_op *op); /* buffers; may be NULL */
    void (*release)(lu_op *op);               /* what prepare made; may be NULL */
    void (*pack)(lu_plan *p, lu_op *op);      /* parameters to kernel form; may be NULL */
    void (*forward)(lu_plan *p, lu_op *op, lu_images b);
    void (*slopes)(lu_plan *p, lu_op *op, lu_images b);   /* backward, first; may be NULL */
    void (*backward)(lu_plan *p, lu_op *op, lu_images b); /* to its inputs */
    lu_err (*weights_prepare)(lu_plan *p, lu_op *op);     /* before the first gradient */
    void (*weights)(lu_plan *p, lu_op *op, lu_images b);  /* adds up */
    void (*weights_done)(lu_plan *p, lu_op *op, lu_section_params *grad); /* adds the sum to grad */
} lu_op_kind;

struct lu_op {
    const lu_op_kind *kind;
    const lu_section *section;
    size_t index;
    size_t group;       /* images at a time */
    lu_tensor *in;      /* values of the section before, or the plan's input */
    lu_tensor *in_grad; /* where their gradient goes; differs from `in` for the first section */
    lu_tensor *out;
    bool live;                /* backward: the asked layer depends on this section */
    bool adds[LU_ROUTES_MAX]; /* backward: source k's gradient has been written to before */
    bool masks;  /* backward: this section writes the last share of its input's gradient and
                    multiplies with the derivative of relu while at it */
    bool masked; /* backward: that has been done to this section's output */
    const lu_tensor *lender; /* of a shortcut's source's reader: that shortcut's output, whose
                                gradient is the share to add; NULL = shares are added in place */
    bool lends;              /* shortcut: its source's gradient is not written, but lent */
    void *own;               /* what prepare made */
    float *mask;   /* dropout in training: 0 or 1/(1-p) for each value of one batch; owned */
    lu_norm *norm; /* batch-norm that is not folded, and the activation behind it; owned; or NULL */
};

struct lu_plan {
    lu_net net;         /* own copy of the sections, batch-norm folded unless `norms` */
    lu_weights weights; /* own copy, likewise */
    const lu_kernels *kernels;
    size_t batch; /* most images at once */
    lu_tensor input, input_grad;
    lu_tensor *tensor; /* one a section */
    lu_op *op;         /* one a section */
    lu_scratch scratch;
    bool norms;       /* batch-norm is kept, to be trained */
    bool direct;      /* no Winograd: the weights would not bear it */
    bool training;    /* dropout masks are applied, batch-norm takes the batch's statistics */
    size_t frozen;    /* below this section batch-norm takes the rolling statistics all the same */
    double norm_rate; /* share of the batch's in the new rolling statistics; Darknet 0.01 */
    size_t reached;   /* sections run by the last forward */
    size_t images;    /* of the last forward */
};

extern const lu_op_kind lu_op_convolution, lu_op_maxpool, lu_op_avgpool, lu_op_softmax,
    lu_op_logistic, lu_op_dropout, lu_op_shortcut, lu_op_route, lu_op_activation, lu_op_lstm,
    lu_op_nothing;

#endif
