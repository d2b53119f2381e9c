/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/convolution.h"
#include "nets/engine/norm.h"
#include "nets/engine/plan.h"
#include "nets/engine/winograd.h"

#include <math.h>
#include <string.h>

enum {
    BATCH_MAX = 64,
    BATCH_NEAR = 5 << 18,  /* activations of a batch beyond which a smaller one is faster */
    BATCH_FAR = 128 << 20, /* activations of a batch beyond which a smaller one is as fast */
    NEAR_FLOATS = 1 << 18  /* of one section's input and output: half a second-level cache */
};

static const double NORM_RATE = 0.01; /* Darknet: rolling *= 0.99 */

static const size_t PLAN_FLOATS = (size_t)1 << 30; /* 4 GiB of buffers for one network */

static const lu_op_kind *const kinds[LU_SECTION_TYPES] = {
    [LU_CONVOLUTIONAL] = &lu_op_convolution,
    [LU_CONNECTED] = &lu_op_convolution,
    [LU_MAXPOOL] = &lu_op_maxpool,
    [LU_AVGPOOL] = &lu_op_avgpool,
    [LU_SOFTMAX] = &lu_op_softmax,
    [LU_LOGISTIC] = &lu_op_logistic,
    [LU_DROPOUT] = &lu_op_dropout,
    [LU_SHORTCUT] = &lu_op_shortcut,
    [LU_ROUTE] = &lu_op_route,
    [LU_ACTIVATION_SECTION] = &lu_op_activation,
    [LU_COST] = &lu_op_nothing,
    [LU_LSTM] = &lu_op_lstm,
};

/* --- borders and batches --- */

/* halo[0] is the input's, halo[i + 1] section i's. */
static lu_err find_halos(const lu_net *net, size_t *halo)
{
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        size_t in, out;
        if (s->type == LU_CONVOLUTIONAL || s->type == LU_CONNECTED) {
            LU_TRY(lu_convolution_halo(s, &in, &out));
            halo[i] = in > halo[i] ? in : halo[i];
            halo[i + 1] = out;
        }
    }
    return LU_OK;
}

static double padded(double channels)
{
    return ceil(channels / LU_LANES_MAX) * LU_LANES_MAX;
}

/* Floats of all buffers at a batch, in double so that nothing overflows: for each section values
   and gradients, n (h+2p)(w+2p) C' each with C' the channels filled up to a vector, a table of four
   words a pixel, its parameters, and those packed for forward and for backward; and twice the
   largest section's packed ones. */
static double plan_floats(const lu_net *net, const size_t *halo, size_t batch)
{
    double total = 0, largest = 0;

    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        double h = (double)(s->out.h + 2 * halo[i + 1]), w = (double)(s->out.w + 2 * halo[i + 1]);
        double in = (double)(s->in.h + 2 * halo[i]) * (double)(s->in.w + 2 * halo[i]);
        double weights = s->n_weights ? (double)s->n_weights / (double)s->out.c : 0;
        total += 2 * (double)batch * h * w * padded((double)s->out.c) + 4 * (h * w + in);
        double packed = weights * padded((double)s->out.c) * lu_winograd_growth(s);
        total += 2 * packed + (double)s->n_weights;
        largest = packed > largest ? packed : largest;
        if (s->type == LU_LSTM) {
            total += LU_LSTM_KEPT * (double)batch * (double)s->steps * padded((double)s->out.c);
        }
    }
    return total + 2 * largest;
}

/* Images whose activations stay near the processor, or as many activations as there are parameters
   to read; BATCH_MAX at most, fewer when memory does not hold them, 0 when not even one. A sequence
   reads its parameters at every step: as many of them as there may be. */
static size_t choose_batch(const lu_net *net, const size_t *halo)
{
    size_t near = net->steps > 1 ? BATCH_FAR : BATCH_NEAR;
    size_t floats = net->parameters > near ? net->parameters : near;
    size_t fit = (floats < BATCH_FAR ? floats : BATCH_FAR) / (net->activations + 1);

    fit = fit < 1 ? 1 : fit > BATCH_MAX ? BATCH_MAX : fit;
    while (fit > 0 && plan_floats(net, halo, fit) > (double)PLAN_FLOATS) {
        fit /= 2;
    }
    return fit;
}

/* --- making --- */

static lu_err copy_network(lu_plan *p, const lu_net *net, const lu_weights *weights)
{
    p->net = *net;
    p->net.section = NULL;
    LU_TRY(LU_NEW(p->net.section, net->n));
    memcpy(p->net.section, net->section, net->n * sizeof *net->section);
    LU_TRY(lu_weights_alloc(&p->net, &p->weights));
    memcpy(p->weights.block, weights->block, weights->count * sizeof *weights->block);
    return p->norms ? LU_OK : lu_weights_fold(&p->net, &p->weights);
}

/* A first section that mixes channels reads the input as it comes; others want whole blocks. A
   connected one reads a grey image as a vector, an lstm a sequence as a column of them. */
static lu_err make_input(lu_plan *p, size_t halo)
{
    const lu_section *s = &p->net.section[0];
    lu_shape shape = p->net.input;
    bool mixes = s->type == LU_CONNECTED || s->type == LU_LSTM ||
                 (s->type == LU_CONVOLUTIONAL && s->groups == 1);

    if (s->type == LU_CONNECTED && shape.c == 1) {
        shape = (lu_shape){1, 1, lu_shape_size(shape)};
    }
    if (s->type == LU_LSTM) {
        shape = (lu_shape){p->net.steps, 1, lu_shape_size(shape) / p->net.steps};
    }
    LU_TRY(lu_tensor_init(&p->input, shape, mixes ? shape.c : p->kernels->lanes, halo, p->batch));
    return lu_tensor_init(&p->input_grad, shape, p->kernels->lanes, halo, p->batch);
}

/* As many images as fit near the processor, at least one; where the parameters do not fit either,
   so many that reading those takes no longer than reading the images. */
static size_t group_of(const lu_op *op)
{
    size_t each = op->in->image + op->out->image, weights = op->section->n_weights;
    size_t fit = (weights > NEAR_FLOATS ? weights : NEAR_FLOATS) / each;

    return fit ? fit : 1;
}

static lu_err make_op(lu_plan *p, size_t i, size_t halo)
{
    lu_section *s = &p->net.section[i];
    lu_op *op = &p->op[i];

    LU_TRY(lu_tensor_init(&p->tensor[i], s->out, p->kernels->lanes, halo, p->batch));
    op->kind = kinds[s->type];
    op->section = s;
    op->index = i;
    op->in = i ? &p->tensor[i - 1] : &p->input;
    op->in_grad = i ? &p->tensor[i - 1] : &p->input_grad;
    op->out = &p->tensor[i];
    op->group = p->norms ? p->batch : group_of(op); /* statistics are the whole batch's */
    if (s->batch_normalize) {
        LU_TRY(lu_norm_new(s, op->out, p->batch, &op->norm));
    }
    return op->kind->prepare ? op->kind->prepare(p, op) : LU_OK;
}

static lu_err make_ops(lu_plan *p, const size_t *halo)
{
    LU_TRY(LU_NEW(p->tensor, p->net.n));
    LU_TRY(LU_NEW(p->op, p->net.n));
    LU_TRY(make_input(p, halo[0]));
    for (size_t i = 0; i < p->net.n; i++) {
        LU_TRY(make_op(p, i, halo[i + 1]));
    }
    lu_plan_ease(p);
    lu_plan_repack(p);
    return LU_OK;
}

static lu_err make(lu_plan *p, const lu_net *net, const lu_weights *weights, size_t batch,
                   size_t *halo)
{
    LU_TRY(find_halos(net, halo));
    p->batch = batch ? batch : choose_batch(net, halo);
    if (p->batch == 0) {
        return lu_fail(LU_ERR_INPUT, "the network needs more than %zu MiB of memory to run",
                       PLAN_FLOATS * sizeof(float) >> 20);
    }
    LU_TRY(copy_network(p, net, weights));
    return make_ops(p, halo);
}

static bool has_norms(const lu_net *net)
{
    for (size_t i = 0; i < net->n; i++) {
        if (net->section[i].batch_normalize) {
            return true;
        }
    }
    return false;
}

static lu_err new_plan(lu_plan **out, const lu_net *net, const lu_weights *weights, size_t batch,
                       bool norms, bool direct)
{
    size_t *halo = NULL;
    lu_plan *p;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(p, 1));
    p->kernels = lu_kernels_best();
    p->norms = norms;
    p->direct = direct;
    p->norm_rate = NORM_RATE;
    err = LU_NEW(halo, net->n + 1);
    if (!err) {
        err = make(p, net, weights, batch, halo);
    }
    free(halo);
    if (err) {
        lu_plan_free(&p);
        return err;
    }
    *out = p;
    return LU_OK;
}

lu_err lu_plan_new(lu_plan **out, const lu_net *net, const lu_weights *weights, size_t batch)
{
    return new_plan(out, net, weights, batch, false, false);
}

lu_err lu_plan_new_direct(lu_plan **out, const lu_net *net, const lu_weights *weights, size_t batch)
{
    return new_plan(out, net, weights, batch, false, true);
}

lu_err lu_plan_new_trained(lu_plan **out, const lu_net *net, const lu_weights *weights,
                           size_t batch)
{
    return new_plan(out, net, weights, batch, has_norms(net), false);
}

static void op_fini(lu_op *op)
{
    if (op->own != NULL && op->kind->release) {
        op->kind->release(op);
    }
    free(op->mask);
    lu_norm_free(&op->norm);
}

void lu_plan_free(lu_plan **plan)
{
    lu_plan *p = *plan;

    if (p == NULL) {
        return;
    }
    for (size_t i = 0; p->op && p->tensor && i < p->net.n; i++) {
        op_fini(&p->op[i]);
        lu_tensor_fini(&p->tensor[i]);
    }
    lu_tensor_fini(&p->input);
    lu_tensor_fini(&p->input_grad);
    lu_scratch_fini(&p->scratch);
    free(p->op);
    free(p->tensor);
    lu_weights_fini(&p->weights);
    lu_net_fini(&p->net);
    free(p);
    *plan = NULL;
}

void lu_plan_repack(lu_plan *p)
{
    for (size_t i = 0; i < p->net.n; i++) {
        if (p->op[i].kind->pack) {
            p->op[i].kind->pack(p, &p->op[i]);
        }
    }
}

lu_err lu_plan_train(lu_plan *p)
{
    for (size_t i = 0; i < p->net.n; i++) {
        if (p->op[i].kind->weights_prepare) {
            LU_TRY(p->op[i].kind->weights_prepare(p, &p->op[i]));
        }
    }
    p->training = true;
    return LU_OK;
}

/* --- images in: N x H x W x C to blocks --- */

static void load_images(lu_plan *p, const float *x, size_t n)
{
    const lu_tensor *t = &p->input;
    lu_shape s = t->shape;

    for (size_t b = 0; b < n; b++) {
        for (size_t y = 0; y < s.h; y++, x += s.w * s.c) {
            if (t->lanes == s.c) {
                memcpy(t->v.at + lu_tensor_at(t, b, 0, y, 0), x, s.w * s.c * sizeof *x);
                continue;
            }
            for (size_t c = 0; c < s.c; c++) {
                float *to = t->v.at + lu_tensor_channel(t, b, c, y, 0);
                for (size_t i = 0; i < s.w; i++) {
                    to[i * t->lanes] = x[i * s.c + c];
                }
            }
        }
    }
}

/* --- running --- */

static void run_section(lu_plan *p, lu_op *op, lu_images b)
{
    op->kind->forward(p, op, b);
    if (op->norm != NULL) {
        lu_norm_forward(p, op, b);
    }
}

/* Sections first..last-1 that take as many images at a time, for each part of the batch. */
static size_t end_of_stretch(const lu_plan *p, size_t first, size_t last)
{
    size_t i = first + 1;

    while (i < last && p->op[i].group == p->op[first].group) {
        i++;
    }
    return i;
}

void lu_plan_forward(lu_plan *p, const float *x, size_t n, size_t last)
{
    load_images(p, x, n);
    for (size_t i = 0, end; i <= last; i = end) {
        size_t group = p->op[i].group;
        end = end_of_stretch(p, i, last + 1);
        for (size_t b = 0; b < n; b += group) {
            for (size_t k = i; k < end; k++) {
                run_section(p, &p->op[k], lu_images_part(b, group, n));
            }
        }
    }
    p->images = n;
    p->reached = last + 1;
}

/* The mean over space of one block of one image. */
static void block_means(const lu_plan *p, const lu_tensor *t, size_t image, size_t block,
                        double *mean)
{
    double share = 1.0 / (double)(t->shape.h * t->shape.w), row[LU_LANES_MAX];

    memset(mean, 0, t->lanes * sizeof *mean);
    for (size_t y = 0; y < t->shape.h; y++) {
        p->kernels->sum(row, t->v.at + lu_tensor_at(t, image, block, y, 0), t->shape.w);
        for (size_t l = 0; l < t->lanes; l++) {
            mean[l] += row[l];
        }
    }
    for (size_t l = 0; l < t->lanes; l++) {
        mean[l] *= share;
    }
}

void lu_plan_neurons(const lu_plan *p, size_t layer, float *out)
{
    const lu_tensor *t = &p->tensor[layer];

    for (size_t b = 0; b < p->images; b++) {
        for (size_t c = 0; c < t->blocks; c++) {
            double mean[LU_LANES_MAX];
            block_means(p, t, b, c, mean);
            for (size_t l = 0; l < t->lanes && c * t->lanes + l < t->shape.c; l++) {
                *out++ = (float)mean[l];
            }
        }
    }
}
