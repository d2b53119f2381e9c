/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random shift, rotation and flip; Keras' ImageDataGenerator with fill "nearest" is the model
   (authors' tune.py: rotation 10, shifts 0.1). */
#include "nets/engine/engine.h"

#include <math.h>
#include <string.h>

static size_t clamped(double at, size_t n)
{
    return at <= 0 ? 0 : at >= (double)(n - 1) ? n - 1 : (size_t)at;
}

/* Bilinear value of every channel at (y,x); outside, the nearest pixel. */
static void sample_at(lu_shape s, const float *src, double y, double x, float *dst)
{
    size_t y0 = clamped(floor(y), s.h), y1 = clamped(floor(y) + 1, s.h);
    size_t x0 = clamped(floor(x), s.w), x1 = clamped(floor(x) + 1, s.w);
    float fy = (float)(y - floor(y)), fx = (float)(x - floor(x));

    for (size_t c = 0; c < s.c; c++) {
        float top = src[(y0 * s.w + x0) * s.c + c] * (1 - fx) + src[(y0 * s.w + x1) * s.c + c] * fx;
        float low = src[(y1 * s.w + x0) * s.c + c] * (1 - fx) + src[(y1 * s.w + x1) * s.c + c] * fx;
        dst[c] = top * (1 - fy) + low * fy;
    }
}

void lu_augment(const lu_recipe *r, lu_rng *rng, lu_shape shape, const float *src, float *dst)
{
    double angle = lu_rng_between(rng, -r->rotate, r->rotate) * (M_PI / 180);
    double dy = lu_rng_between(rng, -r->shift, r->shift) * (double)shape.h;
    double dx = lu_rng_between(rng, -r->shift, r->shift) * (double)shape.w;
    double side = r->flip && lu_rng_uniform(rng) < 0.5 ? -1 : 1;
    double cy = (double)(shape.h - 1) / 2, cx = (double)(shape.w - 1) / 2;
    double cosine = cos(angle), sine = sin(angle);

    for (size_t y = 0; y < shape.h; y++) {
        for (size_t x = 0; x < shape.w; x++, dst += shape.c) {
            double py = (double)y - cy, px = side * ((double)x - cx);
            sample_at(shape, src, cy + cosine * py - sine * px + dy,
                      cx + sine * py + cosine * px + dx, dst);
        }
    }
}

void lu_augment_sequence(const lu_recipe *r, lu_rng *rng, lu_shape shape, const float *src,
                         float *dst)
{
    double by = round(lu_rng_between(rng, -r->shift, r->shift) * (double)shape.h);
    size_t row = shape.w * shape.c;

    for (size_t t = 0; t < shape.h; t++) {
        size_t from = clamped((double)t + by, shape.h);
        memcpy(dst + t * row, src + from * row, row * sizeof *dst);
    }
}
