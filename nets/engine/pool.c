/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maximum and average pooling; windows as libdarknet's (src/maxpool_layer.c, src/avgpool_layer.c).
 */
#include "nets/engine/plan.h"

#include <float.h>
#include <string.h>

/* The common case: 2x2 windows at distance 2 that all lie inside. */
static bool is_halving(const lu_section *s)
{
    return s->size == 2 && s->stride == 2 && s->pad / 2 == 0 && 2 * s->out.h <= s->in.h &&
           2 * s->out.w <= s->in.w;
}

static lu_err prepare(lu_plan *p, lu_op *op)
{
    size_t outputs = lu_shape_size(op->section->out) * p->batch;

    return is_halving(op->section) ? LU_NEW(op->where, outputs) : LU_NEW(op->winner, outputs);
}

/* Largest value of a window that starts at (y0,x0), which may lie outside; its offset in the image.
 */
static uint32_t window_max(const lu_tensor *t, const float *image, ptrdiff_t y0, ptrdiff_t x0,
                           size_t size, float *out)
{
    uint32_t winner = 0;
    float best = -FLT_MAX;

    for (ptrdiff_t y = y0; y < y0 + (ptrdiff_t)size; y++) {
        for (ptrdiff_t x = x0; x < x0 + (ptrdiff_t)size; x++) {
            if (y >= 0 && x >= 0 && y < (ptrdiff_t)t->shape.h && x < (ptrdiff_t)t->shape.w) {
                size_t at = (size_t)y * t->pitch + (size_t)x;
                if (image[at] > best) {
                    best = image[at];
                    winner = (uint32_t)at;
                }
            }
        }
    }
    *out = best;
    return winner;
}

static void max_image(const lu_op *op, const float *in, float *out, uint32_t *winner)
{
    const lu_section *s = op->section;
    ptrdiff_t offset = -(ptrdiff_t)(s->pad / 2);

    for (size_t y = 0; y < s->out.h; y++) {
        for (size_t x = 0; x < s->out.w; x++) {
            *winner++ = window_max(op->in, in, (ptrdiff_t)(y * s->stride) + offset,
                                   (ptrdiff_t)(x * s->stride) + offset, s->size,
                                   out + y * op->out->pitch + x);
        }
    }
}

static void max_forward(lu_plan *p, lu_op *op, size_t n)
{
    lu_shape o = op->section->out;

    for (size_t c = 0; c < o.c; c++) {
        for (size_t b = 0; b < n; b++) {
            const float *in = op->in->v + lu_tensor_at(op->in, c, b, 0, 0);
            float *out = op->out->v + lu_tensor_at(op->out, c, b, 0, 0);
            size_t at = (b * o.c + c) * o.h * o.w;
            if (op->where != NULL) {
                p->kernels->max2(in, op->in->pitch, out, op->where + at, o.h, o.w, op->out->pitch);
            } else {
                max_image(op, in, out, op->winner + at);
            }
        }
    }
    lu_tensor_clear_halo(op->out, op->out->v, n);
}

static size_t winner_at(const lu_op *op, size_t window, size_t y, size_t x)
{
    unsigned w;

    if (op->where == NULL) {
        return op->winner[window];
    }
    w = op->where[window];
    return (2 * y + (w >> 1)) * op->in->pitch + 2 * x + (w & 1);
}

static void max_backward(lu_plan *p, lu_op *op, size_t n)
{
    lu_shape o = op->section->out;

    if (!lu_plan_adds(p, op->in)) {
        memset(op->in->g, 0, op->in->plane * op->in->shape.c * sizeof *op->in->g);
    }
    for (size_t c = 0; c < o.c; c++) {
        for (size_t b = 0; b < n; b++) {
            float *in = op->in->g + lu_tensor_at(op->in, c, b, 0, 0);
            const float *out = op->out->g + lu_tensor_at(op->out, c, b, 0, 0);
            size_t window = (b * o.c + c) * o.h * o.w;
            for (size_t y = 0; y < o.h; y++) {
                for (size_t x = 0; x < o.w; x++, window++) {
                    in[winner_at(op, window, y, x)] += out[y * op->out->pitch + x];
                }
            }
        }
    }
}

const lu_op_kind lu_op_maxpool = {prepare, NULL, max_forward, max_backward, NULL};

static void average_forward(lu_plan *p, lu_op *op, size_t n)
{
    const lu_tensor *t = op->in;
    float share = 1.0f / (float)(t->shape.h * t->shape.w);

    (void)p;
    for (size_t c = 0; c < t->shape.c; c++) {
        for (size_t b = 0; b < n; b++) {
            const float *in = t->v + lu_tensor_at(t, c, b, 0, 0);
            float sum = 0;
            for (size_t y = 0; y < t->shape.h; y++) {
                for (size_t x = 0; x < t->shape.w; x++) {
                    sum += in[y * t->pitch + x];
                }
            }
            op->out->v[lu_tensor_at(op->out, c, b, 0, 0)] = sum * share;
        }
    }
}

static void average_backward(lu_plan *p, lu_op *op, size_t n)
{
    const lu_tensor *t = op->in;
    float share = 1.0f / (float)(t->shape.h * t->shape.w);
    bool add = lu_plan_adds(p, t);

    for (size_t c = 0; c < t->shape.c; c++) {
        for (size_t b = 0; b < n; b++) {
            float *in = t->g + lu_tensor_at(t, c, b, 0, 0);
            float g = op->out->g[lu_tensor_at(op->out, c, b, 0, 0)] * share;
            for (size_t y = 0; y < t->shape.h; y++) {
                for (size_t x = 0; x < t->shape.w; x++) {
                    in[y * t->pitch + x] = add ? in[y * t->pitch + x] + g : g;
                }
            }
        }
    }
}

const lu_op_kind lu_op_avgpool = {NULL, NULL, average_forward, average_backward, NULL};
