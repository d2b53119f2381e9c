/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Convolutions. Stride 1 with "same" padding reads its input in place, as rows shifted by kernel
 * position
 * ("direct"); everything else (strides, other paddings, even sizes) unfolds the input first. Both
 * are one product per group. Unlike libdarknet, 1x1 kernels honour their stride and never overwrite
 * a gradient that somebody else added (spec engine 7, pitfalls 7 and 8).
 */
#include "nets/engine/plan.h"

#include <string.h>

typedef struct geometry {
    size_t groups, in_c, out_c; /* channels of one group */
    size_t taps;                /* kernel positions */
    size_t k;                   /* in_c * taps */
} geometry;

static geometry geometry_of(const lu_op *op)
{
    const lu_section *s = op->section;
    geometry g = {.groups = s->groups, .taps = s->size * s->size};

    g.in_c = s->in.c / s->groups;
    g.out_c = s->out.c / s->groups;
    g.k = g.in_c * g.taps;
    return g;
}

static bool is_direct(const lu_op *op)
{
    const lu_section *s = op->section;

    return s->stride == 1 && 2 * s->pad + 1 == s->size && s->pad <= op->in->halo &&
           op->in->halo == op->out->halo;
}

/* Where a kernel's first tap reads for position 0. */
static size_t first_tap(const lu_op *op, const lu_tensor *t)
{
    return t->lead - op->section->pad * (t->pitch + 1);
}

static void shifted_rows(const lu_op *op, const lu_tensor *t, size_t channels, size_t *off)
{
    size_t size = op->section->size;

    for (size_t c = 0; c < channels; c++) {
        for (size_t ky = 0; ky < size; ky++) {
            for (size_t kx = 0; kx < size; kx++) {
                *off++ = c * t->plane + ky * t->pitch + kx;
            }
        }
    }
}

static void even_rows(size_t rows, size_t distance, size_t *off)
{
    for (size_t i = 0; i < rows; i++) {
        off[i] = i * distance;
    }
}

static lu_err prepare_direct(lu_op *op, const geometry *g)
{
    size_t back = g->out_c * g->taps;

    LU_TRY(LU_NEW(op->off, g->k));
    LU_TRY(LU_NEW(op->off_back, back));
    shifted_rows(op, op->in, g->in_c, op->off);
    shifted_rows(op, op->out, g->out_c, op->off_back);
    return LU_NEW(op->packed_back, g->groups * lu_kernel_packed(g->in_c, back));
}

static lu_err prepare_unfolded(lu_op *op, const geometry *g)
{
    op->col_plane = op->out->plane;
    LU_TRY(LU_NEW(op->off, g->k));
    LU_TRY(LU_NEW(op->off_back, g->out_c));
    LU_TRY(LU_NEW(op->col, g->groups * g->k * op->col_plane + LU_SLACK));
    LU_TRY(LU_NEW(op->col_back, g->k * op->col_plane + LU_SLACK));
    even_rows(g->k, op->col_plane, op->off);
    even_rows(g->out_c, op->out->plane, op->off_back);
    return LU_NEW(op->packed_back, g->groups * lu_kernel_packed(g->k, g->out_c));
}

static lu_err prepare(lu_plan *p, lu_op *op)
{
    geometry g = geometry_of(op);

    (void)p;
    op->direct = is_direct(op);
    LU_TRY(LU_NEW(op->packed, g.groups * lu_kernel_packed(g.out_c, g.k)));
    return op->direct ? prepare_direct(op, &g) : prepare_unfolded(op, &g);
}

/* packed_back of one group, direct: row c, column (o, tap) = the flipped kernel of output o. */
static void pack_flipped(const geometry *g, const float *w, float *dst)
{
    for (size_t c0 = 0; c0 < g->in_c; c0 += LU_ROWS) {
        for (size_t o = 0; o < g->out_c; o++) {
            for (size_t t = g->taps; t-- > 0;) {
                for (size_t r = 0; r < LU_ROWS; r++) {
                    size_t c = c0 + r;
                    *dst++ = c < g->in_c ? w[(o * g->in_c + c) * g->taps + t] : 0;
                }
            }
        }
    }
}

static void pack(lu_plan *p, lu_op *op)
{
    geometry g = geometry_of(op);
    const float *w = p->weights.param[op->index].weights;
    size_t forward = lu_kernel_packed(g.out_c, g.k);

    for (size_t i = 0; i < g.groups; i++, w += g.out_c * g.k) {
        lu_kernel_pack(w, g.out_c, g.k, g.k, 1, op->packed + i * forward);
        if (op->direct) {
            size_t back = lu_kernel_packed(g.in_c, g.out_c * g.taps);
            pack_flipped(&g, w, op->packed_back + i * back);
        } else {
            size_t back = lu_kernel_packed(g.k, g.out_c);
            lu_kernel_pack(w, g.k, g.out_c, 1, g.k, op->packed_back + i * back);
        }
    }
}

/* --- unfolding --- */

/* Outputs ox for which kernel column kx falls inside the image: first..end-1. */
static void inside(const lu_section *s, size_t tap, size_t in, size_t out, size_t *first,
                   size_t *end)
{
    size_t from = tap < s->pad ? (s->pad - tap + s->stride - 1) / s->stride : 0;
    size_t to = in + s->pad > tap ? (in + s->pad - tap - 1) / s->stride + 1 : 0;

    *end = to < out ? to : out;
    *first = from < *end ? from : *end;
}

typedef void (*unfold_row)(float *col, float *image, size_t stride, size_t n);

static void copy_row(float *col, float *image, size_t stride, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        col[i] = image[i * stride];
    }
}

static void add_row(float *col, float *image, size_t stride, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        image[i * stride] += col[i];
    }
}

/* Calls `row` for every run of one kernel tap of channel c (a channel of `data`) and its row of
 * col. */
static void each_run(const lu_op *op, size_t c, size_t tap, size_t n, float *data, float *col,
                     unfold_row row)
{
    const lu_section *s = op->section;
    size_t ky = tap / s->size, kx = tap % s->size;
    size_t x0, x1, y0, y1;

    inside(s, kx, s->in.w, s->out.w, &x0, &x1);
    inside(s, ky, s->in.h, s->out.h, &y0, &y1);
    for (size_t b = 0; b < n; b++) {
        for (size_t y = y0; y < y1 && x0 < x1; y++) {
            size_t iy = y * s->stride + ky - s->pad, ix = x0 * s->stride + kx - s->pad;
            row(col + op->out->lead + b * op->out->image + y * op->out->pitch + x0,
                data + lu_tensor_at(op->in, c, b, iy, ix), s->stride, x1 - x0);
        }
    }
}

static void unfold(const lu_op *op, size_t n)
{
    size_t taps = op->section->size * op->section->size;

    for (size_t c = 0; c < op->section->in.c; c++) {
        for (size_t t = 0; t < taps; t++) {
            float *col = op->col + (c * taps + t) * op->col_plane;
            each_run(op, c, t, n, op->in->v, col, copy_row);
        }
    }
}

static void fold_group(const lu_op *op, const geometry *g, size_t group, size_t n)
{
    for (size_t c = 0; c < g->in_c; c++) {
        for (size_t t = 0; t < g->taps; t++) {
            float *col = op->col_back + (c * g->taps + t) * op->col_plane;
            each_run(op, group * g->in_c + c, t, n, op->in->g, col, add_row);
        }
    }
}

/* --- products --- */

/* Runs a product over n images of a tensor's geometry: image by image where what a kernel writes
   too much stays in the zero rows below, else all in one. */
static void over_images(const lu_plan *p, lu_product *q, const lu_tensor *t, size_t n)
{
    size_t rows = t->shape.h * t->pitch;

    if ((rows + 15) / 16 * 16 > t->image) {
        q->n = n * t->image;
        p->kernels->product(q);
        return;
    }
    q->n = rows;
    for (size_t b = 0; b < n; b++) {
        p->kernels->product(q);
        q->b += t->image;
        q->c += t->image;
    }
}

static void forward(lu_plan *p, lu_op *op, size_t n)
{
    geometry g = geometry_of(op);
    lu_activation a = op->section->activation;
    const float *source = op->direct ? op->in->v + first_tap(op, op->in) : op->col + op->out->lead;
    size_t step = op->direct ? g.in_c * op->in->plane : g.k * op->col_plane;

    if (!op->direct) {
        unfold(op, n);
    }
    for (size_t i = 0; i < g.groups; i++) {
        lu_product q = {.m = g.out_c, .k = g.k, .off = op->off, .ldc = op->out->plane};
        q.a = op->packed + i * lu_kernel_packed(g.out_c, g.k);
        q.b = source + i * step;
        q.c = op->out->v + i * g.out_c * op->out->plane + op->out->lead;
        q.bias = p->weights.param[op->index].biases + i * g.out_c;
        q.relu = a == LU_ACT_RELU;
        over_images(p, &q, op->out, n);
    }
    if (a != LU_ACT_RELU) {
        lu_activate(a, op->out, n);
    }
    lu_tensor_clear_halo(op->out, op->out->v, n);
}

static void backward_direct(lu_plan *p, lu_op *op, size_t n, bool add)
{
    geometry g = geometry_of(op);
    size_t back = g.out_c * g.taps;

    for (size_t i = 0; i < g.groups; i++) {
        lu_product q = {.m = g.in_c, .k = back, .off = op->off_back, .ldc = op->in->plane};
        q.a = op->packed_back + i * lu_kernel_packed(g.in_c, back);
        q.b = op->out->g + i * g.out_c * op->out->plane + first_tap(op, op->out);
        q.c = op->in->g + i * g.in_c * op->in->plane + op->in->lead;
        q.add = add;
        over_images(p, &q, op->in, n);
    }
}

static void backward_unfolded(lu_plan *p, lu_op *op, size_t n, bool add)
{
    geometry g = geometry_of(op);

    if (!add) {
        memset(op->in->g, 0, op->in->plane * op->in->shape.c * sizeof *op->in->g);
    }
    for (size_t i = 0; i < g.groups; i++) {
        lu_product q = {.m = g.k, .k = g.out_c, .off = op->off_back, .ldc = op->col_plane};
        q.a = op->packed_back + i * lu_kernel_packed(g.k, g.out_c);
        q.b = op->out->g + i * g.out_c * op->out->plane + op->out->lead;
        q.c = op->col_back + op->out->lead;
        over_images(p, &q, op->out, n);
        fold_group(op, &g, i, n);
    }
}

static void backward(lu_plan *p, lu_op *op, size_t n)
{
    bool add = lu_plan_adds(p, op->in);

    if (op->direct) {
        backward_direct(p, op, n, add);
    } else {
        backward_unfolded(p, op, n, add);
    }
}

static void bias_gradient(const lu_op *op, size_t n, float *grad)
{
    const lu_tensor *t = op->out;

    for (size_t c = 0; c < t->shape.c; c++) {
        const float *g = t->g + c * t->plane + t->lead;
        float sum = 0;
        for (size_t j = 0; j < n * t->image; j++) {
            sum += g[j];
        }
        grad[c] += sum;
    }
}

static void weights(lu_plan *p, lu_op *op, size_t n, lu_params *grad)
{
    enum { CHUNK = 512 }; /* positions at a time, so that eight rows stay in the first cache */
    geometry g = geometry_of(op);
    const lu_tensor *t = op->out;
    const float *source = op->direct ? op->in->v + first_tap(op, op->in) : op->col + t->lead;
    size_t step = op->direct ? g.in_c * op->in->plane : g.k * op->col_plane;
    size_t images = t->image < CHUNK ? CHUNK / t->image : 1;

    bias_gradient(op, n, grad->biases);
    for (size_t i = 0; i < g.groups; i++) {
        for (size_t b = 0; b < n; b += images) {
            lu_outer o = {.m = g.out_c, .nk = g.k, .ldg = t->plane, .off = op->off, .ldd = g.k};
            o.n = (n - b < images ? n - b : images) * t->image;
            o.g = t->g + i * g.out_c * t->plane + t->lead + b * t->image;
            o.b = source + i * step + b * t->image;
            o.d = grad->weights + i * g.out_c * g.k;
            p->kernels->outer(&o);
        }
    }
}

const lu_op_kind lu_op_convolution = {prepare, pack, forward, backward, weights};
