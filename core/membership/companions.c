/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/membership/companions.h"
#include "core/stats/student.h"

/* The scores of both pools sum to 0 (pools.h), so that -sum_P is what the others sum to. */
double lu_pools_mean_gap(const lu_pools *p)
{
    double scale = 1 / (double)p->members + 1 / (double)p->others, gap = 0;

    for (size_t c = 0; c < p->width; c++) {
        double sum = 0;
        for (size_t i = 0; i < p->members; i++) {
            sum += p->score[p->order[i] * p->width + c];
        }
        gap += sum * scale * sum * scale;
    }
    return gap;
}

static lu_moments losses(const lu_pools *p, size_t from, size_t to)
{
    lu_moments m = {0};

    for (size_t i = from; i < to; i++) {
        lu_moments_add(&m, p->loss[p->order[i]]);
    }
    return m;
}

double lu_pools_loss_gap(const lu_pools *p)
{
    double members = 0, others = 0;

    for (size_t i = 0; i < p->members; i++) {
        members += p->loss[p->order[i]];
    }
    for (size_t i = p->members; i < p->members + p->others; i++) {
        others += p->loss[p->order[i]];
    }
    return others / (double)p->others - members / (double)p->members;
}

double lu_pools_loss_error(const lu_pools *p)
{
    lu_moments a = losses(p, 0, p->members), b = losses(p, p->members, p->members + p->others);

    return a.m2 / (double)(a.n - 1) / (double)a.n + b.m2 / (double)(b.n - 1) / (double)b.n;
}
