/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sections of a stack do, forward and backward. */
#include "nets/engine/matrix.h"
#include "nets/engine/stack.h"

#include <math.h>
#include <string.h>

#define EPSILON 1e-6f
#define MOMENTUM 0.1f

/* --- unfolding: one row for each input channel and kernel position, one column a pixel out --- */

/* Outputs whose kernel tap at `shift` falls on one of `in` pixels: *first..*end-1. */
static void inside(ptrdiff_t shift, size_t stride, size_t in, size_t out, size_t *first,
                   size_t *end)
{
    size_t from = shift < 0 ? ((size_t)-shift + stride - 1) / stride : 0;
    size_t to = (ptrdiff_t)in > shift ? ((size_t)((ptrdiff_t)in - shift) - 1) / stride + 1 : 0;

    *end = to < out ? to : out;
    *first = from < *end ? from : *end;
}

static void copy_row(float *restrict row, const float *restrict image, size_t stride, size_t n)
{
    if (stride == 1) {
        memcpy(row, image, n * sizeof *row);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        row[i] = image[i * stride];
    }
}

static void add_row(const float *restrict row, float *restrict image, size_t stride, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        image[i * stride] += row[i];
    }
}

/* Walks row `tap` of one channel: copies the image into it, or with `back` adds it to the image. */
static void unfold_tap(const lu_section *s, size_t tap, float *image, float *row, bool back)
{
    ptrdiff_t up = (ptrdiff_t)(tap / s->size) - (ptrdiff_t)s->pad;
    ptrdiff_t left = (ptrdiff_t)(tap % s->size) - (ptrdiff_t)s->pad;
    size_t x0, x1, y0, y1;

    inside(left, s->stride, s->in.w, s->out.w, &x0, &x1);
    inside(up, s->stride, s->in.h, s->out.h, &y0, &y1);
    if (!back) {
        memset(row, 0, s->out.h * s->out.w * sizeof *row);
    }
    for (size_t y = y0; y < y1 && x0 < x1; y++) {
        ptrdiff_t iy = (ptrdiff_t)(y * s->stride) + up, ix = (ptrdiff_t)(x0 * s->stride) + left;
        float *at = image + iy * (ptrdiff_t)s->in.w + ix, *run = row + y * s->out.w + x0;
        if (back) {
            add_row(run, at, s->stride, x1 - x0);
        } else {
            copy_row(run, at, s->stride, x1 - x0);
        }
    }
}

/* The channels of one group. */
static void unfold(const lu_section *s, float *image, float *col, bool back)
{
    size_t taps = s->size * s->size, pixels = s->out.h * s->out.w;

    for (size_t c = 0; c < s->in.c / s->groups; c++) {
        for (size_t t = 0; t < taps; t++, col += pixels) {
            unfold_tap(s, t, image + c * s->in.h * s->in.w, col, back);
        }
    }
}

/* --- sections, without batch-norm and activation --- */

static void convolve(lu_stack *s, size_t i, const float *in)
{
    const lu_section *c = &s->net.section[i];
    size_t rows = c->out.c / c->groups, k = lu_fan_in(c), pixels = c->out.h * c->out.w;
    size_t group_in = lu_shape_size(c->in) / c->groups;

    for (size_t b = 0; b < s->images * c->groups; b++) {
        size_t g = b % c->groups;
        lu_matrix w = {s->weights.param[i].weights + g * rows * k, k, 1};
        lu_matrix col = {s->col, pixels, 1};
        unfold(c, (float *)(uintptr_t)(in + b * group_in), s->col, false);
        lu_matrix_multiply(rows, pixels, k, w, col, false, s->value[i] + b * rows * pixels);
    }
}

static void convolve_back(lu_stack *s, size_t i, const float *in, bool learn, float *slope)
{
    const lu_section *c = &s->net.section[i];
    size_t rows = c->out.c / c->groups, k = lu_fan_in(c), pixels = c->out.h * c->out.w;
    size_t group_in = lu_shape_size(c->in) / c->groups;
    float *col_slope = s->col + k * pixels;

    memset(slope, 0, s->images * lu_shape_size(c->in) * sizeof *slope);
    for (size_t b = 0; b < s->images * c->groups; b++) {
        size_t g = b % c->groups;
        lu_matrix out = {s->slope[i] + b * rows * pixels, pixels, 1};
        if (learn) {
            lu_matrix col = {s->col, pixels, 1};
            unfold(c, (float *)(uintptr_t)(in + b * group_in), s->col, false);
            lu_matrix_correlate(rows, k, pixels, out, col, s->grad.param[i].weights + g * rows * k);
        }
        lu_matrix turned = {s->weights.param[i].weights + g * rows * k, 1, k};
        lu_matrix_multiply(k, pixels, rows, turned, out, false, col_slope);
        unfold(c, slope + b * group_in, col_slope, true);
    }
}

static void connect(lu_stack *s, size_t i, const float *in)
{
    const lu_section *c = &s->net.section[i];
    size_t k = lu_shape_size(c->in), outs = c->out.c;

    memset(s->value[i], 0, s->images * outs * sizeof *s->value[i]);
    lu_matrix_correlate(s->images, outs, k, (lu_matrix){in, k, 1},
                        (lu_matrix){s->weights.param[i].weights, k, 1}, s->value[i]);
}

static void connect_back(lu_stack *s, size_t i, const float *in, bool learn, float *slope)
{
    const lu_section *c = &s->net.section[i];
    size_t k = lu_shape_size(c->in), outs = c->out.c;
    lu_matrix w = {s->weights.param[i].weights, k, 1};

    if (learn) {
        lu_matrix turned = {s->slope[i], 1, outs};
        lu_matrix_multiply(outs, k, s->images, turned, (lu_matrix){in, k, 1}, true,
                           s->grad.param[i].weights);
    }
    lu_matrix_multiply(s->images, k, outs, (lu_matrix){s->slope[i], outs, 1}, w, false, slope);
}

/* --- batch-norm, bias, activation: in place over one channel of all images --- */

/* Where channel c of image b of section i begins. */
static float *channel(const lu_stack *s, float *const *list, size_t i, size_t b, size_t c)
{
    const lu_section *section = &s->net.section[i];
    size_t pixels = section->out.h * section->out.w;

    return list[i] + (b * section->out.c + c) * pixels;
}

/* Mean of f(value) over a channel: sum of v, or of (v - shift)^2. */
static void batch_moments(const lu_stack *s, size_t i, size_t c, double *mean, double *variance)
{
    size_t pixels = s->net.section[i].out.h * s->net.section[i].out.w;
    double n = (double)(s->images * pixels), sum = 0, squares = 0;

    for (size_t b = 0; b < s->images; b++) {
        const float *v = channel(s, s->value, i, b, c);
        for (size_t j = 0; j < pixels; j++) {
            sum += v[j];
        }
    }
    *mean = sum / n;
    for (size_t b = 0; b < s->images; b++) {
        const float *v = channel(s, s->value, i, b, c);
        for (size_t j = 0; j < pixels; j++) {
            squares += (v[j] - *mean) * (v[j] - *mean);
        }
    }
    *variance = squares / n;
}

/* value = scale * (value - mean) / (spread + eps); keeps the normalised values. */
static void normalise(lu_stack *s, size_t i, size_t c)
{
    size_t pixels = s->net.section[i].out.h * s->net.section[i].out.w;
    double count = (double)(s->images * pixels), mean, variance;
    lu_section_params *p = &s->weights.param[i];

    if (s->training) {
        batch_moments(s, i, c, &mean, &variance);
        p->mean[c] += MOMENTUM * ((float)mean - p->mean[c]);
        p->variance[c] += MOMENTUM * ((float)(variance * count / (count - 1)) - p->variance[c]);
    } else {
        mean = p->mean[c];
        variance = p->variance[c];
    }
    s->spread[i][c] = (float)sqrt(variance);
    for (size_t b = 0; b < s->images; b++) {
        float *v = channel(s, s->value, i, b, c), *kept = channel(s, s->normal, i, b, c);
        float factor = 1 / (s->spread[i][c] + EPSILON), shift = (float)mean;
        for (size_t j = 0; j < pixels; j++) {
            kept[j] = (v[j] - shift) * factor;
            v[j] = p->scales[c] * kept[j];
        }
    }
}

/* slope becomes dL/d(before): with S = spread + eps, g = dL/d(normalised),
   (g - mean g - normalised * mean(g normalised) * S/spread) / S; in use just g / S. */
static void normalise_back(lu_stack *s, size_t i, size_t c, bool learn)
{
    size_t pixels = s->net.section[i].out.h * s->net.section[i].out.w;
    double n = (double)(s->images * pixels), sum = 0, product = 0;
    float scale = s->weights.param[i].scales[c], spread = s->spread[i][c];
    float factor = 1 / (spread + EPSILON), mean = 0, tilt = 0;

    for (size_t b = 0; b < s->images; b++) {
        const float *g = channel(s, s->slope, i, b, c), *x = channel(s, s->normal, i, b, c);
        for (size_t j = 0; j < pixels; j++) {
            sum += g[j];
            product += (double)g[j] * x[j];
        }
    }
    if (learn) {
        s->grad.param[i].scales[c] += (float)product;
    }
    if (s->training) {
        mean = (float)(sum / n);
        tilt = spread > 0 ? (float)(product / n) * (spread + EPSILON) / spread : 0;
    }
    for (size_t b = 0; b < s->images; b++) {
        float *g = channel(s, s->slope, i, b, c);
        const float *x = channel(s, s->normal, i, b, c);
        for (size_t j = 0; j < pixels; j++) {
            g[j] = scale * factor * (g[j] - mean - x[j] * tilt);
        }
    }
}

static float activated(lu_activation a, float x)
{
    switch (a) {
    case LU_ACT_RELU: return x > 0 ? x : 0;
    case LU_ACT_LEAKY: return x > 0 ? x : 0.1f * x;
    case LU_ACT_RELIE: return x > 0 ? x : 0.01f * x;
    case LU_ACT_TANH: return tanhf(x);
    default: return x;
    }
}

/* From the output y. */
static float derivative(lu_activation a, float y)
{
    switch (a) {
    case LU_ACT_RELU: return y > 0 ? 1 : 0;
    case LU_ACT_LEAKY: return y > 0 ? 1 : 0.1f;
    case LU_ACT_RELIE: return y > 0 ? 1 : 0.01f;
    case LU_ACT_TANH: return 1 - y * y;
    default: return 1;
    }
}

static void finish(lu_stack *s, size_t i)
{
    const lu_section *section = &s->net.section[i];
    size_t pixels = section->out.h * section->out.w;

    for (size_t c = 0; c < section->n_biases; c++) {
        float bias = s->weights.param[i].biases[c];
        if (section->batch_normalize) {
            normalise(s, i, c);
        }
        for (size_t b = 0; b < s->images; b++) {
            float *v = channel(s, s->value, i, b, c);
            for (size_t j = 0; j < pixels; j++) {
                v[j] = activated(section->activation, v[j] + bias);
            }
        }
    }
}

static void finish_back(lu_stack *s, size_t i, bool learn)
{
    const lu_section *section = &s->net.section[i];
    size_t pixels = section->out.h * section->out.w;

    for (size_t c = 0; c < section->n_biases; c++) {
        double sum = 0;
        for (size_t b = 0; b < s->images; b++) {
            float *g = channel(s, s->slope, i, b, c);
            const float *v = channel(s, s->value, i, b, c);
            for (size_t j = 0; j < pixels; j++) {
                g[j] *= derivative(section->activation, v[j]);
                sum += g[j];
            }
        }
        if (learn) {
            s->grad.param[i].biases[c] += (float)sum;
        }
        if (section->batch_normalize) {
            normalise_back(s, i, c, learn);
        }
    }
}

void lu_stack_section(lu_stack *s, size_t i, const float *in)
{
    if (s->net.section[i].type == LU_CONVOLUTIONAL) {
        convolve(s, i, in);
    } else {
        connect(s, i, in);
    }
    finish(s, i);
}

void lu_stack_section_back(lu_stack *s, size_t i, const float *in, bool learn, float *slope)
{
    finish_back(s, i, learn);
    if (s->net.section[i].type == LU_CONVOLUTIONAL) {
        convolve_back(s, i, in, learn, slope);
    } else {
        connect_back(s, i, in, learn, slope);
    }
}
