/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/client/mark.h"

#include <string.h>
#include <unistd.h>

static const uint64_t COUNT = (uint64_t)1 << 32;

/* --- parameters --- */

void lu_put_embed_params(lu_frame *f, const lu_embed_params *p)
{
    const size_t counts[] = {p->keys, p->mini, p->batch, p->width, p->epochs, p->freeze};
    const double numbers[] = {p->mse,      p->ssim,  p->adv,         p->host,      p->rate,
                              p->momentum, p->decay, p->drop_factor, p->coder_rate};

    lu_put_u64(f, p->faithful);
    lu_put_u64(f, p->optimiser);
    lu_put_u64(f, p->plateau);
    lu_put_u64(f, p->seed);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        lu_put_u64(f, counts[i]);
    }
    for (size_t i = 0; i < LU_EMBED_DROPS; i++) {
        lu_put_u64(f, p->drop[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        lu_put_f64(f, numbers[i]);
    }
}

void lu_get_embed_params(lu_frame *f, lu_embed_params *p)
{
    size_t *counts[] = {&p->keys, &p->mini, &p->batch, &p->width, &p->epochs, &p->freeze};
    double *numbers[] = {&p->mse,      &p->ssim,  &p->adv,         &p->host,      &p->rate,
                         &p->momentum, &p->decay, &p->drop_factor, &p->coder_rate};

    p->faithful = lu_get_below(f, 2);
    p->optimiser = (lu_optimiser)lu_get_below(f, 2);
    p->plateau = lu_get_below(f, 2);
    p->seed = lu_get_u64(f);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        *counts[i] = lu_get_below(f, COUNT);
    }
    for (size_t i = 0; i < LU_EMBED_DROPS; i++) {
        p->drop[i] = lu_get_below(f, COUNT);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        *numbers[i] = lu_get_f64(f);
    }
}

/* --- embedding --- */

/* Bytes in a memory file, which is padded: their number goes with it. */
static lu_err put_state(lu_frame *f, const lu_buf *state)
{
    lu_part_bytes part = {state->data, state->len};
    int fd;

    lu_put_u64(f, state->len);
    if (state->len == 0) {
        return LU_OK;
    }
    LU_TRY(lu_sealed_new(&part, 1, &fd));
    lu_put_fd(f, fd);
    close(fd);
    return LU_OK;
}

static lu_err request_embed(const lu_embed_ask *a, uint64_t what, bool watched, const lu_buf *state,
                            lu_frame *f)
{
    size_t keys = a->params->keys;

    lu_frame_init(f, LU_MSG_EMBED, 0);
    lu_put_u64(f, what);
    lu_put_u64(f, watched);
    lu_put_embed_params(f, a->params);
    lu_put_bytes(f, a->cfg->data, a->cfg->len);
    for (size_t i = 0; i < keys; i++) {
        lu_put_u64(f, a->cover[i]);
        lu_put_u64(f, (uint64_t)a->label[i]);
    }
    if (keys) {
        lu_put_bytes(f, a->logo, lu_shape_size(a->train->samples.shape) * sizeof *a->logo);
    }
    lu_put_u64(f, a->parent >= 0);
    lu_put_samples(f, a->train);
    if (a->parent >= 0) {
        lu_put_fd(f, a->parent);
    }
    return put_state(f, state);
}

static lu_err call_embed(lu_engine *e, const lu_embed_ask *a, uint64_t what, const lu_buf *state,
                         const lu_job *job, lu_frame *reply)
{
    lu_frame request;
    lu_err err = request_embed(a, what, lu_job_watched(job), state, &request);

    if (!err) {
        err = lu_engine_call(e, &request, job, reply);
    }
    lu_frame_fini(&request);
    return err;
}

static void get_row(lu_frame *f, lu_embed_row *row)
{
    double v[LU_EMBED_FIGURES];

    for (size_t i = 0; i < LU_EMBED_FIGURES; i++) {
        v[i] = lu_get_f64(f);
    }
    memcpy(row, v, sizeof v);
}

/* A buffer of `len` bytes that a reply fills. */
static lu_err room(size_t len, lu_buf *out)
{
    out->data = lu_zalloc(len + 1, 1);
    out->len = len;
    out->capacity = len + 1;
    return out->data ? LU_OK : LU_ERR_MEMORY;
}

lu_err lu_engine_embed(lu_engine *e, const lu_embed_ask *ask, lu_buf *state, const lu_job *job,
                       size_t *done, lu_embed_row *row)
{
    lu_buf next = LU_BUF_INIT;
    lu_frame reply;
    size_t len;
    lu_err err;

    LU_TRY(call_embed(e, ask, LU_EMBED_EPOCH, state, job, &reply));
    *done = lu_get_below(&reply, COUNT);
    get_row(&reply, row);
    len = lu_get_below(&reply, COUNT);
    err = room(len, &next);
    if (!err) {
        err = lu_reply_parts(&reply, 1, &len, (void *const[]){next.data});
    }
    lu_frame_fini(&reply);
    if (err) {
        lu_buf_fini(&next);
        return err;
    }
    lu_buf_fini(state);
    *state = next;
    return LU_OK;
}

lu_err lu_engine_embed_cost(lu_engine *e, const lu_embed_ask *ask, lu_embed_cost *out)
{
    const lu_buf none = LU_BUF_INIT;
    lu_frame reply;
    lu_err err;

    LU_TRY(call_embed(e, ask, LU_EMBED_COST, &none, NULL, &reply));
    out->joint = lu_get_u64(&reply);
    out->frozen = lu_get_u64(&reply);
    out->joint_seconds = lu_get_f64(&reply);
    out->frozen_seconds = lu_get_f64(&reply);
    err = lu_frame_end(&reply);
    lu_frame_fini(&reply);
    return err;
}

lu_err lu_engine_embedded(lu_engine *e, const lu_embed_ask *ask, const lu_buf *state,
                          lu_embedded *out)
{
    lu_buf *part[] = {&out->keys, &out->host, &out->encoder, &out->discriminator};
    size_t len[4];
    void *to[4];
    lu_frame reply;
    lu_err err;

    *out = (lu_embedded){0};
    LU_TRY(call_embed(e, ask, LU_EMBED_RESULT, state, NULL, &reply));
    out->epochs = lu_get_below(&reply, lu_embed_epochs(ask->params) + 1);
    err = LU_NEW(out->row, out->epochs);
    for (size_t i = 0; i < out->epochs && !err; i++) {
        get_row(&reply, &out->row[i]);
    }
    for (size_t i = 0; i < 4 && !err; i++) {
        len[i] = lu_get_below(&reply, COUNT);
        err = room(len[i], part[i]);
        to[i] = part[i]->data;
    }
    if (!err) {
        err = lu_reply_parts(&reply, 4, len, to);
    }
    if (!err && len[0] != ask->params->keys * lu_shape_size(ask->train->samples.shape)) {
        err = lu_fail(LU_ERR_ENGINE, "the engine made another number of keys");
    }
    lu_frame_fini(&reply);
    if (err) {
        lu_embedded_fini(out);
    }
    return err;
}

void lu_embedded_fini(lu_embedded *m)
{
    lu_buf_fini(&m->keys);
    lu_buf_fini(&m->host);
    lu_buf_fini(&m->encoder);
    lu_buf_fini(&m->discriminator);
    free(m->row);
    *m = (lu_embedded){0};
}

/* The only part of a reply, of so many bytes; ends the reply. */
static lu_err reply_part(lu_frame *reply, size_t len, void **out)
{
    uint8_t *to;
    lu_err err = LU_NEW(to, len);

    if (!err) {
        err = lu_reply_parts(reply, 1, &len, (void *const[]){to});
    }
    lu_frame_fini(reply);
    if (err) {
        free(to);
        return err;
    }
    *out = to;
    return LU_OK;
}

lu_err lu_engine_encode(lu_engine *e, const lu_buf *encoder, size_t width, const lu_shared *images,
                        const float *logo, bool training, uint8_t **out)
{
    size_t size = lu_shape_size(images->samples.shape), len = images->samples.n * size;
    lu_frame request, reply;
    void *made;
    lu_err err;

    *out = NULL;
    lu_frame_init(&request, LU_MSG_ENCODE, 0);
    lu_put_u64(&request, width);
    lu_put_u64(&request, training);
    lu_put_bytes(&request, logo, size * sizeof *logo);
    lu_put_samples(&request, images);
    err = put_state(&request, encoder);
    if (!err) {
        err = lu_engine_call(e, &request, NULL, &reply);
    }
    lu_frame_fini(&request);
    LU_TRY(err);
    LU_TRY(reply_part(&reply, len, &made));
    *out = made;
    return LU_OK;
}

lu_err lu_engine_kernel(lu_engine *e, size_t layer, size_t *filters, size_t *taps, float **out)
{
    lu_frame request, reply;
    void *kernel;
    lu_err err;

    *out = NULL;
    lu_frame_init(&request, LU_MSG_KERNEL, 0);
    lu_put_u64(&request, layer);
    err = lu_engine_call(e, &request, NULL, &reply);
    lu_frame_fini(&request);
    LU_TRY(err);
    *filters = lu_get_below(&reply, 1 << 20);
    *taps = lu_get_below(&reply, 1 << 20);
    LU_TRY(reply_part(&reply, *filters * *taps * sizeof **out, &kernel));
    *out = kernel;
    return LU_OK;
}
