/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Letters through cairo's own fonts. What a font has no glyph for is written as its code point,
 * "<U+6771>": an empty box would say nothing.
 */
#ifndef LU_VIZ_OUT_CAIRO_TEXT_H
#define LU_VIZ_OUT_CAIRO_TEXT_H

#include "viz/draw.h"

#include <cairo.h>

/* How wide lu_cairo_show() makes a text. */
double lu_cairo_width(cairo_t *cr, lu_lettering how, const char *text);

/* (x, y) is on the base line, at the end of the text that how.align names. */
void lu_cairo_show(cairo_t *cr, double x, double y, lu_lettering how, const char *text);

#endif
