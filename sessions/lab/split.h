/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A random split of one labelled set, to be made before anything is trained: what membership tests
 * rest on. PREFIX-1.npz, PREFIX-2.npz ... are the parts (arrays x and y), PREFIX.json says how they
 * were drawn, so that anybody can draw them again.
 */
#ifndef LU_SESSIONS_LAB_SPLIT_H
#define LU_SESSIONS_LAB_SPLIT_H

#include "core/core.h"

enum { LU_SPLIT_PARTS = 16 };

typedef struct lu_split_options {
    const char *data; /* SPEC */
    bool both;        /* the published train half and the test half, one set */
    size_t parts;
    size_t size[LU_SPLIT_PARTS]; /* samples of each; what is left over is left out */
    const char *out;             /* PREFIX */
    uint64_t seed;
} lu_split_options;

typedef struct lu_split_result {
    size_t samples;                        /* of the whole */
    lu_sha256 whole, part[LU_SPLIT_PARTS]; /* lu_samples_digest() */
} lu_split_result;

/* "25000,25000,20000". LU_ERR_USAGE. */
lu_err lu_split_sizes(const char *text, lu_split_options *o);

/* LU_ERR_INPUT when there are too few samples. Files are replaced atomically. */
lu_err lu_lab_split(const lu_split_options *o, const lu_job *job, lu_split_result *out);

#endif
