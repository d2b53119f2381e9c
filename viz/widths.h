/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many columns a character takes. */
#ifndef LU_VIZ_WIDTHS_H
#define LU_VIZ_WIDTHS_H

#include <stdint.h>

/* Columns of a character that lu_utf8_next gave: 0 for one that combines with the one before, 2 for
   a wide one, else 1 (Unicode 14, East Asian Width W and F; categories Mn and Me). */
int lu_code_width(uint32_t code);

#endif
