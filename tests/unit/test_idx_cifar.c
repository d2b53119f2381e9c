/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX, MNIST folders, CIFAR-10: made here, and as published. */
#include "tests/unit/packing.h"

static lu_err load(const char *text, lu_part part, lu_samples *out)
{
    lu_spec spec;

    *out = (lu_samples){0};
    LU_TRY(lu_spec_parse(text, &spec));
    return lu_spec_load(&spec, part, 1, out);
}

/* --- IDX --- */

/* `n` images of 2x3 with pixel values counted up, and their labels i % classes. */
static size_t idx_images(uint8_t *to, uint8_t n)
{
    const uint8_t head[16] = {0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 2, 0, 0, 0, 3};

    memcpy(to, head, sizeof head);
    for (size_t i = 0; i < (size_t)n * 6; i++) {
        to[16 + i] = (uint8_t)i;
    }
    return 16 + (size_t)n * 6;
}

static size_t idx_labels(uint8_t *to, uint8_t n, uint8_t classes)
{
    const uint8_t head[8] = {0, 0, 8, 1, 0, 0, 0, n};

    memcpy(to, head, sizeof head);
    for (uint8_t i = 0; i < n; i++) {
        to[8 + i] = i % classes;
    }
    return 8 + (size_t)n;
}

static lu_err load_pair(const char *slice, lu_samples *out)
{
    char text[4200];

    snprintf(text, sizeof text, "idx:%s,%s%s", scratch("i"), scratch("l"), slice);
    return load(text, LU_PART_TEST, out);
}

static void idx_good(void **state)
{
    uint8_t raw[256];
    lu_samples s;

    (void)state;
    scratch_write("i", raw, idx_images(raw, 9));
    scratch_write("l", raw, idx_labels(raw, 9, 4));
    assert_ok(load_pair("", &s));
    assert_int_equal(s.n, 9);
    assert_int_equal(s.classes, 4);
    assert_true(lu_shape_equal(s.shape, (lu_shape){2, 3, 1}));
    assert_int_equal(s.bytes[53], 53);
    assert_int_equal(s.labels[5], 1);
    lu_samples_fini(&s);
    assert_ok(load_pair("[2:5]", &s));
    assert_int_equal(s.n, 3);
    assert_int_equal(s.bytes[0], 12);
    assert_int_equal(s.bytes[17], 29);
    assert_int_equal(s.labels[0], 2);
    assert_int_equal(s.classes, 4);
    lu_samples_fini(&s);
    assert_fails(load_pair("[2:10]", &s), LU_ERR_INPUT, "not inside 0 to 9");
    scratch_write("l", raw, idx_labels(raw, 9, 1));
    assert_ok(load_pair("", &s));
    assert_int_equal(s.classes, 2);
    lu_samples_fini(&s);
}

static void idx_bad(void **state)
{
    uint8_t raw[256] = {0};
    size_t n = idx_images(raw, 9);
    lu_samples s;

    (void)state;
    scratch_write("i", raw, n);
    scratch_write("l", raw, idx_labels(raw, 8, 4));
    assert_fails(load_pair("", &s), LU_ERR_INPUT, "9 images, there are 8 labels");
    scratch_write("l", raw, idx_labels(raw, 9, 4));
    scratch_write("i", raw, idx_labels(raw, 9, 4));
    assert_fails(load_pair("", &s), LU_ERR_INPUT, "magic is 2049, not 2051");
    n = idx_images(raw, 9);
    scratch_write("i", raw, n - 1);
    assert_fails(load_pair("", &s), LU_ERR_INPUT, "ends at byte 69, at least 70");
    assert_fails(load_pair("[0:2]", &s), LU_ERR_INPUT, "ends at byte 69, at least 70");
    assert_non_null(strstr(lu_error_where(), "/i"));
    scratch_write("i", raw, n + 1);
    assert_fails(load_pair("", &s), LU_ERR_INPUT, "is 71 bytes long, 70 should be there");
    scratch_write("i", raw, 15);
    assert_fails(load_pair("", &s), LU_ERR_INPUT, "ends at byte 15, at least 16");
    memset(raw + 8, 0xff, 8);
    scratch_write("i", raw, n);
    assert_fails(load_pair("", &s), LU_ERR_INPUT, "4294967295x4294967295");
    memset(raw + 8, 0, 8);
    scratch_write("i", raw, n);
    assert_fails(load_pair("", &s), LU_ERR_INPUT, "the images are 0x0");
    n = idx_labels(raw, 9, 4);
    memset(raw + 4, 0xff, 4);
    scratch_write("l", raw, n);
    assert_fails(load_pair("", &s), LU_ERR_INPUT, "ends at byte 17, at least 4294967303");
}

static lu_err load_mnist(lu_part part, lu_samples *out)
{
    char text[4200];

    snprintf(text, sizeof text, "mnist:%s", scratch_dir);
    return load(text, part, out);
}

static void mnist_names(void **state)
{
    uint8_t raw[256], packed[512];
    lu_samples s;

    (void)state;
    assert_fails(load_mnist(LU_PART_TEST, &s), LU_ERR_INPUT, "no t10k-images-idx3-ubyte");
    scratch_write("t10k-images.idx3-ubyte.gz", packed,
                  gzip(raw, idx_images(raw, 12), packed, sizeof packed));
    assert_fails(load_mnist(LU_PART_TEST, &s), LU_ERR_INPUT, "no t10k-labels-idx1-ubyte");
    scratch_write("t10k-labels-idx1-ubyte.xz", packed,
                  xz(raw, idx_labels(raw, 12, 10), packed, sizeof packed));
    assert_ok(load_mnist(LU_PART_TEST, &s));
    assert_int_equal(s.n, 12);
    assert_int_equal(s.classes, 10);
    lu_samples_fini(&s);
    assert_fails(load_mnist(LU_PART_TRAIN, &s), LU_ERR_INPUT, "no train-images-idx3-ubyte");
    scratch_write("t10k-labels-idx1-ubyte", raw, idx_labels(raw, 12, 11));
    assert_fails(load_mnist(LU_PART_TEST, &s), LU_ERR_INPUT,
                 "label 10 is 10, the largest allowed is 9");
}

/* --- CIFAR --- */

static void cifar_record(uint8_t *to, uint8_t label)
{
    to[0] = label;
    for (size_t i = 0; i < 3072; i++) {
        to[1 + i] = (uint8_t)(i / 1024 * 64 + i % 64 + label);
    }
}

static lu_err load_cifar(const char *name, const char *slice, lu_part part, lu_samples *out)
{
    char text[4200];

    snprintf(text, sizeof text, "cifar10:%s%s", scratch(name), slice);
    return load(text, part, out);
}

static void cifar_good(void **state)
{
    static uint8_t raw[4 * LU_CIFAR_RECORD], packed[8 * LU_CIFAR_RECORD];
    lu_samples s;

    (void)state;
    for (uint8_t i = 0; i < 4; i++) {
        cifar_record(raw + (size_t)i * LU_CIFAR_RECORD, (uint8_t)(i + 5));
    }
    scratch_folder("cifar");
    scratch_write("cifar/data_batch_2.bin", raw, sizeof raw);
    scratch_write("cifar/data_batch_5.bin.gz", packed,
                  gzip(raw, 2 * LU_CIFAR_RECORD, packed, sizeof packed));
    scratch_write("cifar/test_batch.bin.xz", packed,
                  xz(raw, LU_CIFAR_RECORD, packed, sizeof packed));
    assert_ok(load_cifar("cifar", "", LU_PART_TRAIN, &s));
    assert_int_equal(s.n, 6);
    assert_int_equal(s.classes, 10);
    assert_true(lu_shape_equal(s.shape, (lu_shape){32, 32, 3}));
    assert_int_equal(s.labels[3], 8);
    assert_int_equal(s.labels[4], 5);
    for (size_t c = 0; c < 3; c++) {
        assert_int_equal(s.bytes[3 * (size_t)3072 + 70 * 3 + c], c * 64 + 70 % 64 + 8);
    }
    lu_samples_fini(&s);
    assert_ok(load_cifar("cifar", "[3:5]", LU_PART_TRAIN, &s));
    assert_true(s.n == 2 && s.labels[0] == 8 && s.labels[1] == 5);
    lu_samples_fini(&s);
    assert_fails(load_cifar("cifar", "[3:7]", LU_PART_TRAIN, &s), LU_ERR_INPUT, "inside 0 to 6");
    assert_ok(load_cifar("cifar", "", LU_PART_TEST, &s));
    assert_int_equal(s.n, 1);
    lu_samples_fini(&s);
    assert_ok(load_cifar("cifar/data_batch_2.bin", "", LU_PART_TEST, &s));
    assert_int_equal(s.n, 4);
    lu_samples_fini(&s);
}

static void cifar_bad(void **state)
{
    static uint8_t raw[2 * LU_CIFAR_RECORD];
    lu_samples s;

    (void)state;
    cifar_record(raw, 1);
    scratch_write("c.bin", raw, LU_CIFAR_RECORD + 5);
    assert_fails(load_cifar("c.bin", "", LU_PART_TRAIN, &s), LU_ERR_INPUT,
                 "3078 bytes are not a whole number of 3073");
    scratch_write("c.bin", raw, 0);
    assert_fails(load_cifar("c.bin", "", LU_PART_TRAIN, &s), LU_ERR_INPUT, "0 bytes are not");
    cifar_record(raw + LU_CIFAR_RECORD, 10);
    scratch_write("c.bin", raw, sizeof raw);
    assert_fails(load_cifar("c.bin", "[0:1]", LU_PART_TRAIN, &s), LU_ERR_INPUT,
                 "record 1 (byte 3073) is 10, not 0 to 9");
    assert_fails(load_cifar("nothing", "", LU_PART_TRAIN, &s), LU_ERR_INPUT, "No such file");
    scratch_folder("empty");
    assert_fails(load_cifar("empty", "", LU_PART_TEST, &s), LU_ERR_INPUT, "no test_batch");
}

static void cifar_listed(void **state)
{
    lu_spec_files f;
    lu_spec spec;

    (void)state;
    assert_ok(lu_spec_parse("cifar10:x", &spec));
    snprintf(spec.path, sizeof spec.path, "%s", scratch("cifar"));
    assert_ok(lu_spec_list(&spec, LU_PART_TRAIN, &f));
    assert_int_equal(f.n, 2);
    assert_string_equal(f.path[0], scratch("cifar/data_batch_2.bin"));
    assert_string_equal(f.path[1], scratch("cifar/data_batch_5.bin.gz"));
    lu_spec_files_fini(&f);
}

/* --- published sets --- */

static lu_err load_shared(const char *kind, const char *name, const char *slice, lu_part part,
                          lu_samples *out)
{
    const char *path = shared_data(name);
    char text[4200];

    if (path == NULL) {
        skip();
    }
    snprintf(text, sizeof text, "%s:%s%s", kind, path, slice);
    return load(text, part, out);
}

static void check_histogram(const lu_samples *s, const size_t *want)
{
    size_t have[10] = {0};

    for (size_t i = 0; i < s->n; i++) {
        assert_in_range(s->labels[i], 0, 9);
        have[s->labels[i]]++;
    }
    assert_memory_equal(have, want, sizeof have);
}

static void check_content(const char *name, size_t len, const char *hex)
{
    lu_sha256 id;
    uint8_t *raw;

    assert_ok(whole(shared_data(name), len, len, &raw));
    assert_ok(lu_sha256_of(raw, len, &id));
    assert_string_equal(id.hex, hex);
    free(raw);
}

static void mnist_published(void **state)
{
    static const size_t train[10] = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
    static const size_t test[10] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
    lu_samples s, part;

    (void)state;
    assert_ok(load_shared("mnist", "mnist", "", LU_PART_TRAIN, &s));
    assert_int_equal(s.n, 60000);
    check_histogram(&s, train);
    assert_ok(load_shared("mnist", "mnist", "[59000:59990]", LU_PART_TRAIN, &part));
    assert_memory_equal(part.bytes, s.bytes + (size_t)59000 * 784, (size_t)990 * 784);
    assert_memory_equal(part.labels, s.labels + 59000, 990 * sizeof *s.labels);
    lu_samples_fini(&part);
    lu_samples_fini(&s);
    assert_ok(load_shared("mnist", "mnist", "", LU_PART_TEST, &s));
    assert_int_equal(s.n, 10000);
    check_histogram(&s, test);
    lu_samples_fini(&s);
    check_content("mnist/t10k-images-idx3-ubyte.gz", 7840016,
                  "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");
    check_content("mnist/train-labels-idx1-ubyte.gz", 60008,
                  "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5");
}

static void fashion_published(void **state)
{
    static const size_t test[10] = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    lu_samples s;

    (void)state;
    assert_ok(load_shared("mnist", "fashion-mnist", "", LU_PART_TEST, &s));
    check_histogram(&s, test);
    lu_samples_fini(&s);
    check_content("fashion-mnist/t10k-images-idx3-ubyte.xz", 7840016,
                  "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b");
}

static void cifar_published(void **state)
{
    static const uint8_t pixel[3] = {158, 112, 49};
    lu_samples s;

    (void)state;
    assert_ok(load_shared("cifar10", "cifar10", "", LU_PART_TEST, &s));
    assert_int_equal(s.n, 10000);
    assert_int_equal(s.labels[0], 3); /* the first test picture is a cat */
    assert_memory_equal(s.bytes, pixel, sizeof pixel);
    lu_samples_fini(&s);
    assert_ok(load_shared("cifar10", "cifar10/data_batch_1.bin.xz", "[0:1]", LU_PART_TEST, &s));
    assert_int_equal(s.labels[0], 6); /* the first training picture is a frog */
    assert_int_equal(s.bytes[0], 59);
    assert_int_equal(s.bytes[1], 62);
    assert_int_equal(s.bytes[2], 63);
    lu_samples_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idx_good),        cmocka_unit_test(idx_bad),
        cmocka_unit_test(mnist_names),     cmocka_unit_test(cifar_good),
        cmocka_unit_test(cifar_bad),       cmocka_unit_test(cifar_listed),
        cmocka_unit_test(mnist_published), cmocka_unit_test(fashion_published),
        cmocka_unit_test(cifar_published),
    };

    return cmocka_run_group_tests_name("idx and cifar", tests, scratch_up, scratch_down);
}
