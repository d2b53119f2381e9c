/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nets/format, weights: exact sizes, finite values, the file order, the canonical form, folding. */
#include "tests/unit/format_help.h"

#include <math.h>

/* 2 filters with batch-norm on one channel, 1x1; then 2 scores: 2x4 + 2 and 2 + 2x8 = 28 floats */
#define SMALL                                                                                      \
    "[net]\nheight=2\nwidth=2\nchannels=1\n[convolutional]\nbatch_normalize=1\nfilters=2\n"        \
    "activation=linear\n[connected]\noutput=2\nbatch_normalize=0\n"

enum { SMALL_COUNT = 28, SMALL_BYTES = 20 + 4 * SMALL_COUNT };

/* A file of version 0.`minor`.0 whose k-th float is k + 1. */
static lu_buf made(uint32_t minor, uint64_t seen, size_t count)
{
    const uint8_t version[12] = {[4] = (uint8_t)minor};
    uint8_t seen_bytes[8];
    lu_buf b = LU_BUF_INIT;

    for (int i = 0; i < 8; i++) {
        seen_bytes[i] = (uint8_t)(seen >> (8 * i));
    }
    assert_int_equal(lu_buf_add(&b, version, sizeof version), LU_OK);
    assert_int_equal(lu_buf_add(&b, seen_bytes, minor == 2 ? 8 : 4), LU_OK);
    for (size_t k = 0; k < count; k++) {
        float value = (float)(k + 1);
        assert_int_equal(lu_buf_add(&b, &value, sizeof value), LU_OK);
    }
    return b;
}

static float float_at(const lu_buf *b, size_t k)
{
    float value;

    assert_true(20 + 4 * (k + 1) <= b->len);
    memcpy(&value, b->data + 20 + 4 * k, sizeof value);
    return value;
}

static void test_order(void **state)
{
    lu_net net = parsed(SMALL);
    lu_buf file = made(2, 12345678901, SMALL_COUNT);
    lu_weights w;

    (void)state;
    assert_int_equal(net.parameters, SMALL_COUNT);
    assert_int_equal(lu_weights_parse(&net, file.data, file.len, &w), LU_OK);
    assert_int_equal(w.seen, 12345678901);
    assert_int_equal(w.count, SMALL_COUNT);
    assert_true(w.param[0].biases[0] == 1 && w.param[0].scales[0] == 3);
    assert_true(w.param[0].mean[0] == 5 && w.param[0].variance[0] == 7);
    assert_true(w.param[0].weights[0] == 9 && w.param[0].weights[1] == 10);
    assert_true(w.param[1].biases[0] == 11 && w.param[1].weights[0] == 13);
    assert_null(w.param[1].scales);
    lu_weights_fini(&w);
    lu_buf_fini(&file);
    lu_net_fini(&net);
}

/* Connected layers have batch-norm after the weights. */
static void test_connected_order(void **state)
{
    lu_net net = parsed("[net]\ninputs=3\n[connected]\noutput=2\nbatch_normalize=1\n");
    lu_buf file = made(2, 0, 14), again = LU_BUF_INIT;
    lu_weights w;

    (void)state;
    assert_int_equal(lu_weights_parse(&net, file.data, file.len, &w), LU_OK);
    assert_true(w.param[0].biases[0] == 1 && w.param[0].weights[0] == 3);
    assert_true(w.param[0].scales[0] == 9 && w.param[0].mean[0] == 11);
    assert_true(w.param[0].variance[1] == 14);
    assert_int_equal(lu_weights_write(&net, &w, &again), LU_OK);
    assert_int_equal(again.len, file.len);
    assert_memory_equal(again.data, file.data, file.len);
    lu_weights_fini(&w);
    lu_buf_fini(&file);
    lu_buf_fini(&again);
    lu_net_fini(&net);
}

static void test_old_version(void **state)
{
    lu_net net = parsed(SMALL);
    lu_buf file = made(1, 77, SMALL_COUNT), again = LU_BUF_INIT;
    lu_weights w;

    (void)state;
    assert_int_equal(file.len, SMALL_BYTES - 4);
    assert_int_equal(lu_weights_parse(&net, file.data, file.len, &w), LU_OK);
    assert_int_equal(w.seen, 77);
    assert_true(w.block[SMALL_COUNT - 1] == SMALL_COUNT);
    assert_int_equal(lu_weights_write(&net, &w, &again), LU_OK);
    assert_int_equal(again.len, SMALL_BYTES);
    assert_int_equal(again.data[4], 2);
    lu_weights_fini(&w);
    lu_buf_fini(&file);
    lu_buf_fini(&again);
    lu_net_fini(&net);
}

/* --- refusals --- */

static const struct {
    size_t len;
    const char *says;
} sizes[] = {
    {0, "is 0 bytes, the network needs 132 (header 20 + 4 x 28)"},
    {11, "is 11 bytes, the network needs 132 (header 20 + 4 x 28)"},
    {20, "is 20 bytes, the network needs 132"},
    {100, "is 100 bytes, the network needs 132"},
    {SMALL_BYTES - 1, "is 131 bytes, the network needs 132"},
    {SMALL_BYTES + 1, "is 133 bytes, the network needs 132"},
    {SMALL_BYTES + 4096, "is 4228 bytes, the network needs 132"},
};

static void test_sizes(void **state)
{
    lu_net net = parsed(SMALL);
    lu_buf file = made(2, 0, 2000);
    lu_weights w;

    (void)state;
    for (size_t i = 0; i < COUNTED(sizes); i++) {
        assert_says(lu_weights_parse(&net, file.data, sizes[i].len, &w), sizes[i].says);
        assert_null(w.block);
    }
    file.data[4] = 1;
    assert_says(lu_weights_parse(&net, file.data, SMALL_BYTES, &w),
                "needs 128 (header 16 + 4 x 28)");
    lu_buf_fini(&file);
    lu_net_fini(&net);
}

static const struct {
    size_t byte;
    uint8_t value;
    const char *says;
} versions[] = {
    {0, 1, "version is 1.2.0, not 0.1.0 or 0.2.0"},
    {1, 4, "version is 1024.2.0"},
    {4, 0, "version is 0.0.0"},
    {4, 3, "version is 0.3.0"},
    {5, 4, "version is 0.1026.0"},
    {8, 1, "version is 0.2.1"},
};

static void test_versions(void **state)
{
    lu_net net = parsed(SMALL);
    lu_weights w;

    (void)state;
    for (size_t i = 0; i < COUNTED(versions); i++) {
        lu_buf file = made(2, 0, SMALL_COUNT);
        file.data[versions[i].byte] = versions[i].value;
        assert_says(lu_weights_parse(&net, file.data, file.len, &w), versions[i].says);
        lu_buf_fini(&file);
    }
    lu_net_fini(&net);
}

static const struct {
    size_t k;
    float value;
    const char *says;
} values[] = {
    {0, NAN, "bias 0 of section 0 [convolutional] is not finite"},
    {3, INFINITY, "scale 1 of section 0 [convolutional] is not finite"},
    {4, -INFINITY, "rolling mean 0 of section 0 [convolutional] is not finite"},
    {7, -1e-9f, "rolling variance 1 of section 0 [convolutional] is negative"},
    {6, NAN, "rolling variance 0 of section 0 [convolutional] is not finite"},
    {27, NAN, "weight 15 of section 1 [connected] is not finite"},
};

static void test_values(void **state)
{
    lu_net net = parsed(SMALL);
    lu_weights w;

    (void)state;
    for (size_t i = 0; i < COUNTED(values); i++) {
        lu_buf file = made(2, 0, SMALL_COUNT);
        memcpy(file.data + 20 + 4 * values[i].k, &values[i].value, 4);
        assert_says(lu_weights_parse(&net, file.data, file.len, &w), values[i].says);
        lu_buf_fini(&file);
    }
    lu_net_fini(&net);
}

/* --- canonical form, digest, folding --- */

static void test_canonical(void **state)
{
    lu_net net = parsed(SMALL), wide;
    lu_buf file = made(2, 9, SMALL_COUNT), bytes = LU_BUF_INIT, cfg = LU_BUF_INIT;
    lu_weights w;

    (void)state;
    assert_int_equal(lu_weights_parse(&net, file.data, file.len, &w), LU_OK);
    assert_int_equal(lu_weights_canonical(&net, &w, &bytes), LU_OK);
    assert_int_equal(bytes.len, SMALL_BYTES + 4 * 2 * 8);
    assert_true(float_at(&bytes, 8 + 4) == 9 && float_at(&bytes, 8 + 13) == 10);
    assert_true(float_at(&bytes, 8) == 0 && float_at(&bytes, 8 + 17) == 0);
    assert_true(float_at(&bytes, 8 + 18) == 11);
    lu_weights_fini(&w);
    assert_int_equal(lu_net_canonical(&net, 1, &cfg), LU_OK);
    wide = parsed((const char *)cfg.data);
    assert_int_equal(lu_weights_parse(&wide, bytes.data, bytes.len, &w), LU_OK);
    assert_int_equal(w.seen, 9);
    lu_weights_fini(&w);
    lu_buf_fini(&file);
    lu_buf_fini(&bytes);
    lu_buf_fini(&cfg);
    lu_net_fini(&net);
    lu_net_fini(&wide);
}

static void test_digest(void **state)
{
    lu_net net = parsed(SMALL);
    lu_buf file = made(2, 9, SMALL_COUNT);
    lu_sha256 digest, of_bytes;
    lu_weights w;

    (void)state;
    assert_int_equal(lu_weights_parse(&net, file.data, file.len, &w), LU_OK);
    assert_int_equal(lu_weights_digest(&net, &w, &digest), LU_OK);
    assert_int_equal(lu_sha256_of(file.data + 20, file.len - 20, &of_bytes), LU_OK);
    assert_string_equal(digest.hex, of_bytes.hex);
    w.block[27] = 0;
    assert_int_equal(lu_weights_digest(&net, &w, &digest), LU_OK);
    assert_string_not_equal(digest.hex, of_bytes.hex);
    lu_weights_fini(&w);
    lu_buf_fini(&file);
    lu_net_fini(&net);
}

static void test_fold(void **state)
{
    lu_net net = parsed(SMALL);
    lu_buf file = made(2, 9, SMALL_COUNT);
    lu_weights w;

    (void)state;
    assert_int_equal(lu_weights_parse(&net, file.data, file.len, &w), LU_OK);
    w.param[0].variance[0] = 0.25f;
    w.param[0].variance[1] = 0; /* divides by 1e-6 alone */
    assert_int_equal(lu_weights_fold(&net, &w), LU_OK);
    assert_int_equal(net.parameters, SMALL_COUNT - 6);
    assert_int_equal(w.count, net.parameters);
    assert_false(net.section[0].batch_normalize);
    assert_null(w.param[0].scales);
    /* weight 9, scale 3, mean 5, bias 1: 9 x 3 / 0.500001, 1 - 5 x 3 / 0.500001 */
    assert_float_equal(w.param[0].weights[0], 53.999892, 1e-5);
    assert_float_equal(w.param[0].biases[0], -28.999940, 1e-5);
    /* weight 10, scale 4, mean 6, bias 2 */
    assert_float_equal(w.param[0].weights[1], 4e7, 4);
    assert_float_equal(w.param[0].biases[1], -23999998, 4);
    assert_true(w.param[1].biases[0] == 11 && w.param[1].weights[15] == 28);
    assert_int_equal(w.seen, 9);
    lu_weights_fini(&w);
    lu_buf_fini(&file);
    lu_net_fini(&net);
}

static void test_fold_overflow(void **state)
{
    lu_net net = parsed(SMALL);
    lu_buf file = made(2, 9, SMALL_COUNT);
    lu_weights w;

    (void)state;
    assert_int_equal(lu_weights_parse(&net, file.data, file.len, &w), LU_OK);
    w.param[0].variance[1] = 0;
    w.param[0].scales[1] = 1e38f;
    assert_says(lu_weights_fold(&net, &w), "channel 1 of section 0 [convolutional] overflows");
    assert_true(net.section[0].batch_normalize && w.count == SMALL_COUNT);
    assert_true(w.param[0].weights[0] == 9);
    lu_weights_fini(&w);
    lu_buf_fini(&file);
    lu_net_fini(&net);
}

/* --- a network trained by others --- */

static bool shared_file(const char *name, lu_buf *out)
{
    const char *root = getenv("LINEUP_SHARED");
    char path[4096];

    snprintf(path, sizeof path, "%s/data/weights/%s", root != NULL ? root : "", name);
    return root != NULL && read_file(path, out);
}

static void test_mnist_lenet(void **state)
{
    lu_buf cfg, file, again = LU_BUF_INIT;
    lu_weights w;
    lu_net net;

    (void)state;
    if (!shared_file("mnist_lenet.cfg", &cfg)) {
        skip();
    }
    assert_true(shared_file("mnist_lenet.weights", &file));
    assert_int_equal(parse(cfg.data, cfg.len, &net), LU_OK);
    assert_int_equal(net.parameters, 47776);
    assert_int_equal(net.logits, 8);
    assert_sound(&net);
    assert_round_trip(&net);
    assert_int_equal(lu_weights_parse(&net, file.data, file.len, &w), LU_OK);
    assert_int_equal(lu_weights_write(&net, &w, &again), LU_OK);
    assert_int_equal(again.len, 20 + 4 * 47776);
    assert_memory_equal(again.data + 20, file.data + file.len - 4 * 47776, 4 * 47776);
    lu_weights_fini(&w);
    assert_says(lu_weights_parse(&net, file.data, file.len - 1, &w), "the network needs");
    lu_buf_fini(&cfg);
    lu_buf_fini(&file);
    lu_buf_fini(&again);
    lu_net_fini(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),       cmocka_unit_test(test_connected_order),
        cmocka_unit_test(test_old_version), cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_versions),    cmocka_unit_test(test_values),
        cmocka_unit_test(test_canonical),   cmocka_unit_test(test_digest),
        cmocka_unit_test(test_fold),        cmocka_unit_test(test_fold_overflow),
        cmocka_unit_test(test_mnist_lenet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
