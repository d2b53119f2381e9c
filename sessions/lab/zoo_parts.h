/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of a zoo share. */
#ifndef LU_SESSIONS_LAB_ZOO_PARTS_H
#define LU_SESSIONS_LAB_ZOO_PARTS_H

#include "sessions/lab/zoo.h"

#include <pthread.h>

/* A sample set that models of the plan are trained on; read once. */
typedef struct lu_zoo_set {
    const char *spec; /* the first entry's */
    lu_shared shared;
} lu_zoo_set;

struct lu_zoo {
    char *dir;
    lu_zoo_plan plan;
    size_t sets;
    lu_zoo_set set[LU_ZOO_ENTRIES];
    size_t set_of[LU_ZOO_ENTRIES]; /* of an entry; SIZE_MAX = it has none */
    char **weights;                /* models.., files; owned */
    pthread_mutex_t lock;          /* of `seen` and of those who build */
    lu_zoo_seen *seen;             /* models..; owned */
};

/* The zoo's case, open for writing, with all its networks. LU_ERR_INPUT names one that is missing.
 */
lu_err lu_zoo_case(lu_zoo *z, const lu_job *job, lu_case **out);

/* Reads the sample sets that are not read yet. */
lu_err lu_zoo_sets(lu_zoo *z, const lu_job *job);

/* How model i is made. */
lu_lab_options lu_zoo_options(const lu_zoo *z, size_t i);

/* Are the files there that are not made? LU_ERR_INPUT names the first that is not. */
lu_err lu_zoo_check_given(const lu_zoo *z);

/* Is model i there, made as the plan says? Its parent must be looked at first. Then *accuracy is
   what was measured of it. */
bool lu_zoo_is_there(const lu_zoo *z, size_t i, double *accuracy);

/* Image passes that making model i takes. */
double lu_zoo_passes(const lu_zoo *z, size_t i);

#endif
