/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Training: mini-batch descent on softmax cross-entropy with buffers of our own (libdarknet ignores
 * Adam on the CPU and keeps momentum in its gradient buffers; spec engine 4). One thread, one
 * random stream, sums in fixed order: same input, same bytes.
 *
 * Adam (b1 0.9, b2 0.999, eps 1e-7, Keras' defaults): m += .1(g-m), v += .001(g^2-v),
 * w -= rate*sqrt(1-b2^t)/(1-b1^t) * m/(sqrt(v)+eps). SGD: u = momentum*u - rate*g, w += u.
 *
 * Rolling statistics of batch-norm: share 1/t of the batch's for a fresh network's first steps,
 * then 0.01 (Darknet's momentum 0.99), so that what short trainings leave is not what they began
 * with. Sections that are not trained keep theirs (spec deepjudge 6.2).
 */
#include "nets/engine/engine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct trainer {
    const lu_recipe *recipe;
    const lu_samples *samples;
    lu_plan *plan;
    lu_weights grad, m, v;
    lu_weights mask; /* 0 where pruned, else 1; empty without pruning */
    lu_rng *rng;
    size_t first; /* section from which parameters are trained */
    size_t last;  /* the logits' section */
    size_t *order;
    float *images, *plain; /* one batch; one image before augmentation */
    float *logits, *seed;  /* batch x classes */
    double *p;
    size_t steps; /* taken so far */
    double loss;  /* sums over the epoch */
    size_t right;
} trainer;

/* --- starting point --- */

/* He's normal initialisation, deviation sqrt(2 / fan in) (authors' RT-AL uses he_normal); biases 0.
 */
static void draw_section(const lu_section *s, lu_params *p, lu_rng *rng)
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

static size_t last_with_weights(const lu_net *net)
{
    size_t i = net->n;

    while (i > 0 && net->section[i - 1].n_weights == 0) {
        i--;
    }
    return i ? i - 1 : 0;
}

static void start_weights(const lu_net *net, const lu_weights *parent, const lu_recipe *r,
                          lu_rng *rng, lu_weights *w)
{
    if (parent != NULL) {
        memcpy(w->block, parent->block, w->count * sizeof *w->block);
        w->seen = parent->seen;
    }
    for (size_t i = 0; i < net->n; i++) {
        bool fresh = parent == NULL || (r->fresh_last && i == last_with_weights(net));
        if (net->section[i].n_weights && fresh) {
            draw_section(&net->section[i], &w->param[i], rng);
        }
    }
}

/* --- pruning: of each weight tensor the share r->prune of smallest |w|, ties by index --- */

typedef struct magnitude {
    float size;
    size_t index;
} magnitude;

static int by_size(const void *a, const void *b)
{
    const magnitude *x = a, *y = b;

    if (x->size != y->size) {
        return x->size < y->size ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static lu_err prune_section(size_t n, double share, float *w, float *mask)
{
    size_t gone = (size_t)(share * (double)n);
    magnitude *list;

    LU_TRY(LU_NEW(list, n));
    for (size_t i = 0; i < n; i++) {
        list[i] = (magnitude){fabsf(w[i]), i};
    }
    qsort(list, n, sizeof *list, by_size);
    for (size_t i = 0; i < gone; i++) {
        mask[list[i].index] = 0;
        w[list[i].index] = 0;
    }
    free(list);
    return LU_OK;
}

static lu_err prune(trainer *t)
{
    const lu_net *net = &t->plan->net;

    LU_TRY(lu_weights_alloc(net, &t->mask));
    for (size_t i = 0; i < t->mask.count; i++) {
        t->mask.block[i] = 1;
    }
    for (size_t i = 0; i < net->n; i++) {
        size_t n = net->section[i].n_weights;
        if (n) {
            LU_TRY(prune_section(n, t->recipe->prune, t->plan->weights.param[i].weights,
                                 t->mask.param[i].weights));
        }
    }
    lu_plan_repack(t->plan);
    return LU_OK;
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

static bool augments(const lu_recipe *r)
{
    return r->shift > 0 || r->rotate > 0 || r->flip;
}

static void gather(trainer *t, const size_t *index)
{
    size_t size = lu_shape_size(t->samples->shape);

    for (size_t b = 0; b < t->recipe->batch; b++) {
        float *image = t->images + b * size;
        if (augments(t->recipe)) {
            lu_samples_values(t->samples, index[b], 1, t->plain);
            lu_augment(t->recipe, t->rng, t->samples->shape, t->plain, image);
        } else {
            lu_samples_values(t->samples, index[b], 1, image);
        }
    }
}

static void draw_masks(trainer *t)
{
    const lu_plan *plan = t->plan;

    for (size_t i = 0; i < plan->net.n; i++) {
        const lu_section *s = &plan->net.section[i];
        if (s->type == LU_DROPOUT) {
            size_t n = lu_shape_size(s->out) * t->recipe->batch;
            float keep = (float)(1 / (1 - s->probability));
            for (size_t j = 0; j < n; j++) {
                plan->op[i].mask[j] = lu_rng_uniform(t->rng) < s->probability ? 0 : keep;
            }
        }
    }
}

/* Seeds dL/dz = (p - y)/batch and adds to the epoch's loss and count. */
static void seed_logits(trainer *t, const size_t *index)
{
    size_t classes = t->plan->net.classes, batch = t->recipe->batch;

    for (size_t b = 0; b < batch; b++) {
        const float *z = t->logits + b * classes;
        size_t label = (size_t)t->samples->labels[index[b]];
        lu_probabilities(LU_HEAD_SOFTMAX, z, classes, t->p);
        t->loss -= log(t->p[label] > 1e-30 ? t->p[label] : 1e-30);
        t->right += lu_argmax(z, classes) == label;
        t->p[label] -= 1;
        for (size_t c = 0; c < classes; c++) {
            t->seed[b * classes + c] = (float)(t->p[c] / (double)batch);
        }
    }
}

static void update_array(trainer *t, double rate, size_t at, size_t n, bool decays)
{
    const lu_recipe *r = t->recipe;
    double k = (double)t->steps;
    lu_step s = {.n = n, .momentum = (float)r->momentum, .decay = decays ? (float)r->decay : 0};

    s.w = t->plan->weights.block + at;
    s.g = t->grad.block + at;
    s.m = t->m.block + at;
    if (r->optimiser == LU_SGD) {
        s.rate = (float)rate;
        t->plan->kernels->sgd(&s);
        return;
    }
    s.v = t->v.block + at;
    s.rate = (float)(rate * sqrt(1 - pow(0.999, k)) / (1 - pow(0.9, k)));
    t->plan->kernels->adam(&s);
}

static void update(trainer *t, double rate)
{
    lu_plan *plan = t->plan;

    for (size_t i = t->first; i < plan->net.n; i++) {
        const lu_section *s = &plan->net.section[i];
        const lu_params *p = &plan->weights.param[i];
        if (s->n_weights) {
            update_array(t, rate, (size_t)(p->biases - plan->weights.block), s->n_biases, false);
            update_array(t, rate, (size_t)(p->weights - plan->weights.block), s->n_weights, true);
        }
        if (s->batch_normalize) {
            update_array(t, rate, (size_t)(p->scales - plan->weights.block), s->n_biases, false);
        }
    }
    for (size_t i = 0; i < t->mask.count; i++) {
        plan->weights.block[i] *= t->mask.block[i];
    }
    lu_plan_repack(plan);
}

static double rolling_rate(const trainer *t)
{
    const double share = 0.01;
    double fresh = 1 / (double)t->steps;

    return t->recipe->from_parent || fresh < share ? share : fresh;
}

static void step(trainer *t, const size_t *index, double rate)
{
    t->steps++;
    t->plan->norm_rate = rolling_rate(t);
    gather(t, index);
    draw_masks(t);
    lu_plan_forward(t->plan, t->images, t->recipe->batch, t->last);
    lu_plan_neurons(t->plan, t->last, t->logits);
    seed_logits(t, index);
    memset(t->grad.block, 0, t->grad.count * sizeof *t->grad.block);
    lu_plan_backward(t->plan, t->last, t->seed, NULL, &t->grad, t->first);
    update(t, rate);
}

/* --- the whole --- */

static lu_err epochs(trainer *t, const lu_job *job, lu_trained *result)
{
    const lu_recipe *r = t->recipe;
    size_t batches = t->samples->n / r->batch;

    for (size_t e = 0; e < r->epochs; e++) {
        char what[64];
        snprintf(what, sizeof what, "epoch %zu of %zu", e + 1, r->epochs);
        t->loss = 0;
        t->right = 0;
        lu_rng_shuffle(t->rng, t->order, t->samples->n);
        for (size_t i = 0; i < batches; i++) {
            if (i % 16 == 0) {
                LU_TRY(
                    lu_job_at(job, what, (double)(e * batches + i), (double)(r->epochs * batches)));
            }
            step(t, t->order + i * r->batch, rate_at(r, e));
        }
        result->loss = t->loss / (double)(batches * r->batch);
        result->accuracy = (double)t->right / (double)(batches * r->batch);
        if (!isfinite(result->loss)) {
            return lu_fail(LU_ERR_CANNOT, "training diverged in epoch %zu", e + 1);
        }
    }
    return LU_OK;
}

static lu_err trainer_buffers(trainer *t)
{
    const lu_net *net = &t->plan->net;
    size_t size = lu_shape_size(net->input), answers = t->recipe->batch * net->classes;

    LU_TRY(lu_weights_alloc(net, &t->grad));
    LU_TRY(lu_weights_alloc(net, &t->m));
    LU_TRY(lu_weights_alloc(net, &t->v));
    LU_TRY(LU_NEW(t->order, t->samples->n));
    LU_TRY(LU_NEW(t->images, t->recipe->batch * size));
    LU_TRY(LU_NEW(t->plain, size));
    LU_TRY(LU_NEW(t->logits, answers));
    LU_TRY(LU_NEW(t->seed, answers));
    LU_TRY(LU_NEW(t->p, net->classes));
    for (size_t i = 0; i < t->samples->n; i++) {
        t->order[i] = i;
    }
    return LU_OK;
}

static lu_err trainer_start(trainer *t, const lu_net *net, const lu_weights *parent)
{
    lu_weights w = {0};
    lu_err err = lu_weights_alloc(net, &w);

    if (!err) {
        err = lu_rng_new(&t->rng, t->recipe->seed, "train", 0);
    }
    if (!err) {
        start_weights(net, parent, t->recipe, t->rng, &w);
        err = lu_plan_new_trained(&t->plan, net, &w, t->recipe->batch);
    }
    lu_weights_fini(&w);
    LU_TRY(err);
    LU_TRY(lu_plan_train(t->plan));
    t->last = net->logits;
    t->first = t->recipe->last_only ? last_with_weights(net) : 0;
    t->plan->frozen = t->first;
    LU_TRY(trainer_buffers(t));
    return t->recipe->prune > 0 ? prune(t) : LU_OK;
}

static void trainer_fini(trainer *t)
{
    lu_plan_free(&t->plan);
    lu_weights_fini(&t->grad);
    lu_weights_fini(&t->m);
    lu_weights_fini(&t->v);
    lu_weights_fini(&t->mask);
    lu_rng_free(&t->rng);
    free(t->order);
    free(t->images);
    free(t->plain);
    free(t->logits);
    free(t->seed);
    free(t->p);
}

static lu_err check_training(const lu_net *net, const lu_recipe *r, const lu_samples *s)
{
    LU_TRY(lu_recipe_check(r));
    if (net->head != LU_HEAD_SOFTMAX) {
        return lu_fail(LU_ERR_CANNOT, "only networks that end in [softmax] are trained");
    }
    if (s->labels == NULL || s->n < r->batch) {
        return lu_fail(LU_ERR_INPUT, "training needs at least %zu labelled samples, there are %zu",
                       r->batch, s->labels ? s->n : 0);
    }
    if (!lu_shape_equal(s->shape, net->input)) {
        return lu_fail(LU_ERR_INPUT, "the samples do not have the network's shape");
    }
    for (size_t i = 0; i < s->n; i++) {
        if (s->labels[i] < 0 || (size_t)s->labels[i] >= net->classes) {
            return lu_fail(LU_ERR_INPUT, "sample %zu has label %d, the network has %zu classes", i,
                           (int)s->labels[i], net->classes);
        }
    }
    return LU_OK;
}

lu_err lu_train(const lu_net *net, const lu_weights *parent, const lu_recipe *r,
                const lu_samples *samples, const lu_job *job, lu_weights *out, lu_trained *result)
{
    trainer t = {.recipe = r, .samples = samples};
    lu_err err;

    memset(out, 0, sizeof *out);
    *result = (lu_trained){0};
    LU_TRY(check_training(net, r, samples));
    if (r->from_parent && parent == NULL) {
        return lu_fail(LU_ERR_INPUT,
                       "the recipe starts from a parent's parameters, none are given");
    }
    err = trainer_start(&t, net, r->from_parent ? parent : NULL);
    if (!err) {
        err = epochs(&t, job, result);
    }
    if (!err) {
        err = lu_weights_alloc(net, out);
    }
    if (!err) {
        memcpy(out->block, t.plan->weights.block, out->count * sizeof *out->block);
        out->seen = (uint64_t)t.steps * r->batch;
    }
    trainer_fini(&t);
    return err;
}
