/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/membership/charts.h"

#include <math.h>
#include <stdio.h>

static double luck(const lu_member_params *p)
{
    return 1 / (double)p->pmi.sets;
}

lu_err lu_member_levels_of(const lu_member_model *m, const lu_member_params *p,
                           lu_member_levels *out)
{
    const lu_member_evidence *e = &m->evidence;

    *out = (lu_member_levels){0};
    LU_TRY(LU_NEW(out->row, e->classes));
    LU_TRY(LU_NEW(out->label, e->classes));
    for (size_t r = 0; r < e->classes; r++) {
        const lu_member_class *c = &e->class[r];
        snprintf(out->label[r], LU_MEMBER_LABEL, "class %zu", r);
        out->row[r] = (lu_level){out->label[r], c->accuracy, c->low, c->high, c->rho + luck(p)};
    }
    out->chart = (lu_levels){out->row, e->classes, luck(p)};
    return LU_OK;
}

void lu_member_levels_fini(lu_member_levels *l)
{
    free(l->row);
    free(l->label);
    *l = (lu_member_levels){0};
}

lu_hist lu_member_hist_of(const lu_member_model *m, const lu_member_params *p)
{
    const lu_member_evidence *e = &m->evidence;

    return (lu_hist){.values = e->permuted,
                     .n = e->permutations,
                     .suspect = e->average,
                     .tau = e->rho + luck(p),
                     .ink = LU_INK_NEGATIVE,
                     .name = "observed",
                     .limit = "needed",
                     .larger = true};
}

void lu_member_tree_of(const lu_member_model *m, const lu_member_params *p, lu_member_tree *out)
{
    const lu_pmi_once *x = &m->evidence.example;
    size_t sets = p->pmi.sets, other = 1;

    for (size_t i = 0; i < sets; i++) {
        bool member = i == x->member;
        if (member) {
            snprintf(out->name[i], LU_MEMBER_LABEL, "members");
        } else {
            snprintf(out->name[i], LU_MEMBER_LABEL, "others %zu", other++);
        }
        out->leaf[i] = (lu_leaf){out->name[i], member ? LU_INK_SUSPECT : LU_INK_NEGATIVE};
    }
    for (size_t i = 0; i + 1 < sets; i++) {
        const lu_join *j = &x->linkage.join[i];
        out->merge[i] = (lu_merge){j->a, j->b, fmax(j->height, 0)};
    }
    out->chart = (lu_dendrogram){out->leaf, sets, out->merge, NAN};
}

/* The set at place i when the members' comes first. */
static size_t set_at(const lu_pmi_once *x, size_t i)
{
    return i == 0 ? x->member : i <= x->member ? i - 1 : i;
}

void lu_member_map_of(const lu_member_model *m, const lu_member_params *p, lu_member_map *out)
{
    const lu_pmi_once *x = &m->evidence.example;
    size_t sets = p->pmi.sets;
    double low = 0, high = 0;

    for (size_t i = 0; i < sets * sets; i++) {
        size_t a = set_at(x, i / sets), b = set_at(x, i % sets);
        out->value[i] = a == b ? NAN : x->distance[a * sets + b];
        low = fmin(low, out->value[i]); /* fmin passes NAN over */
        high = fmax(high, out->value[i]);
    }
    out->chart = (lu_heatmap){out->value, sets, sets, low, high, NAN};
}
