/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Training: mini-batch descent on softmax cross-entropy. One thread, one random stream, sums in
 * fixed order: same input, same bytes. Sections that are not trained keep their rolling statistics
 * (spec deepjudge 6.2).
 */
#include "nets/engine/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- one batch --- */

static bool augments(const lu_recipe *r)
{
    return r->shift > 0 || r->rotate > 0 || r->flip;
}

static void gather_image(lu_trainer *t, size_t index, float *image)
{
    const lu_samples *s = t->what->samples;
    size_t size = lu_shape_size(s->shape);

    if (index >= s->n) {
        memcpy(image, t->hard + (index - s->n) * size, size * sizeof *image);
    } else if (augments(t->recipe)) {
        lu_samples_values(s, index, 1, t->plain);
        if (t->plan->net.steps > 1) {
            lu_augment_sequence(t->recipe, t->rng, s->shape, t->plain, image);
        } else {
            lu_augment(t->recipe, t->rng, s->shape, t->plain, image);
        }
    } else {
        lu_samples_values(s, index, 1, image);
    }
}

static void gather(lu_trainer *t, const size_t *index)
{
    const lu_samples *s = t->what->samples;
    size_t size = lu_shape_size(s->shape);

    for (size_t b = 0; b < t->recipe->batch; b++) {
        gather_image(t, index[b], t->images + b * size);
        t->labels[b] = s->labels && t->what->targets == NULL ? s->labels[index[b] % s->n] : 0;
    }
}

/* What image `b` of the batch ought to be answered: t->y; its most likely class. */
static size_t wanted(lu_trainer *t, size_t b, size_t index)
{
    size_t classes = t->plan->net.classes, top = 0;

    for (size_t c = 0; c < classes; c++) {
        t->y[c] = t->what->targets ? (double)t->what->targets->values[index * classes + c]
                                   : (double)((size_t)t->labels[b] == c);
        top = t->y[c] > t->y[top] ? c : top;
    }
    return top;
}

/* Cross-entropy of one image from p to y. */
static double cross_entropy(const double *p, const double *y, size_t classes)
{
    double sum = 0;

    for (size_t c = 0; c < classes; c++) {
        sum -= y[c] > 0 ? y[c] * log(p[c] > 1e-30 ? p[c] : 1e-30) : 0;
    }
    return sum;
}

/* Seeds dL/dz = T (softmax(z/T) - y)/batch, T the temperature (times T^2, so that its choice does
   not change the gradient's size: Hinton et al., 2015), and adds to the epoch's loss and count. */
static void seed_logits(lu_trainer *t, const size_t *index)
{
    size_t classes = t->plan->net.classes, batch = t->recipe->batch;
    double temperature = t->recipe->temperature;

    for (size_t b = 0; b < batch; b++) {
        float *z = t->logits + b * classes;
        t->right += lu_argmax(z, classes) == wanted(t, b, index[b]);
        for (size_t c = 0; c < classes; c++) {
            z[c] = (float)((double)z[c] / temperature);
        }
        lu_probabilities(LU_HEAD_SOFTMAX, z, classes, t->p);
        t->loss += cross_entropy(t->p, t->y, classes);
        for (size_t c = 0; c < classes; c++) {
            t->seed[b * classes + c] = (float)(temperature * (t->p[c] - t->y[c]) / (double)batch);
        }
    }
}

/* --- one step --- */

static double rate_at(const lu_recipe *r, size_t epoch)
{
    double rate = r->learning_rate;

    for (size_t i = 0; i < LU_RECIPE_DROPS; i++) {
        if (r->drop_epoch[i] && epoch >= r->drop_epoch[i]) {
            rate = r->learning_rate * r->drop_factor[i];
        }
    }
    return rate;
}

static lu_err step(lu_trainer *t, const size_t *index, double rate)
{
    t->steps++;
    t->plan->norm_rate = lu_descent_rolling(&t->descent, t->steps);
    LU_TRY(lu_trainer_prune_on(t));
    gather(t, index);
    LU_TRY(lu_adapt_images(t));
    lu_descent_masks(&t->descent, t->rng, t->recipe->batch);
    lu_plan_forward(t->plan, t->images, t->recipe->batch, t->last);
    lu_plan_neurons(t->plan, t->last, t->logits);
    seed_logits(t, index);
    lu_plan_backward(t->plan, t->last, t->seed, NULL, &t->descent.grad, t->first);
    lu_adapt_gradient(t);
    lu_descent_step(&t->descent, rate, t->first);
    lu_trainer_mask(t);
    lu_plan_repack(t->plan);
    return LU_OK;
}

/* --- the whole --- */

static lu_err one_epoch(lu_trainer *t, size_t epoch, const lu_job *job, lu_trained *result)
{
    const lu_recipe *r = t->recipe;
    size_t batches = t->n / r->batch;
    char what[64];

    snprintf(what, sizeof what, "epoch %zu of %zu", epoch + 1, r->epochs);
    t->loss = 0;
    t->right = 0;
    lu_rng_shuffle(t->rng, t->order, t->n);
    for (size_t i = 0; i < batches; i++) {
        if (i % 16 == 0) {
            LU_TRY(lu_job_at(job, what, (double)t->steps, (double)t->whole));
        }
        LU_TRY(step(t, t->order + i * r->batch, rate_at(r, epoch)));
    }
    result->loss = t->loss / (double)(batches * r->batch);
    result->accuracy = (double)t->right / (double)(batches * r->batch);
    return isfinite(result->loss)
               ? LU_OK
               : lu_fail(LU_ERR_CANNOT, "training diverged in epoch %zu", epoch + 1);
}

static lu_err trainer_buffers(lu_trainer *t)
{
    const lu_net *net = &t->plan->net;
    size_t size = lu_shape_size(net->input), answers = t->recipe->batch * net->classes;

    LU_TRY(LU_NEW(t->images, t->recipe->batch * size));
    LU_TRY(LU_NEW(t->labels, t->recipe->batch));
    LU_TRY(LU_NEW(t->plain, size));
    LU_TRY(LU_NEW(t->logits, answers));
    LU_TRY(LU_NEW(t->seed, answers));
    LU_TRY(LU_NEW(t->p, net->classes));
    return LU_NEW(t->y, net->classes);
}

static lu_err trainer_order(lu_trainer *t)
{
    LU_TRY(LU_NEW(t->order, t->n));
    for (size_t i = 0; i < t->n; i++) {
        t->order[i] = i;
    }
    t->whole = t->n / t->recipe->batch * t->recipe->epochs;
    return LU_OK;
}

static lu_err trainer_start(lu_trainer *t, const lu_weights *w, const lu_job *job)
{
    const lu_recipe *r = t->recipe;

    t->descent = (lu_descent){.optimiser = r->optimiser,
                              .momentum = r->momentum,
                              .decay = r->decay,
                              .fresh = !r->from_parent};
    LU_TRY(lu_descent_start(&t->descent, t->what->net, w, r->batch));
    t->plan = t->descent.plan;
    t->last = t->what->net->logits;
    t->first = t->recipe->last_only ? lu_last_with_weights(t->what->net) : 0;
    t->plan->frozen = t->first;
    t->n = t->what->samples->n;
    LU_TRY(trainer_buffers(t));
    LU_TRY(lu_adapt_start(t, job));
    LU_TRY(trainer_order(t));
    return t->recipe->prune > 0 && !t->recipe->gradual ? lu_trainer_prune(t, t->recipe->prune)
                                                       : LU_OK;
}

static void trainer_fini(lu_trainer *t)
{
    lu_adapt_end(t);
    lu_descent_end(&t->descent);
    lu_weights_fini(&t->mask);
    free(t->order);
    free(t->images);
    free(t->labels);
    free(t->plain);
    free(t->logits);
    free(t->seed);
    free(t->p);
    free(t->y);
}

/* Trains from `w`, which gets what comes out. */
static lu_err train_on(const lu_training *what, lu_rng *rng, const lu_job *job, lu_weights *w,
                       lu_trained *result)
{
    lu_trainer t = {.what = what, .recipe = what->recipe, .rng = rng};
    lu_err err = trainer_start(&t, w, job);

    for (size_t e = 0; !err && e < t.recipe->epochs; e++) {
        err = one_epoch(&t, e, job, result);
    }
    if (!err) {
        memcpy(w->block, t.plan->weights.block, w->count * sizeof *w->block);
        w->seen = (uint64_t)t.steps * t.recipe->batch;
    }
    trainer_fini(&t);
    return err;
}

/* --- is it possible? --- */

static lu_err check_labels(const lu_samples *s, const lu_net *net)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->labels[i] < 0 || (size_t)s->labels[i] >= net->classes) {
            return lu_fail(LU_ERR_INPUT, "sample %zu has label %d, the network has %zu classes", i,
                           (int)s->labels[i], net->classes);
        }
    }
    return LU_OK;
}

static lu_err check_targets(const lu_samples *targets, const lu_samples *s, const lu_net *net)
{
    bool fits = targets->n == s->n && targets->values != NULL &&
                lu_shape_size(targets->shape) == net->classes;

    return fits ? LU_OK
                : lu_fail(LU_ERR_INPUT,
                          "the answers to be taught are not one for each sample and class");
}

static lu_err check_samples(const lu_training *t)
{
    const lu_samples *s = t->samples;
    size_t batch = t->recipe->batch;

    if (t->net->head != LU_HEAD_SOFTMAX) {
        return lu_fail(LU_ERR_CANNOT, "only networks that end in [softmax] are trained");
    }
    if (s == NULL || s->n < batch || (s->labels == NULL && t->targets == NULL)) {
        return lu_fail(LU_ERR_INPUT, "training needs at least %zu labelled samples, there are %zu",
                       batch, s && s->labels ? s->n : 0);
    }
    if (!lu_shape_equal(s->shape, t->net->input)) {
        return lu_fail(LU_ERR_INPUT, "the samples do not have the network's shape");
    }
    return t->targets ? check_targets(t->targets, s, t->net) : check_labels(s, t->net);
}

lu_err lu_carry_out(const lu_training *what, const lu_job *job, lu_weights *out, lu_trained *result)
{
    lu_training t = *what;
    lu_rng *rng = NULL;
    lu_err err;

    memset(out, 0, sizeof *out);
    *result = (lu_trained){NAN, NAN};
    LU_TRY(lu_recipe_check(t.recipe));
    LU_TRY(t.recipe->epochs ? check_samples(&t) : LU_OK);
    if (t.recipe->from_parent && t.parent == NULL) {
        return lu_fail(LU_ERR_INPUT,
                       "the recipe starts from a parent's parameters, none are given");
    }
    t.parent = t.recipe->from_parent ? t.parent : NULL;
    LU_TRY(lu_weights_alloc(t.net, out));
    err = lu_rng_new(&rng, t.recipe->seed, "train", 0);
    if (!err) {
        err = lu_start_weights(&t, rng, out);
    }
    if (!err) {
        err = t.recipe->epochs ? train_on(&t, rng, job, out, result)
                               : lu_reshape(t.net, t.recipe, out);
    }
    lu_rng_free(&rng);
    if (err) {
        lu_weights_fini(out);
    }
    return err;
}

lu_err lu_train(const lu_net *net, const lu_weights *parent, const lu_recipe *r,
                const lu_samples *samples, const lu_job *job, lu_weights *out, lu_trained *result)
{
    lu_training t = {.net = net, .parent = parent, .recipe = r, .samples = samples};

    return lu_carry_out(&t, job, out, result);
}
