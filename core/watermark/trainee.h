/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network in training, as the embedding sees it. In lineup-engine the host is the fast plan and
 * encoder and discriminator are trainable stacks; the tests have networks of three numbers.
 *
 *     lu_trainee_forward(t, x, n, true, out);
 *     lu_trainee_backward(t, seed, true, NULL);   // adds to the parameters' gradients
 *     lu_trainee_step(t, rate);                   // moves the parameters, clears the gradients
 */
#ifndef LU_CORE_WATERMARK_TRAINEE_H
#define LU_CORE_WATERMARK_TRAINEE_H

#include "core/sample.h"
#include "core/base/mem.h"

typedef struct lu_trainee lu_trainee;

typedef struct lu_trainee_ops {
    lu_err (*forward)(lu_trainee *t, const float *x, size_t n, bool training, float *out);
    lu_err (*backward)(lu_trainee *t, const float *seed, bool learn, float *grad);
    lu_err (*step)(lu_trainee *t, double rate);
    lu_err (*save)(lu_trainee *t, lu_buf *out);
    lu_err (*load)(lu_trainee *t, const uint8_t *data, size_t len);
    void (*close)(lu_trainee *t); /* frees t itself too */
} lu_trainee_ops;

/* Implementations embed this as their first member. */
struct lu_trainee {
    const lu_trainee_ops *ops;
    lu_shape input; /* of one sample: n x H x W x C */
    size_t outputs; /* floats of one answer; an image is H x W x C */
    size_t batch;   /* most samples at once */
};

/* out: n x outputs. `training`: batch statistics and dropout, else as in use. */
static inline lu_err lu_trainee_forward(lu_trainee *t, const float *x, size_t n, bool training,
                                        float *out)
{
    return t->ops->forward(t, x, n, training, out);
}

/* seed: dL/dout of the last forward. grad (n x input) gets dL/dx, or is NULL. Only with `learn` do
   the gradients of the parameters add up. */
static inline lu_err lu_trainee_backward(lu_trainee *t, const float *seed, bool learn, float *grad)
{
    return t->ops->backward(t, seed, learn, grad);
}

static inline lu_err lu_trainee_step(lu_trainee *t, double rate)
{
    return t->ops->step(t, rate);
}

/* Parameters and all the optimiser remembers: after a load training goes on as if it had never
   stopped. */
static inline lu_err lu_trainee_save(lu_trainee *t, lu_buf *out)
{
    return t->ops->save(t, out);
}

/* LU_ERR_INPUT when the bytes are not what this network saves. */
static inline lu_err lu_trainee_load(lu_trainee *t, const uint8_t *data, size_t len)
{
    return t->ops->load(t, data, len);
}

static inline void lu_trainee_free(lu_trainee **t)
{
    if (*t != NULL) {
        (*t)->ops->close(*t);
        *t = NULL;
    }
}

#endif
