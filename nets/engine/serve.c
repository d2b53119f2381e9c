/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/serve.h"
#include "nets/client/proto.h"
#include "nets/engine/engine.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct service {
    int socket;
    bool loaded;
    lu_loaded model;
    lu_engine_kind kind;
    size_t forwarded; /* images of the last forward; 0 when another request came since */
    uint32_t id;      /* of the running request */
    double reported;  /* monotonic seconds of the last progress frame */
} service;

typedef lu_err (*handler)(service *s, lu_frame *in, lu_frame *out);

/* --- progress and cancel --- */

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static lu_err look_for_cancel(service *s)
{
    struct pollfd p = {.fd = s->socket, .events = POLLIN};
    lu_frame f;
    bool cancel;

    if (poll(&p, 1, 0) <= 0) {
        return LU_OK;
    }
    LU_TRY(lu_frame_receive(s->socket, &f));
    cancel = f.type == LU_MSG_CANCEL;
    lu_frame_fini(&f);
    return cancel ? lu_fail(LU_ERR_CANCELLED, "interrupted")
                  : lu_fail(LU_ERR_ENGINE, "a request came while another ran");
}

static lu_err report(void *context, const char *what, double done, double total)
{
    const double interval = 0.1; /* seconds between two reports */
    service *s = context;
    lu_frame f;
    lu_err err;

    LU_TRY(look_for_cancel(s));
    if (seconds() - s->reported < interval) {
        return LU_OK;
    }
    s->reported = seconds();
    lu_frame_init(&f, LU_MSG_PROGRESS, s->id);
    lu_put_text(&f, what);
    lu_put_f64(&f, done);
    lu_put_f64(&f, total);
    err = lu_frame_send(s->socket, &f);
    lu_frame_fini(&f);
    return err;
}

static lu_job job_of(service *s)
{
    return (lu_job){report, s};
}

/* --- helpers --- */

/* A whole regular file or memory file as bytes. */
static lu_err read_fd(int fd, size_t limit, lu_buf *out)
{
    struct stat st;
    ssize_t got = 0;

    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        return lu_fail(LU_ERR_INPUT, "is not a regular file");
    }
    if ((uint64_t)st.st_size > limit) {
        return lu_fail(LU_ERR_INPUT, "is %lld bytes, at most %zu are read", (long long)st.st_size,
                       limit);
    }
    out->data = lu_zalloc((size_t)st.st_size + 1, 1);
    if (out->data == NULL) {
        return LU_ERR_MEMORY;
    }
    out->capacity = (size_t)st.st_size + 1;
    while (out->len < (size_t)st.st_size &&
           (got = pread(fd, out->data + out->len, (size_t)st.st_size - out->len,
                        (off_t)out->len)) > 0) {
        out->len += (size_t)got;
    }
    return out->len == (size_t)st.st_size ? LU_OK : lu_fail(LU_ERR_INPUT, "cannot be read whole");
}

static lu_err need_model(const service *s)
{
    return s->loaded ? LU_OK : lu_fail(LU_ERR_ENGINE, "no model is loaded");
}

static lu_err get_layers(const lu_model *m, lu_frame *in, size_t *n, int **layers)
{
    *n = lu_get_below(in, 1024);
    LU_TRY(LU_NEW(*layers, *n));
    for (size_t i = 0; i < *n; i++) {
        (*layers)[i] = (int)lu_get_u64(in);
        if (!in->bad && lu_model_width(m, (*layers)[i]) == 0) {
            return lu_fail(LU_ERR_CANNOT, "there is no layer %d, the network has %zu", (*layers)[i],
                           m->n_layers);
        }
    }
    return LU_OK;
}

/* --- requests --- */

static lu_err on_hello(service *s, lu_frame *in, lu_frame *out)
{
    char tag[128];

    (void)s;
    LU_TRY(lu_frame_end(in));
    snprintf(tag, sizeof tag, "lineup-engine %s %s %s", LU_VERSION, lu_kernels_best()->name,
             lu_rng_library());
    lu_put_text(out, tag);
    return LU_OK;
}

static void put_info(const service *s, lu_frame *out)
{
    const lu_model *m = s->model.model;

    lu_put_u64(out, m->input.h);
    lu_put_u64(out, m->input.w);
    lu_put_u64(out, m->input.c);
    lu_put_u64(out, m->classes);
    lu_put_u64(out, m->head);
    lu_put_u64(out, (uint64_t)m->default_layer);
    lu_put_u64(out, m->batch);
    lu_put_u64(out, s->model.net.parameters);
    lu_put_u64(out, s->model.net.flops);
    lu_put_f64(out, s->model.self_check);
    lu_put_text(out, s->model.parameters.hex);
    lu_put_u64(out, m->n_layers);
    for (size_t i = 0; i < m->n_layers; i++) {
        lu_put_text(out, m->layers[i].type);
        lu_put_u64(out, m->layers[i].shape.h);
        lu_put_u64(out, m->layers[i].shape.w);
        lu_put_u64(out, m->layers[i].shape.c);
    }
}

static lu_err on_load(service *s, lu_frame *in, lu_frame *out)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_buf cfg = LU_BUF_INIT, weights = LU_BUF_INIT;
    lu_engine_kind kind = (lu_engine_kind)lu_get_below(in, 2);
    int cfg_fd = lu_get_fd(in), weights_fd = lu_get_fd(in);
    lu_err err = lu_frame_end(in);

    if (!err && s->loaded) {
        err = lu_fail(LU_ERR_ENGINE, "this engine holds a model already");
    }
    if (!err) {
        err = lu_within(read_fd(cfg_fd, limits.text, &cfg), "the .cfg file");
    }
    if (!err) {
        err = read_fd(weights_fd, 4 * limits.parameters + 64, &weights);
        err = lu_within(err, "the .weights file");
    }
    if (!err) {
        err = lu_loaded_new((const char *)cfg.data, cfg.len, weights.data, weights.len, kind,
                            &s->model);
    }
    if (!err) {
        s->loaded = true;
        put_info(s, out);
    }
    lu_buf_fini(&cfg);
    lu_buf_fini(&weights);
    if (cfg_fd >= 0) {
        close(cfg_fd);
    }
    if (weights_fd >= 0) {
        close(weights_fd);
    }
    return err;
}

/* Room for one array of n x width a layer, and the parts that describe them. */
static lu_err outputs_alloc(const lu_model *m, size_t n, size_t wanted, const int *layers,
                            float **values, lu_part_bytes *parts)
{
    for (size_t k = 0; k < wanted; k++) {
        size_t width = lu_model_width(m, layers[k]);
        LU_TRY(LU_NEW(values[k], n * width));
        parts[k] = (lu_part_bytes){values[k], n * width * sizeof(float)};
    }
    return LU_OK;
}

static lu_err send_parts(lu_frame *out, const lu_part_bytes *parts, size_t n)
{
    int fd;

    LU_TRY(lu_sealed_new(parts, n, &fd));
    lu_put_fd(out, fd);
    close(fd);
    return LU_OK;
}

/* A view of samples first..first+n-1. */
static lu_samples window(const lu_samples *s, size_t first, size_t n)
{
    size_t size = lu_shape_size(s->shape);
    lu_samples w = *s;

    w.n = n;
    w.bytes = s->bytes ? s->bytes + first * size : NULL;
    w.values = s->values ? s->values + first * size : NULL;
    w.labels = s->labels ? s->labels + first : NULL;
    w.mapping = NULL;
    return w;
}

static lu_err get_window(lu_frame *in, lu_shared *shared, lu_samples *view, size_t *first)
{
    size_t n;

    *first = lu_get_below(in, (uint64_t)1 << 40);
    n = lu_get_below(in, (uint64_t)1 << 40);
    LU_TRY(lu_get_samples(in, shared));
    if (*first > shared->samples.n || n > shared->samples.n - *first) {
        lu_shared_fini(shared);
        return lu_fail(LU_ERR_ENGINE, "samples outside the set are asked for");
    }
    *view = window(&shared->samples, *first, n);
    return LU_OK;
}

/* The model's shape, or a failure that says both; grey is widened into *wide when needed. */
static lu_err fit(const lu_model *m, lu_samples *view, lu_samples *wide)
{
    size_t *index;
    lu_err err;

    *wide = (lu_samples){0};
    if (lu_shape_equal(view->shape, m->input)) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(index, view->n));
    for (size_t i = 0; i < view->n; i++) {
        index[i] = i;
    }
    err = lu_samples_pick(view, index, view->n, wide);
    free(index);
    if (!err) {
        err = lu_samples_conform(wide, m->input);
    }
    *view = *wide;
    return err;
}

static lu_err run_outputs(service *s, lu_samples *view, size_t wanted, const int *layers, bool once,
                          lu_frame *out)
{
    lu_model *m = s->model.model;
    lu_job job = job_of(s);
    lu_part_bytes *parts = NULL;
    float **values = NULL;
    lu_err err = LU_NEW(values, wanted);

    if (!err) {
        err = LU_NEW(parts, wanted);
    }
    if (!err) {
        err = outputs_alloc(m, view->n, wanted, layers, values, parts);
    }
    if (!err && once) {
        err = view->n <= m->batch && view->values
                  ? lu_model_forward(m, view->values, view->n, wanted, layers, values)
                  : lu_fail(LU_ERR_ENGINE, "a forward batch is too large or not floats");
        s->forwarded = err ? 0 : view->n;
    } else if (!err) {
        err = lu_model_run(m, view, wanted, layers, values, &job, "predicting");
    }
    if (!err) {
        err = send_parts(out, parts, wanted);
    }
    for (size_t k = 0; values != NULL && k < wanted; k++) {
        free(values[k]);
    }
    free(values);
    free(parts);
    return err;
}

static lu_err outputs(service *s, lu_frame *in, lu_frame *out, bool once)
{
    lu_shared shared = {.fd = -1};
    lu_samples view, wide = {0};
    size_t wanted = 0, first;
    int *layers = NULL;
    lu_err err;

    LU_TRY(need_model(s));
    err = get_layers(s->model.model, in, &wanted, &layers);
    if (!err) {
        err = get_window(in, &shared, &view, &first);
    }
    if (!err) {
        err = lu_frame_end(in);
    }
    if (!err) {
        err = fit(s->model.model, &view, &wide);
    }
    if (!err) {
        err = run_outputs(s, &view, wanted, layers, once, out);
    }
    lu_samples_fini(&wide);
    lu_shared_fini(&shared);
    free(layers);
    return err;
}

static lu_err on_outputs(service *s, lu_frame *in, lu_frame *out)
{
    return outputs(s, in, out, false);
}

static lu_err on_forward(service *s, lu_frame *in, lu_frame *out)
{
    return outputs(s, in, out, true);
}

static lu_err on_backward(service *s, lu_frame *in, lu_frame *out)
{
    lu_model *m = s->model.model;
    lu_shared seed = {.fd = -1};
    lu_part_bytes part;
    float *grad = NULL;
    int layer;
    lu_err err;

    LU_TRY(need_model(s));
    layer = (int)lu_get_u64(in);
    err = lu_get_samples(in, &seed);
    if (!err) {
        err = lu_frame_end(in);
    }
    if (!err && (lu_shape_size(seed.samples.shape) != lu_model_width(m, layer) ||
                 seed.samples.values == NULL || seed.samples.n == 0 ||
                 seed.samples.n != s->forwarded)) {
        err = lu_fail(LU_ERR_ENGINE, "a backward seed has the wrong shape");
    }
    if (!err) {
        err = LU_NEW(grad, m->batch * lu_shape_size(m->input));
    }
    if (!err) {
        err = lu_model_backward(m, layer, seed.samples.values, grad);
    }
    if (!err) {
        part = (lu_part_bytes){grad, seed.samples.n * lu_shape_size(m->input) * sizeof *grad};
        err = send_parts(out, &part, 1);
    }
    free(grad);
    lu_shared_fini(&seed);
    return err;
}

static lu_err on_blackbox(service *s, lu_frame *in, lu_frame *out)
{
    lu_shared shared = {.fd = -1};
    lu_samples view, wide = {0};
    lu_blackbox_params p;
    lu_blackbox result = {0};
    lu_job job = job_of(s);
    uint64_t seed;
    size_t first;
    lu_err err;

    LU_TRY(need_model(s));
    lu_get_blackbox_params(in, &p);
    seed = lu_get_u64(in);
    LU_TRY(get_window(in, &shared, &view, &first));
    err = lu_frame_end(in);
    if (!err) {
        err = fit(s->model.model, &view, &wide);
    }
    if (!err) {
        err = lu_blackbox_generate(s->model.model, &view, first, &p, seed, &job, &result);
    }
    if (!err) {
        err = lu_put_blackbox(out, &result);
    }
    lu_blackbox_fini(&result);
    lu_samples_fini(&wide);
    lu_shared_fini(&shared);
    return err;
}

/* Neuron numbers of `layer` and their thresholds. */
static lu_err get_neurons(const lu_model *m, int layer, lu_frame *in, size_t *n, int32_t **neuron,
                          double **threshold)
{
    size_t width = lu_model_width(m, layer);

    *n = lu_get_below(in, width + 1);
    LU_TRY(LU_NEW(*neuron, *n));
    LU_TRY(LU_NEW(*threshold, *n));
    for (size_t i = 0; i < *n; i++) {
        (*neuron)[i] = (int32_t)lu_get_below(in, width);
        (*threshold)[i] = lu_get_f64(in);
    }
    return LU_OK;
}

static lu_err on_whitebox(service *s, lu_frame *in, lu_frame *out)
{
    lu_shared shared = {.fd = -1};
    lu_samples view = {0}, wide = {0};
    lu_whitebox_params p;
    lu_whitebox result = {0};
    lu_job job = job_of(s);
    int32_t *neuron = NULL;
    double *threshold = NULL;
    size_t first = 0, n = 0;
    int layer;
    lu_err err;

    LU_TRY(need_model(s));
    lu_get_whitebox_params(in, &p);
    layer = (int)lu_get_below(in, s->model.model->n_layers);
    err = get_neurons(s->model.model, layer, in, &n, &neuron, &threshold);
    if (!err) {
        err = get_window(in, &shared, &view, &first);
    }
    if (!err) {
        err = lu_frame_end(in);
    }
    if (!err) {
        err = fit(s->model.model, &view, &wide);
    }
    if (!err) {
        err = lu_whitebox_generate(s->model.model, &view, first, layer, neuron, threshold, n, &p,
                                   &job, &result);
    }
    if (!err) {
        err = lu_put_whitebox(out, &result);
    }
    lu_whitebox_fini(&result);
    lu_samples_fini(&wide);
    lu_shared_fini(&shared);
    free(neuron);
    free(threshold);
    return err;
}

/* Trains and puts the .weights file into `out`. */
static lu_err train(service *s, const lu_net *net, const lu_buf *parent_file, const lu_recipe *r,
                    const lu_samples *samples, lu_frame *out)
{
    lu_weights parent = {0}, made = {0};
    lu_buf file = LU_BUF_INIT;
    lu_job job = job_of(s);
    lu_trained result;
    lu_err err = LU_OK;

    if (parent_file->len) {
        err = lu_weights_parse(net, parent_file->data, parent_file->len, &parent);
        err = lu_within(err, "the parent's .weights file");
    }
    if (!err) {
        err = lu_train(net, parent_file->len ? &parent : NULL, r, samples, &job, &made, &result);
    }
    if (!err) {
        err = lu_weights_write(net, &made, &file);
    }
    if (!err) {
        lu_part_bytes part = {file.data, file.len};
        lu_put_f64(out, result.loss);
        lu_put_f64(out, result.accuracy);
        lu_put_u64(out, file.len);
        err = send_parts(out, &part, 1);
    }
    lu_weights_fini(&parent);
    lu_weights_fini(&made);
    lu_buf_fini(&file);
    return err;
}

static lu_err on_train(service *s, lu_frame *in, lu_frame *out)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_shared shared = {.fd = -1};
    lu_samples view, wide = {0};
    lu_buf parent = LU_BUF_INIT;
    lu_net net = {0};
    lu_recipe r;
    size_t len, first;
    const uint8_t *cfg = lu_get_bytes(in, &len);
    bool has_parent = lu_get_below(in, 2);
    int fd;
    lu_err err;

    if (cfg == NULL) {
        return lu_frame_end(in);
    }
    err = lu_within(lu_net_parse((const char *)cfg, len, &limits, &net), "the .cfg file");
    lu_get_recipe(in, &r);
    if (!err) {
        err = get_window(in, &shared, &view, &first);
    }
    fd = !err && has_parent ? lu_get_fd(in) : -1;
    if (!err) {
        err = lu_frame_end(in);
    }
    if (!err && has_parent) {
        err = read_fd(fd, 4 * limits.parameters + 64, &parent);
    }
    if (!err) {
        lu_model shape = {.input = net.input};
        err = fit(&shape, &view, &wide);
    }
    if (!err) {
        err = train(s, &net, &parent, &r, &view, out);
    }
    if (fd >= 0) {
        close(fd);
    }
    lu_buf_fini(&parent);
    lu_samples_fini(&wide);
    lu_shared_fini(&shared);
    lu_net_fini(&net);
    return err;
}

static lu_err on_samples(service *s, lu_frame *in, lu_frame *out)
{
    static const size_t TEXT = 3 * LU_SPEC_PATH_MAX;
    char *text = lu_zalloc(TEXT, 1);
    lu_spec *spec = lu_zalloc(1, sizeof *spec);
    lu_samples samples = {0};
    lu_shared shared = {.fd = -1};
    lu_part part = LU_PART_TRAIN;
    uint64_t seed = 0;
    lu_err err = text && spec ? LU_OK : LU_ERR_MEMORY;

    (void)s;
    if (!err) {
        lu_get_text(in, text, TEXT);
        part = (lu_part)lu_get_below(in, 2);
        seed = lu_get_u64(in);
        err = lu_frame_end(in);
    }
    if (!err) {
        err = lu_spec_parse(text, spec);
    }
    if (!err) {
        err = lu_spec_load(spec, part, seed, &samples);
    }
    if (!err) {
        err = lu_shared_new(&samples, &shared);
    }
    if (!err) {
        lu_put_samples(out, &shared);
    }
    lu_shared_fini(&shared);
    lu_samples_fini(&samples);
    free(spec);
    free(text);
    return err;
}

static lu_err on_arrays(service *s, lu_frame *in, lu_frame *out)
{
    static const size_t LIMIT = (size_t)8 << 30; /* bytes of one archive's arrays */
    char path[LU_SPEC_PATH_MAX];
    lu_arrays arrays = {0};
    lu_err err;

    (void)s;
    lu_get_text(in, path, sizeof path);
    LU_TRY(lu_frame_end(in));
    err = lu_npz_read(path, LIMIT, &arrays);
    if (!err) {
        err = lu_put_arrays(out, &arrays);
    }
    lu_arrays_fini(&arrays);
    return err;
}

static const handler handlers[] = {
    [LU_MSG_HELLO] = on_hello,       [LU_MSG_LOAD] = on_load,
    [LU_MSG_OUTPUTS] = on_outputs,   [LU_MSG_FORWARD] = on_forward,
    [LU_MSG_BACKWARD] = on_backward, [LU_MSG_BLACKBOX] = on_blackbox,
    [LU_MSG_WHITEBOX] = on_whitebox, [LU_MSG_TRAIN] = on_train,
    [LU_MSG_SAMPLES] = on_samples,   [LU_MSG_ARRAYS] = on_arrays,
};

/* --- the loop --- */

static lu_err answer(service *s, lu_frame *in)
{
    size_t type = (size_t)in->type;
    lu_frame out;
    lu_err err;

    lu_frame_init(&out, LU_MSG_RESULT, in->id);
    s->id = in->id;
    s->forwarded = in->type == LU_MSG_BACKWARD ? s->forwarded : 0;
    err = type < sizeof handlers / sizeof *handlers && handlers[type]
              ? handlers[type](s, in, &out)
              : lu_fail(LU_ERR_ENGINE, "an unknown request (type %zu)", type);
    if (err) {
        lu_frame_fini(&out);
        lu_frame_init(&out, LU_MSG_ERROR, in->id);
        lu_put_u64(&out, err);
        lu_put_text(&out, lu_error_what());
        lu_put_text(&out, lu_error_where());
    }
    err = lu_frame_send(s->socket, &out);
    lu_frame_fini(&out);
    return err;
}

/* Lineup may leave in the middle of a request; that is no failure of the engine's. */
static bool left_alone(int socket)
{
    struct pollfd p = {.fd = socket, .events = POLLIN};

    return poll(&p, 1, 0) > 0 && (p.revents & POLLHUP);
}

lu_err lu_serve(int socket)
{
    service s = {.socket = socket};
    struct pollfd p = {.fd = socket, .events = POLLIN};
    lu_err err = LU_OK;
    char peek;

    while (!err && poll(&p, 1, -1) >= 0 && recv(socket, &peek, 1, MSG_PEEK) == 1) {
        lu_frame in;
        err = lu_frame_receive(socket, &in);
        if (!err && in.type != LU_MSG_CANCEL) { /* a late cancel: its request has been answered */
            err = answer(&s, &in);
        }
        lu_frame_fini(&in);
    }
    if (s.loaded) {
        lu_loaded_fini(&s.model);
    }
    return left_alone(socket) ? LU_OK : err;
}
