/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the lab share: everything one making needs, open. */
#ifndef LU_SESSIONS_LAB_WORK_H
#define LU_SESSIONS_LAB_WORK_H

#include "sessions/lab/lab.h"

typedef struct lu_lab_work {
    const lu_lab_options *options;
    lu_buf cfg;        /* of what is made; owned, like all of these */
    lu_buf parent_cfg; /* empty = the same */
    int parent;        /* descriptor, or -1 */
    lu_shared data;    /* what is trained on: the recipe's classes, its share of samples */
    lu_sha256 cfg_sha256, parent_cfg_sha256, parent_sha256, data_digest;
} lu_lab_work;

lu_err lu_lab_open(const lu_lab_options *o, lu_lab_work *w);
void lu_lab_close(lu_lab_work *w);

/* One request to an engine of its own. */
lu_err lu_lab_carry_out(const lu_training_files *t, const lu_job *job, lu_trained_file *out);

/* The victim asked, the pupil taught, round after round; `queries` counts the images. */
lu_err lu_lab_extract(const lu_lab_work *w, const lu_job *job, lu_trained_file *out,
                      lu_lab_result *result);

/* Makes the bytes, writes nothing. */
lu_err lu_lab_build(const lu_lab_work *w, const lu_job *job, lu_trained_file *file,
                    lu_lab_result *out);

/* Loads the bytes just made in a fresh engine and, where the options name test samples, counts how
   many of the task's it answers rightly; *accuracy stays as it is where they do not. */
lu_err lu_lab_measure(const lu_lab_work *w, const lu_buf *weights, const lu_job *job,
                      double *accuracy);

/* The tag of the engines that are started now. */
lu_err lu_lab_numerics(char *out, size_t size);

/* An output that cannot be written is said before the work, not after. */
lu_err lu_lab_check_output(const char *path);

/* A name the record would have to change, being JSON, and `lab again` would not find:
   LU_ERR_CANNOT. NULL is none. */
lu_err lu_lab_check_name(const char *path);

/* Saves PATH with this ending. */
lu_err lu_lab_save_beside(const char *path, const char *ending, const lu_buf *bytes);

/* FILE.json's text. */
lu_err lu_lab_describe(const lu_lab_work *w, const lu_lab_result *r, lu_buf *out);
lu_err lu_lab_describe_import(const lu_lab_import *i, lu_buf *out);

/* LU_ERR_INPUT when a file is not the one that was recorded. */
lu_err lu_lab_same(const char *what, const lu_sha256 *then, const lu_sha256 *now);

/* Converts again what a record says was converted. */
lu_err lu_lab_import_again(const lu_lab_record *r, const char *out, const lu_job *job,
                           lu_lab_result *result);

#endif
