/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/out/svg_image.h"
#include "viz/out/out.h"

/* Pixels of one colour side by side. */
typedef struct pixel_run {
    uint32_t rgb;
    uint32_t x, y, n;
} pixel_run;

static int compare(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int by_colour(const void *a, const void *b)
{
    const pixel_run *r = a;
    const pixel_run *s = b;
    int order = compare(r->rgb, s->rgb);

    order = order ? order : compare(r->y, s->y);
    return order ? order : compare(r->x, s->x);
}

static size_t find_runs(const lu_picture *p, pixel_run *runs)
{
    size_t n = 0;

    for (uint32_t y = 0; y < p->height; y++) {
        for (uint32_t x = 0; x < p->width; x++) {
            uint32_t rgb = lu_picture_rgb(p, x, y);

            if (x > 0 && runs[n - 1].rgb == rgb) {
                runs[n - 1].n++;
            } else {
                runs[n++] = (pixel_run){rgb, x, y, 1};
            }
        }
    }
    qsort(runs, n, sizeof *runs, by_colour);
    return n;
}

static lu_err put_runs(const pixel_run *runs, size_t n, lu_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        const pixel_run *r = &runs[i];
        bool last = i + 1 == n || runs[i + 1].rgb != r->rgb;

        if (i == 0 || runs[i - 1].rgb != r->rgb) {
            LU_TRY(lu_buf_print(out, "<path fill=\"#%06x\" d=\"", (unsigned)r->rgb));
        }
        LU_TRY(lu_buf_print(out, "M%u %uh%uv1h-%uz%s", (unsigned)r->x, (unsigned)r->y,
                            (unsigned)r->n, (unsigned)r->n, last ? "\"/>\n" : ""));
    }
    return LU_OK;
}

lu_err lu_svg_pixels(const lu_picture *p, lu_buf *out)
{
    pixel_run *runs;
    lu_err err;

    LU_TRY(LU_NEW(runs, p->width * p->height));
    err = put_runs(runs, find_runs(p, runs), out);
    free(runs);
    return err;
}

lu_err lu_out_base64(const lu_buf *bytes, lu_buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes->len; i += 3) {
        size_t left = bytes->len - i;
        uint32_t v = (uint32_t)bytes->data[i] << 16;
        char four[4];

        v |= left > 1 ? (uint32_t)bytes->data[i + 1] << 8 : 0;
        v |= left > 2 ? bytes->data[i + 2] : 0;
        for (int k = 0; k < 4; k++) {
            four[k] = digits[v >> (18 - 6 * k) & 63];
        }
        four[2] = left > 1 ? four[2] : '=';
        four[3] = left > 2 ? four[3] : '=';
        LU_TRY(lu_buf_add(out, four, 4));
    }
    return LU_OK;
}

lu_err lu_svg_data(const lu_picture *p, lu_buf *out)
{
    lu_buf png = LU_BUF_INIT;
    lu_err err = lu_out_png(p, &png);

    if (!err) {
        err = lu_buf_print(out, "data:image/png;base64,");
    }
    if (!err) {
        err = lu_out_base64(&png, out);
    }
    lu_buf_fini(&png);
    return err;
}
