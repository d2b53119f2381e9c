/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics over neuron outputs (spec 1.3-1.8). A row is one network's answer to one test. */
#include "core/base/mem.h"
#include "core/similarity/metrics.h"

#include <math.h>
#include <stdio.h>

/* spec 1.5, authors' metrics.py */
#define THETA 0.5
#define SCALE_EPS 1e-6

/* Sums over (neuron, test) pairs. */
typedef struct sums {
    double nod, nad, lod, lad, nnod;
    size_t tests;
    size_t nnod_tests; /* of neurons that are alive in both networks */
    size_t positions;  /* keys of the authors' dictionary, empty ones too */
} sums;

/* min and max - min + eps of a row */
typedef struct range {
    double low, span;
} range;

static range range_of(const float *phi, size_t width)
{
    double low = phi[0];
    double high = phi[0];

    for (size_t c = 1; c < width; c++) {
        low = phi[c] < low ? phi[c] : low;
        high = phi[c] > high ? phi[c] : high;
    }
    return (range){low, high - low + SCALE_EPS};
}

static bool active(range r, float phi)
{
    return (phi - r.low) / r.span > THETA;
}

static void add_test(const float *victim, const float *suspect, size_t width, size_t neuron,
                     sums *s)
{
    range v = range_of(victim, width);
    range u = range_of(suspect, width);
    double squares = 0;
    size_t differ = 0;

    for (size_t c = 0; c < width; c++) {
        double step = (double)victim[c] - suspect[c];

        squares += step * step;
        differ += active(v, victim[c]) != active(u, suspect[c]);
    }
    s->nod += fabs((double)victim[neuron] - suspect[neuron]);
    s->nad += active(v, victim[neuron]) != active(u, suspect[neuron]);
    s->lod += sqrt(squares);
    s->lad += (double)differ;
    s->tests++;
}

/* The largest of n values `width` apart. */
static double column_max(const float *phi, size_t n, size_t width)
{
    double top = -INFINITY;

    for (size_t i = 0; i < n; i++) {
        top = phi[i * width] > top ? phi[i * width] : top;
    }
    return top;
}

static double scaled_distance(const float *a, double top_a, const float *b, double top_b, size_t n,
                              size_t width)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += fabs(a[i * width] / top_a - b[i * width] / top_b);
    }
    return sum;
}

/* NNOD of one neuron's tests; a neuron whose maximum is not positive would be divided by it. */
static void add_normalised(const float *victim, const float *suspect, size_t n, size_t width,
                           sums *s)
{
    double v = column_max(victim, n, width);
    double u = column_max(suspect, n, width);

    if (v > 0 && u > 0) {
        s->nnod += scaled_distance(victim, v, suspect, u, n, width);
        s->nnod_tests += n;
    }
}

static void add_layer(const lu_layer_answers *a, sums *s)
{
    const lu_whitebox *t = a->tests;

    for (size_t i = 0; i < t->neurons; i++) {
        size_t neuron = (size_t)t->neuron[i];
        size_t first = t->start[i];
        size_t n = t->start[i + 1] - first;

        for (size_t x = first; x < first + n; x++) {
            add_test(a->victim + x * a->width, a->suspect + x * a->width, a->width, neuron, s);
        }
        add_normalised(a->victim + first * a->width + neuron,
                       a->suspect + first * a->width + neuron, n, a->width, s);
    }
    s->positions += t->neurons;
}

static lu_value mean_of(double sum, size_t n)
{
    return n ? (lu_value){true, sum / (double)n} : (lu_value){false, 0};
}

void lu_whitebox_metrics(const lu_layer_answers *layers, size_t n, lu_scores *out)
{
    sums s = {0};

    for (size_t i = 0; i < n; i++) {
        add_layer(&layers[i], &s);
    }
    out->n_whitebox = s.tests;
    out->metric[LU_METRIC_NOD] = mean_of(s.nod, s.tests);
    out->metric[LU_METRIC_NAD] = mean_of(s.nad, s.tests);
    out->metric[LU_METRIC_LOD] = mean_of(s.lod, s.tests);
    out->metric[LU_METRIC_LAD] = mean_of(s.lad, s.tests);
    out->nad_code = mean_of(s.nad * (double)s.positions, s.tests);
    out->nnod = mean_of(s.nnod, s.nnod_tests);
    if (s.tests == 0 && out->reason[0] == '\0') {
        snprintf(out->reason, sizeof out->reason, "there are no white-box tests");
    }
}

static void column_scales(const float *phi, size_t n, size_t width, double *scale)
{
    for (size_t c = 0; c < width; c++) {
        double top = column_max(phi + c, n, width);

        scale[c] = top > 0 ? top : NAN;
    }
}

static void add_outer(const float *victim, const double *v, const float *suspect, const double *u,
                      size_t width, double *m)
{
    for (size_t i = 0; i < width; i++) {
        double a = victim[i] / v[i];
        double *row = m + i * width;

        for (size_t j = 0; j < width; j++) {
            row[j] += fabs(a - suspect[j] / u[j]);
        }
    }
}

lu_err lu_nnod_matrix(const float *victim, const float *suspect, size_t n, size_t width, double *m)
{
    double *scale;

    LU_TRY(LU_NEW(scale, width * 2));
    column_scales(victim, n, width, scale);
    column_scales(suspect, n, width, scale + width);
    for (size_t k = 0; k < width * width; k++) {
        m[k] = 0;
    }
    for (size_t x = 0; x < n; x++) {
        add_outer(victim + x * width, scale, suspect + x * width, scale + width, width, m);
    }
    for (size_t k = 0; k < width * width; k++) {
        m[k] /= (double)n;
    }
    free(scale);
    return LU_OK;
}
