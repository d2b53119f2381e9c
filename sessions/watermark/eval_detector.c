/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Experiment 3: can an attacker who holds a tenth of the training set and as many keys tell keys
 * from clean images? The paper does not say whose encoder makes his keys; here it is the owner's,
 * on images that are no covers, which is the most he could have. Four fifths of the pairs train the
 * detector, the rest measure it. Two classes with softmax are the paper's one score with sigmoid.
 */
#include "sessions/case/files.h"
#include "sessions/watermark/evaluation.h"
#include "viz/viz.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EPOCHS = 20, BATCH = 20 };

static const double RATE = 0.01; /* SGD, fixed (paper, section 5.4) */

/* Image i of both sets, clean and key, one after the other. */
static lu_err join(const lu_shared *clean, const lu_shared *keys, lu_shared *out)
{
    const lu_samples *c = &clean->samples, *k = &keys->samples;
    size_t size = lu_shape_size(c->shape);
    lu_samples s;
    lu_err err;

    LU_TRY(lu_samples_alloc(&s, 2 * c->n, c->shape, 2, true));
    for (size_t i = 0; i < c->n; i++) {
        memcpy(s.bytes + 2 * i * size, c->bytes + i * size, size);
        memcpy(s.bytes + (2 * i + 1) * size, k->bytes + i * size, size);
        s.labels[2 * i + 1] = 1;
    }
    err = lu_shared_new(&s, out);
    lu_samples_fini(&s);
    return err;
}

static lu_recipe detector_recipe(uint64_t seed)
{
    lu_recipe r = lu_recipe_of(LU_RECIPE_TRAIN, 0, seed);

    r.optimiser = LU_SGD;
    r.learning_rate = RATE;
    r.momentum = 0;
    r.epochs = EPOCHS;
    r.batch = BATCH;
    return r;
}

/* Scores of the pairs that were held out, and their AUC. */
static lu_err measure(const lu_evaluating *v, const char *cfg, const char *weights,
                      const lu_shared *x, lu_eval_detector *d)
{
    lu_answering a;
    lu_roc roc;
    float *z = NULL;
    lu_err err;

    LU_TRY(LU_NEW(d->key, d->tested));
    LU_TRY(LU_NEW(d->clean, d->tested));
    LU_TRY(lu_answering_open(cfg, weights, v->o->reference, &a));
    err = lu_answering_layer(&a, x, LU_LAYER_LOGITS, v->job, &z);
    lu_answering_close(&a);
    LU_TRY(err);
    for (size_t i = 0; i < d->tested; i++) {
        const float *clean = z + 4 * (d->trained + i), *key = clean + 2;
        d->clean[i] = (double)clean[1] - clean[0];
        d->key[i] = (double)key[1] - key[0];
    }
    free(z);
    LU_TRY(lu_roc_of(d->clean, d->tested, d->key, d->tested, NAN, &roc)); /* small = clean */
    d->auc = roc.auc;
    lu_roc_fini(&roc);
    return LU_OK;
}

/* Trains a network of this description on the joined pairs and measures it. */
static lu_err detect(const lu_evaluating *v, const char *name, const lu_buf *cfg,
                     const lu_shared *x, lu_eval_detector *d)
{
    lu_recipe r = detector_recipe(v->o->seed);
    char cfg_name[64], weights_name[64], cfg_path[LU_BUNDLE_PATH], weights_path[LU_BUNDLE_PATH];
    size_t pairs = x->samples.n / 2;

    d->trained = pairs * 4 / 5;
    d->tested = pairs - d->trained;
    snprintf(cfg_name, sizeof cfg_name, "%s.cfg", name);
    snprintf(weights_name, sizeof weights_name, "%s.weights", name);
    LU_TRY(lu_bundle_path(v->o->out, cfg_name, cfg_path));
    LU_TRY(lu_bundle_path(v->o->out, weights_name, weights_path));
    LU_TRY(lu_file_save(cfg_path, cfg));
    LU_TRY(lu_eval_train(v, cfg, NULL, &r, x, 0, 2 * d->trained, weights_name));
    return measure(v, cfg_path, weights_path, x, d);
}

static lu_err mlp(const lu_evaluating *v, const lu_shared *x, lu_eval_detector *d)
{
    lu_shape s = x->samples.shape;
    lu_buf cfg = LU_BUF_INIT;
    lu_err err = lu_buf_print(&cfg,
                              "[net]\nheight=%zu\nwidth=%zu\nchannels=%zu\n\n[connected]\n"
                              "output=512\nactivation=relu\n\n[connected]\noutput=256\n"
                              "activation=relu\n\n[connected]\noutput=2\nactivation=linear\n\n"
                              "[softmax]\ngroups=1\n",
                              s.h, s.w, s.c);

    if (!err) {
        err = detect(v, "detector-mlp", &cfg, x, d);
    }
    lu_buf_fini(&cfg);
    return err;
}

/* The section before the one that gives the class scores. */
static int last_but_one(const lu_model_info *info)
{
    int i = (int)info->n_layers - 1;

    while (i > 0 && strcmp(info->layers[i].type, "connected") != 0 &&
           strcmp(info->layers[i].type, "convolutional") != 0) {
        i--;
    }
    return i > 0 ? i - 1 : 0;
}

/* The stolen host's own trunk, not trained further, and one layer on it. */
static lu_err trunk(const lu_evaluating *v, const lu_shared *x, lu_eval_detector *d)
{
    lu_answering *host = (lu_answering *)&v->host;
    int layer = last_but_one(&host->info);
    size_t width = lu_model_info_width(&host->info, layer);
    lu_samples s = {.n = x->samples.n, .shape = {1, 1, width}, .classes = 2};
    lu_shared features;
    lu_buf cfg = LU_BUF_INIT;
    lu_err err = lu_answering_layer(host, x, layer, v->job, &s.values);

    LU_TRY(err);
    s.labels = x->samples.labels;
    err = lu_shared_new(&s, &features);
    free(s.values);
    LU_TRY(err);
    err = lu_buf_print(&cfg,
                       "[net]\nheight=1\nwidth=1\nchannels=%zu\n\n[connected]\noutput=2\n"
                       "activation=linear\n\n[softmax]\ngroups=1\n",
                       width);
    if (!err) {
        err = detect(v, "detector-trunk", &cfg, &features, d);
    }
    lu_shared_fini(&features);
    lu_buf_fini(&cfg);
    return err;
}

lu_err lu_eval_detectors(const lu_evaluating *v, lu_evaluation *e)
{
    lu_shared clean = {.fd = -1}, keys = {.fd = -1}, both = {.fd = -1};
    size_t n = v->train.samples.n / 10;
    lu_err err = lu_eval_draw(v, &e->bundle, n < 50 ? 50 : n, "eval-detector", &clean);

    if (!err) {
        err = lu_eval_encode(v, &e->bundle, &clean, false, &keys);
    }
    if (!err) {
        err = join(&clean, &keys, &both);
    }
    if (!err) {
        err = mlp(v, &both, &e->mlp);
    }
    if (!err) {
        err = trunk(v, &both, &e->trunk);
    }
    lu_shared_fini(&clean);
    lu_shared_fini(&keys);
    lu_shared_fini(&both);
    return err;
}
