/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/draw.h"
#include "viz/unicode.h"

#include <math.h>
#include <string.h>

uint32_t lu_draw_rgb(const lu_draw *d, lu_ink ink)
{
    return lu_theme_shade(d->theme, ink)->rgb;
}

static bool all_finite(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(v[i])) {
            return false;
        }
    }
    return true;
}

uint32_t lu_draw_shade(const lu_draw *d, lu_ink ink, double share)
{
    uint32_t from = lu_draw_rgb(d, LU_INK_PAPER), to = lu_draw_rgb(d, ink), rgb = 0;

    for (int shift = 0; shift < 24; shift += 8) {
        double a = from >> shift & 0xff, b = to >> shift & 0xff;
        rgb |= (uint32_t)floor(a + (b - a) * share + 0.5) << shift;
    }
    return rgb;
}

void lu_draw_path(lu_draw *d, const double *xy, size_t n, bool closed, lu_paint paint)
{
    if (d->err == LU_OK && n > 0 && all_finite(xy, 2 * n)) {
        d->err = d->device->path(d, xy, n, closed, paint);
    }
}

void lu_draw_line(lu_draw *d, double x0, double y0, double x1, double y1, lu_paint paint)
{
    double xy[4] = {x0, y0, x1, y1};

    lu_draw_path(d, xy, 2, false, paint);
}

void lu_draw_rect(lu_draw *d, lu_rect area, lu_paint paint)
{
    double right = area.x + area.width;
    double bottom = area.y + area.height;
    double xy[8] = {area.x, area.y, right, area.y, right, bottom, area.x, bottom};

    lu_draw_path(d, xy, 4, true, paint);
}

void lu_draw_circle(lu_draw *d, double x, double y, double radius, lu_paint paint)
{
    double v[3] = {x, y, radius};

    if (d->err == LU_OK && all_finite(v, 3) && radius > 0) {
        d->err = d->device->circle(d, x, y, radius, paint);
    }
}

/* The first `len` bytes of a text as devices want them. */
static lu_err clean(const char *text, size_t len, lu_buf *out)
{
    const char *end = text + len;
    char bytes[LU_UTF8_MAX];
    uint32_t code;

    while (text < end && (code = lu_utf8_next(&text)) != 0) {
        LU_TRY(lu_buf_add(out, bytes, lu_utf8_put(code, bytes)));
    }
    return lu_buf_add(out, "", 0);
}

void lu_draw_text(lu_draw *d, double x, double y, lu_lettering how, const char *text)
{
    double v[4] = {x, y, how.size, how.advance};
    lu_buf fit = LU_BUF_INIT;

    if (d->err != LU_OK || text[0] == '\0' || !all_finite(v, 4) || !(how.size > 0)) {
        return;
    }
    d->err = clean(text, strlen(text), &fit);
    if (d->err == LU_OK) {
        d->err = d->device->text(d, x, y, how, (const char *)fit.data);
    }
    lu_buf_fini(&fit);
}

double lu_draw_text_width(lu_draw *d, lu_lettering how, const char *text, size_t len)
{
    static const double COLUMN = 0.6; /* of the size: the advance of DejaVu Sans Mono is 0.602 */
    lu_buf fit = LU_BUF_INIT;
    double width = 0;

    if (d->err != LU_OK) {
        return 0;
    }
    d->err = clean(text, len, &fit);
    if (d->err == LU_OK) {
        const char *clear = (const char *)fit.data;
        width = d->device->width ? d->device->width(d, how, clear)
                                 : COLUMN * how.size * lu_columns(clear);
    }
    lu_buf_fini(&fit);
    return width;
}

void lu_draw_image(lu_draw *d, lu_rect area, const lu_picture *p)
{
    double v[4] = {area.x, area.y, area.width, area.height};

    if (d->err == LU_OK && all_finite(v, 4) && area.width > 0 && area.height > 0 && p->width > 0 &&
        p->height > 0) {
        d->err = d->device->image(d, area, p);
    }
}

lu_paint lu_draw_stroke(const lu_draw *d, lu_ink ink, double width, double dash)
{
    return (lu_paint){.line = lu_draw_rgb(d, ink), .width = width, .dash = dash};
}

lu_paint lu_draw_fill(const lu_draw *d, lu_ink ink)
{
    return (lu_paint){.fill = lu_draw_rgb(d, ink), .filled = true};
}

lu_lettering lu_draw_letters(const lu_draw *d, lu_ink ink, double size, lu_align align)
{
    return (lu_lettering){.size = size,
                          .rgb = lu_draw_rgb(d, ink),
                          .bold = lu_theme_shade(d->theme, ink)->attrs & LU_ATTR_BOLD,
                          .align = align};
}

lu_err lu_draw_end(lu_draw *d)
{
    lu_err err = LU_OK;

    if (d->device != NULL) {
        err = d->device->end(d, d->err != LU_OK);
    }
    d->device = NULL;
    return d->err != LU_OK ? d->err : err;
}
