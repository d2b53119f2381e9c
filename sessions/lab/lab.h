/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models of known origin, made by recipe. What is made is a .weights file and beside it FILE.json,
 * which says how: method, every number of the recipe, seed, hashes of what went in. From FILE.json
 * it can be made again.
 *
 *     lu_lab_options o = {.cfg = "a.cfg", .data = "mnist:mnist", .out = "v.weights"};
 *     o.recipe = lu_recipe_of(LU_RECIPE_TRAIN, 0, 1);
 *     LU_TRY(lu_lab_make(&o, &job, &result));
 */
#ifndef LU_SESSIONS_LAB_LAB_H
#define LU_SESSIONS_LAB_LAB_H

#include "nets/nets.h"

typedef struct lu_lab_options {
    const char *cfg;        /* file; of what is made, unless the recipe asks for other classes */
    const char *parent_cfg; /* of the victim, NULL = the same */
    const char *parent;     /* the victim's .weights file, or NULL */
    const char *data;       /* SPEC, training part; NULL when nothing is trained */
    const char *test;       /* SPEC, test part, or NULL */
    const char *out;        /* .weights file to write */
    lu_recipe recipe;
    bool reference;
    const lu_shared *samples; /* what `data` names, if somebody has it; borrowed; or NULL */
} lu_lab_options;

typedef struct lu_lab_result {
    double loss, accuracy; /* of the last epoch, while training; NAN when nothing was trained */
    double test_accuracy;  /* NAN without test samples */
    size_t samples;        /* trained on; extraction: of all rounds */
    size_t queries;        /* images the victim was asked about; 0 when it was not asked */
    lu_sha256 sha256;      /* of the written file */
    char numerics[160];    /* the engine's tag: same tag, same recipe, same bytes */
} lu_lab_result;

/* Makes, writes OUT and beside it OUT.json, both atomically; OUT.cfg too when the recipe asks for
 * other classes. */
lu_err lu_lab_make(const lu_lab_options *o, const lu_job *job, lu_lab_result *out);

/* A foreign network, brought over. */
typedef struct lu_lab_import {
    const char *from; /* a Keras model, .h5 */
    const char *out;  /* .weights file to write; OUT.cfg and OUT.json come beside it */
    const char *test; /* SPEC, test part, or NULL */
    lu_lab_result result;
    lu_sha256 from_sha256, cfg_sha256;
} lu_lab_import;

/* Converts, loads what came of it in a fresh engine, writes all three files; fills the rest of *i.
 */
lu_err lu_lab_bring(lu_lab_import *i, const lu_job *job);

/* What FILE.json records, as options to make it again. The strings lie in `json`. */
typedef struct lu_lab_record {
    void *json;                                      /* owned */
    lu_lab_options options;                          /* out: the file FILE.json stands beside */
    const char *from;                                /* what was brought over, or NULL */
    lu_sha256 sha256, cfg, parent_cfg, parent, data; /* "" where there is none */
    lu_sha256 from_sha256;
    char numerics[160];
    double test_accuracy;
} lu_lab_record;

/* LU_ERR_INPUT names what is missing or wrong in it. */
lu_err lu_lab_read(const char *path, lu_lab_record *out);
void lu_lab_record_fini(lu_lab_record *r);

/* Makes what FILE.json describes once more from the files it names, which must be the same, and
   compares the bytes; writes them to `out` unless it is NULL. LU_ERR_INTEGRITY when they differ
   under the same numerics, LU_ERR_CANNOT under others. */
lu_err lu_lab_again(const char *path, const char *out, const lu_job *job, lu_lab_result *result);

#endif
