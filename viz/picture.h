/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pixel pictures: samples, differences, compositions. A picture is shown pixel for pixel or says by
 * which factor it was made smaller; nothing is ever smoothed.
 */
#ifndef LU_VIZ_PICTURE_H
#define LU_VIZ_PICTURE_H

#include "viz/cells.h"

enum { LU_PICTURE_MAX = 1 << 16 }; /* pixels a side at most */

typedef struct lu_picture {
    size_t width, height;
    uint8_t *rgb; /* height x width x 3; owned */
    bool clipped; /* some value was outside of what a byte shows and was cut off */
} lu_picture;

/* Black. A side over LU_PICTURE_MAX is LU_ERR_INPUT. */
lu_err lu_picture_init(lu_picture *p, size_t width, size_t height);
void lu_picture_fini(lu_picture *p);

/* 0xRRGGBB of a pixel that must be inside. */
static inline uint32_t lu_picture_rgb(const lu_picture *p, size_t x, size_t y)
{
    const uint8_t *at = p->rgb + 3 * (y * p->width + x);

    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

/* Sample i: 1 channel as grey, 3 as red, green, blue; of any other number the first as grey. A
   float outside [0,1] is cut off and sets `clipped`, NAN too (shown as 0). LU_ERR_INPUT when there
   is no i. */
lu_err lu_picture_sample(const lu_samples *s, size_t i, lu_picture *out);

typedef enum lu_difference {
    LU_DIFFERENCE_SIZE,  /* |a - b| * gain, black = equal */
    LU_DIFFERENCE_SIGNED /* 0.5 + (b - a) * gain / 2, middle grey (128) = equal */
} lu_difference;

/* Sample j of b against sample i of a, per channel; gain >= 1, as 1, 5, 20. The shapes must be
   equal (LU_ERR_INPUT). */
lu_err lu_picture_difference(const lu_samples *a, size_t i, const lu_samples *b, size_t j,
                             lu_difference kind, unsigned gain, lu_picture *out);

/* Every pixel becomes zoom x zoom; zoom >= 1. */
lu_err lu_picture_zoom(const lu_picture *p, size_t zoom, lu_picture *out);

/* n >= 1 pictures in rows of `columns` >= 1, `gap` pixels of `rgb` between them; each in a field as
   wide and high as the largest, upper left. */
lu_err lu_picture_tile(const lu_picture *p, size_t n, size_t columns, size_t gap, uint32_t rgb,
                       lu_picture *out);

/* How pixels become cells. */
typedef enum lu_pixels {
    LU_PIXELS_HALF, /* two a cell: upper half block, own colours */
    LU_PIXELS_RAMP  /* two columns a pixel, ten characters by brightness; needs no colours */
} lu_pixels;

typedef struct lu_picture_view {
    int zoom;         /* >= 1 exact; 0 = the largest that fits, or smaller than the picture */
    size_t left, top; /* first pixel shown; for pictures larger than the pane */
} lu_picture_view;

/* Draws from the pane's upper left corner; returns the factor: the zoom, or below 1 the share of
   pixels that nearest-neighbour reduction keeps per side (only at zoom 0). 0 when the pane has no
   cell. */
double lu_picture_cells(lu_pane pane, const lu_picture *p, lu_pixels how, lu_picture_view view);

/* Cells that takes at a zoom >= 1. */
void lu_picture_size(const lu_picture *p, lu_pixels how, int zoom, int *width, int *height);

#endif
