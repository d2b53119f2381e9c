/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strokes on a square image of doubles: 0 = black, 1 = white, pixel i's centre at i + 0.5. */
#include "samples/synth/synth.h"

#include <math.h>

enum { SPANS = 5 }; /* segments between two points of a curve */

static int first_pixel(double low, int side)
{
    return low < 0 ? 0 : low >= side ? side : (int)low;
}

static int past_pixel(double high, int side)
{
    return high < 0 ? 0 : high >= side - 1 ? side : (int)high + 1;
}

void lu_raster_segment(double *image, int side, lu_point a, lu_point b, lu_pen with)
{
    double reach = with.half_width + 0.5 * with.soft;
    double dx = b.x - a.x;
    double dy = b.y - a.y;
    double length = dx * dx + dy * dy;
    double scale = length > 1e-12 ? 1 / length : 0;
    int right = past_pixel((a.x > b.x ? a.x : b.x) + reach, side);
    int bottom = past_pixel((a.y > b.y ? a.y : b.y) + reach, side);

    for (int y = first_pixel((a.y < b.y ? a.y : b.y) - reach, side); y < bottom; y++) {
        for (int x = first_pixel((a.x < b.x ? a.x : b.x) - reach, side); x < right; x++) {
            double px = x + 0.5 - a.x;
            double py = y + 0.5 - a.y;
            double t = (px * dx + py * dy) * scale;
            double ex, ey, cover;

            t = t < 0 ? 0 : t > 1 ? 1 : t;
            ex = px - t * dx;
            ey = py - t * dy;
            if (ex * ex + ey * ey >= reach * reach) {
                continue;
            }
            cover = (reach - sqrt(ex * ex + ey * ey)) / with.soft;
            cover = with.ink * (cover > 1 ? 1 : cover);
            if (cover > image[y * side + x]) {
                image[y * side + x] = cover;
            }
        }
    }
}

/* Catmull-Rom between b and c. */
static lu_point spline(lu_point a, lu_point b, lu_point c, lu_point d, double t)
{
    double t2 = t * t;
    double t3 = t2 * t;
    double wa = 0.5 * (-t3 + 2 * t2 - t);
    double wb = 0.5 * (3 * t3 - 5 * t2 + 2);
    double wc = 0.5 * (-3 * t3 + 4 * t2 + t);
    double wd = 0.5 * (t3 - t2);

    return (lu_point){wa * a.x + wb * b.x + wc * c.x + wd * d.x,
                      wa * a.y + wb * b.y + wc * c.y + wd * d.y};
}

void lu_raster_curve(double *image, int side, const lu_point *p, size_t n, lu_pen with)
{
    lu_point from = p[0];
    lu_point to;

    for (size_t i = 0; i + 1 < n; i++) {
        lu_point before = i > 0 ? p[i - 1] : p[i];
        lu_point after = i + 2 < n ? p[i + 2] : p[i + 1];

        for (int k = 1; k <= SPANS; k++) {
            to = spline(before, p[i], p[i + 1], after, (double)k / SPANS);
            lu_raster_segment(image, side, from, to, with);
            from = to;
        }
    }
}

static void blur_line(double *line, int side, int step, double weight)
{
    double before = 0;
    double here = line[0];

    for (int i = 0; i < side; i++) {
        double after = i + 1 < side ? line[(i + 1) * step] : 0;

        line[i * step] = here + weight * (before + after - 2 * here);
        before = here;
        here = after;
    }
}

void lu_raster_blur(double *image, int side, double weight)
{
    for (int i = 0; i < side; i++) {
        blur_line(image + i * side, side, 1, weight);
    }
    for (int i = 0; i < side; i++) {
        blur_line(image + i, side, side, weight);
    }
}
