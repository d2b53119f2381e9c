/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run found, and its forms: JSON by the contract, text for people. */
#ifndef LU_SESSIONS_RESULT_H
#define LU_SESSIONS_RESULT_H

#include "sessions/case/case.h"

/* Names of the stage results a result rests on; "" for what was not made. */
typedef struct lu_stage_ids {
    lu_sha256 seeds, blackbox, whitebox, judgement;
} lu_stage_ids;

/* Does the method work on what is known? Otherwise the run is invalid, whatever it says of a
   suspect (spec forensics 2.6). */
typedef struct lu_controls {
    lu_verdict victim;         /* the victim against itself; has to be a copy */
    size_t positives, flagged; /* known copies, those judged so; one of them has to be */
    size_t negatives, cleared; /* independent models, those judged so; one of them has to be */
    bool valid;
    const char *reason; /* static text why not, or NULL */
} lu_controls;

typedef struct lu_model_result {
    char name[LU_NAME_MAX];
    lu_role role;
    lu_sha256 sha256;    /* of the weights file */
    lu_sha256 scores_id; /* of the stored scores */
    bool early;          /* tested before the protocol was sealed */
    size_t exploratory;  /* settings tried while it was in the case */
    double accuracy;     /* on the test samples; NAN = not measured */
    double agreement;    /* share of test samples answered as the victim does; NAN = not measured */
    bool out;            /* of a trial: a negative that the thresholds are drawn without */
    lu_scores scores;
    lu_judgement judgement;
    char finding[LU_TEXT_MAX]; /* what went wrong with this model, or "" */
} lu_model_result;

typedef struct lu_result {
    char case_name[LU_TEXT_MAX];
    lu_case_kind kind;
    char version[32];  /* of the lineup that came to it */
    char engine[160];  /* numerics tag */
    char sandbox[128]; /* what confined the engines then */
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
    lu_stage_ids id;
    lu_scores self; /* the victim against itself */
    lu_controls controls;
    struct {
        bool known; /* false while a run is under way */
        bool sealed;
        char at[32];
        lu_sha256 sha256;
    } protocol;
    lu_threshold threshold[LU_METRIC_COUNT];
    size_t models;
    lu_model_result *model;  /* owned; suspects, positives, negatives */
    size_t computed, reused; /* stage results made now, taken from the store */
} lu_result;

void lu_result_fini(lu_result *r);

/* False when the engines ran without a sandbox or with less than the whole of it. */
bool lu_result_confined(const lu_result *r);

/* One distance; NAN when it was not measured. */
double lu_result_value(const lu_model_result *m, lu_metric metric);

/* The distances that models of a role have, but for `without` (may be NULL), into out[r->models];
   returns how many. */
size_t lu_result_distances(const lu_result *r, lu_role role, const lu_model_result *without,
                           lu_metric metric, double *out);

/* The median of the negatives' distances but for `without`; NAN when there is none. */
double lu_result_median(const lu_result *r, const lu_model_result *without, lu_metric metric);

/* Fills in what the journal tells beside the numbers, of the seal and of the models `r` names; it
   is not a part of what is stored. */
void lu_result_protocol(const lu_case *c, lu_result *r);

/* Contract "lineup run --json"; ends with a newline. */
lu_err lu_result_json(const lu_result *r, lu_buf *out);

/* The judgement in the words it was stored in, which another version may put otherwise, with the
   name of the case's folder and the protocol; before any judgement as above. */
lu_err lu_result_recorded_json(const lu_case *c, const lu_result *r, lu_buf *out);

/* Only its "protocol", on one line. */
lu_err lu_result_protocol_json(const lu_result *r, lu_buf *out);

/* For a terminal of `width` columns; colour escapes when `colour`, only ASCII when `ascii`. */
lu_err lu_result_text(const lu_result *r, size_t width, bool colour, bool ascii, lu_buf *out);

#endif
