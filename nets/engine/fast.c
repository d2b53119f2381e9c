/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lu_model on the fast plan. */
#include "nets/engine/engine.h"

#include <string.h>

typedef struct fast_model {
    lu_model base;
    lu_layer_info *layers; /* owned */
    lu_plan *plan;         /* owned */
} fast_model;

lu_err lu_model_describe(lu_model *m, const lu_net *net, lu_layer_info **layers)
{
    bool *batch_norm;

    LU_TRY(LU_NEW(batch_norm, net->n));
    if (LU_NEW(*layers, net->n)) {
        free(batch_norm);
        return LU_ERR_MEMORY;
    }
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        lu_layer_info *info = &(*layers)[i];
        strncpy(info->type, lu_section_name(s->type), sizeof info->type - 1);
        info->shape = s->out;
        info->neurons = s->out.c;
        batch_norm[i] = s->batch_normalize;
    }
    m->input = net->input;
    m->classes = net->classes;
    m->head = net->head;
    m->n_layers = net->n;
    m->layers = *layers;
    m->default_layer = lu_model_default_layer(net->n, *layers, batch_norm);
    free(batch_norm);
    return LU_OK;
}

static size_t section_of(const fast_model *f, int layer)
{
    return layer == LU_LAYER_LOGITS ? f->plan->net.logits : (size_t)layer;
}

static lu_err fast_forward(lu_model *m, const float *x, size_t n, size_t wanted, const int *layers,
                           float *const *out)
{
    fast_model *f = (fast_model *)m;
    size_t last = 0;

    for (size_t k = 0; k < wanted; k++) {
        size_t section = section_of(f, layers[k]);
        last = section > last ? section : last;
    }
    lu_plan_forward(f->plan, x, n, last);
    for (size_t k = 0; k < wanted; k++) {
        lu_plan_neurons(f->plan, section_of(f, layers[k]), out[k]);
    }
    return LU_OK;
}

static lu_err fast_backward(lu_model *m, int layer, const float *seed, float *grad)
{
    fast_model *f = (fast_model *)m;
    size_t section = section_of(f, layer);

    if (section >= f->plan->reached) {
        return lu_fail(LU_ERR_INTERNAL, "backward from a layer that was not reached");
    }
    lu_plan_backward(f->plan, section, seed, grad, NULL, 0);
    return LU_OK;
}

static void fast_close(lu_model *m)
{
    fast_model *f = (fast_model *)m;

    lu_plan_free(&f->plan);
    free(f->layers);
    free(f);
}

static const lu_model_ops fast_ops = {fast_forward, fast_backward, fast_close};

lu_err lu_fast_model(const lu_net *net, const lu_weights *weights, lu_model **out)
{
    fast_model *f;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(f, 1));
    f->base.ops = &fast_ops;
    err = lu_model_describe(&f->base, net, &f->layers);
    if (!err) {
        err = lu_plan_new(&f->plan, net, weights, 0);
    }
    if (err) {
        fast_close(&f->base);
        return err;
    }
    f->base.batch = f->plan->batch;
    *out = &f->base;
    return LU_OK;
}
