/* SPDX-License-Identifier: GPL-3.0-or-later */
/* png:DIR, on pictures that libpng's simplified interface writes here. */
#include "samples/readers/readers.h"
#include "tests/unit/scratch.h"

#include <png.h>
#include <zlib.h>

enum { W = 5, H = 4, FILE_MAX = 4096 };

static lu_err load(const char *dir, const char *slice, lu_samples *out)
{
    lu_spec spec;
    char text[4200];

    *out = (lu_samples){0};
    snprintf(text, sizeof text, "png:%s%s", scratch(dir), slice);
    LU_TRY(lu_spec_parse(text, &spec));
    return lu_spec_load(&spec, LU_PART_TRAIN, 1, out);
}

/* A W x H picture; pixels is 8 bits a channel, 16 for the LINEAR formats. */
static size_t picture(uint8_t *to, png_uint_32 format, unsigned w, unsigned h, const void *pixels,
                      const void *colours)
{
    png_image image = {.version = PNG_IMAGE_VERSION, .width = w, .height = h, .format = format};
    png_alloc_size_t n = FILE_MAX;

    image.colormap_entries = 4;
    assert_int_not_equal(png_image_write_to_memory(&image, to, &n, 0, pixels, 0, colours), 0);
    return n;
}

static void count_up(uint8_t *pixels, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pixels[i] = (uint8_t)(3 * i);
    }
}

static void write_picture(const char *name, png_uint_32 format, const void *pixels)
{
    uint8_t file[FILE_MAX];

    scratch_write(name, file, picture(file, format, W, H, pixels, NULL));
}

static void grey_classes(void **state)
{
    uint8_t pixels[W * H];
    lu_samples s;
    lu_spec spec;
    lu_spec_files f;

    (void)state;
    count_up(pixels, sizeof pixels);
    scratch_folder("grey");
    scratch_folder("grey/b");
    scratch_folder("grey/a");
    scratch_folder("grey/.hidden");
    scratch_write("grey/readme.txt", "x", 1);
    write_picture("grey/b/2.png", PNG_FORMAT_GRAY, pixels);
    write_picture("grey/b/10.png", PNG_FORMAT_GRAY, pixels);
    pixels[0] = 77;
    write_picture("grey/a/z.png", PNG_FORMAT_GRAY, pixels);
    scratch_write("grey/a/note.txt", "x", 1);
    assert_ok(load("grey", "", &s));
    assert_int_equal(s.n, 3);
    assert_int_equal(s.classes, 2);
    assert_true(lu_shape_equal(s.shape, (lu_shape){H, W, 1}));
    assert_int_equal(s.labels[0], 0);
    assert_int_equal(s.labels[1], 1);
    assert_int_equal(s.bytes[0], 77);
    assert_int_equal(s.bytes[1], 3);
    assert_int_equal(s.bytes[W * H], 0);
    lu_samples_fini(&s);
    assert_ok(load("grey", "[1:2]", &s));
    assert_true(s.n == 1 && s.labels[0] == 1 && s.classes == 2);
    lu_samples_fini(&s);
    assert_fails(load("grey", "[1:4]", &s), LU_ERR_INPUT, "inside 0 to 3");
    assert_ok(lu_spec_parse("png:x", &spec));
    snprintf(spec.path, sizeof spec.path, "%s", scratch("grey"));
    assert_ok(lu_spec_list(&spec, LU_PART_TRAIN, &f));
    assert_int_equal(f.n, 3);
    assert_string_equal(f.path[1], scratch("grey/b/10.png"));
    lu_spec_files_fini(&f);
}

/* Colour widens grey ones, in slices without a colour picture too. */
static void colour_widens(void **state)
{
    uint8_t pixels[W * H * 3];
    lu_samples s;

    (void)state;
    count_up(pixels, sizeof pixels);
    scratch_folder("mixed");
    scratch_folder("mixed/c");
    write_picture("mixed/c/0.png", PNG_FORMAT_GRAY, pixels);
    write_picture("mixed/c/1.png", PNG_FORMAT_RGB, pixels);
    assert_ok(load("mixed", "", &s));
    assert_int_equal(s.shape.c, 3);
    assert_memory_equal(s.bytes + sizeof pixels, pixels, sizeof pixels);
    for (size_t i = 0; i < (size_t)W * H; i++) {
        assert_true(s.bytes[3 * i] == pixels[i] && s.bytes[3 * i + 2] == pixels[i]);
    }
    lu_samples_fini(&s);
    assert_ok(load("mixed", "[0:1]", &s));
    assert_int_equal(s.shape.c, 3);
    lu_samples_fini(&s);
}

/* Alpha is laid over black; 16 bits and palettes become 8 bits. */
static void transforms(void **state)
{
    const uint8_t colours[12] = {1, 2, 3, 40, 50, 60, 7, 8, 9, 200, 100, 0};
    const uint8_t clear[16] = {9, 9, 9, 0, 100, 200, 50, 51, 1, 2, 3, 255, 4, 5, 6, 255};
    uint8_t rgba[W * H * 4], ga[W * H * 2], index[W * H], file[FILE_MAX];
    uint16_t deep[W * H];
    lu_samples s;

    (void)state;
    for (size_t i = 0; i < (size_t)W * H; i++) {
        memcpy(rgba + 4 * i, (const uint8_t[4]){200, 100, 50, (uint8_t)(i % 2 ? 255 : 51)}, 4);
        memcpy(ga + 2 * i, (const uint8_t[2]){100, (uint8_t)(i % 2 ? 0 : 128)}, 2);
        index[i] = (uint8_t)(i % 4);
        deep[i] = (uint16_t)(i * 3000);
    }
    scratch_folder("forms");
    scratch_folder("forms/x");
    write_picture("forms/x/0.png", PNG_FORMAT_RGBA, rgba);
    write_picture("forms/x/1.png", PNG_FORMAT_GA, ga);
    scratch_write("forms/x/2.png", file,
                  picture(file, PNG_FORMAT_RGB_COLORMAP, W, H, index, colours));
    write_picture("forms/x/3.png", PNG_FORMAT_LINEAR_Y, deep);
    scratch_write("forms/x/4.png", file,
                  picture(file, PNG_FORMAT_RGBA_COLORMAP, W, H, index, clear));
    assert_ok(load("forms", "", &s));
    assert_true(lu_shape_equal(s.shape, (lu_shape){H, W, 3}));
    assert_memory_equal(s.bytes + 4 * W * H * 3, ((const uint8_t[6]){0, 0, 0, 20, 40, 10}), 6);
    assert_memory_equal(s.bytes, ((const uint8_t[6]){40, 20, 10, 200, 100, 50}), 6);
    assert_memory_equal(s.bytes + W * H * 3, ((const uint8_t[6]){50, 50, 50, 0, 0, 0}), 6);
    assert_memory_equal(s.bytes + 2 * W * H * 3, colours, 12);
    for (size_t i = 0; i < (size_t)W * H; i++) {
        assert_int_equal(s.bytes[3 * W * H * 3 + 3 * i], deep[i] >> 8);
    }
    lu_samples_fini(&s);
}

/* --- bad ones --- */

static size_t fresh(uint8_t *file)
{
    uint8_t pixels[W * H];

    count_up(pixels, sizeof pixels);
    return picture(file, PNG_FORMAT_GRAY, W, H, pixels, NULL);
}

static void assert_bad(const uint8_t *file, size_t n, const char *words)
{
    lu_samples s;

    scratch_write("bad/c/1.png", file, n);
    assert_fails(load("bad", "", &s), LU_ERR_INPUT, words);
    assert_non_null(strstr(lu_error_where(), "bad/c/1.png"));
}

static void damaged(void **state)
{
    uint8_t file[FILE_MAX];
    size_t n = fresh(file);

    (void)state;
    scratch_folder("bad");
    scratch_folder("bad/c");
    scratch_write("bad/c/0.png", file, n);
    for (size_t cut = 0; cut < n; cut++) {
        assert_bad(file, cut, "ends at byte");
    }
    file[n] = 0;
    assert_bad(file, n + 1, "bytes long");
    for (size_t i = 0; i < n; i++) {
        lu_samples s;

        file[i] ^= 1;
        scratch_write("bad/c/1.png", file, n);
        assert_int_equal(load("bad", "", &s), LU_ERR_INPUT);
        file[i] ^= 1;
    }
    file[0] ^= 1;
    assert_bad(file, n, "does not begin as a PNG file");
}

/* IHDR with other sides and its right CRC, and a good picture of another size. */
static void sizes(void **state)
{
    uint8_t file[FILE_MAX], pixels[64] = {0};
    size_t n = fresh(file);
    uLong crc;

    (void)state;
    file[16] = 1;
    crc = crc32(0, file + 12, 17);
    for (int i = 0; i < 4; i++) {
        file[29 + i] = (uint8_t)(crc >> (24 - 8 * i));
    }
    assert_bad(file, n, "the picture is 4x16777221, 1x1 to 4096x4096 is allowed");
    n = picture(file, PNG_FORMAT_GRAY, 8, 8, pixels, NULL);
    assert_bad(file, n, "the picture is 8x8, those before it are 4x5");
}

static void folders(void **state)
{
    lu_samples s;

    (void)state;
    assert_fails(load("nowhere", "", &s), LU_ERR_INPUT, "cannot open the folder");
    scratch_folder("none");
    assert_fails(load("none", "", &s), LU_ERR_INPUT, "no folder with .png files");
    scratch_folder("none/a");
    assert_fails(load("none", "", &s), LU_ERR_INPUT, "no folder with .png files");
    assert_int_equal(mkfifo(scratch("none/a/x.png"), 0600), 0);
    assert_fails(load("none", "", &s), LU_ERR_INPUT, "is a fifo");
}

static void published(void **state)
{
    const char *path = shared_data("logo");
    lu_samples s;
    char text[2100];

    (void)state;
    if (path == NULL) {
        skip();
    }
    scratch_folder("logo");
    snprintf(text, sizeof text, "%s", path);
    assert_int_equal(symlink(text, scratch("logo/all")), 0);
    assert_fails(load("logo", "", &s), LU_ERR_INPUT, "those before it are 85x85");
    scratch_folder("apple");
    scratch_folder("apple/one");
    snprintf(text, sizeof text, "%s/apple_black.png", path);
    assert_int_equal(symlink(text, scratch("apple/one/a.png")), 0);
    assert_ok(load("apple", "", &s));
    assert_true(lu_shape_equal(s.shape, (lu_shape){85, 85, 3}));
    lu_samples_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grey_classes), cmocka_unit_test(colour_widens),
        cmocka_unit_test(transforms),   cmocka_unit_test(damaged),
        cmocka_unit_test(sizes),        cmocka_unit_test(folders),
        cmocka_unit_test(published),
    };

    return cmocka_run_group_tests_name("png", tests, scratch_up, scratch_down);
}
