/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lu_model on the fast plan. */
#include "nets/engine/engine.h"

#include <string.h>

typedef struct fast_model {
    lu_model base;
    lu_layer_info *layers; /* owned */
    lu_plan *plan;
    bool borrowed; /* the plan is somebody else's */
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

    if (!f->borrowed) {
        lu_plan_free(&f->plan);
    }
    free(f->layers);
    free(f);
}

static const lu_model_ops fast_ops = {fast_forward, fast_backward, fast_close};

/* Everything but the plan. */
static lu_err new_model(const lu_net *net, fast_model **out)
{
    LU_TRY(LU_NEW(*out, 1));
    (*out)->base.ops = &fast_ops;
    return lu_model_describe(&(*out)->base, net, &(*out)->layers);
}

static lu_err hand_out(fast_model *f, lu_err err, lu_model **out)
{
    *out = NULL;
    if (err && f != NULL) {
        fast_close(&f->base);
    } else if (!err) {
        f->base.batch = f->plan->batch;
        *out = &f->base;
    }
    return err;
}

lu_err lu_fast_model(const lu_net *net, const lu_weights *weights, lu_model **out)
{
    fast_model *f = NULL;
    lu_err err = new_model(net, &f);

    if (!err) {
        err = lu_plan_new(&f->plan, net, weights, 0);
    }
    return hand_out(f, err, out);
}

lu_err lu_fast_direct(const lu_net *net, const lu_weights *weights, lu_model **out)
{
    fast_model *f = NULL;
    lu_err err = new_model(net, &f);

    if (!err) {
        err = lu_plan_new_direct(&f->plan, net, weights, 0);
    }
    return hand_out(f, err, out);
}

lu_err lu_fast_borrowed(lu_plan *plan, lu_model **out)
{
    fast_model *f = NULL;
    lu_err err = new_model(&plan->net, &f);

    if (!err) {
        f->plan = plan;
        f->borrowed = true;
    }
    return hand_out(f, err, out);
}
