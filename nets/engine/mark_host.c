/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host of a watermark as a trainee: the fast plan with an optimiser of its own. */
#include "nets/engine/descent.h"
#include "nets/engine/mark_nets.h"

#include <string.h>

typedef struct host_trainee {
    lu_trainee base;
    lu_descent descent;
    lu_embed_params params;
    size_t forwards; /* in training: dropout's stream is named by it */
} host_trainee;

static lu_err draw_masks(host_trainee *t, size_t n)
{
    lu_rng *rng;

    LU_TRY(lu_rng_new(&rng, t->params.seed, "embed-dropout", t->forwards++));
    lu_descent_masks(&t->descent, rng, n);
    lu_rng_free(&rng);
    return LU_OK;
}

/* The rolling statistics of batch-norm are those of what the host learns from; the authors' move
   with the keys it is only asked about too (spec watermark A5). */
static double rolling(const host_trainee *t, size_t n)
{
    bool learns = n > t->params.mini;

    return learns || t->params.faithful ? lu_descent_rolling(&t->descent, t->descent.steps + 1) : 0;
}

static lu_err host_forward(lu_trainee *base, const float *x, size_t n, bool training, float *out)
{
    host_trainee *t = (host_trainee *)base;
    lu_plan *plan = t->descent.plan;

    plan->training = training;
    plan->norm_rate = rolling(t, n);
    if (training) {
        LU_TRY(draw_masks(t, n));
    }
    lu_plan_forward(plan, x, n, plan->net.logits);
    lu_plan_neurons(plan, plan->net.logits, out);
    return LU_OK;
}

static lu_err host_backward(lu_trainee *base, const float *seed, bool learn, float *grad)
{
    lu_descent *d = &((host_trainee *)base)->descent;

    lu_plan_backward(d->plan, d->plan->net.logits, seed, grad, learn ? &d->grad : NULL, 0);
    return LU_OK;
}

static lu_err host_step(lu_trainee *base, double rate)
{
    lu_descent *d = &((host_trainee *)base)->descent;

    lu_descent_step(d, rate, 0);
    lu_plan_repack(d->plan);
    return LU_OK;
}

static lu_err host_save(lu_trainee *base, lu_buf *out)
{
    const host_trainee *t = (const host_trainee *)base;
    const lu_descent *d = &t->descent;
    const size_t len = d->m.count * sizeof(float);
    const uint64_t counts[2] = {d->steps, t->forwards};

    LU_TRY(lu_buf_add(out, counts, sizeof counts));
    LU_TRY(lu_buf_add(out, d->plan->weights.block, len));
    LU_TRY(lu_buf_add(out, d->m.block, len));
    return lu_buf_add(out, d->v.block, len);
}

static lu_err host_load(lu_trainee *base, const uint8_t *data, size_t len)
{
    host_trainee *t = (host_trainee *)base;
    lu_descent *d = &t->descent;
    const size_t part = d->m.count * sizeof(float);
    uint64_t counts[2];

    if (len != sizeof counts + 3 * part) {
        return lu_fail(LU_ERR_INPUT, "the saved state of the host has the wrong length");
    }
    memcpy(counts, data, sizeof counts);
    d->steps = counts[0];
    t->forwards = counts[1];
    data += sizeof counts;
    memcpy(d->plan->weights.block, data, part);
    memcpy(d->m.block, data + part, part);
    memcpy(d->v.block, data + 2 * part, part);
    lu_plan_repack(d->plan);
    return LU_OK;
}

static void host_close(lu_trainee *base)
{
    host_trainee *t = (host_trainee *)base;

    lu_descent_end(&t->descent);
    free(t);
}

static const lu_trainee_ops host_ops = {host_forward, host_backward, host_step,
                                        host_save,    host_load,     host_close};

static lu_err start_weights(const lu_net *net, const lu_weights *parent, uint64_t seed,
                            lu_weights *w)
{
    lu_rng *rng;

    if (parent != NULL) {
        memcpy(w->block, parent->block, w->count * sizeof *w->block);
        return LU_OK;
    }
    LU_TRY(lu_rng_new(&rng, seed, "embed-host", 0));
    for (size_t i = 0; i < net->n; i++) {
        if (net->section[i].n_weights) {
            lu_draw_section(&net->section[i], &w->param[i], rng);
        }
    }
    lu_rng_free(&rng);
    return LU_OK;
}

static lu_err build(host_trainee *t, const lu_net *net, const lu_weights *parent)
{
    lu_weights w;
    lu_err err = lu_weights_alloc(net, &w);

    LU_TRY(err);
    err = start_weights(net, parent, t->params.seed, &w);
    if (!err) {
        err = lu_descent_start(&t->descent, net, &w, t->base.batch);
    }
    lu_weights_fini(&w);
    return err;
}

lu_err lu_host_trainee(const lu_net *net, const lu_weights *parent, const lu_embed_params *params,
                       lu_trainee **out)
{
    host_trainee *t;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(t, 1));
    t->base = (lu_trainee){&host_ops, net->input, net->classes, params->batch + params->mini};
    t->params = *params;
    t->descent = (lu_descent){.optimiser = params->optimiser,
                              .momentum = params->momentum,
                              .decay = params->decay,
                              .fresh = parent == NULL};
    err = build(t, net, parent);
    if (err) {
        host_close(&t->base);
        return err;
    }
    *out = &t->base;
    return LU_OK;
}

lu_err lu_host_trainee_write(const lu_trainee *base, lu_buf *out)
{
    const host_trainee *t = (const host_trainee *)base;

    return lu_weights_write(&t->descent.plan->net, &t->descent.plan->weights, out);
}
