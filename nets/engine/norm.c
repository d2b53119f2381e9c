/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Batch-norm while it is trained (in use it is folded away, nets/format/fold.c). Darknet's forward
 * pass (src/batchnorm_layer.c): with mean and s = sqrt(variance) of m values of a channel, variance
 * over m - 1,
 *
 *     x' = (x - mean) / (s + 1e-6),   y = scale * x' + bias.
 *
 * Its backward pass takes another epsilon and another variance than its forward pass; here it is
 * the derivative of the formulas above. With g' = scale * dL/dy:
 *
 *     dL/dx = (g' - mean(g')) / (s + 1e-6) - x' * sum(g' x') / ((m - 1) s)
 *
 * Rolling statistics move by `norm_rate` towards the batch's, as Darknet stores them.
 */
#include "nets/engine/activate.h"
#include "nets/engine/norm.h"

#include <math.h>
#include <string.h>

static const double EPSILON = 1e-6;

/* What is known of the channels of one block, lane by lane. */
typedef struct lanes {
    double mean[LU_LANES_MAX], s[LU_LANES_MAX];
} lanes;

struct lu_norm {
    lu_activation activation; /* of the section, applied behind the batch-norm */
    bool rolled;              /* the last forward took the rolling statistics */
    lanes *block;             /* of the last forward; owned */
    lu_floats x;              /* x', laid out as the section's output; owned */
};

lu_err lu_norm_new(lu_section *s, const lu_tensor *out, size_t batch, lu_norm **norm)
{
    lu_norm *n;
    lu_err err;

    *norm = NULL;
    LU_TRY(LU_NEW(n, 1));
    n->activation = s->activation;
    err = LU_NEW(n->block, out->blocks);
    if (!err) {
        err = lu_floats_new(batch * out->image, &n->x);
    }
    if (err) {
        lu_norm_free(&n);
        return err;
    }
    s->activation = LU_ACT_LINEAR;
    *norm = n;
    return LU_OK;
}

void lu_norm_free(lu_norm **norm)
{
    if (*norm != NULL) {
        free((*norm)->block);
        lu_floats_free(&(*norm)->x);
        free(*norm);
        *norm = NULL;
    }
}

/* The rows of one block of some images, one after the other:
       for (walk w = walk_of(t, block, b); next(&w);)  ... t->shape.w pixels of lanes at w.at */
typedef struct walk {
    const lu_tensor *t;
    size_t block, first, row, rows;
    size_t at;
} walk;

static walk walk_of(const lu_tensor *t, size_t block, lu_images b)
{
    return (walk){.t = t, .block = block, .first = b.first, .rows = b.n * t->shape.h};
}

static bool next(walk *w)
{
    if (w->row == w->rows) {
        return false;
    }
    w->at =
        lu_tensor_at(w->t, w->first + w->row / w->t->shape.h, w->block, w->row % w->t->shape.h, 0);
    w->row++;
    return true;
}

static double values(const lu_tensor *t, lu_images b)
{
    return (double)(b.n * t->shape.h * t->shape.w);
}

/* Lanes of a block that are channels. */
static size_t used(const lu_tensor *t, size_t block)
{
    size_t left = t->shape.c - block * t->lanes;

    return left < t->lanes ? left : t->lanes;
}

static void sum_of(const lu_plan *p, walk w, const float *v, double *sum)
{
    double row[LU_LANES_MAX];

    memset(sum, 0, LU_LANES_MAX * sizeof *sum);
    while (next(&w)) {
        p->kernels->sum(row, v + w.at, w.t->shape.w);
        for (size_t l = 0; l < w.t->lanes; l++) {
            sum[l] += row[l];
        }
    }
}

/* sum of (a - from) * (b - from), lane by lane; a row in single precision. */
static void product_of(walk w, const float *a, const float *b, const double *from, double *sum)
{
    size_t n = w.t->lanes;
    float less[LU_LANES_MAX];

    memset(sum, 0, LU_LANES_MAX * sizeof *sum);
    for (size_t l = 0; l < n; l++) {
        less[l] = (float)from[l];
    }
    while (next(&w)) {
        float row[LU_LANES_MAX] = {0};
        for (size_t i = 0; i < w.t->shape.w * n; i += n) {
            for (size_t l = 0; l < n; l++) {
                row[l] += (a[w.at + i + l] - less[l]) * (b[w.at + i + l] - less[l]);
            }
        }
        for (size_t l = 0; l < n; l++) {
            sum[l] += (double)row[l];
        }
    }
}

/* --- forward --- */

static void measure(const lu_plan *p, const lu_tensor *t, size_t block, lu_images b, lanes *k)
{
    double m = values(t, b), squares[LU_LANES_MAX];

    sum_of(p, walk_of(t, block, b), t->v.at, k->mean);
    for (size_t l = 0; l < t->lanes; l++) {
        k->mean[l] /= m;
    }
    product_of(walk_of(t, block, b), t->v.at, t->v.at, k->mean, squares);
    for (size_t l = 0; l < t->lanes; l++) {
        k->s[l] = m > 1 ? sqrt(squares[l] / (m - 1)) : 0;
    }
}

/* The rolling statistics of a block move, or are taken. */
static void roll(lu_section_params *w, size_t first, size_t n, const lanes *k, double rate)
{
    for (size_t l = 0; l < n; l++) {
        float *mean = &w->mean[first + l], *variance = &w->variance[first + l];
        *mean = (float)((1 - rate) * *mean + rate * k->mean[l]);
        *variance = (float)((1 - rate) * *variance + rate * k->s[l] * k->s[l]);
    }
}

static void take_rolled(const lu_section_params *w, size_t first, size_t n, lanes *k)
{
    for (size_t l = 0; l < n; l++) {
        k->mean[l] = w->mean[first + l];
        k->s[l] = sqrt(w->variance[first + l]);
    }
}

static void normalise(const lu_op *op, size_t block, lu_images b, const lu_section_params *p)
{
    const lu_tensor *t = op->out;
    const lanes *k = &op->norm->block[block];
    float mean[LU_LANES_MAX], factor[LU_LANES_MAX] = {0}, scale[LU_LANES_MAX] = {0},
                              bias[LU_LANES_MAX] = {0};
    size_t n = t->lanes, first = block * n;

    for (size_t l = 0; l < used(t, block); l++) {
        mean[l] = (float)k->mean[l];
        factor[l] = (float)(1 / (k->s[l] + EPSILON));
        scale[l] = p->scales[first + l];
        bias[l] = p->biases[first + l];
    }
    for (size_t l = used(t, block); l < n; l++) {
        mean[l] = 0;
    }
    for (walk w = walk_of(t, block, b); next(&w);) {
        float *x = op->norm->x.at + w.at, *v = t->v.at + w.at;
        for (size_t i = 0; i < t->shape.w * n; i += n) {
            for (size_t l = 0; l < n; l++) {
                x[i + l] = (v[i + l] - mean[l]) * factor[l];
                v[i + l] = scale[l] * x[i + l] + bias[l];
            }
        }
    }
}

void lu_norm_forward(lu_plan *p, const lu_op *op, lu_images b)
{
    lu_section_params *w = &p->weights.param[op->index];
    const lu_tensor *t = op->out;

    op->norm->rolled = !p->training || op->index < p->frozen;
    for (size_t block = 0; block < t->blocks; block++) {
        lanes *k = &op->norm->block[block];
        if (op->norm->rolled) {
            take_rolled(w, block * t->lanes, used(t, block), k);
        } else {
            measure(p, t, block, b, k);
            roll(w, block * t->lanes, used(t, block), k, p->norm_rate);
        }
        normalise(op, block, b, w);
    }
    lu_activate(op->norm->activation, t, b);
}

/* --- backward --- */

/* dL/dy to dL/dx. sum, along: of g, of g x'. */
static void pass_back(const lu_op *op, size_t block, lu_images b, const lu_section_params *p,
                      const double *sum, const double *along)
{
    const lu_tensor *t = op->out;
    const lanes *k = &op->norm->block[block];
    float factor[LU_LANES_MAX] = {0}, mean[LU_LANES_MAX] = {0}, slope[LU_LANES_MAX] = {0};
    size_t n = t->lanes;
    double m = values(t, b);

    for (size_t l = 0; l < used(t, block); l++) {
        double scale = p->scales[block * n + l];
        factor[l] = (float)(scale / (k->s[l] + EPSILON));
        if (!op->norm->rolled) {
            mean[l] = (float)(sum[l] / m);
            slope[l] = k->s[l] > 0 ? (float)(scale * along[l] / ((m - 1) * k->s[l])) : 0;
        }
    }
    for (walk w = walk_of(t, block, b); next(&w);) {
        const float *x = op->norm->x.at + w.at;
        float *g = t->g.at + w.at;
        for (size_t i = 0; i < t->shape.w * n; i += n) {
            for (size_t l = 0; l < n; l++) {
                g[i + l] = factor[l] * (g[i + l] - mean[l]) - slope[l] * x[i + l];
            }
        }
    }
}

void lu_norm_backward(const lu_plan *p, const lu_op *op, lu_images b, lu_section_params *grad)
{
    static const double zero[LU_LANES_MAX];
    const lu_tensor *t = op->out;

    lu_activate_back(p, op->norm->activation, t, b);
    for (size_t block = 0; block < t->blocks; block++) {
        double sum[LU_LANES_MAX], along[LU_LANES_MAX];
        sum_of(p, walk_of(t, block, b), t->g.at, sum);
        product_of(walk_of(t, block, b), t->g.at, op->norm->x.at, zero, along);
        for (size_t l = 0; grad != NULL && l < used(t, block); l++) {
            grad->biases[block * t->lanes + l] += (float)sum[l];
            grad->scales[block * t->lanes + l] += (float)along[l];
        }
        pass_back(op, block, b, &p->weights.param[op->index], sum, along);
    }
}
