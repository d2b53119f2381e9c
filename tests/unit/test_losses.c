/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The embedding's losses against finite differences and figures from elsewhere; likeness. */
#include "core/core.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients),
        cmocka_unit_test(test_ssim_value),
        cmocka_unit_test(test_loss_values),
        cmocka_unit_test(test_likeness),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
