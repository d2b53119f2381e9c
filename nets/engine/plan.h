/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network compiled into a plan: batch-norm folded, parameters packed, all buffers made once. Runs
 * forward as far as asked, and backward from any section to the input, to the weights, or both.
 *
 * Layout. A tensor is a row of images. An image is a row of blocks of `lanes` channels, as many as
 * a vector holds; a block is h rows of w pixels of `lanes` floats, with a border of `halo` pixels
 * all around that is always 0, so that convolutions read beyond the edge without asking. Channels
 * that fill the last block up are finite and count for nothing.
 *
 * Order. Sections run on a few images at a time, depth first, so that what one writes is still in
 * the cache when the next reads it (spec engine 8, item 4).
 */
#ifndef LU_NETS_ENGINE_PLAN_H
#define LU_NETS_ENGINE_PLAN_H

#include "nets/engine/kernels.h"
#include "nets/format/weights.h"

/* Zeroed floats on a cache line's edge. */
typedef struct lu_floats {
    float *at;
    void *block;   /* owned; what `at` lies in */
    size_t mapped; /* bytes of a block that is a mapping; 0 = from the heap */
} lu_floats;

lu_err lu_floats_new(size_t n, lu_floats *out);
void lu_floats_free(lu_floats *f);

typedef struct lu_tensor {
    lu_shape shape;
    size_t lanes;             /* floats from pixel to pixel; the input's may be its channels */
    size_t blocks;            /* of `lanes` channels */
    size_t halo;              /* pixels */
    size_t row, block, image; /* floats from one to the next */
    lu_floats v;              /* values */
    lu_floats g;              /* gradients dL/dv; may be another tensor's */
} lu_tensor;

typedef struct lu_op lu_op;
typedef struct lu_plan lu_plan;
typedef struct lu_norm lu_norm;

/* Images first..first+n-1 of a batch. */
typedef struct lu_part_of_batch {
    size_t first, n;
} lu_images;

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
    lu_tensor *tensor;    /* one a section */
    lu_op *op;            /* one a section */
    lu_floats scratch[2]; /* of the section that runs */
    size_t scratch_size;  /* floats of each */
    bool norms;           /* batch-norm is kept, to be trained */
    bool direct;          /* no Winograd: the weights would not bear it */
    bool training;        /* dropout masks are applied, batch-norm takes the batch's statistics */
    size_t frozen;    /* below this section batch-norm takes the rolling statistics all the same */
    double norm_rate; /* share of the batch's in the new rolling statistics; Darknet 0.01 */
    size_t reached;   /* sections run by the last forward */
    size_t images;    /* of the last forward */
};

/* Compiles; takes nothing over. `batch` 0 chooses one by the size of the activations. */
lu_err lu_plan_new(lu_plan **out, const lu_net *net, const lu_weights *weights, size_t batch);

/* The same without Winograd's transforms: slower, and no error but of the sums themselves. */
lu_err lu_plan_new_direct(lu_plan **out, const lu_net *net, const lu_weights *weights,
                          size_t batch);

/* As lu_plan_new with batch-norm as it is in the file, for training: the weights keep the file's
 * layout.
 */
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

/* --- between the files of the plan --- */

extern const lu_op_kind lu_op_convolution, lu_op_maxpool, lu_op_avgpool, lu_op_softmax,
    lu_op_logistic, lu_op_dropout, lu_op_shortcut, lu_op_route, lu_op_activation, lu_op_lstm,
    lu_op_nothing;

/* While preparing: p->scratch will hold so many floats each. */
lu_err lu_plan_scratch(lu_plan *p, size_t floats);

/* Shortcuts whose gradients need not be copied get told so; once, when all ops are made. */
void lu_plan_ease(lu_plan *p);

/* The next `group` of n images. */
static inline lu_images lu_images_part(size_t first, size_t group, size_t n)
{
    return (lu_images){first, n - first < group ? n - first : group};
}

/* The borders a convolutional or connected section needs around its values and gradients. */
lu_err lu_convolution_halo(const lu_section *s, size_t *in, size_t *out);

/* The gradient at few channels, where a block of them would be mostly empty: positions instead of
   channels fill the vectors. Stride 1, one group. */
typedef struct lu_narrow lu_narrow;

bool lu_narrow_fits(const lu_plan *p, const lu_op *op);
lu_err lu_narrow_new(const lu_plan *p, const lu_op *op, lu_narrow **out);
void lu_narrow_free(lu_narrow **n);
void lu_narrow_pack(lu_narrow *n, const lu_op *op, const float *weights);
void lu_narrow_backward(lu_narrow *n, const lu_plan *p, const lu_op *op, lu_images b);

/* 3x3 convolutions of stride 1 with enough channels, either way, by Winograd's transforms. `src` is
   what is convolved (the input, or backward the output's gradient), `dst` what comes out. */
typedef struct lu_winograd lu_winograd;

bool lu_winograd_fits(const lu_plan *p, const lu_op *op);

/* How many times as many packed weights there are as weights; 1 = it is computed directly. The
   values they are multiplied with, of one section at a time, and the products are about as many
   each. */
double lu_winograd_growth(const lu_section *s);
lu_err lu_winograd_new(lu_plan *p, const lu_tensor *src, const lu_tensor *dst, lu_winograd **out);
void lu_winograd_free(lu_winograd **w);

/* weights: out_c x in_c x 3 x 3; `back`: channels exchanged, kernels turned round. */
void lu_winograd_pack(lu_winograd *w, const float *weights, bool back);

/* On images b.first.. of `from` (src's values or gradients) to `to` (dst's); what `end` points to
   stands at image 0. */
void lu_winograd_run(const lu_winograd *w, const lu_plan *p, float *from, float *to,
                     const float *bias, lu_ending end, lu_images b);

/* Batch-norm behind a section: takes over its activation. Forward after the section's own; backward
   before it, gradients of biases and scales are added to `grad` unless NULL. Always on the whole
   batch. (norm.c) */
lu_err lu_norm_new(lu_section *s, const lu_tensor *out, size_t batch, lu_norm **norm);
void lu_norm_free(lu_norm **norm);
void lu_norm_forward(lu_plan *p, const lu_op *op, lu_images b);
void lu_norm_backward(const lu_plan *p, const lu_op *op, lu_images b, lu_section_params *grad);

/* Lays a tensor out and makes its buffers. */
lu_err lu_tensor_init(lu_tensor *t, lu_shape shape, size_t lanes, size_t halo, size_t batch);
void lu_tensor_fini(lu_tensor *t);

/* Offset of pixel (y,x) of block c of image b. */
static inline size_t lu_tensor_at(const lu_tensor *t, size_t b, size_t c, size_t y, size_t x)
{
    return b * t->image + c * t->block + (y + t->halo) * t->row + (x + t->halo) * t->lanes;
}

/* Offset of channel c of that pixel. */
static inline size_t lu_tensor_channel(const lu_tensor *t, size_t b, size_t c, size_t y, size_t x)
{
    return lu_tensor_at(t, b, c / t->lanes, y, x) + c % t->lanes;
}

/* The rows of some images of a tensor, one after the other:
       for (lu_rows r = lu_rows_of(t, b); lu_rows_next(&r);)  ... r.n floats at t->v.at + r.at */
typedef struct lu_rows {
    const lu_tensor *t;
    size_t b, c, y, end;
    size_t at, n;
} lu_rows;

lu_rows lu_rows_of(const lu_tensor *t, lu_images b);
bool lu_rows_next(lu_rows *r);

/* Fills the gradients of some images with 0. */
void lu_tensor_zero(const lu_tensor *t, lu_images b);

/* Applies the activation to values; its derivative (from the values) to gradients. */
void lu_activate(lu_activation a, const lu_tensor *t, lu_images b);
void lu_activate_back(const lu_plan *p, lu_activation a, const lu_tensor *t, lu_images b);

#endif
