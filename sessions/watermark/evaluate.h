/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lineup watermark evaluate`: the experiments by which the paper judges its watermark (spec
 * watermark A7), and three of what it does not show (A10), on a bundle: tables as CSV and JSON,
 * figures as SVG and PDF.
 */
#ifndef LU_SESSIONS_WATERMARK_EVALUATE_H
#define LU_SESSIONS_WATERMARK_EVALUATE_H

#include "sessions/watermark/bundle.h"

enum { LU_EVAL_OTHERS = 8, LU_EVAL_RATES = 2, LU_EVAL_TUNED = 11, LU_EVAL_PRUNED = 3 };

typedef struct lu_eval_options {
    const char *bundle;
    const char *other[LU_EVAL_OTHERS]; /* bundles of encoders made independently */
    size_t others;
    const char *data, *test; /* SPECs: training part, test part */
    const char *out;         /* folder */
    size_t epochs;           /* of fine-tuning; 100 */
    uint64_t seed;
    bool reference;
} lu_eval_options;

/* Keys told from clean images: AUC on images that the detector was not trained on. */
typedef struct lu_eval_detector {
    size_t trained, tested; /* pairs of image and key */
    double *key, *clean;    /* scores, `tested` each; larger = key; owned */
    double auc;
} lu_eval_detector;

typedef struct lu_eval_attacked {
    size_t epochs; /* of fine-tuning so far; pruning: 0 */
    double pruned; /* share of weights; fine-tuning: 0 */
    double clean;  /* accuracy on the fifth of the test samples that was not used */
    size_t matches;
    double p;
} lu_eval_attacked;

/* Adam's rates that the host is fine-tuned at: a tenth of the lab's, and the lab's. */
extern const double lu_eval_rates[LU_EVAL_RATES];

typedef struct lu_evaluation {
    lu_bundle bundle;                        /* owned */
    double clean, twin_clean;                /* 1: fidelity */
    size_t matches, twin_matches, low, high; /* 2: and the 99 % range of luck */
    lu_eval_detector mlp, trunk; /* 3: on pixels; on what the host's last but one layer says */
    size_t moved, moved_key, moved_true; /* 4: differences added to other images: answered with the
                                            key's label, with the image's own */
    size_t bundles;                      /* 5: matrix of shares, row: host, column: keys */
    double matrix[(LU_EVAL_OTHERS + 1) * (LU_EVAL_OTHERS + 1)];
    size_t tuned, pruned;                                /* 6 */
    lu_eval_attacked tune[LU_EVAL_RATES][LU_EVAL_TUNED]; /* `tuned` each */
    lu_eval_attacked prune[LU_EVAL_PRUNED];
    size_t raw_key, raw_true;  /* A10.1: covers without what is hidden */
    size_t black, other_logos; /* A10.2: keys with a black logo; tried others */
    double other_logo_mean, other_logo_p;
    size_t in_use, by_batch; /* A10.3: keys by running and by batch statistics */
} lu_evaluation;

lu_err lu_mark_evaluate(const lu_eval_options *o, const lu_job *job, lu_evaluation *out);
void lu_evaluation_fini(lu_evaluation *e);

/* One JSON object; ends with a newline. */
lu_err lu_evaluation_json(const lu_evaluation *e, lu_buf *out);

/* The tables for people. */
lu_err lu_evaluation_text(const lu_evaluation *e, lu_buf *out);

#endif
