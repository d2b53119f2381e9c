/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/glyphs.h"

#include <math.h>

/* Arms of a box-drawing character, from the middle of the cell. */
enum { LEFT = 1, RIGHT = 2, UP = 4, DOWN = 8, ACROSS = LEFT | RIGHT, UPRIGHT = UP | DOWN };

typedef struct box_glyph {
    uint16_t code;
    uint8_t arms;
    uint8_t dashes; /* 0 = solid */
    bool heavy;
} box_glyph;

static const box_glyph boxes[] = {
    {0x2500, ACROSS, 0, false},         {0x2501, ACROSS, 0, true},
    {0x2502, UPRIGHT, 0, false},        {0x2503, UPRIGHT, 0, true},
    {0x2504, ACROSS, 3, false},         {0x2506, UPRIGHT, 3, false},
    {0x250a, UPRIGHT, 4, false},        {0x250c, RIGHT | DOWN, 0, false},
    {0x2510, LEFT | DOWN, 0, false},    {0x2514, RIGHT | UP, 0, false},
    {0x2518, LEFT | UP, 0, false},      {0x251c, UPRIGHT | RIGHT, 0, false},
    {0x2524, UPRIGHT | LEFT, 0, false}, {0x252c, ACROSS | DOWN, 0, false},
    {0x2534, ACROSS | UP, 0, false},    {0x253c, ACROSS | UPRIGHT, 0, false},
    {0x2574, LEFT, 0, false},           {0x2575, UP, 0, false},
    {0x2576, RIGHT, 0, false},          {0x2577, DOWN, 0, false},
};

static const box_glyph *find_box(uint32_t code)
{
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        if (boxes[i].code == code) {
            return &boxes[i];
        }
    }
    return NULL;
}

static bool is_mark(uint32_t code)
{
    return code == 0x25cf || code == 0x25cb || code == 0x25c6 || code == 0x25b2 || code == 0x25bc;
}

bool lu_glyph_is_shape(uint32_t code)
{
    return (code >= 0x2580 && code <= 0x259f) || (code >= 0x2800 && code <= 0x28ff) ||
           is_mark(code) || find_box(code) != NULL;
}

/* A part of the cell, in shares of it. */
static void fill_part(lu_draw *d, lu_rect cell, double x, double y, double width, double height,
                      uint32_t rgb)
{
    lu_rect part = {cell.x + x * cell.width, cell.y + y * cell.height, width * cell.width,
                    height * cell.height};

    lu_draw_rect(d, part, (lu_paint){.fill = rgb, .filled = true});
}

static uint32_t mix(uint32_t fg, uint32_t bg, unsigned quarters)
{
    uint32_t rgb = 0;

    for (int shift = 0; shift < 24; shift += 8) {
        uint32_t part = (fg >> shift & 0xff) * quarters + (bg >> shift & 0xff) * (4 - quarters);

        rgb |= part / 4 << shift;
    }
    return rgb;
}

static void draw_quadrants(lu_draw *d, lu_rect cell, uint32_t code, uint32_t fg)
{
    /* upper left, upper right, lower left, lower right, for 0x2596 and on */
    static const uint8_t parts[10] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
    uint8_t set = parts[code - 0x2596];

    for (int i = 0; i < 4; i++) {
        if (set >> i & 1) {
            fill_part(d, cell, i % 2 * 0.5, i / 2 * 0.5, 0.5, 0.5, fg);
        }
    }
}

static void draw_block(lu_draw *d, lu_rect cell, uint32_t code, uint32_t fg, uint32_t bg)
{
    if (code == 0x2580) {
        fill_part(d, cell, 0, 0, 1, 0.5, fg);
    } else if (code <= 0x2588) {
        double part = (code - 0x2580) / 8.0;

        fill_part(d, cell, 0, 1 - part, 1, part, fg);
    } else if (code <= 0x258f) {
        fill_part(d, cell, 0, 0, (0x2590 - code) / 8.0, 1, fg);
    } else if (code == 0x2590) {
        fill_part(d, cell, 0.5, 0, 0.5, 1, fg);
    } else if (code <= 0x2593) {
        fill_part(d, cell, 0, 0, 1, 1, mix(fg, bg, code - 0x2590));
    } else if (code == 0x2594) {
        fill_part(d, cell, 0, 0, 1, 0.125, fg);
    } else if (code == 0x2595) {
        fill_part(d, cell, 0.875, 0, 0.125, 1, fg);
    } else {
        draw_quadrants(d, cell, code, fg);
    }
}

static void draw_braille(lu_draw *d, lu_rect cell, uint32_t code, uint32_t fg)
{
    static const uint8_t bits[8] = {0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80};
    double radius = 0.36 * fmin(cell.width / 2, cell.height / 4);

    for (int i = 0; i < 8; i++) {
        if (code & bits[i]) {
            lu_draw_circle(d, cell.x + cell.width * (i % 2 * 0.5 + 0.25),
                           cell.y + cell.height * (i / 2 * 0.25 + 0.125), radius,
                           (lu_paint){.fill = fg, .filled = true});
        }
    }
}

/* Dashes part the arm so that they go on in the next cell. */
static void draw_arm(lu_draw *d, lu_rect cell, bool upright, double from, double to, double thick,
                     int dashes, uint32_t fg)
{
    int n = dashes ? dashes : 1;
    double step = (to - from) / n;
    double length = dashes ? step * 0.6 : step;

    for (int i = 0; i < n; i++) {
        double at = from + step * i + (step - length) / 2;

        if (upright) {
            double wide = thick / cell.width;

            fill_part(d, cell, 0.5 - wide / 2, at, wide, length, fg);
        } else {
            double high = thick / cell.height;

            fill_part(d, cell, at, 0.5 - high / 2, length, high, fg);
        }
    }
}

static void draw_box(lu_draw *d, lu_rect cell, const box_glyph *box, uint32_t fg)
{
    double thick = cell.width / (box->heavy ? 4 : 8);
    double over_x = thick / 2 / cell.width;
    double over_y = thick / 2 / cell.height;

    if (box->arms & ACROSS) {
        draw_arm(d, cell, false, box->arms & LEFT ? 0 : 0.5 - over_x,
                 box->arms & RIGHT ? 1 : 0.5 + over_x, thick, box->dashes, fg);
    }
    if (box->arms & UPRIGHT) {
        draw_arm(d, cell, true, box->arms & UP ? 0 : 0.5 - over_y,
                 box->arms & DOWN ? 1 : 0.5 + over_y, thick, box->dashes, fg);
    }
}

static void draw_mark(lu_draw *d, lu_rect cell, uint32_t code, uint32_t fg)
{
    double x = cell.x + cell.width / 2;
    double y = cell.y + cell.height / 2;
    double r = fmin(cell.width, cell.height) * 0.42;
    double turn = code == 0x25bc ? -1 : 1;
    lu_paint fill = {.fill = fg, .filled = true};
    lu_paint line = {.line = fg, .width = r * 0.36};
    double diamond[8] = {x, y - 1.3 * r, x + 1.1 * r, y, x, y + 1.3 * r, x - 1.1 * r, y};
    double triangle[6] = {x, y - turn * r, x + r, y + turn * r, x - r, y + turn * r};

    if (code == 0x25cf) {
        lu_draw_circle(d, x, y, r, fill);
    } else if (code == 0x25cb) {
        lu_draw_circle(d, x, y, r * 0.82, line);
    } else if (code == 0x25c6) {
        lu_draw_path(d, diamond, 4, true, fill);
    } else {
        lu_draw_path(d, triangle, 3, true, fill);
    }
}

bool lu_draw_glyph(lu_draw *d, lu_rect cell, uint32_t code, uint32_t fg, uint32_t bg)
{
    const box_glyph *box = find_box(code);

    if (code >= 0x2580 && code <= 0x259f) {
        draw_block(d, cell, code, fg, bg);
    } else if (code >= 0x2800 && code <= 0x28ff) {
        draw_braille(d, cell, code, fg);
    } else if (is_mark(code)) {
        draw_mark(d, cell, code, fg);
    } else if (box != NULL) {
        draw_box(d, cell, box, fg);
    } else {
        return false;
    }
    return true;
}
