/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several measures ask of the points, and how they put it down. */
#include "sessions/resist/measures.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const double USEFUL = 0.05; /* who loses more accuracy has paid for the removal */

void lu_measure_set(lu_measure *m, bool known, bool met, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(m->value, sizeof m->value, format, args);
    va_end(args);
    m->state = known ? met ? LU_MEASURE_MET : LU_MEASURE_MISSED : LU_MEASURE_TOLD;
}

const lu_resist_point *lu_resist_victim(const lu_resist *r)
{
    return &r->point[0];
}

const lu_resist_point *lu_resist_point_at(const lu_resist *r, int level, const char *name, size_t i)
{
    for (size_t k = 0; k < r->points; k++) {
        const lu_attack *a = r->point[k].attack;
        bool wanted = a && (name ? strcmp(a->name, name) == 0 : a->level == level);
        if (wanted && i-- == 0) {
            return &r->point[k];
        }
    }
    return NULL;
}

/* Of a level's attacks: how many the mark outlasted, and the least accuracy that removing it took.
 */
static void outlasted(const lu_resist *r, int level, size_t *held, size_t *n, double *least)
{
    const lu_resist_point *p;

    *held = *n = 0;
    *least = INFINITY;
    for (size_t i = 0; (p = lu_resist_point_at(r, level, NULL, i)) != NULL; i++) {
        double lost = lu_resist_victim(r)->clean - p->clean;
        *n += 1;
        *held += p->finding[LU_EXHIBIT_MARK].held;
        if (!p->finding[LU_EXHIBIT_MARK].held && lost < *least) {
            *least = lost;
        }
    }
}

void lu_measure_outlasted(const lu_resist *r, int level, lu_measure *m)
{
    size_t held, n;
    double least;

    outlasted(r, level, &held, &n, &least);
    if (held == n) {
        lu_measure_set(m, true, true, "mark detected after all %zu", n);
    } else {
        lu_measure_set(
            m, true, least > USEFUL,
            "mark detected after %zu of %zu; cheapest removal costs %.1f points of accuracy", held,
            n, 100 * least);
    }
}
