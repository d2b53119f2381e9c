/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distances of a result, as charts and the report want them; what the journal tells of it. */
#include "sessions/result.h"

#include <math.h>
#include <stdio.h>

double lu_result_value(const lu_model_result *m, lu_metric metric)
{
    const lu_value *v = &m->scores.metric[metric];

    return v->known && isfinite(v->value) ? v->value : NAN;
}

size_t lu_result_distances(const lu_result *r, lu_role role, const lu_model_result *without,
                           lu_metric metric, double *out)
{
    size_t n = 0;

    for (size_t i = 0; i < r->models; i++) {
        const lu_model_result *m = &r->model[i];
        double d = lu_result_value(m, metric);

        if (m->role == role && m != without && !isnan(d)) {
            out[n++] = d;
        }
    }
    return n;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

double lu_result_median(const lu_result *r, const lu_model_result *without, lu_metric metric)
{
    double *d = lu_zalloc(r->models, sizeof *d);
    double median = NAN;
    size_t n;

    if (d == NULL) {
        return NAN;
    }
    n = lu_result_distances(r, LU_ROLE_NEGATIVE, without, metric, d);
    if (n > 0) {
        qsort(d, n, sizeof *d, by_size);
        median = (d[(n - 1) / 2] + d[n / 2]) / 2;
    }
    free(d);
    return median;
}

void lu_result_protocol(const lu_case *c, lu_result *r)
{
    r->protocol.known = true;
    r->protocol.sealed = c->sealed;
    r->protocol.sha256 = c->sealed ? c->protocol : (lu_sha256){""};
    snprintf(r->protocol.at, sizeof r->protocol.at, "%s", c->sealed ? c->sealed_at : "");
    for (size_t i = 0; i < r->models; i++) {
        const lu_item *item = lu_case_find(c, r->model[i].name);
        lu_exposure e = item ? lu_case_exposure(c, item) : (lu_exposure){0};
        r->model[i].early = e.early;
        r->model[i].exploratory = e.exploratory;
    }
}
