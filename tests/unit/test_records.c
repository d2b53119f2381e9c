/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records: samples, parameters, results, arrays; there and back, out of range, mutated. */
#include "tests/unit/frames.h"

enum { N = 3, SIDE = 4, PIXELS = SIDE * SIDE };

/* --- samples --- */

static lu_samples make_samples(bool bytes, bool labels)
{
    lu_samples s;

    assert_ok(lu_samples_alloc(&s, N, (lu_shape){SIDE, SIDE, 1}, 10, bytes));
    for (size_t i = 0; i < N * PIXELS; i++) {
        if (bytes) {
            s.bytes[i] = (uint8_t)(i * 37);
        } else {
            s.values[i] = (float)i / 64 - 0.25f;
        }
    }
    for (int i = 0; i < N; i++) {
        s.labels[i] = 9 - i;
    }
    if (!labels) {
        free(s.labels);
        s.labels = NULL;
    }
    return s;
}

static void same_samples(const lu_samples *a, const lu_samples *b)
{
    lu_sha256 x, y;

    assert_ok(lu_samples_digest(a, &x));
    assert_ok(lu_samples_digest(b, &y));
    assert_string_equal(x.hex, y.hex);
}

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

/* --- parameters --- */

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

/* --- results --- */

static lu_blackbox make_blackbox(void)
{
    static const uint32_t seeds[N] = {4, 0, UINT32_MAX - 1};
    lu_blackbox b = {.tests = make_samples(false, true), .max_linf = 0.1, .yield = {9, N, 1, 5}};

    assert_int_equal(LU_NEW(b.seed, N), LU_OK);
    memcpy(b.seed, seeds, sizeof seeds);
    return b;
}

static lu_whitebox make_whitebox(void)
{
    static const int32_t neuron[] = {5, 0};
    static const double threshold[] = {1.5, -2};
    lu_whitebox w;

    assert_ok(lu_whitebox_alloc(&w, 2, neuron, threshold, 2, N, (lu_shape){SIDE, SIDE, 1}, 10));
    for (size_t i = 0; i < N * PIXELS; i++) {
        w.tests.values[i] = (float)i;
    }
    for (uint32_t i = 0; i < N; i++) {
        w.seed[i] = i;
        w.iterations[i] = 100 + i;
    }
    w.start[1] = 1;
    w.start[2] = N;
    w.tried = 12;
    w.dead = 4;
    w.unreached = 5;
    return w;
}

static lu_frame blackbox_frame(const lu_blackbox *b)
{
    lu_frame f = result();

    assert_ok(lu_put_blackbox(&f, b));
    return f;
}

static lu_frame whitebox_frame(const lu_whitebox *w)
{
    lu_frame f = result();

    assert_ok(lu_put_whitebox(&f, w));
    return f;
}

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

/* --- arrays --- */

static lu_frame arrays_frame(void)
{
    static const float x[6] = {1, 2, 3, 4, 5, 6};
    static const uint8_t bytes[3] = {7, 8, 9};
    static const double scalar = 1e300;
    static const size_t shape[LU_ARRAY_DIMS] = {1, 2, 1, 3, 1, 1}, three[] = {3}, none[] = {0, 5};
    lu_arrays a = {0};
    lu_frame f = result();

    assert_ok(lu_arrays_add(&a, "x", LU_F32, LU_ARRAY_DIMS, shape, x));
    assert_ok(lu_arrays_add(&a, "bytes", LU_U8, 1, three, bytes));
    assert_ok(lu_arrays_add(&a, "nothing", LU_I64, 2, none, x));
    assert_ok(lu_arrays_add(&a, "scalar", LU_F64, 0, NULL, &scalar));
    assert_ok(lu_put_arrays(&f, &a));
    lu_arrays_fini(&a);
    return f;
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

/* --- mutations: thousands of slightly wrong results never do harm --- */

enum { ROUNDS = 3000 };

static void mutate(lu_rng *rng, lu_frame *f)
{
    static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff};
    size_t changes = 1 + lu_rng_below(rng, 4);

    for (size_t i = 0; i < changes && f->body.len; i++) {
        size_t at = lu_rng_below(rng, f->body.len);
        switch (lu_rng_below(rng, 4)) {
        case 0: f->body.data[at] ^= (uint8_t)(1u << lu_rng_below(rng, 8)); break;
        case 1: f->body.data[at] = odd[lu_rng_below(rng, sizeof odd)]; break;
        case 2: f->body.data[at] = (uint8_t)lu_rng_below(rng, 256); break;
        default:
            memset(f->body.data + at, odd[lu_rng_below(rng, sizeof odd)],
                   lu_rng_below(rng, f->body.len - at < 9 ? f->body.len - at + 1 : 9));
        }
    }
    if (lu_rng_below(rng, 8) == 0) {
        f->body.len = lu_rng_below(rng, f->body.len + 1); /* cut */
    }
    if (lu_rng_below(rng, 16) == 0 && f->fds) {
        close(f->fd[--f->fds]);
    }
}

/* What was accepted can be used: every list has its length, every value its range. */
static void use_blackbox(lu_frame *f)
{
    lu_blackbox b;
    double sum = 0;

    if (lu_get_blackbox(f, &b) == LU_OK) {
        for (size_t i = 0; i < b.tests.n; i++) {
            assert_true((size_t)b.tests.labels[i] < b.tests.classes);
            sum += b.seed[i];
            for (size_t k = 0; k < lu_shape_size(b.tests.shape); k++) {
                sum += (double)b.tests.values[i * lu_shape_size(b.tests.shape) + k];
            }
        }
        assert_true(isfinite(sum));
    }
    lu_blackbox_fini(&b);
}

static void use_whitebox(lu_frame *f)
{
    lu_whitebox w;
    double sum = 0;

    if (lu_get_whitebox(f, &w) == LU_OK) {
        for (size_t i = 0; i < w.neurons; i++) {
            assert_true(w.neuron[i] >= 0 && w.start[i] <= w.start[i + 1]);
            for (size_t k = w.start[i]; k < w.start[i + 1]; k++) {
                size_t size = lu_shape_size(w.tests.shape);
                sum += w.seed[k] + (double)w.iterations[k];
                sum += size ? (double)w.tests.values[k * size] : 0;
            }
        }
        assert_true(isfinite(sum));
    }
    lu_whitebox_fini(&w);
}

static void use_arrays(lu_frame *f)
{
    lu_arrays a;
    unsigned sum = 0;

    if (lu_get_arrays(f, &a) == LU_OK) {
        for (size_t i = 0; i < a.n; i++) {
            size_t bytes = lu_array_count(&a.item[i]) * lu_dtype_size(a.item[i].type);
            sum += (unsigned)strlen(a.item[i].name);
            for (size_t k = 0; k < bytes; k++) {
                sum += ((uint8_t *)a.item[i].data)[k];
            }
        }
        assert_true(sum < UINT32_MAX);
    }
    lu_arrays_fini(&a);
}

static void use_parameters(lu_frame *f)
{
    lu_blackbox_params b;
    lu_whitebox_params w;
    lu_recipe r;

    lu_get_blackbox_params(f, &b);
    lu_get_whitebox_params(f, &w);
    lu_get_recipe(f, &r);
    assert_true(b.method < LU_ADVERSARIAL_COUNT && b.mode < LU_PGD_MODE_COUNT);
    assert_true(r.optimiser <= LU_SGD);
    (void)lu_frame_end(f);
}

static lu_frame parameters_frame(void)
{
    lu_blackbox_params b = lu_blackbox_defaults();
    lu_whitebox_params w = lu_whitebox_defaults();
    lu_recipe r = lu_recipe_of(LU_RECIPE_PRUNE, 0.5, 3);
    lu_frame f = result();

    lu_put_blackbox_params(&f, &b);
    lu_put_whitebox_params(&f, &w);
    lu_put_recipe(&f, &r);
    return f;
}

static void mutated_results_do_no_harm(void **state)
{
    lu_blackbox b = make_blackbox();
    lu_whitebox w = make_whitebox();
    int before = open_files();
    lu_rng *rng;

    (void)state;
    assert_ok(lu_rng_new(&rng, 1, "mutations", 0));
    for (size_t i = 0; i < ROUNDS; i++) {
        lu_frame f = i % 4 == 0   ? blackbox_frame(&b)
                     : i % 4 == 1 ? whitebox_frame(&w)
                     : i % 4 == 2 ? arrays_frame()
                                  : parameters_frame();
        mutate(rng, &f);
        f = through(&f);
        (i % 4 == 0   ? use_blackbox
         : i % 4 == 1 ? use_whitebox
         : i % 4 == 2 ? use_arrays
                      : use_parameters)(&f);
        lu_frame_fini(&f);
    }
    lu_rng_free(&rng);
    lu_blackbox_fini(&b);
    lu_whitebox_fini(&w);
    assert_int_equal(open_files(), before);
}

/* The header and the stream itself, mutated: an error, or a frame that can be freed. */
static void mutated_streams_do_no_harm(void **state)
{
    lu_blackbox b = make_blackbox();
    int before;
    lu_rng *rng;

    (void)state;
    assert_ok(lu_rng_new(&rng, 2, "mutations", 0));
    before = open_files();
    for (size_t i = 0; i < ROUNDS; i++) {
        lu_frame f = blackbox_frame(&b), got;
        uint8_t wire[4096];
        ssize_t len;
        size_t at;
        f.fds = (close(f.fd[0]), 0);
        assert_ok(lu_frame_send(left, &f));
        lu_frame_fini(&f);
        len = recv(right, wire, sizeof wire, 0);
        assert_true(len > 16);
        at = lu_rng_below(rng, lu_rng_below(rng, 2) ? 16 : (size_t)len);
        wire[at] ^= (uint8_t)(1 + lu_rng_below(rng, 255));
        assert_int_equal(send(left, wire, (size_t)len, MSG_NOSIGNAL), len);
        shutdown(left, SHUT_WR);
        if (lu_frame_receive(right, &got) == LU_OK) {
            use_blackbox(&got);
        }
        lu_frame_fini(&got);
        pair_down(NULL);
        assert_int_equal(pair_up(NULL), 0);
    }
    assert_int_equal(open_files(), before);
    lu_rng_free(&rng);
    lu_blackbox_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(samples_come_back),
        T(nonsense_about_samples_is_refused),
        T(parameters_come_back),
        T(parameters_out_of_range_are_bad),
        T(blackbox_comes_back),
        T(whitebox_comes_back),
        T(wrong_tests_are_refused),
        T(positions_must_go_up),
        T(lists_must_have_the_length_of_the_tests),
        T(arrays_come_back),
        T(nonsense_about_arrays_is_refused),
        T(mutated_results_do_no_harm),
        T(mutated_streams_do_no_harm),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
