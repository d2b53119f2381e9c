/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From two foreign files to a model that is what the files say. */
#include "nets/engine/engine.h"
#include "nets/engine/sandbox.h"

#include <math.h>
#include <string.h>

enum { REFERENCE_BATCH = 16, CHECK_IMAGES = 2, MEMORY_BATCH = 32 };

static const uint64_t CHECK_FLOPS_MAX = 5000000000u; /* larger networks: seconds on libdarknet */
static const double CHECK_LIMIT = 1e-4;              /* spec engine 8, item 5 */

/* Relative L2 difference of one layer, INFINITY where only `a` is not finite; false where the
   reference `b` is not. The absolute floor keeps layers that answer zero out. */
static bool difference(const float *a, const float *b, size_t n, double *out)
{
    double apart = 0, size = 1e-12;

    for (size_t i = 0; i < n; i++) {
        double d = (double)a[i] - (double)b[i];
        apart += d * d;
        size += (double)b[i] * (double)b[i];
    }
    *out = isfinite(apart) ? sqrt(apart / size) : INFINITY;
    return isfinite(size);
}

static lu_err check_images(const lu_model *m, float **out)
{
    lu_rng *rng;
    size_t n = CHECK_IMAGES * lu_shape_size(m->input);

    LU_TRY(LU_NEW(*out, n));
    LU_TRY(lu_rng_new(&rng, 1, "self-check", 0));
    for (size_t i = 0; i < n; i++) {
        (*out)[i] = (float)lu_rng_uniform(rng);
    }
    lu_rng_free(&rng);
    return LU_OK;
}

/* One engine's neurons of all layers for n images: an array a layer, in one block. */
static lu_err all_layers(lu_model *m, const float *x, size_t n, float **block, float **out)
{
    size_t total = 0;
    int *layers = NULL;
    lu_err err;

    for (size_t i = 0; i < m->n_layers; i++) {
        total += n * m->layers[i].neurons;
    }
    LU_TRY(LU_NEW(*block, total));
    err = LU_NEW(layers, m->n_layers);
    total = 0;
    for (size_t i = 0; !err && i < m->n_layers; i++) {
        layers[i] = (int)i;
        out[i] = *block + total;
        total += n * m->layers[i].neurons;
    }
    if (!err) {
        err = lu_model_forward(m, x, n, m->n_layers, layers, out);
    }
    free(layers);
    return err;
}

/* The largest difference of any layer of `a` from the reference's. A network that answers a random
   image with what is not a number is no network to compare. */
static lu_err worst_of(const lu_model *m, size_t n, float *const *a, float *const *b, double *worst)
{
    *worst = 0;
    for (size_t i = 0; i < m->n_layers; i++) {
        double d;
        if (!difference(a[i], b[i], n * m->layers[i].neurons, &d)) {
            return lu_fail(LU_ERR_INPUT,
                           "layer %zu [%s] answers a random image with values that are not finite",
                           i, m->layers[i].type);
        }
        *worst = d > *worst ? d : *worst;
    }
    return LU_OK;
}

static lu_err compare_layers(lu_model *fast, lu_model *reference, const float *x, double *worst)
{
    float *blocks[2] = {NULL, NULL}, **out = NULL;
    size_t n = fast->batch < CHECK_IMAGES ? fast->batch : CHECK_IMAGES;
    lu_err err = LU_NEW(out, 2 * fast->n_layers);

    if (!err) {
        err = all_layers(fast, x, n, &blocks[0], out);
    }
    if (!err) {
        err = all_layers(reference, x, n, &blocks[1], out + fast->n_layers);
    }
    if (!err) {
        err = worst_of(fast, n, out, out + fast->n_layers, worst);
    }
    free(blocks[0]);
    free(blocks[1]);
    free(out);
    return err;
}

static lu_err self_check(lu_model *fast, lu_model *reference, double *worst)
{
    float *x = NULL;
    lu_err err = check_images(fast, &x);

    if (!err) {
        err = compare_layers(fast, reference, x, worst);
    }
    free(x);
    return err;
}

static lu_err make_reference(const lu_loaded *l, size_t batch, lu_model **out)
{
    lu_darknet *darknet;
    lu_err err;

    LU_TRY(lu_darknet_new(&l->net, &l->weights, batch, &darknet));
    err = lu_darknet_model(&darknet, &l->net, out);
    lu_darknet_free(&darknet);
    return err;
}

/* Compares with Darknet, and once more without Winograd when that is too far off. */
static lu_err check_engine(lu_loaded *l, lu_model *reference, lu_model **fast)
{
    LU_TRY(self_check(*fast, reference, &l->self_check));
    if (l->self_check <= CHECK_LIMIT) {
        return LU_OK;
    }
    lu_model_free(fast);
    l->direct = true;
    LU_TRY(lu_fast_direct(&l->net, &l->weights, fast));
    return self_check(*fast, reference, &l->self_check);
}

/* Without Darknet to compare with: are Winograd's answers those of the plain sums? */
static lu_err check_transforms(lu_loaded *l, lu_model **fast)
{
    lu_model *direct;
    double apart = 0;
    lu_err err;

    LU_TRY(lu_fast_direct(&l->net, &l->weights, &direct));
    err = self_check(*fast, direct, &apart);
    l->direct = apart > CHECK_LIMIT;
    lu_model_free(l->direct ? fast : &direct);
    if (l->direct) {
        *fast = direct;
    }
    return err;
}

static lu_err check_models(lu_loaded *l, lu_engine_kind kind, lu_model *reference, lu_model **fast)
{
    LU_TRY(check_engine(l, reference, fast));
    if (kind == LU_ENGINE_FAST && l->self_check > CHECK_LIMIT) {
        return lu_fail(LU_ERR_CANNOT,
                       "the fast engine differs from Darknet by %.2g (limit %.2g); use "
                       "--engine darknet",
                       l->self_check, CHECK_LIMIT);
    }
    return LU_OK;
}

/* The one that is asked for, and for the check the other. */
static lu_err make_models(lu_loaded *l, lu_engine_kind kind)
{
    lu_model *reference = NULL, *fast = NULL;
    bool is_fast = kind == LU_ENGINE_FAST, checked = l->net.work <= CHECK_FLOPS_MAX;
    lu_err err = LU_OK;

    if (checked || !is_fast) {
        err = make_reference(l, is_fast ? CHECK_IMAGES : REFERENCE_BATCH, &reference);
    }
    if (!err && (checked || is_fast)) {
        err = lu_fast_model(&l->net, &l->weights, &fast);
    }
    l->self_check = NAN;
    if (!err && checked) {
        err = check_models(l, kind, reference, &fast);
    } else if (!err && is_fast) {
        err = check_transforms(l, &fast);
    }
    if (!err) {
        l->model = is_fast ? fast : reference;
        *(is_fast ? &fast : &reference) = NULL;
    }
    lu_model_free(&fast);
    lu_model_free(&reference);
    return err;
}

/* What the network needs: its parameters as read, folded, transposed, in Darknet's nine-fold
   widened form and the files of each; values and gradients of two batches in both engines. */
static uint64_t memory_need(const lu_net *net, size_t batch)
{
    const uint64_t copies = 40, planes = 12;

    return sizeof(float) * (copies * net->parameters + planes * batch * net->activations);
}

lu_err lu_loaded_new(const char *cfg, size_t cfg_len, const uint8_t *weights, size_t weights_len,
                     lu_engine_kind kind, lu_loaded *out)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_err err;

    memset(out, 0, sizeof *out);
    err = lu_within(lu_net_parse(cfg, cfg_len, &limits, &out->net), "the .cfg file");
    if (!err) {
        lu_sandbox_memory(memory_need(&out->net, MEMORY_BATCH));
        err = lu_weights_parse(&out->net, weights, weights_len, &out->weights);
        if (!err) {
            err = lu_weights_digest(&out->net, &out->weights, &out->parameters);
        }
        err = lu_within(err, "the .weights file");
    }
    if (!err) {
        err = make_models(out, kind);
    }
    if (err) {
        lu_loaded_fini(out);
    }
    return err;
}

void lu_loaded_fini(lu_loaded *l)
{
    lu_model_free(&l->model);
    lu_weights_fini(&l->weights);
    lu_net_fini(&l->net);
}
