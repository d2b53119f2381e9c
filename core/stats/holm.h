/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several tests of one claim (Holm, Scandinavian Journal of Statistics 1979). */
#ifndef LU_CORE_STATS_HOLM_H
#define LU_CORE_STATS_HOLM_H

#include <stddef.h>

/* Corrects n p values in place, step down; valid whatever their dependence. NAN = not tested, does
   not count. {0.01, 0.04, 0.03} becomes {0.03, 0.06, 0.06}. */
void lu_holm(double *p, size_t n);

#endif
