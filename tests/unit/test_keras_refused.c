/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keras models that are refused: what would answer otherwise, odd and cut files. */
#include "nets/format/json.h"
#include "tests/unit/keras_convert.h"

#include <math.h>

#define KERNEL "/model_weights/out/inner/kernel:0"

/* --- refusals --- */

/* The model with `from` in its JSON turned into `to`. */
static void refuses(const made_model *m, const char *from, const char *to, const char *words)
{
    static char json[JSON_MOST];
    const char *at = strstr(m->json, from);
    made_model other = *m;
    lu_buf file, cfg = LU_BUF_INIT, weights = LU_BUF_INIT;

    assert_non_null(at);
    snprintf(json, sizeof json, "%.*s%s%s", (int)(at - m->json), m->json, to, at + strlen(from));
    other.json = json;
    file = made("odd.h5", &other);
    assert_fails(convert(&file, &cfg, &weights), LU_ERR_INPUT, words);
    assert_int_equal(cfg.len + weights.len, 0);
    lu_buf_fini(&file);
}

static void what_answers_otherwise_is_refused(void **state)
{
    const made_model *b = &block_model, *c = &chain_model;

    (void)state;
    refuses(b, "[1, 1], \"activation\"", "[2, 2], \"activation\"", "dilation_rate is not 1");
    refuses(b, "channels_last", "channels_first", "data_format is not \"channels_last\"");
    refuses(b, "\"filters\": 4", "\"filters\": 4, \"groups\": 2", "groups is not 1");
    refuses(b, "\"activation\": \"tanh\"", "\"activation\": \"gelu\"", "its activation is none of");
    refuses(b, "\"axis\": [3]", "\"axis\": [1]", "axis 1 is not the last one");
    refuses(b, "\"axis\": [3]", "\"axis\": [1, 2]", "axis is not the last one");
    refuses(b, "\"dtype\": \"float32\"", "\"dtype\": \"float16\"", "dtype is not \"float32\"");
    refuses(b, "\"class_name\": \"Dropout\"", "\"class_name\": \"GaussianNoise\"",
            "layer drop: GaussianNoise is not a class of layers");
    refuses(b, "\"strides\": [2, 2]", "\"strides\": [2, 1]", "strides differ");
    refuses(b, "\"filters\": 4", "\"filters\": 0", "filters is not a whole number");
    refuses(b, "\"filters\": 4", "\"filters\": 9999999", "filters is not a whole number");
    refuses(b, "\"filters\": 4", "\"filters\": 1e99", "filters is not a whole number");
    refuses(b, "\"filters\": 4", "\"filters\": 5", "is not an array of 3 x 3 x 2 x 5");
    refuses(b, "\"padding\": \"same\"", "\"padding\": \"causal\"", "padding is neither");
    refuses(b, "\"epsilon\": 0.001", "\"epsilon\": -1", "epsilon is not a number");
    refuses(c, "0.10000000149011612", "0.2", "alpha is not 0.1");
    refuses(c, "\"pool_size\": [2, 2]", "\"pool_size\": [2, 1]", "over the whole plane");
    refuses(c, "Flatten", "Dropout\", \"x\": \"", "rate is not a number");
    refuses(c, "[null, 8, 8, 3]", "[null, 8, 8]", "batch_input_shape is not");
    refuses(b, "[null, 7, 6, 2]", "[null, 4096, 4096, 1024]", "the limit is");
}

static void other_graphs_are_refused(void **state)
{
    const made_model *b = &block_model;

    (void)state;
    refuses(b, "\"class_name\": \"Model\"", "\"class_name\": \"Other\"",
            "Sequential or Functional");
    refuses(b, FROM("norm"), FROM("norm9"), "is not a layer before it");
    refuses(b, FROM("first"), FROM("norm"), "is not a layer before it");
    refuses(b, FROM("relu2"), FROM("add"), "nothing takes it");
    refuses(b, "\"linear\"", "\"relu\"", "layer norm: batch-norm is brought over right after");
    refuses(b, FROM("first"), "[[\"first\", 1, 0, {}]]", "a shared layer");
    refuses(b, FROM("first"), "[[\"first\", 0, 0, {\"training\": true}]]", "words of its own");
    refuses(b, FROM("first"), FROM("first") ", " FROM("first"), "used more than once");
    refuses(b, FROM("first"), "{\"args\": []}", "not written as Keras 2");
    refuses(b, BOTH("side", "norm2"), BOTH("side", "relu"), "nothing takes it");
    refuses(b, BOTH("side", "norm2"), FROM("side"), "it takes 1 inputs, not 2");
    refuses(b, "\"name\": \"relu2\"", "\"name\": \"relu\"", "are both called relu");
    refuses(b, "\"name\": \"relu2\"", "\"name\": \"re\\nlu\"", "has no name of letters");
    refuses(b, "\"layers\"", "\"lairs\"", "no list of");
    refuses(b, "{", "", "is not JSON");
}

/* Of a key that is there twice readers take the first or the last. */
static void ambiguous_configs_are_refused(void **state)
{
    static char deep[200];
    const made_model *b = &block_model;

    (void)state;
    refuses(b, "\"filters\": 4", "\"filters\": 4, \"filters\": 5",
            "is not clear: 'filters' is there twice");
    refuses(b, "\"class_name\": \"Model\"",
            "\"class_name\": \"Model\", \"class_name\": \"Sequential\"", "is there twice");
    refuses(b, "\"name\": \"relu2\"", "\"name\": \"relu2\\u0000b\"", "holds a NUL");
    snprintf(deep, sizeof deep, "\"epsilon\": %.*s1%.*s", LU_JSON_DEPTH,
             "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", LU_JSON_DEPTH,
             "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
    refuses(b, "\"epsilon\": 0.001", deep, "nested more than 64 deep");
}

/* --- files --- */

/* The block model's file, changed by `change`. */
static void refuses_file(void (*change)(hid_t file), const char *words)
{
    const char *path = make_h5("odd.h5", &block_model, 1);
    hid_t h = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    lu_buf file, cfg = LU_BUF_INIT, weights = LU_BUF_INIT;

    assert_true(h >= 0);
    change(h);
    H5Fclose(h);
    file = bytes_of(path);
    assert_fails(convert(&file, &cfg, &weights), LU_ERR_INPUT, words);
    assert_int_equal(cfg.len + weights.len, 0);
    lu_buf_fini(&file);
}

static void put_kernel(hid_t file, hid_t type, hid_t how, float value)
{
    const hsize_t dims[2] = {5, 3};
    hid_t space = H5Screate_simple(2, dims, NULL), set;
    float v[15];

    for (size_t i = 0; i < 15; i++) {
        v[i] = value;
    }
    H5Ldelete(file, KERNEL, H5P_DEFAULT);
    set = H5Dcreate2(file, KERNEL, type, space, H5P_DEFAULT, how, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, v) >= 0);
    H5Dclose(set);
    H5Sclose(space);
}

static void no_config(hid_t file)
{
    H5Adelete(file, "model_config");
}

static void number_for_config(hid_t file)
{
    hid_t space = H5Screate(H5S_SCALAR), attribute;

    no_config(file);
    attribute = H5Acreate2(file, "model_config", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Aclose(attribute);
    H5Sclose(space);
}

static void no_kernel(hid_t file)
{
    H5Ldelete(file, KERNEL, H5P_DEFAULT);
}

static void no_names(hid_t file)
{
    H5Adelete_by_name(file, "/model_weights/out", "weight_names", H5P_DEFAULT);
}

static void nan_kernel(hid_t file)
{
    put_kernel(file, H5T_IEEE_F32LE, H5P_DEFAULT, NAN);
}

static void double_kernel(hid_t file)
{
    put_kernel(file, H5T_IEEE_F64LE, H5P_DEFAULT, 1);
}

static void packed_kernel(hid_t file)
{
    hid_t how = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_chunk(how, 2, (hsize_t[]){5, 3});
    H5Pset_deflate(how, 6);
    put_kernel(file, H5T_IEEE_F32LE, how, 1);
    H5Pclose(how);
}

static void kernel_elsewhere(hid_t file)
{
    hid_t how = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_external(how, scratch("elsewhere"), 0, 60);
    put_kernel(file, H5T_IEEE_F32LE, how, 1);
    H5Pclose(how);
}

static void soft_kernel(hid_t file)
{
    H5Lmove(file, KERNEL, file, "/other", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/other", file, KERNEL, H5P_DEFAULT, H5P_DEFAULT);
}

static void foreign_layer(hid_t file)
{
    H5Ldelete(file, "/model_weights/out", H5P_DEFAULT);
    H5Lcreate_external("/etc/passwd", "/out", file, "/model_weights/out", H5P_DEFAULT, H5P_DEFAULT);
}

static void group_for_kernel(hid_t file)
{
    no_kernel(file);
    H5Gclose(H5Gcreate2(file, KERNEL, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

static void negative_variance(hid_t file)
{
    hid_t set = H5Dopen2(file, "/model_weights/norm/inner/moving_variance:0", H5P_DEFAULT);

    H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, (float[]){-1, 1, 1, 1});
    H5Dclose(set);
}

static void odd_files_are_refused(void **state)
{
    (void)state;
    refuses_file(no_config, "has no model_config");
    refuses_file(number_for_config, "is not a string");
    refuses_file(no_kernel, "is not in the file");
    refuses_file(no_names, "is not a list of strings");
    refuses_file(nan_kernel, "value 0 is not finite");
    refuses_file(double_kernel, "is not an array of 4-byte IEEE floats");
    refuses_file(packed_kernel, "is chunked, compressed or kept in another file");
    refuses_file(kernel_elsewhere, "is chunked, compressed or kept in another file");
    refuses_file(soft_kernel, "is not in the file");
    refuses_file(foreign_layer, "is not in the file");
    refuses_file(group_for_kernel, "is not an array");
    refuses_file(negative_variance, "variance 0 is negative");
}

/* libhdf5 would walk on the spot, or far past the end. */
static void damaged_heaps_are_refused(void **state)
{
    static const struct {
        size_t at; /* of the heap: its size, its first object's number and size */
        uint64_t value;
    } changes[] = {{8, 0}, {8, 15}, {8, UINT64_MAX}, {24, UINT64_MAX}, {24, UINT64_MAX - 15},
                   {16, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        lu_buf file = made("heap.h5", &block_model), cfg = LU_BUF_INIT, weights = LU_BUF_INIT;
        uint8_t *heap = memmem(file.data, file.len, "GCOL", 4);
        assert_non_null(heap);
        memcpy(heap + changes[i].at, &changes[i].value, 8);
        if (changes[i].at == 16) {
            memset(heap + 24, 0, 8); /* free space of no bytes */
        }
        assert_fails(convert(&file, &cfg, &weights), LU_ERR_INPUT, "the heap at byte");
        lu_buf_fini(&file);
    }
}

static void addresses_are_of_eight_bytes(void **state)
{
    lu_buf file = made("sizes.h5", &block_model), cfg = LU_BUF_INIT, weights = LU_BUF_INIT;

    (void)state;
    file.data[13] = 4;
    assert_fails(convert(&file, &cfg, &weights), LU_ERR_INPUT, "not of eight bytes");
    lu_buf_fini(&file);
}

/* Cut anywhere: refused, or, where only padding is gone, the same. */
static void cut_files_are_refused(void **state)
{
    lu_buf file = made("block.h5", &block_model);

    (void)state;
    for (size_t len = 0; len < file.len; len += 1 + len / 7) {
        lu_buf part = {.data = file.data, .len = len}, cfg = LU_BUF_INIT, weights = LU_BUF_INIT;
        assert_int_equal(convert(&part, &cfg, &weights), LU_ERR_INPUT);
        assert_int_equal(cfg.len + weights.len, 0);
    }
    lu_buf_fini(&file);
}

static void limits_hold(void **state)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_buf file = made("block.h5", &block_model), cfg = LU_BUF_INIT, weights = LU_BUF_INIT;

    (void)state;
    limits.parameters = 100;
    assert_fails(lu_keras_convert(file.data, file.len, &limits, &cfg, &weights), LU_ERR_INPUT,
                 "100");
    lu_buf_fini(&file);
}

/* The seeds of the fuzz targets, when LINEUP_CORPUS=write says so. */
static void corpus_is_written(void **state)
{
    static const made_model *const model[] = {&block_model, &chain_model, &list_model};
    const char *word = getenv("LINEUP_CORPUS");

    (void)state;
    if (word == NULL || strcmp(word, "write") != 0) {
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        char path[64];
        lu_buf file = made("seed.h5", model[i]);
        FILE *f;
        snprintf(path, sizeof path, "tests/corpus/keras/seed-%zu", i);
        f = fopen(path, "wb");
        assert_true(f && fwrite(file.data, 1, file.len, f) == file.len && fclose(f) == 0);
        snprintf(path, sizeof path, "tests/corpus/layers/seed-%zu", i);
        f = fopen(path, "wb");
        assert_true(f && fputs(model[i]->json, f) >= 0 && fclose(f) == 0);
        lu_buf_fini(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_answers_otherwise_is_refused),
        cmocka_unit_test(other_graphs_are_refused),
        cmocka_unit_test(ambiguous_configs_are_refused),
        cmocka_unit_test(odd_files_are_refused),
        cmocka_unit_test(damaged_heaps_are_refused),
        cmocka_unit_test(addresses_are_of_eight_bytes),
        cmocka_unit_test(cut_files_are_refused),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(corpus_is_written),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
