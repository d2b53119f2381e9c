/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run found, and its forms: JSON by the contract, text for people. */
#ifndef LU_SESSIONS_RESULT_H
#define LU_SESSIONS_RESULT_H

#include "sessions/case/case.h"

typedef struct lu_model_result {
    char name[LU_NAME_MAX];
    lu_role role;
    lu_sha256 sha256; /* of the weights file */
    double accuracy;  /* on the test samples; NAN = not measured */
    double agreement; /* share of test samples answered as the victim does; NAN = not measured */
    bool out; /* of a trial: a negative that the thresholds are drawn without */
    lu_scores scores;
    lu_judgement judgement;
    char finding[LU_TEXT_MAX]; /* what went wrong with this model, or "" */
} lu_model_result;

typedef struct lu_result {
    char case_name[LU_TEXT_MAX];
    lu_case_kind kind;
    char engine[160]; /* numerics tag */
    lu_stage reached;
    char victim[LU_NAME_MAX];
    lu_sha256 victim_sha256;
    double victim_accuracy;
    size_t seeds, seeds_considered, seeds_correct;
    bool has_blackbox, has_whitebox;
    struct {
        char method[LU_WORD_MAX];
        lu_blackbox_yield yield;
        lu_value rob_victim; /* measured with the scores */
        double max_linf;
        lu_sha256 sha256; /* of the stored tests */
    } blackbox;
    struct {
        size_t layers;
        int layer[LU_LAYERS_MAX];
        size_t n, neurons, tried, dead, unreached;
        lu_sha256 sha256;
    } whitebox;
    lu_threshold threshold[LU_METRIC_COUNT];
    size_t models;
    lu_model_result *model;  /* owned; suspects, positives, negatives */
    size_t computed, reused; /* stage results made now, taken from the store */
} lu_result;

void lu_result_fini(lu_result *r);

/* Contract "lineup run --json"; ends with a newline. */
lu_err lu_result_json(const lu_result *r, lu_buf *out);

/* For a terminal of `width` columns; colour escapes when `colour`, only ASCII when `ascii`. */
lu_err lu_result_text(const lu_result *r, size_t width, bool colour, bool ascii, lu_buf *out);

#endif
