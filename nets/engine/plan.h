/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network compiled into a plan: batch-norm folded, parameters packed, all buffers made once. Runs
 * forward as far as asked, and backward from any section to the input, to the weights, or both.
 *
 * Layout. A tensor is channel-major over the whole batch: channel c is one plane of floats, in it
 * image after image, row after row. Rows are `halo` zeros longer than wide, images `halo` zero rows
 * longer than high, and the plane starts with the same, so that a stride-1 "same" convolution is a
 * product with shifted starts and needs no copy. A tensor of 1x1 images has no halo: its plane is
 * the batch.
 */
#ifndef LU_NETS_ENGINE_PLAN_H
#define LU_NETS_ENGINE_PLAN_H

#include "nets/engine/kernels.h"
#include "nets/format/weights.h"

typedef struct lu_tensor {
    lu_shape shape;
    size_t pitch; /* floats from row to row */
    size_t image; /* floats from image to image */
    size_t lead;  /* floats before the first pixel of a plane */
    size_t plane; /* floats from channel to channel */
    size_t halo;
    float *v; /* values; halo always 0 after the section ran; owned */
    float *g; /* gradients dL/dv; halo undefined; owned */
} lu_tensor;

typedef struct lu_op lu_op;
typedef struct lu_plan lu_plan;

/* What a section does; one row per section type in the table of plan.c. */
typedef struct lu_op_kind {
    lu_err (*prepare)(lu_plan *p, lu_op *op); /* buffers; may be NULL */
    void (*pack)(lu_plan *p, lu_op *op);      /* parameters to kernel form; may be NULL */
    void (*forward)(lu_plan *p, lu_op *op, size_t n);
    void (*backward)(lu_plan *p, lu_op *op, size_t n);                 /* to its inputs */
    void (*weights)(lu_plan *p, lu_op *op, size_t n, lu_params *grad); /* adds; may be NULL */
} lu_op_kind;

struct lu_op {
    const lu_op_kind *kind;
    const lu_section *section;
    size_t index;
    lu_tensor *in; /* output of the section before, or the plan's input */
    lu_tensor *out;
    float *packed;          /* weights for forward; owned */
    float *packed_back;     /* transposed (convolution: and flipped) for backward; owned */
    size_t *off, *off_back; /* row starts for the kernels; owned */
    float *col;             /* unfolded or flattened input; owned */
    float *col_back;        /* its transpose (connected), or column gradients; owned */
    size_t col_plane;       /* floats from row to row of col */
    bool direct;            /* convolution without unfolding */
    unsigned char *where;   /* maxpool: which input won; owned */
    uint32_t *winner;       /* maxpool, general case: offset of the winner in the plane; owned */
    float *mask; /* dropout in training: 0 or 1/(1-p) for each value of one batch; owned */
};

struct lu_plan {
    lu_net net;         /* own copy of the sections, batch-norm folded */
    lu_weights weights; /* own copy, folded */
    const lu_kernels *kernels;
    size_t batch; /* most images at once */
    lu_tensor input;
    lu_tensor *tensor; /* one a section */
    lu_op *op;         /* one a section */
    bool *written;     /* backward: has section i's gradient been written yet? */
    bool input_written;
    bool training;  /* dropout masks are applied */
    size_t reached; /* sections run by the last forward */
    size_t images;  /* of the last forward */
};

/* Compiles; takes nothing over. `batch` 0 chooses one by the size of the activations. */
lu_err lu_plan_new(lu_plan **out, const lu_net *net, const lu_weights *weights, size_t batch);
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

/* --- between the files of the plan --- */

extern const lu_op_kind lu_op_convolution, lu_op_connected, lu_op_maxpool, lu_op_avgpool,
    lu_op_softmax, lu_op_logistic, lu_op_dropout, lu_op_shortcut, lu_op_route, lu_op_activation,
    lu_op_nothing;

/* Address of pixel (y,x) of image b in channel c. */
static inline size_t lu_tensor_at(const lu_tensor *t, size_t c, size_t b, size_t y, size_t x)
{
    return c * t->plane + t->lead + b * t->image + y * t->pitch + x;
}

/* Zeroes what lies between rows and images of the first n images. */
void lu_tensor_clear_halo(const lu_tensor *t, float *data, size_t n);

/* Applies the activation to the first n images' values; its derivative (from the values) to
 * gradients. */
void lu_activate(lu_activation a, const lu_tensor *t, size_t n);
void lu_activate_back(const lu_plan *p, lu_activation a, const lu_tensor *t, size_t n);

/* Gradient of a source tensor that is about to be written: true when it must be added to. */
bool lu_plan_adds(lu_plan *p, const lu_tensor *t);

#endif
