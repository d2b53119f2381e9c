/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole judgements: how long one takes, and whether more of it takes as much longer. */
#include "sessions/bench_run.h"

#include <math.h>

/* Tests of the row "judge". */
enum { BLACK = 1000, WHITE = 1600 };

typedef lu_err (*trial_step)(lu_trial *t, bool reference, double *seconds);

static lu_err judge_one(lu_trial *t, bool reference, double *seconds)
{
    return lu_trial_judge(t, 1, reference, seconds);
}

static lu_err measure_trial(lu_bench_run *b, const lu_bundled *net, lu_trial *t, trial_step step,
                            bool reference, const char *work, const char *unit, size_t tests)
{
    double fast[LU_BENCH_ROUNDS], darknet[LU_BENCH_ROUNDS];
    lu_bench_row row = {.net = net->name, .work = work, .unit = unit, .batch = tests, .threads = 1};

    lu_bench_begin(b, net->name, work, tests, 1);
    for (size_t r = 0; r < LU_BENCH_ROUNDS; r++) {
        LU_TRY(lu_job_at(b->job, b->what, (double)b->done, (double)b->total));
        LU_TRY(step(t, false, &fast[r]));
        darknet[r] = NAN;
        if (reference && !b->o->only_fast) {
            LU_TRY(step(t, true, &darknet[r]));
        }
    }
    row.fast = 1 / lu_bench_median(fast, LU_BENCH_ROUNDS);
    row.darknet = 1 / lu_bench_median(darknet, LU_BENCH_ROUNDS);
    row.gflops = row.memory = row.darknet_memory = NAN;
    return lu_bench_end(b, &row);
}

lu_err lu_bench_judging(lu_bench_run *b, const lu_bundled *net, bool reference)
{
    lu_trial *t;
    lu_err err;

    lu_bench_begin(b, net->name, "judge", BLACK + WHITE, 1);
    LU_TRY(lu_trial_new(net, BLACK, WHITE, &t));
    err = measure_trial(b, net, t, lu_trial_start, reference, "start", "starts", 1);
    if (!err) {
        err = measure_trial(b, net, t, judge_one, reference, "judge", "suspects", BLACK + WHITE);
    }
    lu_trial_free(&t);
    return err;
}

/* --- is the cost linear? --- */

static void fit_line(lu_bench_fit *f)
{
    double n = (double)f->points, x = 0, y = 0, xx = 0, xy = 0;

    for (size_t i = 0; i < f->points; i++) {
        x += f->work[i];
        y += f->seconds[i];
        xx += f->work[i] * f->work[i];
        xy += f->work[i] * f->seconds[i];
    }
    f->each = (n * xy - x * y) / (n * xx - x * x);
    f->fixed = (y - f->each * x) / n;
    for (size_t i = 0; i < f->points; i++) {
        double off = fabs(f->seconds[i] - f->fixed - f->each * f->work[i]) / f->seconds[i];
        f->residual = off > f->residual ? off : f->residual;
    }
}

/* Judging 1, 2 and 4 suspects on the usual tests and on four times as many. */
lu_err lu_bench_linear(lu_bench_run *b, const lu_bundled *net)
{
    lu_bench_fit *f = &b->out->fit;
    lu_err err = LU_OK;

    lu_bench_begin(b, net->name, "judge, more and more of it", BLACK + WHITE, 1);
    for (size_t scale = 1; scale <= 4 && !err; scale *= 4) {
        lu_trial *t;
        LU_TRY(lu_trial_new(net, scale * BLACK, scale * WHITE, &t));
        for (size_t suspects = 1; suspects <= 4 && !err; suspects *= 2) {
            double took[LU_BENCH_ROUNDS];
            for (size_t r = 0; r < LU_BENCH_ROUNDS && !err; r++) {
                err = lu_trial_judge(t, suspects, false, &took[r]);
            }
            f->work[f->points] = (double)(suspects * scale * (BLACK + WHITE));
            f->seconds[f->points++] = lu_bench_median(took, LU_BENCH_ROUNDS);
        }
        lu_trial_free(&t);
    }
    LU_TRY(err);
    fit_line(f);
    b->done++;
    return LU_OK;
}
