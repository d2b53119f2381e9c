/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures inside SVG. */
#ifndef LU_VIZ_OUT_SVG_IMAGE_H
#define LU_VIZ_OUT_SVG_IMAGE_H

#include "viz/picture.h"

enum { LU_SVG_PIXELS_MAX = 128 * 128 };

/* A path of unit squares for each colour, the upper left pixel at (0, 0): what shows is the same in
   every program, while an embedded image is smoothed by some. For up to LU_SVG_PIXELS_MAX pixels.
 */
lu_err lu_svg_pixels(const lu_picture *p, lu_buf *out);

/* A data URI of the picture as PNG. */
lu_err lu_svg_data(const lu_picture *p, lu_buf *out);

#endif
