/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/steal/prune.h"
#include "core/base/mem.h"
#include "core/steal/methods.h"

#include <math.h>

typedef struct magnitude {
    float size;
    size_t index;
} magnitude;

static int by_size(const void *a, const void *b)
{
    const magnitude *x = a, *y = b;

    if (x->size != y->size) {
        return x->size < y->size ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

lu_err lu_prune_mask(const float *w, size_t n, double share, float *mask)
{
    size_t gone = (size_t)(share * (double)n);
    magnitude *list;

    LU_TRY(LU_NEW(list, n));
    for (size_t i = 0; i < n; i++) {
        list[i] = (magnitude){fabsf(w[i]), i};
    }
    qsort(list, n, sizeof *list, by_size);
    for (size_t i = 0; i < n; i++) {
        mask[list[i].index] = i < gone ? 0 : 1;
    }
    free(list);
    return LU_OK;
}

double lu_prune_schedule(double share, size_t step, size_t steps)
{
    double left = steps ? 1 - (double)step / (double)steps : 0;

    return share * (1 - left * left * left);
}

const lu_method lu_method_prune = {
    "prune",   "P",
    "pruning", LU_NEEDS_WEIGHTS,
    true,      "remove the smallest weights of each tensor, train the others on",
    "",        lu_recipe_augment};
