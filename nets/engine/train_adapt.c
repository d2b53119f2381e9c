/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training against the method: adversarial examples, distance from the parent (core/steal/adapt.c).
 */
#include "nets/engine/train.h"

#include <math.h>
#include <string.h>

/* PGD as the paper's, on images in place; image i draws from stream first+i. */
static lu_err attack(lu_trainer *t, float *images, const int32_t *labels, size_t first, size_t n,
                     const lu_job *job)
{
    lu_blackbox_params p = lu_blackbox_defaults();
    lu_attack_batch b = {.n = n, .labels = labels, .seed = t->recipe->seed};
    size_t size = lu_shape_size(t->plan->net.input);
    float *start = NULL;
    uint64_t *stream = NULL;
    bool *moved = NULL;
    lu_err err = LU_NEW(start, n * size);

    p.ep = t->recipe->ep;
    p.iterations = t->recipe->iterations;
    if (!err) {
        err = LU_NEW(stream, n);
    }
    if (!err) {
        err = LU_NEW(moved, n);
    }
    if (!err) {
        memcpy(start, images, n * size * sizeof *start);
        for (size_t i = 0; i < n; i++) {
            stream[i] = first + i;
        }
        b.x0 = start;
        b.stream = stream;
        b.x = images;
        b.moved = moved;
        t->plan->training = false;
        err = lu_adversarial_methods[LU_PGD].attack(t->model, &p, &b, job);
        t->plan->training = true;
    }
    free(start);
    free(stream);
    free(moved);
    return err;
}

/* An adversarial example of every sample, against the weights training starts from. */
static lu_err harden_all(lu_trainer *t, const lu_job *job)
{
    const lu_samples *s = t->what->samples;
    size_t size = lu_shape_size(s->shape);

    LU_TRY(LU_NEW(t->hard, s->n * size));
    lu_samples_values(s, 0, s->n, t->hard);
    for (size_t at = 0; at < s->n; at += t->recipe->batch) {
        size_t n = s->n - at < t->recipe->batch ? s->n - at : t->recipe->batch;
        LU_TRY(lu_job_at(job, "adversarial examples", (double)at, (double)s->n));
        LU_TRY(attack(t, t->hard + at * size, s->labels + at, at, n, NULL));
    }
    t->n = 2 * s->n;
    return LU_OK;
}

static lu_err start_away(lu_trainer *t)
{
    const lu_net *net = t->what->parent_net ? t->what->parent_net : t->what->net;
    size_t layer =
        t->recipe->away_layer < 0 ? (size_t)t->model->default_layer : (size_t)t->recipe->away_layer;
    size_t neurons;

    if (t->what->parent == NULL || layer >= t->last || layer >= net->n) {
        return lu_fail(LU_ERR_CANNOT, "there is no layer %zu of a parent to keep away from", layer);
    }
    neurons = t->plan->net.section[layer].out.c * t->recipe->batch;
    t->away_layer = (int)layer;
    LU_TRY(LU_NEW(t->here, neurons));
    LU_TRY(LU_NEW(t->there, neurons));
    return lu_plan_new(&t->parent, net, t->what->parent, t->recipe->batch);
}

lu_err lu_adapt_start(lu_trainer *t, const lu_job *job)
{
    LU_TRY(lu_fast_borrowed(t->plan, &t->model));
    if (t->recipe->harden != LU_HARDEN_NONE && t->what->targets != NULL) {
        return lu_fail(LU_ERR_CANNOT, "adversarial examples need true labels");
    }
    if (t->recipe->away > 0) {
        LU_TRY(start_away(t));
    }
    return t->recipe->harden == LU_HARDEN_PARENT ? harden_all(t, job) : LU_OK;
}

lu_err lu_adapt_images(lu_trainer *t)
{
    size_t half = t->recipe->batch / 2;

    if (t->recipe->harden != LU_HARDEN_SELF) {
        return LU_OK;
    }
    return attack(t, t->images, t->labels, t->steps * half, half, NULL);
}

/* d(-away * |h - p|)/dh = -away * (h - p)/|h - p|, mean over the batch; 0 where they are the same.
 */
static double keep_away(const lu_trainer *t, float *here, const float *there, size_t width)
{
    double squares = 0, share = t->recipe->away / (double)t->recipe->batch;

    for (size_t i = 0; i < width; i++) {
        double d = (double)here[i] - (double)there[i];
        squares += d * d;
    }
    for (size_t i = 0; i < width; i++) {
        double d = (double)here[i] - (double)there[i];
        here[i] = squares > 0 ? (float)(-share * d / sqrt(squares)) : 0;
    }
    return sqrt(squares);
}

void lu_adapt_gradient(lu_trainer *t)
{
    size_t layer, width;

    if (t->parent == NULL) {
        return;
    }
    layer = (size_t)t->away_layer;
    width = t->plan->net.section[layer].out.c;
    lu_plan_forward(t->parent, t->images, t->recipe->batch, layer);
    lu_plan_neurons(t->parent, layer, t->there);
    lu_plan_neurons(t->plan, layer, t->here);
    for (size_t b = 0; b < t->recipe->batch; b++) {
        t->loss -= t->recipe->away * keep_away(t, t->here + b * width, t->there + b * width, width);
    }
    lu_plan_backward(t->plan, layer, t->here, NULL, &t->descent.grad, t->first);
}

void lu_adapt_end(lu_trainer *t)
{
    lu_model_free(&t->model);
    lu_plan_free(&t->parent);
    free(t->hard);
    free(t->here);
    free(t->there);
}
