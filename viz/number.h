/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text, with a point in every locale. */
#ifndef LU_VIZ_NUMBER_H
#define LU_VIZ_NUMBER_H

#include <stddef.h>

enum { LU_NUMBER_MAX = 32 };

/* As the report rounds: three decimals, none from 100 on; two digits and an exponent below 0.0005
   and from 1e6 on; "n/a" for NAN, "inf", "-inf". At most 8 characters. Returns out. */
const char *lu_number(double value, char out[LU_NUMBER_MAX]);

/* With `decimals` 0..9 of them; beyond 1e15 with an exponent; NAN and inf as above. */
const char *lu_number_fixed(double value, int decimals, char out[LU_NUMBER_MAX]);

/* A share in [0,1] without its leading zero: ".93", "1.0"; NAN as above. */
const char *lu_number_share(double value, char out[LU_NUMBER_MAX]);

#endif
