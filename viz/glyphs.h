/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters that are drawn as shapes: blocks, shades, quadrants, braille, lines, marks. */
#ifndef LU_VIZ_GLYPHS_H
#define LU_VIZ_GLYPHS_H

#include "viz/draw.h"

/* Draws the character into its cell; false when it has to be text. fg and bg are 0xRRGGBB, bg for
   mixing shades only. */
bool lu_draw_glyph(lu_draw *d, lu_rect cell, uint32_t code, uint32_t fg, uint32_t bg);

/* True for what lu_draw_glyph draws; the blank is not among them. */
bool lu_glyph_is_shape(uint32_t code);

#endif
