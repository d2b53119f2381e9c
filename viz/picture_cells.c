/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures as character cells. */
#include "viz/picture.h"

enum { UPPER_HALF = 0x2580, RAMP_COLUMNS = 2, HALF_ROWS = 2 };

/* A picture at the scale it is shown. */
typedef struct scaled {
    const lu_picture *picture;
    size_t left, top;     /* first pixel */
    size_t zoom;          /* >= 1; 0 = reduced */
    size_t width, height; /* shown, in pixels of the screen */
} scaled;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Everything at once: enlarged by a whole number, or reduced to fit room_x x room_y. */
static scaled fit(const lu_picture *p, size_t room_x, size_t room_y)
{
    scaled s = {.picture = p, .zoom = least(room_x / p->width, room_y / p->height)};

    if (s.zoom > 0) {
        s.width = p->width * s.zoom;
        s.height = p->height * s.zoom;
    } else if (room_x * p->height <= room_y * p->width) {
        s.width = room_x;
        s.height = p->height * room_x / p->width;
    } else {
        s.height = room_y;
        s.width = p->width * room_y / p->height;
    }
    s.width = s.width ? s.width : 1;
    s.height = s.height ? s.height : 1;
    return s;
}

static scaled exact(const lu_picture *p, lu_picture_view view, size_t room_x, size_t room_y)
{
    scaled s = {.picture = p,
                .left = least(view.left, p->width - 1),
                .top = least(view.top, p->height - 1),
                .zoom = (size_t)view.zoom};

    s.width = least((p->width - s.left) * s.zoom, room_x);
    s.height = least((p->height - s.top) * s.zoom, room_y);
    return s;
}

static uint32_t pixel(const scaled *s, size_t x, size_t y)
{
    const lu_picture *p = s->picture;

    if (s->zoom > 0) {
        return lu_picture_rgb(p, s->left + x / s->zoom, s->top + y / s->zoom);
    }
    return lu_picture_rgb(p, (2 * x + 1) * p->width / (2 * s->width),
                          (2 * y + 1) * p->height / (2 * s->height));
}

static void draw_half(lu_pane pane, const scaled *s)
{
    for (size_t y = 0; y < s->height; y += HALF_ROWS) {
        for (size_t x = 0; x < s->width; x++) {
            bool last = y + 1 == s->height;
            int column = (int)x;
            int row = (int)(y / HALF_ROWS);

            lu_pane_direct(pane, column, row, UPPER_HALF, pixel(s, x, y),
                           last ? 0 : pixel(s, x, y + 1));
            if (last) { /* nothing below the last row of an odd height */
                lu_cells_at(pane.cells, pane.x + column, pane.y + row)->direct = LU_DIRECT_FG;
            }
        }
    }
}

static void draw_ramp(lu_pane pane, const scaled *s)
{
    static const char ramp[] = " .:-=+*#%@";

    for (size_t y = 0; y < s->height; y++) {
        for (size_t x = 0; x < s->width; x++) {
            char code = ramp[(lu_rgb_grey(pixel(s, x, y)) * 9 + 127) / 255];

            for (size_t k = 0; k < RAMP_COLUMNS; k++) {
                lu_pane_put(pane, (int)(RAMP_COLUMNS * x + k), (int)y, (uint8_t)code, LU_INK_TEXT);
            }
        }
    }
}

double lu_picture_cells(lu_pane pane, const lu_picture *p, lu_pixels how, lu_picture_view view)
{
    bool half = how == LU_PIXELS_HALF;
    size_t room_x = (size_t)pane.width / (half ? 1 : RAMP_COLUMNS);
    size_t room_y = (size_t)pane.height * (half ? HALF_ROWS : 1);
    scaled s;

    if (room_x == 0 || room_y == 0 || p->width == 0 || p->height == 0) {
        return 0;
    }
    s = view.zoom > 0 ? exact(p, view, room_x, room_y) : fit(p, room_x, room_y);
    if (half) {
        draw_half(pane, &s);
    } else {
        draw_ramp(pane, &s);
    }
    if (s.zoom > 0) {
        return (double)s.zoom;
    }
    return s.width * p->height >= s.height * p->width ? (double)s.width / (double)p->width
                                                      : (double)s.height / (double)p->height;
}

void lu_picture_size(const lu_picture *p, lu_pixels how, int zoom, int *width, int *height)
{
    size_t scale = zoom > 0 ? (size_t)zoom : 1;
    size_t x = p->width * scale;
    size_t y = p->height * scale;

    if (how == LU_PIXELS_HALF) {
        y = (y + 1) / HALF_ROWS;
    } else {
        x *= RAMP_COLUMNS;
    }
    *width = (int)least(x, LU_CELLS_MAX);
    *height = (int)least(y, LU_CELLS_MAX);
}
