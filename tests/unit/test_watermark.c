/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The blind watermark's pure functions: losses against finite differences and figures from
 * elsewhere, labels against sha256sum, statistics against tables; the embedding over toy networks.
 */
#include "core/core.h"
#include "core/watermark/embed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { H = 9, W = 12, C = 2, N = 2, SIZE = H * W * C * N };

static void fill(float *x, double a, double b, double c)
{
    for (size_t i = 0; i < SIZE; i++) {
        x[i] = (float)(c * sin(a * (double)i + b));
    }
}

/* --- losses --- */

typedef double (*loss_of)(const float *x, const float *y, float *grad, void *with);

/* Largest difference between the gradient and central differences, relative to its largest entry.
 */
static double worst_slope(loss_of f, void *with)
{
    static float x[SIZE], y[SIZE], grad[SIZE];
    double worst = 0, top = 0;
    const float step = 1e-3f;

    fill(x, 0.37, 0.1, 0.8);
    fill(y, 0.29, 0.7, 0.7);
    memset(grad, 0, sizeof grad);
    f(x, y, grad, with);
    for (size_t i = 0; i < SIZE; i++) {
        float kept = y[i];
        double up, down;
        y[i] = kept + step;
        up = f(x, y, NULL, with);
        y[i] = kept - step;
        down = f(x, y, NULL, with);
        double slope = (up - down) / ((double)(kept + step) - (double)(kept - step));
        y[i] = kept;
        worst = fmax(worst, fabs(slope - grad[i]));
        top = fmax(top, fabs(slope));
    }
    return worst / top;
}

static double mse(const float *x, const float *y, float *grad, void *with)
{
    (void)with;
    return 0.7 * lu_loss_mse(x, y, SIZE, 0.7, grad);
}

static double ssim(const float *x, const float *y, float *grad, void *with)
{
    return -1.3 * lu_ssim_mean(with, x, y, N, 1.3, grad);
}

static double fooled(const float *x, const float *y, float *grad, void *with)
{
    (void)x;
    (void)with;
    return lu_loss_sigmoid(y, SIZE, true, 1, grad);
}

static double caught(const float *x, const float *y, float *grad, void *with)
{
    (void)x;
    (void)with;
    return 2 * lu_loss_sigmoid(y, SIZE, false, 2, grad);
}

static double answered(const float *x, const float *y, float *grad, void *with)
{
    static const int32_t label[] = {0, 5, 3, 1, 2, 4, 5, 0};
    size_t right = 0;

    (void)x;
    (void)with;
    return lu_loss_host(y, label, 8, SIZE / 8, 20, 1, grad, &right);
}

static void test_gradients(void **state)
{
    lu_ssim *s;

    (void)state;
    assert_int_equal(lu_ssim_new(&s, (lu_shape){H, W, C}), LU_OK);
    assert_true(worst_slope(mse, NULL) < 1e-3);
    assert_true(worst_slope(ssim, s) < 1e-3);
    assert_true(worst_slope(fooled, NULL) < 1e-3);
    assert_true(worst_slope(caught, NULL) < 1e-3);
    assert_true(worst_slope(answered, NULL) < 1e-3);
    lu_ssim_free(&s);
}

/* The window written out in plain Python, border and all. */
static void test_ssim_value(void **state)
{
    float x[H * W], y[H * W];
    lu_ssim *s;

    (void)state;
    for (size_t i = 0; i < H; i++) {
        for (size_t j = 0; j < W; j++) {
            double a = sin(0.7 * (double)i + 0.3 * (double)j);
            x[i * W + j] = (float)a;
            y[i * W + j] = (float)(cos(0.5 * (double)i - 0.2 * (double)j) * 0.8 + 0.1 * a);
        }
    }
    assert_int_equal(lu_ssim_new(&s, (lu_shape){H, W, 1}), LU_OK);
    assert_true(fabs(lu_ssim_mean(s, x, y, 1, 0, NULL) - 0.25097301717991216) < 1e-9);
    assert_true(fabs(lu_ssim_mean(s, x, x, 1, 0, NULL) - 1) < 1e-12);
    lu_ssim_free(&s);
}

static void test_loss_values(void **state)
{
    const float x[] = {0, 0.5f}, y[] = {1, 0}, z[] = {0, 1000, -1000};
    const float scores[] = {1, 1, 1, 2, 0, 0};
    const int32_t label[] = {2, 0};
    size_t right = 0;

    (void)state;
    assert_true(fabs(lu_loss_mse(x, y, 2, 1, NULL) - 0.625) < 1e-12);
    assert_true(fabs(lu_loss_sigmoid(z, 1, true, 1, NULL) - log(2)) < 1e-12);
    assert_true(fabs(lu_loss_sigmoid(z, 3, true, 1, NULL) - (log(2) + 1000) / 3) < 1e-9);
    double want = (log(3) + log(exp(2) + 2) - 2) / 2;
    assert_true(fabs(lu_loss_host(scores, label, 2, 3, 2, 1, NULL, &right) - want) < 1e-9);
    assert_int_equal(right, 1); /* of equal scores the first counts */
}

/* --- secret --- */

static void test_labels(void **state)
{
    lu_sha256 secret = {""}, commitment, one, other;
    int32_t label;

    (void)state;
    for (int i = 0; i < 32; i++) {
        memcpy(secret.hex + 2 * i, "ab", 3);
    }
    assert_int_equal(lu_secret_label(&secret, 17, 10, &label), LU_OK);
    assert_int_equal(label, 8);
    assert_int_equal(lu_secret_label(&secret, 0, 7, &label), LU_OK);
    assert_int_equal(label, 5);
    assert_int_equal(lu_secret_commitment(&secret, &commitment), LU_OK);
    assert_string_equal(commitment.hex,
                        "a527fce0ed6c885b5f298ffd7b9449f7e5ceae23ccd0c5fca6fecec39bd5444a");
    assert_int_equal(lu_secret_decoy(1, 0, &one), LU_OK);
    assert_int_equal(lu_secret_decoy(1, 1, &other), LU_OK);
    assert_true(strcmp(one.hex, other.hex) != 0);
}

/* --- statistics --- */

static void test_binomial(void **state)
{
    static const struct {
        size_t n;
        size_t needed[4];
    } table[] = {{20, {5, 7, 8, 11}},
                 {50, {10, 11, 14, 18}},
                 {100, {16, 19, 21, 28}},
                 {500, {62, 67, 73, 86}},
                 {600, {73, 79, 85, 99}}}; /* spec watermark A6 */
    static const double alpha[] = {0.05, 0.01, 1e-3, 1e-6};
    size_t low, high;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(lu_binomial_needed(table[i].n, 0.1, alpha[k]), table[i].needed[k]);
        }
    }
    assert_true(fabs(lu_binomial_tail(60, 22, 0.1) / 3.153495994288642e-08 - 1) < 1e-9);
    assert_true(fabs(lu_binomial_tail(500, 86, 0.1) / 5.375955194479587e-07 - 1) < 1e-9);
    assert_true(lu_binomial_tail(10, 0, 0.1) == 1 && lu_binomial_tail(10, 11, 0.1) == 0);
    assert_int_equal(lu_binomial_needed(3, 0.5, 1e-6), 4);
    lu_binomial_range(60, 0.1, 0.99, &low, &high);
    assert_true(1 - lu_binomial_tail(60, low, 0.1) <= 0.005);
    assert_true(1 - lu_binomial_tail(60, low + 1, 0.1) > 0.005);
    assert_true(lu_binomial_tail(60, high + 1, 0.1) <= 0.005);
    assert_true(lu_binomial_tail(60, high, 0.1) > 0.005);
    assert_true(fabs(lu_mcnemar(8, 0) - 1.0 / 256) < 1e-15 && lu_mcnemar(0, 0) == 1);
}

static void test_verify(void **state)
{
    enum { KEYS = 60 };
    lu_verify_params p = lu_verify_default();
    int32_t label[KEYS], answer[KEYS];
    size_t cover[KEYS];
    lu_mark_evidence e;
    lu_sha256 secret;

    (void)state;
    for (size_t i = 0; i < KEYS; i++) {
        cover[i] = 7 * i;
    }
    assert_int_equal(lu_secret_decoy(99, 0, &secret), LU_OK);
    assert_int_equal(lu_secret_labels(&secret, cover, KEYS, 10, label), LU_OK);
    memcpy(answer, label, sizeof label);
    for (size_t i = 0; i < 3; i++) {
        answer[i] = (label[i] + 1) % 10;
    }
    assert_int_equal(lu_mark_verify(answer, label, cover, KEYS, 10, &p, &e), LU_OK);
    assert_int_equal(e.rate.k, 57);
    assert_true(e.detected && e.intact && e.p < 1e-40);
    assert_true(fabs(e.rate.low - 0.8608) < 1e-3 && fabs(e.rate.high - 0.9896) < 1e-3);
    assert_true(e.decoy_p == 1.0 / 1000 && e.permuted_p == 1.0 / 10000);
    assert_true(fabs(e.decoy_mean - 6) < 0.5);
    for (size_t i = 0; i < KEYS; i++) {
        answer[i] = 3; /* whoever answers always the same matches by luck only */
    }
    assert_int_equal(lu_mark_verify(answer, label, cover, KEYS, 10, &p, &e), LU_OK);
    assert_true(!e.detected && !e.intact && e.p > 1e-6);
    assert_true(e.permuted_p == 1);
    assert_int_equal(lu_mark_verify(answer, label, cover, 0, 10, &p, &e), LU_ERR_INPUT);
}

/* --- the embedding over networks of a few numbers --- */

/* out = A x, A `outputs` x inputs; an encoder also adds x's own pixels. */
typedef struct linear {
    lu_trainee base;
    size_t in;
    bool keeps;
    float a[64 * 8], grad[64 * 8], x[256 * 8];
    size_t n;
} linear;

static float kept_pixel(const linear *l, size_t b, size_t o)
{
    return l->keeps ? l->x[b * l->in + 2 * o] : 0;
}

static lu_err linear_forward(lu_trainee *t, const float *x, size_t n, bool training, float *out)
{
    linear *l = (linear *)t;

    (void)training;
    memcpy(l->x, x, n * l->in * sizeof *x);
    l->n = n;
    for (size_t b = 0; b < n; b++) {
        for (size_t o = 0; o < t->outputs; o++) {
            float sum = kept_pixel(l, b, o);
            for (size_t i = 0; i < l->in; i++) {
                sum += l->a[o * l->in + i] * x[b * l->in + i];
            }
            out[b * t->outputs + o] = sum;
        }
    }
    return LU_OK;
}

static lu_err linear_backward(lu_trainee *t, const float *seed, bool learn, float *grad)
{
    linear *l = (linear *)t;

    for (size_t b = 0; b < l->n; b++) {
        for (size_t i = 0; i < l->in; i++) {
            float sum = l->keeps && i % 2 == 0 ? seed[b * t->outputs + i / 2] : 0;
            for (size_t o = 0; o < t->outputs; o++) {
                sum += l->a[o * l->in + i] * seed[b * t->outputs + o];
                l->grad[o * l->in + i] +=
                    learn ? seed[b * t->outputs + o] * l->x[b * l->in + i] : 0;
            }
            if (grad != NULL) {
                grad[b * l->in + i] = sum;
            }
        }
    }
    return LU_OK;
}

static lu_err linear_step(lu_trainee *t, double rate)
{
    linear *l = (linear *)t;

    for (size_t i = 0; i < t->outputs * l->in; i++) {
        l->a[i] -= (float)rate * l->grad[i];
    }
    memset(l->grad, 0, sizeof l->grad);
    return LU_OK;
}

static lu_err linear_save(lu_trainee *t, lu_buf *out)
{
    return lu_buf_add(out, ((linear *)t)->a, sizeof((linear *)t)->a);
}

static lu_err linear_load(lu_trainee *t, const uint8_t *data, size_t len)
{
    linear *l = (linear *)t;

    if (len != sizeof l->a) {
        return LU_ERR_INPUT;
    }
    memcpy(l->a, data, len);
    return LU_OK;
}

static const lu_trainee_ops linear_ops = {linear_forward, linear_backward, linear_step,
                                          linear_save,    linear_load,     NULL};

typedef struct toy {
    linear encoder, discriminator, host;
    lu_embed *embed;
} toy;

enum { TOY_N = 40, TOY_KEYS = 4 };

static const lu_shape toy_shape = {2, 2, 1};

static void linear_init(linear *l, size_t in, size_t out, bool keeps)
{
    memset(l, 0, sizeof *l);
    l->base = (lu_trainee){&linear_ops, toy_shape, out, 8};
    l->base.input.c = in / 4;
    l->in = in;
    l->keeps = keeps;
    for (size_t i = 0; i < in * out; i++) {
        l->a[i] = (float)(0.1 * sin(3.0 * (double)i));
    }
}

static void toy_new(toy *t, const lu_samples *s, const lu_embed_params *p)
{
    static const size_t cover[TOY_KEYS] = {3, 8, 20, 33};
    static const int32_t label[TOY_KEYS] = {1, 0, 1, 0};
    static const float logo[4] = {1, -1, 1, -1};
    lu_embed_data data = {s, cover, label, logo};
    lu_embed_nets nets = {&t->encoder.base, &t->discriminator.base, &t->host.base};

    linear_init(&t->encoder, 8, 4, true);
    linear_init(&t->discriminator, 4, 1, false);
    linear_init(&t->host, 4, 2, false);
    assert_int_equal(lu_embed_new(&t->embed, p, &data, &nets), LU_OK);
}

static void toy_samples(lu_samples *s)
{
    assert_int_equal(lu_samples_alloc(s, TOY_N, toy_shape, 2, true), LU_OK);
    for (size_t i = 0; i < TOY_N; i++) {
        s->labels[i] = (int32_t)(i % 2);
        for (size_t j = 0; j < 4; j++) {
            s->bytes[4 * i + j] = (uint8_t)((i % 2) * 120 + (17 * i + 29 * j) % 90);
        }
    }
}

static lu_embed_params toy_params(void)
{
    lu_embed_params p = lu_embed_default(false);

    p.keys = TOY_KEYS;
    p.mini = 2;
    p.batch = 10;
    p.epochs = 3;
    p.freeze = 2;
    p.rate = 0.05;
    p.coder_rate = 0.02;
    return p;
}

static void run_epochs(toy *t, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(lu_embed_epoch(t->embed, NULL), LU_OK);
    }
}

/* Stopped after any epoch and taken up by fresh networks, it ends with the same bytes. */
static void test_resume(void **state)
{
    lu_embed_params p = toy_params();
    lu_samples s;

    (void)state;
    toy_samples(&s);
    for (size_t stop = 0; stop <= 5; stop++) {
        toy *once = calloc(1, sizeof *once), *twice = calloc(1, sizeof *twice);
        lu_buf saved = LU_BUF_INIT, a = LU_BUF_INIT, b = LU_BUF_INIT;
        uint8_t keys[2][16];
        toy_new(once, &s, &p);
        run_epochs(once, stop);
        assert_int_equal(lu_embed_save(once->embed, &saved), LU_OK);
        run_epochs(once, 5 - stop);
        toy_new(twice, &s, &p);
        assert_int_equal(lu_embed_load(twice->embed, saved.data, saved.len), LU_OK);
        assert_int_equal(lu_embed_done(twice->embed), stop);
        run_epochs(twice, 5 - stop);
        assert_int_equal(lu_embed_save(once->embed, &a), LU_OK);
        assert_int_equal(lu_embed_save(twice->embed, &b), LU_OK);
        assert_int_equal(a.len, b.len);
        assert_memory_equal(a.data, b.data, a.len);
        assert_int_equal(lu_embed_keys(once->embed, keys[0]), LU_OK);
        assert_int_equal(lu_embed_keys(twice->embed, keys[1]), LU_OK);
        assert_memory_equal(keys[0], keys[1], 16);
        assert_int_equal(lu_embed_load(twice->embed, saved.data, saved.len - 1), LU_ERR_INPUT);
        lu_embed_free(&once->embed);
        lu_embed_free(&twice->embed);
        lu_buf_fini(&saved);
        lu_buf_fini(&a);
        lu_buf_fini(&b);
        free(once);
        free(twice);
    }
    lu_samples_fini(&s);
}

/* --- likeness --- */

/* Against figures worked out by hand, and SSIM against that of the loss. */
static void test_likeness(void **state)
{
    enum { SIDE = 12, PIXELS = SIDE * SIDE };
    static uint8_t cover[2 * PIXELS], key[2 * PIXELS];
    static float x[2 * PIXELS];
    lu_likeness like[2];
    lu_ssim *s;

    (void)state;
    for (size_t i = 0; i < 2 * PIXELS; i++) {
        cover[i] = (uint8_t)(37 * i % 200);
        key[i] = i < PIXELS ? cover[i] : (uint8_t)(cover[i] + (i % 2 ? 3 : 9));
    }
    assert_int_equal(lu_likeness_of(cover, key, 2, (lu_shape){SIDE, SIDE, 1}, like), LU_OK);
    assert_true(isinf(like[0].psnr) && like[0].most == 0 && like[0].mean == 0);
    assert_true(fabs(like[0].ssim - 1) < 1e-9);
    assert_true(like[1].most == 9 && like[1].mean == 6);
    assert_true(fabs(like[1].psnr - 10 * log10(255.0 * 255.0 / 45)) < 1e-9); /* (9 + 81) / 2 */
    for (size_t i = 0; i < PIXELS; i++) {
        x[i] = 2 * ((float)cover[PIXELS + i] / 255) - 1;
        x[PIXELS + i] = 2 * ((float)key[PIXELS + i] / 255) - 1;
    }
    assert_int_equal(lu_ssim_new(&s, (lu_shape){SIDE, SIDE, 1}), LU_OK);
    assert_true(fabs(like[1].ssim - lu_ssim_mean(s, x, x + PIXELS, 1, 0, NULL)) < 1e-12);
    assert_true(like[1].ssim > 0.5 && like[1].ssim < 1);
    lu_ssim_free(&s);
}

/* Once they are frozen, neither keys nor encoder move; before, the encoder does. */
static void test_frozen(void **state)
{
    lu_embed_params p = toy_params();
    uint8_t before[16], after[16];
    float encoder[64 * 8];
    toy *t = calloc(1, sizeof *t);
    lu_samples s;

    (void)state;
    toy_samples(&s);
    toy_new(t, &s, &p);
    memcpy(encoder, t->encoder.a, sizeof encoder);
    run_epochs(t, 3);
    assert_memory_not_equal(encoder, t->encoder.a, sizeof encoder);
    memcpy(encoder, t->encoder.a, sizeof encoder);
    assert_int_equal(lu_embed_keys(t->embed, before), LU_OK);
    run_epochs(t, 2);
    assert_int_equal(lu_embed_keys(t->embed, after), LU_OK);
    assert_memory_equal(before, after, 16);
    assert_memory_equal(encoder, t->encoder.a, sizeof encoder);
    assert_true(isnan(lu_embed_rows(t->embed)[4].mse) && !isnan(lu_embed_rows(t->embed)[2].mse));
    lu_embed_free(&t->embed);
    lu_samples_fini(&s);
    free(t);
}

/* What a watcher saw. */
typedef struct watcher {
    size_t joint, frozen, images;
    lu_glimpse_mark last;
    double worst; /* distance of a pictured key from its cover */
} watcher;

static void look(void *context, const lu_glimpse *g)
{
    watcher *w = context;
    const lu_glimpse_mark *m = g->mark;

    assert_true(m != NULL && g->step <= g->steps && g->kept <= g->tried);
    assert_true(isnan(m->mse) == m->frozen && !isnan(m->loss) && !isnan(m->clean));
    w->joint += !m->frozen;
    w->frozen += m->frozen;
    w->last = *m;
    assert_int_equal(g->shape.h, m->keys * toy_shape.h);
    for (size_t i = 0; i < lu_glimpse_values(g); i++) {
        w->worst = fmax(w->worst, fabs((double)g->image[i] - (double)g->start[i]));
        w->images += i == 0;
    }
}

/* Watched at every step, it ends with the same bytes; the keys shown are the first ones. */
static void test_watched(void **state)
{
    lu_embed_params p = toy_params();
    watcher w = {0};
    const lu_job job = {.look = look, .context = &w};
    toy *alone = calloc(1, sizeof *alone), *watched = calloc(1, sizeof *watched);
    lu_buf a = LU_BUF_INIT, b = LU_BUF_INIT;
    lu_samples s;

    (void)state;
    toy_samples(&s);
    toy_new(alone, &s, &p);
    toy_new(watched, &s, &p);
    run_epochs(alone, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(lu_embed_epoch(watched->embed, &job), LU_OK);
    }
    assert_int_equal(lu_embed_save(alone->embed, &a), LU_OK);
    assert_int_equal(lu_embed_save(watched->embed, &b), LU_OK);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    assert_true(w.joint == 9 && w.frozen == 6 && w.images == 15); /* 3 of the 4 steps an epoch */
    assert_true(w.last.keys == 2 && w.last.key_of[1].cover == 8 && w.last.key_of[0].expected == 1);
    assert_true(w.last.epoch == 4 && w.last.epochs == 5);
    assert_true(w.last.key == lu_embed_rows(watched->embed)[3].key);
    assert_true(w.worst > 0 && w.worst < 0.5);
    lu_embed_free(&alone->embed);
    lu_embed_free(&watched->embed);
    lu_buf_fini(&a);
    lu_buf_fini(&b);
    lu_samples_fini(&s);
    free(alone);
    free(watched);
}

static void test_limits(void **state)
{
    lu_embed_params good = lu_embed_default(true), bad[5];

    (void)state;
    assert_int_equal(lu_embed_check(&good), LU_OK);
    for (size_t i = 0; i < 5; i++) {
        bad[i] = good;
    }
    bad[0].keys = 5;
    bad[1].mse = -1;
    bad[2].rate = 0;
    bad[3].epochs = 0;
    bad[4].width = 0;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(lu_embed_check(&bad[i]), LU_ERR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients),   cmocka_unit_test(test_ssim_value),
        cmocka_unit_test(test_loss_values), cmocka_unit_test(test_labels),
        cmocka_unit_test(test_binomial),    cmocka_unit_test(test_verify),
        cmocka_unit_test(test_resume),      cmocka_unit_test(test_frozen),
        cmocka_unit_test(test_watched),     cmocka_unit_test(test_limits),
        cmocka_unit_test(test_likeness),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
