/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lineup watermark embed`: from a network's description and its training samples to an evidence
 * bundle. Training is saved after every epoch; the same call again goes on where it was
 * interrupted, even by kill -9, and ends with the same bytes.
 */
#ifndef LU_SESSIONS_WATERMARK_EMBED_H
#define LU_SESSIONS_WATERMARK_EMBED_H

#include "nets/nets.h"

typedef struct lu_mark_options {
    const char *cfg;    /* of the host */
    const char *parent; /* .weights to start the host from, or NULL */
    const char *data;   /* SPEC, training part */
    const char *test;   /* SPEC, test part, or NULL */
    const char *logo;   /* .png, or NULL: the first sample with label 1 that is no cover */
    const char *secret; /* file with 64 hex digits, or NULL: drawn from the system */
    const char *out;    /* the bundle's folder */
    bool reference;     /* measure on Darknet's own functions */
    bool has_keys;      /* params.keys was given; else 1 % of the samples, 20 to 600 */
    lu_embed_params params;
} lu_mark_options;

typedef struct lu_mark_made {
    size_t samples, keys, classes;
    lu_embed_cost cost;
    size_t matches, twin_matches, untrained_matches; /* keys answered with the key label */
    size_t raw;                                      /* covers answered with the true label */
    double clean, twin_clean;                        /* test accuracy; NAN without test samples */
    double ssim;                                     /* of the 8-bit keys, in [-1,1] */
    double psnr;                                     /* decibel, of bytes */
    double mean_difference;                          /* grey levels */
    unsigned max_difference;                         /* grey levels */
    lu_sha256 host, commitment;
    lu_embed_row last; /* of the last epoch with all three networks */
} lu_mark_made;

/* Measures what it will cost and does nothing else. */
lu_err lu_mark_cost(const lu_mark_options *o, lu_embed_cost *out);

/* LU_ERR_INPUT when there is a finished bundle already, or one begun with other options. */
lu_err lu_mark_embed(const lu_mark_options *o, const lu_job *job, lu_mark_made *out);

#endif
