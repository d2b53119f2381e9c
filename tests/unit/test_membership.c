/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Membership: the distance against the paper's double sum, the shares that the null is known for,
 * permutation p values that are uniform where the binomial ones are not, power of the companions.
 */
#include "core/core.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { WIDTH = 10, CLASSES = 2 };

/* Class scores of n samples of one class: independent, normal, the members' moved by `shift`. */
typedef struct drawn {
    float *members, *others;
    int32_t *label; /* long enough for either */
    size_t p, q;
} drawn;

static drawn draw(size_t p, size_t q, size_t classes, double shift, lu_rng *rng)
{
    drawn d = {.p = p * classes, .q = q * classes};
    size_t most = d.p > d.q ? d.p : d.q;

    assert_int_equal(LU_NEW(d.members, d.p * WIDTH), LU_OK);
    assert_int_equal(LU_NEW(d.others, d.q * WIDTH), LU_OK);
    assert_int_equal(LU_NEW(d.label, most), LU_OK);
    for (size_t i = 0; i < most; i++) {
        d.label[i] = (int32_t)(i % classes);
    }
    for (size_t i = 0; i < d.p * WIDTH; i++) {
        bool own = i % WIDTH == (size_t)d.label[i / WIDTH];
        d.members[i] = (float)(lu_rng_normal(rng) + (own ? shift : 0));
    }
    for (size_t i = 0; i < d.q * WIDTH; i++) {
        d.others[i] = (float)lu_rng_normal(rng);
    }
    return d;
}

static void drop(drawn *d)
{
    free(d->members);
    free(d->others);
    free(d->label);
}

static lu_member_sets sets_of(const drawn *d)
{
    return (lu_member_sets){.members = d->members,
                            .others = d->others,
                            .member_labels = d->label,
                            .other_labels = d->label,
                            .n_members = d->p,
                            .n_others = d->q,
                            .classes = WIDTH};
}

static void pools_of(const drawn *d, lu_pools *p)
{
    assert_int_equal(
        lu_pools_of(d->members, d->label, d->p, d->others, d->label, d->q, WIDTH, 0, p), LU_OK);
}

/* --- one repetition --- */

static double component(const lu_pools *p, const size_t *set, size_t i, size_t c)
{
    return p->score[set[i] * p->width + c];
}

/* The paper's equation as it is printed, standardised as step 2 says. */
static double double_sum(const lu_pools *p, const size_t *x, const size_t *y, size_t n,
                         const double *mean, const double *sd)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            for (size_t c = 0; c < p->width && i != j; c++) {
                double xi = (component(p, x, i, c) - mean[c]) / sd[c];
                double xj = (component(p, x, j, c) - mean[c]) / sd[c];
                double yi = (component(p, y, i, c) - mean[c]) / sd[c];
                double yj = (component(p, y, j, c) - mean[c]) / sd[c];
                sum += xi * xj + yi * yj - xi * yj - xj * yi;
            }
        }
    }
    return sum / (double)(n * (n - 1));
}

static void test_distance(void **state)
{
    enum { M = 4, N = 12, P = 20, Q = 50 };
    const lu_pmi_params params = {.sets = M, .samples = N, .repetitions = 1};
    const size_t *set[M];
    double mean[WIDTH] = {0}, sd[WIDTH] = {0};
    lu_pmi_once once;
    lu_pools p;
    lu_pmi *w;
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 5, "test", 0), LU_OK);
    drawn d = draw(P, Q, 1, 0.5, rng);
    pools_of(&d, &p);
    assert_int_equal(lu_pmi_new(&params, WIDTH, &w), LU_OK);
    lu_pmi_repeat(w, &p, rng, &once);
    for (size_t a = 0, next = 0; a < M; a++) {
        set[a] = a == once.member ? p.order : p.order + P + N * next++;
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(set[a][i] < P, a == once.member);
        }
    }
    for (size_t c = 0; c < WIDTH; c++) {
        for (size_t k = 0; k < (size_t)M * N; k++) {
            mean[c] += component(&p, set[k / N], k % N, c) / (M * N);
        }
        for (size_t k = 0; k < (size_t)M * N; k++) {
            double v = component(&p, set[k / N], k % N, c) - mean[c];
            sd[c] += v * v / (M * N);
        }
        sd[c] = sqrt(sd[c]);
    }
    for (size_t a = 0; a < M; a++) {
        for (size_t b = 0; b < a; b++) {
            double want = double_sum(&p, set[a], set[b], N, mean, sd);
            assert_true(fabs(once.distance[a * M + b] - want) < 1e-10);
            assert_true(once.distance[b * M + a] == once.distance[a * M + b]);
        }
    }
    lu_pmi_free(&w);
    lu_pools_fini(&p);
    drop(&d);
    lu_rng_free(&rng);
}

/* No two samples of a repetition are the same, whatever was drawn before. */
static void test_drawn_once(void **state)
{
    enum { P = 7, Q = 9 };
    const lu_pmi_params params = {.sets = 4, .samples = 3, .repetitions = 50};
    lu_pmi_tally tally = {0};
    bool seen[P + Q] = {0};
    lu_pools p;
    lu_pmi *w;
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 6, "test", 0), LU_OK);
    drawn d = draw(P, Q, 1, 0, rng);
    pools_of(&d, &p);
    assert_true(lu_pmi_fits(&p, &params));
    assert_false(lu_pmi_fits(&p, &(lu_pmi_params){.sets = 4, .samples = 4}));
    assert_int_equal(lu_pmi_new(&params, WIDTH, &w), LU_OK);
    lu_pools_deal(&p, rng);
    lu_pmi_rate(w, &p, rng, &tally);
    assert_int_equal(tally.repetitions, 50);
    assert_int_equal(tally.pairs, 300);
    for (size_t i = 0; i < P + Q; i++) {
        assert_false(seen[p.order[i]]);
        seen[p.order[i]] = true;
    }
    lu_pmi_free(&w);
    lu_pools_fini(&p);
    drop(&d);
    lu_rng_free(&rng);
}

/* --- linkage --- */

static void test_linkage(void **state)
{
    /* sets on a line at 0, 1, 10, 12: joins 1, 2, 9; halves 2-2 */
    const double at[] = {0, 1, 10, 12}, five[] = {0, 3, 20, 21, 22};
    double d[25];
    lu_linkage l;

    (void)state;
    for (size_t i = 0; i < 16; i++) {
        d[i] = fabs(at[i / 4] - at[i % 4]) - 5; /* negative ones too */
    }
    lu_linkage_of(d, 4, &l);
    assert_true(l.join[0].height == -4 && l.join[1].height == -3 && l.join[2].height == 4);
    assert_int_equal(l.join[2].a + l.join[2].b, 4 + 5);
    assert_int_equal(l.size, 2);
    assert_true(l.first[0] && l.first[1] && !l.first[2] && !l.first[3]);
    for (size_t i = 0; i < 4; i++) {
        assert_true(lu_linkage_credit(&l, 4, i, LU_CREDIT_EXPECTED, NULL) == 0.25);
        assert_true(lu_linkage_credit(&l, 4, i, LU_CREDIT_NONE, NULL) == 0);
    }
    for (size_t i = 0; i < 25; i++) {
        d[i] = fabs(five[i / 5] - five[i % 5]);
    }
    lu_linkage_of(d, 5, &l);
    assert_true(lu_linkage_credit(&l, 5, 0, LU_CREDIT_EXPECTED, NULL) == 0.5);
    assert_true(lu_linkage_credit(&l, 5, 4, LU_CREDIT_EXPECTED, NULL) == 0);
    for (size_t i = 0; i < 9; i++) { /* 1 apart, all others together */
        d[i] = i / 3 == i % 3 ? 0 : i / 3 == 1 || i % 3 == 1 ? 7 : -1;
    }
    lu_linkage_of(d, 3, &l);
    assert_true(lu_linkage_credit(&l, 3, 1, LU_CREDIT_NONE, NULL) == 1);
    assert_true(lu_linkage_credit(&l, 3, 0, LU_CREDIT_NONE, NULL) == 0);
}

static void test_random_credit(void **state)
{
    const double d[] = {0, 1, 9, 9, 1, 0, 9, 9, 9, 9, 0, 2, 9, 9, 2, 0};
    double sum = 0;
    lu_linkage l;
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 7, "test", 0), LU_OK);
    lu_linkage_of(d, 4, &l);
    for (int i = 0; i < 4000; i++) {
        sum += lu_linkage_credit(&l, 4, 2, LU_CREDIT_RANDOM, rng);
    }
    assert_true(fabs(sum / 4000 - 0.25) < 4 * sqrt(0.25 * 0.75 / 4000));
    lu_rng_free(&rng);
}

/* --- under the null --- */

/* Fresh pools for every repetition: what the shares are when nothing is used again. */
static lu_pmi_tally simulate(size_t sets, lu_credit credit, bool pairing_free, size_t times)
{
    const lu_pmi_params params = {.sets = sets,
                                  .samples = 30,
                                  .repetitions = 1,
                                  .credit = credit,
                                  .pairing_free = pairing_free};
    lu_pmi_tally tally = {0};
    lu_pmi *w;
    lu_rng *rng;

    assert_int_equal(lu_rng_new(&rng, 8, "test", sets), LU_OK);
    assert_int_equal(lu_pmi_new(&params, WIDTH, &w), LU_OK);
    for (size_t i = 0; i < times; i++) {
        drawn d = draw(100, 100 * (sets - 1), 1, 0, rng);
        lu_pools p;
        pools_of(&d, &p);
        lu_pmi_rate(w, &p, rng, &tally);
        lu_pools_fini(&p);
        drop(&d);
    }
    lu_pmi_free(&w);
    lu_rng_free(&rng);
    return tally;
}

static double share(double k, size_t n)
{
    return k / (double)n;
}

/* Spec watermark B3: 56 % of all values negative, 15 % of the repetitions split 2-2 at m = 4. */
static void test_null_shares(void **state)
{
    enum { TIMES = 3000 };
    lu_pmi_tally three = simulate(3, LU_CREDIT_EXPECTED, false, TIMES);
    lu_pmi_tally four = simulate(4, LU_CREDIT_EXPECTED, false, TIMES);
    lu_pmi_tally free = simulate(4, LU_CREDIT_NONE, true, TIMES);
    double split = share((double)four.ties, TIMES);

    (void)state;
    print_message("negative %.3f %.3f %.3f, 2-2 %.3f %.3f, success %.3f %.3f %.3f\n",
                  share((double)three.negative, three.pairs),
                  share((double)four.negative, four.pairs),
                  share((double)free.negative, free.pairs), split, share((double)free.ties, TIMES),
                  share(three.credit, TIMES), share(four.credit, TIMES), share(free.credit, TIMES));
    assert_true(fabs(share((double)three.negative, three.pairs) - 0.56) < 0.02);
    assert_true(fabs(share((double)four.negative, four.pairs) - 0.56) < 0.02);
    assert_true(fabs(share((double)free.negative, free.pairs) - 0.56) < 0.02);
    assert_true(fabs(split - 0.15) < 4 * sqrt(0.15 * 0.85 / TIMES));
    assert_int_equal(three.ties, 0);
    assert_true(fabs(share(three.credit, TIMES) - 1 / 3.0) < 4 * sqrt(2 / 9.0 / TIMES));
    assert_true(fabs(share(four.credit, TIMES) - 0.25) < 4 * sqrt(0.1875 / TIMES));
    assert_true(fabs(share(free.credit, TIMES) - 0.25 * (1 - split)) < 0.04);
}

/* --- the whole test --- */

static lu_member_params small_params(uint64_t seed)
{
    return (lu_member_params){.pmi = {.sets = 3, .samples = 25, .repetitions = 40},
                              .permutations = 39,
                              .alpha = 0.05,
                              .seed = seed};
}

static lu_member_evidence run(const drawn *d, const lu_member_params *params)
{
    const lu_member_sets s = sets_of(d);
    lu_member_evidence e;

    assert_int_equal(lu_member_test(&s, params, NULL, "test", &e), LU_OK);
    return e;
}

/* 400 innocent networks, small pools: a valid p is at most 0.05 for 20 of them. The naive rule is
   the binomial test of r_opt, corrected for the classes. */
static void test_false_accusations(void **state)
{
    enum { NETWORKS = 400 };
    size_t joint = 0, best = 0, mean = 0, loss = 0, holm = 0, naive = 0, low, high;
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 9, "test", 0), LU_OK);
    for (size_t i = 0; i < NETWORKS; i++) {
        drawn d = draw(60, 80, CLASSES, 0, rng);
        lu_member_params params = small_params(i);
        lu_member_evidence e = run(&d, &params);
        bool some = false, luck = false;
        for (size_t r = 0; r < CLASSES; r++) {
            some |= e.class[r].p_holm <= 0.05;
            luck |= e.class[r].nominal * CLASSES <= 0.05;
        }
        joint += e.p <= 0.05;
        best += e.best_p <= 0.05;
        mean += e.mean_gap_p <= 0.05;
        loss += e.loss_gap_p <= 0.05;
        holm += some;
        naive += luck;
        assert_int_equal(e.p <= params.alpha, e.average > e.rho + 1 / 3.0);
        assert_int_equal(e.tested, CLASSES);
        assert_false(e.class[CLASSES].tested);
        lu_member_evidence_fini(&e);
        drop(&d);
    }
    print_message("of %d innocent: naive %zu, joint %zu, best %zu, Holm %zu, mean %zu, loss %zu\n",
                  NETWORKS, naive, joint, best, holm, mean, loss);
    lu_binomial_range(NETWORKS, 0.05, 0.9999, &low, &high);
    assert_true(joint <= high && best <= high && mean <= high && loss <= high && holm <= high);
    assert_true(mean >= low && loss >= low && joint >= low);
    assert_true(naive > high);
    lu_rng_free(&rng);
}

static void test_power(void **state)
{
    lu_member_params params = small_params(1);
    lu_member_evidence e, again;
    lu_rng *rng;

    (void)state;
    params.permutations = 199;
    assert_int_equal(lu_rng_new(&rng, 10, "test", 0), LU_OK);
    drawn d = draw(400, 300, CLASSES, 1, rng);
    e = run(&d, &params);
    again = run(&d, &params);
    assert_true(e.mean_gap_p == 1 / 200.0 && e.loss_gap_p == 1 / 200.0);
    assert_true(e.loss_gap_z > 4 && e.loss_gap > 0 && e.loss_effect > 0.1);
    print_message("average %.3f p %.3f, loss gap z %.1f effect %.2f\n", e.average, e.p,
                  e.loss_gap_z, e.loss_effect);
    assert_true(e.p <= 0.05 && e.average > 0.5);
    assert_memory_equal(e.class, again.class, e.classes * sizeof *e.class);
    assert_memory_equal(e.permuted, again.permuted, e.permutations * sizeof *e.permuted);
    assert_true(e.example.distance[1] == again.example.distance[1]);
    lu_member_evidence_fini(&e);
    lu_member_evidence_fini(&again);
    drop(&d);
    d = draw(400, 300, CLASSES, -0.5, rng); /* worse on members: not accused by the loss */
    e = run(&d, &params);
    assert_true(e.loss_gap_z < -4 && e.loss_gap_p > 0.9 && e.mean_gap_p == 1 / 200.0);
    lu_member_evidence_fini(&e);
    drop(&d);
    lu_rng_free(&rng);
}

static lu_err stop(void *context, const char *what, double done, double total)
{
    size_t *calls = context;

    assert_string_equal(what, "test");
    assert_true(done <= total);
    return ++*calls > 5 ? LU_ERR_CANCELLED : LU_OK;
}

static void test_ends(void **state)
{
    lu_member_params params = small_params(1);
    size_t calls = 0;
    const lu_job job = {.at = stop, .context = &calls};
    lu_member_evidence e;
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 11, "test", 0), LU_OK);
    drawn d = draw(30, 40, CLASSES, 0, rng);
    const lu_member_sets s = sets_of(&d);
    assert_int_equal(lu_member_fit(d.label, d.p, d.label, d.q, WIDTH, 3, 300), 20);
    assert_int_equal(lu_member_fit(d.label, d.p, d.label, d.q, WIDTH, 3, 15), 15);
    assert_int_equal(lu_member_fit(d.label, 0, d.label, d.q, WIDTH, 3, 15), 0);
    assert_int_equal(lu_member_test(&s, &params, NULL, "test", &e), LU_ERR_INPUT);
    assert_string_equal(lu_error_what(),
                        "no class has 25 samples among the members and 50 among the others");
    params.pmi.samples = 20;
    assert_int_equal(lu_member_test(&s, &params, &job, "test", &e), LU_ERR_CANCELLED);
    assert_null(e.class);
    drop(&d);
    lu_rng_free(&rng);
}

/* A class with too few samples is left out; one with half of the median's is not. */
static void test_fit(void **state)
{
    int32_t members[100], others[200];

    (void)state;
    for (size_t i = 0; i < 100; i++) { /* 40, 35, 23, 2 of the classes 0 to 3 */
        members[i] = i < 40 ? 0 : i < 75 ? 1 : i < 98 ? 2 : 3;
    }
    for (size_t i = 0; i < 200; i++) {
        others[i] = (int32_t)(i % 4);
    }
    assert_int_equal(lu_member_fit(members, 100, others, 200, 4, 3, 300), 23);
    assert_int_equal(lu_member_fit(members, 100, others, 200, 4, 3, 20), 20);
}

/* Images whose left upper corner differs, and images that do not. */
static void test_shift(void **state)
{
    enum { N = 60 };
    lu_samples x;
    size_t width;
    lu_rng *rng;
    float *f;
    double p;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 13, "test", 0), LU_OK);
    assert_int_equal(lu_samples_alloc(&x, (size_t)2 * N, (lu_shape){9, 6, 2}, 2, false), LU_OK);
    for (size_t i = 0; i < (size_t)2 * N * 9 * 6 * 2; i++) {
        x.values[i] = (float)lu_rng_normal(rng);
        x.labels[i / (9 * 6 * 2)] = (int32_t)(i / (9 * 6 * 2) % 2);
    }
    lu_member_sets s = {.member_labels = x.labels,
                        .other_labels = x.labels + N,
                        .n_members = N,
                        .n_others = N,
                        .classes = 2};
    for (int shifted = 0; shifted < 2; shifted++) {
        for (size_t i = 0; i < N && shifted; i++) {
            x.values[i * 9 * 6 * 2] += 8;
        }
        assert_int_equal(lu_member_pixels(&x, &width, &f), LU_OK);
        assert_int_equal(width, 32);
        s.members = f;
        s.others = f + N * width;
        assert_int_equal(lu_member_shift(&s, width, 199, 1, NULL, "", &p), LU_OK);
        assert_true(shifted ? p == 1 / 200.0 : p > 0.05);
        free(f);
    }
    lu_samples_fini(&x);
    lu_rng_free(&rng);
}

/* R: p.adjust(c(.01, .04, .03, .9), "holm") */
static void test_holm(void **state)
{
    double p[] = {0.01, 0.04, NAN, 0.03, 0.9}, one[] = {0.6, 0.7};

    (void)state;
    lu_holm(p, 5);
    assert_true(fabs(p[0] - 0.04) < 1e-12 && fabs(p[1] - 0.09) < 1e-12 && isnan(p[2]));
    assert_true(fabs(p[3] - 0.09) < 1e-12 && fabs(p[4] - 0.9) < 1e-12);
    lu_holm(one, 2);
    assert_true(one[0] == 1 && one[1] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance),    cmocka_unit_test(test_drawn_once),
        cmocka_unit_test(test_linkage),     cmocka_unit_test(test_random_credit),
        cmocka_unit_test(test_null_shares), cmocka_unit_test(test_false_accusations),
        cmocka_unit_test(test_power),       cmocka_unit_test(test_ends),
        cmocka_unit_test(test_holm),        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_shift),
    };

    return cmocka_run_group_tests_name("membership", tests, NULL, NULL);
}
