/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/steal/pupil.h"

#include "core/base/mem.h"

lu_err lu_pupil_init(lu_model *model, lu_pupil *out)
{
    *out = (lu_pupil){.model = model};
    LU_TRY(LU_NEW(out->logits, model->batch * model->classes));
    LU_TRY(LU_NEW(out->seed, model->batch * model->classes));
    LU_TRY(LU_NEW(out->grad, model->batch * lu_shape_size(model->input)));
    return LU_NEW(out->p, model->classes);
}

void lu_pupil_fini(lu_pupil *p)
{
    free(p->logits);
    free(p->seed);
    free(p->grad);
    free(p->p);
}

lu_err lu_pupil_gradient(lu_pupil *p, const float *x, size_t n, lu_pupil_seed seed,
                         const void *context)
{
    size_t classes = p->model->classes;
    int layer = LU_LAYER_LOGITS;

    LU_TRY(lu_model_forward(p->model, x, n, 1, &layer, &p->logits));
    for (size_t i = 0; i < n; i++) {
        lu_probabilities(p->model->head, p->logits + i * classes, classes, p->p);
        seed(context, i, p->p, classes, p->seed + i * classes);
    }
    return lu_model_backward(p->model, layer, p->seed, p->grad);
}

void lu_pupil_step(const lu_pupil *p, size_t n, float size, float *x)
{
    for (size_t i = 0; i < n * lu_shape_size(p->model->input); i++) {
        x[i] += p->grad[i] > 0 ? size : p->grad[i] < 0 ? -size : 0;
    }
}
