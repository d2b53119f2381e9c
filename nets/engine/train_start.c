/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where training starts. */
#include "nets/engine/train.h"

#include <math.h>
#include <string.h>

enum { FORGET = 1 }; /* place among the gates */

/* Keras' LSTM: glorot_uniform over all gates, biases 0 but the forget gate's 1. (Keras' recurrent
   matrix is orthogonal; ours is drawn like the other, which has the same size.) */
static void draw_lstm(const lu_section *s, lu_section_params *p, lu_rng *rng)
{
    size_t units = s->out.c, tensor[2], at = 0;

    lu_section_tensors(s, tensor);
    for (size_t k = 0; k < 2; k++) {
        double inputs = (double)tensor[k] / (double)(LU_GATES * units);
        double bound = sqrt(6.0 / (inputs + (double)(LU_GATES * units)));
        for (size_t i = 0; i < tensor[k]; i++) {
            p->weights[at++] = (float)lu_rng_between(rng, -bound, bound);
        }
    }
    memset(p->biases, 0, s->n_biases * sizeof *p->biases);
    for (size_t i = 0; i < units; i++) {
        p->biases[(LU_GATES + FORGET) * units + i] = 1;
    }
}

static void draw_neurons(const lu_section *s, lu_section_params *p, lu_rng *rng)
{
    size_t fan_in = s->type == LU_CONVOLUTIONAL ? s->n_weights / s->out.c : lu_shape_size(s->in);
    double deviation = sqrt(2.0 / (double)fan_in);

    for (size_t i = 0; i < s->n_weights; i++) {
        p->weights[i] = (float)(deviation * lu_rng_normal(rng));
    }
    memset(p->biases, 0, s->n_biases * sizeof *p->biases);
    for (size_t i = 0; s->batch_normalize && i < s->n_biases; i++) {
        p->scales[i] = 1;
        p->mean[i] = 0;
        p->variance[i] = 1;
    }
}

void lu_draw_section(const lu_section *s, lu_section_params *p, lu_rng *rng)
{
    if (s->type == LU_LSTM) {
        draw_lstm(s, p, rng);
    } else {
        draw_neurons(s, p, rng);
    }
}

size_t lu_last_with_weights(const lu_net *net)
{
    size_t i = net->n;

    while (i > 0 && net->section[i - 1].n_weights == 0) {
        i--;
    }
    return i ? i - 1 : 0;
}

static void copy_section(const lu_section *s, const lu_section_params *from, lu_section_params *to)
{
    size_t n = s->n_biases * sizeof(float);

    memcpy(to->weights, from->weights, s->n_weights * sizeof(float));
    memcpy(to->biases, from->biases, n);
    if (s->batch_normalize) {
        memcpy(to->scales, from->scales, n);
        memcpy(to->mean, from->mean, n);
        memcpy(to->variance, from->variance, n);
    }
}

static bool same_parameters(const lu_section *a, const lu_section *b)
{
    return a->type == b->type && a->n_weights == b->n_weights && a->n_biases == b->n_biases &&
           a->batch_normalize == b->batch_normalize;
}

static lu_err section_start(const lu_training *t, size_t i, lu_rng *rng, lu_weights *w)
{
    const lu_net *from = t->parent_net ? t->parent_net : t->net;
    const lu_section *s = &t->net->section[i];
    bool last = i == lu_last_with_weights(t->net);

    if (s->n_weights == 0) {
        return LU_OK;
    }
    if (t->parent == NULL || (last && t->recipe->fresh_last)) {
        lu_draw_section(s, &w->param[i], rng);
        return LU_OK;
    }
    if (i >= from->n || !same_parameters(s, &from->section[i])) {
        return lu_fail(LU_ERR_INPUT, "section %zu [%s] is not like the parent's", i,
                       lu_section_name(s->type));
    }
    copy_section(s, &t->parent->param[i], &w->param[i]);
    return LU_OK;
}

lu_err lu_start_weights(const lu_training *t, lu_rng *rng, lu_weights *w)
{
    for (size_t i = 0; i < t->net->n; i++) {
        LU_TRY(section_start(t, i, rng, w));
    }
    w->seen = t->parent ? t->parent->seen : 0;
    return LU_OK;
}
