/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a network of any use on the task? If it is not, whatever it shows of a theft is void (spec
 * watermark C6.7): ruining a network must neither prove nor disprove anything.
 */
#ifndef LU_CORE_STATS_CHANCE_H
#define LU_CORE_STATS_CHANCE_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* *p = P(X >= right), X ~ Bin(n, share of the commonest label): as many right answers, or more,
   from a network that knows nothing and always names that class. Labels below `classes`; NAN
   where the samples are too few, or too much alike, to show it even of a network that is always
   right. */
lu_err lu_chance_p(size_t right, const int32_t *labels, size_t n, size_t classes, double *p);

/* p above 0.01: not shown to be better than chance. False at NAN, when nothing was measured. */
bool lu_at_chance(double p);

/* Why such evidence is void: "no better than chance on the test samples (p 0.43): evidence is
   void". */
void lu_chance_reason(double p, char *out, size_t size);

#endif
