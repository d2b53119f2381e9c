/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples and parameters over the wire. */
#include "tests/unit/records.h"

static void samples_come_back(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        lu_samples s = make_samples(kind & 1, kind & 2);
        lu_shared out, in;
        lu_frame f = result();
        assert_ok(lu_shared_new(&s, &out));
        same_samples(&s, &out.samples);
        lu_put_samples(&f, &out);
        f = through(&f);
        assert_ok(lu_get_samples(&f, &in));
        assert_ok(lu_frame_end(&f));
        same_samples(&s, &in.samples);
        assert_int_equal(in.samples.labels != NULL, (kind & 2) != 0);
        lu_frame_fini(&f);
        lu_shared_fini(&in);
        lu_shared_fini(&in); /* harmless */
        lu_shared_fini(&out);
        lu_samples_fini(&s);
    }
}

/* The seven numbers of a sample set's description, then its file. */
static lu_err describe(const uint64_t *d, int fd)
{
    lu_frame f = result();
    lu_shared got;
    lu_err err;

    for (size_t i = 0; i < 7; i++) {
        lu_put_u64(&f, d[i]);
    }
    if (fd >= 0) {
        lu_put_fd(&f, fd);
    }
    f = through(&f);
    err = lu_get_samples(&f, &got);
    if (err) {
        assert_true(got.fd == -1 && got.samples.mapping == NULL);
    }
    lu_shared_fini(&got);
    lu_frame_fini(&f);
    return err;
}

static void nonsense_about_samples_is_refused(void **state)
{
    static const uint64_t good[7] = {N, SIDE, SIDE, 1, 10, 0, 1};
    static const struct {
        size_t at;
        uint64_t value;
        const char *words;
    } bad[] = {
        {0, N + 100, "wrong size"},
        {0, UINT64_MAX, "nonsense"},
        {0, ((uint64_t)1 << 40) - 1, "size"},
        {1, 0, "wrong size"},
        {1, ((uint64_t)1 << 40) - 1, ""},
        {3, 3, "wrong size"},
        {3, (uint64_t)1 << 40, "nonsense"},
        {4, 9, "label out of range"},
        {4, 0, "label out of range"},
        {5, 1, "wrong size"},
        {5, 2, "nonsense"},
        {6, 2, "nonsense"},
        {6, 0, "wrong size"},
    };
    lu_samples s = make_samples(false, true);
    int before = open_files();
    lu_shared shared;

    (void)state;
    assert_ok(lu_shared_new(&s, &shared));
    assert_ok(describe(good, shared.fd));
    assert_fails(describe(good, -1), LU_ERR_ENGINE, "nonsense");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint64_t d[7];
        memcpy(d, good, sizeof d);
        d[bad[i].at] = bad[i].value;
        assert_fails(describe(d, shared.fd), LU_ERR_ENGINE, bad[i].words);
    }
    assert_fails(describe((uint64_t[7]){1 << 30, 1 << 30, 1 << 30, 1, 10, 0, 1}, shared.fd),
                 LU_ERR_ENGINE, "nonsense"); /* 2^90 floats */
    assert_fails(describe((uint64_t[7]){1 << 20, 1 << 20, 1 << 20, 4, 10, 0, 1}, shared.fd),
                 LU_ERR_ENGINE, ""); /* 2^64 bytes */
    lu_shared_fini(&shared);
    s.labels[1] = -1;
    assert_ok(lu_shared_new(&s, &shared));
    assert_fails(describe(good, shared.fd), LU_ERR_ENGINE, "sample 1");
    lu_shared_fini(&shared);
    lu_samples_fini(&s);
    assert_int_equal(open_files(), before);
}

static void parameters_come_back(void **state)
{
    lu_blackbox_params b = {LU_CW, LU_PGD_CODE_2022, 0.25, 11, true, 5.5, 1e-3, 3, 1000, 0.01, -1,
                            2};
    lu_whitebox_params w = {3.5, 900, 0.02, true, -0.5, 1.5};
    lu_recipe r = lu_recipe_of(LU_RECIPE_JBA, 0, UINT64_MAX);
    lu_blackbox_params b2;
    lu_whitebox_params w2;
    lu_recipe r2;
    lu_frame f = result();

    (void)state;
    for (size_t i = 0; i < lu_recipe_field_count; i++) { /* none at its preset */
        const lu_recipe_field *field = &lu_recipe_fields[i];
        lu_recipe_put(&r, field,
                      field->type == LU_FIELD_WHOLE    ? field->low + 7
                      : field->type == LU_FIELD_NUMBER ? field->high / 2
                                                       : field->high);
    }
    r.drop_epoch[0] = 10;
    r.drop_epoch[3] = 25;
    r.drop_factor[3] = 1e-3;
    lu_put_blackbox_params(&f, &b);
    lu_put_whitebox_params(&f, &w);
    lu_put_recipe(&f, &r);
    f = through(&f);
    lu_get_blackbox_params(&f, &b2);
    lu_get_whitebox_params(&f, &w2);
    lu_get_recipe(&f, &r2);
    assert_ok(lu_frame_end(&f));
    lu_frame_fini(&f);
    assert_true(b.method == b2.method && b.mode == b2.mode && b.ep == b2.ep);
    assert_true(b.iterations == b2.iterations && b.random_start == b2.random_start);
    assert_true(b.confidence == b2.confidence && b.learning_rate == b2.learning_rate);
    assert_true(b.search_steps == b2.search_steps && b.cw_iterations == b2.cw_iterations);
    assert_true(b.initial_c == b2.initial_c && b.low == b2.low && b.high == b2.high);
    assert_true(w.m == w2.m && w.iterations == w2.iterations && w.clip == w2.clip);
    assert_true(w.learning_rate == w2.learning_rate && w.low == w2.low && w.high == w2.high);
    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        const lu_recipe_field *field = &lu_recipe_fields[i];
        assert_true(lu_recipe_get(&r, field) == lu_recipe_get(&r2, field));
        assert_true(lu_recipe_field_takes(field, lu_recipe_get(&r, field)));
    }
    assert_true(r.kind == r2.kind);
    assert_memory_equal(r.drop_epoch, r2.drop_epoch, sizeof r.drop_epoch);
    assert_memory_equal(r.drop_factor, r2.drop_factor, sizeof r.drop_factor);
    assert_true(r.seed == r2.seed);
}

/* The k-th number of a record replaced by 2^63: refused where it is a count, a word or a flag. */
static void parameters_out_of_range_are_bad(void **state)
{
    static const char blackbox[] = "##.##..##...", whitebox[] = ".#.#..";
    lu_blackbox_params b = lu_blackbox_defaults();
    lu_whitebox_params w = lu_whitebox_defaults();

    (void)state;
    for (size_t k = 0; k < sizeof blackbox - 1 + sizeof whitebox - 1; k++) {
        bool black = k < sizeof blackbox - 1;
        char kind = black ? blackbox[k] : whitebox[k - (sizeof blackbox - 1)];
        lu_frame f = result();
        lu_put_blackbox_params(&f, &b);
        lu_put_whitebox_params(&f, &w);
        memset(f.body.data + 8 * k, 0, 8);
        f.body.data[8 * k + 7] = 0x80;
        lu_get_blackbox_params(&f, &b);
        lu_get_whitebox_params(&f, &w);
        assert_int_equal(lu_frame_end(&f), kind == '#' ? LU_ERR_ENGINE : LU_OK);
        lu_frame_fini(&f);
        b = lu_blackbox_defaults();
        w = lu_whitebox_defaults();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(samples_come_back),
        T(nonsense_about_samples_is_refused),
        T(parameters_come_back),
        T(parameters_out_of_range_are_bad),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
