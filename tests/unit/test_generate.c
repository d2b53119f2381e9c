/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Black-box test cases: FGSM and PGD, and what is kept and joined of every attack. */
#include "core/similarity/attacks.h"
#include "tests/unit/toy.h"

static void assert_same_blackbox(const lu_blackbox *a, const lu_blackbox *b)
{
    assert_int_equal(a->tests.n, b->tests.n);
    same_bytes(a->tests.values, b->tests.values, a->tests.n * PLANE * sizeof(float));
    same_bytes(a->tests.labels, b->tests.labels, a->tests.n * sizeof(int32_t));
    same_bytes(a->seed, b->seed, a->tests.n * sizeof *a->seed);
    same_bytes(&a->max_linf, &b->max_linf, sizeof a->max_linf);
    same_bytes(&a->yield, &b->yield, sizeof a->yield);
}

static void test_pgd_modes(void **state)
{
    lu_samples seeds = make_seeds(40);
    lu_blackbox_params p = lu_blackbox_defaults();
    const double bound[LU_PGD_MODE_COUNT] = {0.1, 0.2, 0.4};
    double before = 0;

    (void)state;
    for (int mode = 0; mode < LU_PGD_MODE_COUNT; mode++) {
        p.mode = (lu_pgd_mode)mode;
        lu_blackbox b = attack(&p, 16, 1, &seeds, 0);

        check_tests(&b, &seeds);
        assert_true(b.tests.n >= 5);
        assert_true(b.max_linf <= bound[mode] + 1e-6);
        assert_true(b.max_linf > before + 1e-3);
        before = bound[LU_PGD_PAPER];
        lu_blackbox_fini(&b);
    }
    lu_samples_fini(&seeds);
}

static void test_fgsm_bound(void **state)
{
    lu_samples seeds = make_seeds(40);
    lu_blackbox_params p = lu_blackbox_defaults();
    lu_blackbox b;

    (void)state;
    p.method = LU_FGSM;
    b = attack(&p, 16, 1, &seeds, 0);
    check_tests(&b, &seeds);
    assert_true(b.tests.n >= 5 && b.max_linf > 0.1 && b.max_linf <= 0.2 + 1e-6);
    lu_blackbox_fini(&b);
    p.random_start = false;
    b = attack(&p, 16, 1, &seeds, 0);
    assert_true(b.max_linf <= 0.1 + 1e-6);
    lu_blackbox_fini(&b);
    lu_samples_fini(&seeds);
}

/* Against p - y over its largest magnitude, where that can be computed plainly. */
static void check_seed(lu_head head, const float *z, int32_t label)
{
    float seed[CLASSES];
    double p[CLASSES];
    double top = 0;

    lu_probabilities(head, z, CLASSES, p);
    p[label] -= 1;
    for (int j = 0; j < CLASSES; j++) {
        top = fmax(top, fabs(p[j]));
    }
    lu_cross_entropy_seed(head, z, CLASSES, label, seed);
    for (int j = 0; j < CLASSES; j++) {
        assert_true(fabs(seed[j] - p[j] / top) < 1e-6);
    }
}

static void test_gradient_seed(void **state)
{
    const float plain[CLASSES] = {1, -0.5f, 2.5f, 0};
    const float sure[CLASSES] = {40, 0, -1, -2};
    float seed[CLASSES];

    (void)state;
    for (int32_t label = 0; label < CLASSES; label++) {
        check_seed(LU_HEAD_SOFTMAX, plain, label);
        check_seed(LU_HEAD_LOGISTIC, plain, label);
    }
    lu_cross_entropy_seed(LU_HEAD_SOFTMAX, sure, CLASSES, 0, seed);
    assert_true(seed[0] == -1);
    assert_true(fabs(seed[1] - 1 / (1 + exp(-1) + exp(-2))) < 1e-6);
    lu_cross_entropy_seed(LU_HEAD_LOGISTIC, sure, CLASSES, 0, seed);
    assert_true(seed[0] < 0 && seed[1] == 1);
}

/* With a gain of 1000 and more the other classes' probabilities are 0 even in double. */
static void test_saturated_seeds_move(void **state)
{
    lu_samples seeds = make_seeds(40);
    lu_blackbox_params p = lu_blackbox_defaults();
    const float gains[] = {40, 1000, 100000};
    lu_blackbox plain = attack(&p, 8, 1, &seeds, 0);

    (void)state;
    assert_int_equal(plain.yield.unmoved, 0);
    for (size_t g = 0; g < 3; g++) {
        lu_blackbox b = attack(&p, 8, gains[g], &seeds, 0);

        assert_int_equal(b.yield.unmoved, 0);
        assert_true(b.tests.n >= 5);
        lu_blackbox_fini(&b);
    }
    lu_blackbox_fini(&plain);
    lu_samples_fini(&seeds);
}

static void test_unmoved(void **state)
{
    lu_samples seeds = make_seeds(10);
    lu_blackbox_params p = lu_blackbox_defaults();

    (void)state;
    memset(seeds.labels, 0, seeds.n * sizeof *seeds.labels);
    for (int method = 0; method < LU_ADVERSARIAL_COUNT; method++) {
        p.method = (lu_adversarial)method;
        p.cw_iterations = 20;
        lu_blackbox b = attack(&p, 4, 0, &seeds, 0);

        assert_int_equal(b.yield.unmoved, 10);
        lu_blackbox_fini(&b);
    }
    lu_samples_fini(&seeds);
}

static void check_sharding(const lu_blackbox_params *p)
{
    lu_samples seeds = make_seeds(13);
    lu_samples left;
    lu_samples right;
    lu_blackbox whole = attack(p, 16, 1, &seeds, 100);
    lu_blackbox other = attack(p, 5, 1, &seeds, 100);
    lu_blackbox single = attack(p, 1, 1, &seeds, 100);
    lu_blackbox shard[2];
    lu_blackbox joined;

    assert_int_equal(lu_samples_slice(&seeds, 0, 6, &left), LU_OK);
    assert_int_equal(lu_samples_slice(&seeds, 6, 13, &right), LU_OK);
    shard[0] = attack(p, 16, 1, &left, 100);
    shard[1] = attack(p, 3, 1, &right, 106);
    assert_int_equal(lu_blackbox_join(shard, 2, &joined), LU_OK);
    assert_true(whole.tests.n > 0);
    assert_same_blackbox(&whole, &other);
    assert_same_blackbox(&whole, &single);
    assert_same_blackbox(&whole, &joined);
    lu_blackbox_fini(&whole);
    lu_blackbox_fini(&other);
    lu_blackbox_fini(&single);
    lu_blackbox_fini(&joined);
    lu_blackbox_fini(&shard[0]);
    lu_blackbox_fini(&shard[1]);
    lu_samples_fini(&left);
    lu_samples_fini(&right);
    lu_samples_fini(&seeds);
}

static void test_blackbox_sharding(void **state)
{
    lu_blackbox_params p = lu_blackbox_defaults();
    lu_blackbox_params q = quick_cw();

    (void)state;
    check_sharding(&p);
    p.method = LU_FGSM;
    check_sharding(&p);
    q.search_steps = 4;
    check_sharding(&q);
}

static void test_blackbox_errors(void **state)
{
    lu_samples seeds = make_seeds(4);
    lu_blackbox_params p = lu_blackbox_defaults();
    lu_model *m = toy_new(4, 1);
    watch w = {.left = 3};
    lu_job job = {.at = watch_at, .context = &w};
    lu_blackbox b;

    (void)state;
    assert_int_equal(lu_blackbox_generate(m, &seeds, 0, &p, 1, &job, &b), LU_ERR_CANCELLED);
    assert_null(b.tests.values);
    p.ep = -1;
    assert_int_equal(lu_blackbox_generate(m, &seeds, 0, &p, 1, NULL, &b), LU_ERR_USAGE);
    p = lu_blackbox_defaults();
    seeds.labels[2] = CLASSES;
    assert_int_equal(lu_blackbox_generate(m, &seeds, 0, &p, 1, NULL, &b), LU_ERR_INPUT);
    seeds.n = 0;
    assert_int_equal(lu_blackbox_generate(m, &seeds, 0, &p, 1, NULL, &b), LU_OK);
    assert_int_equal(b.tests.n, 0);
    lu_blackbox_fini(&b);
    assert_int_equal(lu_blackbox_join(NULL, 0, &b), LU_ERR_INTERNAL);
    lu_model_free(&m);
    lu_samples_fini(&seeds);
}

/* Glimpses of every step of every attack; the tests are the same bytes as unseen. */
static void test_watched(void **state)
{
    static watch w;
    lu_samples seeds = make_seeds(13);
    lu_blackbox_params p = quick_cw();

    (void)state;
    for (int method = 0; method < LU_ADVERSARIAL_COUNT; method++) {
        lu_model *m = toy_new(5, 1);
        lu_job job = {.context = &w, .look = watch_look};
        lu_blackbox plain, b;

        p.method = (lu_adversarial)method;
        w = (watch){0};
        plain = attack(&p, 5, 1, &seeds, 100);
        assert_int_equal(lu_blackbox_generate(m, &seeds, 100, &p, 11, &job, &b), LU_OK);
        assert_same_blackbox(&plain, &b);
        assert_true(w.looks >= 3 * (method == LU_FGSM ? 1 : p.iterations) + 1);
        assert_string_equal(w.last.method, lu_adversarial_methods[method].name);
        assert_true(w.last.tried == 13 && w.last.total == 13 && w.last.kept == b.tests.n);
        assert_true(w.last.layer == -1 && w.last.image == NULL);
        assert_true(method != LU_PGD || w.last_loss > w.first_loss);
        lu_blackbox_fini(&plain);
        lu_blackbox_fini(&b);
        lu_model_free(&m);
    }
    lu_samples_fini(&seeds);
}

/* What is shown is the image between its steps, beside its seed. */
static void first_step(void *context, const lu_glimpse *g)
{
    const lu_samples *seeds = context;

    if (g->image != NULL && g->step == 0) {
        same_bytes(g->start, seeds->values + g->seed * PLANE, PLANE * sizeof(float));
        same_bytes(g->image, g->start, PLANE * sizeof(float)); /* no random start */
    } else if (g->image != NULL) {
        assert_memory_not_equal(g->image, g->start, PLANE * sizeof(float));
    }
}

static void test_glimpses_show_the_images(void **state)
{
    lu_samples seeds = make_seeds(13);
    lu_blackbox_params p = lu_blackbox_defaults();
    lu_job job = {.context = &seeds, .look = first_step};
    lu_model *m = toy_new(5, 1);
    lu_blackbox b;

    (void)state;
    p.random_start = false;
    assert_int_equal(lu_blackbox_generate(m, &seeds, 0, &p, 11, &job, &b), LU_OK);
    lu_blackbox_fini(&b);
    lu_model_free(&m);
    lu_samples_fini(&seeds);
}

static void test_method_names(void **state)
{
    lu_adversarial method = LU_PGD;
    lu_pgd_mode mode = LU_PGD_PAPER;

    (void)state;
    assert_true(lu_adversarial_parse("cw", &method) && method == LU_CW);
    assert_false(lu_adversarial_parse("", &method));
    assert_true(lu_pgd_mode_parse("code-2022", &mode) && mode == LU_PGD_CODE_2022);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pgd_modes),
        cmocka_unit_test(test_fgsm_bound),
        cmocka_unit_test(test_saturated_seeds_move),
        cmocka_unit_test(test_unmoved),
        cmocka_unit_test(test_blackbox_sharding),
        cmocka_unit_test(test_blackbox_errors),
        cmocka_unit_test(test_watched),
        cmocka_unit_test(test_glimpses_show_the_images),
        cmocka_unit_test(test_method_names),
        cmocka_unit_test(test_gradient_seed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
