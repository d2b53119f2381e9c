/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/winograd.h"

enum {
    CHANNELS = 16,   /* with fewer, the transforms cost more than the products saved */
    READING = 2,     /* an image's share of reading the weights, in tiles */
    NEAR = 32 << 10, /* bytes of planes that stay in a first-level cache */
    PAGE = 1024,     /* floats */
    FAR = 1 << 18    /* floats of weights that stay in a second-level cache */
};

/* The points beside 0 and infinity; see lu_tiles. */
static const double points[2][2] = {{1, 0}, {0.625, 1.5}};

struct lu_winograd {
    const lu_tensor *src, *dst;
    size_t side, planes;
    size_t blocks;     /* the larger number of the two */
    bool in_place;     /* the products overwrite what they are made of */
    size_t tiles;      /* that the buffers hold */
    lu_floats weights; /* plane, out block, in block, lane in, lane out */
};

static size_t across(size_t length, size_t side)
{
    return (length + side - 1) / side;
}

/* What an image costs in tiles of a side, in products of a channel by a channel; side 1 = directly.
 */
static size_t cost(lu_shape s, size_t side)
{
    size_t span = side + 2;

    return span * span * (across(s.h, side) * across(s.w, side) + READING);
}

/* The cheapest side, 0 = none. */
static size_t side_for(lu_shape s)
{
    size_t side = cost(s, 2) <= cost(s, 4) ? 2 : 4;

    return cost(s, side) < cost(s, 1) ? side : 0;
}

static bool suits(const lu_section *s)
{
    return s->type == LU_CONVOLUTIONAL && s->size == 3 && s->stride == 1 && s->pad == 1 &&
           s->groups == 1 && s->in.c >= CHANNELS && s->out.c >= CHANNELS && side_for(s->out);
}

bool lu_winograd_fits(const lu_plan *p, const lu_op *op)
{
    return !p->direct && suits(op->section) && op->in->lanes == p->kernels->lanes;
}

double lu_winograd_growth(const lu_section *s)
{
    double span = (double)side_for(s->out) + 2;

    return suits(s) ? span * span / 9 : 1;
}

void lu_winograd_free(lu_winograd **w)
{
    if (*w == NULL) {
        return;
    }
    lu_floats_free(&(*w)->weights);
    free(*w);
    *w = NULL;
}

static size_t packed_plane(const lu_winograd *w)
{
    return w->src->blocks * w->src->lanes * w->dst->blocks * w->dst->lanes;
}

/* In place as many as stay near. Else a strip while the weights stay in a second-level cache, and
   beyond so many that reading the weights takes half as long as reading the values. */
static size_t tiles_of(const lu_winograd *w)
{
    size_t lanes = w->src->lanes, values = (w->src->blocks + w->dst->blocks) * lanes;

    if (w->in_place) {
        return NEAR / (w->planes * w->blocks * lanes * sizeof(float));
    }
    if (w->planes * packed_plane(w) <= FAR) {
        return LU_STRIP;
    }
    return (2 * packed_plane(w) / values / LU_STRIP + 1) * LU_STRIP;
}

/* Floats of a block's tiles. */
static size_t room(const lu_winograd *w)
{
    return (w->tiles + LU_STRIP) * w->src->lanes;
}

/* Floats of a plane, not near a multiple of PAGE: such lines push each other out of a cache. */
static size_t plane(const lu_winograd *w)
{
    return (w->blocks * room(w) / PAGE + 1) * PAGE + LU_LANES_MAX;
}

static lu_err allocate(lu_winograd *w, lu_plan *p)
{
    w->in_place = w->blocks <= 2;
    w->tiles = tiles_of(w);
    LU_TRY(lu_scratch_grow(&p->scratch, w->planes * plane(w)));
    return lu_floats_new(w->planes * packed_plane(w), &w->weights);
}

lu_err lu_winograd_new(lu_plan *p, const lu_tensor *src, const lu_tensor *dst, lu_winograd **out)
{
    lu_err err;

    LU_TRY(LU_NEW(*out, 1));
    (*out)->src = src;
    (*out)->dst = dst;
    (*out)->blocks = src->blocks > dst->blocks ? src->blocks : dst->blocks;
    (*out)->side = side_for(dst->shape);
    (*out)->planes = ((*out)->side + 2) * ((*out)->side + 2);
    err = allocate(*out, p);
    if (err) {
        lu_winograd_free(out);
    }
    return err;
}

/* --- weights: both ways the polynomial's values at the points, each divided by the product of the
   point's distances to the others --- */

static void transform(const lu_winograd *w, const double *g, size_t step, double *to,
                      size_t to_step)
{
    const double *point = points[w->side == 4];
    double norm = 1;

    for (size_t i = 0; i < w->side / 2; i++) {
        double p = point[i], other = point[1 - i];
        double n = 2 * p * p * (p * p - other * other);
        double even = g[0] + g[2 * step] * p * p, odd = g[step] * p;
        to[(2 + 2 * i) * to_step] = (even + odd) / n;
        to[(3 + 2 * i) * to_step] = (even - odd) / n;
        norm *= -p * p;
    }
    to[0] = g[0] / norm;
    to[to_step] = g[2 * step];
}

static void pack_one(const lu_winograd *w, const float *kernel, bool back, float *to)
{
    size_t span = w->side + 2;
    double g[9], half[3 * 6], u[6 * 6];

    for (size_t i = 0; i < 9; i++) {
        g[i] = (double)kernel[back ? 8 - i : i];
    }
    for (size_t y = 0; y < 3; y++) {
        transform(w, g + 3 * y, 1, half + y, 3);
    }
    for (size_t x = 0; x < span; x++) {
        transform(w, half + 3 * x, 1, u + span * x, 1);
    }
    for (size_t k = 0; k < w->planes; k++) {
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
    lu_tiles q = {.row = t->row, .h = t->shape.h, .w = t->shape.w, .blocks = t->blocks};

    q.side = w->side;
    q.across = across(t->shape.w, w->side);
    q.each = q.across * across(t->shape.h, w->side);
    q.planes = planes;
    q.field = (lu_field){at + lu_tensor_at(t, b.first, 0, 0, 0), t->image, t->block};
    q.room = room(w);
    q.plane = plane(w);
    return q;
}

static const float *moved(const float *at, size_t by)
{
    return at ? at + by : NULL;
}

void lu_winograd_run(const lu_winograd *w, const lu_plan *p, float *from, float *to,
                     const float *bias, lu_ending end, lu_images b)
{
    lu_tiles in = tiles_over(w, w->src, from, p->scratch.at[0].at, b);
    lu_tiles out = tiles_over(w, w->dst, to, p->scratch.at[w->in_place ? 0 : 1].at, b);
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
