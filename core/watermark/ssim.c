/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SSIM and its gradient, one plane at a time. With A1 = 2 mx my + C1, A2 = 2 sxy + C2,
 * B1 = mx^2 + my^2 + C1, B2 = sx + sy + C2, D = B1 B2, s = A1 A2 / D and w* the window:
 *
 *     U = 2 mx A2/D - 2 my s/B1 + 2 my s/B2 - 2 mx A1/D,   V = -s/B2,   Z = 2 A1/D
 *     dSSIM/dy = (w*U + 2 y (w*V) + x (w*Z)) / (m C H W)
 *
 * (spec watermark A4; the window is symmetric and zero-padded, so its own adjoint).
 */
#include "core/base/mem.h"
#include "core/watermark/losses.h"

#include <math.h>
#include <string.h>

enum { RADIUS = 5, TAPS = 2 * RADIUS + 1, PLANES = 10 };

#define SIGMA 1.5
static const double C1 = 0.01 * 0.01, C2 = 0.03 * 0.03; /* dynamic range 1, as the authors */

struct lu_ssim {
    lu_shape shape;
    double tap[TAPS];
    double *x, *y;                   /* the planes compared; these and the rest h*w, owned */
    double *mx, *my, *sx, *sy, *sxy; /* moments; then U, V, Z in sx, sy, sxy */
    double *product;                 /* what is filtered */
    double *between;                 /* filtered along the columns */
    double *out;                     /* filtered */
};

lu_err lu_ssim_new(lu_ssim **out, lu_shape shape)
{
    size_t plane = shape.h * shape.w;
    double sum = 0;
    lu_ssim *s;

    *out = NULL;
    LU_TRY(LU_NEW(s, 1));
    s->shape = shape;
    for (int i = 0; i < TAPS; i++) {
        s->tap[i] = exp(-(i - RADIUS) * (i - RADIUS) / (2 * SIGMA * SIGMA));
        sum += s->tap[i];
    }
    for (int i = 0; i < TAPS; i++) {
        s->tap[i] /= sum;
    }
    if (LU_NEW(s->x, PLANES * plane)) {
        lu_ssim_free(&s);
        return LU_ERR_MEMORY;
    }
    double **part[] = {&s->y,   &s->mx,      &s->my,      &s->sx, &s->sy,
                       &s->sxy, &s->product, &s->between, &s->out};
    for (size_t i = 0; i < PLANES - 1; i++) {
        *part[i] = s->x + (i + 1) * plane;
    }
    *out = s;
    return LU_OK;
}

void lu_ssim_free(lu_ssim **s)
{
    if (*s != NULL) {
        free((*s)->x);
        free(*s);
        *s = NULL;
    }
}

/* to[j] += k * from[j + shift], zero outside 0..n-1 */
static void add_shifted(double *restrict to, const double *restrict from, size_t n, int shift,
                        double k)
{
    size_t first = shift < 0 ? (size_t)-shift : 0, end = shift > 0 ? n - (size_t)shift : n;

    for (size_t j = first; j < end && (size_t)(shift > 0 ? shift : -shift) < n; j++) {
        to[j] += k * from[(ptrdiff_t)j + shift];
    }
}

/* to = w * from */
static void filter(const lu_ssim *s, const double *from, double *to)
{
    size_t h = s->shape.h, w = s->shape.w;

    memset(s->between, 0, h * w * sizeof *to);
    memset(to, 0, h * w * sizeof *to);
    for (int t = 0; t < TAPS; t++) {
        int shift = t - RADIUS;
        for (size_t y = 0; y < h; y++) {
            ptrdiff_t row = (ptrdiff_t)y + shift;
            if (row >= 0 && row < (ptrdiff_t)h) {
                add_shifted(s->between + y * w, from + (size_t)row * w, w, 0, s->tap[t]);
            }
        }
    }
    for (int t = 0; t < TAPS; t++) {
        for (size_t y = 0; y < h; y++) {
            add_shifted(to + y * w, s->between + y * w, w, t - RADIUS, s->tap[t]);
        }
    }
}

/* to = w * (a b) - ma mb */
static void second_moment(const lu_ssim *s, const double *a, const double *b, const double *ma,
                          const double *mb, double *to)
{
    size_t plane = s->shape.h * s->shape.w;

    for (size_t i = 0; i < plane; i++) {
        s->product[i] = a[i] * b[i];
    }
    filter(s, s->product, to);
    for (size_t i = 0; i < plane; i++) {
        to[i] -= ma[i] * mb[i];
    }
}

/* The sum of the map; leaves U, V, Z in sx, sy, sxy. */
static double map_of(const lu_ssim *s)
{
    double sum = 0;

    for (size_t i = 0; i < s->shape.h * s->shape.w; i++) {
        double mx = s->mx[i], my = s->my[i];
        double a1 = 2 * mx * my + C1, a2 = 2 * s->sxy[i] + C2;
        double b1 = mx * mx + my * my + C1, b2 = s->sx[i] + s->sy[i] + C2;
        double d = b1 * b2, value = a1 * a2 / d;
        sum += value;
        s->sx[i] = 2 * mx * a2 / d - 2 * my * value / b1 + 2 * my * value / b2 - 2 * mx * a1 / d;
        s->sy[i] = -value / b2;
        s->sxy[i] = 2 * a1 / d;
    }
    return sum;
}

/* grad (every stride-th float) += scale * d(sum of the map)/dy */
static void gradient(const lu_ssim *s, double scale, float *grad, size_t stride)
{
    size_t plane = s->shape.h * s->shape.w;

    filter(s, s->sx, s->mx);
    filter(s, s->sy, s->my);
    filter(s, s->sxy, s->out);
    for (size_t i = 0; i < plane; i++) {
        double g = s->mx[i] + 2 * s->y[i] * s->my[i] + s->x[i] * s->out[i];
        grad[i * stride] += (float)(scale * g);
    }
}

double lu_ssim_mean(lu_ssim *s, const float *x, const float *y, size_t n, double weight,
                    float *grad)
{
    size_t plane = s->shape.h * s->shape.w, c = s->shape.c;
    double count = (double)(n * plane * c), sum = 0;

    for (size_t p = 0; p < n * c; p++) {
        size_t at = p / c * plane * c + p % c;
        for (size_t i = 0; i < plane; i++) {
            s->x[i] = x[at + i * c];
            s->y[i] = y[at + i * c];
        }
        filter(s, s->x, s->mx);
        filter(s, s->y, s->my);
        second_moment(s, s->x, s->x, s->mx, s->mx, s->sx);
        second_moment(s, s->y, s->y, s->my, s->my, s->sy);
        second_moment(s, s->x, s->y, s->mx, s->my, s->sxy);
        sum += map_of(s);
        if (grad != NULL) {
            gradient(s, -weight / count, grad + at, c);
        }
    }
    return sum / count;
}
