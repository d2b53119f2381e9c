/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The six distances between victim and suspect (spec deepjudge 1; paper IV-B, authors' metrics.py).
 * All are distances: smaller is more similar. They are pure functions of both networks' answers to
 * the test cases. A metric is one row of lu_metrics[].
 */
#ifndef LU_CORE_SIMILARITY_METRICS_H
#define LU_CORE_SIMILARITY_METRICS_H

#include "core/model.h"
#include "core/similarity/whitebox.h"

/* name, access (0 black box, 1 white box), default alpha (paper V-B: 0.9 / 0.6), what it measures
 */
#define LU_METRIC_TABLE(X)                                                                         \
    X(ROBD, "RobD", 0, 0.9, "difference of the share of tests answered with the true label")       \
    X(JSD, "JSD", 0, 0.9, "mean Jensen-Shannon divergence of the output probabilities, in nats")   \
    X(NOD, "NOD", 1, 0.6, "mean distance of the tested neuron's output")                           \
    X(NAD, "NAD", 1, 0.6, "share of tests on which the tested neuron's activation state differs")  \
    X(LOD, "LOD", 1, 0.6, "mean Euclidean distance of the layer's outputs")                        \
    X(LAD, "LAD", 1, 0.6, "mean number of neurons of the layer whose activation state differs")

typedef enum lu_metric {
#define LU_METRIC_ENUM(id, name, white, alpha, help) LU_METRIC_##id,
    LU_METRIC_TABLE(LU_METRIC_ENUM)
#undef LU_METRIC_ENUM
        LU_METRIC_COUNT
} lu_metric;

typedef struct lu_metric_row {
    const char *name;
    bool white_box;
    double alpha;
    const char *help;
} lu_metric_row;

extern const lu_metric_row lu_metrics[LU_METRIC_COUNT];

/* A value that may not have been measured. */
typedef struct lu_value {
    bool known;
    double value;
} lu_value;

/* What one suspect scored against the victim. */
typedef struct lu_scores {
    lu_value rob_victim, rob_suspect; /* shares in [0,1] */
    lu_value metric[LU_METRIC_COUNT];
    lu_value nad_code; /* the authors' NAD: times the number of neuron positions (spec 1.5) */
    lu_value nnod;     /* normalised NOD (spec 1.8) */
    lu_value nnod_fixed, nnod_matched; /* neuron by neuron over all tests; neurons matched first
                                          (matching.h) */
    lu_value chance_p; /* of the right answers to the clean test samples (stats/chance.h) */
    size_t n_blackbox, n_whitebox; /* tests used */
    char reason[192];              /* why a metric is not measured; "" when all are */
} lu_scores;

/* Rob = share of the n tests whose largest class score is the true label. n >= 1. */
double lu_rob(const float *logits, const int32_t *labels, size_t n, size_t classes);

/* Mean JSD over n tests, natural logarithm, no epsilon; probabilities in double from the logits.
   Range [0, ln 2]. n >= 1. */
double lu_jsd(const float *victim, lu_head victim_head, const float *suspect, lu_head suspect_head,
              size_t n, size_t classes);

/*
 * Answers of one network to the tests of one layer: phi = tests x neurons (of the whole layer).
 * The white-box metrics over several layers are the mean over all (neuron, test) pairs of all
 * layers.
 */
typedef struct lu_layer_answers {
    const lu_whitebox *tests;
    const float *victim;  /* tests->tests.n x width */
    const float *suspect; /* the same size */
    size_t width;         /* neurons of the layer, N_l */
} lu_layer_answers;

/* NOD, NAD, NAD_code, LOD, LAD and NNOD into *out; theta = 0.5, min-max scaled with eps 1e-6
   (spec 1.5). Leaves them unknown when there is no test at all. n layers. */
void lu_whitebox_metrics(const lu_layer_answers *layers, size_t n, lu_scores *out);

/*
 * NNOD matrix (spec 1.8, authors' extensions.py): m[i*width + j] = mean over tests of
 * |v_i(x)/max v_i - s_j(x)/max s_j|, maxima over all tests, each network its own; width x width
 * doubles. A channel whose maximum is not positive is dead: its row (column) is NAN. n rows of
 * width neurons each.
 */
lu_err lu_nnod_matrix(const float *victim, const float *suspect, size_t n, size_t width, double *m);

#endif
