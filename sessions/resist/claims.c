/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ambiguity: whoever draws secrets until one happens to fit the victim's answers to the owner's own
   keys. Who may try many has to be held to that many (Bonferroni); who had to commit first has
   one. */
#include "sessions/resist/parts.h"

#include <math.h>

static lu_err best_of(const lu_resist_work *w, const int32_t *victim, size_t from, size_t to,
                      size_t *best)
{
    const lu_bundle *b = &w->bundle;
    int32_t *label;
    lu_sha256 secret;
    lu_err err = LU_NEW(label, b->n);

    for (size_t i = from; i < to && !err; i++) {
        err = lu_secret_decoy(w->o->seed, i, &secret);
        err = err ? err : lu_secret_labels(&secret, b->cover, b->n, b->classes, label);
        if (!err) {
            size_t k = lu_matches(victim, label, b->n);
            *best = k > *best ? k : *best;
        }
    }
    free(label);
    return err;
}

lu_err lu_resist_claims(const lu_resist_work *w, const int32_t *victim, lu_resist *out)
{
    static const size_t tried[LU_RESIST_CLAIMS] = {10, 100, 1000};
    size_t best = 0;

    for (size_t i = 0; i < LU_RESIST_CLAIMS; i++) {
        lu_resist_claim *c = &out->claim[i];
        LU_TRY(best_of(w, victim, i ? tried[i - 1] : 0, tried[i], &best));
        c->tried = tried[i];
        c->matches = best;
        c->p = lu_binomial_tail(w->bundle.n, best, 1 / (double)w->bundle.classes);
        c->corrected = fmin(1, c->p * (double)tried[i]);
    }
    return LU_OK;
}
