/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/out/out.h"

#include <png.h>
#include <setjmp.h>

/* What libpng's callbacks need: they may only jump, so failures are kept here. */
typedef struct png_sink {
    lu_buf bytes;
    lu_err err;
} png_sink;

static void write_bytes(png_structp png, png_bytep data, size_t len)
{
    png_sink *sink = png_get_io_ptr(png);

    sink->err = lu_buf_add(&sink->bytes, data, len);
    if (sink->err != LU_OK) {
        png_longjmp(png, 1);
    }
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static void on_error(png_structp png, png_const_charp text)
{
    png_sink *sink = png_get_error_ptr(png);

    sink->err = lu_fail(LU_ERR_INTERNAL, "libpng: %s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void write_picture(png_structp png, png_infop info, const lu_picture *p)
{
    if (setjmp(png_jmpbuf(png)) != 0) {
        return;
    }
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (size_t y = 0; y < p->height; y++) {
        png_write_row(png, p->rgb + 3 * y * p->width);
    }
    png_write_end(png, info);
}

lu_err lu_out_png(const lu_picture *p, lu_buf *out)
{
    png_sink sink = {LU_BUF_INIT, LU_OK};
    png_structp png;
    png_infop info = NULL;

    if (p->width == 0 || p->height == 0) {
        return lu_fail(LU_ERR_INPUT, "a picture without pixels cannot be a PNG file");
    }
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &sink, on_error, on_warning);
    if (png != NULL) {
        info = png_create_info_struct(png);
    }
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return lu_fail(LU_ERR_MEMORY, "out of memory for libpng");
    }
    png_set_write_fn(png, &sink, write_bytes, flush_nothing);
    write_picture(png, info, p);
    png_destroy_write_struct(&png, &info);
    if (sink.err == LU_OK) {
        sink.err = lu_buf_add(out, sink.bytes.data, sink.bytes.len);
    }
    lu_buf_fini(&sink.bytes);
    return sink.err;
}
