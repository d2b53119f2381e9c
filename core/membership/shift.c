/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The samples themselves as a control: a random split gives sets that no feature tells apart. */
#include "core/base/mem.h"
#include "core/membership/companions.h"
#include "core/membership/evidence.h"
#include "core/watermark/verify.h"

#include <math.h>

enum { GRID = 4 };

/* Adds class r's statistic under every permutation; *observed counts it when it has samples. */
static lu_err add_class(const lu_member_sets *s, size_t width, int32_t r, uint64_t seed,
                        double *observed, double *null, size_t n)
{
    lu_rng *rng = NULL;
    lu_pools p;
    lu_err err;

    LU_TRY(lu_pools_of(s->members, s->member_labels, s->n_members, s->others, s->other_labels,
                       s->n_others, width, r, &p));
    err = lu_rng_new(&rng, seed, "membership-shift", (uint64_t)r);
    if (!err && p.members > 0 && p.others > 0) {
        *observed = (isnan(*observed) ? 0 : *observed) + lu_pools_mean_gap(&p);
        for (size_t b = 0; b < n; b++) {
            lu_pools_deal(&p, rng);
            null[b] += lu_pools_mean_gap(&p);
        }
    }
    lu_rng_free(&rng);
    lu_pools_fini(&p);
    return err;
}

lu_err lu_member_shift(const lu_member_sets *s, size_t width, size_t permutations, uint64_t seed,
                       const lu_job *job, const char *what, double *p)
{
    double *null, observed = NAN;
    lu_err err;

    LU_TRY(LU_NEW(null, permutations));
    err = LU_OK;
    for (size_t r = 0; r < s->classes && !err; r++) {
        err = lu_job_at(job, what, (double)r, (double)s->classes);
        if (!err) {
            err = add_class(s, width, (int32_t)r, seed, &observed, null, permutations);
        }
    }
    *p = isnan(observed) ? NAN : lu_decoy_p(observed, null, permutations);
    free(null);
    return err;
}

/* The cell of a grid of `cells` that position i of `size` falls into. */
static size_t cell_of(size_t i, size_t size, size_t cells)
{
    return i * cells / size;
}

static void add_image(const lu_samples *s, const float *x, size_t rows, size_t columns, float *to)
{
    size_t c = s->shape.c;

    for (size_t y = 0; y < s->shape.h; y++) {
        for (size_t i = 0; i < s->shape.w * c; i++) {
            size_t cell =
                cell_of(y, s->shape.h, rows) * columns + cell_of(i / c, s->shape.w, columns);
            to[cell * c + i % c] += x[y * s->shape.w * c + i];
        }
    }
}

lu_err lu_member_pixels(const lu_samples *s, size_t *width, float **out)
{
    size_t rows = s->shape.h < GRID ? s->shape.h : GRID;
    size_t columns = s->shape.w < GRID ? s->shape.w : GRID;
    float *x;
    lu_err err;

    *width = rows * columns * s->shape.c;
    LU_TRY(LU_NEW(x, lu_shape_size(s->shape)));
    err = LU_NEW(*out, s->n * *width);
    for (size_t i = 0; i < s->n && !err; i++) {
        lu_samples_values(s, i, 1, x);
        add_image(s, x, rows, columns, *out + i * *width);
    }
    free(x);
    return err;
}
