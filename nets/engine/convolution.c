/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Convolutions and connected layers, which are convolutions by kernels as large as the image. The
 * input's gradient is a convolution too: of stride s, one for each of the s x s residues of an
 * input pixel's position, since only every s-th tap reaches it. Unlike libdarknet, 1x1 kernels
 * honour their stride and never overwrite a gradient that somebody else added (spec engine 7,
 * pitfalls 7 and 8).
 */
#include "nets/engine/activate.h"
#include "nets/engine/convolution.h"

#include <string.h>

/* --- where taps and pixels lie --- */

/* A span of one axis: pixels from, from + step, ... of dst; each reads taps[0..n) at src
   start, start + 1, ... and from pixel to pixel start grows by `advance`. */
typedef struct axis {
    size_t pixels, from, step;
    ptrdiff_t start;
    size_t advance;
    size_t n;
} axis;

static axis forward_axis(size_t out, size_t kernel, const lu_convolution *c, size_t *taps)
{
    for (size_t i = 0; i < kernel; i++) {
        taps[i] = i;
    }
    return (axis){out, 0, 1, -(ptrdiff_t)c->pad, c->stride, kernel};
}

/* Input pixels of residue r read out pixels (i + pad - k) / stride for taps k = r + pad mod
   stride, the largest tap first. */
static axis back_axis(size_t in, size_t kernel, size_t r, const lu_convolution *c, size_t *taps)
{
    size_t rest = (r + c->pad) % c->stride, n = 0;
    ptrdiff_t start = 0;

    for (size_t k = kernel; k-- > 0;) {
        if (k % c->stride == rest) {
            taps[n++] = k;
        }
    }
    if (n > 0) {
        start = ((ptrdiff_t)(r + c->pad) - (ptrdiff_t)taps[0]) / (ptrdiff_t)c->stride;
    }
    return (axis){r < in ? (in - r - 1) / c->stride + 1 : 0, r, c->stride, start, 1, n};
}

/* Pixels beyond the edge that an axis reads before and after. */
static size_t beyond(const axis *a, size_t length)
{
    ptrdiff_t last = a->start + (ptrdiff_t)(a->pixels * a->advance - a->advance + a->n) - 1;
    ptrdiff_t before = -a->start, after = last - (ptrdiff_t)length + 1;
    ptrdiff_t most = before > after ? before : after;

    return a->pixels && a->n && most > 0 ? (size_t)most : 0;
}

static lu_err walk_pixels(const axis *y, const axis *x, const lu_tensor *src, const lu_tensor *dst,
                          lu_walk *w)
{
    size_t i = 0;

    w->pixels = y->pixels * x->pixels;
    LU_TRY(LU_NEW(w->src, w->pixels + 1));
    LU_TRY(LU_NEW(w->dst, w->pixels + 1));
    for (size_t r = 0; r < y->pixels; r++) {
        size_t sy = (size_t)(y->start + (ptrdiff_t)(r * y->advance + src->halo));
        for (size_t c = 0; c < x->pixels; c++, i++) {
            size_t sx = (size_t)(x->start + (ptrdiff_t)(c * x->advance + src->halo));
            w->src[i] = (uint32_t)(sy * src->row + sx * src->lanes);
            w->dst[i] =
                (uint32_t)lu_tensor_at(dst, 0, 0, y->from + r * y->step, x->from + c * x->step);
        }
    }
    w->step = x->pixels % 2 == 0 ? x->advance * src->lanes : 0;
    return LU_OK;
}

static lu_err walk_taps(lu_path *p, const lu_tensor *src)
{
    size_t lanes = src->blocks > 1 ? src->lanes : src->shape.c;
    size_t columns;

    p->merged = lanes == src->lanes;
    columns = p->merged ? 1 : p->columns;
    p->walk.run = p->merged ? p->columns * lanes : lanes;
    p->walk.taps = p->rows * columns;
    LU_TRY(LU_NEW(p->walk.tap, p->walk.taps + 1));
    for (size_t i = 0; i < p->walk.taps; i++) {
        p->walk.tap[i] = (uint32_t)(i / columns * src->row + i % columns * src->lanes);
    }
    return LU_OK;
}

static size_t packed_size(const lu_path *p, size_t reads, size_t out_blocks, size_t lanes)
{
    return out_blocks * reads * p->walk.taps * p->walk.run * lanes;
}

static lu_err path_init(lu_path *p, const axis *y, const axis *x, const lu_tensor *src,
                        const lu_tensor *dst)
{
    p->rows = y->n;
    p->columns = x->n;
    LU_TRY(walk_pixels(y, x, src, dst, &p->walk));
    LU_TRY(walk_taps(p, src));
    return LU_OK;
}

static lu_err path_weights(lu_path *p, const lu_tensor *dst, size_t reads, size_t lanes)
{
    return lu_floats_new(packed_size(p, reads, dst->blocks, lanes), &p->weights);
}

static void path_fini(lu_path *p)
{
    free(p->walk.src);
    free(p->walk.dst);
    free(p->walk.tap);
    free(p->ky);
    free(p->kx);
    lu_floats_free(&p->weights);
}

static lu_err taps_alloc(lu_path *p, const lu_convolution *c)
{
    LU_TRY(LU_NEW(p->ky, c->kh));
    return LU_NEW(p->kx, c->kw);
}

static lu_err prepare_forward(const lu_op *op, lu_convolution *c)
{
    lu_path *f = &c->forward;
    axis y, x;

    LU_TRY(taps_alloc(f, c));
    y = forward_axis(op->out->shape.h, c->kh, c, f->ky);
    x = forward_axis(op->out->shape.w, c->kw, c, f->kx);
    return path_init(f, &y, &x, op->in, op->out);
}

static lu_err prepare_back(const lu_plan *p, const lu_op *op, lu_convolution *c)
{
    LU_TRY(LU_NEW(c->back, c->stride * c->stride));
    for (size_t i = 0; i < c->stride * c->stride; i++) {
        lu_path *b = &c->back[i];
        axis y, x;
        LU_TRY(taps_alloc(b, c));
        y = back_axis(op->in->shape.h, c->kh, i / c->stride, c, b->ky);
        x = back_axis(op->in->shape.w, c->kw, i % c->stride, c, b->kx);
        LU_TRY(path_init(b, &y, &x, op->out, op->in_grad));
        LU_TRY(path_weights(b, op->in_grad, c->reads_back, p->kernels->lanes));
    }
    return LU_OK;
}

/* --- groups: which blocks of the other side an block's channels are connected with --- */

static lu_err find_reads(size_t groups, const lu_tensor *src, size_t src_c, const lu_tensor *dst,
                         size_t dst_c, size_t *reads, uint32_t **first)
{
    *reads = src->blocks;
    if (groups == 1) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(*first, dst->blocks));
    *reads = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t b = 0; b < dst->blocks; b++) {
            size_t last = (b + 1) * dst->lanes < dst->shape.c ? (b + 1) * dst->lanes : dst->shape.c;
            size_t from = b * dst->lanes / dst_c * src_c / src->lanes;
            size_t to = (((last - 1) / dst_c + 1) * src_c - 1) / src->lanes;
            *reads = to - from + 1 > *reads ? to - from + 1 : *reads;
            (*first)[b] = (uint32_t)(from + *reads <= src->blocks ? from : src->blocks - *reads);
        }
    }
    return LU_OK;
}

/* --- preparing --- */

static void describe(const lu_section *s, lu_shape in, lu_convolution *c)
{
    *c = (lu_convolution){.groups = 1, .in_c = in.c, .out_c = s->out.c};
    if (s->type == LU_CONNECTED) {
        c->kh = in.h;
        c->kw = in.w;
        c->stride = in.h > in.w ? in.h : in.w;
        return;
    }
    c->groups = s->groups;
    c->in_c = s->in.c / s->groups;
    c->out_c = s->out.c / s->groups;
    c->kh = c->kw = s->size;
    c->stride = s->stride;
    c->pad = s->pad;
}

lu_err lu_convolution_halo(const lu_section *s, size_t *in, size_t *out)
{
    lu_convolution c;
    size_t *taps, most = 0, side;
    axis a;

    describe(s, s->in, &c);
    LU_TRY(LU_NEW(taps, c.kh + c.kw));
    for (size_t r = 0; r < c.stride; r++) {
        a = back_axis(s->in.h, c.kh, r, &c, taps);
        side = beyond(&a, s->out.h);
        most = side > most ? side : most;
        a = back_axis(s->in.w, c.kw, r, &c, taps);
        side = beyond(&a, s->out.w);
        most = side > most ? side : most;
    }
    *out = most;
    a = forward_axis(s->out.h, c.kh, &c, taps);
    most = beyond(&a, s->in.h);
    a = forward_axis(s->out.w, c.kw, &c, taps);
    side = beyond(&a, s->in.w);
    *in = side > most ? side : most;
    free(taps);
    return LU_OK;
}

static lu_err prepare(lu_plan *p, lu_op *op)
{
    lu_convolution *c;
    size_t lanes = p->kernels->lanes;

    LU_TRY(LU_NEW(c, 1));
    op->own = c;
    describe(op->section, op->in->shape, c);
    LU_TRY(find_reads(c->groups, op->in, c->in_c, op->out, c->out_c, &c->reads, &c->first));
    LU_TRY(find_reads(c->groups, op->out, c->out_c, op->in_grad, c->in_c, &c->reads_back,
                      &c->first_back));
    LU_TRY(lu_floats_new(op->out->blocks * lanes, &c->bias));
    LU_TRY(prepare_forward(op, c));
    if (lu_winograd_fits(p, op)) {
        LU_TRY(lu_winograd_new(p, op->in, op->out, &c->ahead));
        return lu_winograd_new(p, op->out, op->in_grad, &c->behind);
    }
    LU_TRY(path_weights(&c->forward, op->out, c->reads, lanes));
    return lu_narrow_fits(p, op) ? lu_narrow_new(p, op, &c->narrow) : prepare_back(p, op, c);
}

static void release(lu_op *op)
{
    lu_convolution *c = op->own;

    path_fini(&c->forward);
    for (size_t i = 0; c->back != NULL && i < c->stride * c->stride; i++) {
        path_fini(&c->back[i]);
    }
    free(c->back);
    lu_narrow_free(&c->narrow);
    lu_winograd_free(&c->ahead);
    lu_winograd_free(&c->behind);
    free(c->first);
    free(c->first_back);
    free(c->bias_sum);
    lu_floats_free(&c->bias);
    lu_floats_free(&c->sum);
    free(c);
}

/* --- packing --- */

static void pack(lu_plan *p, lu_op *op)
{
    lu_convolution *c = op->own;
    const lu_section_params *params = &p->weights.param[op->index];
    size_t lanes = p->kernels->lanes;
    lu_packing k = {c, &c->forward, false, op->in, op->out, lanes, c->forward.weights.at};

    if (op->norm == NULL) { /* else they stand behind the batch-norm */
        memcpy(c->bias.at, params->biases, op->out->shape.c * sizeof(float));
    }
    if (c->ahead != NULL) {
        lu_winograd_pack(c->ahead, params->weights, false);
        lu_winograd_pack(c->behind, params->weights, true);
        return;
    }
    lu_convolution_pack(&k, params->weights);
    if (c->narrow != NULL) {
        lu_narrow_pack(c->narrow, op, params->weights);
        return;
    }
    for (size_t i = 0; i < c->stride * c->stride; i++) {
        lu_path *b = &c->back[i];
        k = (lu_packing){c, b, true, op->out, op->in_grad, lanes, b->weights.at};
        if (b->walk.pixels > 0) {
            lu_convolution_pack(&k, params->weights);
        }
    }
}

/* --- running --- */

static lu_field field(const lu_tensor *t, float *at, lu_images b)
{
    return (lu_field){at + b.first * t->image, t->image, t->block};
}

static void forward(lu_plan *p, lu_op *op, lu_images b)
{
    const lu_convolution *c = op->own;
    lu_activation a = op->section->activation;
    lu_convolve q = {.walk = &c->forward.walk, .images = b.n, .out_blocks = op->out->blocks};

    q.src = field(op->in, op->in->v.at, b);
    q.dst = field(op->out, op->out->v.at, b);
    q.in_blocks = c->reads;
    q.first = c->first;
    q.weights = c->forward.weights.at;
    q.bias = c->bias.at;
    q.end.relu = a == LU_ACT_RELU;
    if (c->ahead != NULL) {
        lu_winograd_run(c->ahead, p, op->in->v.at, op->out->v.at, c->bias.at, q.end, b);
    } else {
        p->kernels->convolve(&q);
    }
    if (!q.end.relu) {
        lu_activate(a, op->out, b);
    }
}

static void backward(lu_plan *p, lu_op *op, lu_images b)
{
    const lu_convolution *c = op->own;
    const lu_tensor *to = op->in_grad, *from = op->lender ? op->lender : to;
    lu_convolve q = {.images = b.n, .out_blocks = to->blocks, .in_blocks = c->reads_back};

    if (c->narrow != NULL) {
        lu_narrow_backward(c->narrow, p, op, b);
        return;
    }
    if (c->behind != NULL) {
        lu_ending end = {op->adds[0] ? from->g.at : NULL, op->masks ? to->v.at : NULL, false};
        lu_winograd_run(c->behind, p, op->out->g.at, to->g.at, NULL, end, b);
        return;
    }
    q.src = field(op->out, op->out->g.at, b);
    q.dst = field(to, to->g.at, b);
    q.first = c->first_back;
    q.end.plus = op->adds[0] ? from->g.at + b.first * from->image : NULL;
    q.end.mask = op->masks ? to->v.at + b.first * to->image : NULL;
    for (size_t i = 0; i < c->stride * c->stride; i++) {
        q.walk = &c->back[i].walk;
        q.weights = c->back[i].weights.at;
        if (q.walk->pixels > 0) {
            p->kernels->convolve(&q);
        }
    }
}

static void bias_gradient(const lu_plan *p, const lu_op *op, float *sum, lu_images b)
{
    const lu_tensor *t = op->out;
    double part[LU_LANES_MAX];

    for (lu_rows r = lu_rows_of(t, b); lu_rows_next(&r);) {
        float *to = sum + r.at / t->block % t->blocks * t->lanes;
        p->kernels->sum(part, t->g.at + r.at, t->shape.w);
        for (size_t l = 0; l < t->lanes; l++) {
            to[l] += (float)part[l];
        }
    }
}

static void weights(lu_plan *p, lu_op *op, lu_images b)
{
    lu_convolution *c = op->own;
    lu_correlate q = {.walk = &c->forward.walk, .images = b.n, .out_blocks = op->out->blocks};

    q.src = field(op->in, op->in->v.at, b);
    q.dst = field(op->out, op->out->g.at, b);
    q.in_blocks = c->reads;
    q.first = c->first;
    q.weights = c->sum.at;
    p->kernels->correlate(&q);
    if (op->norm == NULL) {
        bias_gradient(p, op, c->bias_sum, b);
    }
}

static lu_err weights_prepare(lu_plan *p, lu_op *op)
{
    lu_convolution *c = op->own;
    size_t lanes = p->kernels->lanes;

    LU_TRY(LU_NEW(c->bias_sum, op->out->blocks * lanes));
    return lu_floats_new(packed_size(&c->forward, c->reads, op->out->blocks, lanes), &c->sum);
}

static void weights_done(lu_plan *p, lu_op *op, lu_section_params *grad)
{
    lu_convolution *c = op->own;
    size_t lanes = p->kernels->lanes;
    lu_packing k = {c, &c->forward, false, op->in, op->out, lanes, c->sum.at};

    lu_convolution_unpack(&k, grad->weights);
    for (size_t i = 0; i < op->out->shape.c; i++) {
        grad->biases[i] += c->bias_sum[i];
    }
    memset(c->bias_sum, 0, op->out->blocks * lanes * sizeof(float));
    memset(c->sum.at, 0,
           packed_size(&c->forward, c->reads, op->out->blocks, lanes) * sizeof(float));
}

const lu_op_kind lu_op_convolution = {.prepare = prepare,
                                      .release = release,
                                      .pack = pack,
                                      .forward = forward,
                                      .backward = backward,
                                      .weights_prepare = weights_prepare,
                                      .weights = weights,
                                      .weights_done = weights_done};
