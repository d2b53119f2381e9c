/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thousands of slightly wrong results never do harm. */
#include "tests/unit/records.h"

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
        T(mutated_results_do_no_harm),
        T(mutated_streams_do_no_harm),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
