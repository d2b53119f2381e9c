/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine makes of the recipes of core/steal. */
#include "nets/engine/engine.h"
#include "tests/unit/toy.h"

static const char joined[] =
    "[net]\nwidth=8\nheight=8\nchannels=2\n"
    "[convolutional]\nbatch_normalize=1\nfilters=6\nsize=3\nstride=1\npad=1\nactivation=relu\n"
    "[convolutional]\nbatch_normalize=1\nfilters=6\nsize=3\nstride=1\npad=1\nactivation=linear\n"
    "[shortcut]\nfrom=-2\nactivation=relu\n"
    "[maxpool]\nsize=2\nstride=2\n"
    "[convolutional]\nfilters=8\nsize=3\nstride=2\npad=1\nactivation=leaky\n"
    "[connected]\noutput=10\nactivation=relu\n"
    "[dropout]\nprobability=.1\n"
    "[connected]\noutput=4\nactivation=linear\n[softmax]\n";

typedef struct bench {
    lu_net net;
    lu_weights parent;
    lu_samples samples;
} bench;

static void parse(const char *cfg, lu_net *net)
{
    lu_net_limits limits = lu_net_limits_default();

    assert_int_equal(lu_net_parse(cfg, strlen(cfg), &limits, net), LU_OK);
}

/* Stripes in four directions. */
static void draw_samples(bench *b)
{
    lu_rng *rng = stream(3);

    assert_int_equal(lu_samples_alloc(&b->samples, 320, b->net.input, 4, true), LU_OK);
    for (size_t i = 0; i < b->samples.n; i++) {
        size_t label = lu_rng_below(rng, 4);
        b->samples.labels[i] = (int32_t)label;
        for (size_t k = 0; k < 128; k++) {
            size_t y = k / 16, x = k % 16 / 2;
            size_t line = label == 0 ? y : label == 1 ? x : label == 2 ? x + y : y / 2 + x / 2;
            b->samples.bytes[i * 128 + k] = (uint8_t)(line % 2 * 140 + lu_rng_below(rng, 80));
        }
    }
    lu_rng_free(&rng);
}

static lu_recipe quick(lu_recipe_kind kind)
{
    lu_recipe r = lu_recipe_of(kind, 0.5, 9);

    r.epochs = r.epochs ? 6 : 0;
    r.batch = 16;
    r.learning_rate = 3e-3;
    r.shift = r.rotate = 0;
    return r;
}

static void bench_init(bench *b)
{
    lu_recipe r = quick(LU_RECIPE_TRAIN);
    lu_trained result;

    parse(joined, &b->net);
    draw_samples(b);
    r.epochs = 12;
    assert_int_equal(lu_train(&b->net, NULL, &r, &b->samples, NULL, &b->parent, &result), LU_OK);
    assert_true(result.accuracy > 0.9);
}

static void bench_fini(bench *b)
{
    lu_weights_fini(&b->parent);
    lu_samples_fini(&b->samples);
    lu_net_fini(&b->net);
}

/* Neurons of a layer (or the logits) for all samples. */
static float *answers(const bench *b, const lu_weights *w, int layer, size_t *width)
{
    lu_model *m;
    float *out;

    assert_int_equal(lu_fast_model(&b->net, w, &m), LU_OK);
    *width = lu_model_width(m, layer);
    assert_int_equal(LU_NEW(out, b->samples.n * *width), LU_OK);
    assert_int_equal(lu_model_run(m, &b->samples, 1, &layer, &out, NULL, ""), LU_OK);
    lu_model_free(&m);
    return out;
}

/* Mean absolute difference of a layer's neurons from the parent's. */
static double apart(const bench *b, const lu_weights *w, int layer)
{
    size_t width;
    float *x = answers(b, &b->parent, layer, &width), *y = answers(b, w, layer, &width);
    double sum = 0;

    for (size_t i = 0; i < b->samples.n * width; i++) {
        sum += fabs((double)x[i] - (double)y[i]);
    }
    free(x);
    free(y);
    return sum / (double)(b->samples.n * width);
}

static double right_share(const bench *b, const lu_weights *w)
{
    size_t width, right = 0;
    float *z = answers(b, w, LU_LAYER_LOGITS, &width);

    for (size_t i = 0; i < b->samples.n; i++) {
        right += lu_argmax(z + i * width, width) == (size_t)b->samples.labels[i];
    }
    free(z);
    return (double)right / (double)b->samples.n;
}

static void make(const bench *b, const lu_recipe *r, lu_weights *out)
{
    lu_trained result;
    lu_err err = lu_train(&b->net, &b->parent, r, &b->samples, NULL, out, &result);

    if (err) {
        fail_msg("%s: %s", lu_recipe_name(r->kind), lu_error_what());
    }
}

/* Moved channels answer the same; the layer that tests look at does not. */
static void moved_channels_answer_the_same(void **state)
{
    static const lu_recipe_kind kinds[] = {LU_RECIPE_SHUFFLE, LU_RECIPE_RESCALE};
    bench b;

    (void)state;
    bench_init(&b);
    for (int both = 0; both < 3; both++) {
        lu_recipe r = quick(kinds[both % 2]);
        lu_weights w;
        if (both == 2) {
            r.scale = 3;
        }
        make(&b, &r, &w);
        assert_true(apart(&b, &w, LU_LAYER_LOGITS) < 1e-4);
        assert_true(apart(&b, &w, 0) > 1e-2);
        assert_true(apart(&b, &w, 4) > 1e-2);
        assert_true(apart(&b, &w, 5) > 1e-2);
        lu_weights_fini(&w);
    }
    bench_fini(&b);
}

static void nothing_to_move_is_said(void **state)
{
    static const char plain[] = "[net]\nwidth=8\nheight=8\nchannels=2\n"
                                "[connected]\noutput=4\nactivation=linear\n[softmax]\n";
    lu_recipe r = quick(LU_RECIPE_SHUFFLE);
    lu_weights parent, w;
    lu_trained result;
    lu_net net;

    (void)state;
    parse(plain, &net);
    assert_int_equal(lu_weights_alloc(&net, &parent), LU_OK);
    assert_int_equal(lu_train(&net, &parent, &r, NULL, NULL, &w, &result), LU_ERR_CANNOT);
    lu_weights_fini(&parent);
    lu_net_fini(&net);
}

static void adaptive_attacks_do_what_they_say(void **state)
{
    bench b;
    lu_recipe plain = quick(LU_RECIPE_FT_AL), white = quick(LU_RECIPE_ADAPT_WHITE), other;
    lu_weights tuned, away, hard;

    (void)state;
    bench_init(&b);
    white.away = 1;
    white.away_layer = 0;
    make(&b, &plain, &tuned);
    make(&b, &white, &away);
    assert_true(apart(&b, &away, 0) > 3 * apart(&b, &tuned, 0));
    assert_true(right_share(&b, &away) > 0.85);
    lu_weights_fini(&tuned);
    lu_weights_fini(&away);
    for (int k = LU_RECIPE_ADAPT_BLACK; k <= LU_RECIPE_ADVERSARIAL; k++) {
        if (k != LU_RECIPE_ADAPT_WHITE) {
            other = quick((lu_recipe_kind)k);
            other.ep = 0.1;
            make(&b, &other, &hard);
            assert_true(right_share(&b, &hard) > 0.85);
            lu_weights_fini(&hard);
        }
    }
    bench_fini(&b);
}

/* Share of adversarial examples of `by` that `w` answers rightly. */
static double robust(const bench *b, const lu_weights *by, const lu_weights *w)
{
    lu_blackbox_params p = lu_blackbox_defaults();
    lu_blackbox made;
    bench adversarial = *b;
    lu_model *m;
    double share;

    assert_int_equal(lu_fast_model(&b->net, by, &m), LU_OK);
    assert_int_equal(lu_blackbox_generate(m, &b->samples, 0, &p, 1, NULL, &made), LU_OK);
    assert_true(made.tests.n > 50);
    adversarial.samples = made.tests;
    share = right_share(&adversarial, w);
    lu_blackbox_fini(&made);
    lu_model_free(&m);
    return share;
}

static void adversarial_training_hardens(void **state)
{
    bench b;
    lu_recipe plain = quick(LU_RECIPE_FT_AL), hard = quick(LU_RECIPE_ADAPT_BLACK);
    lu_weights tuned, hardened;

    (void)state;
    bench_init(&b);
    hard.ep = 0.1;
    make(&b, &plain, &tuned);
    make(&b, &hard, &hardened);
    assert_true(robust(&b, &b.parent, &hardened) > robust(&b, &b.parent, &tuned) + 0.1);
    lu_weights_fini(&tuned);
    lu_weights_fini(&hardened);
    bench_fini(&b);
}

static void gradual_pruning_ends_at_its_share(void **state)
{
    bench b;
    lu_recipe r = quick(LU_RECIPE_PRUNE);
    lu_weights w;

    (void)state;
    bench_init(&b);
    r.gradual = true;
    r.epochs = 31; /* 620 steps; the last mask at step 600 */
    make(&b, &r, &w);
    for (size_t i = 0; i < b.net.n; i++) {
        size_t n = b.net.section[i].n_weights, zero = 0;
        for (size_t k = 0; k < n; k++) {
            zero += w.param[i].weights[k] == 0;
        }
        assert_true(zero == (size_t)(lu_prune_schedule(0.5, 600, 620) * (double)n));
    }
    lu_weights_fini(&w);
    bench_fini(&b);
}

/* A new last layer on the old ones; what does not fit elsewhere is refused. */
static void transfer_takes_all_but_the_last_layer(void **state)
{
    bench b;
    lu_net other;
    char *cfg = strdup(joined), *last = strstr(cfg, "output=4");
    lu_recipe r = quick(LU_RECIPE_TRANSFER);
    lu_training t = {
        .parent_net = &b.net, .parent = &b.parent, .recipe = &r, .samples = &b.samples};
    lu_weights w;
    lu_trained result;

    (void)state;
    bench_init(&b);
    last[7] = '6';
    parse(cfg, &other);
    t.net = &other;
    r.epochs = 1;
    r.learning_rate = 1e-12;
    assert_int_equal(lu_carry_out(&t, NULL, &w, &result), LU_OK);
    for (size_t k = 0; k < b.net.section[5].n_weights; k++) {
        assert_true(fabs((double)(w.param[5].weights[k] - b.parent.param[5].weights[k])) < 1e-6);
    }
    lu_weights_fini(&w);
    r.fresh_last = false;
    assert_int_equal(lu_carry_out(&t, NULL, &w, &result), LU_ERR_INPUT);
    free(cfg);
    lu_net_fini(&other);
    bench_fini(&b);
}

/* What a pupil is taught is what it learns, not the labels. */
static void answers_are_learned(void **state)
{
    bench b;
    lu_recipe r = quick(LU_RECIPE_KNOCKOFF);
    lu_training t = {.net = &b.net, .recipe = &r, .samples = &b.samples};
    lu_samples targets;
    lu_weights w;
    lu_trained result;

    (void)state;
    bench_init(&b);
    assert_int_equal(lu_samples_alloc(&targets, b.samples.n, (lu_shape){1, 1, 4}, 4, false), LU_OK);
    for (size_t i = 0; i < targets.n; i++) {
        targets.values[i * 4 + (size_t)(b.samples.labels[i] + 1) % 4] = 0.9f;
        targets.values[i * 4 + (size_t)b.samples.labels[i]] = 0.1f;
    }
    t.targets = &targets;
    r.epochs = 15;
    assert_int_equal(lu_carry_out(&t, NULL, &w, &result), LU_OK);
    assert_true(result.accuracy > 0.85);
    assert_true(right_share(&b, &w) < 0.1);
    lu_weights_fini(&w);
    targets.n--;
    assert_int_equal(lu_carry_out(&t, NULL, &w, &result), LU_ERR_INPUT);
    lu_samples_fini(&targets);
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moved_channels_answer_the_same),
        cmocka_unit_test(nothing_to_move_is_said),
        cmocka_unit_test(adaptive_attacks_do_what_they_say),
        cmocka_unit_test(adversarial_training_hardens),
        cmocka_unit_test(gradual_pruning_ends_at_its_share),
        cmocka_unit_test(transfer_takes_all_but_the_last_layer),
        cmocka_unit_test(answers_are_learned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
