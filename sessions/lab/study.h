/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a zoo says of the method: the paper's tables, and the error rates it leaves out.
 *
 *     LU_TRY(lu_study_of(plan, &result, &study));
 *     LU_TRY(lu_study_text(&study, &buf));
 *     lu_study_fini(&study);
 */
#ifndef LU_SESSIONS_LAB_STUDY_H
#define LU_SESSIONS_LAB_STUDY_H

#include "sessions/lab/zoo.h"

/* On what a verdict rests: RobD and JSD; NOD, NAD, LOD and LAD; all six. More than half of the
 * votes cast. */
typedef enum lu_rests_on { LU_ON_BLACK, LU_ON_WHITE, LU_ON_ALL, LU_ON_COUNT } lu_rests_on;

extern const char *const lu_rests_on_names[LU_ON_COUNT]; /* "black box"... */

typedef struct lu_spread {
    size_t n;        /* values known */
    double mean, sd; /* NAN at n = 0, n < 2 */
} lu_spread;

/* A line of the tables: the repetitions of one entry, or all of one family or role. */
typedef struct lu_study_row {
    char name[LU_NAME_MAX], label[LU_NAME_MAX],
        family[LU_NAME_MAX]; /* family: of attacks; "" = not one */
    lu_role role;
    size_t models;
    lu_spread accuracy;
    lu_spread metric[LU_METRIC_COUNT];
    lu_spread nnod[2]; /* by number, and with neurons matched (core/similarity/matching.h) */
    double nnod_auc[2];
    double auc[LU_METRIC_COUNT]; /* against all negatives; NAN for negatives themselves */
    lu_rate copies[LU_ON_COUNT]; /* called copies, of those with a verdict; exact 95 % bounds.
                                    Negatives are held against thresholds drawn without them */
} lu_study_row;

typedef struct lu_study {
    const lu_zoo_plan *plan; /* borrowed */
    const lu_result *result; /* borrowed */
    size_t rows;             /* entries of the plan but the victim, in its order */
    lu_study_row *row;       /* owned */
    size_t groups;           /* attack families, all positives, all negatives */
    lu_study_row *group;     /* owned */
} lu_study;

lu_err lu_study_of(const lu_zoo_plan *plan, const lu_result *result, lu_study *out);
void lu_study_fini(lu_study *s);

/* Appends. Text for people, `width` columns at least 100; CSV with a row a model; one JSON object.
 */
lu_err lu_study_text(const lu_study *s, bool ascii, lu_buf *out);
lu_err lu_study_json(const lu_study *s, lu_buf *out);

/* Distances of one row's models on a metric, NAN where not measured; `out` has room for all models.
 */
size_t lu_study_values(const lu_study *s, const lu_study_row *row, lu_metric metric, double *out);

/* Writes table.txt, models.csv, study.json, roc.svg, classes.svg and radar-NAME.svg of every model
 * into `dir`. */
lu_err lu_study_write(const lu_study *s, const char *dir);

#endif
