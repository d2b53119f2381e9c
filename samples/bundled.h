/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network descriptions that come with lineup (samples/cfg/), as text in the program. */
#ifndef LU_SAMPLES_BUNDLED_H
#define LU_SAMPLES_BUNDLED_H

#include <stddef.h>

typedef struct lu_bundled {
    const char *name; /* "vgg16-224" */
    const char *cfg;
    const char *what;
} lu_bundled;

extern const lu_bundled lu_bundled_nets[];
extern const size_t lu_bundled_count;

#endif
