/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/roc.h"

#include <math.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The values that are numbers, in rising order; *kept of them. */
static lu_err sorted(const double *values, size_t n, double **out, size_t *kept)
{
    LU_TRY(LU_NEW(*out, n));
    *kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(values[i])) {
            (*out)[(*kept)++] = values[i];
        }
    }
    qsort(*out, *kept, sizeof **out, by_value);
    return LU_OK;
}

static size_t count_up_to(const double *values, size_t n, size_t from, double limit)
{
    while (from < n && values[from] <= limit) {
        from++;
    }
    return from;
}

/* One point for each value that occurs; equal values in both lists give one slanted step. */
static void walk(const double *copies, const double *negatives, lu_roc *roc)
{
    size_t a = 0;
    size_t b = 0;
    size_t at = 1;

    roc->auc = 0;
    while (a < roc->copies || b < roc->negatives) {
        double limit = a == roc->copies                                  ? negatives[b]
                       : b == roc->negatives || copies[a] < negatives[b] ? copies[a]
                                                                         : negatives[b];

        a = count_up_to(copies, roc->copies, a, limit);
        b = count_up_to(negatives, roc->negatives, b, limit);
        roc->tpr[at] = (double)a / (double)roc->copies;
        roc->fpr[at] = (double)b / (double)roc->negatives;
        roc->auc += (roc->fpr[at] - roc->fpr[at - 1]) * (roc->tpr[at] + roc->tpr[at - 1]) / 2;
        at++;
    }
    roc->points = at;
}

static lu_err build(const double *copies, const double *negatives, double tau, lu_roc *roc)
{
    if (roc->copies == 0 || roc->negatives == 0) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(roc->fpr, roc->copies + roc->negatives + 1));
    LU_TRY(LU_NEW(roc->tpr, roc->copies + roc->negatives + 1));
    walk(copies, negatives, roc);
    if (!isnan(tau)) {
        roc->tau_tpr = (double)count_up_to(copies, roc->copies, 0, tau) / (double)roc->copies;
        roc->tau_fpr =
            (double)count_up_to(negatives, roc->negatives, 0, tau) / (double)roc->negatives;
    }
    return LU_OK;
}

lu_err lu_roc_of(const double *copies, size_t n_copies, const double *negatives, size_t n_negatives,
                 double tau, lu_roc *out)
{
    double *a = NULL;
    double *b = NULL;
    lu_err err;

    *out = (lu_roc){.auc = NAN, .tau_fpr = NAN, .tau_tpr = NAN};
    err = sorted(copies, n_copies, &a, &out->copies);
    if (!err) {
        err = sorted(negatives, n_negatives, &b, &out->negatives);
    }
    if (!err) {
        err = build(a, b, tau, out);
    }
    free(a);
    free(b);
    if (err) {
        lu_roc_fini(out);
    }
    return err;
}

void lu_roc_fini(lu_roc *roc)
{
    free(roc->fpr);
    free(roc->tpr);
    *roc = (lu_roc){0};
}
