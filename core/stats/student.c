/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/stats/student.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double lu_student_quantile(double confidence, size_t n)
{
    if (n < 2 || !(confidence > 0 && confidence < 1)) {
        return NAN;
    }
    return gsl_cdf_tdist_Pinv(confidence, (double)(n - 1));
}

void lu_moments_add(lu_moments *m, double value)
{
    double before = value - m->mean;

    m->n++;
    m->mean += before / (double)m->n;
    m->m2 += before * (value - m->mean);
}

double lu_moments_sd(const lu_moments *m)
{
    return m->n < 2 ? NAN : sqrt(m->m2 / (double)(m->n - 1));
}

void lu_mean_sd(const double *values, size_t n, double *mean, double *sd)
{
    lu_moments m = {0};

    for (size_t i = 0; i < n; i++) {
        lu_moments_add(&m, values[i]);
    }
    *mean = n ? m.mean : NAN;
    *sd = lu_moments_sd(&m);
}
