/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/files.h"
#include "sessions/lab/work.h"

#include <string.h>

static lu_err check_inputs(const lu_lab_record *r, const lu_lab_work *w)
{
    LU_TRY(lu_lab_same(r->options.cfg, &r->cfg, &w->cfg_sha256));
    if (r->options.parent_cfg != NULL) {
        LU_TRY(lu_lab_same(r->options.parent_cfg, &r->parent_cfg, &w->parent_cfg_sha256));
    }
    if (r->options.parent != NULL) {
        LU_TRY(lu_lab_same(r->options.parent, &r->parent, &w->parent_sha256));
    }
    return r->options.data ? lu_lab_same(r->options.data, &r->data, &w->data_digest) : LU_OK;
}

static lu_err compare(const lu_lab_record *r, const lu_lab_result *made)
{
    if (strcmp(r->sha256.hex, made->sha256.hex) == 0) {
        return LU_OK;
    }
    if (strcmp(r->numerics, made->numerics) != 0) {
        return lu_fail(LU_ERR_CANNOT, "the bytes differ, as they may: made by %s, now by %s",
                       r->numerics, made->numerics);
    }
    return lu_fail(LU_ERR_INTEGRITY, "made again it has SHA-256 %.16s..., recorded is %.16s...",
                   made->sha256.hex, r->sha256.hex);
}

static lu_err build(const lu_lab_record *r, const char *out, const lu_job *job,
                    lu_lab_result *result)
{
    lu_trained_file file = {0};
    lu_lab_work w;
    lu_err err;

    if (r->from != NULL) {
        LU_TRY(lu_lab_import_again(r, out, job, result));
        return compare(r, result);
    }
    LU_TRY(lu_lab_open(&r->options, &w));
    err = check_inputs(r, &w);
    if (!err) {
        err = lu_lab_build(&w, job, &file, result);
    }
    if (!err && out != NULL) {
        err = lu_file_save(out, &file.weights);
    }
    lu_buf_fini(&file.weights);
    lu_lab_close(&w);
    return err ? err : compare(r, result);
}

lu_err lu_lab_again(const char *path, const char *out, const lu_job *job, lu_lab_result *result)
{
    lu_lab_record r;
    lu_err err;

    LU_TRY(lu_lab_read(path, &r));
    r.options.out = path;
    err = lu_within(build(&r, out, job, result), "%s", path);
    lu_lab_record_fini(&r);
    return err;
}
