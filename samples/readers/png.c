/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder of folders of PNG files, or one file. Every header is read first (all pictures the same
 * size; one in colour makes the whole set colour), then the wanted pictures are decoded straight
 * into their places.
 */
#include "samples/readers/readers.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>
#include <sys/stat.h>

enum {
    FILE_BYTES_MAX = 256 << 20, /* 4096x4096 RGBA of 16 bits is 128 MB unpacked */
    CHUNK_BYTES_MAX = 8 << 20,
    CHUNKS_KEPT_MAX = 16,
    HEADER = 33,   /* signature, then the whole IHDR chunk */
    COLOUR_BIT = 2 /* of IHDR's colour type: PNG specification 11.2.2 */
};

typedef struct pictures {
    lu_spec_files files;
    int32_t *labels; /* one a file */
    size_t classes;
    lu_shape shape;
} pictures;

typedef struct decoder {
    png_structp png;
    png_infop info;
    lu_stream *in;
    png_bytep *rows;
    lu_err err; /* why libpng was made to stop */
} decoder;

static void pictures_fini(pictures *p)
{
    lu_spec_files_fini(&p->files);
    free(p->labels);
    *p = (pictures){0};
}

/* --- the list --- */

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_png(const char *path)
{
    size_t len = strlen(path);

    return len > 4 && strcmp(path + len - 4, ".png") == 0;
}

static lu_err add_class(const char *dir, int32_t label, pictures *p)
{
    size_t before = p->files.n;
    int32_t *labels;

    LU_TRY(lu_folder_list(dir, is_png, &p->files));
    labels = lu_resize(p->labels, p->files.n, sizeof *labels);
    if (labels == NULL) {
        return LU_ERR_MEMORY;
    }
    p->labels = labels;
    for (size_t i = before; i < p->files.n; i++) {
        labels[i] = label;
    }
    return LU_OK;
}

static lu_err list_classes(const char *dir, const lu_spec_files *folders, pictures *p)
{
    if (folders->n > LU_CLASSES_MAX) {
        return lu_within(lu_fail(LU_ERR_INPUT, "holds more than %d folders", LU_CLASSES_MAX), "%s",
                         dir);
    }
    p->classes = folders->n;
    for (size_t i = 0; i < folders->n; i++) {
        LU_TRY(add_class(folders->path[i], (int32_t)i, p));
    }
    if (p->files.n == 0) {
        return lu_within(lu_fail(LU_ERR_INPUT, "no folder with .png files is there"), "%s", dir);
    }
    return LU_OK;
}

/* A file in the folder's place: one picture, of class 0 of 2. */
static lu_err list_one(const char *path, pictures *p)
{
    p->classes = 2;
    LU_TRY(LU_NEW(p->labels, 1));
    return lu_files_add(&p->files, lu_strdup(path));
}

static lu_err list_pictures(const char *dir, pictures *p)
{
    lu_spec_files folders = {0};
    lu_err err;

    *p = (pictures){0};
    if (is_png(dir) && !is_folder(dir)) {
        err = list_one(dir, p);
        if (err) {
            pictures_fini(p);
        }
        return err;
    }
    err = lu_folder_list(dir, is_folder, &folders);
    if (!err) {
        err = list_classes(dir, &folders, p);
    }
    lu_spec_files_fini(&folders);
    if (err) {
        pictures_fini(p);
    }
    return err;
}

lu_err lu_png_list(const char *dir, lu_spec_files *files)
{
    pictures p;

    LU_TRY(list_pictures(dir, &p));
    *files = p.files;
    p.files = (lu_spec_files){0};
    pictures_fini(&p);
    return LU_OK;
}

/* --- the headers --- */

static size_t be32(const uint8_t *raw)
{
    return (size_t)raw[0] << 24 | (size_t)raw[1] << 16 | (size_t)raw[2] << 8 | raw[3];
}

static lu_err check_header(lu_stream *s, lu_shape *shape)
{
    static const uint8_t start[16] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                      0,    0,   0,   13,  'I',  'H',  'D',  'R'};
    uint8_t raw[HEADER];
    lu_shape own;

    LU_TRY(lu_stream_exact(s, raw, sizeof raw));
    if (memcmp(raw, start, sizeof start) != 0) {
        return lu_fail(LU_ERR_INPUT, "does not begin as a PNG file");
    }
    own = (lu_shape){be32(raw + 20), be32(raw + 16), (raw[25] & COLOUR_BIT) ? 3 : 1};
    if (own.h < 1 || own.w < 1 || own.h > LU_SIDE_MAX || own.w > LU_SIDE_MAX) {
        return lu_fail(LU_ERR_INPUT, "the picture is %zux%zu, 1x1 to %dx%d is allowed", own.h,
                       own.w, LU_SIDE_MAX, LU_SIDE_MAX);
    }
    if (shape->h != 0 && (own.h != shape->h || own.w != shape->w)) {
        return lu_fail(LU_ERR_INPUT, "the picture is %zux%zu, those before it are %zux%zu", own.h,
                       own.w, shape->h, shape->w);
    }
    own.c = own.c > shape->c ? own.c : shape->c;
    *shape = own;
    return LU_OK;
}

static lu_err check_headers(pictures *p)
{
    lu_stream *s;
    lu_err err;

    for (size_t i = 0; i < p->files.n; i++) {
        err = lu_stream_new(&s, p->files.path[i], FILE_BYTES_MAX);
        if (!err) {
            err = check_header(s, &p->shape);
        }
        lu_stream_free(&s);
        if (err) {
            return lu_within(err, "%s", p->files.path[i]);
        }
    }
    return LU_OK;
}

/* --- the pictures --- */

static void on_error(png_structp png, png_const_charp text)
{
    decoder *d = png_get_error_ptr(png);

    if (!d->err) {
        d->err = lu_fail(LU_ERR_INPUT, "damaged picture: %s", text);
    }
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    decoder *d = png_get_io_ptr(png);

    d->err = lu_stream_exact(d->in, to, n);
    if (d->err) {
        png_error(png, "");
    }
}

/* Chunks about anything but pixels are checked and left out, gamma too: alpha is laid over black as
   plain numbers. */
static void set_limits(png_structp png)
{
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_user_limits(png, LU_SIDE_MAX, LU_SIDE_MAX);
    png_set_chunk_malloc_max(png, CHUNK_BYTES_MAX);
    png_set_chunk_cache_max(png, CHUNKS_KEPT_MAX);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
}

/* Whatever is in the file becomes 8 bits, one or three channels, over black. */
static void set_transforms(decoder *d, size_t channels)
{
    png_color_16 black = {0};

    png_set_expand(d->png);
    png_set_strip_16(d->png);
    if ((png_get_color_type(d->png, d->info) & PNG_COLOR_MASK_ALPHA) ||
        png_get_valid(d->png, d->info, PNG_INFO_tRNS)) {
        png_set_background(d->png, &black, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    }
    if (channels == 3 && !(png_get_color_type(d->png, d->info) & PNG_COLOR_MASK_COLOR)) {
        png_set_gray_to_rgb(d->png);
    }
    (void)png_set_interlace_handling(d->png);
    png_read_update_info(d->png, d->info);
}

/* libpng leaves by longjmp; nothing here is changed after setjmp but through pointers. */
static lu_err run(decoder *d, lu_shape shape)
{
    if (setjmp(png_jmpbuf(d->png))) {
        return d->err;
    }
    set_limits(d->png);
    png_set_read_fn(d->png, d, on_read);
    png_read_info(d->png, d->info);
    set_transforms(d, shape.c);
    if (png_get_image_height(d->png, d->info) != shape.h ||
        png_get_image_width(d->png, d->info) != shape.w ||
        png_get_rowbytes(d->png, d->info) != shape.w * shape.c) {
        png_error(d->png, "it changed while it was read");
    }
    png_read_image(d->png, d->rows);
    png_read_end(d->png, NULL);
    return lu_stream_end(d->in);
}

static lu_err decode(lu_stream *in, lu_shape shape, uint8_t *to)
{
    decoder d = {.in = in};
    lu_err err = LU_NEW(d.rows, shape.h);

    if (!err) {
        d.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d, on_error, on_warning);
        d.info = d.png != NULL ? png_create_info_struct(d.png) : NULL;
        err = d.info != NULL ? LU_OK : lu_fail(LU_ERR_MEMORY, "out of memory for libpng");
    }
    for (size_t y = 0; !err && y < shape.h; y++) {
        d.rows[y] = to + y * shape.w * shape.c;
    }
    if (!err) {
        err = run(&d, shape);
    }
    png_destroy_read_struct(&d.png, &d.info, NULL);
    free(d.rows);
    return err;
}

static lu_err decode_all(const pictures *p, lu_range range, lu_samples *out)
{
    lu_stream *s;
    lu_err err = LU_OK;

    for (size_t i = range.from; !err && i < range.to; i++) {
        err = lu_stream_new(&s, p->files.path[i], FILE_BYTES_MAX);
        if (!err) {
            err = decode(s, p->shape, out->bytes + (i - range.from) * lu_shape_size(p->shape));
        }
        lu_stream_free(&s);
        out->labels[i - range.from] = p->labels[i];
        err = lu_within(err, "%s", p->files.path[i]);
    }
    return err;
}

static lu_err load(const char *dir, pictures *p, lu_range range, lu_samples *out)
{
    size_t all;

    LU_TRY(check_headers(p));
    LU_TRY(lu_within(lu_range_fit(&range, p->files.n), "%s", dir));
    if (!lu_mul(range.to - range.from, lu_shape_size(p->shape), &all) || all > LU_READ_LIMIT) {
        return lu_within(
            lu_fail(LU_ERR_INPUT, "the pictures take more than %zu bytes", LU_READ_LIMIT), "%s",
            dir);
    }
    LU_TRY(lu_samples_alloc(out, range.to - range.from, p->shape, p->classes, true));
    return decode_all(p, range, out);
}

lu_err lu_png_load(const char *dir, lu_range range, lu_samples *out)
{
    pictures p;
    lu_err err;

    *out = (lu_samples){0};
    LU_TRY(list_pictures(dir, &p));
    err = load(dir, &p, range, out);
    pictures_fini(&p);
    if (err) {
        lu_samples_fini(out);
    }
    return err;
}
