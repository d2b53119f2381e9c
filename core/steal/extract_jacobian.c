/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/steal/extract.h"
#include "core/steal/methods.h"
#include "core/steal/pupil.h"

#include <string.h>

/* Of the gradient of log p_y: 1 at y, -p_j / (1 - p_y) elsewhere, scaled so that it does not vanish
   for a pupil that is sure (the sign of the image's gradient is all that is used). */
static void row_seed(const void *labels, size_t i, const double *p, size_t classes, float *seed)
{
    size_t label = (size_t)((const int32_t *)labels)[i];
    double others = 0;

    for (size_t j = 0; j < classes; j++) {
        others += j == label ? 0 : p[j];
    }
    for (size_t j = 0; j < classes; j++) {
        seed[j] = j == label ? 1 : others > 0 ? (float)(-p[j] / others) : 0;
    }
}

/* d(sum p)/dz_j = p_j - p_j sum p, in single precision as the authors' code has it. */
static void sum_seed(const void *nothing, size_t i, const double *p, size_t classes, float *seed)
{
    float sum = 0;

    (void)nothing;
    (void)i;
    for (size_t j = 0; j < classes; j++) {
        sum += (float)p[j];
    }
    for (size_t j = 0; j < classes; j++) {
        seed[j] = (float)p[j] - (float)p[j] * sum;
    }
}

static lu_err all_batches(lu_pupil *pupil, const lu_recipe *r, float lambda, const float *x,
                          const int32_t *labels, size_t n, float *out, const lu_job *job)
{
    size_t size = lu_shape_size(pupil->model->input), batch = pupil->model->batch;

    memcpy(out, x, n * size * sizeof *out);
    for (size_t at = 0; at < n; at += batch) {
        size_t count = n - at < batch ? n - at : batch;
        LU_TRY(lu_job_at(job, "new queries", (double)at, (double)n));
        LU_TRY(lu_pupil_gradient(pupil, out + at * size, count, r->as_coded ? sum_seed : row_seed,
                                 labels + at));
        lu_pupil_step(pupil, count, lambda, out + at * size);
    }
    return LU_OK;
}

lu_err lu_jacobian_images(lu_model *pupil, const lu_recipe *r, size_t round, const float *x,
                          const int32_t *labels, size_t n, float *out, const lu_job *job)
{
    float lambda = (float)(round / r->period % 2 ? -r->step : r->step);
    lu_pupil p;
    lu_err err = lu_pupil_init(pupil, &p);

    if (!err) {
        err = all_batches(&p, r, lambda, x, labels, n, out, job);
    }
    lu_pupil_fini(&p);
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
