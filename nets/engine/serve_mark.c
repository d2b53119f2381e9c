/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of the blind watermark: an epoch of an embedding, its result, encoding. */
#include "nets/client/mark.h"
#include "nets/engine/handlers.h"
#include "nets/engine/mark_nets.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

static const size_t STATE_BYTES = (size_t)1 << 31;

/* An embedding as asked for. */
typedef struct asked_embed {
    bool watched;
    lu_embed_params params;
    lu_net net;
    lu_weights parent; /* empty without one */
    lu_buf state;      /* empty at the beginning */
    lu_shared train;
    size_t *cover;
    int32_t *label;
    float *logo;
    lu_embed_nets nets; /* owned */
    lu_embed *embed;
} asked_embed;

static void asked_fini(asked_embed *a)
{
    lu_embed_free(&a->embed);
    lu_trainee_free(&a->nets.encoder);
    lu_trainee_free(&a->nets.discriminator);
    lu_trainee_free(&a->nets.host);
    lu_shared_fini(&a->train);
    lu_weights_fini(&a->parent);
    lu_net_fini(&a->net);
    lu_buf_fini(&a->state);
    free(a->cover);
    free(a->label);
    free(a->logo);
}

static lu_err get_logo(lu_frame *in, float **out)
{
    size_t len;
    const uint8_t *bytes = lu_get_bytes(in, &len);

    if (bytes == NULL) {
        return lu_frame_end(in);
    }
    LU_TRY(LU_NEW(*out, len / sizeof **out + 1));
    memcpy(*out, bytes, len / sizeof **out * sizeof **out);
    return LU_OK;
}

static lu_err get_keys(lu_frame *in, asked_embed *a)
{
    size_t n = a->params.keys;

    LU_TRY(n <= in->body.len ? LU_OK : lu_fail(LU_ERR_ENGINE, "more keys than the message holds"));
    LU_TRY(LU_NEW(a->cover, n));
    LU_TRY(LU_NEW(a->label, n));
    for (size_t i = 0; i < n; i++) {
        a->cover[i] = lu_get_u64(in);
        a->label[i] = (int32_t)lu_get_below(in, (uint64_t)1 << 31);
    }
    return n ? get_logo(in, &a->logo) : LU_OK;
}

static lu_err get_file(lu_frame *in, size_t limit, lu_buf *out)
{
    int fd = lu_get_fd(in);
    lu_err err = fd < 0 ? lu_frame_end(in) : lu_service_read(fd, limit, out);

    if (fd >= 0) {
        close(fd);
    }
    return err;
}

/* Bytes of a memory file, which is padded; none at all when their number is 0. */
static lu_err get_state(lu_frame *in, lu_buf *out)
{
    size_t len = lu_get_below(in, STATE_BYTES);

    if (len == 0) {
        return LU_OK;
    }
    LU_TRY(get_file(in, STATE_BYTES, out));
    if (out->len < len) {
        return lu_fail(LU_ERR_ENGINE, "a state is shorter than it should be");
    }
    out->len = len;
    return LU_OK;
}

static lu_err get_parent(lu_frame *in, const lu_net_limits *limits, asked_embed *a)
{
    lu_buf file = LU_BUF_INIT;
    lu_err err = get_file(in, 4 * limits->parameters + 64, &file);

    if (!err) {
        err = lu_weights_parse(&a->net, file.data, file.len, &a->parent);
    }
    lu_buf_fini(&file);
    return lu_within(err, "the parent's .weights file");
}

static lu_err get_asked(lu_frame *in, asked_embed *a)
{
    lu_net_limits limits = lu_net_limits_default();
    bool has_parent;
    const uint8_t *cfg;
    size_t len;

    a->watched = lu_get_below(in, 2);
    lu_get_embed_params(in, &a->params);
    cfg = lu_get_bytes(in, &len);
    if (cfg == NULL) {
        return lu_frame_end(in);
    }
    LU_TRY(lu_embed_check(&a->params));
    LU_TRY(lu_within(lu_net_parse((const char *)cfg, len, &limits, &a->net), "the .cfg file"));
    LU_TRY(get_keys(in, a));
    has_parent = lu_get_below(in, 2);
    LU_TRY(lu_get_samples(in, &a->train));
    if (!lu_shape_equal(a->train.samples.shape, a->net.input)) {
        return lu_fail(LU_ERR_INPUT, "the samples do not have the network's shape");
    }
    if (has_parent) {
        LU_TRY(get_parent(in, &limits, a));
    }
    LU_TRY(get_state(in, &a->state));
    return lu_frame_end(in);
}

static lu_err make_coders(asked_embed *a)
{
    const lu_embed_params *p = &a->params;
    lu_net net;
    lu_err err;

    LU_TRY(lu_encoder_net(a->net.input, p->width, &net));
    err = lu_stack_trainee(&net, p->mini, p->seed, "embed-encoder", &a->nets.encoder);
    lu_net_fini(&net);
    LU_TRY(err);
    LU_TRY(lu_discriminator_net(a->net.input, &net));
    err = lu_stack_trainee(&net, p->mini, p->seed, "embed-discriminator", &a->nets.discriminator);
    lu_net_fini(&net);
    return err;
}

/* The embedding where its state left it. */
static lu_err open_embed(asked_embed *a)
{
    lu_embed_data data = {&a->train.samples, a->cover, a->label, a->logo};

    LU_TRY(lu_host_trainee(&a->net, a->parent.n ? &a->parent : NULL, &a->params, &a->nets.host));
    if (a->params.keys) {
        LU_TRY(make_coders(a));
    }
    LU_TRY(lu_embed_new(&a->embed, &a->params, &data, &a->nets));
    return a->state.len ? lu_embed_load(a->embed, a->state.data, a->state.len) : LU_OK;
}

static void put_row(lu_frame *out, const lu_embed_row *row)
{
    double v[LU_EMBED_FIGURES];

    memcpy(v, row, sizeof v);
    for (size_t i = 0; i < LU_EMBED_FIGURES; i++) {
        lu_put_f64(out, v[i]);
    }
}

static lu_err one_epoch(lu_service *s, asked_embed *a, lu_frame *out)
{
    lu_job job = lu_service_watched_job(s, a->watched);
    lu_buf state = LU_BUF_INIT;
    lu_err err = lu_embed_epoch(a->embed, &job);

    if (!err) {
        err = lu_embed_save(a->embed, &state);
    }
    if (!err) {
        size_t done = lu_embed_done(a->embed);
        lu_part_bytes part = {state.data, state.len};
        lu_put_u64(out, done);
        put_row(out, &lu_embed_rows(a->embed)[done - 1]);
        lu_put_u64(out, state.len);
        err = lu_service_send(out, &part, 1);
    }
    lu_buf_fini(&state);
    return err;
}

static lu_err write_files(asked_embed *a, lu_buf file[4])
{
    size_t len = a->params.keys * lu_shape_size(a->net.input);

    file[0].data = lu_zalloc(len + 1, 1);
    if (file[0].data == NULL) {
        return LU_ERR_MEMORY;
    }
    file[0].len = len;
    LU_TRY(lu_host_trainee_write(a->nets.host, &file[1]));
    if (a->params.keys == 0) {
        return LU_OK;
    }
    LU_TRY(lu_embed_keys(a->embed, file[0].data));
    LU_TRY(lu_stack_trainee_write(a->nets.encoder, &file[2]));
    return lu_stack_trainee_write(a->nets.discriminator, &file[3]);
}

static lu_err result(asked_embed *a, lu_frame *out)
{
    lu_buf file[4] = {LU_BUF_INIT, LU_BUF_INIT, LU_BUF_INIT, LU_BUF_INIT};
    lu_part_bytes part[4];
    size_t done = lu_embed_done(a->embed);
    lu_err err = write_files(a, file);

    lu_put_u64(out, done);
    for (size_t i = 0; i < done; i++) {
        put_row(out, &lu_embed_rows(a->embed)[i]);
    }
    for (size_t i = 0; i < 4; i++) {
        lu_put_u64(out, file[i].len);
        part[i] = (lu_part_bytes){file[i].data, file[i].len};
    }
    if (!err) {
        err = lu_service_send(out, part, 4);
    }
    for (size_t i = 0; i < 4; i++) {
        lu_buf_fini(&file[i]);
    }
    return err;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds of a step; the first, which fills the caches, does not count. */
static lu_err time_steps(lu_embed *e, bool joint, double *out)
{
    enum { STEPS = 3 };
    double begin = 0;

    for (int i = 0; i <= STEPS; i++) {
        begin = i == 1 ? seconds() : begin;
        LU_TRY(lu_embed_rehearse(e, joint));
    }
    *out = (seconds() - begin) / STEPS;
    return LU_OK;
}

static lu_err cost(asked_embed *a, lu_frame *out)
{
    const lu_embed_params *p = &a->params;
    size_t steps = a->train.samples.n / p->batch;
    double joint, frozen = 0;

    LU_TRY(time_steps(a->embed, true, &joint));
    if (p->freeze) {
        LU_TRY(time_steps(a->embed, false, &frozen));
    }
    lu_put_u64(out, steps * p->epochs);
    lu_put_u64(out, steps * p->freeze);
    lu_put_f64(out, joint);
    lu_put_f64(out, frozen);
    return LU_OK;
}

lu_err lu_on_embed(lu_service *s, lu_frame *in, lu_frame *out)
{
    asked_embed a = {.train = {.fd = -1}};
    lu_embed_what what = (lu_embed_what)lu_get_below(in, LU_EMBED_WHATS);
    lu_err err = get_asked(in, &a);

    if (!err) {
        err = open_embed(&a);
    }
    if (!err) {
        err = what == LU_EMBED_RESULT ? result(&a, out)
              : what == LU_EMBED_COST ? cost(&a, out)
                                      : one_epoch(s, &a, out);
    }
    asked_fini(&a);
    return err;
}

/* --- encoding --- */

static lu_err open_encoder(lu_shape shape, size_t width, const lu_buf *file, lu_trainee **out)
{
    enum { BATCH = 20 };
    lu_net net;
    lu_err err;

    LU_TRY(lu_encoder_net(shape, width, &net));
    err = lu_stack_trainee(&net, BATCH, 0, "encode", out);
    if (!err) {
        err = lu_within(lu_stack_trainee_read(*out, file->data, file->len),
                        "the encoder's .weights file");
    }
    lu_net_fini(&net);
    return err;
}

static lu_err encode(const lu_shared *images, size_t width, const float *logo, bool training,
                     const lu_buf *file, lu_frame *out)
{
    const lu_samples *s = &images->samples;
    size_t size = lu_shape_size(s->shape);
    lu_trainee *encoder = NULL;
    uint8_t *keys = NULL;
    float *x = NULL;
    lu_err err = LU_NEW(keys, s->n * size);

    if (!err) {
        err = LU_NEW(x, s->n * size);
    }
    if (!err) {
        lu_samples_values(s, 0, s->n, x);
        err = open_encoder(s->shape, width, file, &encoder);
    }
    if (!err) {
        err = lu_encode(encoder, x, s->n, logo, training, keys);
    }
    if (!err) {
        lu_part_bytes part = {keys, s->n * size};
        err = lu_service_send(out, &part, 1);
    }
    lu_trainee_free(&encoder);
    free(keys);
    free(x);
    return err;
}

lu_err lu_on_encode(lu_service *s, lu_frame *in, lu_frame *out)
{
    lu_shared images = {.fd = -1};
    lu_buf file = LU_BUF_INIT;
    float *logo = NULL;
    size_t width = lu_get_below(in, 257);
    bool training = lu_get_below(in, 2);
    lu_err err = width ? get_logo(in, &logo) : lu_fail(LU_ERR_ENGINE, "an encoder of width 0");

    (void)s;
    if (!err) {
        err = lu_get_samples(in, &images);
    }
    if (!err) {
        err = get_state(in, &file);
    }
    if (!err) {
        err = lu_frame_end(in);
    }
    if (!err) {
        err = encode(&images, width, logo, training, &file, out);
    }
    lu_shared_fini(&images);
    lu_buf_fini(&file);
    free(logo);
    return err;
}
