/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libdarknet as loader and reference. It never sees a foreign file: it is given the canonical text
 * and parameters made from what the strict readers accepted, through memory files. It prints to
 * stderr and leaks; both are taken care of here.
 */
#include "nets/engine/darknet_lstm.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct lu_darknet {
    network *net; /* owned, libdarknet's */
    lu_net form;  /* the canonical network, folded */
    size_t batch;
};

static lu_err memory_file(const lu_buf *bytes, int *fd)
{
    *fd = memfd_create("lineup-canonical", MFD_CLOEXEC);
    if (*fd < 0) {
        return lu_fail(LU_ERR_IO, "a memory file cannot be made");
    }
    for (size_t done = 0; done < bytes->len;) {
        ssize_t put = write(*fd, bytes->data + done, bytes->len - done);
        if (put <= 0) {
            close(*fd);
            *fd = -1;
            return lu_fail(LU_ERR_IO, "a memory file cannot be written");
        }
        done += (size_t)put;
    }
    return LU_OK;
}

/* stderr to nowhere while the library talks; returns what undoes it, or -1. The sandbox opens
   nothing for writing, but an engine's stdin is /dev/null. */
static int silence(void)
{
    int kept = dup(STDERR_FILENO);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    nowhere = nowhere < 0 ? dup(STDIN_FILENO) : nowhere;
    fflush(stderr);
    if (nowhere >= 0) {
        dup2(nowhere, STDERR_FILENO);
        close(nowhere);
    }
    return kept;
}

static void speak(int kept)
{
    fflush(stderr);
    if (kept >= 0) {
        dup2(kept, STDERR_FILENO);
        close(kept);
    }
}

static network *load_quietly(int cfg, int weights)
{
    char cfg_path[64], weights_path[64];
    int kept = silence();
    network *net;

    snprintf(cfg_path, sizeof cfg_path, "/proc/self/fd/%d", cfg);
    snprintf(weights_path, sizeof weights_path, "/proc/self/fd/%d", weights);
    net = parse_network_cfg(cfg_path);
    if (net != NULL) {
        load_weights(net, weights_path);
    }
    speak(kept);
    return net;
}

/* --- is what was loaded what was read? --- */

static bool same(const float *a, const float *b, size_t n)
{
    return b == NULL || (a != NULL && memcmp(a, b, n * sizeof *a) == 0);
}

static bool same_section(const layer *l, const lu_section *s, const lu_section_params *p)
{
    if (s->type == LU_LSTM) {
        return lu_darknet_lstm_same(l, s, p);
    }
    return same(l->biases, p->biases, s->n_biases) && same(l->scales, p->scales, s->n_biases) &&
           same(l->rolling_mean, p->mean, s->n_biases) &&
           same(l->rolling_variance, p->variance, s->n_biases) &&
           same(l->weights, p->weights, s->n_weights);
}

static lu_err compare(const lu_darknet *d, const lu_weights *w)
{
    if ((size_t)d->net->n != d->form.n) {
        return lu_fail(LU_ERR_INPUT, "Darknet sees %d sections, not %zu", d->net->n, d->form.n);
    }
    for (size_t i = 0; i < d->form.n; i++) {
        const layer *l = &d->net->layers[i];
        const lu_section *s = &d->form.section[i];
        size_t outputs = s->type == LU_LSTM ? s->out.c : lu_shape_size(s->out);
        if ((size_t)l->outputs != outputs) {
            return lu_fail(LU_ERR_INPUT, "Darknet gives section %zu %d outputs, not %zu", i,
                           l->outputs, outputs);
        }
        if (!same_section(l, s, &w->param[i])) {
            return lu_fail(LU_ERR_INPUT, "Darknet loaded other parameters into section %zu [%s]", i,
                           lu_section_name(s->type));
        }
    }
    return LU_OK;
}

/* Folded parameters in place of the loaded ones; dropout without effect (spec engine 2). */
static void neutralise(lu_darknet *d, const lu_weights *folded)
{
    for (size_t i = 0; i < d->form.n; i++) {
        layer *l = &d->net->layers[i];
        const lu_section *s = &d->form.section[i];
        if (s->n_weights && s->type != LU_LSTM) {
            memcpy(l->weights, folded->param[i].weights, s->n_weights * sizeof(float));
            memcpy(l->biases, folded->param[i].biases, s->n_biases * sizeof(float));
            l->batch_normalize = 0;
        }
        if (s->type == LU_DROPOUT) {
            l->probability = 0;
            l->scale = 1;
        }
    }
}

static lu_err adopt(lu_darknet *d, const lu_buf *weights)
{
    lu_weights w = {0};
    lu_err err = lu_weights_parse(&d->form, weights->data, weights->len, &w);

    if (!err) {
        err = compare(d, &w);
    }
    if (!err) {
        err = lu_weights_fold(&d->form, &w);
    }
    if (!err) {
        neutralise(d, &w);
    }
    lu_weights_fini(&w);
    return err;
}

static lu_err load_canonical(lu_darknet *d, const lu_buf *text, const lu_buf *weights)
{
    lu_net_limits no_limits = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, UINT64_MAX};
    int cfg_fd = -1, weights_fd = -1;
    lu_err err = lu_net_parse((const char *)text->data, text->len, &no_limits, &d->form);

    if (!err) {
        err = memory_file(text, &cfg_fd);
    }
    if (!err) {
        err = memory_file(weights, &weights_fd);
    }
    if (!err) {
        d->net = load_quietly(cfg_fd, weights_fd);
        err = d->net ? adopt(d, weights) : lu_fail(LU_ERR_INPUT, "Darknet cannot load the network");
    }
    if (cfg_fd >= 0) {
        close(cfg_fd);
    }
    if (weights_fd >= 0) {
        close(weights_fd);
    }
    return err;
}

lu_err lu_darknet_new(const lu_net *net, const lu_weights *weights, size_t batch, lu_darknet **out)
{
    lu_buf text = LU_BUF_INIT, bytes = LU_BUF_INIT;
    lu_darknet *d;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(d, 1));
    d->batch = batch;
    err = lu_net_canonical(net, batch, &text);
    if (!err) {
        err = lu_weights_canonical(net, weights, &bytes);
    }
    if (!err) {
        err = load_canonical(d, &text, &bytes);
    }
    lu_buf_fini(&text);
    lu_buf_fini(&bytes);
    if (err) {
        lu_darknet_free(&d);
        return lu_within(err, "loading into Darknet");
    }
    *out = d;
    return LU_OK;
}

/* What free_network forgets (spec engine 6). */
static void free_forgotten(network *net)
{
    free(net->workspace);
    free(net->seen);
    free(net->t);
    free(net->cost);
    free(net->scales);
    free(net->steps);
    for (int i = 0; i < net->n; i++) {
        free(net->layers[i].loss);
        net->layers[i].loss = NULL;
        if (net->layers[i].type == LSTM) {
            lu_darknet_lstm_free(&net->layers[i]);
        }
    }
}

void lu_darknet_free(lu_darknet **d)
{
    if (*d == NULL) {
        return;
    }
    if ((*d)->net != NULL) {
        free_forgotten((*d)->net);
        free_network((*d)->net);
    }
    lu_net_fini(&(*d)->form);
    free(*d);
    *d = NULL;
}

static void turn(lu_shape s, size_t n, const float *src, float *dst, bool to_planes);

void lu_darknet_train_on(lu_darknet *d, const float *x, const int32_t *labels)
{
    network *net = d->net;
    size_t classes = d->form.classes;

    turn(d->form.input, d->batch, x, net->input, true);
    memset(net->truth, 0, d->batch * classes * sizeof *net->truth);
    for (size_t b = 0; b < d->batch; b++) {
        net->truth[b * classes + (size_t)labels[b]] = 1;
    }
    train_network_datum(net);
}

/* --- lu_model --- */

typedef struct darknet_model {
    lu_model base;
    lu_layer_info *layers; /* owned */
    lu_darknet *darknet;   /* owned */
    size_t logits;
    size_t reached;
    size_t images;
    float *x, *grad; /* one batch in Darknet's C x H x W order; owned */
} darknet_model;

static void turn(lu_shape s, size_t n, const float *src, float *dst, bool to_planes)
{
    size_t area = s.h * s.w;

    for (size_t b = 0; b < n; b++) {
        for (size_t i = 0; i < area; i++) {
            for (size_t c = 0; c < s.c; c++) {
                size_t pixel = (b * area + i) * s.c + c, plane = (b * s.c + c) * area + i;
                if (to_planes) {
                    dst[plane] = src[pixel];
                } else {
                    dst[pixel] = src[plane];
                }
            }
        }
    }
}

/* A closing [cost] is not in the canonical network; it stands for what it passes on. */
static size_t section_of(const darknet_model *m, int layer)
{
    size_t last = m->darknet->form.n - 1;
    size_t section = layer == LU_LAYER_LOGITS ? m->logits : (size_t)layer;

    return section < last ? section : last;
}

static bool is_recurrent(const darknet_model *m)
{
    return m->darknet->form.section[0].type == LU_LSTM;
}

/* The images of a batch. Sequences come as a whole batch: libdarknet cannot take fewer (spec engine
   7, 19). */
static void put_batch(darknet_model *m, const float *x, size_t n)
{
    network *net = m->darknet->net;

    if (!is_recurrent(m)) {
        turn(m->base.input, n, x, m->x, true);
        set_batch_network(net, (int)n);
        return;
    }
    lu_darknet_lstm_turn(m->base.input, n, m->darknet->batch, x, m->x);
    for (size_t i = 0; m->darknet->form.section[i].type == LU_LSTM; i++) {
        lu_darknet_lstm_forget(&net->layers[i]);
    }
}

static void means(const darknet_model *m, size_t section, float *out)
{
    lu_shape s = m->layers[section].shape;
    const float *v = m->darknet->net->layers[section].output;
    size_t area = s.h * s.w;

    if (is_recurrent(m)) {
        lu_darknet_lstm_neurons(s, m->darknet->form.steps, m->images, m->darknet->batch, v, out);
        return;
    }

    for (size_t i = 0; i < m->images * s.c; i++) {
        double sum = 0;
        for (size_t j = 0; j < area; j++) {
            sum += v[i * area + j];
        }
        out[i] = (float)(sum / (double)area);
    }
}

static lu_err darknet_forward(lu_model *base, const float *x, size_t n, size_t wanted,
                              const int *layers, float *const *out)
{
    darknet_model *m = (darknet_model *)base;
    network *net = m->darknet->net;
    int sections = net->n;

    m->reached = 0;
    for (size_t k = 0; k < wanted; k++) {
        size_t section = section_of(m, layers[k]);
        m->reached = section + 1 > m->reached ? section + 1 : m->reached;
    }
    m->images = n;
    put_batch(m, x, n);
    net->train = 0;
    net->truth = NULL;
    net->input = m->x;
    net->delta = m->grad;
    net->n = (int)m->reached;
    forward_network(net);
    net->n = sections;
    for (size_t k = 0; k < wanted; k++) {
        means(m, section_of(m, layers[k]), out[k]);
    }
    return LU_OK;
}

/* layers[section].delta means dL/d(output); it takes plus the seed and gives plus the gradient. */
static void seed_layer(const darknet_model *m, size_t section, const float *seed)
{
    lu_shape s = m->layers[section].shape;
    float *delta = m->darknet->net->layers[section].delta;
    size_t area = s.h * s.w;

    for (size_t i = 0; i < m->images * s.c; i++) {
        for (size_t j = 0; j < area; j++) {
            delta[i * area + j] = seed[i] / (float)area;
        }
    }
}

static lu_err darknet_backward(lu_model *base, int layer, const float *seed, float *grad)
{
    darknet_model *m = (darknet_model *)base;
    size_t section = section_of(m, layer);
    network *net = m->darknet->net;
    int sections = net->n;
    lu_section_type type = m->darknet->form.section[section].type;

    if (section >= m->reached) {
        return lu_fail(LU_ERR_INTERNAL, "backward from a layer that was not reached");
    }
    if (type == LU_SOFTMAX || type == LU_LOGISTIC || is_recurrent(m)) {
        return lu_fail(LU_ERR_CANNOT, "Darknet has no gradient through [%s]",
                       lu_section_name(is_recurrent(m) ? LU_LSTM : type));
    }
    for (size_t i = 0; i <= section; i++) {
        if (net->layers[i].delta != NULL) {
            memset(net->layers[i].delta, 0,
                   (size_t)net->layers[i].outputs * m->images * sizeof(float));
        }
    }
    memset(m->grad, 0, lu_shape_size(base->input) * m->images * sizeof *m->grad);
    seed_layer(m, section, seed);
    net->n = (int)section + 1;
    backward_network(net);
    net->n = sections;
    turn(base->input, m->images, m->grad, grad, false);
    return LU_OK;
}

static void darknet_close(lu_model *base)
{
    darknet_model *m = (darknet_model *)base;

    if (m->darknet != NULL && m->darknet->net != NULL) {
        m->darknet->net->input = NULL;
        m->darknet->net->delta = NULL;
    }
    lu_darknet_free(&m->darknet);
    free(m->layers);
    free(m->x);
    free(m->grad);
    free(m);
}

static const lu_model_ops darknet_ops = {darknet_forward, darknet_backward, darknet_close};

lu_err lu_darknet_model(lu_darknet **d, const lu_net *net, lu_model **out)
{
    size_t floats = lu_shape_size(net->input) * (*d)->batch;
    darknet_model *m;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(m, 1));
    m->base.ops = &darknet_ops;
    m->base.batch = (*d)->batch;
    m->logits = net->logits;
    err = lu_model_describe(&m->base, net, &m->layers);
    if (!err) {
        err = LU_NEW(m->x, floats);
    }
    if (!err) {
        err = LU_NEW(m->grad, floats);
    }
    if (err) {
        darknet_close(&m->base);
        return err;
    }
    free((*d)->net->input);
    free((*d)->net->truth);
    (*d)->net->truth = NULL;
    m->darknet = *d;
    *d = NULL;
    *out = &m->base;
    return LU_OK;
}
