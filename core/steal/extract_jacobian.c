/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/mem.h"
#include "core/steal/extract.h"
#include "core/steal/methods.h"

/* Seed at the logits of the gradient of log p_y: 1 at y, -p_j / (1 - p_y) elsewhere, scaled so that
   it does not vanish for a pupil that is sure (the sign of the image's gradient is all that is
   used). */
static void row_seed(const double *p, size_t classes, size_t label, float *seed)
{
    double others = 0;

    for (size_t j = 0; j < classes; j++) {
        others += j == label ? 0 : p[j];
    }
    for (size_t j = 0; j < classes; j++) {
        seed[j] = j == label ? 1 : others > 0 ? (float)(-p[j] / others) : 0;
    }
}

/* d(sum p)/dz_j = p_j - p_j sum p, in single precision as the authors' code has it. */
static void sum_seed(const double *p, size_t classes, float *seed)
{
    float sum = 0;

    for (size_t j = 0; j < classes; j++) {
        sum += (float)p[j];
    }
    for (size_t j = 0; j < classes; j++) {
        seed[j] = (float)p[j] - (float)p[j] * sum;
    }
}

/* The scratch of one batch. */
typedef struct scratch {
    float *logits, *seed, *grad;
    double *p;
} scratch;

static lu_err scratch_init(const lu_model *m, scratch *s)
{
    *s = (scratch){0};
    LU_TRY(LU_NEW(s->logits, m->batch * m->classes));
    LU_TRY(LU_NEW(s->seed, m->batch * m->classes));
    LU_TRY(LU_NEW(s->grad, m->batch * lu_shape_size(m->input)));
    return LU_NEW(s->p, m->classes);
}

static void scratch_fini(scratch *s)
{
    free(s->logits);
    free(s->seed);
    free(s->grad);
    free(s->p);
}

static lu_err batch_gradient(lu_model *m, const lu_recipe *r, const float *x, const int32_t *labels,
                             size_t n, scratch *s)
{
    int layer = LU_LAYER_LOGITS;

    LU_TRY(lu_model_forward(m, x, n, 1, &layer, &s->logits));
    for (size_t b = 0; b < n; b++) {
        lu_probabilities(m->head, s->logits + b * m->classes, m->classes, s->p);
        if (r->as_coded) {
            sum_seed(s->p, m->classes, s->seed + b * m->classes);
        } else {
            row_seed(s->p, m->classes, (size_t)labels[b], s->seed + b * m->classes);
        }
    }
    return lu_model_backward(m, layer, s->seed, s->grad);
}

static float sign(float v)
{
    return v > 0 ? 1.0f : v < 0 ? -1.0f : 0.0f;
}

static lu_err all_batches(lu_model *m, const lu_recipe *r, float lambda, const float *x,
                          const int32_t *labels, size_t n, float *out, const lu_job *job,
                          scratch *s)
{
    size_t size = lu_shape_size(m->input);

    for (size_t at = 0; at < n; at += m->batch) {
        size_t count = n - at < m->batch ? n - at : m->batch;
        LU_TRY(lu_job_at(job, "new queries", (double)at, (double)n));
        LU_TRY(batch_gradient(m, r, x + at * size, labels + at, count, s));
        for (size_t i = 0; i < count * size; i++) {
            out[at * size + i] = x[at * size + i] + lambda * sign(s->grad[i]);
        }
    }
    return LU_OK;
}

lu_err lu_jacobian_images(lu_model *pupil, const lu_recipe *r, size_t round, const float *x,
                          const int32_t *labels, size_t n, float *out, const lu_job *job)
{
    float lambda = (float)(round / r->period % 2 ? -r->step : r->step);
    scratch s;
    lu_err err = scratch_init(pupil, &s);

    if (!err) {
        err = all_batches(pupil, r, lambda, x, labels, n, out, job, &s);
    }
    scratch_fini(&s);
    return err;
}

static void preset(lu_recipe *r)
{
    r->rounds = 6;
    r->queries = 150;
    r->step = 0.01;
    r->period = 2;
}

const lu_method lu_method_jba = {
    "jba",        "JBA",
    "extraction", LU_NEEDS_ANSWERS,
    true,         "train a pupil on the victim's answers to a few samples and steps from them",
    "",           preset};
