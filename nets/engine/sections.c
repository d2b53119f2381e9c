/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections without arithmetic of their own: joins, heads, dropout, activation. */
#include "nets/engine/plan.h"

#include <math.h>
#include <string.h>

/* Copies (or adds) the pixels of one channel of one image, every `step`-th of the source to every
   `spread`-th of the destination. */
typedef struct pixels {
    const lu_tensor *from, *to;
    size_t step, spread;
} pixels;

static void move_pixels(const pixels *m, const float *src, size_t from_c, float *dst, size_t to_c,
                        size_t n, bool add)
{
    size_t h = (m->to->shape.h + m->spread - 1) / m->spread;
    size_t w = (m->to->shape.w + m->spread - 1) / m->spread;

    for (size_t b = 0; b < n; b++) {
        for (size_t y = 0; y < h; y++) {
            const float *s = src + lu_tensor_at(m->from, from_c, b, y * m->step, 0);
            float *d = dst + lu_tensor_at(m->to, to_c, b, y * m->spread, 0);
            for (size_t x = 0; x < w; x++) {
                float old = add ? d[x * m->spread] : 0;
                d[x * m->spread] = old + s[x * m->step];
            }
        }
    }
}

static void zero_gradient(const lu_tensor *t)
{
    memset(t->g, 0, t->plane * t->shape.c * sizeof *t->g);
}

/* in.g (+)= out.g for tensors of equal shape. */
static void pass_back(lu_plan *p, const lu_op *op, const lu_tensor *in, size_t n)
{
    pixels m = {op->out, in, 1, 1};
    bool add = lu_plan_adds(p, in);

    for (size_t c = 0; c < in->shape.c; c++) {
        move_pixels(&m, op->out->g, c, in->g, c, n, add);
    }
}

static void pass_on(const lu_op *op, size_t n)
{
    pixels m = {op->in, op->out, 1, 1};

    for (size_t c = 0; c < op->out->shape.c; c++) {
        move_pixels(&m, op->in->v, c, op->out->v, c, n, false);
    }
}

/* --- shortcut: out = previous + source, channels and pixels as far as both have them (libdarknet's
   shortcut_cpu: a larger source is sampled, a smaller one spread) --- */

static pixels shortcut_steps(const lu_tensor *from, const lu_tensor *to)
{
    size_t step = from->shape.w / to->shape.w, spread = to->shape.w / from->shape.w;

    return (pixels){from, to, step ? step : 1, spread ? spread : 1};
}

static size_t common_channels(const lu_tensor *a, const lu_tensor *b)
{
    return a->shape.c < b->shape.c ? a->shape.c : b->shape.c;
}

static void shortcut_forward(lu_plan *p, lu_op *op, size_t n)
{
    const lu_tensor *from = &p->tensor[op->section->source[0]];
    pixels m = shortcut_steps(from, op->out);

    pass_on(op, n);
    for (size_t c = 0; c < common_channels(from, op->out); c++) {
        move_pixels(&m, from->v, c, op->out->v, c, n, true);
    }
    lu_activate(op->section->activation, op->out, n);
    lu_tensor_clear_halo(op->out, op->out->v, n);
}

static void shortcut_backward(lu_plan *p, lu_op *op, size_t n)
{
    const lu_tensor *from = &p->tensor[op->section->source[0]];
    pixels m = shortcut_steps(op->out, from);

    pass_back(p, op, op->in, n);
    if (!lu_plan_adds(p, from)) {
        zero_gradient(from);
    }
    for (size_t c = 0; c < common_channels(from, op->out); c++) {
        move_pixels(&m, op->out->g, c, from->g, c, n, true);
    }
}

const lu_op_kind lu_op_shortcut = {NULL, NULL, shortcut_forward, shortcut_backward, NULL};

/* --- route: channels of the sources one after the other --- */

static void route(lu_plan *p, lu_op *op, size_t n, bool back)
{
    size_t at = 0;

    for (size_t i = 0; i < op->section->sources; i++) {
        const lu_tensor *from = &p->tensor[op->section->source[i]];
        bool add = back && lu_plan_adds(p, from);
        for (size_t c = 0; c < from->shape.c; c++, at++) {
            pixels m = {from, op->out, 1, 1};
            if (back) {
                m = (pixels){op->out, from, 1, 1};
                move_pixels(&m, op->out->g, at, from->g, c, n, add);
            } else {
                move_pixels(&m, from->v, c, op->out->v, at, n, false);
            }
        }
    }
}

static void route_forward(lu_plan *p, lu_op *op, size_t n)
{
    route(p, op, n, false);
    lu_tensor_clear_halo(op->out, op->out->v, n);
}

static void route_backward(lu_plan *p, lu_op *op, size_t n)
{
    route(p, op, n, true);
}

const lu_op_kind lu_op_route = {NULL, NULL, route_forward, route_backward, NULL};

/* --- activation --- */

static void activation_forward(lu_plan *p, lu_op *op, size_t n)
{
    (void)p;
    pass_on(op, n);
    lu_activate(op->section->activation, op->out, n);
    lu_tensor_clear_halo(op->out, op->out->v, n);
}

static void single_backward(lu_plan *p, lu_op *op, size_t n)
{
    pass_back(p, op, op->in, n);
}

const lu_op_kind lu_op_activation = {NULL, NULL, activation_forward, single_backward, NULL};

/* --- dropout: nothing in use; in training a mask that train.c draws --- */

static lu_err dropout_prepare(lu_plan *p, lu_op *op)
{
    return LU_NEW(op->mask, lu_shape_size(op->section->out) * p->batch);
}

static void masked(const lu_op *op, float *data, size_t n)
{
    const lu_tensor *t = op->out;
    const float *mask = op->mask;

    for (size_t b = 0; b < n; b++) {
        for (size_t c = 0; c < t->shape.c; c++) {
            for (size_t y = 0; y < t->shape.h; y++) {
                float *row = data + lu_tensor_at(t, c, b, y, 0);
                for (size_t x = 0; x < t->shape.w; x++) {
                    row[x] *= *mask++;
                }
            }
        }
    }
}

static void dropout_forward(lu_plan *p, lu_op *op, size_t n)
{
    pass_on(op, n);
    if (p->training) {
        masked(op, op->out->v, n);
    }
    lu_tensor_clear_halo(op->out, op->out->v, n);
}

static void dropout_backward(lu_plan *p, lu_op *op, size_t n)
{
    if (p->training) {
        masked(op, op->out->g, n);
    }
    pass_back(p, op, op->in, n);
}

const lu_op_kind lu_op_dropout = {dropout_prepare, NULL, dropout_forward, dropout_backward, NULL};

/* --- heads --- */

static void softmax_forward(lu_plan *p, lu_op *op, size_t n)
{
    size_t classes = op->out->shape.c, plane = op->out->plane;

    (void)p;
    for (size_t b = 0; b < n; b++) {
        const float *in = op->in->v + b;
        float *out = op->out->v + b;
        float top = in[0], sum = 0;
        for (size_t c = 1; c < classes; c++) {
            top = in[c * plane] > top ? in[c * plane] : top;
        }
        for (size_t c = 0; c < classes; c++) {
            out[c * plane] = expf(in[c * plane] - top);
            sum += out[c * plane];
        }
        for (size_t c = 0; c < classes; c++) {
            out[c * plane] /= sum;
        }
    }
}

/* dz_i = p_i (g_i - sum_j g_j p_j); libdarknet passes g on unchanged. */
static void softmax_backward(lu_plan *p, lu_op *op, size_t n)
{
    size_t classes = op->out->shape.c, plane = op->out->plane;

    for (size_t b = 0; b < n; b++) {
        const float *v = op->out->v + b;
        float *g = op->out->g + b;
        float dot = 0;
        for (size_t c = 0; c < classes; c++) {
            dot += g[c * plane] * v[c * plane];
        }
        for (size_t c = 0; c < classes; c++) {
            g[c * plane] = v[c * plane] * (g[c * plane] - dot);
        }
    }
    pass_back(p, op, op->in, n);
}

const lu_op_kind lu_op_softmax = {NULL, NULL, softmax_forward, softmax_backward, NULL};

static void logistic_forward(lu_plan *p, lu_op *op, size_t n)
{
    (void)p;
    pass_on(op, n);
    lu_activate(LU_ACT_LOGISTIC, op->out, n);
    lu_tensor_clear_halo(op->out, op->out->v, n);
}

static void logistic_backward(lu_plan *p, lu_op *op, size_t n)
{
    lu_activate_back(p, LU_ACT_LOGISTIC, op->out, n);
    pass_back(p, op, op->in, n);
}

const lu_op_kind lu_op_logistic = {NULL, NULL, logistic_forward, logistic_backward, NULL};

static void nothing_forward(lu_plan *p, lu_op *op, size_t n)
{
    (void)p;
    pass_on(op, n);
}

const lu_op_kind lu_op_nothing = {NULL, NULL, nothing_forward, single_backward, NULL};
