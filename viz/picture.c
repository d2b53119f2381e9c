/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/picture.h"

#include <math.h>
#include <string.h>

lu_err lu_picture_init(lu_picture *p, size_t width, size_t height)
{
    *p = (lu_picture){0};
    if (width > LU_PICTURE_MAX || height > LU_PICTURE_MAX) {
        return lu_fail(LU_ERR_INPUT, "a picture of %zu x %zu pixels is too large", width, height);
    }
    LU_TRY(LU_NEW(p->rgb, width * height * 3));
    p->width = width;
    p->height = height;
    return LU_OK;
}

void lu_picture_fini(lu_picture *p)
{
    free(p->rgb);
    *p = (lu_picture){0};
}

/* A value in [0,1] as a byte; outside of it sets *clipped. */
static uint8_t byte_of(double v, bool *clipped)
{
    if (!(v >= 0 && v <= 1)) {
        *clipped = true;
        return v > 1 ? 255 : 0;
    }
    return (uint8_t)floor(v * 255 + 0.5);
}

static double value_of(const lu_samples *s, size_t at)
{
    return s->bytes != NULL ? s->bytes[at] / 255.0 : (double)s->values[at];
}

/* Position in the arrays of what becomes colour k (0..2) of pixel `at` of sample i. */
static size_t place(const lu_samples *s, size_t i, size_t at, size_t k)
{
    return i * lu_shape_size(s->shape) + at * s->shape.c + (s->shape.c == 3 ? k : 0);
}

static lu_err check_sample(const lu_samples *s, size_t i)
{
    if (i >= s->n || (s->bytes == NULL && s->values == NULL)) {
        return lu_fail(LU_ERR_INPUT, "there is no sample %zu among %zu", i, s->n);
    }
    return LU_OK;
}

lu_err lu_picture_sample(const lu_samples *s, size_t i, lu_picture *out)
{
    size_t n = s->shape.h * s->shape.w;

    *out = (lu_picture){0};
    LU_TRY(check_sample(s, i));
    LU_TRY(lu_picture_init(out, s->shape.w, s->shape.h));
    for (size_t at = 0; at < n; at++) {
        for (size_t k = 0; k < 3; k++) {
            out->rgb[3 * at + k] = byte_of(value_of(s, place(s, i, at, k)), &out->clipped);
        }
    }
    return LU_OK;
}

lu_err lu_picture_difference(const lu_samples *a, size_t i, const lu_samples *b, size_t j,
                             lu_difference kind, unsigned gain, lu_picture *out)
{
    size_t n = a->shape.h * a->shape.w;

    *out = (lu_picture){0};
    LU_TRY(check_sample(a, i));
    LU_TRY(check_sample(b, j));
    if (!lu_shape_equal(a->shape, b->shape) || gain == 0) {
        return lu_fail(LU_ERR_INPUT, "no difference of %zux%zux%zu and %zux%zux%zu, gain %u",
                       a->shape.h, a->shape.w, a->shape.c, b->shape.h, b->shape.w, b->shape.c,
                       gain);
    }
    LU_TRY(lu_picture_init(out, a->shape.w, a->shape.h));
    for (size_t at = 0; at < n; at++) {
        for (size_t k = 0; k < 3; k++) {
            double d = (value_of(b, place(b, j, at, k)) - value_of(a, place(a, i, at, k))) * gain;

            d = kind == LU_DIFFERENCE_SIGNED ? 0.5 + d / 2 : fabs(d);
            out->rgb[3 * at + k] = byte_of(d, &out->clipped);
        }
    }
    return LU_OK;
}

static void set_pixel(lu_picture *p, size_t x, size_t y, uint32_t rgb)
{
    uint8_t *at = p->rgb + 3 * (y * p->width + x);

    at[0] = (uint8_t)(rgb >> 16);
    at[1] = (uint8_t)(rgb >> 8);
    at[2] = (uint8_t)rgb;
}

lu_err lu_picture_zoom(const lu_picture *p, size_t zoom, lu_picture *out)
{
    zoom = zoom ? zoom : 1;
    *out = (lu_picture){0};
    if (zoom > LU_PICTURE_MAX) {
        return lu_fail(LU_ERR_INPUT, "a zoom of %zu is too large", zoom);
    }
    LU_TRY(lu_picture_init(out, p->width * zoom, p->height * zoom));
    for (size_t y = 0; y < out->height; y++) {
        for (size_t x = 0; x < out->width; x++) {
            set_pixel(out, x, y, lu_picture_rgb(p, x / zoom, y / zoom));
        }
    }
    out->clipped = p->clipped;
    return LU_OK;
}

static void largest(const lu_picture *p, size_t n, size_t *width, size_t *height)
{
    *width = 0;
    *height = 0;
    for (size_t i = 0; i < n; i++) {
        *width = p[i].width > *width ? p[i].width : *width;
        *height = p[i].height > *height ? p[i].height : *height;
    }
}

/* count fields of `size` and the gaps between them; too much for a picture on overflow. */
static size_t side(size_t count, size_t size, size_t gap)
{
    size_t fields;
    size_t gaps;
    size_t sum;

    if (!lu_mul(count, size, &fields) || !lu_mul(count - 1, gap, &gaps) ||
        __builtin_add_overflow(fields, gaps, &sum)) {
        return SIZE_MAX;
    }
    return sum;
}

lu_err lu_picture_tile(const lu_picture *p, size_t n, size_t columns, size_t gap, uint32_t rgb,
                       lu_picture *out)
{
    size_t width;
    size_t height;

    *out = (lu_picture){0};
    if (n == 0 || columns == 0) {
        return lu_fail(LU_ERR_INPUT, "no pictures to tile");
    }
    columns = columns < n ? columns : n;
    largest(p, n, &width, &height);
    LU_TRY(lu_picture_init(out, side(columns, width, gap),
                           side((n + columns - 1) / columns, height, gap)));
    for (size_t i = 0; i < out->width * out->height; i++) {
        set_pixel(out, i, 0, rgb);
    }
    for (size_t i = 0; i < n; i++) {
        size_t left = i % columns * (width + gap);
        size_t top = i / columns * (height + gap);

        for (size_t y = 0; y < p[i].height; y++) {
            memcpy(out->rgb + 3 * ((top + y) * out->width + left), p[i].rgb + 3 * y * p[i].width,
                   3 * p[i].width);
        }
        out->clipped |= p[i].clipped;
    }
    return LU_OK;
}
