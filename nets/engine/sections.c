/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections without arithmetic of their own: joins, heads, dropout, activation. */
#include "nets/engine/activate.h"
#include "nets/engine/op.h"

#include <math.h>
#include <string.h>

/* --- moving pixels --- */

/* to (+)= from of one image for the first `channels` channels; every `step`-th pixel of the source
   to every `spread`-th of the destination. */
typedef struct transfer {
    const lu_tensor *from, *to;
    const float *src;
    float *dst;
    size_t step, spread, channels;
    bool add;
} transfer;

static void move_pixel(const transfer *m, const float *from, float *to, size_t block)
{
    size_t lanes = m->to->lanes, rest = m->channels - block * lanes;
    size_t n = rest < lanes ? rest : lanes;

    for (size_t l = 0; l < n; l++) {
        to[l] = (m->add ? to[l] : 0) + from[l];
    }
}

static void move_pixels(const transfer *m, size_t image)
{
    size_t h = (m->to->shape.h + m->spread - 1) / m->spread;
    size_t w = (m->to->shape.w + m->spread - 1) / m->spread;

    for (size_t c = 0; c * m->to->lanes < m->channels; c++) {
        for (size_t y = 0; y < h; y++) {
            const float *from = m->src + lu_tensor_at(m->from, image, c, y * m->step, 0);
            float *to = m->dst + lu_tensor_at(m->to, image, c, y * m->spread, 0);
            for (size_t x = 0; x < w; x++) {
                move_pixel(m, from + x * m->step * m->from->lanes,
                           to + x * m->spread * m->to->lanes, c);
            }
        }
    }
}

/* Tensors of one shape and layout: row by row. */
static void move_rows(const lu_plan *p, const transfer *m, lu_images b)
{
    lu_rows to = lu_rows_of(m->to, b), from = lu_rows_of(m->from, b);

    while (lu_rows_next(&to) && lu_rows_next(&from)) {
        if (m->add) {
            p->kernels->add(m->dst + to.at, m->dst + to.at, m->src + from.at, to.n, false);
        } else {
            memcpy(m->dst + to.at, m->src + from.at, to.n * sizeof(float));
        }
    }
}

static void move(const lu_plan *p, const transfer *m, lu_images b)
{
    if (lu_shape_equal(m->from->shape, m->to->shape)) {
        move_rows(p, m, b);
        return;
    }
    for (size_t i = b.first; i < b.first + b.n; i++) {
        move_pixels(m, i);
    }
}

/* in.g (+)= out.g for tensors of equal shape. */
static void pass_back(lu_plan *p, lu_op *op, lu_images b)
{
    transfer m = {op->out, op->in_grad, op->out->g.at,    op->in_grad->g.at,
                  1,       1,           op->out->shape.c, op->adds[0]};

    move(p, &m, b);
}

static void pass_on(const lu_plan *p, const lu_op *op, lu_images b)
{
    transfer m = {op->in, op->out, op->in->v.at, op->out->v.at, 1, 1, op->out->shape.c, false};

    move(p, &m, b);
}

/* --- shortcut: out = previous + source, channels and pixels as far as both have them (libdarknet's
   shortcut_cpu: a larger source is sampled, a smaller one spread) --- */

static size_t shared_channels(const lu_tensor *a, const lu_tensor *b)
{
    return a->shape.c < b->shape.c ? a->shape.c : b->shape.c;
}

static transfer shortcut_way(const lu_tensor *from, const lu_tensor *to)
{
    size_t step = from->shape.w / to->shape.w, spread = to->shape.w / from->shape.w;

    return (transfer){.from = from,
                      .to = to,
                      .step = step ? step : 1,
                      .spread = spread ? spread : 1,
                      .channels = shared_channels(from, to)};
}

/* out = in + from and the activation, where all have one shape. */
static void join_rows(const lu_plan *p, const lu_op *op, const lu_tensor *from, lu_images b)
{
    lu_rows to = lu_rows_of(op->out, b), one = lu_rows_of(op->in, b), two = lu_rows_of(from, b);
    lu_activation a = op->section->activation;

    while (lu_rows_next(&to) && lu_rows_next(&one) && lu_rows_next(&two)) {
        p->kernels->add(op->out->v.at + to.at, op->in->v.at + one.at, from->v.at + two.at, to.n,
                        a == LU_ACT_RELU);
    }
    if (a != LU_ACT_RELU) {
        lu_activate(a, op->out, b);
    }
}

static void shortcut_forward(lu_plan *p, lu_op *op, lu_images b)
{
    const lu_tensor *from = &p->tensor[op->section->source[0]];
    transfer m = shortcut_way(from, op->out);

    if (lu_shape_equal(from->shape, op->out->shape)) {
        join_rows(p, op, from, b);
        return;
    }
    pass_on(p, op, b);
    m.src = from->v.at;
    m.dst = op->out->v.at;
    m.add = true;
    move(p, &m, b);
    lu_activate(op->section->activation, op->out, b);
}

static void shortcut_backward(lu_plan *p, lu_op *op, lu_images b)
{
    lu_tensor *from = &p->tensor[op->section->source[0]];
    transfer m = shortcut_way(op->out, from);

    if (op->in_grad->g.at != op->out->g.at) {
        pass_back(p, op, b);
    }
    if (op->lends) {
        return;
    }
    m.src = op->out->g.at;
    m.dst = from->g.at;
    m.add = op->adds[1];
    if (!m.add && !lu_shape_equal(from->shape, op->out->shape)) {
        lu_tensor_zero(from, b);
    }
    move(p, &m, b);
}

const lu_op_kind lu_op_shortcut = {.forward = shortcut_forward, .backward = shortcut_backward};

/* --- route: channels of the sources one after the other --- */

/* Channels at..at+from.c-1 of `to` and all of `from`, either way; blocks need not line up. */
static void copy_channels(const lu_tensor *small, float *part, const lu_tensor *large, float *whole,
                          size_t at, lu_images b, bool back, bool add)
{
    for (size_t i = b.first; i < b.first + b.n; i++) {
        for (size_t c = 0; c < small->shape.c; c++) {
            for (size_t y = 0; y < small->shape.h; y++) {
                float *s = part + lu_tensor_channel(small, i, c, y, 0);
                float *l = whole + lu_tensor_channel(large, i, at + c, y, 0);
                for (size_t x = 0; x < small->shape.w; x++) {
                    float *one = s + x * small->lanes, *other = l + x * large->lanes;
                    if (back) {
                        *one = (add ? *one : 0) + *other;
                    } else {
                        *other = *one;
                    }
                }
            }
        }
    }
}

static void route(lu_plan *p, lu_op *op, lu_images b, bool back)
{
    const lu_tensor *out = op->out;
    size_t at = 0;

    for (size_t k = 0; k < op->section->sources; k++) {
        lu_tensor *from = &p->tensor[op->section->source[k]];
        transfer m = {from, out, from->v.at, out->v.at, 1, 1, from->shape.c, false};
        if (back) {
            m = (transfer){out, from, out->g.at, from->g.at, 1, 1, from->shape.c, op->adds[k]};
        }
        if (lu_shape_equal(from->shape, out->shape)) {
            move_rows(p, &m, b);
        } else {
            copy_channels(from, back ? from->g.at : from->v.at, out, back ? out->g.at : out->v.at,
                          at, b, back, op->adds[k]);
        }
        at += from->shape.c;
    }
}

static void route_forward(lu_plan *p, lu_op *op, lu_images b)
{
    route(p, op, b, false);
}

static void route_backward(lu_plan *p, lu_op *op, lu_images b)
{
    route(p, op, b, true);
}

const lu_op_kind lu_op_route = {.forward = route_forward, .backward = route_backward};

/* --- activation --- */

static void activation_forward(lu_plan *p, lu_op *op, lu_images b)
{
    pass_on(p, op, b);
    lu_activate(op->section->activation, op->out, b);
}

const lu_op_kind lu_op_activation = {.forward = activation_forward, .backward = pass_back};

/* --- dropout: nothing in use; in training a mask that train.c draws --- */

static lu_err dropout_prepare(lu_plan *p, lu_op *op)
{
    return LU_NEW(op->mask, lu_shape_size(op->section->out) * p->batch);
}

/* The mask's order is images, channels, rows, pixels. */
static void masked(const lu_op *op, float *data, lu_images b)
{
    const lu_tensor *t = op->out;
    const float *mask = op->mask + b.first * lu_shape_size(t->shape);

    for (size_t i = b.first; i < b.first + b.n; i++) {
        for (size_t c = 0; c < t->shape.c; c++) {
            for (size_t y = 0; y < t->shape.h; y++) {
                float *row = data + lu_tensor_channel(t, i, c, y, 0);
                for (size_t x = 0; x < t->shape.w; x++) {
                    row[x * t->lanes] *= *mask++;
                }
            }
        }
    }
}

static void dropout_forward(lu_plan *p, lu_op *op, lu_images b)
{
    pass_on(p, op, b);
    if (p->training) {
        masked(op, op->out->v.at, b);
    }
}

static void dropout_backward(lu_plan *p, lu_op *op, lu_images b)
{
    if (p->training) {
        masked(op, op->out->g.at, b);
    }
    pass_back(p, op, b);
}

const lu_op_kind lu_op_dropout = {
    .prepare = dropout_prepare, .forward = dropout_forward, .backward = dropout_backward};

/* --- heads: of 1x1 images --- */

static size_t score_at(const lu_tensor *t, size_t image, size_t c)
{
    return lu_tensor_channel(t, image, c, 0, 0);
}

static void softmax_forward(lu_plan *p, lu_op *op, lu_images b)
{
    size_t classes = op->out->shape.c;
    const float *in = op->in->v.at;
    float *out = op->out->v.at;

    (void)p;
    for (size_t i = b.first; i < b.first + b.n; i++) {
        float top = in[score_at(op->in, i, 0)], sum = 0;
        for (size_t c = 1; c < classes; c++) {
            float z = in[score_at(op->in, i, c)];
            top = z > top ? z : top;
        }
        for (size_t c = 0; c < classes; c++) {
            float e = expf(in[score_at(op->in, i, c)] - top);
            out[score_at(op->out, i, c)] = e;
            sum += e;
        }
        for (size_t c = 0; c < classes; c++) {
            out[score_at(op->out, i, c)] /= sum;
        }
    }
}

/* dz_i = p_i (g_i - sum_j g_j p_j); libdarknet passes g on unchanged. */
static void softmax_backward(lu_plan *p, lu_op *op, lu_images b)
{
    size_t classes = op->out->shape.c;
    const float *v = op->out->v.at;
    float *g = op->out->g.at;

    for (size_t i = b.first; i < b.first + b.n; i++) {
        float dot = 0;
        for (size_t c = 0; c < classes; c++) {
            dot += g[score_at(op->out, i, c)] * v[score_at(op->out, i, c)];
        }
        for (size_t c = 0; c < classes; c++) {
            size_t at = score_at(op->out, i, c);
            g[at] = v[at] * (g[at] - dot);
        }
    }
    pass_back(p, op, b);
}

const lu_op_kind lu_op_softmax = {.forward = softmax_forward, .backward = softmax_backward};

static void logistic_forward(lu_plan *p, lu_op *op, lu_images b)
{
    pass_on(p, op, b);
    lu_activate(LU_ACT_LOGISTIC, op->out, b);
}

static void logistic_backward(lu_plan *p, lu_op *op, lu_images b)
{
    lu_activate_back(p, LU_ACT_LOGISTIC, op->out, b);
    pass_back(p, op, b);
}

const lu_op_kind lu_op_logistic = {.forward = logistic_forward, .backward = logistic_backward};

const lu_op_kind lu_op_nothing = {.forward = activation_forward, .backward = pass_back};
