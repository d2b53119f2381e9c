/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Vector drawing, for paper: charts and screens draw on it, viz/out/ turns it into SVG, PNG or PDF.
 * x grows to the right, y downwards; a unit is a pixel or a point. A failure is kept: whatever is
 * drawn after it does nothing, and lu_draw_end() returns it.
 *
 *     lu_out_svg_begin(&d, 480, 400, LU_THEME_LIGHT, &buf);
 *     lu_radar_draw(&d, (lu_rect){0, 0, 480, 400}, &radar);
 *     err = lu_draw_end(&d);
 */
#ifndef LU_VIZ_DRAW_H
#define LU_VIZ_DRAW_H

#include "viz/cells.h"
#include "viz/picture.h"

typedef struct lu_rect {
    double x, y, width, height;
} lu_rect;

/* How a shape is drawn: its line, its inside, or both. */
typedef struct lu_paint {
    uint32_t line; /* 0xRRGGBB */
    double width;  /* of the line; 0 = no line */
    double dash;   /* length of dashes and gaps; 0 = solid */
    uint32_t fill;
    bool filled;
} lu_paint;

typedef enum lu_face { LU_FACE_MONO, LU_FACE_SANS } lu_face;

typedef struct lu_lettering {
    double size;    /* font size, units */
    double advance; /* of every character, units; 0 = as the font has it */
    uint32_t rgb;
    bool bold;
    lu_align align; /* which end of the text x is */
    lu_face face;
} lu_lettering;

typedef struct lu_draw lu_draw;

/* What a device does. Numbers are finite, texts are fit (viz/unicode.h) when they come here. */
typedef struct lu_draw_device {
    lu_err (*path)(lu_draw *d, const double *xy, size_t n, bool closed, lu_paint paint);
    lu_err (*circle)(lu_draw *d, double x, double y, double radius, lu_paint paint);
    /* (x, y) is on the base line */
    lu_err (*text)(lu_draw *d, double x, double y, lu_lettering how, const char *text);
    /* square pixels without smoothing */
    lu_err (*image)(lu_draw *d, lu_rect area, const lu_picture *p);
    /* how wide text() makes it; NULL: the device cannot say */
    double (*width)(lu_draw *d, lu_lettering how, const char *text);
    lu_err (*end)(lu_draw *d, bool failed); /* frees the device */
} lu_draw_device;

struct lu_draw {
    const lu_draw_device *device;
    void *target; /* the device's own */
    double width, height;
    lu_theme theme;
    lu_err err; /* the first failure */
};

/* The colour of an ink on this drawing. */
uint32_t lu_draw_rgb(const lu_draw *d, lu_ink ink);

/* Between the paper's colour (share 0) and the ink's (1). */
uint32_t lu_draw_shade(const lu_draw *d, lu_ink ink, double share);

void lu_draw_path(lu_draw *d, const double *xy, size_t n, bool closed, lu_paint paint);
void lu_draw_line(lu_draw *d, double x0, double y0, double x1, double y1, lu_paint paint);
void lu_draw_rect(lu_draw *d, lu_rect area, lu_paint paint);
void lu_draw_circle(lu_draw *d, double x, double y, double radius, lu_paint paint);
void lu_draw_text(lu_draw *d, double x, double y, lu_lettering how, const char *text);
void lu_draw_image(lu_draw *d, lu_rect area, const lu_picture *p);

/* How wide the first `len` bytes of a text are; 0.6 of the size a column where the device cannot
 * say.
 */
double lu_draw_text_width(lu_draw *d, lu_lettering how, const char *text, size_t len);

/* Shorthands for a line or an inside in an ink. */
lu_paint lu_draw_stroke(const lu_draw *d, lu_ink ink, double width, double dash);
lu_paint lu_draw_fill(const lu_draw *d, lu_ink ink);
lu_lettering lu_draw_letters(const lu_draw *d, lu_ink ink, double size, lu_align align);

/* Finishes and frees the device; the first failure of all, or LU_OK. */
lu_err lu_draw_end(lu_draw *d);

/* A screen: every cell cell_width x cell_height units from (0, 0); half blocks, quadrants, eighths,
   braille and lines as shapes, so that they do not depend on a font. */
void lu_draw_cells(lu_draw *d, const lu_cells *cells, double cell_width, double cell_height);

#endif
