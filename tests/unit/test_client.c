/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An engine process from its start to its end: what it tells, what it refuses, foreign files. */
#include "tests/unit/engines.h"

#include <fcntl.h>
#include <sys/socket.h>

#define NET "[net]\nwidth=8\nheight=8\nchannels=1\n"

/* --- start, hello, load --- */

static void hello_names_the_engine(void **state)
{
    lu_engine *e = started();
    lu_engine_hello hello, again;
    const char *tag = hello.tag;

    (void)state;
    assert_ok(lu_engine_greet(e, &hello));
    print_message("# %s (%s)\n", tag, hello.sandbox);
    assert_int_equal(strncmp(tag, "lineup-engine " LU_VERSION " ", 14 + strlen(LU_VERSION) + 1), 0);
    assert_non_null(strstr(tag, lu_kernels_best()->name));
    assert_int_equal(strncmp(hello.sandbox, "rlimits, no_new_privs", 21), 0);
    assert_ok(lu_engine_greet(e, &again));
    assert_string_equal(tag, again.tag);
    assert_string_equal(hello.sandbox, again.sandbox);
    still_answers(e);
    lu_engine_free(&e);
    assert_null(e);
    lu_engine_free(&e);
    no_children_left();
}

/* Trained weights are taken up to what a network may have, whatever an engine says of them. */
static void trained_weights_are_bounded(void **state)
{
    lu_trained_file got;
    lu_frame f;

    (void)state;
    assert_int_equal(LU_WIRE_WEIGHTS, 4 * lu_net_limits_default().parameters + 64);
    lu_frame_init(&f, LU_MSG_RESULT, 1);
    lu_put_f64(&f, 0.5);
    lu_put_f64(&f, 0.5);
    lu_put_u64(&f, (uint64_t)LU_WIRE_WEIGHTS + 1);
    assert_int_equal(lu_reply_train(&f, &got), LU_ERR_ENGINE);
    assert_null(got.weights.data);
    lu_frame_fini(&f);
}

/* What lineup has open stays lineup's. */
static void engine_inherits_only_its_socket(void **state)
{
    int open_here = dup2(STDERR_FILENO, 77);
    lu_engine *e = started();
    char path[64], target[256];
    struct stat st;
    pid_t pid = 0;
    ssize_t len;

    (void)state;
    assert_int_equal(open_here, 77);
    still_answers(e);
    assert_int_equal(children(&pid, 1), 1);
    snprintf(path, sizeof path, "/proc/%d/fd/77", (int)pid);
    assert_int_equal(lstat(path, &st), -1);
    snprintf(path, sizeof path, "/proc/%d/fd/0", (int)pid);
    len = readlink(path, target, sizeof target - 1);
    assert_true(len > 0);
    target[len] = '\0';
    assert_string_equal(target, "/dev/null");
    lu_engine_free(&e);
    close(77);
}

/* Started as the client starts it, an engine leaves with status 0; sanitized, without leaks too. */
static void engine_ends_well(void **state)
{
    char path[4096] = "", *slash;
    int pair[2], status = -1;
    lu_frame f;
    pid_t pid;

    (void)state;
    assert_true(readlink("/proc/self/exe", path, sizeof path - 20) > 0);
    slash = strrchr(path, '/');
    memcpy(slash, "/../lineup-engine", 18);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    pid = fork();
    if (pid == 0) {
        dup2(pair[1], LU_ENGINE_SOCKET);
        fcntl(LU_ENGINE_SOCKET, F_SETFD, 0);
        execl(path, "lineup-engine", (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    lu_request_load(&fix.files, &f);
    assert_ok(lu_frame_send(pair[0], &f));
    lu_frame_fini(&f);
    assert_ok(lu_frame_receive(pair[0], &f));
    assert_int_equal(f.type, LU_MSG_RESULT);
    lu_frame_fini(&f);
    close(pair[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void load_tells_the_network(void **state)
{
    lu_model_info info, other = {0};
    lu_engine *e = loaded(&fix.files, &info);
    lu_sha256 digest;

    (void)state;
    assert_true(lu_shape_equal(info.input, fix.net.input));
    assert_int_equal(info.classes, 10);
    assert_int_equal(info.head, LU_HEAD_SOFTMAX);
    assert_int_equal(info.n_layers, fix.net.n);
    assert_int_equal(info.default_layer, 2);
    assert_int_equal(info.batch, fix.model->batch);
    assert_int_equal(info.parameters, fix.net.parameters);
    assert_int_equal(info.flops, fix.net.flops);
    assert_true(info.self_check < 1e-5);
    assert_ok(lu_weights_digest(&fix.net, &fix.weights, &digest));
    assert_string_equal(info.digest.hex, digest.hex);
    assert_string_equal(info.layers[2].type, "convolutional");
    assert_int_equal(lu_model_info_width(&info, LU_LAYER_LOGITS), 10);
    for (int i = 0; i < (int)info.n_layers; i++) {
        assert_int_equal(lu_model_info_width(&info, i), lu_model_width(fix.model, i));
        assert_true(lu_shape_equal(info.layers[i].shape, fix.model->layers[i].shape));
    }
    assert_int_equal(lu_model_info_width(&info, (int)info.n_layers), 0);
    assert_int_equal(lu_model_info_width(&info, -2), 0);
    assert_true(lu_model_info_same_layer(&info, &info, 2));
    assert_false(lu_model_info_same_layer(&info, &info, LU_LAYER_LOGITS));
    assert_false(lu_model_info_same_layer(&info, &other, 2));
    lu_model_info_fini(&info);
    lu_engine_free(&e);
}

/* --- refusals --- */

static void refuse(lu_engine *e, const void *cfg, size_t cfg_len, const void *weights, size_t len,
                   const char *where, const char *words, int line)
{
    lu_model_files files = {memory_file(cfg, cfg_len), memory_file(weights, len), "suspect-x",
                            false};
    lu_model_info info;
    lu_err err = lu_engine_load(e, &files, &info);

    check_failure(err, LU_ERR_INPUT, words, line);
    if (strstr(lu_error_where(), where) == NULL || strncmp(lu_error_where(), "suspect-x", 9) != 0) {
        fail_msg("line %d: the place is \"%s\"", line, lu_error_where());
    }
    lu_model_info_fini(&info); /* must be harmless */
    close(files.cfg);
    close(files.weights);
}

static void bad_files_are_refused_with_a_reason(void **state)
{
    static const struct {
        const char *text, *words;
    } bad[] = {
        {"", ""},
        {"[net]\n", ""},
        {NET "[convolutional]\nfilters=-5\nsize=3\nstride=1\npad=1\n", "filters"},
        {NET "[convolutional]\nfilters=2\nsize=3\npad=1\n[route]\nlayers=99\n", "[route]"},
        {NET "[nosuch]\n", "nosuch"},
        {"[net]\nwidth=100000\nheight=100000\nchannels=3\nbatch=1000\n[convolutional]\n"
         "filters=100000\nsize=3\npad=1\n",
         ""},
        {NET "[connected]\noutput=3\nactivation=linear\nweights=/etc/passwd\n", "weights"},
    };
    const uint8_t *w = fix.file.data;
    size_t len = fix.file.len, text = strlen(fix.cfg);
    lu_engine *e = started();
    lu_buf longer = LU_BUF_INIT, broken = LU_BUF_INIT;
    const float nan_value = NAN;
    lu_model_info info;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refuse(e, bad[i].text, strlen(bad[i].text), w, len, ".cfg", bad[i].words, __LINE__);
    }
    refuse(e, "[net]\0width=8\n", 14, w, len, ".cfg", "", __LINE__);
    refuse(e, fix.cfg, text, w, 0, ".weights", "", __LINE__);
    refuse(e, fix.cfg, text, w, 20, ".weights", "", __LINE__);
    refuse(e, fix.cfg, text, w, len - 4, ".weights", "431160", __LINE__);
    assert_ok(lu_buf_add(&longer, w, len));
    assert_ok(lu_buf_add(&longer, w, 4096));
    refuse(e, fix.cfg, text, longer.data, longer.len, ".weights", "431164", __LINE__);
    assert_ok(lu_buf_add(&broken, w, len));
    memcpy(broken.data + 20 + 400, &nan_value, sizeof nan_value);
    refuse(e, fix.cfg, text, broken.data, len, ".weights", "not finite", __LINE__);
    lu_buf_fini(&longer);
    lu_buf_fini(&broken);
    assert_ok(lu_engine_load(e, &fix.files, &info)); /* it can still take a good one */
    lu_model_info_fini(&info);
    lu_engine_free(&e);
}

static void what_is_no_file_is_refused(void **state)
{
    lu_engine *e = started();
    lu_model_files files = fix.files;
    lu_model_info info;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    files.cfg = ends[0];
    assert_fails(lu_engine_load(e, &files, &info), LU_ERR_INPUT, "regular file");
    files = fix.files;
    files.weights = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    assert_fails(lu_engine_load(e, &files, &info), LU_ERR_INPUT, "regular file");
    close(files.weights);
    close(ends[0]);
    close(ends[1]);
    lu_engine_free(&e);
}

/* The order of requests is enforced; a refused one does no harm. */
static void requests_out_of_order_are_refused(void **state)
{
    static const int odd[] = {0, LU_MSG_KERNEL + 1, 55, LU_MSG_RESULT, LU_MSG_PROGRESS, 65535};
    const int layer = LU_LAYER_LOGITS;
    lu_engine *e = started();
    lu_model_info info;
    lu_frame f;

    (void)state;
    lu_request_outputs(&fix.bytes, 0, 1, 1, &layer, &f);
    assert_fails(ask(e, &f), LU_ERR_ENGINE, "no model");
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        lu_frame_init(&f, (lu_message)odd[i], 0);
        assert_fails(ask(e, &f), LU_ERR_ENGINE, "unknown request");
    }
    for (int type = LU_MSG_LOAD; type <= LU_MSG_KERNEL; type++) {
        lu_frame_init(&f, (lu_message)type, 0);
        assert_int_equal(ask(e, &f), LU_ERR_ENGINE); /* an empty body */
    }
    lu_frame_init(&f, LU_MSG_HELLO, 0);
    lu_put_u64(&f, 1);
    assert_fails(ask(e, &f), LU_ERR_ENGINE, "no sense");
    lu_frame_init(&f, LU_MSG_CANCEL, 0); /* late: nobody waits for an answer */
    assert_ok(lu_frame_send(lu_engine_socket(e), &f));
    lu_frame_fini(&f);
    assert_ok(lu_engine_load(e, &fix.files, &info));
    lu_model_info_fini(&info);
    assert_fails(lu_engine_load(e, &fix.files, &info), LU_ERR_ENGINE, "already");
    assert_null(info.layers);
    still_answers(e);
    lu_engine_free(&e);
}

/* A gradient of images that were not the last ones, or of a layer that is not there. */
static void backward_needs_its_forward(void **state)
{
    lu_model_info info;
    lu_engine *e = loaded(&fix.files, &info);
    const int layer = LU_LAYER_LOGITS;
    float seed[4 * 10] = {1}, logits[4 * 10], *out = logits, grad[4 * 28 * 28];
    lu_model *m;
    lu_frame f;

    (void)state;
    assert_ok(lu_engine_model(e, &info, &m));
    lu_request_outputs(&fix.values, 0, 4, 1, &layer, &f);
    f.type = LU_MSG_FORWARD;
    assert_ok(ask(e, &f));
    assert_fails(lu_model_backward(m, layer, seed, grad), LU_ERR_ENGINE, "shape"); /* 0 images */
    assert_ok(lu_model_forward(m, fix.values.samples.values, 4, 1, &layer, &out));
    assert_ok(lu_model_backward(m, layer, seed, grad));
    assert_ok(lu_model_backward(m, layer, seed, grad));
    still_answers(e);
    assert_fails(lu_model_backward(m, layer, seed, grad), LU_ERR_ENGINE, "shape");
    assert_int_equal(lu_model_backward(m, 99, seed, grad), LU_ERR_CANNOT);
    lu_model_free(&m);
    lu_model_info_fini(&info);
    lu_engine_free(&e);
}

/* --- foreign files --- */

static void samples_come_through_an_engine(void **state)
{
    lu_spec spec;
    lu_samples want;
    lu_shared got;
    lu_sha256 a, b;

    (void)state;
    assert_ok(lu_client_samples("synth:digits:100[0:10]", LU_PART_TEST, 3, &got));
    assert_int_equal(got.samples.n, 10);
    assert_ok(lu_spec_parse("synth:digits:100[0:10]", &spec));
    assert_ok(lu_spec_load(&spec, LU_PART_TEST, 3, &want));
    assert_ok(lu_samples_digest(&got.samples, &a));
    assert_ok(lu_samples_digest(&want, &b));
    assert_string_equal(a.hex, b.hex);
    lu_samples_fini(&want);
    lu_shared_fini(&got);
    assert_int_equal(lu_client_samples("synth:letters", LU_PART_TEST, 3, &got), LU_ERR_USAGE);
    assert_int_equal(got.fd, -1);
    lu_shared_fini(&got);
    assert_fails(lu_client_samples("npz:/nonexistent/x.npz", LU_PART_TEST, 3, &got), LU_ERR_INPUT,
                 "");
    no_children_left();
}

static void arrays_come_through_an_engine(void **state)
{
    const float x[6] = {1, -2, 3.5f, 0, 1e-30f, 6};
    const int64_t layer = 2;
    const size_t shape[2] = {2, 3}, none[1] = {0};
    lu_arrays made = {0}, got;
    lu_buf file = LU_BUF_INIT;
    const char *path;

    (void)state;
    assert_ok(lu_arrays_add(&made, "x", LU_F32, 2, shape, x));
    assert_ok(lu_arrays_add(&made, "layer", LU_I64, 0, NULL, &layer));
    assert_ok(lu_arrays_add(&made, "empty", LU_F64, 1, none, x));
    assert_ok(lu_npz_write(&made, &file));
    path = scratch_write("small.npz", file.data, file.len);
    assert_ok(lu_client_arrays(path, &got));
    assert_int_equal(got.n, 3);
    for (size_t i = 0; i < made.n; i++) {
        const lu_array *a = &made.item[i], *b = lu_arrays_find(&got, a->name);
        assert_non_null(b);
        assert_int_equal(a->type, b->type);
        assert_int_equal(a->dims, b->dims);
        assert_memory_equal(a->shape, b->shape, a->dims * sizeof *a->shape);
        if (lu_array_count(a)) {
            assert_memory_equal(a->data, b->data, lu_array_count(a) * lu_dtype_size(a->type));
        }
    }
    lu_arrays_fini(&got);
    path = scratch_write("cut.npz", file.data, file.len / 2);
    assert_fails(lu_client_arrays(path, &got), LU_ERR_INPUT, "");
    lu_arrays_fini(&got); /* must be harmless */
    assert_fails(lu_client_arrays("/nonexistent/x.npz", &got), LU_ERR_INPUT, "");
    lu_arrays_fini(&got);
    lu_arrays_fini(&made);
    lu_buf_fini(&file);
    no_children_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(hello_names_the_engine),          T(trained_weights_are_bounded),
        T(engine_inherits_only_its_socket), T(engine_ends_well),
        T(load_tells_the_network),          T(bad_files_are_refused_with_a_reason),
        T(what_is_no_file_is_refused),      T(requests_out_of_order_are_refused),
        T(backward_needs_its_forward),      T(samples_come_through_an_engine),
        T(arrays_come_through_an_engine),
    };

    return cmocka_run_group_tests(tests, up, down);
}
