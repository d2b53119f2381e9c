/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contact sheet of keys, drawn: a head, then fields of three pictures and three lines. */
#include "sessions/watermark/sheet.h"

#include <math.h>
#include <stdio.h>

/* Units; a PDF's are points. */
enum {
    SIDE = 84, /* of a picture at most, unless its pixels need more */
    GAP = 4,
    LINE = 11,
    LETTERS = 8,
    FIELD_WIDTH = 3 * SIDE + 2 * GAP,
    FIELD_HEIGHT = SIDE + 3 * LINE + 10,
    BETWEEN = 18,
    MARGIN = 28,
    HEAD = 58,
    PAGE_WIDTH = 595, /* A4 */
    PAGE_HEIGHT = 842,
    WORDS = 256
};

lu_err lu_key_picture(const lu_bundle *b, size_t key, lu_key_part part, unsigned gain,
                      lu_picture *out)
{
    const lu_samples *covers = &b->covers.samples, *keys = &b->keys.samples;

    switch (part) {
    case LU_KEY_COVER: return lu_picture_sample(covers, key, out);
    case LU_KEY_KEY: return lu_picture_sample(keys, key, out);
    default: return lu_picture_difference(covers, key, keys, key, LU_DIFFERENCE_SIZE, gain, out);
    }
}

/* --- one key --- */

/* Pixels are squares of a whole number of units, as far as the pictures are smaller than SIDE. */
static double unit_of(const lu_picture *p)
{
    double most = (double)(p->width > p->height ? p->width : p->height);

    return most <= SIDE ? floor(SIDE / most) : SIDE / most;
}

/* Where things are drawn: units from (x, y), each so large. */
typedef struct place {
    double x, y, unit;
} place;

static place beside(place at, double x, double y)
{
    return (place){at.x + x * at.unit, at.y + y * at.unit, at.unit};
}

static void draw_part(lu_draw *d, const lu_key_sheet *s, size_t key, lu_key_part part, place at)
{
    lu_picture p = {0};
    lu_rect area = {at.x, at.y, 0, 0};
    lu_err err = lu_key_picture(s->bundle, key, part, s->gain, &p);

    if (err) {
        d->err = d->err ? d->err : err;
        return;
    }
    area.width = at.unit * unit_of(&p) * (double)p.width;
    area.height = at.unit * unit_of(&p) * (double)p.height;
    lu_draw_image(d, area, &p);
    lu_draw_rect(d, area, lu_draw_stroke(d, LU_INK_GRID, 0.4, 0));
    lu_picture_fini(&p);
}

static void say(lu_draw *d, place at, lu_ink ink, const char *text)
{
    lu_draw_text(d, at.x, at.y, lu_draw_letters(d, ink, LETTERS * at.unit, LU_ALIGN_LEFT), text);
}

static void draw_words(lu_draw *d, const lu_key_sheet *s, size_t key, place at)
{
    const lu_bundle *b = s->bundle;
    const lu_likeness *like = &s->like[key];
    char text[WORDS], psnr[LU_NUMBER_MAX], ssim[LU_NUMBER_MAX], mean[LU_NUMBER_MAX];

    snprintf(text, sizeof text, "key %zu of sample %zu, true label %d", key, b->cover[key],
             (int)b->covers.samples.labels[key]);
    say(d, at, LU_INK_TEXT, text);
    snprintf(text, sizeof text, "PSNR %s dB, SSIM %s, mean %s, most %u levels",
             lu_number_fixed(like->psnr, 1, psnr), lu_number_fixed(like->ssim, 3, ssim),
             lu_number_fixed(like->mean, 1, mean), like->most);
    say(d, beside(at, 0, LINE), LU_INK_TEXT, text);
    if (s->answer == NULL) {
        snprintf(text, sizeof text, "expected label %d", (int)b->label[key]);
        say(d, beside(at, 0, 2 * LINE), LU_INK_TEXT, text);
    } else {
        bool hit = s->answer[key] == b->label[key];
        snprintf(text, sizeof text, "expected %d, answered %d: %s", (int)b->label[key],
                 (int)s->answer[key], hit ? "hit" : "missed");
        say(d, beside(at, 0, 2 * LINE), hit ? LU_INK_COPY : LU_INK_NOT_COPY, text);
    }
}

static void draw_key(lu_draw *d, const lu_key_sheet *s, size_t key, place at)
{
    for (int part = 0; part < LU_KEY_PARTS; part++) {
        draw_part(d, s, key, (lu_key_part)part, beside(at, part * (SIDE + GAP), 0));
    }
    draw_words(d, s, key, beside(at, 0, SIDE + LINE));
}

/* --- the sheet --- */

static void draw_head(lu_draw *d, const lu_key_sheet *s)
{
    const lu_bundle *b = s->bundle;
    char text[WORDS + LU_BUNDLE_PATH], p[LU_NUMBER_MAX];
    lu_lettering title = lu_draw_letters(d, LU_INK_TITLE, 12, LU_ALIGN_LEFT);

    title.bold = true;
    snprintf(text, sizeof text, "Key samples: original, key, difference x%u", s->gain);
    lu_draw_text(d, MARGIN, MARGIN + 10, title, text);
    if (s->answer == NULL) {
        snprintf(text, sizeof text, "%zu of %zu keys", s->n, b->n);
    } else {
        snprintf(text, sizeof text, "%zu of %zu keys. %s gives %zu of %zu the expected label, p %s",
                 s->n, b->n, s->name, s->matches, b->n, lu_number(s->p, p));
    }
    say(d, (place){MARGIN, MARGIN + 24, 1}, LU_INK_TEXT, text);
    snprintf(text, sizeof text, "%s%s",
             b->seal.hex[0] ? "committed: SHA-256 of the list of files " : "not committed",
             b->seal.hex);
    say(d, (place){MARGIN, MARGIN + 36, 1}, LU_INK_DIM, text);
}

/* `rows` rows of `columns` from the first-th on. */
static void draw_fields(lu_draw *d, const lu_key_sheet *s, size_t first, size_t columns,
                        size_t rows, place at)
{
    for (size_t i = 0; i < columns * rows && first + i < s->n; i++) {
        draw_key(d, s, s->key[first + i],
                 beside(at, (double)(i % columns) * (FIELD_WIDTH + BETWEEN),
                        (double)(i / columns) * FIELD_HEIGHT));
    }
}

static const place below_head = {MARGIN, MARGIN + HEAD, 1};

size_t lu_key_some(size_t n, size_t most, size_t *at)
{
    size_t some = n < most ? n : most;

    for (size_t i = 0; i < some; i++) {
        at[i] = i * n / some;
    }
    return some;
}

static size_t rows_of(const lu_key_sheet *s, size_t columns)
{
    return (s->n + columns - 1) / columns;
}

void lu_key_fields_size(const lu_key_sheet *s, size_t columns, double *width, double *height)
{
    *width = (double)columns * (FIELD_WIDTH + BETWEEN) - BETWEEN;
    *height = (double)rows_of(s, columns) * FIELD_HEIGHT;
}

void lu_key_fields_draw(lu_draw *d, lu_rect area, const lu_key_sheet *s, size_t columns)
{
    double width, height;
    place at = {area.x, area.y, 1};

    lu_key_fields_size(s, columns, &width, &height);
    at.unit = fmin(fmin(area.width / width, area.height / height), 1);
    draw_fields(d, s, 0, columns, rows_of(s, columns), at);
}

/* All on one sheet about as high as wide. */
typedef struct size {
    size_t columns, rows;
    double width, height;
} size;

static size size_of(const lu_key_sheet *s)
{
    double wish = sqrt((double)s->n * FIELD_HEIGHT / (FIELD_WIDTH + BETWEEN));
    size z = {.columns = wish > 2 ? (size_t)ceil(wish) : 2};

    z.rows = (s->n + z.columns - 1) / z.columns;
    z.width = 2 * MARGIN + (double)z.columns * (FIELD_WIDTH + BETWEEN) - BETWEEN;
    z.height = 2 * MARGIN + HEAD + (double)z.rows * FIELD_HEIGHT;
    return z;
}

static lu_err draw_all(lu_draw *d, const lu_key_sheet *s, size z)
{
    draw_head(d, s);
    draw_fields(d, s, 0, z.columns, z.rows, below_head);
    return lu_draw_end(d);
}

lu_err lu_key_sheet_svg(const lu_key_sheet *s, lu_buf *out)
{
    size z = size_of(s);
    lu_draw d;

    (void)lu_out_svg_begin(&d, z.width, z.height, LU_THEME_LIGHT, "Key samples", out);
    return draw_all(&d, s, z);
}

/* A picture's pixel is at least one of the sheet's. */
lu_err lu_key_sheet_png(const lu_key_sheet *s, lu_buf *out)
{
    lu_shape shape = s->bundle->shape;
    size_t most = shape.w > shape.h ? shape.w : shape.h;
    size z = size_of(s);
    lu_draw d;

    (void)lu_out_png_begin(&d, z.width, z.height, most > 2 * SIDE ? ceil((double)most / SIDE) : 2,
                           LU_THEME_LIGHT, out);
    return draw_all(&d, s, z);
}

lu_err lu_key_sheet_pdf(const lu_key_sheet *s, const char *date, lu_buf *out)
{
    const size_t columns = 2, rows = (PAGE_HEIGHT - 2 * MARGIN - HEAD) / FIELD_HEIGHT;
    lu_draw d;

    (void)lu_out_pdf_begin(&d, PAGE_WIDTH, PAGE_HEIGHT, LU_THEME_LIGHT, "Key samples", date, out);
    for (size_t first = 0; first < s->n; first += columns * rows) {
        if (first > 0) {
            lu_out_pdf_page(&d);
        }
        draw_head(&d, s);
        draw_fields(&d, s, first, columns, rows, below_head);
    }
    return lu_draw_end(&d);
}
