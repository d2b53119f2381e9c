/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/canvas.h"

#include <math.h>

enum { COLUMN_DOTS = 2, ROW_DOTS = 4 };

/* Dots a cell has across and down, by glyph set. */
static const int across[LU_GLYPHS_COUNT] = {2, 2, 1};
static const int down[LU_GLYPHS_COUNT] = {4, 2, 1};

lu_err lu_canvas_init(lu_canvas *c, int width, int height, lu_glyph_set glyphs)
{
    *c = (lu_canvas){.glyphs = (unsigned)glyphs < LU_GLYPHS_COUNT ? glyphs : LU_GLYPHS_ASCII};
    width = width < 0 ? 0 : width;
    height = height < 0 ? 0 : height;
    if (width > LU_CELLS_MAX || height > LU_CELLS_MAX) {
        return lu_fail(LU_ERR_INPUT, "a canvas of %d x %d cells is too large", width, height);
    }
    LU_TRY(LU_NEW(c->cell, (size_t)LU_CANVAS_LAYERS * (size_t)width * (size_t)height));
    c->width = width;
    c->height = height;
    return LU_OK;
}

void lu_canvas_fini(lu_canvas *c)
{
    free(c->cell);
    *c = (lu_canvas){0};
}

static size_t cell_index(const lu_canvas *c, int layer, int x, int y)
{
    return ((size_t)layer * (size_t)c->height + (size_t)y) * (size_t)c->width + (size_t)x;
}

static lu_canvas_cell *layer_cell(const lu_canvas *c, lu_canvas_layer layer, int x, int y)
{
    bool inside = x >= 0 && y >= 0 && x < c->width && y < c->height;

    return inside ? &c->cell[cell_index(c, (int)layer, x, y)] : NULL;
}

/* Sets the dot at device position (x, y), dots from the upper left corner. */
static void set_dot(lu_canvas *c, double x, double y, uint32_t code, lu_trace how)
{
    int column = (int)floor(x);
    int row = (int)floor(y);
    int wide = across[c->glyphs];
    int high = down[c->glyphs];
    lu_canvas_cell *cell;

    if (column < 0 || row < 0) {
        return;
    }
    cell = layer_cell(c, how.layer, column / wide, row / high);
    if (cell != NULL) {
        cell->ink = (uint8_t)how.ink;
        if (c->glyphs == LU_GLYPHS_ASCII) {
            cell->code = code;
        } else {
            cell->dots |= (uint8_t)(1 << (row % high * COLUMN_DOTS + column % wide));
        }
    }
}

/* The character whose slope is nearest to the line's: tan 22.5 and 67.5 degrees part them. */
static uint32_t slope_of(double dx, double dy)
{
    double flat = fabs(dx);
    double steep = fabs(dy);

    if (steep <= 0.41421356 * flat) {
        return '-';
    }
    if (flat <= 0.41421356 * steep) {
        return '|';
    }
    return (dx > 0) == (dy > 0) ? '\\' : '/';
}

/* One edge of the clipping rectangle after Liang and Barsky (1984): keeps t in [*from, *to]. */
static bool keep(double p, double q, double *from, double *to)
{
    double t = p != 0 ? q / p : 0;

    if (p == 0) {
        return q >= 0;
    }
    if (p < 0) {
        *from = t > *from ? t : *from;
    } else {
        *to = t < *to ? t : *to;
    }
    return *from <= *to;
}

static bool clip(const lu_canvas *c, double at[4])
{
    double right = c->width * COLUMN_DOTS - 0.5;
    double bottom = c->height * ROW_DOTS - 0.5;
    double dx = at[2] - at[0];
    double dy = at[3] - at[1];
    double from = 0;
    double to = 1;

    if (!isfinite(dx) || !isfinite(dy) || c->width == 0 || c->height == 0 ||
        !keep(-dx, at[0] + 0.5, &from, &to) || !keep(dx, right - at[0], &from, &to) ||
        !keep(-dy, at[1] + 0.5, &from, &to) || !keep(dy, bottom - at[1], &from, &to)) {
        return false;
    }
    at[2] = at[0] + to * dx;
    at[3] = at[1] + to * dy;
    at[0] += from * dx;
    at[1] += from * dy;
    return true;
}

/* The ASCII character of a line: layers differ where they have no colours. */
static uint32_t ascii_of(const double ends[4], lu_trace how)
{
    if (how.layer == LU_CANVAS_THRESHOLD) {
        return ':';
    }
    if (how.period > 1) {
        return '.';
    }
    return how.layer == LU_CANVAS_OTHER ? '+' : slope_of(ends[2] - ends[0], ends[3] - ends[1]);
}

/* ASCII has one dot a cell: what is sparse shows every second one. */
static int device_period(const lu_canvas *c, int period)
{
    if (c->glyphs == LU_GLYPHS_ASCII) {
        return period >= 4 ? 2 : 1;
    }
    return period > 1 ? period : 1;
}

/* DDA; *phase counts the dots of the path so far. */
static void segment(lu_canvas *c, const double ends[4], lu_trace how, int *phase)
{
    double at[4] = {ends[0], ends[1], ends[2], ends[3]};
    double sx = across[c->glyphs] / (double)COLUMN_DOTS;
    double sy = down[c->glyphs] / (double)ROW_DOTS;
    uint32_t code = ascii_of(ends, how);
    int period = device_period(c, how.period);
    int steps;

    if (!clip(c, at)) {
        return;
    }
    steps = (int)ceil(fmax(fabs(at[2] - at[0]) * sx, fabs(at[3] - at[1]) * sy));
    for (int i = 0; i <= steps; i++) {
        double t = steps ? (double)i / steps : 0;

        if (*phase % period == 0) {
            set_dot(c, (at[0] + t * (at[2] - at[0]) + 0.5) * sx,
                    (at[1] + t * (at[3] - at[1]) + 0.5) * sy, code, how);
        }
        *phase += i < steps;
    }
}

void lu_canvas_line(lu_canvas *c, double x0, double y0, double x1, double y1, lu_trace how)
{
    double at[4] = {x0, y0, x1, y1};
    int phase = 0;

    segment(c, at, how, &phase);
}

void lu_canvas_path(lu_canvas *c, const double *xy, size_t n, bool closed, lu_trace how)
{
    int phase = 0;

    for (size_t i = 0; i + 1 < n; i++) {
        segment(c, xy + 2 * i, how, &phase);
    }
    if (closed && n > 2) {
        double last[4] = {xy[2 * n - 2], xy[2 * n - 1], xy[0], xy[1]};

        segment(c, last, how, &phase);
    }
}

void lu_canvas_mark(lu_canvas *c, double x, double y, uint32_t code, lu_ink ink)
{
    lu_canvas_cell *cell;

    if (!(x >= -0.5 && x < c->width * COLUMN_DOTS && y >= -0.5 && y < c->height * ROW_DOTS)) {
        return;
    }
    cell = layer_cell(c, LU_CANVAS_MARK, (int)floor((x + 0.5) / COLUMN_DOTS),
                      (int)floor((y + 0.5) / ROW_DOTS));
    if (cell != NULL) {
        *cell = (lu_canvas_cell){.code = code, .ink = (uint8_t)ink};
    }
}

static uint32_t code_of(const lu_canvas *c, const lu_canvas_cell *cell)
{
    /* dots row by row: upper left, upper right, lower left, lower right */
    static const uint16_t quadrants[16] = {' ',    0x2598, 0x259d, 0x2580, 0x2596, 0x258c,
                                           0x259e, 0x259b, 0x2597, 0x259a, 0x2590, 0x259c,
                                           0x2584, 0x2599, 0x259f, 0x2588};
    static const uint8_t braille[8] = {0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80};
    uint32_t code = 0x2800;

    if (cell->code != 0) {
        return cell->code;
    }
    if (c->glyphs == LU_GLYPHS_BLOCK) {
        return quadrants[cell->dots & 15];
    }
    for (int i = 0; i < 8; i++) {
        code |= cell->dots >> i & 1 ? braille[i] : 0;
    }
    return code;
}

void lu_canvas_show(const lu_canvas *c, lu_pane pane)
{
    for (int y = 0; y < c->height; y++) {
        for (int x = 0; x < c->width; x++) {
            for (int layer = LU_CANVAS_LAYERS; layer-- > 0;) {
                const lu_canvas_cell *cell = &c->cell[cell_index(c, layer, x, y)];

                if (cell->code != 0 || cell->dots != 0) {
                    lu_pane_put(pane, x, y, code_of(c, cell), (lu_ink)cell->ink);
                    break;
                }
            }
        }
    }
}
