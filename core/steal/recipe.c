/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/steal/recipe.h"

#include <math.h>

static const char *const recipe_names[LU_RECIPE_KINDS] = {
    [LU_RECIPE_TRAIN] = "train", [LU_RECIPE_FT_LL] = "FT-LL", [LU_RECIPE_FT_AL] = "FT-AL",
    [LU_RECIPE_RT_AL] = "RT-AL", [LU_RECIPE_PRUNE] = "P",
};

/* spec 6.2, authors' tune.py; momentum: the usual one, the authors have no SGD. */
static const lu_recipe common = {
    .optimiser = LU_ADAM,
    .learning_rate = 1e-3,
    .momentum = 0.9,
    .epochs = 10,
    .batch = 64,
};

lu_recipe lu_recipe_of(lu_recipe_kind kind, double prune, uint64_t seed)
{
    lu_recipe r = common;

    r.seed = seed;
    r.from_parent = kind != LU_RECIPE_TRAIN;
    r.last_only = kind == LU_RECIPE_FT_LL;
    r.fresh_last = kind == LU_RECIPE_RT_AL;
    r.prune = kind == LU_RECIPE_PRUNE ? prune : 0;
    if (r.from_parent) {
        r.rotate = 10;
        r.shift = 0.1;
    }
    return r;
}

const char *lu_recipe_name(lu_recipe_kind kind)
{
    return (unsigned)kind < LU_RECIPE_KINDS ? recipe_names[kind] : "unknown";
}

static lu_err check_range(const char *what, double value, bool inside)
{
    return inside ? LU_OK : lu_fail(LU_ERR_USAGE, "%s %g is out of range", what, value);
}

static lu_err check_drops(const lu_recipe *r)
{
    size_t before = 0;

    for (int i = 0; i < LU_RECIPE_DROPS; i++) {
        if (r->drop_epoch[i] == 0) {
            continue;
        }
        if (r->drop_epoch[i] <= before) {
            return lu_fail(LU_ERR_USAGE, "the epochs of the rate's drops do not rise");
        }
        before = r->drop_epoch[i];
        LU_TRY(check_range("factor of the rate's drop", r->drop_factor[i],
                           r->drop_factor[i] > 0 && isfinite(r->drop_factor[i])));
    }
    return LU_OK;
}

lu_err lu_recipe_check(const lu_recipe *r)
{
    if ((unsigned)r->optimiser > LU_SGD) {
        return lu_fail(LU_ERR_USAGE, "unknown optimiser");
    }
    if (r->epochs == 0 || r->batch == 0) {
        return lu_fail(LU_ERR_USAGE, "epochs and batch must be at least 1");
    }
    LU_TRY(check_range("pruned share", r->prune, r->prune >= 0 && r->prune < 1));
    LU_TRY(check_range("learning rate", r->learning_rate,
                       r->learning_rate > 0 && isfinite(r->learning_rate)));
    LU_TRY(check_range("momentum", r->momentum, r->momentum >= 0 && r->momentum < 1));
    LU_TRY(check_range("decay", r->decay, r->decay >= 0 && isfinite(r->decay)));
    LU_TRY(check_range("shift", r->shift, r->shift >= 0 && r->shift < 1));
    LU_TRY(check_range("rotation", r->rotate, r->rotate >= 0 && r->rotate <= 180));
    return check_drops(r);
}
