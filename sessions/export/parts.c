/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How numbers are said, the same in every part. */
#include "sessions/export/parts.h"

#include <math.h>
#include <stdio.h>

lu_digits lu_say_count(size_t n)
{
    lu_digits d;

    snprintf(d.text, sizeof d.text, "%zu", n);
    return d;
}

lu_digits lu_say_value(double v)
{
    lu_digits d;

    snprintf(d.text, sizeof d.text, isnan(v) ? "-" : "%.4f", v);
    return d;
}

lu_digits lu_say_p(double p)
{
    static const double SMALLEST = 0.0001;
    lu_digits d;

    snprintf(d.text, sizeof d.text, isnan(p) ? "-" : p < SMALLEST ? "< 0.0001" : "%.4f", p);
    return d;
}

lu_digits lu_say_share(double v)
{
    lu_digits d;

    snprintf(d.text, sizeof d.text, isnan(v) ? "-" : "%.1f %%", 100 * v);
    return d;
}

lu_digits lu_say_ratio(double v)
{
    lu_digits d;

    snprintf(d.text, sizeof d.text, v < 10 ? "%.1f" : "%.0f",
             v < 10 ? floor(10 * v) / 10 : floor(v));
    return d;
}

lu_digits lu_say_short(const lu_sha256 *sha256)
{
    lu_digits d;

    snprintf(d.text, sizeof d.text, "%.16s…", sha256->hex);
    return d;
}

lu_digits lu_say_number_of(size_t n, const char *one, const char *many)
{
    lu_digits d;

    if (n == 0) {
        snprintf(d.text, sizeof d.text, "no %s", many);
    } else {
        snprintf(d.text, sizeof d.text, "%zu %s", n, n == 1 ? one : many);
    }
    return d;
}

void lu_say_sealing(const lu_telling *t, char *out)
{
    static const lu_phrase phrase[] = {[LU_SEALED_NEVER] = LU_PHRASE_SEALED_NEVER,
                                       [LU_SEALED_AFTER] = LU_PHRASE_SEALED_AFTER,
                                       [LU_SEALED_BETWEEN] = LU_PHRASE_SEALED_BETWEEN,
                                       [LU_SEALED_BEFORE] = LU_PHRASE_SEALED_BEFORE,
                                       [LU_SEALED_ALONE] = LU_PHRASE_SEALED_ALONE};
    const char *at = t->c->sealed_at;
    lu_buf text = LU_BUF_INIT;

    if (!t->d->err) {
        t->d->err = lu_phrase_fill(phrase[t->f->story.sealing], &at, 1, &text);
    }
    snprintf(out, LU_TEXT_MAX, "%s", text.data ? (const char *)text.data : "");
    lu_buf_fini(&text);
}

bool lu_told_judged(const lu_telling *t)
{
    return t->r->reached >= LU_STAGE_JUDGEMENT && t->r->models > 0;
}

bool lu_told_marks(const lu_telling *t)
{
    return t->look != NULL && t->look->marks.n > 0;
}

bool lu_told_members(const lu_telling *t)
{
    return t->look != NULL && t->look->membership.models > 0;
}

bool lu_told_beside(const lu_telling *t)
{
    return t->r->seeds_considered == 0 && (lu_told_marks(t) || lu_told_members(t));
}

bool lu_told_part(const lu_telling *t, const char *heading)
{
    lu_doc_heading(t->d, 1, heading);
    if (lu_told_beside(t)) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_NO_DISTANCES);
        return false;
    }
    return true;
}
