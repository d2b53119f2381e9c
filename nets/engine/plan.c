/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/plan.h"

#include <string.h>

enum {
    BATCH_MAX = 64,
    BATCH_FLOATS = 24 << 20, /* activations of a batch beyond which a smaller one is as fast */
    HALO_MAX = 8             /* wider borders cost more than unfolding does */
};

static const size_t PLAN_FLOATS = (size_t)1 << 29; /* 2 GiB of buffers for one network */

static const lu_op_kind *const kinds[LU_SECTION_TYPES] = {
    [LU_CONVOLUTIONAL] = &lu_op_convolution,
    [LU_CONNECTED] = &lu_op_connected,
    [LU_MAXPOOL] = &lu_op_maxpool,
    [LU_AVGPOOL] = &lu_op_avgpool,
    [LU_SOFTMAX] = &lu_op_softmax,
    [LU_LOGISTIC] = &lu_op_logistic,
    [LU_DROPOUT] = &lu_op_dropout,
    [LU_SHORTCUT] = &lu_op_shortcut,
    [LU_ROUTE] = &lu_op_route,
    [LU_ACTIVATION_SECTION] = &lu_op_activation,
    [LU_COST] = &lu_op_nothing,
};

/* --- tensors --- */

static lu_err tensor_init(lu_tensor *t, lu_shape shape, size_t halo, size_t batch)
{
    size_t plane;

    t->shape = shape;
    t->halo = shape.h * shape.w > 1 ? halo : 0;
    t->pitch = shape.w + t->halo;
    t->image = (shape.h + t->halo) * t->pitch;
    t->lead = (t->halo * t->pitch + t->halo + 15) / 16 * 16;
    plane = t->lead + batch * t->image + t->lead + LU_SLACK;
    t->plane = (plane + 15) / 16 * 16;
    LU_TRY(LU_NEW(t->v, t->plane * shape.c + LU_SLACK));
    return LU_NEW(t->g, t->plane * shape.c + LU_SLACK);
}

static void tensor_fini(lu_tensor *t)
{
    free(t->v);
    free(t->g);
}

static void clear_plane(const lu_tensor *t, float *plane, size_t n)
{
    size_t row = t->shape.w, tail = t->halo * t->pitch;

    memset(plane, 0, t->lead * sizeof *plane);
    for (size_t b = 0; b < n; b++) {
        float *at = plane + t->lead + b * t->image;
        for (size_t y = 0; y < t->shape.h; y++) {
            memset(at + y * t->pitch + row, 0, t->halo * sizeof *plane);
        }
        memset(at + t->shape.h * t->pitch, 0, tail * sizeof *plane);
    }
    memset(plane + t->lead + n * t->image, 0, (t->lead + LU_SLACK) * sizeof *plane);
}

void lu_tensor_clear_halo(const lu_tensor *t, float *data, size_t n)
{
    if (t->halo == 0) {
        return;
    }
    for (size_t c = 0; c < t->shape.c; c++) {
        clear_plane(t, data + c * t->plane, n);
    }
}

/* --- making --- */

/* Stride 1, "same" padding, a border worth having: no unfolding. */
static bool reads_in_place(const lu_section *s)
{
    return s->type == LU_CONVOLUTIONAL && s->stride == 1 && 2 * s->pad + 1 == s->size &&
           s->pad <= HALO_MAX;
}

/* The widest border that a convolution without unfolding needs. */
static size_t common_halo(const lu_net *net)
{
    size_t halo = 0;

    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        halo = reads_in_place(s) && s->pad > halo ? s->pad : halo;
    }
    return halo;
}

/* Floats of all buffers at a batch; an upper bound, in double so that nothing overflows. */
static double plan_floats(const lu_net *net, size_t halo, size_t batch)
{
    double total = 0, n = (double)batch;

    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        double plane = (double)(s->out.h + halo) * (double)(s->out.w + halo) * n +
                       4 * (double)halo * (double)(s->out.w + halo) + 2 * LU_SLACK;
        double window = (double)(s->size * s->size);
        total += 2 * plane * (double)s->out.c + 3 * (double)(s->n_weights + s->n_biases);
        if (s->type == LU_CONVOLUTIONAL && !reads_in_place(s)) {
            total += (1 + 1.0 / (double)s->groups) * plane * (double)s->in.c * window;
        } else if (s->type == LU_CONNECTED) {
            total += 2 * n * (double)lu_shape_size(s->in);
        }
    }
    return total;
}

/* The largest batch that fits, BATCH_MAX at most; 0 when not even one image does. */
static size_t choose_batch(const lu_net *net)
{
    size_t fit = BATCH_FLOATS / (net->activations ? net->activations : 1);

    fit = fit < 1 ? 1 : fit > BATCH_MAX ? BATCH_MAX : fit;
    while (fit > 0 && plan_floats(net, common_halo(net), fit) > (double)PLAN_FLOATS) {
        fit /= 2;
    }
    return fit;
}

static lu_err copy_network(lu_plan *p, const lu_net *net, const lu_weights *weights)
{
    p->net = *net;
    p->net.section = NULL;
    LU_TRY(LU_NEW(p->net.section, net->n));
    memcpy(p->net.section, net->section, net->n * sizeof *net->section);
    LU_TRY(lu_weights_alloc(&p->net, &p->weights));
    memcpy(p->weights.block, weights->block, weights->count * sizeof *weights->block);
    return lu_weights_fold(&p->net, &p->weights);
}

static lu_err make_ops(lu_plan *p)
{
    size_t halo = common_halo(&p->net);

    LU_TRY(LU_NEW(p->tensor, p->net.n));
    LU_TRY(LU_NEW(p->op, p->net.n));
    LU_TRY(LU_NEW(p->written, p->net.n));
    LU_TRY(tensor_init(&p->input, p->net.input, halo, p->batch));
    for (size_t i = 0; i < p->net.n; i++) {
        const lu_section *s = &p->net.section[i];
        lu_op *op = &p->op[i];
        LU_TRY(tensor_init(&p->tensor[i], s->out, halo, p->batch));
        op->kind = kinds[s->type];
        op->section = s;
        op->index = i;
        op->in = i ? &p->tensor[i - 1] : &p->input;
        op->out = &p->tensor[i];
        if (op->kind->prepare) {
            LU_TRY(op->kind->prepare(p, op));
        }
    }
    lu_plan_repack(p);
    return LU_OK;
}

lu_err lu_plan_new(lu_plan **out, const lu_net *net, const lu_weights *weights, size_t batch)
{
    lu_plan *p;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(p, 1));
    p->kernels = lu_kernels_best();
    p->batch = batch ? batch : choose_batch(net);
    err = p->batch ? copy_network(p, net, weights)
                   : lu_fail(LU_ERR_INPUT, "the network needs more than %zu MiB of memory to run",
                             PLAN_FLOATS * sizeof(float) >> 20);
    if (!err) {
        err = make_ops(p);
    }
    if (err) {
        lu_plan_free(&p);
        return err;
    }
    *out = p;
    return LU_OK;
}

static void op_fini(lu_op *op)
{
    free(op->packed);
    free(op->packed_back);
    free(op->off);
    free(op->off_back);
    free(op->col);
    free(op->col_back);
    free(op->where);
    free(op->winner);
    free(op->mask);
}

void lu_plan_free(lu_plan **plan)
{
    lu_plan *p = *plan;

    if (p == NULL) {
        return;
    }
    for (size_t i = 0; p->op && p->tensor && i < p->net.n; i++) {
        op_fini(&p->op[i]);
        tensor_fini(&p->tensor[i]);
    }
    tensor_fini(&p->input);
    free(p->op);
    free(p->tensor);
    free(p->written);
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

/* --- images in and gradients out: N x H x W x C <-> planes --- */

static void load_images(lu_plan *p, const float *x, size_t n)
{
    lu_shape s = p->input.shape;

    for (size_t b = 0; b < n; b++) {
        for (size_t c = 0; c < s.c; c++) {
            for (size_t y = 0; y < s.h; y++) {
                const float *from = x + ((b * s.h + y) * s.w) * s.c + c;
                float *to = p->input.v + lu_tensor_at(&p->input, c, b, y, 0);
                for (size_t i = 0; i < s.w; i++) {
                    to[i] = from[i * s.c];
                }
            }
        }
    }
    lu_tensor_clear_halo(&p->input, p->input.v, n);
}

static void store_gradient(const lu_plan *p, float *grad, size_t n)
{
    lu_shape s = p->input.shape;

    for (size_t b = 0; b < n; b++) {
        for (size_t c = 0; c < s.c; c++) {
            for (size_t y = 0; y < s.h; y++) {
                const float *from = p->input.g + lu_tensor_at(&p->input, c, b, y, 0);
                float *to = grad + ((b * s.h + y) * s.w) * s.c + c;
                for (size_t i = 0; i < s.w; i++) {
                    to[i * s.c] = from[i];
                }
            }
        }
    }
}

/* --- running --- */

void lu_plan_forward(lu_plan *p, const float *x, size_t n, size_t last)
{
    load_images(p, x, n);
    for (size_t i = 0; i <= last; i++) {
        p->op[i].kind->forward(p, &p->op[i], n);
    }
    p->images = n;
    p->reached = last + 1;
}

static float plane_mean(const lu_tensor *t, const float *image)
{
    double sum = 0;

    for (size_t y = 0; y < t->shape.h; y++) {
        for (size_t x = 0; x < t->shape.w; x++) {
            sum += image[y * t->pitch + x];
        }
    }
    return (float)(sum / (double)(t->shape.h * t->shape.w));
}

void lu_plan_neurons(const lu_plan *p, size_t layer, float *out)
{
    const lu_tensor *t = &p->tensor[layer];

    for (size_t c = 0; c < t->shape.c; c++) {
        for (size_t b = 0; b < p->images; b++) {
            out[b * t->shape.c + c] = plane_mean(t, t->v + lu_tensor_at(t, c, b, 0, 0));
        }
    }
}

static void seed_plane(const lu_tensor *t, float *image, float value)
{
    for (size_t y = 0; y < t->shape.h; y++) {
        for (size_t x = 0; x < t->shape.w; x++) {
            image[y * t->pitch + x] = value;
        }
    }
}

static void seed_tensor(lu_plan *p, const lu_tensor *t, const float *seed)
{
    float share = 1.0f / (float)(t->shape.h * t->shape.w);

    for (size_t c = 0; c < t->shape.c; c++) {
        for (size_t b = 0; b < p->images; b++) {
            seed_plane(t, t->g + lu_tensor_at(t, c, b, 0, 0), seed[b * t->shape.c + c] * share);
        }
    }
}

bool lu_plan_adds(lu_plan *p, const lu_tensor *t)
{
    bool *written = t == &p->input ? &p->input_written : &p->written[t - p->tensor];
    bool before = *written;

    *written = true;
    return before;
}

void lu_plan_backward(lu_plan *p, size_t layer, const float *seed, float *grad, lu_weights *weights,
                      size_t first_trained)
{
    memset(p->written, 0, p->net.n * sizeof *p->written);
    p->input_written = false;
    p->written[layer] = true;
    seed_tensor(p, &p->tensor[layer], seed);
    for (size_t i = layer + 1; i-- > 0;) {
        lu_op *op = &p->op[i];
        if (!p->written[i]) {
            continue;
        }
        if (op->section->type != LU_SOFTMAX && op->section->type != LU_LOGISTIC) {
            lu_activate_back(p, op->section->activation, op->out, p->images);
        }
        lu_tensor_clear_halo(op->out, op->out->g, p->images);
        if (weights != NULL && op->kind->weights && i >= first_trained) {
            op->kind->weights(p, op, p->images, &weights->param[i]);
        }
        if (grad != NULL || i > first_trained) {
            op->kind->backward(p, op, p->images);
        }
    }
    if (grad != NULL) {
        store_gradient(p, grad, p->images);
    }
}
