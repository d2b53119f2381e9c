/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The embedding over networks of a few numbers. */
#include "core/core.h"
#include "core/watermark/embed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_frozen),
        cmocka_unit_test(test_watched),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
