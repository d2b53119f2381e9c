/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the engine: networks with every kind of section, loaded with seeded parameters. */
#ifndef LU_TESTS_ENGINE_NETS_H
#define LU_TESTS_ENGINE_NETS_H

#include "nets/engine/engine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- networks --- */

/* clang-format off */
#define CONV(f, s, st, p, act)                                                                     \
    "[convolutional]\nfilters=" #f "\nsize=" #s "\nstride=" #st "\npadding=" #p                    \
    "\nactivation=" #act "\n"

static const char small_mix[] =
    "[net]\nwidth=9\nheight=7\nchannels=3\n"
    CONV(6, 3, 1, 1, leaky)
    "[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\nstride=2\npadding=1\nactivation=tanh\n"
    "[route]\nlayers=-2\n"
    CONV(8, 1, 2, 0, linear)
    "[shortcut]\nfrom=-3\nactivation=relu\n"
    "[route]\nlayers=-1,-4\n"
    "[convolutional]\nfilters=8\nsize=3\nstride=1\npadding=0\ngroups=4\nactivation=elu\n"
    "[maxpool]\nsize=2\nstride=1\n"
    "[activation]\nactivation=logistic\n"
    "[avgpool]\n"
    "[connected]\noutput=7\nactivation=selu\nbatch_normalize=1\n"
    "[dropout]\nprobability=.5\n"
    "[connected]\noutput=5\nactivation=linear\n"
    "[softmax]\n[cost]\ntype=sse\n";

static const char pointwise[] =
    "[net]\nwidth=6\nheight=6\nchannels=2\n"
    CONV(4, 3, 1, 1, relu)
    CONV(4, 1, 1, 0, relu)
    CONV(4, 3, 1, 1, linear)
    "[shortcut]\nfrom=-3\nactivation=relu\n"
    "[maxpool]\nsize=3\nstride=2\n"
    CONV(3, 4, 2, 1, hardtan)
    "[connected]\noutput=4\nactivation=linear\n[logistic]\n";

/* What the plan has ways of its own for: many channels, blocks not full, gradients lent over a
   shortcut and not lent (a route in between, two shortcuts from one source), pooling with and
   without gaps, one channel into a kernel larger than its padding. */
static const char wide[] =
    "[net]\nwidth=12\nheight=8\nchannels=1\n"
    CONV(5, 5, 1, 1, relu)
    CONV(40, 3, 1, 2, relu)
    CONV(40, 3, 1, 1, relu)
    CONV(40, 3, 1, 1, linear)
    "[shortcut]\nfrom=-3\nactivation=relu\n"
    CONV(40, 3, 1, 1, leaky)
    "[shortcut]\nfrom=-2\nactivation=linear\n"
    CONV(40, 1, 1, 0, linear)
    "[shortcut]\nfrom=-4\nactivation=relu\n"
    "[maxpool]\nsize=2\nstride=2\n"
    CONV(17, 3, 1, 1, relu)
    "[route]\nlayers=-1,-2\n"
    CONV(32, 3, 1, 1, relu)
    "[maxpool]\nsize=3\nstride=2\npadding=1\n"
    CONV(48, 3, 1, 1, tanh)
    "[connected]\noutput=6\nactivation=linear\n[softmax]\n";

static const char flat[] =
    "[net]\nwidth=7\nheight=5\nchannels=1\n"
    "[connected]\noutput=20\nactivation=relu\n"
    "[dropout]\nprobability=.3\n"
    "[connected]\noutput=33\nactivation=tanh\n"
    "[connected]\noutput=3\nactivation=linear\n[softmax]\n";

static const char colour[] =
    "[net]\nwidth=7\nheight=5\nchannels=3\n"
    "[maxpool]\nsize=2\nstride=1\n"
    "[connected]\noutput=20\nactivation=leaky\n"
    "[connected]\noutput=3\nactivation=linear\n[softmax]\n";

/* Units and features that do not fill blocks, one sequence read by another. */
static const char sequences[] =
    "[net]\ninputs=5\ntime_steps=9\n"
    "[lstm]\noutput=19\n"
    "[lstm]\noutput=7\n"
    "[dropout]\nprobability=.3\n"
    "[connected]\noutput=6\nactivation=tanh\n"
    "[connected]\noutput=4\nactivation=linear\n[softmax]\n";

static const char one_step[] =
    "[net]\ninputs=21\n[lstm]\noutput=33\n[connected]\noutput=3\nactivation=linear\n[softmax]\n";

/* clang-format on */
static const char *const files[] = {"samples/cfg/lenet5.cfg", "samples/cfg/resnet20.cfg"};

static inline char *read_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text = calloc(1, 65536);

    assert_non_null(f);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, f) > 0);
    fclose(f);
    return text;
}

/* Random parameters of a realistic size; variances well above 0. */
static inline void fill(const lu_net *net, lu_weights *w, uint64_t seed)
{
    lu_rng *rng;

    assert_int_equal(lu_rng_new(&rng, seed, "test", 0), LU_OK);
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        size_t fan = s->n_weights ? s->n_weights / s->out.c : 1;
        for (size_t j = 0; j < s->n_weights; j++) {
            w->param[i].weights[j] = (float)(lu_rng_normal(rng) * sqrt(2.0 / (double)fan));
        }
        for (size_t j = 0; j < s->n_biases; j++) {
            w->param[i].biases[j] = (float)(0.1 * lu_rng_normal(rng));
            if (w->param[i].scales) {
                w->param[i].scales[j] = (float)lu_rng_between(rng, 0.5, 1.5);
                w->param[i].mean[j] = (float)(0.1 * lu_rng_normal(rng));
                w->param[i].variance[j] = (float)lu_rng_between(rng, 0.6, 2);
            }
        }
    }
    lu_rng_free(&rng);
}

/* `odd` is put in place of weight 40 of section 1, unless it is 0. */
static inline void load_odd(const char *cfg, float odd, lu_engine_kind kind, lu_loaded *out)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_net net;
    lu_weights w;
    lu_buf file = LU_BUF_INIT;
    lu_err err = lu_net_parse(cfg, strlen(cfg), &limits, &net);

    if (err) {
        fail_msg("%s", lu_error_what());
    }
    assert_int_equal(lu_weights_alloc(&net, &w), LU_OK);
    fill(&net, &w, 7);
    if (odd != 0) {
        w.param[1].weights[40] = odd;
    }
    assert_int_equal(lu_weights_write(&net, &w, &file), LU_OK);
    err = lu_loaded_new(cfg, strlen(cfg), file.data, file.len, kind, out);
    if (err) {
        fail_msg("%s (%s)", lu_error_what(), lu_error_where());
    }
    lu_buf_fini(&file);
    lu_weights_fini(&w);
    lu_net_fini(&net);
}

static inline void load(const char *cfg, lu_engine_kind kind, lu_loaded *out)
{
    load_odd(cfg, 0, kind, out);
}

static inline float *images(const lu_model *m, size_t n)
{
    size_t total = n * lu_shape_size(m->input);
    float *x = calloc(total, sizeof *x);
    lu_rng *rng;

    assert_int_equal(lu_rng_new(&rng, 3, "images", 0), LU_OK);
    for (size_t i = 0; i < total; i++) {
        x[i] = (float)lu_rng_uniform(rng);
    }
    lu_rng_free(&rng);
    return x;
}

/* --- tests: each over every network --- */

static inline void each(void (*test)(const char *name, const char *cfg))
{
    test("small_mix", small_mix);
    test("pointwise", pointwise);
    test("wide", wide);
    test("flat", flat);
    test("colour", colour);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *text = read_text(files[i]);
        test(files[i], text);
        free(text);
    }
}

/* Sequences too; libdarknet has no gradient of them. */
static inline void every(void (*test)(const char *name, const char *cfg))
{
    char *text = read_text("samples/cfg/lstm128.cfg");

    each(test);
    test("sequences", sequences);
    test("one_step", one_step);
    test("lstm128", text);
    free(text);
}

#endif
