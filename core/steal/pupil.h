/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pupil's own gradients at images, from which extraction chooses what to ask next. */
#ifndef LU_CORE_STEAL_PUPIL_H
#define LU_CORE_STEAL_PUPIL_H

#include "core/model.h"

/* The gradient at the logits that is to be led back to image i; p: its probabilities; both of
   `classes` values. */
typedef void (*lu_pupil_seed)(const void *context, size_t i, const double *p, size_t classes,
                              float *seed);

typedef struct lu_pupil {
    lu_model *model;      /* borrowed */
    float *logits, *seed; /* batch x classes */
    float *grad;          /* batch x H x W x C */
    double *p;            /* classes */
} lu_pupil;

lu_err lu_pupil_init(lu_model *model, lu_pupil *out);
void lu_pupil_fini(lu_pupil *p); /* after a failed init too */

/* The images' gradients into p->grad; x: n <= batch images. */
lu_err lu_pupil_gradient(lu_pupil *p, const float *x, size_t n, lu_pupil_seed seed,
                         const void *context);

/* x[i] += size * sign(p->grad[i]) for n images. */
void lu_pupil_step(const lu_pupil *p, size_t n, float size, float *x);

#endif
