/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models of known origin, made by recipe. */
#ifndef LU_SESSIONS_LAB_H
#define LU_SESSIONS_LAB_H

#include "nets/nets.h"

typedef struct lu_lab_options {
    const char *cfg;    /* file */
    const char *parent; /* .weights file, or NULL */
    const char *data;   /* SPEC, training part */
    const char *test;   /* SPEC, test part, or NULL */
    const char *out;    /* .weights file to write */
    lu_recipe recipe;
    bool reference;
} lu_lab_options;

typedef struct lu_lab_result {
    double loss, accuracy; /* of the last epoch, while training */
    double test_accuracy;  /* NAN without test samples */
    size_t samples;
    lu_sha256 sha256; /* of the written file */
} lu_lab_result;

/* Trains, writes OUT and beside it OUT.json (the recipe, parents' and data's hashes), both
 * atomically. */
lu_err lu_lab_make(const lu_lab_options *o, const lu_job *job, lu_lab_result *out);

#endif
