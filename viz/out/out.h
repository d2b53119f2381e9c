/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where pictures go: text for terminals and files, PNG, SVG, PDF. The same input gives the same
 * bytes; no output holds a date that was not given. Everything is appended to `out`, which the
 * caller owns.
 */
#ifndef LU_VIZ_OUT_OUT_H
#define LU_VIZ_OUT_OUT_H

#include "viz/draw.h"

typedef struct lu_text_look {
    lu_theme theme;
    lu_colours colours; /* LU_COLOURS_NONE: plain text without escape sequences */
    bool ascii;         /* nothing beyond ASCII */
} lu_text_look;

/* Rows ended by newlines, blanks at their ends left out. */
lu_err lu_out_text(const lu_cells *cells, lu_text_look look, lu_buf *out);

/* A picture as PNG, 8 bits RGB, pixel for pixel. */
lu_err lu_out_png(const lu_picture *p, lu_buf *out);

/* Bytes as base64 (RFC 4648, section 4), as data: URIs want them. */
lu_err lu_out_base64(const lu_buf *bytes, lu_buf *out);

/*
 * Each begins a drawing whose bytes are in `out` after lu_draw_end(), which must follow even after
 * a failure here; nothing is appended when anything failed. Sizes are units of the drawing, > 0.
 */

/* PNG of width*scale x height*scale pixels, rounded up; scale > 0. */
lu_err lu_out_png_begin(lu_draw *d, double width, double height, double scale, lu_theme theme,
                        lu_buf *out);

/* SVG 1.1 with `title` as its accessible name. */
lu_err lu_out_svg_begin(lu_draw *d, double width, double height, lu_theme theme, const char *title,
                        lu_buf *out);

/* PDF, a unit a point (1/72 inch); `date` is the creation date it states, ISO 8601 with a zone
   ("2026-01-14T00:00:00Z"). */
lu_err lu_out_pdf_begin(lu_draw *d, double width, double height, lu_theme theme, const char *title,
                        const char *date, lu_buf *out);

/* Ends a page of a PDF, begins the next of the same size. Does nothing on other devices. */
void lu_out_pdf_page(lu_draw *d);

/* An entry of a PDF's table of contents that leads to height y of the present page. Does nothing on
   other devices. */
void lu_out_pdf_outline(lu_draw *d, double y, const char *text);

/* A screen as a file; cells of 8 x 16 units. */
lu_err lu_out_screen_png(const lu_cells *cells, double scale, lu_theme theme, lu_buf *out);
lu_err lu_out_screen_svg(const lu_cells *cells, lu_theme theme, const char *title, lu_buf *out);

#endif
