/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside samples/: sets that are made, not read. Sample i of a part depends on (seed, part, i)
 * alone, so neither the size of the set nor a slice changes it.
 */
#ifndef LU_SAMPLES_SYNTH_H
#define LU_SAMPLES_SYNTH_H

#include "samples/samples.h"

enum {
    LU_SYNTH_DEFAULT = 10000, /* samples when none are asked for */
    LU_SYNTH_MAX = 5000000,   /* 28x28 bytes each: below 4 GB */
    LU_GLYPH_STROKES = 3,
    LU_GLYPH_POINTS = 13,
    LU_GLYPH_CLASSES = 10
};

typedef struct lu_point {
    double x, y; /* of a glyph: unit square, y down */
} lu_point;

typedef struct lu_stroke {
    size_t n;    /* points in use; 0 = no stroke */
    bool curved; /* a Catmull-Rom spline through the points, else straight lines */
    lu_point p[LU_GLYPH_POINTS];
} lu_stroke;

typedef struct lu_glyph {
    size_t digit;
    lu_stroke stroke[LU_GLYPH_STROKES];
} lu_glyph;

/* Ways of writing each digit, in order of the digits. */
extern const lu_glyph lu_glyphs[];
extern const size_t lu_glyph_count;

typedef struct lu_pen {
    double half_width; /* pixels */
    double soft;       /* pixels from full ink to none, across the edge */
    double ink;        /* 1 = white */
} lu_pen;

/* Strokes lighten what they touch, never darken: image is side x side, points are in pixels. */
void lu_raster_segment(double *image, int side, lu_point a, lu_point b, lu_pen with);
void lu_raster_curve(double *image, int side, const lu_point *p, size_t n, lu_pen with);

/* Rows, then columns: each pixel takes `weight` of either neighbour for as much of its own. */
void lu_raster_blur(double *image, int side, double weight);

/* Samples from..to-1 of the ten digits, 28x28x1 bytes, ink on black. */
lu_err lu_synth_digits(size_t from, size_t to, lu_part part, uint64_t seed, lu_samples *out);

#endif
