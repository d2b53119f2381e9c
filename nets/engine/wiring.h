/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which channels of a network can be moved together. Outputs that are added, pooled or passed on
 * share their numbering: a band. A band may be renumbered when nothing outside sees its numbers,
 * and scaled when everything between producer and reader is linear for positive factors.
 */
#ifndef LU_NETS_ENGINE_WIRING_H
#define LU_NETS_ENGINE_WIRING_H

#include "nets/format/cfg.h"

typedef struct lu_band {
    size_t channels;
    bool fixed; /* the numbers have a meaning: the input's, the answers', those of groups and joins
                 */
    bool unscaled; /* the factors would be seen */
} lu_band;

typedef struct lu_wiring {
    size_t n;       /* sections */
    lu_band *band;  /* n + 1, owned; only those that in[] and out[] name count */
    size_t *in;     /* n, owned: band of the section's input */
    size_t *out;    /* n, owned: band of its output */
    size_t *joined; /* n + 1, owned: scratch, which band stands for which */
} lu_wiring;

lu_err lu_wiring_of(const lu_net *net, lu_wiring *out);
void lu_wiring_fini(lu_wiring *w);

#endif
