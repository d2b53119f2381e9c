/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SVG 1.1 written by hand. */
#include "viz/number.h"
#include "viz/out/out.h"
#include "viz/out/svg_image.h"
#include "viz/unicode.h"

#include <math.h>
#include <string.h>

typedef struct svg {
    lu_buf text;
    lu_buf *out;
} svg;

static lu_err put(lu_draw *d, const char *s)
{
    svg *to = d->target;

    return lu_buf_print(&to->text, "%s", s);
}

/* NAME="VALUE", two decimals and no zeros at the end. */
static lu_err put_number(lu_draw *d, const char *before, double value, const char *after)
{
    svg *to = d->target;
    char number[LU_NUMBER_MAX];
    size_t len;

    lu_number_fixed(value, 2, number);
    len = strlen(number);
    if (strchr(number, 'e') == NULL) {
        while (number[len - 1] == '0') {
            len--;
        }
        len -= number[len - 1] == '.';
    }
    number[len] = '\0';
    if (strcmp(number, "-0") == 0) {
        strcpy(number, "0");
    }
    return lu_buf_print(&to->text, "%s%s%s", before, number, after);
}

/* Six decimals: a factor that many pixels are multiplied with. */
static lu_err put_ratio(lu_draw *d, const char *before, double value, const char *after)
{
    svg *to = d->target;
    char number[LU_NUMBER_MAX];

    return lu_buf_print(&to->text, "%s%s%s", before, lu_number_fixed(value, 6, number), after);
}

static lu_err put_rgb(lu_draw *d, const char *name, uint32_t rgb)
{
    svg *to = d->target;

    return lu_buf_print(&to->text, " %s=\"#%06x\"", name, (unsigned)rgb);
}

/* Text with XML's signs escaped; it is fit already. */
static lu_err put_escaped(lu_draw *d, const char *text)
{
    svg *to = d->target;

    for (; *text != '\0'; text++) {
        const char *name = *text == '&'   ? "&amp;"
                           : *text == '<' ? "&lt;"
                           : *text == '>' ? "&gt;"
                           : *text == '"' ? "&quot;"
                                          : NULL;

        LU_TRY(name ? lu_buf_print(&to->text, "%s", name) : lu_buf_add(&to->text, text, 1));
    }
    return LU_OK;
}

static lu_err put_paint(lu_draw *d, lu_paint paint)
{
    if (paint.filled) {
        LU_TRY(put_rgb(d, "fill", paint.fill));
    } else {
        LU_TRY(put(d, " fill=\"none\""));
    }
    if (paint.width > 0) {
        LU_TRY(put_rgb(d, "stroke", paint.line));
        LU_TRY(put_number(d, " stroke-width=\"", paint.width, "\""));
        if (paint.dash > 0) {
            LU_TRY(put_number(d, " stroke-dasharray=\"", paint.dash, "\""));
        }
    }
    return put(d, "/>\n");
}

static lu_err svg_path(lu_draw *d, const double *xy, size_t n, bool closed, lu_paint paint)
{
    LU_TRY(put(d, "<path d=\""));
    for (size_t i = 0; i < n; i++) {
        LU_TRY(put_number(d, i ? "L" : "M", xy[2 * i], ""));
        LU_TRY(put_number(d, " ", xy[2 * i + 1], ""));
    }
    LU_TRY(put(d, closed ? "Z\"" : "\""));
    return put_paint(d, paint);
}

static lu_err svg_circle(lu_draw *d, double x, double y, double radius, lu_paint paint)
{
    LU_TRY(put_number(d, "<circle cx=\"", x, "\""));
    LU_TRY(put_number(d, " cy=\"", y, "\""));
    LU_TRY(put_number(d, " r=\"", radius, "\""));
    return put_paint(d, paint);
}

static lu_err svg_text(lu_draw *d, double x, double y, lu_lettering how, const char *text)
{
    static const char *const anchor[] = {"start", "middle", "end"};
    svg *to = d->target;

    LU_TRY(put_number(d, "<text x=\"", x, "\""));
    LU_TRY(put_number(d, " y=\"", y, "\""));
    LU_TRY(put_number(d, " font-size=\"", how.size, "\""));
    LU_TRY(put_rgb(d, "fill", how.rgb));
    if (how.face == LU_FACE_SANS) {
        LU_TRY(put(d, " font-family=\"'DejaVu Sans',sans-serif\""));
    }
    if (how.bold) {
        LU_TRY(put(d, " font-weight=\"bold\""));
    }
    if (how.align != LU_ALIGN_LEFT) {
        LU_TRY(lu_buf_print(&to->text, " text-anchor=\"%s\"", anchor[how.align]));
    }
    if (how.advance > 0) {
        LU_TRY(put_number(d, " textLength=\"", how.advance * lu_columns(text), "\""));
    }
    LU_TRY(put(d, ">"));
    LU_TRY(put_escaped(d, text));
    return put(d, "</text>\n");
}

static lu_err put_pixels(lu_draw *d, lu_rect area, const lu_picture *p)
{
    svg *to = d->target;

    LU_TRY(put_number(d, "<g shape-rendering=\"crispEdges\" transform=\"translate(", area.x, ""));
    LU_TRY(put_number(d, " ", area.y, ") "));
    LU_TRY(put_ratio(d, "scale(", area.width / (double)p->width, ""));
    LU_TRY(put_ratio(d, " ", area.height / (double)p->height, ")\">\n"));
    LU_TRY(lu_svg_pixels(p, &to->text));
    return put(d, "</g>\n");
}

static lu_err svg_image(lu_draw *d, lu_rect area, const lu_picture *p)
{
    svg *to = d->target;

    if (p->width * p->height <= LU_SVG_PIXELS_MAX) {
        return put_pixels(d, area, p);
    }
    LU_TRY(put_number(d, "<image x=\"", area.x, "\""));
    LU_TRY(put_number(d, " y=\"", area.y, "\""));
    LU_TRY(put_number(d, " width=\"", area.width, "\""));
    LU_TRY(put_number(d, " height=\"", area.height, "\""));
    LU_TRY(put(d, " preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\""
                  " style=\"image-rendering:pixelated\" xlink:href=\""));
    LU_TRY(lu_svg_data(p, &to->text));
    return put(d, "\"/>\n");
}

static lu_err svg_end(lu_draw *d, bool failed)
{
    svg *to = d->target;
    lu_err err = failed ? LU_OK : put(d, "</svg>\n");

    if (!failed && !err) {
        err = lu_buf_add(to->out, to->text.data, to->text.len);
    }
    lu_buf_fini(&to->text);
    free(to);
    d->target = NULL;
    return err;
}

static lu_err put_head(lu_draw *d, const char *title)
{
    lu_rect all = {0, 0, d->width, d->height};

    LU_TRY(put(d, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<svg xmlns=\"http://www.w3.org/2000/svg\""
                  " xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" role=\"img\""
                  " font-family=\"'DejaVu Sans Mono',monospace\" stroke-linejoin=\"round\" "
                  "xml:space=\"preserve\""));
    LU_TRY(put_number(d, " width=\"", d->width, "\""));
    LU_TRY(put_number(d, " height=\"", d->height, "\""));
    LU_TRY(put_number(d, " viewBox=\"0 0 ", d->width, ""));
    LU_TRY(put_number(d, " ", d->height, "\">\n<title>"));
    for (uint32_t code; (code = lu_utf8_next(&title)) != 0;) {
        char bytes[LU_UTF8_MAX];

        lu_utf8_put(code, bytes);
        LU_TRY(put_escaped(d, bytes));
    }
    LU_TRY(put(d, "</title>\n"));
    lu_draw_rect(d, all, lu_draw_fill(d, LU_INK_PAPER));
    return d->err;
}

lu_err lu_out_svg_begin(lu_draw *d, double width, double height, lu_theme theme, const char *title,
                        lu_buf *out)
{
    static const lu_draw_device device = {svg_path, svg_circle, svg_text, svg_image, NULL, svg_end};
    svg *to;

    *d = (lu_draw){.width = width, .height = height, .theme = theme};
    if (!(width > 0 && height > 0 && isfinite(width) && isfinite(height))) {
        return d->err = lu_fail(LU_ERR_INPUT, "a drawing needs a width and a height");
    }
    d->err = LU_NEW(to, 1);
    if (d->err == LU_OK) {
        to->out = out;
        d->target = to;
        d->device = &device;
        d->err = put_head(d, title);
    }
    return d->err;
}

lu_err lu_out_screen_svg(const lu_cells *cells, lu_theme theme, const char *title, lu_buf *out)
{
    enum { CELL_WIDTH = 8, CELL_HEIGHT = 16 };
    lu_draw d;

    if (lu_out_svg_begin(&d, cells->width * CELL_WIDTH, cells->height * CELL_HEIGHT, theme, title,
                         out) == LU_OK) {
        lu_draw_cells(&d, cells, CELL_WIDTH, CELL_HEIGHT);
    }
    return lu_draw_end(&d);
}
