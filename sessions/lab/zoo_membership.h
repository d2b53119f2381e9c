/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Membership over a whole zoo: the paper's tables (r_opt, acc there, average, by m and n) for every
 * network, the paper's own figures beside them, the curve over pruning, and how often the naive
 * rule and the permutation test accuse networks that never saw the members.
 */
#ifndef LU_SESSIONS_LAB_ZOO_MEMBERSHIP_H
#define LU_SESSIONS_LAB_ZOO_MEMBERSHIP_H

#include "sessions/lab/zoo.h"
#include "sessions/membership/member.h"

enum { LU_POOLED_CELLS = 9 }; /* m = 3, 4, 5 with three n each */

/* One network at one m and n; NAN and SIZE_MAX where the samples are too few. */
typedef struct lu_pooled_cell {
    size_t sets, samples, best; /* m, n, r_opt */
    double accuracy, average;   /* acc at r_opt; over the classes */
    size_t tested, nominal;     /* classes; those below 0.05 by the binomial test */
    bool accused; /* naive rule: the smallest binomial p times the classes is at most 0.05 */
} lu_pooled_cell;

typedef struct lu_pooled_row {
    char name[LU_NAME_MAX], label[LU_NAME_MAX];
    const lu_zoo_entry *entry; /* of the plan, borrowed */
    bool innocent;             /* an unrelated negative */
    lu_pooled_cell cell[LU_POOLED_CELLS];
    double member_accuracy, other_accuracy, p, mean_gap_p, loss_gap_z; /* NAN = not tested */
    lu_member_verdict verdict;
} lu_pooled_row;

typedef struct lu_pooled_study {
    lu_member_report report; /* the case's own, at its parameters; owned */
    bool colour;             /* 32 x 32 x 3: the paper's CIFAR-10 tables, else its MNIST tables */
    size_t rows;
    lu_pooled_row *row; /* owned */
} lu_pooled_study;

/* Fills the zoo's case, tests all its networks (lu_member_run), then every cell. The plan sets
   membership.split=random and names its unrelated negatives. */
lu_err lu_zoo_membership(lu_zoo *z, size_t jobs, const lu_job *job, lu_pooled_study *out);
void lu_pooled_study_fini(lu_pooled_study *s);

/* Text of 100 columns; CSV with a row a network and cell; one JSON object. */
lu_err lu_pooled_text(const lu_pooled_study *s, lu_buf *out);
lu_err lu_pooled_csv(const lu_pooled_study *s, lu_buf *out);

/* membership.txt, membership.csv and membership.json into `dir`. */
lu_err lu_pooled_write(const lu_pooled_study *s, const char *dir);

#endif
