/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The typed calls: requests built, answers read. */
#include "nets/client/client.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- model information --- */

void lu_model_info_fini(lu_model_info *info)
{
    free(info->layers);
    *info = (lu_model_info){0};
}

static const lu_layer_info *layer_of(const lu_model_info *info, int layer)
{
    return layer >= 0 && (size_t)layer < info->n_layers ? &info->layers[layer] : NULL;
}

size_t lu_model_info_width(const lu_model_info *info, int layer)
{
    const lu_layer_info *l = layer_of(info, layer);

    return layer == LU_LAYER_LOGITS ? info->classes : l ? l->neurons : 0;
}

bool lu_model_info_same_layer(const lu_model_info *a, const lu_model_info *b, int layer)
{
    const lu_layer_info *x = layer_of(a, layer), *y = layer_of(b, layer);

    return x && y && strcmp(x->type, y->type) == 0 && lu_shape_equal(x->shape, y->shape);
}

void lu_request_load(const lu_model_files *files, lu_frame *f)
{
    lu_frame_init(f, LU_MSG_LOAD, 0);
    lu_put_u64(f, files->reference);
    lu_put_fd(f, files->cfg);
    lu_put_fd(f, files->weights);
}

static void get_shape(lu_frame *f, lu_shape *s)
{
    s->h = lu_get_below(f, 1 << 30);
    s->w = lu_get_below(f, 1 << 30);
    s->c = lu_get_below(f, 1 << 30);
    f->bad = f->bad || s->h == 0 || s->w == 0 || s->c == 0;
}

lu_err lu_reply_load(lu_frame *f, lu_model_info *out)
{
    lu_err err;

    memset(out, 0, sizeof *out);
    get_shape(f, &out->input);
    out->classes = lu_get_below(f, 1 << 20);
    out->head = (lu_head)lu_get_below(f, 2);
    out->default_layer = (int)lu_get_below(f, 1 << 20);
    out->batch = lu_get_below(f, 1 << 20);
    out->parameters = lu_get_u64(f);
    out->flops = lu_get_u64(f);
    out->self_check = lu_get_f64(f);
    out->direct = lu_get_below(f, 2) != 0;
    lu_get_text(f, out->digest.hex, sizeof out->digest.hex);
    out->n_layers = lu_get_below(f, 1 << 20);
    err = LU_NEW(out->layers, out->n_layers);
    for (size_t i = 0; !err && !f->bad && i < out->n_layers; i++) {
        lu_get_text(f, out->layers[i].type, LU_TYPE_MAX);
        get_shape(f, &out->layers[i].shape);
        out->layers[i].neurons = out->layers[i].shape.c;
    }
    f->bad = f->bad || out->classes < 2 || out->batch == 0 ||
             (size_t)out->default_layer >= out->n_layers || !lu_sha256_valid(out->digest.hex);
    if (!err) {
        err = lu_frame_end(f);
    }
    if (err) {
        lu_model_info_fini(out);
    }
    return err;
}

lu_err lu_engine_load(lu_engine *e, const lu_model_files *files, lu_model_info *out)
{
    lu_frame request, reply;
    lu_err err;

    *out = (lu_model_info){0};
    lu_request_load(files, &request);
    err = lu_engine_call(e, &request, NULL, &reply);
    lu_frame_fini(&request);
    LU_TRY(lu_within(err, "%s", files->name));
    err = lu_reply_load(&reply, out);
    lu_frame_fini(&reply);
    return lu_within(err, "%s", files->name);
}

lu_err lu_engine_greet(lu_engine *e, lu_engine_hello *out)
{
    lu_frame request, reply;
    lu_err err;

    *out = (lu_engine_hello){0};
    lu_frame_init(&request, LU_MSG_HELLO, 0);
    err = lu_engine_call(e, &request, NULL, &reply);
    lu_frame_fini(&request);
    LU_TRY(err);
    lu_get_text(&reply, out->tag, sizeof out->tag);
    lu_get_text(&reply, out->sandbox, sizeof out->sandbox);
    err = lu_frame_end(&reply);
    lu_frame_fini(&reply);
    return err;
}

/* --- outputs --- */

static void request_arrays(lu_message type, const lu_shared *s, size_t first, size_t n,
                           size_t wanted, const int *layers, lu_frame *f)
{
    lu_frame_init(f, type, 0);
    lu_put_u64(f, wanted);
    for (size_t k = 0; k < wanted; k++) {
        lu_put_u64(f, (uint64_t)(int64_t)layers[k]);
    }
    lu_put_u64(f, first);
    lu_put_u64(f, n);
    lu_put_samples(f, s);
}

void lu_request_outputs(const lu_shared *s, size_t first, size_t n, size_t wanted,
                        const int *layers, lu_frame *f)
{
    request_arrays(LU_MSG_OUTPUTS, s, first, n, wanted, layers, f);
}

lu_err lu_reply_parts(lu_frame *reply, size_t n, const size_t *bytes, void *const *to)
{
    size_t size = 0, at = 0;
    int fd = lu_get_fd(reply);
    void *base = NULL;
    lu_err err = lu_frame_end(reply);

    for (size_t k = 0; k < n; k++) {
        size = lu_sealed_next(size, bytes[k]);
    }
    if (!err) {
        err = lu_sealed_map(fd, size, &base);
    }
    for (size_t k = 0; !err && k < n; k++) {
        if (bytes[k]) {
            memcpy(to[k], (uint8_t *)base + at, bytes[k]);
        }
        at = lu_sealed_next(at, bytes[k]);
    }
    if (base != NULL) {
        munmap(base, size);
    }
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

/* What an engine answers is foreign: a value that is not finite is refused. */
static lu_err check_finite(const float *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(v[i] - v[i] == 0)) {
            return lu_fail(LU_ERR_INPUT, "the network answers with a value that is not finite");
        }
    }
    return LU_OK;
}

lu_err lu_reply_outputs(lu_frame *reply, const lu_model_info *info, size_t n, size_t wanted,
                        const int *layers, float **out)
{
    size_t *bytes;
    lu_err err;

    memset(out, 0, wanted * sizeof *out);
    LU_TRY(LU_NEW(bytes, wanted));
    err = LU_OK;
    for (size_t k = 0; k < wanted && !err; k++) {
        bytes[k] = n * lu_model_info_width(info, layers[k]) * sizeof(float);
        out[k] = lu_zalloc(bytes[k], 1);
        err = out[k] ? LU_OK : LU_ERR_MEMORY;
    }
    if (!err) {
        err = lu_reply_parts(reply, wanted, bytes, (void *const *)out);
    }
    for (size_t k = 0; k < wanted && !err; k++) {
        err = check_finite(out[k], bytes[k] / sizeof(float));
    }
    for (size_t k = 0; k < wanted && err; k++) {
        free(out[k]);
        out[k] = NULL;
    }
    free(bytes);
    return err;
}

lu_err lu_engine_outputs(lu_engine *e, const lu_model_info *info, const lu_shared *s, size_t first,
                         size_t n, size_t wanted, const int *layers, float **out, const lu_job *job)
{
    lu_frame request, reply;
    lu_err err;

    memset(out, 0, wanted * sizeof *out);
    lu_request_outputs(s, first, n, wanted, layers, &request);
    err = lu_engine_call(e, &request, job, &reply);
    lu_frame_fini(&request);
    LU_TRY(err);
    err = lu_reply_outputs(&reply, info, n, wanted, layers, out);
    lu_frame_fini(&reply);
    return err;
}

/* --- training --- */

static void put_cfg(lu_frame *f, const lu_buf *cfg)
{
    lu_put_bytes(f, cfg ? (const char *)cfg->data : "", cfg ? cfg->len : 0);
}

void lu_request_carry_out(const lu_training_files *t, lu_frame *f)
{
    lu_frame_init(f, LU_MSG_TRAIN, 0);
    put_cfg(f, t->cfg);
    put_cfg(f, t->parent_cfg);
    lu_put_u64(f, t->parent >= 0);
    lu_put_u64(f, t->samples != NULL);
    lu_put_u64(f, t->targets != NULL);
    lu_put_recipe(f, t->recipe);
    if (t->samples != NULL) {
        lu_put_u64(f, t->first);
        lu_put_u64(f, t->n);
        lu_put_samples(f, t->samples);
    }
    if (t->targets != NULL) {
        lu_put_samples(f, t->targets);
    }
    if (t->parent >= 0) {
        lu_put_fd(f, t->parent);
    }
}

void lu_request_train(const lu_buf *cfg, int parent, const lu_recipe *r, const lu_shared *s,
                      size_t first, size_t n, lu_frame *f)
{
    lu_training_files t = {
        .cfg = cfg, .parent = parent, .recipe = r, .samples = s, .first = first, .n = n};

    lu_request_carry_out(&t, f);
}

lu_err lu_reply_train(lu_frame *reply, lu_trained_file *out)
{
    size_t len;
    void *to;
    lu_err err;

    *out = (lu_trained_file){0};
    out->loss = lu_get_f64(reply);
    out->accuracy = lu_get_f64(reply);
    len = lu_get_below(reply, LU_WIRE_WEIGHTS + 1);
    out->weights.data = lu_zalloc(len + 1, 1);
    if (out->weights.data == NULL) {
        return LU_ERR_MEMORY;
    }
    out->weights.len = len;
    out->weights.capacity = len + 1;
    to = out->weights.data;
    err = lu_reply_parts(reply, 1, &len, &to);
    if (err) {
        lu_buf_fini(&out->weights);
    }
    return err;
}

/* --- foreign files --- */

/* An engine that may read these paths, for one question. */
static lu_err ask_once(const char *const *paths, size_t n, lu_frame *request, lu_frame *reply)
{
    lu_engine *e;
    lu_err err = lu_engine_start_reading(paths, n, &e);

    if (!err) {
        err = lu_engine_call(e, request, NULL, reply);
        lu_engine_free(&e);
    }
    lu_frame_fini(request);
    return err;
}

/* What a set is read from: its path, and an idx set's labels. Made sets need nothing. */
static lu_err ask_for_set(const char *text, lu_frame *request, lu_frame *reply)
{
    lu_spec *spec;
    lu_err err = LU_NEW(spec, 1);

    if (!err) {
        err = lu_spec_parse(text, spec);
    }
    if (!err) {
        const char *const paths[] = {spec->path, spec->second};
        size_t n = spec->kind == LU_SPEC_SYNTH ? 0 : spec->second[0] ? 2 : 1;
        err = ask_once(paths, n, request, reply);
    } else {
        lu_frame_fini(request);
    }
    free(spec);
    return err;
}

lu_err lu_client_samples(const char *spec, lu_part part, uint64_t seed, lu_shared *out)
{
    lu_frame request, reply;
    lu_err err;

    *out = (lu_shared){.fd = -1};
    lu_frame_init(&request, LU_MSG_SAMPLES, 0);
    lu_put_text(&request, spec);
    lu_put_u64(&request, part);
    lu_put_u64(&request, seed);
    LU_TRY(ask_for_set(spec, &request, &reply));
    err = lu_get_samples(&reply, out);
    if (!err) {
        err = lu_frame_end(&reply);
    }
    if (err) {
        lu_shared_fini(out);
    }
    lu_frame_fini(&reply);
    return err;
}

lu_err lu_client_arrays(const char *path, lu_arrays *out)
{
    lu_frame request, reply;
    lu_err err;

    *out = (lu_arrays){0};
    lu_frame_init(&request, LU_MSG_ARRAYS, 0);
    lu_put_text(&request, path);
    LU_TRY(ask_once(&path, 1, &request, &reply));
    err = lu_get_arrays(&reply, out);
    lu_frame_fini(&reply);
    return err;
}

/* --- lu_model through an engine --- */

typedef struct remote_model {
    lu_model base;
    lu_engine *engine;         /* borrowed */
    const lu_model_info *info; /* borrowed */
    size_t images;
} remote_model;

static lu_err exchange(remote_model *m, lu_frame *request, size_t n, const size_t *bytes,
                       void *const *to)
{
    lu_frame reply;
    lu_err err = lu_engine_call(m->engine, request, NULL, &reply);

    lu_frame_fini(request);
    LU_TRY(err);
    err = lu_reply_parts(&reply, n, bytes, to);
    lu_frame_fini(&reply);
    return err;
}

static lu_err remote_forward(lu_model *base, const float *x, size_t n, size_t wanted,
                             const int *layers, float *const *out)
{
    remote_model *m = (remote_model *)base;
    lu_samples view = {.n = n, .shape = base->input, .values = (float *)(uintptr_t)x};
    lu_shared shared;
    lu_frame request;
    size_t *bytes;
    lu_err err;

    LU_TRY(lu_shared_new(&view, &shared));
    request_arrays(LU_MSG_FORWARD, &shared, 0, n, wanted, layers, &request);
    lu_shared_fini(&shared);
    if (LU_NEW(bytes, wanted)) {
        lu_frame_fini(&request);
        return LU_ERR_MEMORY;
    }
    for (size_t k = 0; k < wanted; k++) {
        bytes[k] = n * lu_model_info_width(m->info, layers[k]) * sizeof(float);
    }
    m->images = n;
    err = exchange(m, &request, wanted, bytes, (void *const *)out);
    free(bytes);
    return err;
}

static lu_err remote_backward(lu_model *base, int layer, const float *seed, float *grad)
{
    remote_model *m = (remote_model *)base;
    lu_shape shape = {1, 1, lu_model_info_width(m->info, layer)};
    lu_samples view = {.n = m->images, .shape = shape, .values = (float *)(uintptr_t)seed};
    size_t bytes = m->images * lu_shape_size(base->input) * sizeof(float);
    lu_shared shared;
    lu_frame request;

    LU_TRY(lu_shared_new(&view, &shared));
    lu_frame_init(&request, LU_MSG_BACKWARD, 0);
    lu_put_u64(&request, (uint64_t)(int64_t)layer);
    lu_put_samples(&request, &shared);
    lu_shared_fini(&shared);
    return exchange(m, &request, 1, &bytes, (void *const[]){grad});
}

static void remote_close(lu_model *m)
{
    free(m);
}

static const lu_model_ops remote_ops = {remote_forward, remote_backward, remote_close};

lu_err lu_engine_model(lu_engine *e, const lu_model_info *info, lu_model **out)
{
    remote_model *m;

    *out = NULL;
    LU_TRY(LU_NEW(m, 1));
    m->base = (lu_model){&remote_ops,    info->input,  info->classes,       info->head,
                         info->n_layers, info->layers, info->default_layer, info->batch};
    m->engine = e;
    m->info = info;
    *out = &m->base;
    return LU_OK;
}
