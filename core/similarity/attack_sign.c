/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FGSM (Goodfellow et al. 2015) and PGD (Madry et al. 2018) as the authors run them: a noisy start,
 * then steps along the sign of the gradient of the cross-entropy (spec 3.2, 3.3).
 */
#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/glimpse.h"
#include "core/similarity/attacks.h"

#include <math.h>

/* spec 3.1: the authors' PGD step since April 2022. */
#define STEP_2022 0.03

typedef struct rule {
    float step;
    size_t iterations;
    bool project; /* onto the ball of radius ep */
    float ep, low, high;
} rule;

typedef struct scratch {
    float *logits; /* n x classes */
    float *seed;   /* n x classes */
    float *grad;   /* n x size */
} scratch;

static inline float clamp(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

/*
 * Softmax: dCE/dz = p - y, and 1 - p_y is the sum S of the other probabilities, the largest
 * magnitude. Divided by S, class j gets its share among the others and the true class -1: p_y and
 * its rounding to 1 cancel.
 */
static void softmax_seed(const float *logits, size_t classes, size_t label, float *seed)
{
    double top = -INFINITY;
    double sum = 0;

    for (size_t j = 0; j < classes; j++) {
        if (j != label && logits[j] > top) {
            top = logits[j];
        }
    }
    for (size_t j = 0; j < classes; j++) {
        sum += j != label ? exp((double)logits[j] - top) : 0;
    }
    for (size_t j = 0; j < classes; j++) {
        seed[j] = (float)(j != label ? exp((double)logits[j] - top) / sum : -1.0);
    }
}

/* ln(1/(1 + e^-z)) without overflow */
static double log_logistic(double z)
{
    return z < 0 ? z - log1p(exp(z)) : -log1p(exp(-z));
}

/* Logistic: dCE/dz_j = p_j of the others, -(1 - p_y) of the true class, divided by the largest. */
static void logistic_seed(const float *logits, size_t classes, size_t label, float *seed)
{
    double top = log_logistic(-(double)logits[label]);

    for (size_t j = 0; j < classes; j++) {
        double size = log_logistic(logits[j]);

        if (j != label && size > top) {
            top = size;
        }
    }
    for (size_t j = 0; j < classes; j++) {
        seed[j] = (float)(j != label ? exp(log_logistic(logits[j]) - top)
                                     : -exp(log_logistic(-(double)logits[j]) - top));
    }
}

void lu_cross_entropy_seed(lu_head head, const float *logits, size_t classes, int32_t label,
                           float *seed)
{
    if (head == LU_HEAD_SOFTMAX) {
        softmax_seed(logits, classes, (size_t)label, seed);
    } else {
        logistic_seed(logits, classes, (size_t)label, seed);
    }
}

static lu_err start(const lu_blackbox_params *p, const lu_attack_batch *b, size_t size)
{
    const float low = (float)p->low;
    const float high = (float)p->high;
    lu_rng *rng;
    lu_err err = LU_OK;

    LU_TRY(lu_rng_new(&rng, b->seed, "attack-start", 0));
    for (size_t i = 0; i < b->n && !err; i++) {
        const float *from = b->x0 + i * size;
        float *x = b->x + i * size;

        err = lu_rng_restart(rng, b->seed, "attack-start", b->stream[i]);
        for (size_t k = 0; k < size; k++) {
            double noise = p->random_start ? lu_rng_between(rng, -p->ep, p->ep) : 0;

            x[k] = clamp((float)(from[k] + noise), low, high);
        }
        b->moved[i] = false;
    }
    lu_rng_free(&rng);
    return err;
}

/* One image, one step; tells whether any pixel changed. */
static bool climb(const rule *r, const float *restrict from, const float *restrict grad,
                  size_t size, float *restrict x)
{
    int changed = 0;

    for (size_t k = 0; k < size; k++) {
        float sign = (float)((grad[k] > 0) - (grad[k] < 0));
        float next = x[k] + r->step * sign;

        if (r->project) {
            next = clamp(next, from[k] - r->ep, from[k] + r->ep);
        }
        next = clamp(next, r->low, r->high);
        changed |= next != x[k];
        x[k] = next;
    }
    return changed;
}

/* -ln of the true label's probability; of logistic outputs, summed over all classes. */
static double cross_entropy(lu_head head, const float *z, size_t classes, size_t label)
{
    double top = z[lu_argmax(z, classes)];
    double sum = 0;

    for (size_t j = 0; j < classes; j++) {
        sum += head == LU_HEAD_SOFTMAX ? exp(z[j] - top)
                                       : -log_logistic(j == label ? (double)z[j] : -(double)z[j]);
    }
    return head == LU_HEAD_SOFTMAX ? log(sum) + top - z[label] : sum;
}

/* The batch's first image before step t, and the mean loss. */
static void look(const lu_model *victim, const rule *r, const lu_attack_batch *b, const scratch *s,
                 size_t t, const lu_job *job)
{
    size_t classes = victim->classes;
    double loss = 0;

    for (size_t i = 0; i < b->n; i++) {
        loss += cross_entropy(victim->head, s->logits + i * classes, classes, (size_t)b->labels[i]);
    }
    lu_job_look(job, &(lu_glimpse){.step = t,
                                   .steps = r->iterations,
                                   .loss = loss / (double)b->n,
                                   .image = b->x,
                                   .start = b->x0});
}

static lu_err iterate(lu_model *victim, const rule *r, const lu_attack_batch *b, const scratch *s,
                      size_t t, const lu_job *job)
{
    const int logits = LU_LAYER_LOGITS;
    size_t size = lu_shape_size(victim->input);
    size_t classes = victim->classes;

    LU_TRY(lu_model_forward(victim, b->x, b->n, 1, &logits, &s->logits));
    if (lu_job_due(job)) {
        look(victim, r, b, s, t, job);
    }
    for (size_t i = 0; i < b->n; i++) {
        lu_cross_entropy_seed(victim->head, s->logits + i * classes, classes, b->labels[i],
                              s->seed + i * classes);
    }
    LU_TRY(lu_model_backward(victim, LU_LAYER_LOGITS, s->seed, s->grad));
    for (size_t i = 0; i < b->n; i++) {
        if (climb(r, b->x0 + i * size, s->grad + i * size, size, b->x + i * size)) {
            b->moved[i] = true;
        }
    }
    return LU_OK;
}

static lu_err attack(lu_model *victim, const rule *r, const lu_attack_batch *b, scratch *s,
                     const lu_job *job)
{
    LU_TRY(LU_NEW(s->logits, b->n * victim->classes));
    LU_TRY(LU_NEW(s->seed, b->n * victim->classes));
    LU_TRY(LU_NEW(s->grad, b->n * lu_shape_size(victim->input)));
    for (size_t t = 0; t < r->iterations; t++) {
        LU_TRY(lu_job_at(job, "attack", (double)t, (double)r->iterations));
        LU_TRY(iterate(victim, r, b, s, t, job));
    }
    return LU_OK;
}

static lu_err run(lu_model *victim, const rule *r, const lu_blackbox_params *p,
                  const lu_attack_batch *b, const lu_job *job)
{
    scratch s = {0};
    lu_err err;

    LU_TRY(start(p, b, lu_shape_size(victim->input)));
    err = attack(victim, r, b, &s, job);
    free(s.logits);
    free(s.seed);
    free(s.grad);
    return err;
}

lu_err lu_attack_fgsm(lu_model *victim, const lu_blackbox_params *p, const lu_attack_batch *b,
                      const lu_job *job)
{
    rule r = {.step = (float)p->ep,
              .iterations = 1,
              .project = false,
              .low = (float)p->low,
              .high = (float)p->high};

    return run(victim, &r, p, b, job);
}

lu_err lu_attack_pgd(lu_model *victim, const lu_blackbox_params *p, const lu_attack_batch *b,
                     const lu_job *job)
{
    double even = p->ep / (double)p->iterations;
    rule r = {.step = (float)(p->mode == LU_PGD_CODE_2022 ? STEP_2022 : even),
              .iterations = p->iterations,
              .project = p->mode == LU_PGD_PAPER,
              .ep = (float)p->ep,
              .low = (float)p->low,
              .high = (float)p->high};

    return run(victim, &r, p, b, job);
}
