/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch-norm in inference is a scale and a shift of each output channel (spec engine 2). */
#include "nets/format/format.h"

#include <math.h>
#include <string.h>

static const double EPSILON = 1e-6; /* Darknet: divides by sqrt(variance) + 1e-6 */

static bool scale_row(const float *from, size_t n, double factor, float *to)
{
    bool finite = true;

    for (size_t i = 0; i < n; i++) {
        to[i] = (float)(from[i] * factor);
        finite = finite && isfinite(to[i]);
    }
    return finite;
}

static lu_err fold_section(const lu_section *s, size_t number, const lu_section_params *from,
                           lu_section_params *to)
{
    size_t row = s->n_weights / s->n_biases;

    for (size_t i = 0; i < s->n_biases; i++) {
        double factor = from->scales[i] / (sqrt(from->variance[i]) + EPSILON);
        bool finite = scale_row(from->weights + i * row, row, factor, to->weights + i * row);

        to->biases[i] = (float)(from->biases[i] - from->mean[i] * factor);
        if (!finite || !isfinite(to->biases[i])) {
            return lu_fail(LU_ERR_INPUT,
                           "batch-norm of channel %zu of section %zu [%s] overflows when folded", i,
                           number, lu_section_name(s->type));
        }
    }
    return LU_OK;
}

static void copy_section(const lu_section *s, const lu_section_params *from, lu_section_params *to)
{
    if (s->n_biases > 0) {
        memcpy(to->biases, from->biases, s->n_biases * sizeof(float));
        memcpy(to->weights, from->weights, s->n_weights * sizeof(float));
    }
}

static lu_err fold_all(const lu_net *net, const lu_weights *from, lu_weights *to)
{
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        if (s->batch_normalize) {
            LU_TRY(fold_section(s, i, &from->param[i], &to->param[i]));
        } else {
            copy_section(s, &from->param[i], &to->param[i]);
        }
    }
    return LU_OK;
}

lu_err lu_weights_fold(lu_net *net, lu_weights *w)
{
    lu_weights folded;
    lu_err err;

    LU_TRY(lu_weights_layout(net, true, &folded));
    err = fold_all(net, w, &folded);
    if (err != LU_OK) {
        lu_weights_fini(&folded);
        return err;
    }
    folded.seen = w->seen;
    lu_weights_fini(w);
    *w = folded;
    for (size_t i = 0; i < net->n; i++) {
        net->section[i].batch_normalize = false;
    }
    net->parameters = w->count;
    return LU_OK;
}
