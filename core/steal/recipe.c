/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/steal/methods.h"

#include <math.h>
#include <string.h>

const lu_method *const lu_methods[LU_RECIPE_KINDS] = {
    [LU_RECIPE_TRAIN] = &lu_method_train,
    [LU_RECIPE_FT_LL] = &lu_method_finetune_last,
    [LU_RECIPE_FT_AL] = &lu_method_finetune_all,
    [LU_RECIPE_RT_AL] = &lu_method_retrain,
    [LU_RECIPE_PRUNE] = &lu_method_prune,
    [LU_RECIPE_JBA] = &lu_method_jba,
    [LU_RECIPE_KNOCKOFF] = &lu_method_knockoff,
    [LU_RECIPE_ES] = &lu_method_es,
    [LU_RECIPE_DISTIL] = &lu_method_distil,
    [LU_RECIPE_ADAPT_BLACK] = &lu_method_adapt_black,
    [LU_RECIPE_ADAPT_WHITE] = &lu_method_adapt_white,
    [LU_RECIPE_ADVERSARIAL] = &lu_method_adversarial,
    [LU_RECIPE_TRANSFER] = &lu_method_transfer,
    [LU_RECIPE_QUANTISE] = &lu_method_quantise,
    [LU_RECIPE_NOISE] = &lu_method_noise,
    [LU_RECIPE_SHUFFLE] = &lu_method_shuffle,
    [LU_RECIPE_RESCALE] = &lu_method_rescale,
};

/* spec 6.2, authors' tune.py; momentum: the usual one, the authors have no SGD. What a method does
   not use stays at a value that changes nothing. */
static const lu_recipe common = {
    .optimiser = LU_ADAM,
    .learning_rate = 1e-3,
    .momentum = 0.9,
    .epochs = 10,
    .batch = 64,
    .ep = 0.03,
    .iterations = 10,
    .temperature = 1,
    .rounds = 1,
    .period = 1,
    .bits = 8,
    .scale = 1,
};

lu_recipe lu_recipe_of(lu_recipe_kind kind, double prune, uint64_t seed)
{
    lu_recipe r = common;

    r.kind = kind;
    r.seed = seed;
    r.from_parent = lu_methods[kind]->needs == LU_NEEDS_WEIGHTS;
    lu_methods[kind]->preset(&r);
    r.prune = kind == LU_RECIPE_PRUNE ? prune : 0;
    return r;
}

const char *lu_recipe_name(lu_recipe_kind kind)
{
    return (unsigned)kind < LU_RECIPE_KINDS ? lu_methods[kind]->label : "unknown";
}

bool lu_method_parse(const char *name, lu_recipe_kind *out)
{
    for (size_t i = 0; i < LU_RECIPE_KINDS; i++) {
        if (strcmp(lu_methods[i]->name, name) == 0) {
            *out = (lu_recipe_kind)i;
            return true;
        }
    }
    return false;
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
        if (!(r->drop_factor[i] > 0) || !isfinite(r->drop_factor[i])) {
            return lu_fail(LU_ERR_USAGE, "the factor %g of the rate's drop is out of range",
                           r->drop_factor[i]);
        }
    }
    return LU_OK;
}

lu_err lu_recipe_check(const lu_recipe *r)
{
    if ((unsigned)r->kind >= LU_RECIPE_KINDS) {
        return lu_fail(LU_ERR_USAGE, "unknown method");
    }
    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        const lu_recipe_field *f = &lu_recipe_fields[i];
        if (!lu_recipe_field_takes(f, lu_recipe_get(r, f))) {
            return lu_fail(LU_ERR_USAGE, "%s %g is out of range", f->key, lu_recipe_get(r, f));
        }
    }
    if (r->epochs == 0 && lu_methods[r->kind]->samples) {
        return lu_fail(LU_ERR_USAGE, "epochs must be at least 1");
    }
    return check_drops(r);
}
