/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parameters of a case: one table drives --set, case.json, `show`, the stage ids and the
 * manual.
 */
#ifndef LU_SESSIONS_CASE_PARAMS_H
#define LU_SESSIONS_CASE_PARAMS_H

#include "core/core.h"

enum { LU_LAYERS_MAX = 8, LU_WORD_MAX = 64 };

/* The stage that depends on a parameter first; later stages depend on it through that one. */
typedef enum lu_stage {
    LU_STAGE_SEEDS,
    LU_STAGE_TESTS,
    LU_STAGE_SCORES,
    LU_STAGE_JUDGEMENT,
    LU_STAGES,
    LU_STAGE_MEMBERSHIP = LU_STAGES /* of `lineup membership`, which no stage of the run needs */
} lu_stage;

typedef struct lu_params {
    double seed; /* of every random draw; a whole number below 2^53 */
    char strategy[LU_WORD_MAX];
    double seeds; /* for black-box tests */
    char method[LU_WORD_MAX];
    char mode[LU_WORD_MAX];
    double ep, iterations;
    double random_start;
    double cw_confidence, cw_rate, cw_steps, cw_iterations, cw_c;
    char layers[LU_WORD_MAX]; /* "default", "none", or numbers "2,5" */
    double white_seeds;
    double m, white_iterations, white_rate, clip;
    double maxima; /* training samples the neurons' maxima are taken over; 0 = the seeds */
    double alpha_black, alpha_white;
    double confidence;
    char bound[LU_WORD_MAX];
    char metrics[LU_WORD_MAX]; /* "all" or names "RobD,JSD" */
    struct {
        char split[LU_WORD_MAX];     /* how members and others were told apart */
        char unrelated[LU_WORD_MAX]; /* negatives that never saw the members: "all", "neg2-*,n7" */
        double sets, samples, repetitions, permutations, alpha;
        char credit[LU_WORD_MAX], distance[LU_WORD_MAX], decide[LU_WORD_MAX];
    } membership;
} lu_params;

typedef enum lu_param_type {
    LU_PARAM_NUMBER,
    LU_PARAM_WHOLE,
    LU_PARAM_SWITCH,
    LU_PARAM_WORD
} lu_param_type;

typedef struct lu_param_row {
    const char *key;
    lu_stage stage;
    lu_param_type type;
    size_t offset;                   /* into lu_params */
    double low, high;                /* numbers */
    const char *preset;              /* default, as text */
    bool (*valid)(const char *word); /* words; NULL = any */
    const char *help;
} lu_param_row;

extern const lu_param_row lu_param_table[];
extern const size_t lu_param_count;

void lu_params_default(lu_params *p);

/* "key=value". LU_ERR_USAGE names what is allowed. */
lu_err lu_params_set(lu_params *p, const char *assignment);

bool lu_params_equal(const lu_params *a, const lu_params *b);

/* The value as text, as --set would take it. `out` has LU_WORD_MAX bytes. */
void lu_params_text(const lu_params *p, const lu_param_row *row, char *out);

/* Feeds the parameters whose key starts with `prefix` ("whitebox.") into a stage id. */
void lu_params_digest(const lu_params *p, const char *prefix, lu_digest *d);

/* The methods' own structs. */
lu_blackbox_params lu_params_blackbox(const lu_params *p);
lu_whitebox_params lu_params_whitebox(const lu_params *p);
lu_judge_params lu_params_judge(const lu_params *p);
lu_member_params lu_params_membership(const lu_params *p);
lu_seed_strategy lu_params_strategy(const lu_params *p);

/* The white-box layers for a victim of n_layers whose default is given; *n may be 0 ("none").
   LU_ERR_CANNOT when one is not there. */
lu_err lu_params_layers(const lu_params *p, int preset, size_t n_layers, int *layers, size_t *n);

#endif
