/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests with real engines: LeNet-5 with random parameters as files and as a model in this
 * process, digits, and helpers to start engines and to see that none is left. `up` and `down` are
 * group fixtures, T() lists a test.
 */
#ifndef LU_TESTS_ENGINES_H
#define LU_TESTS_ENGINES_H

#include "nets/client/pool.h"
#include "nets/engine/engine.h"
#include "tests/unit/processes.h"
#include "tests/unit/scratch.h"

#include <math.h>
#include <sys/mman.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

enum { SAMPLES = 40, SEEDS = 22, TOO_LONG = 120 };

static struct {
    char *cfg;
    lu_net net;
    lu_weights weights;
    lu_buf file; /* the .weights file */
    lu_model_files files;
    lu_model *model; /* the same network in this process */
    lu_shared bytes, values;
    lu_shared seeds; /* floats labelled with the model's own answers */
} fix;

/* --- small helpers --- */

static inline int memory_file(const void *data, size_t len)
{
    int fd = memfd_create("test", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, len), (ssize_t)len);
    return fd;
}

static inline void same_floats(const float *a, const float *b, size_t n)
{
    assert_memory_equal(a, b, n * sizeof *a);
}

static inline double apart(const float *a, const float *b, size_t n)
{
    double d = 0, s = 1e-20;

    for (size_t i = 0; i < n; i++) {
        d += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
        s += (double)b[i] * (double)b[i];
    }
    return sqrt(d / s);
}

static inline lu_engine *started(void)
{
    lu_engine *e;

    assert_ok(lu_engine_start(&e));
    return e;
}

static inline lu_engine *loaded(const lu_model_files *files, lu_model_info *info)
{
    lu_engine *e = started();

    assert_ok(lu_engine_load(e, files, info));
    return e;
}

static inline void still_answers(lu_engine *e)
{
    lu_engine_hello hello;

    assert_ok(lu_engine_greet(e, &hello));
    assert_int_equal(strncmp(hello.tag, "lineup-engine ", 14), 0);
}

/* --- fixture: LeNet-5 with random parameters, digits --- */

static inline void fill(const lu_net *net, lu_weights *w, uint64_t seed)
{
    lu_rng *rng;

    assert_ok(lu_rng_new(&rng, seed, "test", 0));
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        double size = s->n_weights ? sqrt(2.0 * (double)s->out.c / (double)s->n_weights) : 0;
        for (size_t j = 0; j < s->n_weights; j++) {
            w->param[i].weights[j] = (float)(lu_rng_normal(rng) * size);
        }
        for (size_t j = 0; j < s->n_biases; j++) {
            w->param[i].biases[j] = (float)(0.1 * lu_rng_normal(rng));
        }
    }
    lu_rng_free(&rng);
}

static inline void make_network(void)
{
    lu_net_limits limits = lu_net_limits_default();
    FILE *f = fopen("samples/cfg/lenet5.cfg", "rb");

    assert_non_null(f);
    fix.cfg = calloc(1, 65536);
    assert_non_null(fix.cfg);
    assert_true(fread(fix.cfg, 1, 65535, f) > 0);
    fclose(f);
    assert_ok(lu_net_parse(fix.cfg, strlen(fix.cfg), &limits, &fix.net));
    assert_ok(lu_weights_alloc(&fix.net, &fix.weights));
    fill(&fix.net, &fix.weights, 7);
    assert_ok(lu_weights_write(&fix.net, &fix.weights, &fix.file));
    assert_ok(lu_fast_model(&fix.net, &fix.weights, &fix.model));
    fix.files = (lu_model_files){memory_file(fix.cfg, strlen(fix.cfg)),
                                 memory_file(fix.file.data, fix.file.len), "lenet", false};
}

/* The local answers to samples first..first+n-1 at one layer; free() them. */
static inline float *local(const lu_samples *s, size_t first, size_t n, int layer)
{
    lu_samples part = {0};
    float *out = calloc(n * lu_model_width(fix.model, layer) + 1, sizeof *out);

    assert_non_null(out);
    assert_ok(lu_samples_slice(s, first, first + n, &part));
    assert_ok(lu_model_run(fix.model, &part, 1, &layer, &out, NULL, "test"));
    lu_samples_fini(&part);
    return out;
}

static inline void make_samples(void)
{
    lu_spec spec;
    lu_samples bytes, values, seeds;
    float *logits;

    assert_ok(lu_spec_parse("synth:digits:40", &spec));
    assert_ok(lu_spec_load(&spec, LU_PART_TRAIN, 5, &bytes));
    assert_int_equal(bytes.n, SAMPLES);
    assert_ok(lu_samples_alloc(&values, bytes.n, bytes.shape, bytes.classes, false));
    lu_samples_values(&bytes, 0, bytes.n, values.values);
    memcpy(values.labels, bytes.labels, bytes.n * sizeof *bytes.labels);
    assert_ok(lu_shared_new(&bytes, &fix.bytes));
    assert_ok(lu_shared_new(&values, &fix.values));
    assert_ok(lu_samples_slice(&values, 0, SEEDS, &seeds));
    logits = local(&seeds, 0, SEEDS, LU_LAYER_LOGITS);
    for (size_t i = 0; i < SEEDS; i++) {
        seeds.labels[i] = (int32_t)lu_argmax(logits + i * seeds.classes, seeds.classes);
    }
    assert_ok(lu_shared_new(&seeds, &fix.seeds));
    free(logits);
    lu_samples_fini(&bytes);
    lu_samples_fini(&values);
    lu_samples_fini(&seeds);
}

static inline int up(void **state)
{
#if defined(__SSE__)
    _mm_setcsr(0x9fc0); /* as lineup-engine does: the same bytes are expected */
#endif
    if (scratch_up(state)) {
        return -1;
    }
    make_network();
    make_samples();
    return 0;
}

static inline int down(void **state)
{
    lu_shared_fini(&fix.bytes);
    lu_shared_fini(&fix.values);
    lu_shared_fini(&fix.seeds);
    lu_model_free(&fix.model);
    lu_weights_fini(&fix.weights);
    lu_net_fini(&fix.net);
    lu_buf_fini(&fix.file);
    free(fix.cfg);
    close(fix.files.cfg);
    close(fix.files.weights);
    return scratch_down(state);
}

static inline int each_up(void **state)
{
    (void)state;
    alarm(TOO_LONG); /* a hang is a failure */
    return 0;
}

/* --- what the tests ask and hear --- */

static inline lu_err ask(lu_engine *e, lu_frame *request)
{
    lu_frame reply;
    lu_err err = lu_engine_call(e, request, NULL, &reply);

    lu_frame_fini(request);
    if (!err) {
        lu_frame_fini(&reply);
    }
    return err;
}

static inline lu_recipe short_recipe(lu_recipe_kind kind)
{
    lu_recipe r = lu_recipe_of(kind, 0.4, 21);

    r.epochs = r.epochs ? 2 : 0;
    r.batch = 8;
    return r;
}

static inline void train_request(const lu_recipe *r, int parent, lu_frame *f)
{
    lu_buf cfg = {(uint8_t *)fix.cfg, strlen(fix.cfg), strlen(fix.cfg) + 1};

    lu_request_train(&cfg, parent, r, &fix.bytes, 0, SAMPLES, f);
}

static inline lu_recipe endless_recipe(void)
{
    lu_recipe r = short_recipe(LU_RECIPE_TRAIN);

    r.epochs = 10000000;
    return r;
}

/* A job that looks at what it is told. */
typedef struct watch {
    double last, total;
    size_t calls, left; /* says CANCELLED when `left` calls have been made */
} watch;

static inline lu_err watch_at(void *context, const char *what, double done, double total)
{
    watch *w = context;

    assert_non_null(what);
    assert_true(done >= 0 && done <= total * (1 + 1e-9));
    w->last = done;
    w->total = total;
    w->calls++;
    if (w->left && w->calls >= w->left) {
        return lu_fail(LU_ERR_CANCELLED, "stopped by the test");
    }
    return LU_OK;
}

typedef struct verdict {
    lu_err err;
    char what[256], where[256];
    size_t told;
    bool go_on; /* a failure does not end the run */
} verdict;

static inline lu_err note(lu_task *t, size_t request, lu_err err, lu_frame *reply)
{
    verdict *v = t->context;

    assert_true((err == LU_OK) == (reply != NULL));
    assert_int_equal(request, v->told);
    v->err = err;
    v->told++;
    snprintf(v->what, sizeof v->what, "%s", err ? lu_error_what() : "");
    snprintf(v->where, sizeof v->where, "%s", err ? lu_error_where() : "");
    return v->go_on ? LU_OK : err;
}

static inline lu_task one_request(lu_frame *request, verdict *v)
{
    return (lu_task){.request = request, .requests = 1, .weight = 1, .done = note, .context = v};
}

#define T(f) cmocka_unit_test_setup(f, each_up)

#endif
