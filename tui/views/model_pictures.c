/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/model_pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAST_COLUMNS = 16, /* of a picture, for its caption */
    ZOOM_MAX = 16
};

static lu_pixels pixels_for(const lu_app *a)
{
    bool plain = a->options.glyphs == LU_GLYPHS_ASCII || a->options.colours == LU_COLOURS_NONE ||
                 a->options.theme == LU_THEME_MONO;

    return plain ? LU_PIXELS_RAMP : LU_PIXELS_HALF;
}

/* --- how large --- */

static lu_picture_plan at_zoom(lu_shape shape, lu_pixels how, int zoom)
{
    lu_picture frame = {.width = shape.w, .height = shape.h};
    lu_picture_plan p = {.zoom = zoom, .how = how};

    lu_picture_size(&frame, how, zoom, &p.width, &p.height);
    p.width = p.width < LEAST_COLUMNS ? LEAST_COLUMNS : p.width;
    return p;
}

int lu_pictures_columns(const lu_picture_plan *plan)
{
    return plan->count * (plan->width + LU_PICTURE_GAP) - (plan->count > 0) * LU_PICTURE_GAP;
}

lu_picture_plan lu_pictures_plan(const lu_app *a, lu_shape shape, int width, int height)
{
    lu_pixels how = pixels_for(a);
    lu_picture_plan p = {.how = how};

    if (width < 4 || height < 3) {
        return p;
    }
    for (int zoom = a->zoom < 1 ? 1 : a->zoom; zoom > 0; zoom--) {
        p = at_zoom(shape, how, zoom);
        if (p.height <= height - 1 && p.width <= width) {
            p.count = (width + LU_PICTURE_GAP) / (p.width + LU_PICTURE_GAP);
            p.count = p.count > LU_PICTURES ? LU_PICTURES : p.count;
            return p;
        }
    }
    p = (lu_picture_plan){.how = how, .height = height - 1};
    p.count = width >= 2 * LEAST_COLUMNS + LU_PICTURE_GAP ? 2 : 1;
    p.width = (width - (p.count - 1) * LU_PICTURE_GAP) / p.count;
    return p;
}

/* --- drawing --- */

typedef enum part { PART_SEED, PART_TEST, PART_DIFFERENCE } part;

static lu_err picture_of(const lu_app *a, const lu_pair *p, part which, lu_picture *out)
{
    unsigned gain = a->gain < 1 ? 1 : (unsigned)a->gain;

    switch (which) {
    case PART_SEED: return lu_picture_sample(p->seeds, p->seed, out);
    case PART_TEST: return lu_picture_sample(p->tests, p->test, out);
    default:
        return lu_picture_difference(p->seeds, p->seed, p->tests, p->test, LU_DIFFERENCE_SIZE, gain,
                                     out);
    }
}

/* "difference ×5 zoom 2 clipped" */
static void caption(const lu_app *a, const lu_pair *p, part which, double zoom, bool clipped,
                    char *out, size_t size)
{
    char number[LU_NUMBER_MAX], scale[32] = "", name[64];

    if (zoom < 1) {
        snprintf(scale, sizeof scale, " fit %s×", lu_number_fixed(zoom, 2, number));
    } else if (zoom > 1) {
        snprintf(scale, sizeof scale, " zoom %.0f", zoom);
    }
    if (which == PART_DIFFERENCE) {
        snprintf(name, sizeof name, "difference ×%d", a->gain < 1 ? 1 : a->gain);
    } else {
        snprintf(name, sizeof name, "%s", which == PART_SEED ? p->seed_name : p->test_name);
    }
    snprintf(out, size, "%s%s%s", name, scale, clipped ? " clipped" : "");
}

static void put_picture(const lu_app *a, lu_pane pane, const lu_pair *p, part which,
                        const lu_picture_plan *plan)
{
    lu_pane below = lu_pane_sub(pane, 0, 1, pane.width, pane.height - 1);
    lu_picture picture = {0};
    char text[160];
    double zoom;

    if (picture_of(a, p, which, &picture)) {
        lu_put_paragraph(below, 0,
                         which == PART_DIFFERENCE ? "no difference: other shapes" : "no picture",
                         LU_INK_DIM);
        return;
    }
    zoom = lu_picture_cells(below, &picture, plan->how, (lu_picture_view){.zoom = plan->zoom});
    caption(a, p, which, zoom, picture.clipped, text, sizeof text);
    lu_pane_field(pane, 0, 0, pane.width, text, LU_INK_HEADER, LU_ALIGN_LEFT);
    lu_picture_fini(&picture);
}

void lu_put_pictures(const lu_app *a, lu_pane pane, const lu_pair *p, const lu_picture_plan *plan,
                     unsigned turn)
{
    unsigned first = plan->count == LU_PICTURES ? PART_SEED : (PART_TEST + turn) % LU_PICTURES;

    for (int i = 0; i < plan->count; i++) {
        lu_pane one =
            lu_pane_sub(pane, i * (plan->width + LU_PICTURE_GAP), 0, plan->width, plan->height + 1);

        put_picture(a, one, p, (part)((first + (unsigned)i) % LU_PICTURES), plan);
    }
}

/* --- commands --- */

static void set_gain(lu_app *a, const char *argument)
{
    char *end = NULL;
    long gain = argument[0] ? strtol(argument, &end, 10) : a->gain < 5 ? 5 : a->gain < 20 ? 20 : 1;

    if ((end != NULL && *end != '\0') || gain < 1 || gain > LU_GAIN_MAX) {
        lu_app_say(a, LU_INK_WARNING, "the difference is amplified by 1 to %d", LU_GAIN_MAX);
        return;
    }
    a->gain = (int)gain;
    lu_app_say(a, LU_INK_TEXT, "difference ×%d", a->gain);
}

static void step_gain(lu_app *a, int by)
{
    char text[16];

    snprintf(text, sizeof text, "%d", a->gain + by);
    set_gain(a, text);
}

static void set_zoom(lu_app *a, int by)
{
    int zoom = a->zoom + by;

    a->zoom = zoom < 1 ? 1 : zoom > ZOOM_MAX ? ZOOM_MAX : zoom;
    lu_app_say(a, LU_INK_TEXT, "zoom %d, or as much of it as fits", a->zoom);
}

bool lu_pictures_command(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_GAIN: set_gain(a, arguments); return true;
    case LU_DO_GAIN_UP: step_gain(a, 1); return true;
    case LU_DO_GAIN_DOWN: step_gain(a, -1); return true;
    case LU_DO_ZOOM_IN: set_zoom(a, 1); return true;
    case LU_DO_ZOOM_OUT: set_zoom(a, -1); return true;
    default: return false;
    }
}

/* --- how far apart --- */

static double value_at(const lu_samples *s, size_t at)
{
    return s->values != NULL ? (double)s->values[at] : s->bytes[at] / 255.0;
}

static lu_err save_part(const lu_app *a, const lu_pair *p, part which, const char *path)
{
    lu_buf png = LU_BUF_INIT;
    lu_picture picture = {0};
    lu_err err = picture_of(a, p, which, &picture);

    if (!err) {
        err = lu_out_png(&picture, &png);
    }
    if (!err) {
        err = lu_file_save(path, &png);
    }
    lu_buf_fini(&png);
    lu_picture_fini(&picture);
    return lu_within(err, "%s", path);
}

lu_err lu_pictures_save(const lu_app *a, const lu_pair *p, const char *folder, const char *stem)
{
    char ends[LU_PICTURES][32], path[LU_PATH_MAX];

    snprintf(ends[PART_SEED], sizeof ends[0], "%s", p->ends[0] ? p->ends[0] : "seed");
    snprintf(ends[PART_TEST], sizeof ends[0], "%s", p->ends[1] ? p->ends[1] : "test");
    snprintf(ends[PART_DIFFERENCE], sizeof ends[0], "difference-x%d", a->gain);
    for (int i = 0; i < LU_PICTURES; i++) {
        snprintf(path, sizeof path, "%s%s%s-%s.png", folder, folder[0] ? "/" : "", stem, ends[i]);
        LU_TRY(save_part(a, p, (part)i, path));
    }
    return LU_OK;
}

bool lu_pair_change(const lu_pair *p, lu_change_size *out)
{
    size_t size = lu_shape_size(p->tests->shape);

    *out = (lu_change_size){.pixels = size};
    if (!lu_shape_equal(p->seeds->shape, p->tests->shape) || p->seed >= p->seeds->n ||
        p->test >= p->tests->n || (p->seeds->values == NULL && p->seeds->bytes == NULL) ||
        (p->tests->values == NULL && p->tests->bytes == NULL)) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        double d =
            fabs(value_at(p->tests, p->test * size + i) - value_at(p->seeds, p->seed * size + i));

        out->linf = fmax(out->linf, d);
        out->l2 += d * d;
        out->l0 += d > 0;
    }
    out->l2 = sqrt(out->l2);
    return true;
}
