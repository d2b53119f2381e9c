/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Single convolutions, forward, one thread: lineup's plan against Debian's oneDNN (weights packed
 * once, ReLU fused, the algorithm it chooses by itself), on the shapes of LeNet-5, ResNet-20 and
 * VGG-16. `make bench-onednn` builds and runs it where libdnnl-dev is installed. Measurements
 * alternate; medians are printed.
 */
#include "nets/engine/plan.h"

#include <dnnl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BATCH = 32, ROUNDS = 7 };

typedef struct shape {
    const char *name;
    int c, side, out, kernel;
} shape;

static const shape shapes[] = {
    {"LeNet-5 conv 2", 6, 14, 16, 5},     {"ResNet-20 stack 1", 16, 32, 16, 3},
    {"ResNet-20 stack 2", 32, 16, 32, 3}, {"ResNet-20 stack 3", 64, 8, 64, 3},
    {"VGG-16 64", 64, 32, 64, 3},         {"VGG-16 128", 128, 16, 128, 3},
    {"VGG-16 256", 256, 8, 256, 3},       {"VGG-16 512", 512, 4, 512, 3},
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- oneDNN --- */

typedef struct theirs {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_t run;
    dnnl_exec_arg_t arg[4];
} theirs;

static dnnl_memory_t memory(theirs *t, const dnnl_memory_desc_t *d, int i, int role)
{
    dnnl_memory_t m;
    void *data;

    dnnl_memory_create(&m, d, t->engine, DNNL_MEMORY_ALLOCATE);
    dnnl_memory_get_data_handle(m, &data);
    memset(data, 0, dnnl_memory_desc_get_size(d));
    t->arg[i] = (dnnl_exec_arg_t){role, m};
    return m;
}

static void describe(dnnl_memory_desc_t *d, int n, int c, int h, int w)
{
    dnnl_dims_t dims = {n, c, h, w};

    dnnl_memory_desc_init_by_tag(d, 4, dims, dnnl_f32, dnnl_format_tag_any);
}

static const dnnl_memory_desc_t *chosen(dnnl_primitive_desc_t p, dnnl_query_t what)
{
    return dnnl_primitive_desc_query_md(p, what, 0);
}

static int theirs_new(theirs *t, const shape *s, dnnl_alg_kind_t algorithm)
{
    dnnl_memory_desc_t src, dst, weights, bias;
    dnnl_dims_t one = {1, 1}, pad = {s->kernel / 2, s->kernel / 2}, outs = {s->out};
    dnnl_convolution_desc_t d;
    dnnl_primitive_attr_t attr;
    dnnl_post_ops_t relu;
    dnnl_primitive_desc_t p;

    dnnl_engine_create(&t->engine, dnnl_cpu, 0);
    dnnl_stream_create(&t->stream, t->engine, dnnl_stream_default_flags);
    describe(&src, BATCH, s->c, s->side, s->side);
    describe(&dst, BATCH, s->out, s->side, s->side);
    describe(&weights, s->out, s->c, s->kernel, s->kernel);
    dnnl_memory_desc_init_by_tag(&bias, 1, outs, dnnl_f32, dnnl_a);
    dnnl_convolution_forward_desc_init(&d, dnnl_forward_inference, algorithm, &src, &weights, &bias,
                                       &dst, one, pad, pad);
    dnnl_primitive_attr_create(&attr);
    dnnl_post_ops_create(&relu);
    dnnl_post_ops_append_eltwise(relu, 1, dnnl_eltwise_relu, 0, 0);
    dnnl_primitive_attr_set_post_ops(attr, relu);
    if (dnnl_primitive_desc_create(&p, &d, attr, t->engine, NULL) != dnnl_success) {
        return -1;
    }
    memory(t, chosen(p, dnnl_query_src_md), 0, DNNL_ARG_SRC);
    memory(t, chosen(p, dnnl_query_weights_md), 1, DNNL_ARG_WEIGHTS);
    memory(t, &bias, 2, DNNL_ARG_BIAS);
    memory(t, chosen(p, dnnl_query_dst_md), 3, DNNL_ARG_DST);
    return dnnl_primitive_create(&t->run, p) == dnnl_success ? 0 : -1;
}

static double theirs_time(theirs *t, int times)
{
    double start = now();

    for (int i = 0; i < times; i++) {
        dnnl_primitive_execute(t->run, t->stream, 4, t->arg);
    }
    dnnl_stream_wait(t->stream);
    return (now() - start) / times;
}

/* --- lineup: the same convolution between two linear ones, whose time is taken off --- */

static lu_plan *plan_of(const shape *s)
{
    lu_net_limits limits = lu_net_limits_default();
    char cfg[512];
    lu_weights w;
    lu_plan *p = NULL;
    lu_net net;

    snprintf(cfg, sizeof cfg,
             "[net]\nwidth=%d\nheight=%d\nchannels=1\n"
             "[convolutional]\nfilters=%d\nsize=1\nstride=1\nactivation=linear\n"
             "[convolutional]\nfilters=%d\nsize=%d\nstride=1\npad=1\nactivation=relu\n"
             "[avgpool]\n[softmax]\n",
             s->side, s->side, s->c, s->out, s->kernel);
    if (lu_net_parse(cfg, strlen(cfg), &limits, &net) || lu_weights_alloc(&net, &w) ||
        lu_plan_new(&p, &net, &w, BATCH)) {
        printf("%s: %s\n", s->name, lu_error_what());
    }
    return p;
}

static double ours_time(lu_plan *p, const float *x, int times)
{
    double start = now(), whole, before;

    for (int i = 0; i < times; i++) {
        lu_plan_forward(p, x, BATCH, 1);
    }
    whole = now() - start;
    start = now();
    for (int i = 0; i < times; i++) {
        lu_plan_forward(p, x, BATCH, 0);
    }
    before = now() - start;
    return (whole - before) / times;
}

/* --- both --- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void compare(const shape *s)
{
    double flops = 2.0 * BATCH * s->side * s->side * s->c * s->out * s->kernel * s->kernel;
    int times = (int)(5e9 / flops) + 1;
    float *x = calloc((size_t)(BATCH * s->side * s->side), sizeof *x);
    double a[ROUNDS], b[ROUNDS];
    lu_plan *p = plan_of(s);
    theirs t;

    if (p != NULL && x != NULL && theirs_new(&t, s, dnnl_convolution_auto) == 0) {
        theirs_time(&t, times);
        ours_time(p, x, times);
        for (int r = 0; r < ROUNDS; r++) {
            a[r] = ours_time(p, x, times);
            b[r] = theirs_time(&t, times);
        }
        qsort(a, ROUNDS, sizeof *a, by_value);
        qsort(b, ROUNDS, sizeof *b, by_value);
        printf("%-18s lineup %6.1f  oneDNN %6.1f GFLOP/s  ratio %.2f\n", s->name,
               flops / a[ROUNDS / 2] * 1e-9, flops / b[ROUNDS / 2] * 1e-9,
               b[ROUNDS / 2] / a[ROUNDS / 2]);
    }
    lu_plan_free(&p);
    free(x);
}

int main(void)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        compare(&shapes[i]);
    }
    return 0;
}
