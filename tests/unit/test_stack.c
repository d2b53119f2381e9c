/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trainable stack against finite differences and against the fast plan; the networks of the
 * watermark; a small embedding that works. */
#include "nets/engine/mark_nets.h"
#include "nets/engine/matrix.h"
#include "nets/engine/stack.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* --- products --- */

static void test_products(void **state)
{
    enum { M = 7, N_ = 37, K = 19 };
    float a[M * K], b[K * N_], bt[N_ * K], c[M * N_], d[M * N_];
    double worst = 0;

    (void)state;
    for (size_t i = 0; i < M * K; i++) {
        a[i] = sinf((float)i);
    }
    for (size_t i = 0; i < K * N_; i++) {
        b[i] = cosf(0.7f * (float)i);
        bt[i % N_ * K + i / N_] = b[i];
    }
    memset(d, 0, sizeof d);
    lu_matrix_multiply(M, N_, K, (lu_matrix){a, K, 1}, (lu_matrix){b, N_, 1}, false, c);
    lu_matrix_correlate(M, N_, K, (lu_matrix){a, K, 1}, (lu_matrix){bt, K, 1}, d);
    for (size_t i = 0; i < M * N_; i++) {
        double want = 0;
        for (size_t k = 0; k < K; k++) {
            want += (double)a[i / N_ * K + k] * b[k * N_ + i % N_];
        }
        worst = fmax(worst, fmax(fabs(want - c[i]), fabs(want - d[i])));
    }
    assert_true(worst < 1e-5);
}

/* --- the stack --- */

/* clang-format off */
static const char net_text[] =
    "[net]\nwidth=6\nheight=5\nchannels=4\n"
    "[convolutional]\nbatch_normalize=1\nfilters=6\nsize=3\nstride=1\npadding=1\ngroups=2\n"
    "activation=leaky\n"
    "[convolutional]\nbatch_normalize=1\nfilters=5\nsize=4\nstride=2\npadding=1\nactivation=relie\n"
    "[convolutional]\nfilters=3\nsize=3\nstride=1\npadding=1\nactivation=tanh\n"
    "[connected]\nbatch_normalize=1\noutput=4\nactivation=leaky\n"
    "[connected]\noutput=3\nactivation=linear\n";
/* clang-format on */

enum { BATCH = 3, INPUTS = 6 * 5 * 4, OUTPUTS = 3 };

typedef struct fixture {
    lu_net net;
    lu_stack *stack;
    float x[BATCH * INPUTS], weight[BATCH * OUTPUTS];
} fixture;

static void begin(fixture *f)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_rng *rng;

    assert_int_equal(lu_net_parse(net_text, sizeof net_text - 1, &limits, &f->net), LU_OK);
    assert_int_equal(lu_rng_new(&rng, 5, "test", 0), LU_OK);
    assert_int_equal(lu_stack_new(&f->stack, &f->net, BATCH, rng), LU_OK);
    for (size_t i = 0; i < BATCH * INPUTS; i++) {
        f->x[i] = (float)lu_rng_between(rng, -1, 1);
    }
    for (size_t i = 0; i < BATCH * OUTPUTS; i++) {
        f->weight[i] = (float)lu_rng_between(rng, -1, 1);
    }
    for (size_t i = 0; i < f->stack->weights.count; i++) { /* no scale of exactly 1, no bias of 0 */
        f->stack->weights.block[i] += (float)lu_rng_between(rng, 0, 0.1);
    }
    lu_rng_free(&rng);
}

static void end(fixture *f)
{
    lu_stack_free(&f->stack);
    lu_net_fini(&f->net);
}

static double value_of(fixture *f, bool training)
{
    const float *out = lu_stack_forward(f->stack, f->x, BATCH, training);
    double sum = 0;

    for (size_t i = 0; i < BATCH * OUTPUTS; i++) {
        sum += (double)f->weight[i] * out[i];
    }
    return sum;
}

/* 1 - cosine between `grad` and central differences at v[0..n-1]. */
static double turned_by(fixture *f, bool training, float *v, const float *grad, size_t n)
{
    const float step = 2e-3f;
    double aa = 0, bb = 0, ab = 0;

    for (size_t i = 0; i < n; i++) {
        float kept = v[i];
        v[i] = kept + step;
        double up = value_of(f, training);
        v[i] = kept - step;
        double down = value_of(f, training);
        v[i] = kept;
        double slope = (up - down) / (2 * (double)step);
        aa += slope * slope;
        bb += (double)grad[i] * grad[i];
        ab += slope * grad[i];
    }
    assert_true(aa > 0 && fabs(sqrt(bb / aa) - 1) < 0.02);
    return 1 - ab / sqrt(aa * bb);
}

/* Input and every kind of parameter, by batch statistics and by running ones. */
static void test_slopes(void **state)
{
    (void)state;
    for (int training = 0; training < 2; training++) {
        fixture f;
        float slope[BATCH * INPUTS];
        begin(&f);
        value_of(&f, training);
        memcpy(slope, lu_stack_backward(f.stack, f.weight, true), sizeof slope);
        assert_true(turned_by(&f, training, f.x, slope, BATCH * INPUTS) < 1e-3);
        for (size_t i = 0; i < f.net.n; i++) {
            const lu_section *s = &f.net.section[i];
            lu_section_params *p = &f.stack->weights.param[i], *g = &f.stack->grad.param[i];
            assert_true(turned_by(&f, training, p->weights, g->weights, s->n_weights) < 1e-3);
            assert_true(turned_by(&f, training, p->biases, g->biases, s->n_biases) < 1e-3);
            if (s->batch_normalize) {
                assert_true(turned_by(&f, training, p->scales, g->scales, s->n_biases) < 1e-3);
            }
        }
        end(&f);
    }
}

/* In use, a stack answers as the same network does on the fast plan, batch-norm folded. */
static void test_like_the_plan(void **state)
{
    float planes[BATCH * INPUTS], out[BATCH * OUTPUTS];
    const float *stack;
    lu_plan *plan;
    fixture f;

    (void)state;
    begin(&f);
    value_of(&f, true); /* moves the running statistics */
    for (size_t b = 0; b < BATCH; b++) {
        for (size_t i = 0; i < INPUTS; i++) {
            planes[b * INPUTS + i % 4 * 30 + i / 4] = f.x[b * INPUTS + i];
        }
    }
    stack = lu_stack_forward(f.stack, planes, BATCH, false);
    assert_int_equal(lu_plan_new(&plan, &f.net, &f.stack->weights, BATCH), LU_OK);
    lu_plan_forward(plan, f.x, BATCH, f.net.n - 1);
    lu_plan_neurons(plan, f.net.n - 1, out);
    for (size_t i = 0; i < BATCH * OUTPUTS; i++) {
        assert_true(fabsf(out[i] - stack[i]) < 1e-5f);
    }
    lu_plan_free(&plan);
    end(&f);
}

static void test_state(void **state)
{
    lu_buf kept = LU_BUF_INIT, again = LU_BUF_INIT;
    fixture f;

    (void)state;
    begin(&f);
    value_of(&f, true);
    lu_stack_backward(f.stack, f.weight, true);
    lu_stack_step(f.stack, 0.01);
    assert_int_equal(lu_stack_save(f.stack, &kept), LU_OK);
    value_of(&f, true);
    lu_stack_backward(f.stack, f.weight, true);
    lu_stack_step(f.stack, 0.01);
    assert_int_equal(lu_stack_load(f.stack, kept.data, kept.len), LU_OK);
    assert_int_equal(lu_stack_save(f.stack, &again), LU_OK);
    assert_memory_equal(kept.data, again.data, kept.len);
    assert_int_equal(lu_stack_load(f.stack, kept.data, kept.len - 1), LU_ERR_INPUT);
    lu_buf_fini(&kept);
    lu_buf_fini(&again);
    end(&f);
}

/* --- the watermark's networks --- */

/* Sizes by the authors' code (spec watermark A3): 78.6 k parameters at width 64. */
static void test_networks(void **state)
{
    lu_net net;

    (void)state;
    assert_int_equal(lu_encoder_net((lu_shape){28, 28, 1}, 64, &net), LU_OK);
    assert_true(net.parameters > 78000 && net.parameters < 79500);
    assert_true(lu_shape_equal(net.section[net.n - 1].out, (lu_shape){28, 28, 1}));
    lu_net_fini(&net);
    assert_int_equal(lu_discriminator_net((lu_shape){28, 28, 1}, &net), LU_OK);
    assert_int_equal(net.parameters, 784 * 64 + 64 + 64 * 32 + 32 + 32 + 1);
    lu_net_fini(&net);
    assert_int_equal(lu_discriminator_net((lu_shape){32, 32, 3}, &net), LU_OK);
    assert_int_equal(net.section[net.n - 1].n_weights, 192);
    lu_net_fini(&net);
}

/* The encoder learns to repeat its image within a few steps. */
static void test_learns(void **state)
{
    enum { SIDE = 8, PIXELS = SIDE * SIDE, IMAGES = 4 };
    float joined[IMAGES * PIXELS * 2], image[IMAGES * PIXELS], out[IMAGES * PIXELS];
    float grad[IMAGES * PIXELS];
    double first = 0, last = 0;
    lu_trainee *t;
    lu_net net;

    (void)state;
    for (size_t i = 0; i < IMAGES * PIXELS; i++) {
        image[i] = 0.8f * sinf(0.9f * (float)i);
        joined[2 * i] = image[i];
        joined[2 * i + 1] = i % 3 ? -1 : 1;
    }
    assert_int_equal(lu_encoder_net((lu_shape){SIDE, SIDE, 1}, 8, &net), LU_OK);
    assert_int_equal(lu_stack_trainee(&net, IMAGES, 1, "test", &t), LU_OK);
    for (int i = 0; i < 200; i++) {
        memset(grad, 0, sizeof grad);
        assert_int_equal(lu_trainee_forward(t, joined, IMAGES, true, out), LU_OK);
        last = lu_loss_mse(image, out, IMAGES * PIXELS, 1, grad);
        first = i ? first : last;
        assert_int_equal(lu_trainee_backward(t, grad, true, NULL), LU_OK);
        assert_int_equal(lu_trainee_step(t, 0.005), LU_OK);
    }
    assert_true(last < 0.15 * first);
    lu_trainee_free(&t);
    lu_net_fini(&net);
}

/* --- a host with batch-norm, dropout and colour --- */

/* clang-format off */
static const char host_text[] =
    "[net]\nwidth=8\nheight=8\nchannels=3\n"
    "[convolutional]\nbatch_normalize=1\nfilters=6\nsize=3\nstride=2\npad=1\nactivation=relu\n"
    "[dropout]\nprobability=.2\n"
    "[connected]\noutput=4\nactivation=linear\n[softmax]\n";
/* clang-format on */

enum { HOST_CLEAN = 6, HOST_KEYS = 2, HOST_ALL = HOST_CLEAN + HOST_KEYS, HOST_PIXELS = 192 };

typedef struct host_fixture {
    lu_net net;
    lu_trainee *t;
    float x[HOST_ALL * HOST_PIXELS];
} host_fixture;

static void host_begin(host_fixture *f, bool faithful)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_embed_params p = lu_embed_default(faithful);

    p.batch = HOST_CLEAN;
    p.mini = HOST_KEYS;
    p.rate = 0.01;
    assert_int_equal(lu_net_parse(host_text, sizeof host_text - 1, &limits, &f->net), LU_OK);
    assert_int_equal(lu_host_trainee(&f->net, NULL, &p, &f->t), LU_OK);
    for (size_t i = 0; i < HOST_ALL * HOST_PIXELS; i++) {
        f->x[i] = 0.5f + 0.4f * sinf((float)(i * i % 97));
    }
}

static void host_end(host_fixture *f)
{
    lu_trainee_free(&f->t);
    lu_net_fini(&f->net);
}

static void host_steps(host_fixture *f, size_t n)
{
    float out[HOST_ALL * 4], seed[HOST_ALL * 4];

    for (size_t i = 0; i < n; i++) {
        assert_int_equal(lu_trainee_forward(f->t, f->x, HOST_ALL, true, out), LU_OK);
        for (size_t j = 0; j < HOST_ALL * 4; j++) {
            seed[j] = out[j] - (float)(j % 4 == j / 4 % 4);
        }
        assert_int_equal(lu_trainee_backward(f->t, seed, true, NULL), LU_OK);
        assert_int_equal(lu_trainee_step(f->t, 0.01), LU_OK);
    }
}

static lu_buf host_file(const host_fixture *f)
{
    lu_buf file = LU_BUF_INIT;

    assert_int_equal(lu_host_trainee_write(f->t, &file), LU_OK);
    return file;
}

static bool same_bytes(lu_buf *a, lu_buf *b)
{
    bool same = a->len == b->len && memcmp(a->data, b->data, a->len) == 0;

    lu_buf_fini(a);
    lu_buf_fini(b);
    return same;
}

/* Rolling statistics, dropout's stream and the optimiser are all in what is saved. */
static void test_host_state(void **state)
{
    host_fixture a = {0}, b = {0};
    lu_buf saved = LU_BUF_INIT, one, two;

    (void)state;
    host_begin(&a, false);
    host_begin(&b, false);
    host_steps(&a, 3);
    assert_int_equal(lu_trainee_save(a.t, &saved), LU_OK);
    host_steps(&a, 4);
    assert_int_equal(lu_trainee_load(b.t, saved.data, saved.len), LU_OK);
    host_steps(&b, 4);
    one = host_file(&a);
    two = host_file(&b);
    assert_true(same_bytes(&one, &two));
    lu_buf_fini(&saved);
    host_end(&a);
    host_end(&b);
}

/* Keys that the host is only asked about leave its statistics alone; the authors' way they do not.
 */
static void test_host_statistics(void **state)
{
    float out[HOST_ALL * 4];

    (void)state;
    for (int faithful = 0; faithful < 2; faithful++) {
        host_fixture f = {0};
        lu_buf before, after;
        host_begin(&f, faithful);
        host_steps(&f, 3);
        before = host_file(&f);
        assert_int_equal(lu_trainee_forward(f.t, f.x, HOST_KEYS, true, out), LU_OK);
        after = host_file(&f);
        assert_true(same_bytes(&before, &after) == !faithful);
        before = host_file(&f);
        assert_int_equal(lu_trainee_forward(f.t, f.x, HOST_ALL, false, out), LU_OK);
        after = host_file(&f);
        assert_true(same_bytes(&before, &after));
        host_end(&f);
    }
}

/* Each channel of the image and of the logo goes where it belongs: an encoder that learnt to repeat
   colour images does. */
static void test_learns_colour(void **state)
{
    enum { SIDE = 6, VALUES = SIDE * SIDE * 3, IMAGES = 4 };
    float joined[IMAGES * VALUES * 2], image[IMAGES * VALUES], out[IMAGES * VALUES];
    float grad[IMAGES * VALUES];
    double first = 0, last = 0;
    lu_trainee *t;
    lu_net net;

    (void)state;
    for (size_t i = 0; i < IMAGES * VALUES; i++) {
        image[i] = 0.8f * sinf(0.9f * (float)i + (float)(i % 3));
        joined[2 * (i - i % 3) + i % 3] = image[i];
        joined[2 * (i - i % 3) + 3 + i % 3] = i % 5 ? -1 : 1;
    }
    assert_int_equal(lu_encoder_net((lu_shape){SIDE, SIDE, 3}, 12, &net), LU_OK);
    assert_int_equal(lu_stack_trainee(&net, IMAGES, 1, "test", &t), LU_OK);
    for (int i = 0; i < 300; i++) {
        memset(grad, 0, sizeof grad);
        assert_int_equal(lu_trainee_forward(t, joined, IMAGES, true, out), LU_OK);
        last = lu_loss_mse(image, out, IMAGES * VALUES, 1, grad);
        first = i ? first : last;
        assert_int_equal(lu_trainee_backward(t, grad, true, NULL), LU_OK);
        assert_int_equal(lu_trainee_step(t, 0.005), LU_OK);
    }
    assert_true(last < 0.3 * first);
    lu_trainee_free(&t);
    lu_net_fini(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),        cmocka_unit_test(test_slopes),
        cmocka_unit_test(test_like_the_plan),   cmocka_unit_test(test_state),
        cmocka_unit_test(test_networks),        cmocka_unit_test(test_learns),
        cmocka_unit_test(test_learns_colour),   cmocka_unit_test(test_host_state),
        cmocka_unit_test(test_host_statistics),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
