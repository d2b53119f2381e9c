/* SPDX-License-Identifier: GPL-3.0-or-later */
/* White-box test cases: neuron fuzzing. */
#include "tests/unit/toy.h"

enum { SEEDS = 7, POSITIONS = 4 };

/* Not in order, and with the dead one among them. */
static const int32_t neurons[POSITIONS] = {2, 0, DEAD, 3};

/* K_i = m times the largest output over the seeds. */
static void thresholds(const lu_samples *seeds, double m, double *k)
{
    lu_model *victim = toy_new(4, 1);
    const int layer = 0;
    float phi[SEEDS * FILTERS];
    float *out = phi;
    double top[FILTERS];

    assert_int_equal(lu_model_run(victim, seeds, 1, &layer, &out, NULL, "seeds"), LU_OK);
    lu_whitebox_maxima(phi, seeds->n, FILTERS, top);
    for (size_t i = 0; i < POSITIONS; i++) {
        k[i] = m * top[neurons[i]];
    }
    lu_model_free(&victim);
}

/* m times the maximum; below a ceiling never more than 1 - 1/m of the way there. */
static void test_aims(void **state)
{
    double free[] = {2, 0.1, -0.5}, below[] = {0.9, 0.1, -0.5}, mild[] = {0.9, 0.1, 0};

    (void)state;
    lu_whitebox_aims(free, 3, 3, INFINITY);
    assert_true(fabs(free[0] - 6) < 1e-12 && fabs(free[1] - 0.3) < 1e-12);
    assert_true(fabs(free[2] + 1.5) < 1e-12);
    lu_whitebox_aims(below, 3, 3, 1);
    assert_true(fabs(below[0] - (0.9 + 0.2 / 3)) < 1e-12 && fabs(below[1] - 0.3) < 1e-12);
    assert_true(below[2] == 0);
    lu_whitebox_aims(mild, 3, 0.5, 1);
    assert_true(fabs(mild[0] - 0.45) < 1e-12 && fabs(mild[1] - 0.05) < 1e-12);
}

static lu_whitebox fuzz(const lu_whitebox_params *p, size_t batch, const lu_samples *seeds,
                        size_t first, const double *k)
{
    lu_model *m = toy_new(batch, 1);
    watch w = {.left = SIZE_MAX};
    lu_job job = {.at = watch_at, .context = &w};
    lu_whitebox out;

    assert_int_equal(lu_whitebox_generate(m, seeds, first, 0, neurons, k, POSITIONS, p, &job, &out),
                     LU_OK);
    assert_int_equal(out.tried, POSITIONS * seeds->n);
    assert_int_equal(out.start[POSITIONS], out.tests.n);
    assert_int_equal(out.tests.n + out.dead + out.unreached, out.tried);
    assert_true(w.done == (double)out.tried);
    lu_model_free(&m);
    return out;
}

static void assert_same_whitebox(const lu_whitebox *a, const lu_whitebox *b)
{
    assert_int_equal(a->layer, b->layer);
    assert_int_equal(a->neurons, b->neurons);
    assert_int_equal(a->tests.n, b->tests.n);
    same_bytes(a->neuron, b->neuron, a->neurons * sizeof *a->neuron);
    same_bytes(a->threshold, b->threshold, a->neurons * sizeof *a->threshold);
    same_bytes(a->start, b->start, (a->neurons + 1) * sizeof *a->start);
    same_bytes(a->tests.values, b->tests.values, a->tests.n * PLANE * sizeof(float));
    same_bytes(a->seed, b->seed, a->tests.n * sizeof *a->seed);
    same_bytes(a->iterations, b->iterations, a->tests.n * sizeof *a->iterations);
    assert_true(a->tried == b->tried && a->dead == b->dead && a->unreached == b->unreached);
}

/* Every test lies above its neuron's threshold; the list is in order. */
static void check_list(const lu_whitebox *w, size_t first, size_t iterations)
{
    lu_model *m = toy_new(1, 1);
    const int layer = 0;
    float phi[FILTERS];
    float *out = phi;

    assert_null(w->tests.labels);
    for (size_t i = 0; i < w->neurons; i++) {
        assert_true(w->start[i] <= w->start[i + 1]);
        for (size_t t = w->start[i]; t < w->start[i + 1]; t++) {
            assert_int_equal(lu_model_forward(m, w->tests.values + t * PLANE, 1, 1, &layer, &out),
                             LU_OK);
            assert_true(phi[w->neuron[i]] > w->threshold[i]);
            assert_true(w->iterations[t] >= 1 && w->iterations[t] <= iterations);
            assert_true(w->seed[t] >= first + (t > w->start[i] ? w->seed[t - 1] - first + 1 : 0));
        }
    }
    lu_model_free(&m);
}

static float largest(const lu_samples *s)
{
    float top = 0;

    for (size_t k = 0; k < s->n * lu_shape_size(s->shape); k++) {
        top = fmaxf(top, s->values[k]);
    }
    return top;
}

static void test_reached_and_dead(void **state)
{
    lu_samples seeds = make_seeds(SEEDS);
    lu_whitebox_params p = lu_whitebox_defaults();
    double k[POSITIONS];
    lu_whitebox w;

    (void)state;
    thresholds(&seeds, p.m, k);
    w = fuzz(&p, 6, &seeds, 0, k);
    check_list(&w, 0, p.iterations);
    assert_int_equal(w.dead, SEEDS);
    assert_int_equal(w.unreached, 0);
    assert_int_equal(w.start[2] - w.start[1], SEEDS);
    assert_int_equal(w.start[3] - w.start[2], 0);
    assert_true(largest(&w.tests) > 1); /* not clipped, as the authors */
    lu_whitebox_fini(&w);
    lu_samples_fini(&seeds);
}

/* The check comes after a step: a seed beyond its threshold still takes one. */
static void test_one_step_at_least(void **state)
{
    lu_samples seeds = make_seeds(SEEDS);
    lu_whitebox_params p = lu_whitebox_defaults();
    const double k[POSITIONS] = {-1, -1, -1, -1};
    lu_whitebox w = fuzz(&p, 6, &seeds, 0, k);

    (void)state;
    assert_int_equal(w.tests.n, 3 * SEEDS);
    for (size_t t = 0; t < w.tests.n; t++) {
        const float *from = seeds.values + w.seed[t] * PLANE;

        assert_int_equal(w.iterations[t], 1);
        for (size_t i = 0; i < PLANE; i++) {
            /* Adam's first step is the rate, whatever the gradient */
            assert_true(fabsf(w.tests.values[t * PLANE + i] - from[i]) <= 0.01f + 1e-6f);
        }
    }
    lu_whitebox_fini(&w);
    lu_samples_fini(&seeds);
}

static void test_clip_and_unreached(void **state)
{
    lu_samples seeds = make_seeds(SEEDS);
    lu_whitebox_params p = lu_whitebox_defaults();
    double k[POSITIONS];
    lu_whitebox w;

    (void)state;
    p.clip = true;
    p.iterations = 150;
    thresholds(&seeds, 1.1, k);
    k[0] = 1e9;
    w = fuzz(&p, 6, &seeds, 0, k);
    check_list(&w, 0, p.iterations);
    assert_int_equal(w.start[1], 0);
    assert_int_equal(w.dead, SEEDS);
    assert_in_range(w.unreached, SEEDS, 2 * SEEDS);
    assert_true(w.tests.n > 0 && largest(&w.tests) <= 1);
    lu_whitebox_fini(&w);
    lu_samples_fini(&seeds);
}

static void test_whitebox_sharding(void **state)
{
    lu_samples seeds = make_seeds(SEEDS);
    lu_samples left;
    lu_samples right;
    lu_whitebox_params p = lu_whitebox_defaults();
    double k[POSITIONS];
    lu_whitebox w[3];
    lu_whitebox shard[2];
    lu_whitebox joined;

    (void)state;
    thresholds(&seeds, 3, k);
    k[3] *= 4;
    p.iterations = 200; /* some arrive, some do not */
    w[0] = fuzz(&p, 6, &seeds, 50, k);
    w[1] = fuzz(&p, 1, &seeds, 50, k);
    w[2] = fuzz(&p, 64, &seeds, 50, k);
    assert_int_equal(lu_samples_slice(&seeds, 0, 3, &left), LU_OK);
    assert_int_equal(lu_samples_slice(&seeds, 3, SEEDS, &right), LU_OK);
    shard[0] = fuzz(&p, 5, &left, 50, k);
    shard[1] = fuzz(&p, 64, &right, 53, k);
    assert_int_equal(lu_whitebox_join(shard, 2, &joined), LU_OK);
    check_list(&w[0], 50, p.iterations);
    assert_true(w[0].tests.n > SEEDS && w[0].unreached > 0);
    assert_same_whitebox(&w[0], &w[1]);
    assert_same_whitebox(&w[0], &w[2]);
    assert_same_whitebox(&w[0], &joined);
    for (size_t i = 0; i < 3; i++) {
        lu_whitebox_fini(&w[i]);
    }
    lu_whitebox_fini(&shard[0]);
    lu_whitebox_fini(&shard[1]);
    lu_whitebox_fini(&joined);
    lu_samples_fini(&left);
    lu_samples_fini(&right);
    lu_samples_fini(&seeds);
}

static void test_join_refuses(void **state)
{
    const double k[2] = {1, 2};
    lu_whitebox shard[2];
    lu_whitebox out;

    (void)state;
    assert_int_equal(lu_whitebox_alloc(&shard[0], 0, neurons, k, 2, 0, (lu_shape){6, 6, 1}, 4),
                     LU_OK);
    assert_int_equal(lu_whitebox_alloc(&shard[1], 0, neurons, k, 1, 0, (lu_shape){6, 6, 1}, 4),
                     LU_OK);
    assert_int_equal(lu_whitebox_join(shard, 2, &out), LU_ERR_INTERNAL);
    assert_int_equal(lu_whitebox_join(shard, 0, &out), LU_ERR_INTERNAL);
    lu_whitebox_fini(&shard[0]);
    lu_whitebox_fini(&shard[1]);
}

static void test_whitebox_errors(void **state)
{
    lu_samples seeds = make_seeds(SEEDS);
    lu_whitebox_params p = lu_whitebox_defaults();
    lu_model *m = toy_new(4, 1);
    watch w = {.left = 5};
    lu_job job = {.at = watch_at, .context = &w};
    const double k[POSITIONS] = {0, 0, 0, 0};
    const double far[POSITIONS] = {1e9, 1e9, 1e9, 1e9};
    const int32_t wrong[1] = {FILTERS};
    lu_whitebox out;

    (void)state;
    assert_int_equal(lu_whitebox_generate(m, &seeds, 0, 0, neurons, far, POSITIONS, &p, &job, &out),
                     LU_ERR_CANCELLED);
    assert_null(out.start);
    assert_int_equal(lu_whitebox_generate(m, &seeds, 0, 9, neurons, k, 1, &p, NULL, &out),
                     LU_ERR_CANNOT);
    assert_int_equal(lu_whitebox_generate(m, &seeds, 0, 0, wrong, k, 1, &p, NULL, &out),
                     LU_ERR_CANNOT);
    p.iterations = 0;
    assert_int_equal(lu_whitebox_generate(m, &seeds, 0, 0, neurons, k, 1, &p, NULL, &out),
                     LU_ERR_USAGE);
    p = lu_whitebox_defaults();
    seeds.n = 0;
    assert_int_equal(lu_whitebox_generate(m, &seeds, 0, 0, neurons, k, POSITIONS, &p, NULL, &out),
                     LU_OK);
    assert_int_equal(out.tests.n, 0);
    lu_whitebox_fini(&out);
    lu_model_free(&m);
    lu_samples_fini(&seeds);
}

/* What core/model.c refuses and cuts into batches. */
static void test_model_run(void **state)
{
    lu_samples seeds = make_seeds(SEEDS);
    lu_model *m = toy_new(3, 1);
    const int layers[2] = {0, LU_LAYER_LOGITS};
    const int missing = 3;
    float phi[SEEDS * FILTERS];
    float z[SEEDS * CLASSES];
    float one[CLASSES];
    float *out[2] = {phi, z};
    float *single = one;
    watch w = {.left = 1};
    lu_job job = {.at = watch_at, .context = &w};

    (void)state;
    assert_int_equal(lu_model_run(m, &seeds, 2, layers, out, NULL, "run"), LU_OK);
    for (size_t i = 0; i < SEEDS; i++) {
        assert_int_equal(lu_model_forward(m, seeds.values + i * PLANE, 1, 1, &layers[1], &single),
                         LU_OK);
        same_bytes(one, z + i * CLASSES, sizeof one);
    }
    assert_int_equal(lu_model_run(m, &seeds, 2, layers, out, &job, "run"), LU_ERR_CANCELLED);
    assert_int_equal(lu_model_run(m, &seeds, 1, &missing, out, NULL, "run"), LU_ERR_CANNOT);
    assert_int_equal(lu_model_forward(m, seeds.values, 4, 1, layers, out), LU_ERR_INTERNAL);
    assert_int_equal(lu_model_backward(m, 3, z, phi), LU_ERR_CANNOT);
    seeds.shape.c = 3;
    assert_int_equal(lu_model_run(m, &seeds, 2, layers, out, NULL, "run"), LU_ERR_INPUT);
    lu_model_free(&m);
    assert_null(m);
    lu_samples_fini(&seeds);
}

/* --- glimpses --- */

typedef struct reached {
    watch all;
    double highest[FILTERS];
} reached;

static void reach_look(void *context, const lu_glimpse *g)
{
    reached *r = context;

    watch_look(&r->all, g);
    assert_true(g->layer == 0 && g->width == POSITIONS);
    for (size_t i = 0; i < g->reaches; i++) {
        assert_true(g->reach[i].neuron < FILTERS);
        assert_true(g->reach[i].highest > r->highest[g->reach[i].neuron]);
        r->highest[g->reach[i].neuron] = g->reach[i].highest;
    }
    if (g->image != NULL && g->step == 0) {
        same_bytes(g->image, g->start, PLANE * sizeof(float));
    }
}

/* Same bytes with somebody watching; the neurons' way to k is told in full. */
static void test_watched(void **state)
{
    static reached r;
    lu_samples seeds = make_seeds(SEEDS);
    lu_whitebox_params p = lu_whitebox_defaults();
    lu_job job = {.context = &r, .look = reach_look};
    lu_model *m = toy_new(6, 1);
    double k[POSITIONS];
    lu_whitebox plain, w;

    (void)state;
    thresholds(&seeds, p.m, k);
    for (int f = 0; f < FILTERS; f++) {
        r.highest[f] = -INFINITY;
    }
    plain = fuzz(&p, 6, &seeds, 0, k);
    assert_int_equal(lu_whitebox_generate(m, &seeds, 0, 0, neurons, k, POSITIONS, &p, &job, &w),
                     LU_OK);
    assert_same_whitebox(&plain, &w);
    assert_true(r.all.looks > 10);
    assert_true(r.all.last.tried == w.tried && r.all.last.total == w.tried);
    assert_int_equal(r.all.last.kept, w.tests.n);
    for (size_t i = 0; i < POSITIONS; i++) {
        assert_int_equal(r.highest[neurons[i]] > k[i], w.start[i + 1] > w.start[i]);
    }
    lu_whitebox_fini(&plain);
    lu_whitebox_fini(&w);
    lu_model_free(&m);
    lu_samples_fini(&seeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aims),
        cmocka_unit_test(test_reached_and_dead),
        cmocka_unit_test(test_one_step_at_least),
        cmocka_unit_test(test_clip_and_unreached),
        cmocka_unit_test(test_whitebox_sharding),
        cmocka_unit_test(test_join_refuses),
        cmocka_unit_test(test_whitebox_errors),
        cmocka_unit_test(test_model_run),
        cmocka_unit_test(test_watched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
