/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keras models brought over: same answers, and what is refused. */
#include "nets/engine/engine.h"
#include "nets/format/json.h"
#include "samples/samples.h"
#include "tests/unit/keras_files.h"
#include "tests/unit/keras_reference.h"

#include <fcntl.h>

#define T(name) cmocka_unit_test(name)

enum { CLASSES_MOST = 16, JSON_MOST = 16384 };

/* --- helpers --- */

static lu_buf bytes_of(const char *path)
{
    lu_buf out = LU_BUF_INIT;
    char block[4096];
    FILE *f = fopen(path, "rb");
    size_t n;

    assert_non_null(f);
    while ((n = fread(block, 1, sizeof block, f)) > 0) {
        assert_ok(lu_buf_add(&out, block, n));
    }
    fclose(f);
    return out;
}

static lu_err convert(const lu_buf *file, lu_buf *cfg, lu_buf *weights)
{
    lu_net_limits limits = lu_net_limits_default();

    return lu_keras_convert(file->data, file->len, &limits, cfg, weights);
}

typedef struct brought {
    lu_buf cfg, weights;
    lu_net net;
    lu_weights w;
    lu_model *model;
} brought;

static brought bring(const lu_buf *file)
{
    lu_net_limits limits = lu_net_limits_default();
    brought b = {0};

    assert_ok(convert(file, &b.cfg, &b.weights));
    assert_ok(lu_net_parse((const char *)b.cfg.data, b.cfg.len, &limits, &b.net));
    assert_ok(lu_weights_parse(&b.net, b.weights.data, b.weights.len, &b.w));
    assert_ok(lu_fast_model(&b.net, &b.w, &b.model));
    return b;
}

static void brought_fini(brought *b)
{
    lu_model_free(&b->model);
    lu_weights_fini(&b->w);
    lu_net_fini(&b->net);
    lu_buf_fini(&b->cfg);
    lu_buf_fini(&b->weights);
}

static void our_logits(const brought *b, const float *image, float *out)
{
    const int logits = LU_LAYER_LOGITS;
    lu_samples s = {.n = 1, .shape = b->net.input, .values = (float *)(uintptr_t)image};

    assert_ok(lu_model_run(b->model, &s, 1, &logits, &out, NULL, "test"));
}

static void near(const double *want, const float *got, size_t n, double within)
{
    for (size_t i = 0; i < n; i++) {
        if (!(fabs((double)got[i] - want[i]) <= within)) {
            fail_msg("logit %zu is %.8f, not %.8f", i, (double)got[i], want[i]);
        }
    }
}

/* Random images through the file itself and through what it became. */
static void same_answers(const lu_buf *file, size_t images)
{
    brought b = bring(file);
    size_t size = lu_shape_size(b.net.input);
    float *image = malloc(size * sizeof *image), got[CLASSES_MOST];
    double want[CLASSES_MOST];
    lu_buf json = LU_BUF_INIT;
    lu_keras_model m;
    lu_rng *rng;
    lu_h5 *h;

    assert_non_null(image);
    assert_true(b.net.classes <= CLASSES_MOST);
    assert_ok(lu_h5_open(file->data, file->len, &h));
    assert_ok(lu_h5_text(h, "/", "model_config", LU_KERAS_TEXT, &json));
    assert_ok(lu_keras_parse((const char *)json.data, json.len, &m));
    assert_ok(lu_rng_new(&rng, 3, "images", 0));
    for (size_t k = 0; k < images; k++) {
        for (size_t i = 0; i < size; i++) {
            image[i] = (float)lu_rng_uniform(rng);
        }
        keras_logits(h, &m, image, want);
        our_logits(&b, image, got);
        near(want, got, b.net.classes, 1e-4);
    }
    lu_rng_free(&rng);
    lu_keras_fini(&m);
    lu_buf_fini(&json);
    lu_h5_close(&h);
    brought_fini(&b);
    free(image);
}

static lu_buf made(const char *name, const made_model *m)
{
    return bytes_of(make_h5(name, m, 11));
}

/* --- small models --- */

static void blocks_answer_the_same(void **state)
{
    lu_buf file = made("block.h5", &block_model);

    (void)state;
    same_answers(&file, 8);
    lu_buf_fini(&file);
}

static void chains_answer_the_same(void **state)
{
    lu_buf file = made("chain.h5", &chain_model);

    (void)state;
    same_answers(&file, 8);
    lu_buf_fini(&file);
}

static void lists_answer_the_same(void **state)
{
    lu_buf file = made("list.h5", &list_model);

    (void)state;
    same_answers(&file, 8);
    lu_buf_fini(&file);
}

/* 3x3 at stride 2 on an even side: 4x4, padding 1, nothing in its first row and column. */
static void even_sides_get_a_row_of_zeros(void **state)
{
    lu_buf file = made("chain.h5", &chain_model);
    brought b = bring(&file);
    const lu_section *s = &b.net.section[0];

    (void)state;
    assert_true(s->size == 4 && s->pad == 1 && s->stride == 2 && s->out.h == 4 && s->out.w == 4);
    for (size_t k = 0; k < s->n_weights; k++) {
        size_t row = k / 4 % 4, column = k % 4;
        assert_int_equal(b.w.param[0].weights[k] == 0, row == 0 || column == 0);
    }
    brought_fini(&b);
    lu_buf_fini(&file);
}

/* Batch-norm stays: it can be trained on. */
static void batch_norm_stays(void **state)
{
    lu_buf file = made("block.h5", &block_model);
    brought b = bring(&file);

    (void)state;
    assert_true(b.net.section[0].batch_normalize && b.w.param[0].variance[0] > 0);
    assert_non_null(strstr((const char *)b.cfg.data, "# 0 first norm relu\n"));
    brought_fini(&b);
    lu_buf_fini(&file);
}

static void the_same_bytes_twice(void **state)
{
    lu_buf file = made("block.h5", &block_model), cfg[2] = {{0}}, weights[2] = {{0}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_ok(convert(&file, &cfg[i], &weights[i]));
    }
    assert_int_equal(cfg[0].len, cfg[1].len);
    assert_memory_equal(cfg[0].data, cfg[1].data, cfg[0].len);
    assert_int_equal(weights[0].len, weights[1].len);
    assert_memory_equal(weights[0].data, weights[1].data, weights[0].len);
    for (int i = 0; i < 2; i++) {
        lu_buf_fini(&cfg[i]);
        lu_buf_fini(&weights[i]);
    }
    lu_buf_fini(&file);
}

/* --- the authors' own --- */

static bool image_of(const char *set, size_t i, float *out, size_t size)
{
    const char *folder = shared_data(set);
    char text[2100];
    lu_spec *spec = calloc(1, sizeof *spec);
    lu_samples s = {0};

    assert_non_null(spec);
    if (folder != NULL) {
        snprintf(text, sizeof text, "mnist:%s", folder);
        assert_ok(lu_spec_parse(text, spec));
        assert_ok(lu_spec_load(spec, LU_PART_TEST, 1, &s));
        assert_int_equal(lu_shape_size(s.shape), size);
        lu_samples_values(&s, i, 1, out);
        lu_samples_fini(&s);
    }
    free(spec);
    return folder != NULL;
}

static lu_buf shared_model(const char *name)
{
    const char *path = shared_data(name);

    if (path == NULL) {
        print_message("# %s is not there\n", name);
        skip();
    }
    return bytes_of(path);
}

/* Double precision, Keras' semantics; measured once from the file by another program. */
static void lenet_gives_the_published_logits(void **state)
{
    static const double first[10] = {-5.84134697, -8.01044219, -3.07677733,  -0.03673576,
                                     -9.30773657, -4.35995028, -16.60604085, 21.26086979,
                                     -2.84205252, 0.39800296};
    static const double grey[10] = {5.36934557e-02, 1.52887905e-02, 3.50812511e-02, 7.64799933e-02,
                                    2.21336440e-02, 7.01181782e-04, 3.65576921e-02, 4.07032567e-03,
                                    7.55522974e-01, 4.70691695e-04};
    lu_buf file = shared_model("weights/deepjudge-mnist_lenet5.h5");
    brought b = bring(&file);
    float image[784], z[10];
    double sum = 0;

    (void)state;
    for (size_t i = 0; i < 784; i++) {
        image[i] = 0.5f;
    }
    our_logits(&b, image, z);
    for (size_t i = 0; i < 10; i++) {
        sum += exp((double)z[i]);
    }
    for (size_t i = 0; i < 10; i++) {
        z[i] = (float)(exp((double)z[i]) / sum);
    }
    near(grey, z, 10, 1e-5);
    if (image_of("mnist", 0, image, 784)) {
        our_logits(&b, image, z);
        near(first, z, 10, 1e-4);
    }
    brought_fini(&b);
    same_answers(&file, 4);
    lu_buf_fini(&file);
}

static void resnet_answers_the_same(void **state)
{
    lu_buf file = shared_model("weights/deepjudge-cifar10_resnet20.h5");

    (void)state;
    same_answers(&file, 2);
    lu_buf_fini(&file);
}

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

#define KERNEL "/model_weights/out/inner/kernel:0"

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
        T(blocks_answer_the_same),
        T(chains_answer_the_same),
        T(lists_answer_the_same),
        T(even_sides_get_a_row_of_zeros),
        T(batch_norm_stays),
        T(the_same_bytes_twice),
        T(lenet_gives_the_published_logits),
        T(resnet_answers_the_same),
        T(what_answers_otherwise_is_refused),
        T(other_graphs_are_refused),
        T(ambiguous_configs_are_refused),
        T(odd_files_are_refused),
        T(damaged_heaps_are_refused),
        T(addresses_are_of_eight_bytes),
        T(cut_files_are_refused),
        T(limits_hold),
        T(corpus_is_written),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
