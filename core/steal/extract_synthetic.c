/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/steal/extract.h"
#include "core/steal/methods.h"
#include "core/steal/pupil.h"

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

/* Of the cross-entropy from the images' targets. */
static void target_seed(const void *targets, size_t i, const double *p, size_t classes, float *seed)
{
    const double *target = (const double *)targets + i * classes;

    for (size_t j = 0; j < classes; j++) {
        seed[j] = (float)(p[j] - target[j]);
    }
}

static lu_err draw_batch(const lu_model *m, const lu_recipe *r, size_t round, size_t first,
                         size_t n, lu_rng *rng, float *x, double *targets)
{
    size_t size = lu_shape_size(m->input);

    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_rng_restart(rng, r->seed, "es-image", round << 32 | (first + i)));
        draw_image(rng, size, x + i * size);
        if (round > 1) {
            draw_target(rng, m->classes, targets + i * m->classes);
        }
    }
    return LU_OK;
}

static lu_err all_batches(lu_pupil *pupil, const lu_recipe *r, size_t round, size_t first, size_t n,
                          float *out, const lu_job *job, lu_rng *rng, double *targets)
{
    size_t size = lu_shape_size(pupil->model->input), batch = pupil->model->batch;

    for (size_t at = 0; at < n; at += batch) {
        size_t count = n - at < batch ? n - at : batch;
        float *x = out + at * size;
        LU_TRY(lu_job_at(job, "new queries", (double)at, (double)n));
        LU_TRY(draw_batch(pupil->model, r, round, first + at, count, rng, x, targets));
        for (size_t t = 1; round > 1 && t <= r->ascents; t++) {
            LU_TRY(lu_pupil_gradient(pupil, x, count, target_seed, targets));
            lu_pupil_step(pupil, count, -step_at(r->step, t), x);
        }
    }
    return LU_OK;
}

lu_err lu_synthetic_images(lu_model *pupil, const lu_recipe *r, size_t round, size_t first,
                           size_t n, float *out, const lu_job *job)
{
    double *targets = NULL;
    lu_rng *rng = NULL;
    lu_pupil p;
    lu_err err = lu_pupil_init(pupil, &p);

    if (!err) {
        err = LU_NEW(targets, pupil->batch * pupil->classes);
    }
    if (!err) {
        err = lu_rng_new(&rng, r->seed, "es-image", 0);
    }
    if (!err) {
        err = all_batches(&p, r, round, first, n, out, job, rng, targets);
    }
    lu_rng_free(&rng);
    free(targets);
    lu_pupil_fini(&p);
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
