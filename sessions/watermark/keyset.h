/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any set of keys with expected labels: trigger sets, adversarial keys, boundary points. How often
 * a suspect gives them, and what that means under the null its makers' way of labelling calls for
 * (core/watermark/marks.h).
 */
#ifndef LU_SESSIONS_WATERMARK_KEYSET_H
#define LU_SESSIONS_WATERMARK_KEYSET_H

#include "nets/nets.h"

typedef enum lu_keyset_null {
    LU_NULL_ANY, /* labels drawn over all classes */
    LU_NULL_NOT_TRUE,
    LU_NULL_NOT_GIVEN,
    LU_NULL_FRONTIER, /* Le Merrer's rule */
    LU_NULL_MODEL,    /* none by design: calibrated on negatives only (IPGuard) */
    LU_NULLS
} lu_keyset_null;

enum { LU_KEYSET_NEGATIVES = 64 };

/* Whose files are looked at for a mark: the suspect's, and those of networks without it. */
typedef struct lu_marked_files {
    const char *cfg, *weights;
    size_t negatives;
    const char *negative_cfg[LU_KEYSET_NEGATIVES], *negative_weights[LU_KEYSET_NEGATIVES];
} lu_marked_files;

typedef struct lu_keyset_options {
    const char *keys; /* .npz with x and y */
    lu_marked_files files;
    lu_keyset_null null;
    bool reference;
} lu_keyset_options;

typedef struct lu_keyset_result {
    size_t classes;
    lu_trigger trigger;   /* matches, interval, p by design; else q and p are NAN */
    lu_frontier frontier; /* LU_NULL_FRONTIER only */
    size_t negatives;
    double negative[LU_KEYSET_NEGATIVES]; /* their shares of matches */
    double calibrated_p; /* (1 + #{negative >= suspect}) / (1 + negatives); NAN without */
} lu_keyset_result;

lu_err lu_keyset_verify(const lu_keyset_options *o, const lu_job *job, lu_keyset_result *out);

typedef struct lu_boundary_options {
    const char *cfg, *weights; /* the victim's */
    const char *data;          /* SPEC of the starting points, training part */
    const char *out;           /* .npz to write: x, y */
    size_t keys;               /* how many are wanted */
    bool reference;
    lu_ipguard_params params;
} lu_boundary_options;

/* Walks from up to four times as many samples; LU_ERR_CANNOT when none arrives. *made: how many. */
lu_err lu_boundary_make(const lu_boundary_options *o, const lu_job *job, size_t *made);

#endif
