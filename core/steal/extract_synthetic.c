/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/steal/extract.h"
#include "core/steal/methods.h"

#include <math.h>

enum { ALPHA_MOST = 999 }; /* authors' code: a whole number from 1 to 999 for each class */

static void draw_image(lu_rng *rng, size_t size, float *image)
{
    for (size_t i = 0; i < size; i++) {
        image[i] = (float)lu_rng_uniform(rng);
    }
}

static void draw_target(lu_rng *rng, size_t classes, double *target)
{
    double sum = 0;

    for (size_t j = 0; j < classes; j++) {
        target[j] = lu_rng_gamma(rng, (double)(1 + lu_rng_below(rng, ALPHA_MOST)));
        sum += target[j];
    }
    for (size_t j = 0; j < classes; j++) {
        target[j] /= sum;
    }
}

/* Adam with fresh moments at step t (from 1): rate * 0.1 g / (sqrt(0.001) |g|). */
static float step_at(double rate, size_t t)
{
    double k = (double)t;

    return (float)(rate * sqrt(1 - pow(0.999, k)) / (1 - pow(0.9, k)) * 0.1 / sqrt(0.001));
}

typedef struct batch {
    lu_model *pupil;
    size_t n;
    float *x, *logits, *seed, *grad;
    double *target, *p;
} batch;

static void batch_fini(batch *b)
{
    free(b->logits);
    free(b->seed);
    free(b->grad);
    free(b->target);
    free(b->p);
}

static lu_err batch_init(lu_model *pupil, batch *b)
{
    *b = (batch){.pupil = pupil};
    LU_TRY(LU_NEW(b->logits, pupil->batch * pupil->classes));
    LU_TRY(LU_NEW(b->seed, pupil->batch * pupil->classes));
    LU_TRY(LU_NEW(b->target, pupil->batch * pupil->classes));
    LU_TRY(LU_NEW(b->grad, pupil->batch * lu_shape_size(pupil->input)));
    return LU_NEW(b->p, pupil->classes);
}

/* One step of the whole batch down the cross-entropy to its targets. */
static lu_err descend(batch *b, float step)
{
    size_t classes = b->pupil->classes, size = lu_shape_size(b->pupil->input);
    int layer = LU_LAYER_LOGITS;

    LU_TRY(lu_model_forward(b->pupil, b->x, b->n, 1, &layer, &b->logits));
    for (size_t i = 0; i < b->n; i++) {
        lu_probabilities(b->pupil->head, b->logits + i * classes, classes, b->p);
        for (size_t j = 0; j < classes; j++) {
            b->seed[i * classes + j] = (float)(b->p[j] - b->target[i * classes + j]);
        }
    }
    LU_TRY(lu_model_backward(b->pupil, layer, b->seed, b->grad));
    for (size_t i = 0; i < b->n * size; i++) {
        b->x[i] -= b->grad[i] > 0 ? step : b->grad[i] < 0 ? -step : 0;
    }
    return LU_OK;
}

static lu_err draw_batch(const lu_recipe *r, size_t round, size_t first, lu_rng *rng, batch *b)
{
    size_t size = lu_shape_size(b->pupil->input), classes = b->pupil->classes;

    for (size_t i = 0; i < b->n; i++) {
        LU_TRY(lu_rng_restart(rng, r->seed, "es-image", round << 32 | (first + i)));
        draw_image(rng, size, b->x + i * size);
        if (round > 1) {
            draw_target(rng, classes, b->target + i * classes);
        }
    }
    return LU_OK;
}

static lu_err all_batches(const lu_recipe *r, size_t round, size_t first, size_t n, float *out,
                          const lu_job *job, lu_rng *rng, batch *b)
{
    size_t size = lu_shape_size(b->pupil->input);

    for (size_t at = 0; at < n; at += b->n) {
        LU_TRY(lu_job_at(job, "new queries", (double)at, (double)n));
        b->n = n - at < b->pupil->batch ? n - at : b->pupil->batch;
        b->x = out + at * size;
        LU_TRY(draw_batch(r, round, first + at, rng, b));
        for (size_t t = 1; round > 1 && t <= r->ascents; t++) {
            LU_TRY(descend(b, step_at(r->step, t)));
        }
    }
    return LU_OK;
}

lu_err lu_synthetic_images(lu_model *pupil, const lu_recipe *r, size_t round, size_t first,
                           size_t n, float *out, const lu_job *job)
{
    lu_rng *rng = NULL;
    batch b;
    lu_err err = batch_init(pupil, &b);

    if (!err) {
        err = lu_rng_new(&rng, r->seed, "es-image", 0);
    }
    if (!err) {
        err = all_batches(r, round, first, n, out, job, rng, &b);
    }
    lu_rng_free(&rng);
    batch_fini(&b);
    return err;
}

static void preset(lu_recipe *r)
{
    r->rounds = 10;
    r->queries = 20000;
    r->step = 0.01;
    r->ascents = 30;
}

const lu_method lu_method_es = {
    "es",         "ESA",
    "extraction", LU_NEEDS_ANSWERS,
    true,         "train a pupil on the victim's answers to images made for the purpose",
    "",           preset};
