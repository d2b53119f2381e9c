/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign networks, brought over: what an engine made of a file, checked and kept. */
#include "sessions/case/files.h"
#include "sessions/lab/work.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* The two files, and what they were made from. */
typedef struct brought {
    lu_buf cfg, weights; /* owned */
    lu_sha256 from, cfg_sha256, sha256;
} brought;

static void brought_fini(brought *b)
{
    lu_buf_fini(&b->cfg);
    lu_buf_fini(&b->weights);
}

static lu_err convert(const char *path, const lu_job *job, brought *out)
{
    uint64_t size;
    int fd;
    lu_err err;

    *out = (brought){0};
    LU_TRY(lu_file_open(AT_FDCWD, path, &fd, &size));
    err = lu_sha256_fd(fd, &out->from);
    if (!err) {
        err = lu_client_keras(fd, job, &out->cfg, &out->weights);
    }
    close(fd);
    if (!err) {
        err = lu_sha256_of(out->cfg.data, out->cfg.len, &out->cfg_sha256);
    }
    if (!err) {
        err = lu_sha256_of(out->weights.data, out->weights.len, &out->sha256);
    }
    if (err) {
        brought_fini(out);
    }
    return lu_within(err, "%s", path);
}

/* An engine that has not seen the .h5 file reads what came of it. */
static lu_err check(const brought *b, const lu_job *job, lu_lab_import *i)
{
    lu_lab_options o = {.out = i->out, .test = i->test};
    lu_lab_work w = {.options = &o, .cfg = b->cfg, .parent = -1};

    i->result = (lu_lab_result){.loss = NAN, .accuracy = NAN, .test_accuracy = NAN};
    LU_TRY(lu_lab_numerics(i->result.numerics, sizeof i->result.numerics));
    return lu_lab_measure(&w, &b->weights, job, &i->result.test_accuracy);
}

static lu_err save(const lu_lab_import *i, const brought *b)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_lab_describe_import(i, &text);

    if (!err) {
        err = lu_file_save(i->out, &b->weights);
    }
    if (!err) {
        err = lu_lab_save_beside(i->out, ".cfg", &b->cfg);
    }
    if (!err) {
        err = lu_lab_save_beside(i->out, ".json", &text);
    }
    lu_buf_fini(&text);
    return err;
}

lu_err lu_lab_bring(lu_lab_import *i, const lu_job *job)
{
    brought b;
    lu_err err;

    LU_TRY(lu_lab_check_name(i->from));
    LU_TRY(lu_lab_check_name(i->out));
    LU_TRY(lu_lab_check_name(i->test));
    LU_TRY(lu_lab_check_output(i->out));
    LU_TRY(convert(i->from, job, &b));
    err = check(&b, job, i);
    i->from_sha256 = b.from;
    i->cfg_sha256 = b.cfg_sha256;
    i->result.sha256 = b.sha256;
    if (!err) {
        err = save(i, &b);
    }
    brought_fini(&b);
    return err;
}

lu_err lu_lab_import_again(const lu_lab_record *r, const char *out, const lu_job *job,
                           lu_lab_result *result)
{
    brought b;
    lu_err err;

    *result = (lu_lab_result){.loss = NAN, .accuracy = NAN, .test_accuracy = NAN};
    LU_TRY(lu_lab_numerics(result->numerics, sizeof result->numerics));
    LU_TRY(convert(r->from, job, &b));
    err = lu_lab_same(r->from, &r->from_sha256, &b.from);
    result->sha256 = b.sha256;
    if (!err && strcmp(b.cfg_sha256.hex, r->cfg.hex) != 0) {
        err = lu_fail(LU_ERR_INTEGRITY, "the .cfg made again is not the one recorded");
    }
    if (!err && out != NULL) {
        err = lu_file_save(out, &b.weights);
    }
    brought_fini(&b);
    return err;
}
