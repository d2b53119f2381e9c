/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keras models as .cfg and .weights answer as the .h5 file says. */
#include "nets/engine/engine.h"
#include "samples/samples.h"
#include "tests/unit/keras_convert.h"
#include "tests/unit/keras_reference.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_answer_the_same),
        cmocka_unit_test(chains_answer_the_same),
        cmocka_unit_test(lists_answer_the_same),
        cmocka_unit_test(even_sides_get_a_row_of_zeros),
        cmocka_unit_test(batch_norm_stays),
        cmocka_unit_test(the_same_bytes_twice),
        cmocka_unit_test(lenet_gives_the_published_logits),
        cmocka_unit_test(resnet_answers_the_same),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
