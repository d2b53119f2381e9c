/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that are whole loops: test generation. */
#include "nets/engine/handlers.h"

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
