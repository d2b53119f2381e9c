/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Keras answers, computed from the .h5 file itself in double precision, channels last,
 * TensorFlow's paddings, batch-norm by its own formula: layer after layer, nothing fused. The last
 * softmax is left out.
 */
#ifndef LU_TESTS_KERAS_REFERENCE_H
#define LU_TESTS_KERAS_REFERENCE_H

#include "nets/format/keras_model.h"
#include "tests/unit/scratch.h"

#include <math.h>

typedef struct tensor {
    lu_shape shape; /* h, w, c; a list is 1 x 1 x n */
    double *v;      /* [h][w][c] */
} tensor;

static inline tensor tensor_new(size_t h, size_t w, size_t c)
{
    tensor t = {{.h = h, .w = w, .c = c}, calloc(h * w * c, sizeof(double))};

    assert_non_null(t.v);
    return t;
}

/* The array of a layer by its name's end; `missing` where there is none. */
static inline float *array_of(const lu_h5 *h, const char *layer, const char *what, size_t rank,
                              const size_t *dims, float missing)
{
    char group[LU_H5_PATH], path[2 * LU_H5_PATH];
    lu_buf names = LU_BUF_INIT;
    size_t n, size = 1;
    float *out;

    for (size_t d = 0; d < rank; d++) {
        size *= dims[d];
    }
    out = malloc(size * sizeof *out);
    assert_non_null(out);
    for (size_t i = 0; i < size; i++) {
        out[i] = missing;
    }
    snprintf(group, sizeof group, "/model_weights/%s", layer);
    if (lu_h5_names(h, group, "weight_names", 1 << 16, &names, &n) == LU_OK) {
        const char *name = (const char *)names.data;
        for (; n > 0; n--, name += strlen(name) + 1) {
            if (strstr(name, what) != NULL) {
                snprintf(path, sizeof path, "%s/%s", group, name);
                assert_ok(lu_h5_floats(h, path, rank, dims, out));
            }
        }
    }
    lu_buf_fini(&names);
    return out;
}

static inline double activated(lu_activation a, double x)
{
    return a == LU_ACT_RELU       ? (x > 0 ? x : 0)
           : a == LU_ACT_LEAKY    ? (x > 0 ? x : 0.1 * x)
           : a == LU_ACT_ELU      ? (x > 0 ? x : expm1(x))
           : a == LU_ACT_TANH     ? tanh(x)
           : a == LU_ACT_LOGISTIC ? 1 / (1 + exp(-x))
                                  : x;
}

/* First pixel of output o in the input, and how many outputs there are. */
static inline long first_pixel(size_t side, size_t k, size_t stride, bool same, size_t *outputs)
{
    size_t all = 0;

    *outputs = same ? (side + stride - 1) / stride : (side - k) / stride + 1;
    if (same && (*outputs - 1) * stride + k > side) {
        all = (*outputs - 1) * stride + k - side;
    }
    return -(long)(all / 2);
}

static inline const double *pixel(const tensor *t, long y, long x)
{
    bool inside = y >= 0 && x >= 0 && y < (long)t->shape.h && x < (long)t->shape.w;

    return inside ? t->v + ((size_t)y * t->shape.w + (size_t)x) * t->shape.c : NULL;
}

static inline void convolve_at(const lu_keras_layer *l, const tensor *in, const float *k, long y0,
                               long x0, double *out)
{
    for (size_t r = 0; r < l->kernel[0]; r++) {
        for (size_t c = 0; c < l->kernel[1]; c++) {
            const double *p = pixel(in, y0 + (long)r, x0 + (long)c);
            for (size_t i = 0; p != NULL && i < in->shape.c; i++) {
                const float *row = k + ((r * l->kernel[1] + c) * in->shape.c + i) * l->units;
                for (size_t o = 0; o < l->units; o++) {
                    out[o] += p[i] * (double)row[o];
                }
            }
        }
    }
}

static inline tensor convolved(const lu_h5 *h, const lu_keras_layer *l, const tensor *in)
{
    size_t dims[4] = {l->kernel[0], l->kernel[1], in->shape.c, l->units}, rows, columns;
    float *k = array_of(h, l->name, "kernel", 4, dims, 0);
    float *b = array_of(h, l->name, "bias", 1, &l->units, 0);
    long y = first_pixel(in->shape.h, l->kernel[0], l->stride[0], l->same, &rows);
    long x = first_pixel(in->shape.w, l->kernel[1], l->stride[1], l->same, &columns);
    tensor out = tensor_new(rows, columns, l->units);

    for (size_t i = 0; i < rows * columns; i++) {
        long top = y + (long)(i / columns * l->stride[0]);
        long left = x + (long)(i % columns * l->stride[1]);
        convolve_at(l, in, k, top, left, out.v + i * l->units);
        for (size_t o = 0; o < l->units; o++) {
            double *v = out.v + i * l->units + o;
            *v = activated(l->activation, *v + (double)b[o]);
        }
    }
    free(k);
    free(b);
    return out;
}

static inline tensor pooled(const lu_keras_layer *l, const tensor *in)
{
    size_t rows, columns, c = in->shape.c;
    long y = first_pixel(in->shape.h, l->kernel[0], l->stride[0], l->same, &rows);
    long x = first_pixel(in->shape.w, l->kernel[1], l->stride[1], l->same, &columns);
    bool mean = l->kind == LU_KERAS_AVGPOOL;
    tensor out = tensor_new(rows, columns, c);

    for (size_t i = 0; i < rows * columns * c; i++) {
        long top = y + (long)(i / c / columns * l->stride[0]);
        long left = x + (long)(i / c % columns * l->stride[1]);
        double best = -INFINITY, sum = 0;
        for (size_t k = 0; k < l->kernel[0] * l->kernel[1]; k++) {
            const double *p =
                pixel(in, top + (long)(k / l->kernel[1]), left + (long)(k % l->kernel[1]));
            best = p && p[i % c] > best ? p[i % c] : best;
            sum += p ? p[i % c] : 0;
        }
        out.v[i] = mean ? sum / (double)(l->kernel[0] * l->kernel[1]) : best;
    }
    return out;
}

static inline tensor copied(const tensor *in)
{
    tensor out = tensor_new(in->shape.h, in->shape.w, in->shape.c);

    memcpy(out.v, in->v, lu_shape_size(in->shape) * sizeof *out.v);
    return out;
}

static inline tensor normalized(const lu_h5 *h, const lu_keras_layer *l, const tensor *in)
{
    size_t c = in->shape.c;
    float *gamma = array_of(h, l->name, "gamma", 1, &c, 1);
    float *beta = array_of(h, l->name, "beta", 1, &c, 0);
    float *mean = array_of(h, l->name, "moving_mean", 1, &c, 0);
    float *variance = array_of(h, l->name, "moving_variance", 1, &c, 1);
    tensor out = copied(in);

    for (size_t i = 0; i < lu_shape_size(out.shape); i++) {
        size_t k = i % c;
        out.v[i] = (double)gamma[k] * (out.v[i] - (double)mean[k]) /
                       sqrt((double)variance[k] + l->epsilon) +
                   (double)beta[k];
    }
    free(gamma);
    free(beta);
    free(mean);
    free(variance);
    return out;
}

/* A dense layer is a convolution of a list. */
static inline tensor connected(const lu_h5 *h, const lu_keras_layer *l, const tensor *in)
{
    size_t dims[2] = {lu_shape_size(in->shape), l->units};
    float *k = array_of(h, l->name, "kernel", 2, dims, 0);
    float *b = array_of(h, l->name, "bias", 1, &l->units, 0);
    tensor out = tensor_new(1, 1, l->units);

    for (size_t o = 0; o < l->units; o++) {
        double sum = (double)b[o];
        for (size_t i = 0; i < dims[0]; i++) {
            sum += in->v[i] * (double)k[i * l->units + o];
        }
        out.v[o] = activated(l->activation, sum);
    }
    free(k);
    free(b);
    return out;
}

static inline tensor computed(const lu_h5 *h, const lu_keras_layer *l, const tensor *done)
{
    const tensor *in = &done[l->input[0]];
    tensor out;

    switch (l->kind) {
    case LU_KERAS_CONV: return convolved(h, l, in);
    case LU_KERAS_DENSE: return connected(h, l, in);
    case LU_KERAS_NORM: return normalized(h, l, in);
    case LU_KERAS_MAXPOOL:
    case LU_KERAS_AVGPOOL: return pooled(l, in);
    default: break;
    }
    out = copied(in);
    if (l->kind == LU_KERAS_FLATTEN) {
        out.shape = (lu_shape){.h = 1, .w = 1, .c = lu_shape_size(in->shape)};
    }
    for (size_t i = 0; i < lu_shape_size(out.shape); i++) {
        if (l->kind == LU_KERAS_ADD) {
            out.v[i] += done[l->input[1]].v[i];
        } else if (l->kind == LU_KERAS_ACTIVATION) {
            out.v[i] = activated(l->activation, out.v[i]);
        }
    }
    return out;
}

/* The model's logits for one image of h x w x c pixels. */
static inline void keras_logits(const lu_h5 *h, const lu_keras_model *m, const float *image,
                                double *logits)
{
    tensor *done = calloc(m->n, sizeof *done);
    lu_shape s = m->layer[0].shape;

    assert_non_null(done);
    done[0] = tensor_new(s.h, s.w, s.c);
    for (size_t i = 0; i < lu_shape_size(s); i++) {
        done[0].v[i] = (double)image[i];
    }
    for (size_t i = 1; i < m->n; i++) {
        done[i] = computed(h, &m->layer[i], done);
    }
    memcpy(logits, done[m->n - 1].v, lu_shape_size(done[m->n - 1].shape) * sizeof *logits);
    for (size_t i = 0; i < m->n; i++) {
        free(done[i].v);
    }
    free(done);
}

#endif
