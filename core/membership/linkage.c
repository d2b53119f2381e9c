/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/membership/linkage.h"

#include <string.h>

static const char *const names[LU_CREDITS] = {"expected", "random", "none"};

const char *lu_credit_name(lu_credit c)
{
    return names[c];
}

bool lu_credit_parse(const char *name, lu_credit *out)
{
    for (int i = 0; i < LU_CREDITS; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (lu_credit)i;
            return true;
        }
    }
    return false;
}

/* The closest two sets of different clusters. */
static lu_join closest(const double *distance, size_t m, const size_t *cluster)
{
    lu_join best = {.a = m};

    for (size_t a = 0; a < m; a++) {
        for (size_t b = a + 1; b < m; b++) {
            double d = distance[a * m + b];
            if (cluster[a] != cluster[b] && (best.a == m || d < best.height)) {
                best = (lu_join){a, b, d};
            }
        }
    }
    return best;
}

static void remember_halves(const size_t *cluster, size_t m, lu_linkage *out)
{
    out->size = 0;
    for (size_t i = 0; i < m; i++) {
        out->first[i] = cluster[i] == cluster[0];
        out->size += out->first[i];
    }
}

void lu_linkage_of(const double *distance, size_t m, lu_linkage *out)
{
    size_t cluster[LU_SETS_MOST]; /* node each set belongs to */

    for (size_t i = 0; i < m; i++) {
        cluster[i] = i;
    }
    for (size_t k = 0; k + 1 < m; k++) {
        lu_join j = closest(distance, m, cluster);
        j.a = cluster[j.a];
        j.b = cluster[j.b];
        if (k + 2 == m) {
            remember_halves(cluster, m, out);
        }
        out->join[k] = j;
        for (size_t i = 0; i < m; i++) {
            cluster[i] = cluster[i] == j.a || cluster[i] == j.b ? m + k : cluster[i];
        }
    }
}

/* The share of a drawn choice: of halves of equal size either is chosen, then a member of it. */
static double expected(size_t smaller, size_t m, bool inside)
{
    if (2 * smaller == m) {
        return 1 / (double)m;
    }
    return inside ? 1 / (double)smaller : 0;
}

double lu_linkage_credit(const lu_linkage *l, size_t m, size_t member, lu_credit credit,
                         lu_rng *rng)
{
    bool first_smaller = 2 * l->size < m;
    size_t smaller = first_smaller ? l->size : m - l->size;
    double share = expected(smaller, m, l->first[member] == first_smaller);

    if (smaller == 1 || credit == LU_CREDIT_EXPECTED) {
        return share;
    }
    return credit == LU_CREDIT_RANDOM && lu_rng_uniform(rng) < share ? 1 : 0;
}
