/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/files.h"
#include "sessions/lab/work.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

lu_err lu_lab_check_output(const char *path)
{
    char *copy = lu_strdup(path);
    lu_err err = copy ? LU_OK : LU_ERR_MEMORY;

    if (!err && access(dirname(copy), W_OK | X_OK)) {
        err = lu_within(lu_fail(LU_ERR_IO, "cannot be written: %s", strerror(errno)), "%s", path);
    }
    free(copy);
    return err;
}

lu_err lu_lab_check_name(const char *path)
{
    return path == NULL || lu_utf8_valid(path)
               ? LU_OK
               : lu_within(lu_fail(LU_ERR_CANNOT, "cannot be recorded, its name is not UTF-8: "
                                                  "rename it"),
                           "%s", path);
}

static lu_err check_names(const lu_lab_options *o)
{
    const char *const recorded[] = {o->cfg, o->parent_cfg, o->parent, o->data, o->test};

    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        LU_TRY(lu_lab_check_name(recorded[i]));
    }
    return LU_OK;
}

static lu_err make_from_weights(const lu_lab_work *w, const lu_job *job, lu_trained_file *out,
                                lu_lab_result *result)
{
    const lu_shared *data = w->data.samples.n ? &w->data : NULL;
    lu_training_files t = {.cfg = &w->cfg,
                           .parent_cfg = w->parent_cfg.len ? &w->parent_cfg : NULL,
                           .parent = w->parent,
                           .recipe = &w->options->recipe,
                           .samples = data,
                           .n = w->data.samples.n};

    result->samples = t.n;
    return lu_lab_carry_out(&t, job, out);
}

lu_err lu_lab_numerics(char *out, size_t size)
{
    lu_engine_hello hello;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    err = lu_engine_greet(e, &hello);
    lu_engine_free(&e);
    LU_TRY(err);
    snprintf(out, size, "%s", hello.tag);
    return LU_OK;
}

/* --- accuracy --- */

static lu_err count_right(const lu_lab_work *w, lu_engine *e, const lu_model_info *info,
                          const lu_job *job, double *accuracy)
{
    const int logits = LU_LAYER_LOGITS;
    size_t right = 0, n = 0;
    lu_shared test;
    float *z = NULL;
    lu_err err;

    LU_TRY(lu_client_samples(w->options->test, LU_PART_TEST, w->options->recipe.seed, &test));
    err = test.samples.labels ? LU_OK : lu_fail(LU_ERR_INPUT, "the test samples have no labels");
    if (!err) {
        err = lu_engine_outputs(e, info, &test, 0, test.samples.n, 1, &logits, &z, job);
    }
    for (size_t i = 0; !err && i < test.samples.n; i++) {
        size_t label = (size_t)test.samples.labels[i];
        if (w->options->recipe.classes == 0 || label < w->options->recipe.classes) {
            right += lu_argmax(z + i * info->classes, info->classes) == label;
            n++;
        }
    }
    *accuracy = n ? (double)right / (double)n : NAN;
    free(z);
    lu_shared_fini(&test);
    return err;
}

lu_err lu_lab_measure(const lu_lab_work *w, const lu_buf *weights, const lu_job *job,
                      double *accuracy)
{
    const lu_buf *parts[2] = {&w->cfg, weights};
    lu_model_files files = {
        .cfg = -1, .weights = -1, .name = w->options->out, .reference = w->options->reference};
    int *fd[2] = {&files.cfg, &files.weights};
    lu_model_info info = {0};
    lu_engine *e = NULL;
    lu_err err = LU_OK;

    for (int i = 0; !err && i < 2; i++) {
        err = lu_sealed_file(parts[i], fd[i]);
    }
    if (!err) {
        err = lu_engine_start(&e);
    }
    if (!err) {
        err = lu_engine_load(e, &files, &info);
    }
    if (!err && w->options->test != NULL) {
        err = count_right(w, e, &info, job, accuracy);
    }
    lu_engine_free(&e);
    lu_model_info_fini(&info);
    for (int i = 0; i < 2; i++) {
        if (*fd[i] >= 0) {
            close(*fd[i]);
        }
    }
    return err;
}

/* --- the whole --- */

lu_err lu_lab_build(const lu_lab_work *w, const lu_job *job, lu_trained_file *file,
                    lu_lab_result *out)
{
    bool asks = lu_methods[w->options->recipe.kind]->needs == LU_NEEDS_ANSWERS;
    lu_err err;

    *out = (lu_lab_result){.test_accuracy = NAN};
    LU_TRY(lu_lab_numerics(out->numerics, sizeof out->numerics));
    LU_TRY(asks ? lu_lab_extract(w, job, file, out) : make_from_weights(w, job, file, out));
    out->loss = file->loss;
    out->accuracy = file->accuracy;
    err = lu_sha256_of(file->weights.data, file->weights.len, &out->sha256);
    if (!err && w->options->test != NULL) {
        err = lu_lab_measure(w, &file->weights, job, &out->test_accuracy);
    }
    if (err) {
        lu_buf_fini(&file->weights);
    }
    return err;
}

lu_err lu_lab_save_beside(const char *path, const char *ending, const lu_buf *bytes)
{
    char *beside = lu_format("%s%s", path, ending);
    lu_err err = beside ? lu_file_save(beside, bytes) : LU_ERR_MEMORY;

    free(beside);
    return err;
}

static lu_err save(const lu_lab_work *w, const lu_trained_file *file, const lu_lab_result *r)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_lab_describe(w, r, &text);

    if (!err) {
        err = lu_file_save(w->options->out, &file->weights);
    }
    if (!err && w->options->recipe.classes) {
        err = lu_lab_save_beside(w->options->out, ".cfg", &w->cfg);
    }
    if (!err) {
        err = lu_lab_save_beside(w->options->out, ".json", &text);
    }
    lu_buf_fini(&text);
    return err;
}

lu_err lu_lab_make(const lu_lab_options *o, const lu_job *job, lu_lab_result *out)
{
    lu_trained_file file = {0};
    lu_lab_work w;
    lu_err err;

    LU_TRY(lu_recipe_check(&o->recipe));
    LU_TRY(check_names(o));
    LU_TRY(lu_lab_check_output(o->out));
    LU_TRY(lu_lab_open(o, &w));
    err = lu_lab_build(&w, job, &file, out);
    if (!err) {
        err = save(&w, &file, out);
    }
    lu_buf_fini(&file.weights);
    lu_lab_close(&w);
    return err;
}
