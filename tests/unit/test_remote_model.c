/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model behind an engine answers and learns as one in this process. */
#include "tests/unit/engines.h"

#define NET "[net]\nwidth=8\nheight=8\nchannels=1\n"

/* --- numbers --- */

static void check_window(lu_engine *e, const lu_model_info *info, const lu_shared *s, size_t first,
                         size_t n)
{
    static const int layers[] = {LU_LAYER_LOGITS, 0, 2, 7};
    enum { WANTED = sizeof layers / sizeof *layers };
    float *out[WANTED];

    assert_ok(lu_engine_outputs(e, info, s, first, n, WANTED, layers, out, NULL));
    for (size_t k = 0; k < WANTED; k++) {
        float *want = local(&s->samples, first, n, layers[k]);
        same_floats(out[k], want, n * lu_model_info_width(info, layers[k]));
        free(want);
        free(out[k]);
    }
}

static void outputs_equal_the_local_model(void **state)
{
    const lu_shared *sets[] = {&fix.bytes, &fix.values};
    lu_model_info info;
    lu_engine *e = loaded(&fix.files, &info);
    int layer = 9;
    float *out[1];

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        check_window(e, &info, sets[k], 0, SAMPLES);
        check_window(e, &info, sets[k], 3, 5);
        check_window(e, &info, sets[k], SAMPLES - 1, 1);
    }
    assert_fails(lu_engine_outputs(e, &info, &fix.bytes, 0, 1, 1, &layer, out, NULL), LU_ERR_CANNOT,
                 "no layer 9");
    assert_null(out[0]);
    layer = LU_LAYER_LOGITS;
    assert_fails(lu_engine_outputs(e, &info, &fix.bytes, 36, 5, 1, &layer, out, NULL),
                 LU_ERR_ENGINE, "outside");
    assert_ok(lu_engine_outputs(e, &info, &fix.bytes, 4, 0, 1, &layer, out, NULL));
    free(out[0]);
    lu_model_info_fini(&info);
    lu_engine_free(&e);
}

/* Grey is repeated where three channels are wanted; another shape is the samples' fault. */
static void shapes_are_fitted_or_refused(void **state)
{
    static const char cfg[] = "[net]\nwidth=28\nheight=28\nchannels=3\n[avgpool]\n"
                              "[connected]\noutput=3\nactivation=linear\n[softmax]\n";
    static const char flat[] = NET "[connected]\noutput=3\nactivation=linear\n[softmax]\n";
    lu_net_limits limits = lu_net_limits_default();
    const char *text[] = {cfg, flat};
    const int layer = LU_LAYER_LOGITS;

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        lu_buf file = LU_BUF_INIT;
        lu_model_files files;
        lu_model_info info;
        lu_engine *e;
        lu_weights w;
        lu_net net;
        float *out[1];
        assert_ok(lu_net_parse(text[k], strlen(text[k]), &limits, &net));
        assert_ok(lu_weights_alloc(&net, &w));
        fill(&net, &w, 3);
        assert_ok(lu_weights_write(&net, &w, &file));
        files = (lu_model_files){memory_file(text[k], strlen(text[k])),
                                 memory_file(file.data, file.len), "small", false};
        e = loaded(&files, &info);
        if (k == 0) {
            const lu_section_params *p = &w.param[1];
            double mean = 0;
            assert_ok(lu_engine_outputs(e, &info, &fix.bytes, 2, 3, 1, &layer, out, NULL));
            for (size_t i = 0; i < 784; i++) {
                mean += fix.bytes.samples.bytes[2 * 784 + i] / 255.0 / 784;
            }
            mean = p->biases[0] + mean * (p->weights[0] + p->weights[1] + p->weights[2]);
            assert_true(fabs(mean - out[0][0]) < 1e-4);
            free(out[0]);
        } else {
            assert_fails(lu_engine_outputs(e, &info, &fix.bytes, 0, 3, 1, &layer, out, NULL),
                         LU_ERR_INPUT, "28x28x1");
            still_answers(e);
        }
        lu_engine_free(&e);
        lu_model_info_fini(&info);
        close(files.cfg);
        close(files.weights);
        lu_buf_fini(&file);
        lu_weights_fini(&w);
        lu_net_fini(&net);
    }
}

/* Forward and backward of every layer through `m` against the model in this process. */
static void compare_models(lu_model *m, bool exact)
{
    enum { N = 5 };
    const float *x = fix.values.samples.values;

    for (int layer = LU_LAYER_LOGITS; layer <= (int)fix.net.logits; layer++) {
        size_t n = N * lu_model_width(fix.model, layer), size = N * lu_shape_size(m->input);
        float *a = calloc(2 * (n + size), sizeof *a), *b = a + n, *ga = b + n, *gb = ga + size;
        float *seed = calloc(n, sizeof *seed);
        assert_int_equal(lu_model_width(m, layer), n / N);
        for (size_t i = 0; i < n; i++) {
            seed[i] = (float)((i * 7) % 5) - 2;
        }
        assert_ok(lu_model_forward(m, x, N, 1, &layer, &a));
        assert_ok(lu_model_backward(m, layer, seed, ga));
        assert_ok(lu_model_forward(fix.model, x, N, 1, &layer, &b));
        assert_ok(lu_model_backward(fix.model, layer, seed, gb));
        if (exact) {
            same_floats(a, b, n);
            same_floats(ga, gb, size);
        } else {
            assert_true(apart(a, b, n) < 1e-5);
            assert_true(apart(ga, gb, size) < 1e-4);
        }
        free(a);
        free(seed);
    }
}

static void remote_model_is_the_local_model(void **state)
{
    lu_model_info info;
    lu_engine *e = loaded(&fix.files, &info);
    lu_model *m;

    (void)state;
    assert_ok(lu_engine_model(e, &info, &m));
    compare_models(m, true);
    lu_model_free(&m);
    still_answers(e); /* the engine stays the caller's */
    lu_model_info_fini(&info);
    lu_engine_free(&e);
}

static void reference_engine_is_close(void **state)
{
    lu_model_files files = fix.files;
    lu_model_info info;
    const int layers[] = {LU_LAYER_LOGITS, 2};
    float *out[2];
    lu_engine *e;
    lu_model *m;

    (void)state;
    files.reference = true;
    e = loaded(&files, &info);
    assert_ok(lu_engine_outputs(e, &info, &fix.bytes, 0, SAMPLES, 2, layers, out, NULL));
    for (size_t k = 0; k < 2; k++) {
        float *want = local(&fix.bytes.samples, 0, SAMPLES, layers[k]);
        assert_true(apart(out[k], want, SAMPLES * lu_model_info_width(&info, layers[k])) < 1e-5);
        free(want);
        free(out[k]);
    }
    assert_ok(lu_engine_model(e, &info, &m));
    compare_models(m, false);
    lu_model_free(&m);
    lu_model_info_fini(&info);
    lu_engine_free(&e);
}

/* --- training --- */

static void training_gives_the_same_bytes(void **state)
{
    lu_engine *e = started();

    (void)state;
    for (int kind = 0; kind < LU_RECIPE_KINDS; kind++) {
        lu_recipe r = short_recipe((lu_recipe_kind)kind);
        const lu_weights *parent = r.from_parent ? &fix.weights : NULL;
        lu_trained_file got;
        lu_frame request, reply;
        lu_weights made;
        lu_trained result;
        lu_buf want = LU_BUF_INIT;
        train_request(&r, parent ? fix.files.weights : -1, &request);
        assert_ok(lu_engine_call(e, &request, NULL, &reply));
        assert_ok(lu_reply_train(&reply, &got));
        assert_ok(lu_train(&fix.net, parent, &r, &fix.bytes.samples, NULL, &made, &result));
        assert_ok(lu_weights_write(&fix.net, &made, &want));
        assert_int_equal(got.weights.len, want.len);
        assert_memory_equal(got.weights.data, want.data, want.len);
        assert_true(r.epochs ? got.loss == result.loss && got.accuracy == result.accuracy
                             : isnan(got.loss) && isnan(got.accuracy));
        lu_buf_fini(&want);
        lu_buf_fini(&got.weights);
        lu_weights_fini(&made);
        lu_frame_fini(&request);
        lu_frame_fini(&reply);
    }
    lu_engine_free(&e);
}

/* A copy of nothing would be an innocent called guilty. */
static void training_refuses_a_missing_parent(void **state)
{
    lu_recipe r = short_recipe(LU_RECIPE_FT_AL);
    int empty = memory_file("", 0), cut = memory_file(fix.file.data, 1000);
    lu_engine *e = started();
    lu_frame f;

    (void)state;
    train_request(&r, -1, &f);
    assert_fails(ask(e, &f), LU_ERR_INPUT, "parent");
    train_request(&r, empty, &f);
    assert_int_equal(ask(e, &f), LU_ERR_INPUT);
    train_request(&r, cut, &f);
    assert_fails(ask(e, &f), LU_ERR_INPUT, "1000");
    r.epochs = 0;
    train_request(&r, fix.files.weights, &f);
    assert_int_equal(ask(e, &f), LU_ERR_USAGE);
    r.epochs = 1;
    r.batch = SAMPLES + 1;
    train_request(&r, fix.files.weights, &f);
    assert_fails(ask(e, &f), LU_ERR_INPUT, "labelled");
    close(empty);
    close(cut);
    lu_engine_free(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(outputs_equal_the_local_model),   T(shapes_are_fitted_or_refused),
        T(remote_model_is_the_local_model), T(reference_engine_is_close),
        T(training_gives_the_same_bytes),   T(training_refuses_a_missing_parent),
    };

    return cmocka_run_group_tests(tests, up, down);
}
