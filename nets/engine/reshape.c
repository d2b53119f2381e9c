/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights changed without training: rounding, noise, and copies that answer the same
 * (core/steal/transform.h). */
#include "nets/engine/train.h"
#include "nets/engine/wiring.h"

#include <string.h>

/* What happens to the channels of one band; NULL = nothing. */
typedef struct change {
    size_t *order;
    float *factor;
} change;

/* Rows (outputs) of an array in the order asked for, each `size` floats. */
static lu_err reorder_rows(float *v, size_t n, size_t size, const size_t *order)
{
    float *old;

    if (v == NULL) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(old, n * size));
    memcpy(old, v, n * size * sizeof *old);
    for (size_t i = 0; i < n; i++) {
        memcpy(v + i * size, old + order[i] * size, size * sizeof *v);
    }
    free(old);
    return LU_OK;
}

static void scale_rows(float *v, size_t n, size_t size, const float *factor)
{
    for (size_t i = 0; i < n * size; i++) {
        v[i] *= factor[i / size];
    }
}

/* With batch-norm the factor belongs to what comes after it. */
static lu_err change_outputs(const lu_section *s, lu_section_params *p, const change *c)
{
    size_t n = s->n_biases, row = s->n_weights / n;

    if (c->order != NULL) {
        LU_TRY(reorder_rows(p->weights, n, row, c->order));
        LU_TRY(reorder_rows(p->biases, n, 1, c->order));
        LU_TRY(reorder_rows(p->scales, n, 1, c->order));
        LU_TRY(reorder_rows(p->mean, n, 1, c->order));
        LU_TRY(reorder_rows(p->variance, n, 1, c->order));
    }
    if (c->factor != NULL) {
        scale_rows(p->biases, n, 1, c->factor);
        scale_rows(s->batch_normalize ? p->scales : p->weights, n, s->batch_normalize ? 1 : row,
                   c->factor);
    }
    return LU_OK;
}

/* Columns: of a row, `taps` floats for each channel of the input, Darknet's order (channel, y, x).
 */
static lu_err change_inputs(const lu_section *s, lu_section_params *p, const change *c)
{
    size_t channels = s->in.c, row = s->n_weights / s->n_biases, taps = row / channels;

    for (size_t i = 0; i < s->n_biases; i++) {
        float *v = p->weights + i * row;
        if (c->order != NULL) {
            LU_TRY(reorder_rows(v, channels, taps, c->order));
        }
        for (size_t k = 0; c->factor != NULL && k < row; k++) {
            v[k] /= c->factor[k / taps];
        }
    }
    return LU_OK;
}

static lu_err draw_change(const lu_recipe *r, const lu_band *b, lu_rng *rng, change *c)
{
    if (r->shuffle && !b->fixed) {
        LU_TRY(LU_NEW(c->order, b->channels));
        lu_draw_order(rng, b->channels, c->order);
    }
    if (r->scale > 1 && !b->unscaled) {
        LU_TRY(LU_NEW(c->factor, b->channels));
        lu_draw_factors(rng, b->channels, r->scale, c->factor);
    }
    return LU_OK;
}

static lu_err move_channels(const lu_net *net, const lu_wiring *w, const change *changes,
                            lu_weights *weights)
{
    for (size_t i = 0; i < net->n; i++) {
        if (net->section[i].n_weights) {
            LU_TRY(change_inputs(&net->section[i], &weights->param[i], &changes[w->in[i]]));
            LU_TRY(change_outputs(&net->section[i], &weights->param[i], &changes[w->out[i]]));
        }
    }
    return LU_OK;
}

/* Changes of one band a time: those in use, in their order. The scaled channels' factors are drawn
   for the new numbering: readers divide after they were renumbered. */
static lu_err rewire(const lu_net *net, const lu_recipe *r, lu_rng *rng, lu_weights *weights)
{
    lu_wiring w;
    change *changes = NULL;
    size_t movable = 0;
    lu_err err;

    LU_TRY(lu_wiring_of(net, &w));
    err = LU_NEW(changes, net->n + 1);
    for (size_t i = 0; !err && i < net->n; i++) {
        if (w.out[i] == i + 1) {
            err = draw_change(r, &w.band[i + 1], rng, &changes[i + 1]);
            movable += changes[i + 1].order != NULL || changes[i + 1].factor != NULL;
        }
    }
    if (!err && movable == 0) {
        err = lu_fail(LU_ERR_CANNOT,
                      "no channels of this network can be moved without changing its answers");
    }
    if (!err) {
        err = move_channels(net, &w, changes, weights);
    }
    for (size_t i = 0; changes != NULL && i <= net->n; i++) {
        free(changes[i].order);
        free(changes[i].factor);
    }
    free(changes);
    lu_wiring_fini(&w);
    return err;
}

/* Rounds or disturbs every tensor of weights. */
static void change_values(const lu_net *net, const lu_recipe *r, lu_rng *rng, lu_weights *w)
{
    for (size_t i = 0; i < net->n; i++) {
        size_t tensor[2], tensors = lu_section_tensors(&net->section[i], tensor);
        float *v = w->param[i].weights;
        for (size_t k = 0; k < tensors; v += tensor[k++]) {
            if (r->noise > 0) {
                lu_add_noise(v, tensor[k], r->noise, rng);
            }
            if (r->kind == LU_RECIPE_QUANTISE) {
                lu_quantise(v, tensor[k], r->bits);
            }
        }
    }
}

lu_err lu_reshape(const lu_net *net, const lu_recipe *r, lu_weights *w)
{
    lu_rng *rng;
    lu_err err = LU_OK;

    LU_TRY(lu_rng_new(&rng, r->seed, "reshape", 0));
    if (r->shuffle || r->scale > 1) {
        err = rewire(net, r, rng, w);
    }
    if (!err) {
        change_values(net, r, rng, w);
    }
    lu_rng_free(&rng);
    return err;
}
