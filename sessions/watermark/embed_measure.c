/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys against covers, what the networks answer, and bundle.json that says so. */
#include "sessions/case/json.h"
#include "sessions/watermark/answers.h"
#include "sessions/watermark/bundle.h"
#include "sessions/watermark/work.h"

#include <math.h>

/* --- measuring --- */

/* The keys and the covers as sets of images. */
static lu_err share(const lu_mark_work *w, uint8_t *x, int32_t *label, lu_shared *out)
{
    lu_samples s = {.n = w->params.keys,
                    .shape = w->train.samples.shape,
                    .classes = w->classes,
                    .bytes = x,
                    .labels = label};

    return lu_shared_new(&s, out);
}

static lu_err compare_images(const lu_mark_work *w, const uint8_t *keys, const uint8_t *covers,
                             lu_mark_made *out)
{
    lu_likeness all;

    LU_TRY(lu_likeness_over(covers, keys, w->params.keys, w->train.samples.shape, &all));
    out->ssim = all.ssim;
    out->psnr = all.psnr;
    out->mean_difference = all.mean;
    out->max_difference = all.most;
    return LU_OK;
}

/* What one of the bundle's networks answers to keys and, where asked, covers and test samples. */
static lu_err ask_one(const lu_mark_work *w, const char *name, const lu_shared *keys,
                      const lu_shared *test, const lu_job *job, size_t *matches, double *clean)
{
    char cfg[LU_BUNDLE_PATH], weights[LU_BUNDLE_PATH];
    lu_answering a;
    size_t right;
    lu_err err;

    LU_TRY(lu_bundle_path(w->o->out, "host.cfg", cfg));
    LU_TRY(lu_bundle_path(w->o->out, name, weights));
    LU_TRY(lu_answering_open(cfg, weights, w->o->reference, &a));
    err = lu_answering_right(&a, keys, job, matches);
    if (!err && test != NULL) {
        err = lu_answering_right(&a, test, job, &right);
        *clean = err ? NAN : (double)right / (double)test->samples.n;
    }
    lu_answering_close(&a);
    return err;
}

static lu_err ask_all(const lu_mark_work *w, const lu_shared *keys, const lu_shared *covers,
                      const lu_job *job, lu_mark_made *out)
{
    lu_shared test = {.fd = -1};
    lu_err err = LU_OK;
    double none;

    out->clean = out->twin_clean = NAN;
    if (w->o->test != NULL) {
        LU_TRY(lu_client_samples(w->o->test, LU_PART_TEST, w->params.seed, &test));
    }
    const lu_shared *measured = w->o->test ? &test : NULL;
    err = ask_one(w, "host.weights", keys, measured, job, &out->matches, &out->clean);
    if (!err) {
        err = ask_one(w, "twin.weights", keys, measured, job, &out->twin_matches, &out->twin_clean);
    }
    if (!err) {
        err = ask_one(w, "untrained.weights", keys, NULL, job, &out->untrained_matches, &none);
    }
    if (!err) {
        err = ask_one(w, "host.weights", covers, NULL, job, &out->raw, &none);
    }
    lu_shared_fini(&test);
    return err;
}

static const lu_embed_row *last_joint(const lu_mark_work *w, const lu_embedded *host)
{
    return &host->row[w->params.epochs - 1];
}

lu_err lu_mark_measure(const lu_mark_work *w, const lu_embedded *host, const lu_job *job,
                       lu_mark_made *out)
{
    lu_shared keys = {.fd = -1}, covers = {.fd = -1};
    uint8_t *x = NULL;
    int32_t *y = NULL;
    lu_err err = lu_mark_covers(w, &x, &y);

    out->last = *last_joint(w, host);
    if (!err) {
        err = compare_images(w, host->keys.data, x, out);
    }
    if (!err) {
        err = share(w, host->keys.data, w->label, &keys);
    }
    if (!err) {
        err = share(w, x, y, &covers);
    }
    if (!err) {
        err = ask_all(w, &keys, &covers, job, out);
    }
    if (!err) {
        err = lu_sha256_of(host->host.data, host->host.len, &out->host);
    }
    lu_shared_fini(&keys);
    lu_shared_fini(&covers);
    free(x);
    free(y);
    return err;
}

/* --- bundle.json --- */

static cJSON *params_json(const lu_embed_params *p)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddBoolToObject(json, "faithful", p->faithful);
    lu_json_add(json, "keys_a_step", (double)p->mini);
    lu_json_add(json, "samples_a_step", (double)p->batch);
    lu_json_add(json, "epochs", (double)p->epochs);
    lu_json_add(json, "frozen_epochs", (double)p->freeze);
    lu_json_add(json, "mse", p->mse);
    lu_json_add(json, "ssim", p->ssim);
    lu_json_add(json, "adversarial", p->adv);
    lu_json_add(json, "host", p->host);
    cJSON_AddStringToObject(json, "optimiser", p->optimiser == LU_ADAM ? "adam" : "sgd");
    lu_json_add(json, "rate", p->rate);
    lu_json_add(json, "momentum", p->momentum);
    lu_json_add(json, "decay", p->decay);
    cJSON_AddItemToObject(
        json, "drops",
        cJSON_CreateDoubleArray((const double[]){(double)p->drop[0], (double)p->drop[1]}, 2));
    lu_json_add(json, "drop_factor", p->drop_factor);
    lu_json_add(json, "coder_rate", p->coder_rate);
    cJSON_AddBoolToObject(json, "plateau", p->plateau);
    return json;
}

static cJSON *measured_json(const lu_mark_made *m)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "key_matches", (double)m->matches);
    lu_json_add(json, "twin_matches", (double)m->twin_matches);
    lu_json_add(json, "untrained_matches", (double)m->untrained_matches);
    lu_json_add(json, "raw_covers_true", (double)m->raw);
    lu_json_add(json, "clean", m->clean);
    lu_json_add(json, "twin_clean", m->twin_clean);
    lu_json_add(json, "ssim", m->ssim);
    lu_json_add(json, "psnr", m->psnr);
    lu_json_add(json, "mean_difference", m->mean_difference);
    lu_json_add(json, "max_difference", m->max_difference);
    return json;
}

lu_err lu_mark_describe(const lu_mark_work *w, const lu_embedded *host, const lu_mark_made *made)
{
    lu_shape s = w->train.samples.shape;
    cJSON *json = cJSON_CreateObject(), *covers;
    lu_buf text = LU_BUF_INIT;
    lu_sha256 data;
    lu_err err = lu_samples_digest(&w->train.samples, &data);

    cJSON_AddStringToObject(json, "kind", "blind-watermark");
    cJSON_AddStringToObject(json, "tool", "lineup " LU_VERSION);
    cJSON_AddStringToObject(json, "random", lu_rng_library());
    cJSON_AddStringToObject(json, "commitment", w->commitment.hex);
    cJSON_AddStringToObject(json, "data", w->o->data);
    cJSON_AddStringToObject(json, "data_digest", data.hex);
    cJSON_AddItemToObject(
        json, "shape",
        cJSON_CreateDoubleArray((const double[]){(double)s.h, (double)s.w, (double)s.c}, 3));
    lu_json_add(json, "classes", (double)w->classes);
    lu_json_add(json, "width", (double)w->params.width);
    lu_json_add(json, "seed", (double)w->params.seed);
    cJSON_AddBoolToObject(json, "faithful", w->params.faithful);
    lu_json_add(json, "epochs_done", (double)host->epochs);
    cJSON_AddItemToObject(json, "parameters", params_json(&w->params));
    cJSON_AddItemToObject(json, "measured", measured_json(made));
    covers = cJSON_AddArrayToObject(json, "covers");
    for (size_t i = 0; i < w->params.keys; i++) {
        cJSON_AddItemToArray(covers, lu_json_number((double)w->cover[i]));
    }
    if (err) {
        cJSON_Delete(json);
        return err;
    }
    LU_TRY(lu_json_print(json, true, &text));
    err = lu_bundle_save(w->o->out, "bundle.json", &text);
    lu_buf_fini(&text);
    return err;
}
