/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress over all steps of a run. */
#include "sessions/resist/parts.h"

#include <math.h>

static lu_err stepped(void *context, const char *what, double done, double total)
{
    const lu_resist_work *w = context;
    double share = total > 0 ? fmin(1, done / total) : 0;

    return lu_job_at(w->whole, what, w->from + w->part * share, 1);
}

void lu_resist_step(lu_resist_work *w, lu_resist_stage stage)
{
    /* measured on drawn digits */
    static const double share[LU_RESIST_STAGES] = {0.2, 0.25, 0.2, 0.25, 0.08, 0.02};

    w->from = 0;
    for (int i = 0; i < (int)stage; i++) {
        w->from += share[i];
    }
    w->part = share[stage];
}

void lu_resist_steps(lu_resist_work *w, const lu_job *whole)
{
    w->whole = whole;
    w->stepped = (lu_job){.at = stepped, .context = w};
    w->job = &w->stepped;
}
