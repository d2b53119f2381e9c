/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests with the model: loading, answers, gradients, parameters. */
#include "nets/engine/handlers.h"

#include <unistd.h>

static lu_err get_layers(const lu_model *m, lu_frame *in, size_t *n, int **layers)
{
    *n = lu_get_below(in, 1024);
    LU_TRY(LU_NEW(*layers, *n));
    for (size_t i = 0; i < *n; i++) {
        (*layers)[i] = (int)lu_get_u64(in);
        if (!in->bad && lu_model_width(m, (*layers)[i]) == 0) {
            return lu_fail(LU_ERR_CANNOT, "there is no layer %d, the network has %zu", (*layers)[i],
                           m->n_layers);
        }
    }
    return LU_OK;
}

static void put_info(const lu_service *s, lu_frame *out)
{
    const lu_model *m = s->model.model;

    lu_put_u64(out, m->input.h);
    lu_put_u64(out, m->input.w);
    lu_put_u64(out, m->input.c);
    lu_put_u64(out, m->classes);
    lu_put_u64(out, m->head);
    lu_put_u64(out, (uint64_t)m->default_layer);
    lu_put_u64(out, m->batch);
    lu_put_u64(out, s->model.net.parameters);
    lu_put_u64(out, s->model.net.flops);
    lu_put_f64(out, s->model.self_check);
    lu_put_u64(out, s->model.direct);
    lu_put_text(out, s->model.parameters.hex);
    lu_put_u64(out, m->n_layers);
    for (size_t i = 0; i < m->n_layers; i++) {
        lu_put_text(out, m->layers[i].type);
        lu_put_u64(out, m->layers[i].shape.h);
        lu_put_u64(out, m->layers[i].shape.w);
        lu_put_u64(out, m->layers[i].shape.c);
    }
}

lu_err lu_on_load(lu_service *s, lu_frame *in, lu_frame *out)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_buf cfg = LU_BUF_INIT, weights = LU_BUF_INIT;
    lu_engine_kind kind = (lu_engine_kind)lu_get_below(in, 2);
    int cfg_fd = lu_get_fd(in), weights_fd = lu_get_fd(in);
    lu_err err = lu_frame_end(in);

    if (!err && s->loaded) {
        err = lu_fail(LU_ERR_ENGINE, "this engine holds a model already");
    }
    if (!err) {
        err = lu_within(lu_service_read(cfg_fd, limits.text, &cfg), "the .cfg file");
    }
    if (!err) {
        err = lu_service_read(weights_fd, 4 * limits.parameters + 64, &weights);
        err = lu_within(err, "the .weights file");
    }
    if (!err) {
        err = lu_loaded_new((const char *)cfg.data, cfg.len, weights.data, weights.len, kind,
                            &s->model);
    }
    if (!err) {
        s->loaded = true;
        put_info(s, out);
    }
    lu_buf_fini(&cfg);
    lu_buf_fini(&weights);
    if (cfg_fd >= 0) {
        close(cfg_fd);
    }
    if (weights_fd >= 0) {
        close(weights_fd);
    }
    return err;
}

/* Room for one array of n x width a layer, and the parts that describe them. */
static lu_err outputs_alloc(const lu_model *m, size_t n, size_t wanted, const int *layers,
                            float **values, lu_part_bytes *parts)
{
    for (size_t k = 0; k < wanted; k++) {
        size_t width = lu_model_width(m, layers[k]);
        LU_TRY(LU_NEW(values[k], n * width));
        parts[k] = (lu_part_bytes){values[k], n * width * sizeof(float)};
    }
    return LU_OK;
}

static lu_err run_outputs(lu_service *s, lu_samples *view, size_t wanted, const int *layers,
                          bool once, lu_frame *out)
{
    lu_model *m = s->model.model;
    lu_job job = lu_service_job(s);
    lu_part_bytes *parts = NULL;
    float **values = NULL;
    lu_err err = LU_NEW(values, wanted);

    if (!err) {
        err = LU_NEW(parts, wanted);
    }
    if (!err) {
        err = outputs_alloc(m, view->n, wanted, layers, values, parts);
    }
    if (!err && once) {
        err = view->n <= m->batch && view->values
                  ? lu_model_forward(m, view->values, view->n, wanted, layers, values)
                  : lu_fail(LU_ERR_ENGINE, "a forward batch is too large or not floats");
        s->forwarded = err ? 0 : view->n;
    } else if (!err) {
        err = lu_model_run(m, view, wanted, layers, values, &job, "predicting");
    }
    if (!err) {
        err = lu_service_send(out, parts, wanted);
    }
    for (size_t k = 0; values != NULL && k < wanted; k++) {
        free(values[k]);
    }
    free(values);
    free(parts);
    return err;
}

static lu_err outputs(lu_service *s, lu_frame *in, lu_frame *out, bool once)
{
    lu_shared shared = {.fd = -1};
    lu_samples view, wide = {0};
    size_t wanted = 0, first;
    int *layers = NULL;
    lu_err err;

    LU_TRY(lu_service_need_model(s));
    err = get_layers(s->model.model, in, &wanted, &layers);
    if (!err) {
        err = lu_service_window(in, &shared, &view, &first);
    }
    if (!err) {
        err = lu_frame_end(in);
    }
    if (!err) {
        err = lu_service_fit(s->model.model, &view, &wide);
    }
    if (!err) {
        err = run_outputs(s, &view, wanted, layers, once, out);
    }
    lu_samples_fini(&wide);
    lu_shared_fini(&shared);
    free(layers);
    return err;
}

lu_err lu_on_outputs(lu_service *s, lu_frame *in, lu_frame *out)
{
    return outputs(s, in, out, false);
}

lu_err lu_on_forward(lu_service *s, lu_frame *in, lu_frame *out)
{
    return outputs(s, in, out, true);
}

lu_err lu_on_backward(lu_service *s, lu_frame *in, lu_frame *out)
{
    lu_model *m = s->model.model;
    lu_shared seed = {.fd = -1};
    lu_part_bytes part;
    float *grad = NULL;
    int layer;
    lu_err err;

    LU_TRY(lu_service_need_model(s));
    layer = (int)lu_get_u64(in);
    err = lu_get_samples(in, &seed);
    if (!err) {
        err = lu_frame_end(in);
    }
    if (!err &&
        (lu_shape_size(seed.samples.shape) != lu_model_width(m, layer) ||
         seed.samples.values == NULL || seed.samples.n == 0 || seed.samples.n != s->forwarded)) {
        err = lu_fail(LU_ERR_ENGINE, "a backward seed has the wrong shape");
    }
    if (!err) {
        err = LU_NEW(grad, m->batch * lu_shape_size(m->input));
    }
    if (!err) {
        err = lu_model_backward(m, layer, seed.samples.values, grad);
    }
    if (!err) {
        part = (lu_part_bytes){grad, seed.samples.n * lu_shape_size(m->input) * sizeof *grad};
        err = lu_service_send(out, &part, 1);
    }
    free(grad);
    lu_shared_fini(&seed);
    return err;
}

lu_err lu_on_kernel(lu_service *s, lu_frame *in, lu_frame *out)
{
    const lu_net *net = &s->model.net;
    const lu_section *section;
    lu_part_bytes part;
    size_t layer;

    LU_TRY(lu_service_need_model(s));
    layer = lu_get_u64(in);
    LU_TRY(lu_frame_end(in));
    section = layer < net->n ? &net->section[layer] : NULL;
    if (section == NULL || section->type != LU_CONVOLUTIONAL || section->n_weights == 0) {
        return lu_fail(LU_ERR_CANNOT, "layer %zu is no convolution, the network has %zu layers",
                       layer, net->n);
    }
    lu_put_u64(out, section->out.c);
    lu_put_u64(out, section->n_weights / section->out.c);
    part =
        (lu_part_bytes){s->model.weights.param[layer].weights, section->n_weights * sizeof(float)};
    return lu_service_send(out, &part, 1);
}
