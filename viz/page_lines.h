/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text broken into lines, for paragraphs and for the cells of tables. */
#ifndef LU_VIZ_PAGE_LINES_H
#define LU_VIZ_PAGE_LINES_H

#include "viz/draw.h"

/* The bytes of the text's first line: as many words as fit into the width, or characters of a word
   that does not. *next is where the second line begins. */
size_t lu_line_of(lu_draw *d, lu_lettering how, const char *text, double width, size_t *next);

/* Lines of the whole text; at least 1. */
size_t lu_line_count(lu_draw *d, lu_lettering how, const char *text, double width);

/* The first `len` bytes in a line of height `line` whose upper edge is y, aligned between left and
   left + width. */
void lu_line_draw(lu_draw *d, lu_rect line, lu_lettering how, const char *text, size_t len);

#endif
