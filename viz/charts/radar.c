/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/radar.h"
#include "viz/canvas.h"
#include "viz/charts/bars.h"
#include "viz/charts/marks.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>

enum { VALUE_WIDTH = 40, VALUE_HEIGHT = 17 /* from here on s stands at the names */ };

/* Where the radar lies; a unit is a braille dot or a unit of a drawing. */
typedef struct frame {
    const lu_evidence *e;
    double x, y, radius;
} frame;

static size_t known(const lu_evidence *e)
{
    size_t n = 0;

    for (size_t i = 0; i < e->n; i++) {
        n += !isnan(lu_similarity(e->reading[i].value, e->reading[i].tau));
    }
    return n;
}

bool lu_radar_fits(int width, int height, const lu_evidence *e)
{
    return width >= LU_RADAR_WIDTH && height >= LU_RADAR_HEIGHT && e->n <= LU_RADAR_AXES &&
           known(e) >= 3;
}

static double angle_of(const frame *f, size_t i)
{
    return 2 * M_PI * (double)i / (double)f->e->n;
}

/* The largest distance of a corner from the upright through the centre, in radii. */
static double breadth(const frame *f)
{
    double most = 0.5;

    for (size_t i = 0; i < f->e->n; i++) {
        most = fmax(most, fabs(sin(angle_of(f, i))));
    }
    return most;
}

/* The point at s on axis i. */
static void point_at(const frame *f, size_t i, double s, double xy[2])
{
    xy[0] = f->x + f->radius * s * sin(angle_of(f, i));
    xy[1] = f->y - f->radius * s * cos(angle_of(f, i));
}

static void ring(const frame *f, double s, double xy[2 * LU_RADAR_AXES])
{
    for (size_t i = 0; i < f->e->n; i++) {
        point_at(f, i, s, xy + 2 * i);
    }
}

/* The corners that are known, of the suspect or of what it is compared with; returns how many. */
static size_t corners(const frame *f, bool other, double xy[2 * LU_RADAR_AXES])
{
    size_t n = 0;

    for (size_t i = 0; i < f->e->n; i++) {
        const lu_reading *r = &f->e->reading[i];
        double s = lu_similarity(other ? r->other : r->value, r->tau);

        if (!isnan(s)) {
            point_at(f, i, s, xy + 2 * n++);
        }
    }
    return n;
}

static bool has_axis(const lu_reading *r)
{
    return !isnan(lu_similarity(r->value, r->tau));
}

/* --- in cells --- */

static void put_lines(lu_canvas *c, const frame *f)
{
    const lu_trace grid = {LU_CANVAS_GRID, LU_INK_GRID, 4};
    double xy[2 * LU_RADAR_AXES];
    size_t n;

    ring(f, 1, xy);
    lu_canvas_path(c, xy, f->e->n, true, grid);
    for (size_t i = 0; i < f->e->n; i++) {
        if (has_axis(&f->e->reading[i])) {
            lu_canvas_line(c, f->x, f->y, xy[2 * i], xy[2 * i + 1], grid);
        }
    }
    ring(f, 0.5, xy);
    lu_canvas_path(c, xy, f->e->n, true, (lu_trace){LU_CANVAS_THRESHOLD, LU_INK_THRESHOLD, 2});
    n = corners(f, true, xy);
    lu_canvas_path(c, xy, n, true, (lu_trace){LU_CANVAS_OTHER, LU_INK_DIM, 0});
    n = corners(f, false, xy);
    lu_canvas_path(c, xy, n, true, (lu_trace){LU_CANVAS_SUSPECT, LU_INK_SUSPECT, 0});
}

static void put_vertices(lu_canvas *c, const frame *f)
{
    for (size_t i = 0; i < f->e->n; i++) {
        const lu_reading *r = &f->e->reading[i];
        lu_side side = lu_side_of(r->value, r->tau);
        uint32_t sign = lu_side_sign(side);
        double xy[2];

        if (side != LU_SIDE_NONE) {
            point_at(f, i, lu_similarity(r->value, r->tau), xy);
            if (c->glyphs == LU_GLYPHS_ASCII) {
                sign = side == LU_SIDE_COPY ? 'O' : 'x';
            }
            lu_canvas_mark(c, xy[0], xy[1], sign, lu_side_ink(side));
        }
    }
}

/* The text at the end of axis i, of one row or two; n/a and s go below the name at the sides. */
static void put_label(lu_pane pane, const frame *f, size_t i, bool values)
{
    const lu_reading *r = &f->e->reading[i];
    double s = lu_similarity(r->value, r->tau);
    double side = sin(angle_of(f, i));
    lu_ink ink = isnan(s) ? LU_INK_DIM : LU_INK_TEXT;
    bool more = values || isnan(s);
    char number[LU_NUMBER_MAX];
    const char *second = isnan(s) ? "n/a" : lu_number_share(s, number);
    int columns = lu_columns(r->name);
    double xy[2];
    int x;
    int y;

    point_at(f, i, 1, xy);
    x = (int)floor((xy[0] + 0.5) / 2);
    y = (int)floor((xy[1] + 0.5) / 4);
    if (fabs(side) < 0.3) { /* above or below */
        int whole = columns + (more ? 1 + lu_columns(second) : 0);

        x -= whole / 2;
        y = xy[1] < f->y ? y - 1 : y + 1;
        lu_pane_text(pane, x, y, r->name, ink);
        if (more) {
            lu_pane_text(pane, x + columns + 1, y, second, LU_INK_DIM);
        }
        return;
    }
    lu_pane_text(pane, side > 0 ? x + 2 : x - 1 - columns, y, r->name, ink);
    if (more) {
        lu_pane_text(pane, side > 0 ? x + 2 : x - 1 - lu_columns(second), y + 1, second,
                     LU_INK_DIM);
    }
}

/* As large as the names around it let it be. */
static frame frame_of(lu_pane pane, const lu_evidence *e)
{
    double width = pane.width * 2;
    double height = pane.height * 4;
    int names = 4;
    frame f = {.e = e, .x = (width - 1) / 2, .y = (height - 1) / 2};

    for (size_t i = 0; i < e->n; i++) {
        int columns = lu_columns(e->reading[i].name);

        names = columns > names ? columns : names;
    }
    names = names < pane.width / 4 ? names : pane.width / 4;
    f.radius = fmin((height - 10) / 2, (width / 2 - 2 * (names + 2)) / breadth(&f));
    return f;
}

lu_err lu_radar_cells(lu_pane pane, const lu_evidence *e, lu_glyph_set glyphs)
{
    bool values = pane.width >= VALUE_WIDTH && pane.height >= VALUE_HEIGHT;
    lu_canvas canvas;
    frame f;

    if (!lu_radar_fits(pane.width, pane.height, e)) {
        lu_bars_cells(pane, e, glyphs);
        return LU_OK;
    }
    f = frame_of(pane, e);
    LU_TRY(lu_canvas_init(&canvas, pane.width, pane.height, glyphs));
    put_lines(&canvas, &f);
    put_vertices(&canvas, &f);
    lu_canvas_show(&canvas, pane);
    lu_canvas_fini(&canvas);
    for (size_t i = 0; i < e->n; i++) {
        put_label(pane, &f, i, values);
    }
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
    return LU_OK;
}

/* --- on paper --- */

static void draw_lines(lu_draw *d, const frame *f, double thick)
{
    double xy[2 * LU_RADAR_AXES];
    size_t n;

    ring(f, 1, xy);
    lu_draw_path(d, xy, f->e->n, true, lu_draw_stroke(d, LU_INK_GRID, thick / 2, 0));
    for (size_t i = 0; i < f->e->n; i++) {
        if (has_axis(&f->e->reading[i])) {
            lu_draw_line(d, f->x, f->y, xy[2 * i], xy[2 * i + 1],
                         lu_draw_stroke(d, LU_INK_GRID, thick / 2, thick));
        }
    }
    ring(f, 0.5, xy);
    lu_draw_path(d, xy, f->e->n, true, lu_draw_stroke(d, LU_INK_THRESHOLD, thick, thick * 2));
    n = corners(f, true, xy);
    lu_draw_path(d, xy, n, true, lu_draw_stroke(d, LU_INK_DIM, thick, 0));
    n = corners(f, false, xy);
    lu_draw_path(d, xy, n, true, lu_draw_stroke(d, LU_INK_SUSPECT, thick * 1.5, 0));
}

static void draw_label(lu_draw *d, const frame *f, size_t i, double size)
{
    const lu_reading *r = &f->e->reading[i];
    double s = lu_similarity(r->value, r->tau);
    double side = sin(angle_of(f, i));
    lu_align align = fabs(side) < 0.3 ? LU_ALIGN_CENTRE : side > 0 ? LU_ALIGN_LEFT : LU_ALIGN_RIGHT;
    char number[LU_NUMBER_MAX];
    double xy[2];

    point_at(f, i, 1, xy);
    xy[0] += align == LU_ALIGN_CENTRE ? 0 : side > 0 ? size * 0.6 : -size * 0.6;
    if (align == LU_ALIGN_CENTRE) {
        xy[1] += xy[1] < f->y ? -size * 1.6 : size * 1.2;
    }
    lu_draw_text(d, xy[0], xy[1], lu_draw_letters(d, LU_INK_TEXT, size, align), r->name);
    lu_draw_text(d, xy[0], xy[1] + size * 1.1, lu_draw_letters(d, LU_INK_DIM, size * 0.9, align),
                 isnan(s) ? "n/a" : lu_number_share(s, number));
}

void lu_radar_draw(lu_draw *d, lu_rect area, const lu_evidence *e)
{
    double size = fmin(area.width, area.height) / 26;
    frame f = {.e = e, .x = area.x + area.width / 2, .y = area.y + area.height / 2};

    if (e->n > LU_RADAR_AXES || known(e) < 3) {
        lu_bars_draw(d, area, e);
        return;
    }
    f.radius = fmin(area.height / 2 - 3 * size, (area.width / 2 - 4 * size) / breadth(&f));
    draw_lines(d, &f, size / 9);
    for (size_t i = 0; i < e->n; i++) {
        const lu_reading *r = &e->reading[i];
        double xy[2];

        point_at(&f, i, lu_similarity(r->value, r->tau), xy);
        lu_draw_side(d, xy[0], xy[1], size * 0.4, lu_side_of(r->value, r->tau));
        draw_label(d, &f, i, size);
    }
}
