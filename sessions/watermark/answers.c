/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/watermark/answers.h"
#include "sessions/case/case.h"
#include "sessions/case/files.h"

#include <fcntl.h>

lu_err lu_answering_open(const char *cfg, const char *weights, bool reference, lu_answering *out)
{
    uint64_t size;
    lu_err err;

    *out = (lu_answering){
        .files = {.cfg = -1, .weights = -1, .name = weights, .reference = reference}};
    err = lu_file_open(AT_FDCWD, cfg, &out->files.cfg, &size);
    if (!err) {
        err = lu_file_open(AT_FDCWD, weights, &out->files.weights, &size);
    }
    if (!err) {
        err = lu_sha256_fd(out->files.cfg, &out->cfg_sha256);
    }
    if (!err) {
        err = lu_sha256_fd(out->files.weights, &out->sha256);
    }
    if (!err) {
        err = lu_engine_start(&out->engine);
    }
    if (!err) {
        err = lu_engine_load(out->engine, &out->files, &out->info);
    }
    if (err) {
        lu_answering_close(out);
    }
    return err;
}

void lu_answering_close(lu_answering *a)
{
    lu_engine_free(&a->engine);
    lu_model_info_fini(&a->info);
    lu_item_close(&a->files);
}

lu_err lu_answering_layer(lu_answering *a, const lu_shared *x, int layer, const lu_job *job,
                          float **out)
{
    lu_err err = lu_engine_outputs(a->engine, &a->info, x, 0, x->samples.n, 1, &layer, out, job);

    return lu_within(err, "%s", a->files.name);
}

lu_err lu_answering_labels(lu_answering *a, const lu_shared *x, const lu_job *job, int32_t **out)
{
    size_t n = x->samples.n;
    float *z = NULL;
    lu_err err;

    LU_TRY(LU_NEW(*out, n));
    err = lu_answering_layer(a, x, LU_LAYER_LOGITS, job, &z);
    for (size_t i = 0; !err && i < n; i++) {
        (*out)[i] = (int32_t)lu_argmax(z + i * a->info.classes, a->info.classes);
    }
    free(z);
    if (err) {
        free(*out);
        *out = NULL;
    }
    return err;
}

lu_err lu_answering_right(lu_answering *a, const lu_shared *x, const lu_job *job, size_t *right)
{
    int32_t *answer;

    if (x->samples.labels == NULL) {
        return lu_fail(LU_ERR_INPUT, "the samples have no labels");
    }
    LU_TRY(lu_answering_labels(a, x, job, &answer));
    *right = lu_matches(answer, x->samples.labels, x->samples.n);
    free(answer);
    return LU_OK;
}
