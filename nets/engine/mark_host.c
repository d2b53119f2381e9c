/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host of a watermark as a trainee: the fast plan with an optimiser of its own. */
#include "nets/engine/mark_nets.h"

#include <math.h>
#include <string.h>

typedef struct host_trainee {
    lu_trainee base;
    lu_plan *plan;
    lu_weights grad, m, v;
    lu_embed_params params;
    size_t steps;    /* taken */
    size_t forwards; /* in training: dropout's stream is named by it */
} host_trainee;

static lu_err draw_masks(host_trainee *t, size_t n)
{
    lu_rng *rng;

    LU_TRY(lu_rng_new(&rng, t->params.seed, "embed-dropout", t->forwards++));
    for (size_t i = 0; i < t->plan->net.n; i++) {
        const lu_section *s = &t->plan->net.section[i];
        float keep = (float)(1 / (1 - s->probability));
        for (size_t j = 0; s->type == LU_DROPOUT && j < n * lu_shape_size(s->out); j++) {
            t->plan->op[i].mask[j] = lu_rng_uniform(rng) < s->probability ? 0 : keep;
        }
    }
    lu_rng_free(&rng);
    return LU_OK;
}

static lu_err host_forward(lu_trainee *base, const float *x, size_t n, bool training, float *out)
{
    host_trainee *t = (host_trainee *)base;

    t->plan->training = training;
    if (training) {
        LU_TRY(draw_masks(t, n));
    }
    lu_plan_forward(t->plan, x, n, t->plan->net.logits);
    lu_plan_neurons(t->plan, t->plan->net.logits, out);
    return LU_OK;
}

static lu_err host_backward(lu_trainee *base, const float *seed, bool learn, float *grad)
{
    host_trainee *t = (host_trainee *)base;

    lu_plan_backward(t->plan, t->plan->net.logits, seed, grad, learn ? &t->grad : NULL, 0);
    return LU_OK;
}

static void update(host_trainee *t, double rate, const float *from, size_t n, bool decays)
{
    size_t at = (size_t)(from - t->plan->weights.block);
    double k = (double)t->steps;
    lu_step s = {.n = n,
                 .w = t->plan->weights.block + at,
                 .g = t->grad.block + at,
                 .m = t->m.block + at,
                 .v = t->v.block + at,
                 .rate = (float)rate,
                 .decay = decays ? (float)t->params.decay : 0,
                 .momentum = (float)t->params.momentum};

    if (t->params.optimiser == LU_SGD) {
        t->plan->kernels->sgd(&s);
    } else {
        s.rate = (float)(rate * sqrt(1 - pow(0.999, k)) / (1 - pow(0.9, k)));
        t->plan->kernels->adam(&s);
    }
}

static lu_err host_step(lu_trainee *base, double rate)
{
    host_trainee *t = (host_trainee *)base;

    t->steps++;
    for (size_t i = 0; i < t->plan->net.n; i++) {
        const lu_section *s = &t->plan->net.section[i];
        if (s->n_weights) {
            update(t, rate, t->plan->weights.param[i].biases, s->n_biases, false);
            update(t, rate, t->plan->weights.param[i].weights, s->n_weights, true);
        }
    }
    lu_plan_repack(t->plan);
    memset(t->grad.block, 0, t->grad.count * sizeof *t->grad.block);
    return LU_OK;
}

static lu_err host_save(lu_trainee *base, lu_buf *out)
{
    host_trainee *t = (host_trainee *)base;
    const size_t len = t->m.count * sizeof(float);
    const uint64_t counts[2] = {t->steps, t->forwards};

    LU_TRY(lu_buf_add(out, counts, sizeof counts));
    LU_TRY(lu_buf_add(out, t->plan->weights.block, len));
    LU_TRY(lu_buf_add(out, t->m.block, len));
    return lu_buf_add(out, t->v.block, len);
}

static lu_err host_load(lu_trainee *base, const uint8_t *data, size_t len)
{
    host_trainee *t = (host_trainee *)base;
    const size_t part = t->m.count * sizeof(float);
    uint64_t counts[2];

    if (len != sizeof counts + 3 * part) {
        return lu_fail(LU_ERR_INPUT, "the saved state of the host has the wrong length");
    }
    memcpy(counts, data, sizeof counts);
    t->steps = counts[0];
    t->forwards = counts[1];
    data += sizeof counts;
    memcpy(t->plan->weights.block, data, part);
    memcpy(t->m.block, data + part, part);
    memcpy(t->v.block, data + 2 * part, part);
    lu_plan_repack(t->plan);
    return LU_OK;
}

static void host_close(lu_trainee *base)
{
    host_trainee *t = (host_trainee *)base;

    lu_plan_free(&t->plan);
    lu_weights_fini(&t->grad);
    lu_weights_fini(&t->m);
    lu_weights_fini(&t->v);
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
        err = lu_plan_new_trained(&t->plan, net, &w, t->base.batch);
    }
    if (!err) {
        err = lu_plan_train(t->plan);
    }
    lu_weights_fini(&w);
    LU_TRY(err);
    LU_TRY(lu_weights_alloc(net, &t->grad));
    LU_TRY(lu_weights_alloc(net, &t->m));
    return lu_weights_alloc(net, &t->v);
}

lu_err lu_host_trainee(const lu_net *net, const lu_weights *parent, const lu_embed_params *params,
                       lu_trainee **out)
{
    host_trainee *t;
    lu_err err;

    *out = NULL;
    for (size_t i = 0; i < net->n; i++) {
        if (net->section[i].batch_normalize) {
            return lu_fail(LU_ERR_CANNOT, "section %zu has batch-norm, which is not trained yet",
                           i);
        }
    }
    LU_TRY(LU_NEW(t, 1));
    t->base = (lu_trainee){&host_ops, net->input, net->classes, params->batch + params->mini};
    t->params = *params;
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

    return lu_weights_write(&t->plan->net, &t->plan->weights, out);
}
