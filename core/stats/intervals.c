/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/stats/intervals.h"
#include "core/stats/student.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

static double lower(size_t k, size_t n, double a)
{
    return k == 0 ? 0 : gsl_cdf_beta_Pinv(a, (double)k, (double)(n - k + 1));
}

static double upper(size_t k, size_t n, double a)
{
    return k >= n ? 1 : gsl_cdf_beta_Qinv(a, (double)(k + 1), (double)(n - k));
}

lu_rate lu_rate_of(size_t k, size_t n, double confidence)
{
    double a = 1 - confidence;

    return (lu_rate){k, n, lower(k, n, a / 2), upper(k, n, a / 2), lower(k, n, a), upper(k, n, a)};
}

static double spread_of_new(double sd, size_t n)
{
    return sd * sqrt(1 + 1 / (double)n);
}

double lu_prediction_bound(double mean, double sd, size_t n, double confidence)
{
    return n < 2 ? NAN : mean - lu_student_quantile(confidence, n) * spread_of_new(sd, n);
}

double lu_predictive_p(double value, double mean, double sd, size_t n)
{
    if (n < 2 || !(sd > 0)) {
        return NAN;
    }
    return gsl_cdf_tdist_P((value - mean) / spread_of_new(sd, n), (double)(n - 1));
}

double lu_rank_p(double value, const double *negatives, size_t n)
{
    size_t known = 0, below = 0;

    for (size_t i = 0; i < n; i++) {
        known += !isnan(negatives[i]);
        below += negatives[i] <= value;
    }
    return (1 + (double)below) / ((double)known + 1);
}

/* P(T' <= x) of the noncentral t: the mean of Phi(x s - d) over s = sqrt(u/nu), u ~ chi-square(nu).
   Midpoints in s: its density 2 nu s f(nu s^2) has no pole, unlike that of u at nu = 1. */
static double noncentral_t(double x, double nu, double d)
{
    enum { STEPS = 500 };
    double step = sqrt(gsl_cdf_chisq_Qinv(1e-12, nu) / nu) / STEPS, sum = 0;

    for (int i = 0; i < STEPS; i++) {
        double s = (i + 0.5) * step;
        sum += gsl_cdf_ugaussian_P(x * s - d) * 2 * nu * s * gsl_ran_chisq_pdf(nu * s * s, nu);
    }
    return sum * step;
}

double lu_tolerance_factor(size_t n, double share, double confidence)
{
    double root = sqrt((double)n), d = gsl_cdf_ugaussian_Pinv(share) * root;
    double low = 0, high = 1;

    if (n < 2) {
        return NAN;
    }
    while (noncentral_t(high * root, (double)(n - 1), d) < confidence) {
        high *= 2;
    }
    for (int i = 0; i < 50; i++) {
        double middle = (low + high) / 2;
        *(noncentral_t(middle * root, (double)(n - 1), d) < confidence ? &low : &high) = middle;
    }
    return high;
}
