/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network going downhill: a plan in training, its gradients, and what the optimiser remembers.
 * libdarknet ignores Adam on the CPU and keeps momentum in its gradient buffers (spec engine 4).
 *
 *     lu_descent d = {.optimiser = LU_ADAM};
 *     LU_TRY(lu_descent_start(&d, net, weights, batch));
 *     ... lu_descent_masks(&d, rng, n); lu_plan_forward(d.plan, ...);
 *     lu_plan_backward(d.plan, layer, seed, NULL, &d.grad, first);
 *     lu_descent_step(&d, rate, first); lu_plan_repack(d.plan);
 */
#ifndef LU_NETS_ENGINE_DESCENT_H
#define LU_NETS_ENGINE_DESCENT_H

#include "nets/engine/engine.h"

typedef struct lu_descent {
    lu_optimiser optimiser;
    double momentum, decay;
    bool fresh;            /* the network did not start from a trained one */
    lu_plan *plan;         /* owned, as are the rest */
    lu_weights grad, m, v; /* v: Adam only */
    size_t steps;          /* taken */
} lu_descent;

/* The weights are copied. What is set of `d` before is kept; lu_descent_end() also after a failure.
 */
lu_err lu_descent_start(lu_descent *d, const lu_net *net, const lu_weights *weights, size_t batch);
void lu_descent_end(lu_descent *d);

/* Draws dropout's masks for n images. */
void lu_descent_masks(lu_descent *d, lu_rng *rng, size_t n);

/* The share of the batch's in the rolling statistics of batch-norm, for a forward before step
   number `step` (from 1): 1/step for a fresh network's first ones, then 0.01 (Darknet's momentum
   0.99), so that what short trainings leave is not what they began with. */
double lu_descent_rolling(const lu_descent *d, size_t step);

/*
 * Moves the parameters of sections >= first along d->grad, which it clears. Decay is for weights
 * alone. Counts the step. The plan is to be repacked then.
 *
 * Adam (b1 0.9, b2 0.999, eps 1e-7, Keras' defaults): m += .1(g-m), v += .001(g^2-v),
 * w -= rate*sqrt(1-b2^t)/(1-b1^t) * m/(sqrt(v)+eps). SGD: u = momentum*u - rate*g, w += u.
 */
void lu_descent_step(lu_descent *d, double rate, size_t first);

#endif
