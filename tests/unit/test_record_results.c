/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generated tests and arrays over the wire: they come back, nonsense is refused. */
#include "tests/unit/records.h"

static void blackbox_comes_back(void **state)
{
    lu_blackbox b = make_blackbox(), got;
    lu_frame f = blackbox_frame(&b);

    (void)state;
    f = through(&f);
    assert_ok(lu_get_blackbox(&f, &got));
    lu_frame_fini(&f);
    same_samples(&b.tests, &got.tests);
    assert_memory_equal(b.seed, got.seed, N * sizeof *b.seed);
    assert_true(b.max_linf == got.max_linf);
    assert_memory_equal(&b.yield, &got.yield, sizeof b.yield);
    lu_blackbox_fini(&got);
    lu_samples_fini(&b.tests); /* no test case at all is a result too */
    assert_ok(lu_samples_alloc(&b.tests, 0, (lu_shape){SIDE, SIDE, 1}, 10, false));
    f = blackbox_frame(&b);
    f = through(&f);
    assert_ok(lu_get_blackbox(&f, &got));
    assert_int_equal(got.tests.n, 0);
    lu_frame_fini(&f);
    lu_blackbox_fini(&got);
    lu_blackbox_fini(&b);
}

static void whitebox_comes_back(void **state)
{
    lu_whitebox w = make_whitebox(), got;
    lu_frame f = whitebox_frame(&w);

    (void)state;
    f = through(&f);
    assert_ok(lu_get_whitebox(&f, &got));
    lu_frame_fini(&f);
    same_samples(&w.tests, &got.tests);
    assert_true(got.layer == w.layer && got.neurons == w.neurons);
    assert_memory_equal(w.neuron, got.neuron, 2 * sizeof *w.neuron);
    assert_memory_equal(w.threshold, got.threshold, 2 * sizeof *w.threshold);
    assert_memory_equal(w.start, got.start, 3 * sizeof *w.start);
    assert_memory_equal(w.seed, got.seed, N * sizeof *w.seed);
    assert_memory_equal(w.iterations, got.iterations, N * sizeof *w.iterations);
    assert_true(got.tried == 12 && got.dead == 4 && got.unreached == 5);
    lu_whitebox_fini(&got);
    lu_whitebox_fini(&w);
}

/* Results whose tests are not what tests are: bytes, without labels or with, not finite. */
static void wrong_tests_are_refused(void **state)
{
    static const float odd[] = {NAN, INFINITY, -INFINITY};
    lu_blackbox b = make_blackbox(), got;
    lu_whitebox w = make_whitebox(), got_white;
    lu_frame f;

    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        lu_samples_fini(&b.tests);
        b.tests = make_samples(kind & 1, kind & 2);
        f = blackbox_frame(&b);
        assert_int_equal(lu_get_blackbox(&f, &got), kind == 2 ? LU_OK : LU_ERR_ENGINE);
        lu_blackbox_fini(&got);
        lu_frame_fini(&f);
        lu_samples_fini(&w.tests);
        w.tests = make_samples(kind & 1, kind & 2);
        f = whitebox_frame(&w);
        assert_int_equal(lu_get_whitebox(&f, &got_white), kind == 0 ? LU_OK : LU_ERR_ENGINE);
        lu_whitebox_fini(&got_white);
        lu_frame_fini(&f);
    }
    for (size_t i = 0; i < 3; i++) {
        lu_samples_fini(&b.tests);
        b.tests = make_samples(false, true);
        b.tests.values[N * PIXELS - 1] = odd[i];
        f = blackbox_frame(&b);
        assert_fails(lu_get_blackbox(&f, &got), LU_ERR_ENGINE, "finite");
        lu_frame_fini(&f);
    }
    lu_blackbox_fini(&b);
    lu_whitebox_fini(&w);
}

static void positions_must_go_up(void **state)
{
    static const struct {
        size_t first, last;
        bool good;
    } row[] = {{1, 3, true},  {0, 3, true},  {3, 3, true},  {2, 1, false},
               {4, 3, false}, {1, 2, false}, {1, 4, false}, {3, 0, false}};

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        lu_whitebox w = make_whitebox(), got;
        lu_frame f;
        w.start[1] = row[i].first;
        w.start[2] = row[i].last;
        f = whitebox_frame(&w);
        assert_int_equal(lu_get_whitebox(&f, &got), row[i].good ? LU_OK : LU_ERR_ENGINE);
        lu_whitebox_fini(&got);
        lu_frame_fini(&f);
        lu_whitebox_fini(&w);
    }
}

/* A list whose length is not that of the tests, however long it says it is. */
static void lists_must_have_the_length_of_the_tests(void **state)
{
    static const uint64_t told[] = {0, N - 1, N + 1, 1000000, UINT32_MAX, UINT64_MAX};
    const size_t at = 7 * 8; /* after the description of the samples */

    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        lu_blackbox b = make_blackbox(), got;
        lu_frame f = blackbox_frame(&b);
        for (int k = 0; k < 8; k++) {
            f.body.data[at + (size_t)k] = (uint8_t)(told[i] >> (8 * k));
        }
        assert_int_equal(lu_get_blackbox(&f, &got), LU_ERR_ENGINE);
        assert_null(got.seed);
        lu_frame_fini(&f);
        lu_blackbox_fini(&b);
    }
}

static void arrays_come_back(void **state)
{
    lu_frame f = arrays_frame();
    lu_arrays got;

    (void)state;
    f = through(&f);
    assert_ok(lu_get_arrays(&f, &got));
    lu_frame_fini(&f);
    assert_int_equal(got.n, 4);
    assert_string_equal(got.item[0].name, "x");
    assert_int_equal(got.item[0].dims, LU_ARRAY_DIMS);
    assert_true(((float *)got.item[0].data)[5] == 6);
    assert_int_equal(((uint8_t *)got.item[1].data)[2], 9);
    assert_int_equal(lu_array_count(&got.item[2]), 0);
    assert_true(*(double *)got.item[3].data == 1e300);
    lu_arrays_fini(&got);
}

/* One array described by hand over a sealed file of 64 bytes. */
static lu_err hand_made(const char *name, uint64_t type, uint64_t dims, const uint64_t *shape)
{
    lu_part_bytes part = {"0123456789abcdef", 16};
    lu_frame f = result();
    lu_arrays got;
    lu_err err;
    int fd;

    assert_ok(lu_sealed_new(&part, 1, &fd));
    lu_put_u64(&f, 1);
    lu_put_text(&f, name);
    lu_put_u64(&f, type);
    lu_put_u64(&f, dims);
    for (size_t d = 0; d < dims && d < 8; d++) {
        lu_put_u64(&f, shape[d]);
    }
    lu_put_fd(&f, fd);
    close(fd);
    err = lu_get_arrays(&f, &got);
    lu_arrays_fini(&got);
    lu_frame_fini(&f);
    return err;
}

static void nonsense_about_arrays_is_refused(void **state)
{
    static const uint64_t sixteen[8] = {16, 1, 1, 1, 1, 1, 1, 1};
    static const uint64_t huge[2] = {(uint64_t)1 << 40, (uint64_t)1 << 40};
    static const uint64_t wraps[2] = {(uint64_t)1 << 61, 8}, large[1] = {(uint64_t)1 << 62};
    char name[LU_ARRAY_NAME + 1];
    lu_frame f;
    lu_arrays got;

    (void)state;
    assert_ok(hand_made("x", LU_U8, 1, sixteen));
    assert_int_equal(hand_made("x", LU_DTYPES, 1, sixteen), LU_ERR_ENGINE);
    assert_int_equal(hand_made("x", LU_U8, LU_ARRAY_DIMS + 1, sixteen), LU_ERR_ENGINE);
    assert_int_equal(hand_made("x", LU_U8, UINT64_MAX, sixteen), LU_ERR_ENGINE);
    assert_int_equal(hand_made("x", LU_U8, 2, huge), LU_ERR_ENGINE);
    assert_int_equal(hand_made("x", LU_F64, 2, wraps), LU_ERR_ENGINE);
    assert_int_equal(hand_made("x", LU_U8, 1, large), LU_ERR_ENGINE);
    assert_fails(hand_made("x", LU_F64, 1, sixteen), LU_ERR_ENGINE, "wrong size");
    memset(name, 'n', sizeof name);
    name[LU_ARRAY_NAME] = '\0';
    assert_int_equal(hand_made(name, LU_U8, 1, sixteen), LU_ERR_ENGINE);
    name[LU_ARRAY_NAME - 1] = '\0';
    assert_ok(hand_made(name, LU_U8, 1, sixteen));
    f = result();
    lu_put_u64(&f, LU_WIRE_BYTES / 32 - 1); /* so many arrays, none described */
    assert_int_equal(lu_get_arrays(&f, &got), LU_ERR_ENGINE);
    assert_true(got.n == 0 && got.item == NULL);
    lu_frame_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(blackbox_comes_back),
        T(whitebox_comes_back),
        T(wrong_tests_are_refused),
        T(positions_must_go_up),
        T(lists_must_have_the_length_of_the_tests),
        T(arrays_come_back),
        T(nonsense_about_arrays_is_refused),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
