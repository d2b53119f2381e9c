/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The request that carries out a recipe. */
#include "nets/engine/handlers.h"

#include <string.h>
#include <unistd.h>

/* A request as it is read; everything owned. */
typedef struct order {
    lu_recipe recipe;
    lu_net net, parent_net;
    bool has_parent_net;
    lu_weights parent;
    lu_shared samples, targets;
    lu_samples view,
        wide; /* the asked samples in the network's shape; wide holds them if they were widened */
} order;

static void order_fini(order *o)
{
    lu_net_fini(&o->net);
    lu_net_fini(&o->parent_net);
    lu_weights_fini(&o->parent);
    lu_shared_fini(&o->samples);
    lu_shared_fini(&o->targets);
    lu_samples_fini(&o->wide);
}

/* An empty text is no network. */
static lu_err get_net(lu_frame *in, const char *what, lu_net *net, bool *there)
{
    lu_net_limits limits = lu_net_limits_default();
    size_t len = 0;
    const uint8_t *cfg = lu_get_bytes(in, &len);

    *there = cfg != NULL && len > 0;
    return *there ? lu_within(lu_net_parse((const char *)cfg, len, &limits, net), "%s", what)
                  : LU_OK;
}

static lu_err get_samples(lu_frame *in, order *o)
{
    lu_model shape = {.input = o->net.input};
    size_t first;

    LU_TRY(lu_service_window(in, &o->samples, &o->view, &first));
    return lu_service_fit(&shape, &o->view, &o->wide);
}

static lu_err get_parent(lu_frame *in, order *o)
{
    const lu_net *net = o->has_parent_net ? &o->parent_net : &o->net;
    lu_buf file = LU_BUF_INIT;
    int fd = lu_get_fd(in);
    lu_err err;

    if (fd < 0) {
        return lu_frame_end(in);
    }
    err = lu_service_read(fd, 4 * lu_net_limits_default().parameters + 64, &file);
    if (!err) {
        err = lu_weights_parse(net, file.data, file.len, &o->parent);
        err = lu_within(err, "the parent's .weights file");
    }
    close(fd);
    lu_buf_fini(&file);
    return err;
}

static lu_err get_order(lu_frame *in, order *o)
{
    bool has_net, has_parent, has_samples, has_targets;

    LU_TRY(get_net(in, "the .cfg file", &o->net, &has_net));
    LU_TRY(get_net(in, "the parent's .cfg file", &o->parent_net, &o->has_parent_net));
    has_parent = lu_get_below(in, 2);
    has_samples = lu_get_below(in, 2);
    has_targets = lu_get_below(in, 2);
    lu_get_recipe(in, &o->recipe);
    if (!has_net || in->bad) {
        in->bad = true;
        return lu_frame_end(in);
    }
    if (has_samples) {
        LU_TRY(get_samples(in, o));
    }
    if (has_targets) {
        LU_TRY(lu_get_samples(in, &o->targets));
    }
    if (has_parent) {
        LU_TRY(get_parent(in, o));
    }
    return lu_frame_end(in);
}

/* Carries it out and puts the .weights file into `out`. */
static lu_err carry_out(lu_service *s, const order *o, lu_frame *out)
{
    lu_training t = {.net = &o->net, .recipe = &o->recipe};
    lu_weights made = {0};
    lu_buf file = LU_BUF_INIT;
    lu_job job = lu_service_job(s);
    lu_trained result;
    lu_err err;

    t.parent_net = o->has_parent_net ? &o->parent_net : NULL;
    t.parent = o->parent.block ? &o->parent : NULL;
    t.samples = o->view.n ? &o->view : NULL;
    t.targets = o->targets.samples.n ? &o->targets.samples : NULL;
    err = lu_carry_out(&t, &job, &made, &result);
    if (!err) {
        err = lu_weights_write(&o->net, &made, &file);
    }
    if (!err) {
        lu_part_bytes part = {file.data, file.len};
        lu_put_f64(out, result.loss);
        lu_put_f64(out, result.accuracy);
        lu_put_u64(out, file.len);
        err = lu_service_send(out, &part, 1);
    }
    lu_weights_fini(&made);
    lu_buf_fini(&file);
    return err;
}

lu_err lu_on_train(lu_service *s, lu_frame *in, lu_frame *out)
{
    order o = {.samples = {.fd = -1}, .targets = {.fd = -1}};
    lu_err err = get_order(in, &o);

    if (!err) {
        err = carry_out(s, &o, out);
    }
    order_fini(&o);
    return err;
}
