/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gradient of a convolution at few input channels. Image by image, the output's gradient is
 * turned into one plane a channel, borders included; the input's gradient at position j is then the
 * sum over output channels and taps of weight * plane[j + offset], for LANES positions at once.
 */
#include "nets/engine/narrow.h"

struct lu_narrow {
    size_t channels; /* of the input */
    size_t pitch;    /* positions from row to row */
    size_t plane;    /* floats from plane to plane */
    size_t taps;     /* output channels x kernel positions */
    size_t *off;     /* taps; owned */
    float *weights;  /* taps x channels; owned */
    lu_floats from, to;
};

bool lu_narrow_fits(const lu_plan *p, const lu_op *op)
{
    const lu_section *s = op->section;

    return s->type == LU_CONVOLUTIONAL && s->stride == 1 && s->groups == 1 && s->out.w > 1 &&
           s->in.c <= LU_ROWS && 2 * s->in.c <= p->kernels->lanes;
}

void lu_narrow_free(lu_narrow **n)
{
    if (*n == NULL) {
        return;
    }
    free((*n)->off);
    free((*n)->weights);
    lu_floats_free(&(*n)->from);
    lu_floats_free(&(*n)->to);
    free(*n);
    *n = NULL;
}

/* Where the planes are read for position 0 by each output channel and tap. */
static void find_offsets(lu_narrow *n, const lu_op *op)
{
    const lu_section *s = op->section;
    size_t shift = s->pad + op->out->halo, *off = n->off;

    for (size_t o = 0; o < s->out.c; o++) {
        for (size_t ky = 0; ky < s->size; ky++) {
            for (size_t kx = 0; kx < s->size; kx++) {
                *off++ = o * n->plane + (shift - ky) * n->pitch + shift - kx;
            }
        }
    }
}

static lu_err allocate(lu_narrow *n, const lu_op *op)
{
    LU_TRY(LU_NEW(n->off, n->taps));
    LU_TRY(LU_NEW(n->weights, n->taps * n->channels));
    LU_TRY(lu_floats_new(op->section->out.c * n->plane, &n->from));
    LU_TRY(lu_floats_new(n->channels * n->plane, &n->to));
    find_offsets(n, op);
    return LU_OK;
}

lu_err lu_narrow_new(const lu_plan *p, const lu_op *op, lu_narrow **out)
{
    const lu_section *s = op->section;
    lu_err err;

    (void)p;
    LU_TRY(LU_NEW(*out, 1));
    (*out)->channels = s->in.c;
    (*out)->pitch = s->out.w + 2 * op->out->halo;
    (*out)->plane = (s->out.h + 2 * op->out->halo) * (*out)->pitch + 2 * LU_SLACK;
    (*out)->taps = s->out.c * s->size * s->size;
    err = allocate(*out, op);
    if (err) {
        lu_narrow_free(out);
    }
    return err;
}

void lu_narrow_pack(lu_narrow *n, const lu_op *op, const float *weights)
{
    size_t area = op->section->size * op->section->size;

    for (size_t k = 0; k < n->taps; k++) {
        for (size_t c = 0; c < n->channels; c++) {
            n->weights[k * n->channels + c] =
                weights[(k / area * n->channels + c) * area + k % area];
        }
    }
}

/* Planes to the gradient of image b, with what is fused into that. */
static void put(const lu_narrow *n, const lu_op *op, size_t b)
{
    const lu_tensor *t = op->in_grad;
    const float *plus = op->lender ? op->lender->g.at : t->g.at;

    for (size_t y = 0; y < t->shape.h; y++) {
        size_t at = lu_tensor_at(t, b, 0, y, 0);
        for (size_t x = 0; x < t->shape.w; x++, at += t->lanes) {
            const float *from = n->to.at + y * n->pitch + x;
            for (size_t c = 0; c < n->channels; c++) {
                float g = from[c * n->plane] + (op->adds[0] ? plus[at + c] : 0);
                t->g.at[at + c] = !op->masks || t->v.at[at + c] > 0 ? g : 0;
            }
        }
    }
}

void lu_narrow_backward(lu_narrow *n, const lu_plan *p, const lu_op *op, lu_images b)
{
    const lu_tensor *t = op->out;
    size_t pixels = (t->shape.h + 2 * t->halo) * n->pitch;
    lu_product q = {.m = n->channels, .k = n->taps, .off = n->off, .ldc = n->plane};

    q.n = op->in_grad->shape.h * n->pitch;
    q.a = n->weights;
    q.b = n->from.at;
    q.c = n->to.at;
    for (size_t i = b.first; i < b.first + b.n; i++) {
        for (size_t c = 0; c < t->blocks; c++) {
            size_t left = t->shape.c - c * t->lanes;
            p->kernels->to_planes(t->g.at + i * t->image + c * t->block, pixels,
                                  left < t->lanes ? left : t->lanes,
                                  n->from.at + c * t->lanes * n->plane, n->plane);
        }
        p->kernels->product(&q);
        put(n, op, i);
    }
}
