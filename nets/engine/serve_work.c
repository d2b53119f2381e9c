/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that are whole loops: test generation, training. */
#include "nets/engine/service.h"

#include <string.h>
#include <unistd.h>

lu_err lu_on_blackbox(lu_service *s, lu_frame *in, lu_frame *out)
{
    lu_shared shared = {.fd = -1};
    lu_samples view, wide = {0};
    lu_blackbox_params p;
    lu_blackbox result = {0};
    lu_job job;
    uint64_t seed;
    size_t first;
    lu_err err;

    LU_TRY(lu_service_need_model(s));
    lu_get_blackbox_params(in, &p);
    seed = lu_get_u64(in);
    job = lu_service_watched_job(s, lu_get_below(in, 2));
    LU_TRY(lu_service_window(in, &shared, &view, &first));
    err = lu_frame_end(in);
    if (!err) {
        err = lu_service_fit(s->model.model, &view, &wide);
    }
    if (!err) {
        err = lu_blackbox_generate(s->model.model, &view, first, &p, seed, &job, &result);
    }
    if (!err) {
        err = lu_put_blackbox(out, &result);
    }
    lu_blackbox_fini(&result);
    lu_samples_fini(&wide);
    lu_shared_fini(&shared);
    return err;
}

/* Neuron numbers of `layer` and their thresholds. */
static lu_err get_neurons(const lu_model *m, int layer, lu_frame *in, size_t *n, int32_t **neuron,
                          double **threshold)
{
    size_t width = lu_model_width(m, layer);

    *n = lu_get_below(in, width + 1);
    LU_TRY(LU_NEW(*neuron, *n));
    LU_TRY(LU_NEW(*threshold, *n));
    for (size_t i = 0; i < *n; i++) {
        (*neuron)[i] = (int32_t)lu_get_below(in, width);
        (*threshold)[i] = lu_get_f64(in);
    }
    return LU_OK;
}

lu_err lu_on_whitebox(lu_service *s, lu_frame *in, lu_frame *out)
{
    lu_shared shared = {.fd = -1};
    lu_samples view = {0}, wide = {0};
    lu_whitebox_params p;
    lu_whitebox result = {0};
    lu_job job;
    int32_t *neuron = NULL;
    double *threshold = NULL;
    size_t first = 0, n = 0;
    int layer;
    lu_err err;

    LU_TRY(lu_service_need_model(s));
    lu_get_whitebox_params(in, &p);
    job = lu_service_watched_job(s, lu_get_below(in, 2));
    layer = (int)lu_get_below(in, s->model.model->n_layers);
    err = get_neurons(s->model.model, layer, in, &n, &neuron, &threshold);
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
        err = lu_whitebox_generate(s->model.model, &view, first, layer, neuron, threshold, n, &p,
                                   &job, &result);
    }
    if (!err) {
        err = lu_put_whitebox(out, &result);
    }
    lu_whitebox_fini(&result);
    lu_samples_fini(&wide);
    lu_shared_fini(&shared);
    free(neuron);
    free(threshold);
    return err;
}

/* Trains and puts the .weights file into `out`. */
static lu_err train(lu_service *s, const lu_net *net, const lu_buf *parent_file, const lu_recipe *r,
                    const lu_samples *samples, lu_frame *out)
{
    lu_weights parent = {0}, made = {0};
    lu_buf file = LU_BUF_INIT;
    lu_job job = lu_service_job(s);
    lu_trained result;
    lu_err err = LU_OK;

    if (parent_file->len) {
        err = lu_weights_parse(net, parent_file->data, parent_file->len, &parent);
        err = lu_within(err, "the parent's .weights file");
    }
    if (!err) {
        err = lu_train(net, parent_file->len ? &parent : NULL, r, samples, &job, &made, &result);
    }
    if (!err) {
        err = lu_weights_write(net, &made, &file);
    }
    if (!err) {
        lu_part_bytes part = {file.data, file.len};
        lu_put_f64(out, result.loss);
        lu_put_f64(out, result.accuracy);
        lu_put_u64(out, file.len);
        err = lu_service_send(out, &part, 1);
    }
    lu_weights_fini(&parent);
    lu_weights_fini(&made);
    lu_buf_fini(&file);
    return err;
}

lu_err lu_on_train(lu_service *s, lu_frame *in, lu_frame *out)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_shared shared = {.fd = -1};
    lu_samples view, wide = {0};
    lu_buf parent = LU_BUF_INIT;
    lu_net net = {0};
    lu_recipe r;
    size_t len, first;
    const uint8_t *cfg = lu_get_bytes(in, &len);
    bool has_parent = lu_get_below(in, 2);
    int fd;
    lu_err err;

    if (cfg == NULL) {
        return lu_frame_end(in);
    }
    err = lu_within(lu_net_parse((const char *)cfg, len, &limits, &net), "the .cfg file");
    lu_get_recipe(in, &r);
    if (!err) {
        err = lu_service_window(in, &shared, &view, &first);
    }
    fd = !err && has_parent ? lu_get_fd(in) : -1;
    if (!err) {
        err = lu_frame_end(in);
    }
    if (!err && has_parent) {
        err = lu_service_read(fd, 4 * limits.parameters + 64, &parent);
    }
    if (!err) {
        lu_model shape = {.input = net.input};
        err = lu_service_fit(&shape, &view, &wide);
    }
    if (!err) {
        err = train(s, &net, &parent, &r, &view, out);
    }
    if (fd >= 0) {
        close(fd);
    }
    lu_buf_fini(&parent);
    lu_samples_fini(&wide);
    lu_shared_fini(&shared);
    lu_net_fini(&net);
    return err;
}
