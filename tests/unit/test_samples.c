/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPEC and the synthetic digits. */
#include "samples/samples.h"
#include "tests/unit/scratch.h"

static lu_err load(const char *text, lu_part part, lu_samples *out)
{
    lu_spec spec;

    *out = (lu_samples){0};
    LU_TRY(lu_spec_parse(text, &spec));
    return lu_spec_load(&spec, part, 1, out);
}

/* --- SPEC --- */

static void spec_kinds(void **state)
{
    lu_spec s;

    (void)state;
    assert_ok(lu_spec_parse("mnist:some/dir", &s));
    assert_int_equal(s.kind, LU_SPEC_MNIST);
    assert_string_equal(s.path, "some/dir");
    assert_false(s.sliced);
    assert_ok(lu_spec_parse("cifar10:/x.bin.xz[5:7]", &s));
    assert_int_equal(s.kind, LU_SPEC_CIFAR10);
    assert_string_equal(s.path, "/x.bin.xz");
    assert_true(s.sliced && s.from == 5 && s.to == 7);
    assert_ok(lu_spec_parse("idx:a,b[0:1]", &s));
    assert_string_equal(s.path, "a");
    assert_string_equal(s.second, "b");
    assert_ok(lu_spec_parse("npz:a[1]b", &s));
    assert_string_equal(s.path, "a[1]b");
    assert_ok(lu_spec_parse("synth:digits:123", &s));
    assert_int_equal(s.made, 123);
    assert_ok(lu_spec_parse("synth:digits[3:4]", &s));
    assert_int_equal(s.made, 0);
    assert_true(s.sliced);
    assert_ok(lu_spec_parse("png:d", &s));
    assert_ok(lu_spec_parse("wav:d", &s));
    assert_int_equal(s.kind, LU_SPEC_WAV);
}

static void spec_refused(void **state)
{
    static const char *const bad[][2] = {
        {"", "named by"},
        {"MNIST:x", "named by"},
        {"mnist", "named by"},
        {"mnist:", "missing"},
        {"mnist:[0:5]", "missing"},
        {"mnist:x[5:5]", "A < B"},
        {"mnist:x[6:5]", "A < B"},
        {"mnist:x[-1:5]", "A < B"},
        {"mnist:x[1:]", "A < B"},
        {"mnist:x[:5]", "A < B"},
        {"mnist:x[ 1:5]", "A < B"},
        {"mnist:x[1:5x]", "A < B"},
        {"mnist:x[5]", "A < B"},
        {"mnist:x1:5]", "A < B"},
        {"mnist:x[0:99999999999999999999]", "A < B"},
        {"idx:a", "one comma"},
        {"idx:a,b,c", "one comma"},
        {"idx:,b", "missing"},
        {"idx:a,", "missing"},
        {"synth:", "missing"},
        {"synth:letters", "only digits"},
        {"synth:digits:", "whole number"},
        {"synth:digits:0", "whole number"},
        {"synth:digits:+5", "whole number"},
        {"synth:digits:5000001", "whole number"},
    };
    char text[LU_SPEC_PATH_MAX + 16];
    lu_spec s;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_fails(lu_spec_parse(bad[i][0], &s), LU_ERR_USAGE, bad[i][1]);
    }
    memset(text, 'x', sizeof text);
    memcpy(text, "npz:", 4);
    text[LU_SPEC_PATH_MAX + 4] = '\0';
    assert_fails(lu_spec_parse(text, &s), LU_ERR_USAGE, "too long");
}

/* --- digits --- */

static void check_digest(const char *text, lu_part part, const char *hex)
{
    lu_samples s;
    lu_sha256 id;

    assert_ok(load(text, part, &s));
    assert_ok(lu_samples_digest(&s, &id));
    assert_string_equal(id.hex, hex);
    lu_samples_fini(&s);
}

static void digits_frozen(void **state)
{
    (void)state;
    check_digest("synth:digits:100", LU_PART_TRAIN,
                 "90fc8c640c9be169124863e3680bf74f28ba68f36530979edaa97f527ef8a44a");
    check_digest("synth:digits:100", LU_PART_TEST,
                 "b1287574b9fd14fb4c68b9a3641bc1dc6b2c68d0183e172888bf2b776a1d8f35");
}

static void digits_slices(void **state)
{
    lu_samples all, part, other;
    lu_spec spec;

    (void)state;
    assert_ok(load("synth:digits:400", LU_PART_TRAIN, &all));
    assert_ok(load("synth:digits[123:150]", LU_PART_TRAIN, &part));
    assert_int_equal(part.n, 27);
    assert_memory_equal(part.bytes, all.bytes + 123 * 784, 27 * 784);
    assert_memory_equal(part.labels, all.labels + 123, 27 * sizeof *all.labels);
    lu_samples_fini(&part);
    assert_ok(load("synth:digits:400", LU_PART_TEST, &other));
    assert_memory_not_equal(other.bytes, all.bytes, 400 * 784);
    lu_samples_fini(&other);
    assert_ok(lu_spec_parse("synth:digits:400", &spec));
    assert_ok(lu_spec_load(&spec, LU_PART_TRAIN, 2, &other));
    assert_memory_not_equal(other.bytes, all.bytes, 400 * 784);
    lu_samples_fini(&other);
    lu_samples_fini(&all);
    assert_ok(load("synth:digits[9999:10000]", LU_PART_TRAIN, &part));
    lu_samples_fini(&part);
    assert_fails(load("synth:digits[9999:10001]", LU_PART_TRAIN, &part), LU_ERR_INPUT,
                 "not inside 0 to 10000");
}

/* Every class about as often, every picture with something on it. */
static void digits_plausible(void **state)
{
    size_t count[10] = {0};
    lu_samples s;

    (void)state;
    assert_ok(load("synth:digits:2000", LU_PART_TRAIN, &s));
    assert_int_equal(s.classes, 10);
    for (size_t i = 0; i < s.n; i++) {
        size_t bright = 0;

        for (size_t p = 0; p < 784; p++) {
            bright += s.bytes[i * 784 + p] > 60;
        }
        assert_in_range(bright, 8, 400);
        count[s.labels[i]]++;
    }
    for (size_t c = 0; c < 10; c++) {
        assert_in_range(count[c], 140, 260);
    }
    lu_samples_fini(&s);
}

static void lists(void **state)
{
    lu_spec_files f;
    lu_spec spec;

    (void)state;
    assert_ok(lu_spec_parse("synth:digits", &spec));
    assert_ok(lu_spec_list(&spec, LU_PART_TRAIN, &f));
    assert_int_equal(f.n, 0);
    lu_spec_files_fini(&f);
    assert_ok(lu_spec_parse("idx:no-such-a,no-such-b", &spec));
    assert_fails(lu_spec_list(&spec, LU_PART_TRAIN, &f), LU_ERR_INPUT, "No such file");
}

/* --- fitting a network --- */

static void grey_becomes_colour(bool as_bytes)
{
    lu_samples s;

    assert_ok(lu_samples_alloc(&s, 2, (lu_shape){1, 2, 1}, 3, as_bytes));
    for (size_t i = 0; i < 4; i++) {
        if (as_bytes) {
            s.bytes[i] = (uint8_t)(50 * i + 7);
        } else {
            s.values[i] = (float)i - 1.5F;
        }
    }
    s.labels[0] = 2;
    s.labels[1] = 1;
    assert_ok(lu_samples_conform(&s, (lu_shape){1, 2, 1})); /* fits already */
    assert_int_equal(s.shape.c, 1);
    assert_ok(lu_samples_conform(&s, (lu_shape){1, 2, 3}));
    assert_true(s.n == 2 && s.classes == 3 && lu_shape_equal(s.shape, (lu_shape){1, 2, 3}));
    for (size_t i = 0; i < 12; i++) {
        assert_true(as_bytes ? s.bytes[i] == 50 * (i / 3) + 7
                             : s.values[i] == (float)(i / 3) - 1.5F);
    }
    assert_true(s.labels[0] == 2 && s.labels[1] == 1);
    assert_fails(lu_samples_conform(&s, (lu_shape){1, 2, 1}), LU_ERR_INPUT, "1x2x3");
    assert_fails(lu_samples_conform(&s, (lu_shape){2, 2, 3}), LU_ERR_INPUT, "2x2x3");
    lu_samples_fini(&s);
}

static void conforming(void **state)
{
    lu_samples s;

    (void)state;
    grey_becomes_colour(true);
    grey_becomes_colour(false);
    assert_ok(lu_samples_alloc(&s, 2, (lu_shape){1, 2, 1}, 3, false));
    free(s.labels);
    s.labels = NULL;
    assert_ok(lu_samples_conform(&s, (lu_shape){1, 2, 3}));
    assert_null(s.labels); /* none before, none after */
    lu_samples_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spec_kinds),    cmocka_unit_test(spec_refused),
        cmocka_unit_test(lists),         cmocka_unit_test(digits_frozen),
        cmocka_unit_test(digits_slices), cmocka_unit_test(digits_plausible),
        cmocka_unit_test(conforming),
    };

    return cmocka_run_group_tests_name("samples", tests, scratch_up, scratch_down);
}
