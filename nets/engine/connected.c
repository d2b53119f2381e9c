/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connected layers: features x batch, so that the batch is the direction of the vectors. */
#include "nets/engine/plan.h"

#include <string.h>

static bool is_flat(const lu_tensor *t)
{
    return t->shape.h * t->shape.w == 1;
}

static lu_err prepare(lu_plan *p, lu_op *op)
{
    size_t in = lu_shape_size(op->section->in), out = op->section->out.c;
    size_t rows = in > out ? in : out;

    op->col_plane = is_flat(op->in) ? op->in->plane : op->out->plane;
    LU_TRY(LU_NEW(op->off, rows));
    LU_TRY(LU_NEW(op->off_back, rows));
    for (size_t i = 0; i < rows; i++) {
        op->off[i] = i * op->col_plane;
        op->off_back[i] = i * op->out->plane;
    }
    LU_TRY(LU_NEW(op->packed, lu_kernel_packed(out, in)));
    LU_TRY(LU_NEW(op->packed_back, lu_kernel_packed(in, out)));
    if (!is_flat(op->in)) {
        LU_TRY(LU_NEW(op->col, in * op->col_plane + LU_SLACK));
        LU_TRY(LU_NEW(op->col_back, in * op->col_plane + LU_SLACK));
    }
    (void)p;
    return LU_OK;
}

static void pack(lu_plan *p, lu_op *op)
{
    size_t in = lu_shape_size(op->section->in), out = op->section->out.c;
    const float *w = p->weights.param[op->index].weights;

    lu_kernel_pack(w, out, in, in, 1, op->packed);
    lu_kernel_pack(w, in, out, 1, in, op->packed_back);
}

/* Feature (c,y,x) of every image as one row, Darknet's order; or back, adding. */
static void flatten(const lu_op *op, size_t n)
{
    const lu_tensor *t = op->in;
    float *to = op->col;

    for (size_t c = 0; c < t->shape.c; c++) {
        for (size_t y = 0; y < t->shape.h; y++) {
            for (size_t x = 0; x < t->shape.w; x++, to += op->col_plane) {
                const float *from = t->v + lu_tensor_at(t, c, 0, y, x);
                for (size_t b = 0; b < n; b++) {
                    to[b] = from[b * t->image];
                }
            }
        }
    }
}

static void unflatten(const lu_op *op, size_t n, bool add)
{
    const lu_tensor *t = op->in;
    const float *from = op->col_back;

    for (size_t c = 0; c < t->shape.c; c++) {
        for (size_t y = 0; y < t->shape.h; y++) {
            for (size_t x = 0; x < t->shape.w; x++, from += op->col_plane) {
                float *to = t->g + lu_tensor_at(t, c, 0, y, x);
                for (size_t b = 0; b < n; b++) {
                    to[b * t->image] = add ? to[b * t->image] + from[b] : from[b];
                }
            }
        }
    }
}

static void forward(lu_plan *p, lu_op *op, size_t n)
{
    lu_activation a = op->section->activation;
    lu_product q = {.m = op->section->out.c, .n = n, .k = lu_shape_size(op->section->in)};

    if (op->col != NULL) {
        flatten(op, n);
    }
    q.a = op->packed;
    q.b = op->col != NULL ? op->col : op->in->v;
    q.off = op->off;
    q.c = op->out->v;
    q.ldc = op->out->plane;
    q.bias = p->weights.param[op->index].biases;
    q.relu = a == LU_ACT_RELU;
    p->kernels->product(&q);
    if (!q.relu) {
        lu_activate(a, op->out, n);
    }
}

static void backward(lu_plan *p, lu_op *op, size_t n)
{
    lu_product q = {.m = lu_shape_size(op->section->in), .n = n, .k = op->section->out.c};
    bool add = lu_plan_adds(p, op->in);

    q.a = op->packed_back;
    q.b = op->out->g;
    q.off = op->off_back;
    q.c = op->col_back != NULL ? op->col_back : op->in->g;
    q.ldc = op->col_plane;
    q.add = add && op->col_back == NULL;
    p->kernels->product(&q);
    if (op->col_back != NULL) {
        unflatten(op, n, add);
    }
}

/* dW[o][i] += sum over the batch of g[o][b] * in[i][b]. */
static void weights(lu_plan *p, lu_op *op, size_t n, lu_params *grad)
{
    size_t in = lu_shape_size(op->section->in), out = op->section->out.c;
    lu_outer o = {.m = out, .n = n, .nk = in, .ldg = op->out->plane, .off = op->off, .ldd = in};

    o.g = op->out->g;
    o.b = op->col != NULL ? op->col : op->in->v;
    o.d = grad->weights;
    p->kernels->outer(&o);
    for (size_t i = 0; i < out; i++) {
        const float *g = op->out->g + i * op->out->plane;
        float sum = 0;
        for (size_t b = 0; b < n; b++) {
            sum += g[b];
        }
        grad->biases[i] += sum;
    }
}

const lu_op_kind lu_op_connected = {prepare, pack, forward, backward, weights};
