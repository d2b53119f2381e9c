/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/descent.h"

#include <math.h>
#include <string.h>

lu_err lu_descent_start(lu_descent *d, const lu_net *net, const lu_weights *weights, size_t batch)
{
    LU_TRY(lu_plan_new_trained(&d->plan, net, weights, batch));
    LU_TRY(lu_plan_train(d->plan));
    LU_TRY(lu_weights_alloc(net, &d->grad));
    LU_TRY(lu_weights_alloc(net, &d->m));
    return lu_weights_alloc(net, &d->v);
}

void lu_descent_end(lu_descent *d)
{
    lu_plan_free(&d->plan);
    lu_weights_fini(&d->grad);
    lu_weights_fini(&d->m);
    lu_weights_fini(&d->v);
}

void lu_descent_masks(lu_descent *d, lu_rng *rng, size_t n)
{
    for (size_t i = 0; i < d->plan->net.n; i++) {
        const lu_section *s = &d->plan->net.section[i];
        float keep = (float)(1 / (1 - s->probability));
        for (size_t j = 0; s->type == LU_DROPOUT && j < n * lu_shape_size(s->out); j++) {
            d->plan->op[i].mask[j] = lu_rng_uniform(rng) < s->probability ? 0 : keep;
        }
    }
}

double lu_descent_rolling(const lu_descent *d, size_t step)
{
    const double share = 0.01;
    double fresh = 1 / (double)step;

    return !d->fresh || fresh < share ? share : fresh;
}

static void update(lu_descent *d, double rate, const float *w, size_t n, bool decays)
{
    size_t at = (size_t)(w - d->plan->weights.block);
    double k = (double)d->steps;
    lu_step s = {.n = n,
                 .w = d->plan->weights.block + at,
                 .g = d->grad.block + at,
                 .m = d->m.block + at,
                 .v = d->v.block + at,
                 .rate = (float)rate,
                 .momentum = (float)d->momentum,
                 .decay = decays ? (float)d->decay : 0};

    if (d->optimiser == LU_SGD) {
        d->plan->kernels->sgd(&s);
        return;
    }
    s.rate = (float)(rate * sqrt(1 - pow(0.999, k)) / (1 - pow(0.9, k)));
    d->plan->kernels->adam(&s);
}

void lu_descent_step(lu_descent *d, double rate, size_t first)
{
    const lu_plan *plan = d->plan;

    d->steps++;
    for (size_t i = first; i < plan->net.n; i++) {
        const lu_section *s = &plan->net.section[i];
        const lu_section_params *p = &plan->weights.param[i];
        if (s->n_weights) {
            update(d, rate, p->biases, s->n_biases, false);
            update(d, rate, p->weights, s->n_weights, true);
        }
        if (s->batch_normalize) {
            update(d, rate, p->scales, s->n_biases, false);
        }
    }
    memset(d->grad.block, 0, d->grad.count * sizeof *d->grad.block);
}
