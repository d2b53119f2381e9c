/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maximum and average pooling; windows as libdarknet's (src/maxpool_layer.c, src/avgpool_layer.c).
 */
#include "nets/engine/op.h"

#include <string.h>

/* Pixels o*stride-before .. +size-1 of an axis as far as they lie inside. */
static void clip(size_t o, const lu_section *s, size_t length, size_t *from, uint16_t *n)
{
    ptrdiff_t start = (ptrdiff_t)(o * s->stride) - (ptrdiff_t)(s->pad / 2);
    ptrdiff_t end = start + (ptrdiff_t)s->size;

    start = start > 0 ? start : 0;
    end = end < (ptrdiff_t)length ? end : (ptrdiff_t)length;
    *n = end > start ? (uint16_t)(end - start) : 0;
    *from = *n ? (size_t)start : 0;
}

static lu_err max_prepare(lu_plan *p, lu_op *op)
{
    const lu_section *s = op->section;
    lu_window *w;

    (void)p;
    LU_TRY(LU_NEW(w, s->out.h * s->out.w));
    op->own = w;
    for (size_t y = 0; y < s->out.h; y++) {
        for (size_t x = 0; x < s->out.w; x++, w++) {
            size_t from_y, from_x;
            clip(y, s, s->in.h, &from_y, &w->rows);
            clip(x, s, s->in.w, &from_x, &w->columns);
            w->src = (uint32_t)lu_tensor_at(op->in, 0, 0, from_y, from_x);
            w->dst = (uint32_t)lu_tensor_at(op->out, 0, 0, y, x);
        }
    }
    return LU_OK;
}

static void max_release(lu_op *op)
{
    free(op->own);
}

static lu_field field(const lu_tensor *t, float *at, lu_images b)
{
    return (lu_field){at + b.first * t->image, t->image, t->block};
}

static lu_pool pool_of(const lu_op *op, lu_images b)
{
    lu_pool q = {.window = op->own, .windows = op->out->shape.h * op->out->shape.w, .images = b.n};

    q.row = op->in->row;
    q.blocks = op->in->blocks;
    q.src = field(op->in, op->in->v.at, b);
    q.dst = field(op->out, op->out->v.at, b);
    return q;
}

static void max_forward(lu_plan *p, lu_op *op, lu_images b)
{
    lu_pool q = pool_of(op, b);

    p->kernels->max_forward(&q);
}

/* Windows side by side that leave nothing out. */
static bool tiles(const lu_section *s)
{
    return s->size == s->stride && s->pad / 2 == 0 && s->out.h * s->size == s->in.h &&
           s->out.w * s->size == s->in.w;
}

static void max_backward(lu_plan *p, lu_op *op, lu_images b)
{
    lu_pool q = pool_of(op, b);

    q.grad_src = field(op->in_grad, op->in_grad->g.at, b);
    q.grad_dst = field(op->out, op->out->g.at, b);
    q.set = !op->adds[0] && tiles(op->section);
    q.mask = op->masks;
    if (!op->adds[0] && !q.set) {
        lu_tensor_zero(op->in_grad, b);
    }
    p->kernels->max_backward(&q);
}

const lu_op_kind lu_op_maxpool = {.prepare = max_prepare,
                                  .release = max_release,
                                  .forward = max_forward,
                                  .backward = max_backward};

static void average_forward(lu_plan *p, lu_op *op, lu_images b)
{
    const lu_tensor *t = op->in;
    double share = 1.0 / (double)(t->shape.h * t->shape.w), part[LU_LANES_MAX];

    for (size_t i = b.first; i < b.first + b.n; i++) {
        for (size_t c = 0; c < t->blocks; c++) {
            double total[LU_LANES_MAX] = {0};
            float *out = op->out->v.at + lu_tensor_at(op->out, i, c, 0, 0);
            for (size_t y = 0; y < t->shape.h; y++) {
                p->kernels->sum(part, t->v.at + lu_tensor_at(t, i, c, y, 0), t->shape.w);
                for (size_t l = 0; l < t->lanes; l++) {
                    total[l] += part[l];
                }
            }
            for (size_t l = 0; l < t->lanes; l++) {
                out[l] = (float)(total[l] * share);
            }
        }
    }
}

static void average_backward(lu_plan *p, lu_op *op, lu_images b)
{
    const lu_tensor *t = op->in_grad;
    float share = 1.0f / (float)(t->shape.h * t->shape.w);

    (void)p;
    if (!op->adds[0]) {
        lu_tensor_zero(t, b);
    }
    for (lu_rows r = lu_rows_of(t, b); lu_rows_next(&r);) {
        size_t image = r.at / t->image, block = r.at % t->image / t->block;
        const float *from = op->out->g.at + lu_tensor_at(op->out, image, block, 0, 0);
        float *to = t->g.at + r.at;
        for (size_t i = 0; i < r.n; i += t->lanes) {
            for (size_t l = 0; l < t->lanes; l++) {
                to[i + l] += from[l] * share;
            }
        }
    }
}

const lu_op_kind lu_op_avgpool = {.forward = average_forward, .backward = average_backward};
