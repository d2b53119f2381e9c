/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/lab.h"
#include "sessions/case/case.h"
#include "sessions/case/files.h"
#include "sessions/case/json.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* Everything one training needs, open. */
typedef struct bench_work {
    lu_buf cfg;
    int parent;
    lu_shared data;
    lu_sha256 cfg_sha256, parent_sha256, data_digest;
} bench_work;

/* An output that cannot be written is said before the training, not after. */
static lu_err check_output(const char *path)
{
    char *copy = lu_strdup(path);
    lu_err err = copy ? LU_OK : LU_ERR_MEMORY;

    if (!err && access(dirname(copy), W_OK | X_OK)) {
        err = lu_within(lu_fail(LU_ERR_IO, "cannot be written: %s", strerror(errno)), "%s", path);
    }
    free(copy);
    return err;
}

static lu_err open_work(const lu_lab_options *o, bench_work *w)
{
    uint64_t size;

    *w = (bench_work){.parent = -1, .data = {.fd = -1}};
    LU_TRY(check_output(o->out));
    LU_TRY(lu_file_read(AT_FDCWD, o->cfg, 1 << 20, &w->cfg));
    LU_TRY(lu_sha256_of(w->cfg.data, w->cfg.len, &w->cfg_sha256));
    if (o->parent != NULL) {
        LU_TRY(lu_file_open(AT_FDCWD, o->parent, &w->parent, &size));
        LU_TRY(lu_sha256_fd(w->parent, &w->parent_sha256));
    }
    LU_TRY(lu_client_samples(o->data, LU_PART_TRAIN, o->recipe.seed, &w->data));
    return lu_samples_digest(&w->data.samples, &w->data_digest);
}

static void close_work(bench_work *w)
{
    lu_buf_fini(&w->cfg);
    lu_shared_fini(&w->data);
    if (w->parent >= 0) {
        close(w->parent);
    }
}

static lu_err train(const lu_lab_options *o, const bench_work *w, const lu_job *job,
                    lu_trained_file *out)
{
    lu_frame request, reply;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    lu_request_train(&w->cfg, w->parent, &o->recipe, &w->data, 0, w->data.samples.n, &request);
    err = lu_engine_call(e, &request, job, &reply);
    lu_frame_fini(&request);
    if (!err) {
        err = lu_reply_train(&reply, out);
        lu_frame_fini(&reply);
    }
    lu_engine_free(&e);
    return err;
}

static cJSON *recipe_json(const lu_lab_options *o, const bench_work *w, const lu_lab_result *r)
{
    const lu_recipe *recipe = &o->recipe;
    cJSON *json = cJSON_CreateObject(), *drops;

    cJSON_AddStringToObject(json, "tool", "lineup " LU_VERSION);
    cJSON_AddStringToObject(json, "sha256", r->sha256.hex);
    cJSON_AddStringToObject(json, "cfg", w->cfg_sha256.hex);
    if (o->parent != NULL) {
        cJSON_AddStringToObject(json, "parent", w->parent_sha256.hex);
    }
    cJSON_AddStringToObject(json, "data", o->data);
    cJSON_AddStringToObject(json, "data_digest", w->data_digest.hex);
    lu_json_add(json, "samples", (double)r->samples);
    cJSON_AddBoolToObject(json, "from_parent", recipe->from_parent);
    cJSON_AddBoolToObject(json, "fresh_last", recipe->fresh_last);
    cJSON_AddBoolToObject(json, "last_only", recipe->last_only);
    lu_json_add(json, "prune", recipe->prune);
    cJSON_AddStringToObject(json, "optimiser", recipe->optimiser == LU_ADAM ? "adam" : "sgd");
    lu_json_add(json, "learning_rate", recipe->learning_rate);
    lu_json_add(json, "momentum", recipe->momentum);
    lu_json_add(json, "decay", recipe->decay);
    lu_json_add(json, "epochs", (double)recipe->epochs);
    lu_json_add(json, "batch", (double)recipe->batch);
    drops = cJSON_AddArrayToObject(json, "drops");
    for (size_t i = 0; i < LU_RECIPE_DROPS && recipe->drop_epoch[i]; i++) {
        const double drop[2] = {(double)recipe->drop_epoch[i], recipe->drop_factor[i]};
        cJSON_AddItemToArray(drops, cJSON_CreateDoubleArray(drop, 2));
    }
    lu_json_add(json, "shift", recipe->shift);
    lu_json_add(json, "rotate", recipe->rotate);
    cJSON_AddBoolToObject(json, "flip", recipe->flip);
    lu_json_add(json, "seed", (double)recipe->seed);
    lu_json_add(json, "loss", r->loss);
    lu_json_add(json, "train_accuracy", r->accuracy);
    lu_json_add(json, "test_accuracy", r->test_accuracy);
    return json;
}

static lu_err write_recipe(const lu_lab_options *o, const bench_work *w, const lu_lab_result *r)
{
    lu_buf text = LU_BUF_INIT;
    char *path = lu_format("%s.json", o->out);
    lu_err err = lu_json_print(recipe_json(o, w, r), true, &text);

    if (!err) {
        err = path ? lu_file_save(path, &text) : LU_ERR_MEMORY;
    }
    lu_buf_fini(&text);
    free(path);
    return err;
}

static lu_err measure(const lu_lab_options *o, const lu_shared *test, const lu_job *job,
                      double *accuracy)
{
    const int logits = LU_LAYER_LOGITS;
    lu_model_files files = {.cfg = -1, .weights = -1, .name = o->out, .reference = o->reference};
    lu_model_info info = {0};
    lu_engine *e = NULL;
    float *z = NULL;
    uint64_t size;
    size_t right = 0;
    lu_err err = lu_file_open(AT_FDCWD, o->cfg, &files.cfg, &size);

    if (!err) {
        err = lu_file_open(AT_FDCWD, o->out, &files.weights, &size);
    }
    if (!err) {
        err = lu_engine_start(&e);
    }
    if (!err) {
        err = lu_engine_load(e, &files, &info);
    }
    if (!err) {
        err = lu_engine_outputs(e, &info, test, 0, test->samples.n, 1, &logits, &z, job);
    }
    for (size_t i = 0; !err && i < test->samples.n; i++) {
        right += lu_argmax(z + i * info.classes, info.classes) == (size_t)test->samples.labels[i];
    }
    *accuracy = (double)right / (double)test->samples.n;
    free(z);
    lu_engine_free(&e);
    lu_model_info_fini(&info);
    lu_item_close(&files);
    return err;
}

static lu_err test_accuracy(const lu_lab_options *o, const lu_job *job, double *accuracy)
{
    lu_shared test;
    lu_err err;

    *accuracy = NAN;
    if (o->test == NULL) {
        return LU_OK;
    }
    LU_TRY(lu_client_samples(o->test, LU_PART_TEST, o->recipe.seed, &test));
    err = test.samples.labels ? measure(o, &test, job, accuracy)
                              : lu_fail(LU_ERR_INPUT, "the test samples have no labels");
    lu_shared_fini(&test);
    return err;
}

lu_err lu_lab_make(const lu_lab_options *o, const lu_job *job, lu_lab_result *out)
{
    lu_trained_file file = {0};
    bench_work w;
    lu_err err = lu_recipe_check(&o->recipe);

    LU_TRY(err);
    *out = (lu_lab_result){.test_accuracy = NAN};
    err = open_work(o, &w);
    if (!err) {
        err = train(o, &w, job, &file);
    }
    if (!err) {
        out->loss = file.loss;
        out->accuracy = file.accuracy;
        out->samples = w.data.samples.n;
        err = lu_sha256_of(file.weights.data, file.weights.len, &out->sha256);
    }
    if (!err) {
        err = lu_file_save(o->out, &file.weights);
    }
    if (!err) {
        err = test_accuracy(o, job, &out->test_accuracy);
    }
    if (!err) {
        err = write_recipe(o, &w, out);
    }
    lu_buf_fini(&file.weights);
    close_work(&w);
    return err;
}
