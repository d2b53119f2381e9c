/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model.h"
#include "core/base/mem.h"

#include <math.h>
#include <string.h>

/* spec 1.9: the authors' example is --layer 3, counted with the input as 0. */
enum { KERAS_LAYER = 3 };

size_t lu_model_width(const lu_model *m, int layer)
{
    if (layer == LU_LAYER_LOGITS) {
        return m->classes;
    }
    return layer >= 0 && (size_t)layer < m->n_layers ? m->layers[layer].neurons : 0;
}

static lu_err check_layer(const lu_model *m, int layer)
{
    if (lu_model_width(m, layer) == 0) {
        return lu_fail(LU_ERR_CANNOT, "there is no layer %d, the network has layers 0 to %zu",
                       layer, m->n_layers ? m->n_layers - 1 : 0);
    }
    return LU_OK;
}

static lu_err check_layers(const lu_model *m, size_t wanted, const int *layers, float *const *out)
{
    if (wanted == 0 || layers == NULL || out == NULL) {
        return lu_fail(LU_ERR_INTERNAL, "no layer was asked of the network");
    }
    for (size_t k = 0; k < wanted; k++) {
        LU_TRY(check_layer(m, layers[k]));
        if (out[k] == NULL) {
            return lu_fail(LU_ERR_INTERNAL, "no room for the answers of layer %d", layers[k]);
        }
    }
    return LU_OK;
}

lu_err lu_model_forward(lu_model *m, const float *x, size_t n, size_t wanted, const int *layers,
                        float *const *out)
{
    if (x == NULL || n == 0 || n > m->batch) {
        return lu_fail(LU_ERR_INTERNAL, "%zu images in a batch of %zu", n, m->batch);
    }
    LU_TRY(check_layers(m, wanted, layers, out));
    return m->ops->forward(m, x, n, wanted, layers, out);
}

lu_err lu_model_backward(lu_model *m, int layer, const float *seed, float *grad)
{
    LU_TRY(check_layer(m, layer));
    if (seed == NULL || grad == NULL) {
        return lu_fail(LU_ERR_INTERNAL, "a gradient without seed or room");
    }
    if (m->ops->backward == NULL) {
        return lu_fail(LU_ERR_CANNOT, "this network gives no gradients");
    }
    return m->ops->backward(m, layer, seed, grad);
}

void lu_model_free(lu_model **m)
{
    if (*m != NULL) {
        (*m)->ops->close(*m);
        *m = NULL;
    }
}

typedef struct run {
    lu_model *model;
    const lu_samples *samples;
    size_t wanted;
    const int *layers;
    float *const *out;
    float *x;     /* one batch of images */
    float **part; /* where its answers go */
} run;

static lu_err run_batch(const run *r, size_t at, size_t n)
{
    for (size_t k = 0; k < r->wanted; k++) {
        r->part[k] = r->out[k] + at * lu_model_width(r->model, r->layers[k]);
    }
    lu_samples_values(r->samples, at, n, r->x);
    return lu_model_forward(r->model, r->x, n, r->wanted, r->layers, r->part);
}

static lu_err run_batches(const run *r, const lu_job *job, const char *what)
{
    size_t total = r->samples->n;
    size_t n;

    for (size_t at = 0; at < total; at += n) {
        n = total - at < r->model->batch ? total - at : r->model->batch;
        LU_TRY(lu_job_at(job, what, (double)at, (double)total));
        LU_TRY(run_batch(r, at, n));
    }
    return lu_job_at(job, what, (double)total, (double)total);
}

static lu_err allocate_run(run *r)
{
    size_t pixels;

    if (!lu_mul(r->model->batch, lu_shape_size(r->model->input), &pixels)) {
        return lu_fail(LU_ERR_MEMORY, "a batch of %zu images is too large", r->model->batch);
    }
    LU_TRY(LU_NEW(r->x, pixels));
    return LU_NEW(r->part, r->wanted);
}

lu_err lu_model_run(lu_model *m, const lu_samples *s, size_t wanted, const int *layers,
                    float *const *out, const lu_job *job, const char *what)
{
    run r = {.model = m, .samples = s, .wanted = wanted, .layers = layers, .out = out};
    lu_err err;

    LU_TRY(check_layers(m, wanted, layers, out));
    if (!lu_shape_equal(s->shape, m->input)) {
        return lu_fail(LU_ERR_INPUT, "the samples are %zux%zux%zu, the network wants %zux%zux%zu",
                       s->shape.h, s->shape.w, s->shape.c, m->input.h, m->input.w, m->input.c);
    }
    err = allocate_run(&r);
    if (!err) {
        err = run_batches(&r, job, what);
    }
    free(r.x);
    free(r.part);
    return err;
}

static bool is_type(const lu_layer_info *layer, const char *type)
{
    return strcmp(layer->type, type) == 0;
}

/* How many Keras layers a section stands for: a normalised convolution is conv, batch-norm,
   activation; a route or a cost has no counterpart. */
static size_t keras_layers(const lu_layer_info *layer, bool batch_norm)
{
    if (is_type(layer, "route") || is_type(layer, "cost")) {
        return 0;
    }
    return batch_norm && (is_type(layer, "convolutional") || is_type(layer, "connected")) ? 3 : 1;
}

/* The section in front of the last softmax or logistic; without either, the last one. */
static size_t logits_section(size_t n, const lu_layer_info *layers)
{
    for (size_t i = n; i-- > 1;) {
        if (is_type(&layers[i], "softmax") || is_type(&layers[i], "logistic")) {
            return i - 1;
        }
    }
    return n ? n - 1 : 0;
}

int lu_model_default_layer(size_t n, const lu_layer_info *layers, const bool *batch_norm)
{
    size_t logits = logits_section(n, layers);
    size_t last = 0; /* Keras index of the section's last layer */

    for (size_t i = logits; i-- > 0;) {
        if (is_type(&layers[i], "lstm")) {
            return (int)i;
        }
    }
    for (size_t i = 0; i < logits; i++) {
        last += keras_layers(&layers[i], batch_norm[i]);
        if (last >= KERAS_LAYER) {
            return (int)i;
        }
    }
    return logits ? (int)logits - 1 : 0;
}

double lu_layer_ceiling(const lu_layer_info *layer)
{
    return is_type(layer, "lstm") ? 1 : INFINITY;
}

static void softmax(const float *logits, size_t classes, double *p)
{
    double top = logits[lu_argmax(logits, classes)];
    double sum = 0;

    for (size_t j = 0; j < classes; j++) {
        p[j] = exp((double)logits[j] - top);
        sum += p[j];
    }
    for (size_t j = 0; j < classes; j++) {
        p[j] /= sum;
    }
}

void lu_probabilities(lu_head head, const float *logits, size_t classes, double *p)
{
    if (head == LU_HEAD_SOFTMAX) {
        softmax(logits, classes, p);
        return;
    }
    for (size_t j = 0; j < classes; j++) {
        p[j] = 1.0 / (1.0 + exp(-(double)logits[j]));
    }
}

size_t lu_argmax(const float *v, size_t n)
{
    size_t best = 0;

    for (size_t j = 1; j < n; j++) {
        if (v[j] > v[best]) {
            best = j;
        }
    }
    return best;
}
