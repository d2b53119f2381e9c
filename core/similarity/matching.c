/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/similarity/matching.h"
#include "core/base/mem.h"

#include <math.h>

/* The state of the method: rows and columns from 1, 0 is the row being placed. */
typedef struct assignment {
    size_t n;
    const double *cost;
    double dead;    /* what a NAN costs */
    double *u, *v;  /* potentials of rows and columns */
    size_t *row;    /* the row a column is given to; 0 = none */
    size_t *before; /* the column before on the way */
    double *least;  /* smallest reduced cost of reaching a column */
    bool *seen;
} assignment;

static double cost_of(const assignment *a, size_t i, size_t j)
{
    double c = a->cost[(i - 1) * a->n + j - 1];

    return isnan(c) ? a->dead : c;
}

/* The nearest column not seen yet from column `at`, and the way there. */
static size_t step(assignment *a, size_t at, double *delta)
{
    size_t i = a->row[at], nearest = 0;

    *delta = INFINITY;
    for (size_t j = 1; j <= a->n; j++) {
        double reduced;
        if (a->seen[j]) {
            continue;
        }
        reduced = cost_of(a, i, j) - a->u[i] - a->v[j];
        if (reduced < a->least[j]) {
            a->least[j] = reduced;
            a->before[j] = at;
        }
        if (a->least[j] < *delta) {
            *delta = a->least[j];
            nearest = j;
        }
    }
    return nearest;
}

static void shift_potentials(assignment *a, double delta)
{
    for (size_t j = 0; j <= a->n; j++) {
        if (a->seen[j]) {
            a->u[a->row[j]] += delta;
            a->v[j] -= delta;
        } else {
            a->least[j] -= delta;
        }
    }
}

/* Gives row i a column; others change theirs along the shortest way. */
static void place(assignment *a, size_t i)
{
    size_t at = 0;

    a->row[0] = i;
    for (size_t j = 0; j <= a->n; j++) {
        a->least[j] = INFINITY;
        a->seen[j] = false;
    }
    do {
        double delta;
        size_t next;
        a->seen[at] = true;
        next = step(a, at, &delta);
        shift_potentials(a, delta);
        at = next;
    } while (a->row[at] != 0);
    for (; at != 0; at = a->before[at]) {
        a->row[at] = a->row[a->before[at]];
    }
}

static double dead_cost(const double *cost, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n * n; i++) {
        most = cost[i] > most ? cost[i] : most; /* NAN is not */
    }
    return most + 1;
}

static lu_err room_for(assignment *a)
{
    size_t n = a->n + 1;

    LU_TRY(LU_NEW(a->u, n));
    LU_TRY(LU_NEW(a->v, n));
    LU_TRY(LU_NEW(a->row, n));
    LU_TRY(LU_NEW(a->before, n));
    LU_TRY(LU_NEW(a->least, n));
    return LU_NEW(a->seen, n);
}

lu_err lu_assign(const double *cost, size_t n, size_t *column)
{
    assignment a = {.n = n, .cost = cost, .dead = dead_cost(cost, n)};
    lu_err err = room_for(&a);

    for (size_t i = 1; !err && i <= n; i++) {
        place(&a, i);
    }
    for (size_t j = 1; !err && j <= n; j++) {
        column[a.row[j] - 1] = j - 1;
    }
    free(a.u);
    free(a.v);
    free(a.row);
    free(a.before);
    free(a.least);
    free(a.seen);
    return err;
}

/* --- the metric --- */

typedef struct sums {
    double fixed, matched;
    size_t n_fixed, n_matched;
} sums;

static void add(double distance, double *sum, size_t *n)
{
    if (!isnan(distance)) {
        *sum += distance;
        (*n)++;
    }
}

static lu_err add_layer(const lu_layer_answers *l, sums *s)
{
    size_t width = l->width, *match = NULL;
    double *m = NULL;
    lu_err err = LU_NEW(m, width * width);

    if (!err) {
        err = LU_NEW(match, width);
    }
    if (!err) {
        err = lu_nnod_matrix(l->victim, l->suspect, l->tests->tests.n, width, m);
    }
    if (!err) {
        err = lu_assign(m, width, match);
    }
    for (size_t i = 0; !err && i < width; i++) {
        add(m[i * width + i], &s->fixed, &s->n_fixed);
        add(m[i * width + match[i]], &s->matched, &s->n_matched);
    }
    free(m);
    free(match);
    return err;
}

lu_err lu_matched_nnod(const lu_layer_answers *layers, size_t n, lu_scores *out)
{
    sums s = {0};

    for (size_t i = 0; i < n; i++) {
        if (layers[i].tests->tests.n > 0) {
            LU_TRY(add_layer(&layers[i], &s));
        }
    }
    out->nnod_fixed = (lu_value){s.n_fixed > 0, s.n_fixed ? s.fixed / (double)s.n_fixed : 0};
    out->nnod_matched =
        (lu_value){s.n_matched > 0, s.n_matched ? s.matched / (double)s.n_matched : 0};
    return LU_OK;
}
