/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays to parameters: other orders of the same numbers, and batch-norm's other epsilon. */
#include "nets/format/keras_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAMES_MAX = 1 << 16 };

static const double DARKNET_EPSILON = 1e-6; /* beside the deviation, not the variance */

/* --- finding an array --- */

/* "conv1/kernel:0" for "kernel" */
static bool called(const char *name, const char *what)
{
    const char *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;
    size_t len = strlen(what);

    return strncmp(last, what, len) == 0 && (last[len] == '\0' || strcmp(last + len, ":0") == 0);
}

/* The one array of a layer that is called so; its path. */
static lu_err find_array(const lu_h5 *h, const lu_keras_layer *l, const char *what,
                         char path[LU_H5_PATH])
{
    char group[LU_H5_PATH];
    lu_buf names = LU_BUF_INIT;
    size_t n = 0, found = 0;
    lu_err err;

    snprintf(group, sizeof group, "/model_weights/%s", l->name);
    err = lu_h5_names(h, group, "weight_names", NAMES_MAX, &names, &n);
    for (const char *name = (const char *)names.data; !err && n > 0;
         n--, name += strlen(name) + 1) {
        if (called(name, what)) {
            found++;
            if (snprintf(path, LU_H5_PATH, "%s/%s", group, name) >= LU_H5_PATH) {
                err = lu_keras_refuse(l, "the name of its %s is too long", what);
            }
        }
    }
    lu_buf_fini(&names);
    if (!err && found != 1) {
        err = lu_keras_refuse(l, "weight_names has %zu arrays called %s, not one", found, what);
    }
    return err;
}

static lu_err read_array(const lu_h5 *h, const lu_keras_layer *l, const char *what, size_t rank,
                         const size_t *dims, float *out)
{
    char path[LU_H5_PATH];

    LU_TRY(find_array(h, l, what, path));
    return lu_h5_floats(h, path, rank, dims, out);
}

/* A value a unit; all `missing` where the layer has none. */
static lu_err read_units(const lu_h5 *h, const lu_keras_layer *l, const char *what, bool there,
                         float missing, size_t n, float *out)
{
    for (size_t i = 0; i < n && !there; i++) {
        out[i] = missing;
    }
    return there ? read_array(h, l, what, 1, &n, out) : LU_OK;
}

/* --- kernels --- */

/* (kh, kw, in, out) into [out][in][size][size], at (row, column) among zeros */
static void place_conv(const lu_keras_source *s, const float *from, float *to)
{
    size_t in = s->planes.c, out = s->layer->units, columns = s->layer->kernel[1];
    size_t taps = s->layer->kernel[0] * columns, square = s->size * s->size;

    memset(to, 0, out * in * square * sizeof *to);
    for (size_t t = 0; t < taps; t++) {
        size_t at = (s->row + t / columns) * s->size + s->column + t % columns;
        for (size_t i = 0; i < in; i++) {
            for (size_t o = 0; o < out; o++) {
                to[(o * in + i) * square + at] = from[(t * in + i) * out + o];
            }
        }
    }
}

/* (in, out) into [out][in], in from (h, w, c) to (c, h, w) */
static void place_dense(const lu_keras_source *s, const float *from, float *to)
{
    size_t c = s->planes.c, pixels = s->planes.h * s->planes.w, out = s->layer->units;

    for (size_t p = 0; p < pixels; p++) {
        for (size_t k = 0; k < c; k++) {
            for (size_t o = 0; o < out; o++) {
                to[o * pixels * c + k * pixels + p] = from[(p * c + k) * out + o];
            }
        }
    }
}

static lu_err fill_kernel(const lu_h5 *h, const lu_keras_source *s, float *to)
{
    const lu_keras_layer *l = s->layer;
    bool conv = l->kind == LU_KERAS_CONV;
    size_t dims[4] = {l->kernel[0], l->kernel[1], s->planes.c, l->units};
    size_t n = 1, rank = conv ? 4 : 2;
    float *array;
    lu_err err;

    if (!conv) {
        dims[0] = lu_shape_size(s->planes);
        dims[1] = l->units;
    }
    for (size_t i = 0; i < rank; i++) {
        n *= dims[i]; /* no more than the section's, which is within limits */
    }
    LU_TRY(LU_NEW(array, n));
    err = read_array(h, l, "kernel", rank, dims, array);
    if (!err && conv) {
        place_conv(s, array, to);
    } else if (!err) {
        place_dense(s, array, to);
    }
    free(array);
    return err;
}

/* --- batch-norm --- */

/* The layer's own bias goes into the mean; Keras' epsilon into the variance. */
static lu_err fold_norm(const lu_keras_layer *norm, size_t n, const float *bias,
                        lu_section_params *to)
{
    for (size_t i = 0; i < n; i++) {
        double deviation = sqrt((double)to->variance[i] + norm->epsilon);
        if (to->variance[i] < 0 || deviation < DARKNET_EPSILON) {
            return lu_keras_refuse(norm, "variance %zu is negative or too small", i);
        }
        deviation -= DARKNET_EPSILON;
        to->variance[i] = (float)(deviation * deviation);
        to->mean[i] -= bias[i];
    }
    return LU_OK;
}

static lu_err fill_norm(const lu_h5 *h, const lu_keras_layer *norm, size_t n, lu_section_params *to)
{
    float *bias = to->biases; /* of the layer, until beta takes its place */

    LU_TRY(read_units(h, norm, "gamma", norm->scale, 1, n, to->scales));
    LU_TRY(read_units(h, norm, "moving_mean", true, 0, n, to->mean));
    LU_TRY(read_units(h, norm, "moving_variance", true, 1, n, to->variance));
    LU_TRY(fold_norm(norm, n, bias, to));
    return read_units(h, norm, "beta", norm->centre, 0, n, to->biases);
}

/* --- the whole --- */

lu_err lu_keras_fill(const lu_h5 *h, const lu_keras_plan *p, lu_weights *w)
{
    for (size_t i = 0; i < p->n; i++) {
        const lu_keras_source *s = &p->source[i];
        lu_section_params *to = &w->param[i];
        if (s->layer != NULL) {
            LU_TRY(fill_kernel(h, s, to->weights));
            LU_TRY(read_units(h, s->layer, "bias", s->layer->bias, 0, s->layer->units, to->biases));
        }
        if (s->norm != NULL) {
            LU_TRY(fill_norm(h, s->norm, s->layer->units, to));
        }
    }
    return LU_OK;
}
