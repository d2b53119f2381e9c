/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PNG and PDF through cairo. */
#include "viz/out/cairo_text.h"
#include "viz/out/out.h"
#include "viz/unicode.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <math.h>
#include <stdio.h>

enum {
    CELL_WIDTH = 8,
    CELL_HEIGHT = 16,
    SURFACE_MAX = 32767 /* cairo's limit of an image's side */
};

typedef struct cairo_target {
    cairo_surface_t *surface;
    cairo_t *cr;
    lu_buf bytes; /* of a PDF */
    lu_buf *out;
    bool pdf;
    size_t page; /* of a PDF, from 1 */
} cairo_target;

static lu_err check(cairo_status_t status)
{
    if (status == CAIRO_STATUS_SUCCESS) {
        return LU_OK;
    }
    return lu_fail(status == CAIRO_STATUS_NO_MEMORY ? LU_ERR_MEMORY : LU_ERR_INTERNAL, "cairo: %s",
                   cairo_status_to_string(status));
}

static void set_rgb(cairo_t *cr, uint32_t rgb)
{
    cairo_set_source_rgb(cr, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
                         (rgb & 0xff) / 255.0);
}

static lu_err paint_path(cairo_t *cr, lu_paint paint)
{
    if (paint.filled) {
        set_rgb(cr, paint.fill);
        cairo_fill_preserve(cr);
    }
    if (paint.width > 0) {
        set_rgb(cr, paint.line);
        cairo_set_line_width(cr, paint.width);
        cairo_set_dash(cr, &paint.dash, paint.dash > 0 ? 1 : 0, 0);
        cairo_stroke_preserve(cr);
    }
    cairo_new_path(cr);
    return check(cairo_status(cr));
}

static lu_err on_path(lu_draw *d, const double *xy, size_t n, bool closed, lu_paint paint)
{
    cairo_t *cr = ((cairo_target *)d->target)->cr;

    for (size_t i = 0; i < n; i++) {
        cairo_line_to(cr, xy[2 * i], xy[2 * i + 1]);
    }
    if (closed) {
        cairo_close_path(cr);
    }
    return paint_path(cr, paint);
}

static lu_err on_circle(lu_draw *d, double x, double y, double radius, lu_paint paint)
{
    cairo_t *cr = ((cairo_target *)d->target)->cr;

    cairo_arc(cr, x, y, radius, 0, 2 * M_PI);
    cairo_close_path(cr);
    return paint_path(cr, paint);
}

static double on_width(lu_draw *d, lu_lettering how, const char *text)
{
    return lu_cairo_width(((cairo_target *)d->target)->cr, how, text);
}

static lu_err on_text(lu_draw *d, double x, double y, lu_lettering how, const char *text)
{
    cairo_t *cr = ((cairo_target *)d->target)->cr;

    set_rgb(cr, how.rgb);
    lu_cairo_show(cr, x, y, how, text);
    cairo_new_path(cr);
    return check(cairo_status(cr));
}

static lu_err fill_image(cairo_surface_t *image, const lu_picture *p)
{
    uint8_t *data = cairo_image_surface_get_data(image);
    size_t stride = (size_t)cairo_image_surface_get_stride(image);

    LU_TRY(check(cairo_surface_status(image)));
    if (data == NULL) {
        return lu_fail(LU_ERR_INTERNAL, "cairo gave an image without pixels");
    }
    for (size_t y = 0; y < p->height; y++) {
        uint32_t *row = (uint32_t *)(void *)(data + y * stride);

        for (size_t x = 0; x < p->width; x++) {
            row[x] = lu_picture_rgb(p, x, y);
        }
    }
    cairo_surface_mark_dirty(image);
    return LU_OK;
}

static lu_err on_image(lu_draw *d, lu_rect area, const lu_picture *p)
{
    cairo_t *cr = ((cairo_target *)d->target)->cr;
    cairo_surface_t *image;
    lu_err err;

    if (p->width > SURFACE_MAX || p->height > SURFACE_MAX) {
        return lu_fail(LU_ERR_CANNOT, "a picture of %zu x %zu pixels cannot be drawn", p->width,
                       p->height);
    }
    image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)p->width, (int)p->height);
    err = fill_image(image, p);
    if (err == LU_OK) {
        cairo_save(cr);
        cairo_translate(cr, area.x, area.y);
        cairo_scale(cr, area.width / (double)p->width, area.height / (double)p->height);
        cairo_set_source_surface(cr, image, 0, 0);
        cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
        cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
        cairo_rectangle(cr, 0, 0, (double)p->width, (double)p->height);
        cairo_fill(cr);
        cairo_restore(cr);
        err = check(cairo_status(cr));
    }
    cairo_surface_destroy(image);
    return err;
}

static lu_err finish_png(cairo_target *t)
{
    const uint8_t *data;
    size_t stride;
    lu_picture p;
    lu_err err;

    cairo_surface_flush(t->surface);
    data = cairo_image_surface_get_data(t->surface);
    stride = (size_t)cairo_image_surface_get_stride(t->surface);
    if (data == NULL) {
        return lu_fail(LU_ERR_INTERNAL, "cairo gave an image without pixels");
    }
    LU_TRY(lu_picture_init(&p, (size_t)cairo_image_surface_get_width(t->surface),
                           (size_t)cairo_image_surface_get_height(t->surface)));
    for (size_t y = 0; y < p.height; y++) {
        const uint32_t *row = (const uint32_t *)(const void *)(data + y * stride);

        for (size_t x = 0; x < p.width; x++) {
            uint8_t *to = p.rgb + 3 * (y * p.width + x);

            to[0] = (uint8_t)(row[x] >> 16);
            to[1] = (uint8_t)(row[x] >> 8);
            to[2] = (uint8_t)row[x];
        }
    }
    err = lu_out_png(&p, t->out);
    lu_picture_fini(&p);
    return err;
}

static lu_err finish_pdf(cairo_target *t)
{
    cairo_show_page(t->cr);
    cairo_surface_finish(t->surface);
    LU_TRY(check(cairo_surface_status(t->surface)));
    return lu_buf_add(t->out, t->bytes.data, t->bytes.len);
}

static lu_err on_end(lu_draw *d, bool failed)
{
    cairo_target *t = d->target;
    lu_err err = failed ? LU_OK : t->pdf ? finish_pdf(t) : finish_png(t);

    cairo_destroy(t->cr);
    cairo_surface_destroy(t->surface);
    lu_buf_fini(&t->bytes);
    free(t);
    d->target = NULL;
    return err;
}

static const lu_draw_device device = {on_path, on_circle, on_text, on_image, on_width, on_end};

/* NULL with d->err set on failure. */
static cairo_target *new_target(lu_draw *d, double width, double height, lu_theme theme,
                                lu_buf *out)
{
    cairo_target *t = NULL;

    *d = (lu_draw){.width = width, .height = height, .theme = theme};
    if (!(width > 0 && height > 0 && width <= SURFACE_MAX && height <= SURFACE_MAX)) {
        d->err = lu_fail(LU_ERR_INPUT, "a drawing cannot be that wide or high");
        return NULL;
    }
    d->err = LU_NEW(t, 1);
    if (t != NULL) {
        t->out = out;
        d->target = t;
        d->device = &device;
    }
    return t;
}

/* Grey antialiasing and no hinting: the same pixels whatever the desktop's font settings are. */
static lu_err begin(lu_draw *d, cairo_target *t, double scale)
{
    cairo_font_options_t *options = cairo_font_options_create();
    lu_rect all = {0, 0, d->width, d->height};

    t->cr = cairo_create(t->surface);
    cairo_set_line_join(t->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(t->cr, options);
    cairo_font_options_destroy(options);
    cairo_scale(t->cr, scale, scale);
    d->err = check(cairo_status(t->cr));
    lu_draw_rect(d, all, lu_draw_fill(d, LU_INK_PAPER));
    return d->err;
}

lu_err lu_out_png_begin(lu_draw *d, double width, double height, double scale, lu_theme theme,
                        lu_buf *out)
{
    cairo_target *t;

    t = new_target(d, width, height, theme, out);
    if (t == NULL) {
        return d->err;
    }
    if (!(scale > 0 && width * scale <= SURFACE_MAX && height * scale <= SURFACE_MAX)) {
        return d->err = lu_fail(LU_ERR_INPUT, "a drawing cannot be that wide or high");
    }
    t->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(width * scale),
                                            (int)ceil(height * scale));
    return begin(d, t, scale);
}

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned int len)
{
    return lu_buf_add(closure, data, len) == LU_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

/* cairo refuses texts that are not UTF-8. */
static lu_err fit_text(const char *text, lu_buf *fit)
{
    char bytes[LU_UTF8_MAX];
    uint32_t code;

    while ((code = lu_utf8_next(&text)) != 0) {
        LU_TRY(lu_buf_add(fit, bytes, lu_utf8_put(code, bytes)));
    }
    return lu_buf_add(fit, "", 0);
}

static lu_err set_title(cairo_surface_t *surface, const char *title)
{
    lu_buf fit = LU_BUF_INIT;
    lu_err err = fit_text(title, &fit);

    if (err == LU_OK) {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, (const char *)fit.data);
    }
    lu_buf_fini(&fit);
    return err;
}

lu_err lu_out_pdf_begin(lu_draw *d, double width, double height, lu_theme theme, const char *title,
                        const char *date, lu_buf *out)
{
    cairo_target *t;

    t = new_target(d, width, height, theme, out);
    if (t == NULL) {
        return d->err;
    }
    t->pdf = true;
    t->page = 1;
    t->surface = cairo_pdf_surface_create_for_stream(write_bytes, &t->bytes, width, height);
    d->err = set_title(t->surface, title);
    if (d->err != LU_OK) {
        return d->err;
    }
    cairo_pdf_surface_set_metadata(t->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
    return begin(d, t, 1);
}

void lu_out_pdf_page(lu_draw *d)
{
    if (d->err == LU_OK && d->device == &device && ((cairo_target *)d->target)->pdf) {
        lu_rect all = {0, 0, d->width, d->height};

        cairo_show_page(((cairo_target *)d->target)->cr);
        ((cairo_target *)d->target)->page++;
        lu_draw_rect(d, all, lu_draw_fill(d, LU_INK_PAPER));
    }
}

void lu_out_pdf_outline(lu_draw *d, double y, const char *text)
{
    cairo_target *t = d->target;
    char place[64];
    lu_buf fit = LU_BUF_INIT;

    if (d->err != LU_OK || d->device != &device || !t->pdf) {
        return;
    }
    d->err = fit_text(text, &fit);
    if (d->err == LU_OK) {
        snprintf(place, sizeof place, "page=%zu pos=[0 %.0f]", t->page, y);
        cairo_pdf_surface_add_outline(t->surface, CAIRO_PDF_OUTLINE_ROOT, (const char *)fit.data,
                                      place, 0);
    }
    lu_buf_fini(&fit);
}

lu_err lu_out_screen_png(const lu_cells *cells, double scale, lu_theme theme, lu_buf *out)
{
    lu_draw d;

    if (lu_out_png_begin(&d, cells->width * CELL_WIDTH, cells->height * CELL_HEIGHT, scale, theme,
                         out) == LU_OK) {
        lu_draw_cells(&d, cells, CELL_WIDTH, CELL_HEIGHT);
    }
    return lu_draw_end(&d);
}
