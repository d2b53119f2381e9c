/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/testfile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void lu_whitebox_set_fini(lu_whitebox_set *w)
{
    for (size_t i = 0; i < w->layers; i++) {
        lu_whitebox_fini(&w->layer[i]);
    }
    w->layers = 0;
}

size_t lu_whitebox_set_tests(const lu_whitebox_set *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->layers; i++) {
        n += w->layer[i].tests.n;
    }
    return n;
}

/* --- writing --- */

static lu_err add_images(lu_arrays *a, const char *name, const lu_samples *s, size_t first,
                         size_t n)
{
    const size_t shape[4] = {n, s->shape.h, s->shape.w, s->shape.c};

    return lu_arrays_add(a, name, LU_F32, 4, shape, s->values + first * lu_shape_size(s->shape));
}

/* The shared ends of the two writers: arrays to bytes, or nothing. */
static lu_err finish(lu_arrays *a, lu_err err, lu_buf *out)
{
    if (!err) {
        err = lu_npz_write(a, out);
    }
    lu_arrays_fini(a);
    return err;
}

static void one_hot(const lu_samples *s, float *y)
{
    for (size_t i = 0; i < s->n; i++) {
        y[i * s->classes + (size_t)s->labels[i]] = 1;
    }
}

static lu_err blackbox_arrays(const lu_blackbox *b, const float *y, const int64_t yield[4],
                              lu_arrays *a)
{
    const size_t n[2] = {b->tests.n, b->tests.classes}, four[1] = {4};

    LU_TRY(add_images(a, "advx", &b->tests, 0, b->tests.n));
    LU_TRY(lu_arrays_add(a, "advy", LU_F32, 2, n, y));
    LU_TRY(lu_arrays_add(a, "seed", LU_I32, 1, n, b->seed));
    LU_TRY(lu_arrays_add(a, "yield", LU_I64, 1, four, yield));
    return lu_arrays_add(a, "max_linf", LU_F64, 0, NULL, &b->max_linf);
}

lu_err lu_blackbox_write(const lu_blackbox *b, lu_buf *out)
{
    const int64_t yield[4] = {(int64_t)b->yield.seeds, (int64_t)b->yield.kept,
                              (int64_t)b->yield.unmoved, (int64_t)b->yield.resisted};
    lu_arrays a = {0};
    float *y;
    lu_err err;

    LU_TRY(LU_NEW(y, b->tests.n * b->tests.classes));
    one_hot(&b->tests, y);
    err = finish(&a, blackbox_arrays(b, y, yield, &a), out);
    free(y);
    return err;
}

/* "tests_3", or "tests_2_3" in a file of several layers. */
static void name_of(char *out, size_t size, const char *word, const lu_whitebox *w, bool several,
                    size_t position)
{
    char layer[16] = "", number[24] = "";

    if (several) {
        snprintf(layer, sizeof layer, "_%d", w->layer);
    }
    if (position != SIZE_MAX) {
        snprintf(number, sizeof number, "_%zu", position);
    }
    snprintf(out, size, "%s%s%s", word, layer, number);
}

typedef struct layer_numbers {
    int64_t *neurons; /* owned */
    int64_t yield[3];
} layer_numbers;

static lu_err layer_arrays(const lu_whitebox *w, bool several, layer_numbers *numbers, lu_arrays *a)
{
    const size_t keys[1] = {w->neurons}, tests[1] = {w->tests.n}, three[1] = {3};
    char name[LU_ARRAY_NAME];

    LU_TRY(LU_NEW(numbers->neurons, w->neurons));
    for (size_t i = 0; i < w->neurons; i++) {
        numbers->neurons[i] = w->neuron[i];
        name_of(name, sizeof name, "tests", w, several, i);
        LU_TRY(add_images(a, name, &w->tests, w->start[i], w->start[i + 1] - w->start[i]));
    }
    numbers->yield[0] = (int64_t)w->tried;
    numbers->yield[1] = (int64_t)w->dead;
    numbers->yield[2] = (int64_t)w->unreached;
    name_of(name, sizeof name, "neurons", w, several, SIZE_MAX);
    LU_TRY(lu_arrays_add(a, name, LU_I64, 1, keys, numbers->neurons));
    name_of(name, sizeof name, "thresholds", w, several, SIZE_MAX);
    LU_TRY(lu_arrays_add(a, name, LU_F64, 1, keys, w->threshold));
    name_of(name, sizeof name, "seeds", w, several, SIZE_MAX);
    LU_TRY(lu_arrays_add(a, name, LU_I32, 1, tests, w->seed));
    name_of(name, sizeof name, "iterations", w, several, SIZE_MAX);
    LU_TRY(lu_arrays_add(a, name, LU_I32, 1, tests, w->iterations));
    name_of(name, sizeof name, "yield", w, several, SIZE_MAX);
    return lu_arrays_add(a, name, LU_I64, 1, three, numbers->yield);
}

lu_err lu_whitebox_write(const lu_whitebox_set *w, lu_buf *out)
{
    const size_t count[1] = {w->layers};
    layer_numbers numbers[LU_LAYERS_MAX] = {{0}};
    int64_t layers[LU_LAYERS_MAX];
    bool several = w->layers > 1;
    lu_arrays a = {0};
    lu_err err = LU_OK;

    for (size_t i = 0; i < w->layers && !err; i++) {
        layers[i] = w->layer[i].layer;
        err = layer_arrays(&w->layer[i], several, &numbers[i], &a);
    }
    if (!err) {
        err = several ? lu_arrays_add(&a, "layers", LU_I64, 1, count, layers)
                      : lu_arrays_add(&a, "layer", LU_I64, 0, NULL, layers);
    }
    err = finish(&a, err, out);
    for (size_t i = 0; i < w->layers; i++) {
        free(numbers[i].neurons);
    }
    return err;
}

/* --- reading --- */

static lu_err wrong(const lu_array *a, const char *why)
{
    return lu_fail(LU_ERR_INPUT, "the array '%s' %s", a->name, why);
}

static double real_at(const lu_array *a, size_t i)
{
    return a->type == LU_F64 ? ((const double *)a->data)[i] : (double)((const float *)a->data)[i];
}

/* All values as floats into dst. */
static void copy_values(const lu_array *a, float *dst)
{
    for (size_t i = 0; i < lu_array_count(a); i++) {
        dst[i] = (float)real_at(a, i);
    }
}

static lu_err check_images(const lu_array *a, lu_shape *shape)
{
    if ((a->type != LU_F32 && a->type != LU_F64) || a->dims != 4 || a->shape[1] == 0 ||
        a->shape[2] == 0 || a->shape[3] == 0) {
        return wrong(a, "is not N x H x W x C of floats");
    }
    for (size_t i = 0; i < lu_array_count(a); i++) {
        if (!isfinite(real_at(a, i))) {
            return wrong(a, "holds a value that is not finite");
        }
    }
    *shape = (lu_shape){a->shape[1], a->shape[2], a->shape[3]};
    return LU_OK;
}

/* Whole numbers of any of the integer types, each in [0, limit). */
static lu_err whole_at(const lu_array *a, size_t i, int64_t limit, int64_t *out)
{
    switch (a->type) {
    case LU_U8: *out = ((const uint8_t *)a->data)[i]; break;
    case LU_I32: *out = ((const int32_t *)a->data)[i]; break;
    case LU_I64: *out = ((const int64_t *)a->data)[i]; break;
    default: return wrong(a, "does not hold whole numbers");
    }
    return *out >= 0 && *out < limit ? LU_OK : wrong(a, "holds a number out of range");
}

/* The class of a one-hot row, or `classes` when it is none. */
static size_t hot_class(const lu_array *y, size_t row, size_t classes)
{
    size_t hot = classes, ones = 0;

    for (size_t c = 0; c < classes; c++) {
        double v = real_at(y, row * classes + c);
        if (v != 0 && v != 1) {
            return classes;
        }
        ones += v == 1;
        hot = v == 1 ? c : hot;
    }
    return ones == 1 ? hot : classes;
}

static lu_err read_labels(const lu_array *y, lu_samples *s)
{
    if ((y->type != LU_F32 && y->type != LU_F64) || y->dims != 2 || y->shape[0] != s->n ||
        y->shape[1] < 2) {
        return wrong(y, "is not N x classes of one-hot floats");
    }
    s->classes = y->shape[1];
    for (size_t i = 0; i < s->n; i++) {
        size_t hot = hot_class(y, i, s->classes);
        if (hot == s->classes) {
            return lu_fail(LU_ERR_INPUT, "row %zu of the array '%s' is not one-hot", i, y->name);
        }
        s->labels[i] = (int32_t)hot;
    }
    return LU_OK;
}

/* Optional numbers that lineup's own files carry. */
static lu_err read_numbers(const lu_arrays *a, const char *name, size_t n, uint32_t *out)
{
    const lu_array *x = lu_arrays_find(a, name);
    int64_t v;

    for (size_t i = 0; x != NULL && lu_array_count(x) == n && i < n; i++) {
        LU_TRY(whole_at(x, i, UINT32_MAX, &v));
        out[i] = (uint32_t)v;
    }
    return LU_OK;
}

static lu_err read_counts(const lu_arrays *a, const char *name, size_t n, size_t *const *out)
{
    const lu_array *x = lu_arrays_find(a, name);
    int64_t v;

    for (size_t i = 0; x != NULL && lu_array_count(x) == n && i < n; i++) {
        LU_TRY(whole_at(x, i, INT64_MAX, &v));
        *out[i] = (size_t)v;
    }
    return LU_OK;
}

static lu_err fill_blackbox(const lu_arrays *a, const lu_array *x, const lu_array *y,
                            lu_blackbox *out)
{
    size_t *const yield[4] = {&out->yield.seeds, &out->yield.kept, &out->yield.unmoved,
                              &out->yield.resisted};
    const lu_array *linf = lu_arrays_find(a, "max_linf");
    lu_shape shape;

    LU_TRY(check_images(x, &shape));
    LU_TRY(lu_samples_alloc(&out->tests, x->shape[0], shape, 0, false));
    copy_values(x, out->tests.values);
    LU_TRY(read_labels(y, &out->tests));
    LU_TRY(LU_NEW(out->seed, out->tests.n));
    LU_TRY(read_numbers(a, "seed", out->tests.n, out->seed));
    LU_TRY(read_counts(a, "yield", 4, yield));
    if (linf != NULL && linf->type == LU_F64 && linf->dims == 0) {
        out->max_linf = *(const double *)linf->data;
    }
    return LU_OK;
}

lu_err lu_blackbox_from(const lu_arrays *a, bool *has, lu_blackbox *out)
{
    const lu_array *x = lu_arrays_find(a, "advx"), *y = lu_arrays_find(a, "advy");
    lu_err err;

    memset(out, 0, sizeof *out);
    *has = x != NULL;
    if (x == NULL) {
        return LU_OK;
    }
    if (y == NULL) {
        return lu_fail(LU_ERR_INPUT, "there is 'advx' but no 'advy' in the file");
    }
    err = fill_blackbox(a, x, y, out);
    if (err) {
        lu_blackbox_fini(out);
    }
    return err;
}

/* Total tests of a layer and their common shape. */
static lu_err measure_layer(const lu_arrays *a, const lu_whitebox *key, size_t neurons,
                            bool several, size_t *total, lu_shape *shape)
{
    char name[LU_ARRAY_NAME];

    *total = 0;
    for (size_t i = 0; i < neurons; i++) {
        const lu_array *t;
        lu_shape s;
        name_of(name, sizeof name, "tests", key, several, i);
        t = lu_arrays_find(a, name);
        if (t == NULL) {
            return lu_fail(LU_ERR_INPUT, "there is no array '%s' in the file", name);
        }
        LU_TRY(check_images(t, &s));
        if (i > 0 && !lu_shape_equal(s, *shape)) {
            return wrong(t, "has images of another shape");
        }
        *shape = s;
        *total += t->shape[0];
    }
    return LU_OK;
}

static lu_err fill_layer(const lu_arrays *a, bool several, lu_whitebox *w)
{
    size_t *const yield[3] = {&w->tried, &w->dead, &w->unreached};
    size_t size = lu_shape_size(w->tests.shape);
    const lu_array *k;
    char name[LU_ARRAY_NAME];

    for (size_t i = 0; i < w->neurons; i++) {
        const lu_array *t;
        name_of(name, sizeof name, "tests", w, several, i);
        t = lu_arrays_find(a, name);
        w->start[i + 1] = w->start[i] + t->shape[0];
        copy_values(t, w->tests.values + w->start[i] * size);
    }
    name_of(name, sizeof name, "thresholds", w, several, SIZE_MAX);
    k = lu_arrays_find(a, name);
    for (size_t i = 0; k && k->type == LU_F64 && lu_array_count(k) == w->neurons && i < w->neurons;
         i++) {
        w->threshold[i] = real_at(k, i);
    }
    name_of(name, sizeof name, "seeds", w, several, SIZE_MAX);
    LU_TRY(read_numbers(a, name, w->tests.n, w->seed));
    name_of(name, sizeof name, "iterations", w, several, SIZE_MAX);
    LU_TRY(read_numbers(a, name, w->tests.n, w->iterations));
    name_of(name, sizeof name, "yield", w, several, SIZE_MAX);
    return read_counts(a, name, 3, yield);
}

static lu_err read_neurons(const lu_array *list, int32_t *neuron)
{
    int64_t v;

    for (size_t i = 0; i < lu_array_count(list); i++) {
        LU_TRY(whole_at(list, i, 1 << 24, &v));
        neuron[i] = (int32_t)v;
    }
    return LU_OK;
}

static lu_err read_layer(const lu_arrays *a, int layer, bool several, lu_whitebox *out)
{
    lu_whitebox key = {.layer = layer};
    char name[LU_ARRAY_NAME];
    const lu_array *list;
    size_t neurons, total;
    lu_shape shape = {1, 1, 1};
    int32_t *neuron;
    double *threshold;
    lu_err err;

    name_of(name, sizeof name, "neurons", &key, several, SIZE_MAX);
    list = lu_arrays_find(a, name);
    if (list == NULL || list->dims != 1 || list->shape[0] == 0) {
        return lu_fail(LU_ERR_INPUT, "there is no list '%s' in the file", name);
    }
    neurons = list->shape[0];
    LU_TRY(measure_layer(a, &key, neurons, several, &total, &shape));
    LU_TRY(LU_NEW(neuron, neurons));
    err = LU_NEW(threshold, neurons);
    if (!err) {
        err = read_neurons(list, neuron);
    }
    if (!err) {
        err = lu_whitebox_alloc(out, layer, neuron, threshold, neurons, total, shape, 0);
    }
    if (!err) {
        err = fill_layer(a, several, out);
        if (err) {
            lu_whitebox_fini(out);
        }
    }
    free(neuron);
    free(threshold);
    return err;
}

lu_err lu_whitebox_from(const lu_arrays *a, lu_whitebox_set *out)
{
    const lu_array *one = lu_arrays_find(a, "layer"), *several = lu_arrays_find(a, "layers");
    const lu_array *list = several ? several : one;
    size_t n = list ? lu_array_count(list) : 0;
    lu_err err = LU_OK;

    memset(out, 0, sizeof *out);
    if (n > LU_LAYERS_MAX) {
        return wrong(list, "names too many layers");
    }
    for (size_t i = 0; i < n && !err; i++) {
        int64_t layer;
        err = whole_at(list, i, 1 << 20, &layer);
        if (!err) {
            err = read_layer(a, (int)layer, several != NULL, &out->layer[i]);
        }
        out->layers = err ? i : i + 1;
    }
    if (err) {
        lu_whitebox_set_fini(out);
    }
    return err;
}
