/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of tests: the seed, the test made of it, and the difference. */
#include "sessions/export/figures.h"

#include <math.h>
#include <stdio.h>

enum {
    SHOWN = 6,    /* tests at most */
    MARGIN = 82,  /* left, for what a row shows */
    ROOM = 400,   /* right of it */
    FIELD = 64,   /* a picture's side is near it */
    GAP = 3,      /* between pictures, at least */
    CAPTION = 14, /* below the columns */
    ROWS = 3
};

/* The tests that are shown, of whichever kind. */
typedef struct selection {
    const lu_samples *seeds, *tests;
    size_t n;
    size_t seed[SHOWN], test[SHOWN];
    char caption[SHOWN][32];
} selection;

static void add(selection *s, size_t seed, size_t test)
{
    if (s->n < SHOWN && seed < s->seeds->n && test < s->tests->n) {
        s->seed[s->n] = seed;
        s->test[s->n++] = test;
    }
}

/* Spread evenly over all tests. */
static void select_blackbox(const lu_look *look, selection *s)
{
    const lu_blackbox *b = &look->blackbox;
    size_t n = b->tests.n < SHOWN ? b->tests.n : SHOWN;

    *s = (selection){.seeds = &look->seed_images.samples, .tests = &b->tests};
    for (size_t i = 0; i < n; i++) {
        size_t test = i * b->tests.n / n;

        snprintf(s->caption[s->n], sizeof *s->caption, "label %d",
                 b->tests.labels ? b->tests.labels[test] : -1);
        add(s, b->seed[test], test);
    }
}

/* Tests of neurons spread evenly over the first layer that has any, each from another seed. */
static void select_whitebox(const lu_look *look, selection *s)
{
    size_t l = 0;

    while (l + 1 < look->whitebox.layers && look->whitebox.layer[l].tests.n == 0) {
        l++;
    }
    const lu_whitebox *w = &look->whitebox.layer[l];
    size_t step = w->neurons > SHOWN ? w->neurons / SHOWN : 1;

    *s = (selection){.seeds = &look->seed_images.samples, .tests = &w->tests};
    for (size_t i = 0; i < w->neurons && s->n < SHOWN; i += step) {
        size_t of = w->start[i + 1] - w->start[i];
        size_t test = w->start[i] + s->n * of / SHOWN;

        if (of > 0) {
            snprintf(s->caption[s->n], sizeof *s->caption, "neuron %d", w->neuron[i]);
            add(s, w->seed[test], test);
        }
    }
}

static void select_tests(const lu_look *look, bool whitebox, selection *s)
{
    (whitebox ? select_whitebox : select_blackbox)(look, s);
}

/* --- how much they differ --- */

static double value_at(const lu_samples *s, size_t at)
{
    return s->values != NULL ? (double)s->values[at] : s->bytes[at] / 255.0;
}

static double largest_difference(const selection *s)
{
    size_t size = lu_shape_size(s->tests->shape);
    double most = 0;

    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < size; k++) {
            most = fmax(most, fabs(value_at(s->tests, s->test[i] * size + k) -
                                   value_at(s->seeds, s->seed[i] * size + k)));
        }
    }
    return most;
}

static unsigned gain_of(const selection *s)
{
    static const unsigned gains[] = {50, 20, 10, 5, 2, 1};
    static const double ROUNDING = 1e-4; /* 0.1 in floats is a little more than 0.1 */
    double most = largest_difference(s);
    size_t i = 0;

    while (gains[i] > 1 && most * gains[i] > 1 + ROUNDING) {
        i++;
    }
    return gains[i];
}

unsigned lu_figure_tests_gain(const lu_look *look, bool whitebox)
{
    selection s;

    select_tests(look, whitebox, &s);
    return gain_of(&s);
}

/* --- drawing --- */

/* A picture's side such that at PNG_SCALE 2 every pixel is a whole number of pixels. */
static double unit_of(size_t side)
{
    double twice = floor(2.0 * FIELD / (double)side);

    return fmin((twice < 1 ? 1 : twice) / 2, (double)ROOM / (double)side);
}

static size_t columns_of(const selection *s)
{
    double field = unit_of(s->tests->shape.w) * (double)s->tests->shape.w + GAP;
    size_t fit = (size_t)fmax(1, floor(ROOM / field));

    return s->n < fit ? s->n : fit;
}

static lu_err picture_of(const selection *s, size_t i, int row, unsigned gain, lu_picture *out)
{
    switch (row) {
    case 0: return lu_picture_sample(s->seeds, s->seed[i], out);
    case 1: return lu_picture_sample(s->tests, s->test[i], out);
    default:
        return lu_picture_difference(s->seeds, s->seed[i], s->tests, s->test[i], LU_DIFFERENCE_SIZE,
                                     gain, out);
    }
}

static void draw_picture(lu_draw *d, lu_rect at, const selection *s, size_t i, int row,
                         unsigned gain)
{
    lu_picture p = {0};

    if (d->err == LU_OK) {
        d->err = picture_of(s, i, row, gain, &p);
    }
    lu_draw_image(d, at, &p);
    lu_picture_fini(&p);
}

/* Pictures keep their size whatever the area's: the figure's is made to measure. */
static void draw_selection(lu_draw *d, lu_rect area, const selection *s, double width)
{
    const double scale = area.width / width;
    lu_shape shape = s->tests->shape;
    double unit = unit_of(shape.w) * scale, gap = GAP * scale;
    lu_rect at = {.width = unit * (double)shape.w, .height = unit * (double)shape.h};
    lu_lettering small = lu_draw_letters(d, LU_INK_TEXT, 9 * scale, LU_ALIGN_LEFT);
    unsigned gain = gain_of(s);
    char label[ROWS][32] = {"seed", "test", ""};
    size_t n = columns_of(s);

    snprintf(label[2], sizeof label[2], "difference");
    for (int row = 0; row < ROWS; row++) {
        at.y = area.y + row * (at.height + gap);
        lu_draw_text(d, area.x, at.y + at.height / 2, small, label[row]);
        for (size_t i = 0; i < n; i++) {
            at.x = area.x + MARGIN * scale + (double)i * (at.width + gap);
            draw_picture(d, at, s, i, row, gain);
            if (row + 1 == ROWS) {
                lu_draw_text(d, at.x, at.y + at.height + 10 * scale, small, s->caption[i]);
            }
        }
    }
    snprintf(label[2], sizeof label[2], "times %u", gain);
    lu_draw_text(d, area.x, at.y + at.height / 2 + 11 * scale, small, label[2]);
}

static void draw_tests(lu_draw *d, lu_rect area, const lu_figure *f)
{
    selection s;

    select_tests(f->look, f->whitebox, &s);
    draw_selection(d, area, &s, f->width);
}

lu_figure lu_figure_tests(const lu_look *look, bool whitebox)
{
    lu_figure f = {.look = look, .whitebox = whitebox, .draw = draw_tests, .pixels = true};
    selection s;

    select_tests(look, whitebox, &s);
    snprintf(f.name, sizeof f.name, "tests-%sbox", whitebox ? "white" : "black");
    snprintf(f.title, sizeof f.title, "%s-box tests: seed, test and amplified difference",
             whitebox ? "White" : "Black");
    f.width = MARGIN +
              (double)columns_of(&s) * (unit_of(s.tests->shape.w) * (double)s.tests->shape.w + GAP);
    f.width = fmax(f.width, MARGIN + FIELD + GAP); /* room for a small picture's caption */
    f.height = ROWS * (unit_of(s.tests->shape.w) * (double)s.tests->shape.h + GAP) + CAPTION;
    return f;
}

bool lu_figure_tests_exist(const lu_look *look, bool whitebox)
{
    selection s;

    if (look == NULL || !look->any || (whitebox && look->whitebox.layers == 0)) {
        return false;
    }
    select_tests(look, whitebox, &s);
    return s.n > 0 && lu_shape_equal(s.tests->shape, s.seeds->shape);
}
