/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of metrics, and the two that need only class scores (spec 1.1, 1.2). */
#include "core/similarity/metrics.h"

#include <math.h>

const lu_metric_row lu_metrics[LU_METRIC_COUNT] = {
#define LU_METRIC_ROW(id, name, white, alpha, help) {name, white, alpha, help},
    LU_METRIC_TABLE(LU_METRIC_ROW)
#undef LU_METRIC_ROW
};

double lu_rob(const float *logits, const int32_t *labels, size_t n, size_t classes)
{
    size_t right = 0;

    for (size_t i = 0; i < n; i++) {
        right += (int64_t)lu_argmax(logits + i * classes, classes) == labels[i];
    }
    return (double)right / (double)n;
}

/* What turns class scores into probabilities one by one: no arrays needed. */
typedef struct scale {
    lu_head head;
    double top; /* softmax: the largest score */
    double sum; /* of what the scores become */
} scale;

static double raw(const scale *s, float z)
{
    return s->head == LU_HEAD_SOFTMAX ? exp((double)z - s->top) : 1.0 / (1.0 + exp(-(double)z));
}

static scale scale_of(lu_head head, const float *logits, size_t classes)
{
    scale s = {.head = head, .top = logits[lu_argmax(logits, classes)], .sum = 0};

    for (size_t j = 0; j < classes; j++) {
        s.sum += raw(&s, logits[j]);
    }
    return s;
}

/* p ln(p/q), 0 at p = 0 */
static double relative(double p, double q)
{
    return p > 0 ? p * log(p / q) : p * 0;
}

/* One test. Logistic outputs are divided by their sum first, as scipy's entropy does in the
   authors' code; softmax's already sum to 1. */
static double divergence(lu_head victim_head, const float *victim, lu_head suspect_head,
                         const float *suspect, size_t classes)
{
    scale v = scale_of(victim_head, victim, classes);
    scale s = scale_of(suspect_head, suspect, classes);
    double sum = 0;

    for (size_t j = 0; j < classes; j++) {
        double p = raw(&v, victim[j]) / v.sum;
        double q = raw(&s, suspect[j]) / s.sum;
        double mean = (p + q) / 2;

        sum += relative(p, mean) + relative(q, mean);
    }
    return sum / 2;
}

double lu_jsd(const float *victim, lu_head victim_head, const float *suspect, lu_head suspect_head,
              size_t n, size_t classes)
{
    double sum = 0;
    double mean;

    for (size_t i = 0; i < n; i++) {
        sum += divergence(victim_head, victim + i * classes, suspect_head, suspect + i * classes,
                          classes);
    }
    mean = sum / (double)n;
    return mean < 0 ? 0 : mean > M_LN2 ? M_LN2 : mean; /* rounding; NAN stays NAN */
}
