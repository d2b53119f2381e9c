/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/plan.h"

enum {
    PLANES = 16,
    CHANNELS = 16,       /* with fewer, the transforms cost more than the products saved */
    PIXELS = 16,         /* with fewer, reading 16/9 of the weights does */
    TILES = 4 * LU_STRIP /* at a time, at least */
};

struct lu_winograd {
    const lu_tensor *src, *dst;
    size_t tiles;      /* that the buffers hold */
    lu_floats weights; /* plane, out block, in block, lane in, lane out */
    lu_floats in, out; /* plane, block, tile, lane */
};

bool lu_winograd_fits(const lu_plan *p, const lu_op *op)
{
    const lu_section *s = op->section;

    return s->type == LU_CONVOLUTIONAL && s->size == 3 && s->stride == 1 && s->pad == 1 &&
           s->groups == 1 && s->in.c >= CHANNELS && s->out.c >= CHANNELS && s->out.h % 2 == 0 &&
           s->out.w % 2 == 0 && s->out.h * s->out.w >= PIXELS && op->in->lanes == p->kernels->lanes;
}

void lu_winograd_free(lu_winograd **w)
{
    if (*w == NULL) {
        return;
    }
    lu_floats_free(&(*w)->weights);
    lu_floats_free(&(*w)->in);
    lu_floats_free(&(*w)->out);
    free(*w);
    *w = NULL;
}

static size_t packed_plane(const lu_winograd *w)
{
    return w->src->blocks * w->src->lanes * w->dst->blocks * w->dst->lanes;
}

/* So many tiles that reading all weights once pays: half as much of their values. */
static size_t tiles_of(const lu_winograd *w)
{
    size_t values = (w->src->blocks + w->dst->blocks) * w->src->lanes;
    size_t tiles = packed_plane(w) / 2 / values / LU_STRIP * LU_STRIP;

    return tiles > TILES ? tiles : TILES;
}

static size_t room(const lu_winograd *w)
{
    return (w->tiles + LU_STRIP) * w->src->lanes;
}

static lu_err allocate(lu_winograd *w)
{
    w->tiles = tiles_of(w);
    LU_TRY(lu_floats_new(PLANES * packed_plane(w), &w->weights));
    LU_TRY(lu_floats_new(PLANES * w->src->blocks * room(w), &w->in));
    return lu_floats_new(PLANES * w->dst->blocks * room(w), &w->out);
}

lu_err lu_winograd_new(const lu_plan *p, const lu_tensor *src, const lu_tensor *dst,
                       lu_winograd **out)
{
    lu_err err;

    (void)p;
    LU_TRY(LU_NEW(*out, 1));
    (*out)->src = src;
    (*out)->dst = dst;
    err = allocate(*out);
    if (err) {
        lu_winograd_free(out);
    }
    return err;
}

/* --- weights: G g G' with the rows of G 1 0 0; 1/2 1/2 1/2; 1/2 -1/2 1/2; 0 0 1 --- */

static void transform(const double *g, size_t step, double *to, size_t to_step)
{
    double even = (g[0] + g[2 * step]) / 2, odd = g[step] / 2;

    to[0] = g[0];
    to[to_step] = even + odd;
    to[2 * to_step] = even - odd;
    to[3 * to_step] = g[2 * step];
}

static void pack_one(const lu_winograd *w, const float *kernel, bool back, float *to)
{
    double g[9], half[12], u[PLANES];

    for (size_t i = 0; i < 9; i++) {
        g[i] = (double)kernel[back ? 8 - i : i];
    }
    for (size_t x = 0; x < 3; x++) {
        transform(g + x, 3, half + x, 3);
    }
    for (size_t y = 0; y < 4; y++) {
        transform(half + 3 * y, 1, u + 4 * y, 1);
    }
    for (size_t k = 0; k < PLANES; k++) {
        to[k * packed_plane(w)] = (float)u[k];
    }
}

void lu_winograd_pack(lu_winograd *w, const float *weights, bool back)
{
    size_t lanes = w->src->lanes, from = w->src->shape.c, to = w->dst->shape.c;

    for (size_t o = 0; o < to; o++) {
        for (size_t i = 0; i < from; i++) {
            size_t block = o / lanes * w->src->blocks + i / lanes;
            const float *kernel = weights + 9 * (back ? i * to + o : o * from + i);
            pack_one(w, kernel, back,
                     w->weights.at + (block * lanes + i % lanes) * lanes + o % lanes);
        }
    }
}

/* --- running --- */

static lu_tiles tiles_over(const lu_winograd *w, const lu_tensor *t, float *at, float *planes,
                           lu_images b)
{
    lu_tiles q = {.row = t->row, .across = t->shape.w / 2, .blocks = t->blocks, .planes = planes};

    q.each = q.across * (t->shape.h / 2);
    q.field = (lu_field){at + lu_tensor_at(t, b.first, 0, 0, 0), t->image, t->block};
    q.room = room(w);
    q.plane = t->blocks * q.room;
    return q;
}

static const float *moved(const float *at, size_t by)
{
    return at ? at + by : NULL;
}

void lu_winograd_run(const lu_winograd *w, const lu_plan *p, float *from, float *to,
                     const float *bias, lu_ending end, lu_images b)
{
    lu_tiles in = tiles_over(w, w->src, from, w->in.at, b);
    lu_tiles out = tiles_over(w, w->dst, to, w->out.at, b);
    size_t total = b.n * in.each, start = lu_tensor_at(w->dst, b.first, 0, 0, 0);

    in.field.at -= in.row + w->src->lanes;
    out.bias = bias;
    out.end = (lu_ending){moved(end.plus, start), moved(end.mask, start), end.relu};
    for (size_t t = 0; t < total; t += w->tiles) {
        in.first = out.first = t;
        in.n = out.n = total - t < w->tiles ? total - t : w->tiles;
        p->kernels->tiles_in(&in);
        p->kernels->tiles_multiply(&in, &out, w->weights.at);
        p->kernels->tiles_out(&out);
    }
}
