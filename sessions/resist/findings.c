/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of evidence, and what an answer of each amounts to. */
#include "sessions/resist/parts.h"

#include <math.h>

static const double DETECTED = 1e-6, MEMBER_ALPHA = 0.01; /* spec watermark A6, B4 */

static const struct {
    const char *name, *title, *rule;
} kinds[LU_EXHIBITS] = {
#define LU_EXHIBIT_ROW(id, name, title, rule) {name, title, rule},
    LU_EXHIBIT_TABLE(LU_EXHIBIT_ROW)
#undef LU_EXHIBIT_ROW
};

const char *lu_resist_kind_name(lu_resist_kind e)
{
    return kinds[e].name;
}

const char *lu_resist_kind_title(lu_resist_kind e)
{
    return kinds[e].title;
}

const char *lu_resist_kind_rule(lu_resist_kind e)
{
    return kinds[e].rule;
}

const char *lu_finding_word(const lu_finding *f)
{
    return !f->known ? "-" : f->is_void ? "void" : f->held ? "yes" : "no";
}

lu_finding lu_resist_votes(const bool *cast, const bool *copy, size_t n)
{
    size_t votes = 0, of = 0;

    for (size_t i = 0; i < n; i++) {
        of += cast[i];
        votes += cast[i] && copy[i];
    }
    return (lu_finding){of > 0, of ? (double)votes / (double)of : NAN, NAN, 2 * votes > of, false};
}

lu_finding lu_resist_mark(const lu_resist_work *w, const int32_t *answer)
{
    const lu_bundle *b = &w->bundle;
    size_t k = lu_matches(answer, b->label, b->n);
    double p = lu_binomial_tail(b->n, k, 1 / (double)b->classes);

    return (lu_finding){true, (double)k / (double)b->n, p, p <= DETECTED, false};
}

double lu_resist_boundary_share(const lu_resist_work *w, const int32_t *answer)
{
    const lu_samples *s = &w->boundary.samples;

    return (double)lu_matches(answer, s->labels, s->n) / (double)s->n;
}

/* Its p cannot be smaller than 1/(negatives + 1), so the rule is: above all of them. */
lu_finding lu_resist_boundary(const lu_resist_work *w, const int32_t *answer,
                              const double *negative, size_t negatives)
{
    double share = lu_resist_boundary_share(w, answer), p = lu_decoy_p(share, negative, negatives);

    return (lu_finding){true, share, p, p <= 1 / ((double)negatives + 1), false};
}

lu_finding lu_resist_member(double p)
{
    return (lu_finding){true, fmin(1, log(p) / log(MEMBER_ALPHA)), p, p <= MEMBER_ALPHA, false};
}

void lu_resist_void(lu_resist_point *p, double chance_p)
{
    for (int e = 0; e < LU_EXHIBITS && lu_at_chance(chance_p); e++) {
        lu_finding *f = &p->finding[e];
        f->is_void = f->known;
        f->held = false;
    }
}
