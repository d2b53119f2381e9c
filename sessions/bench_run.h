/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the bench share: one call of it, row by row. */
#ifndef LU_SESSIONS_BENCH_RUN_H
#define LU_SESSIONS_BENCH_RUN_H

#include "sessions/bench.h"

enum { LU_BENCH_ROUNDS = 3, LU_BENCH_ENGINES_MAX = 64 };

typedef struct lu_bench_run {
    const lu_bench_options *o;
    const lu_job *job;
    lu_bench_result *out;
    size_t done, total; /* rows, for progress */
    char what[64];
} lu_bench_run;

/* What progress calls the row that is measured next; then the row itself. */
void lu_bench_begin(lu_bench_run *b, const char *net, const char *work, size_t batch,
                    size_t threads);
lu_err lu_bench_end(lu_bench_run *b, const lu_bench_row *row);

/* Sorts v. */
double lu_bench_median(double *v, size_t n);

const char *lu_bench_work_name(lu_bench_work work);

/* The machine's BLAS, best of some rounds; no BLAS is no failure. */
lu_err lu_bench_machine(lu_bench_run *b);

/* One row: `threads` engines of each kind, alternating. */
lu_err lu_bench_measure(lu_bench_run *b, const lu_bundled *net, lu_bench_work work, size_t batch,
                        size_t threads);

/* Rows "start" and "judge"; on Darknet's functions too if `reference`. Then whether its cost is
   linear. */
lu_err lu_bench_judging(lu_bench_run *b, const lu_bundled *net, bool reference);
lu_err lu_bench_linear(lu_bench_run *b, const lu_bundled *net);

/* --- one suspect judged --- */

/* One network's files in memory, questions, and the victim's answers to them. */
typedef struct lu_trial lu_trial;

/* Black-box tests and white-box tests of the default layer, random images. */
lu_err lu_trial_new(const lu_bundled *net, size_t black, size_t white, lu_trial **out);
void lu_trial_free(lu_trial **t);

/* Judges `suspects` of them one after the other on one engine each: start, load, answers, scores.
 */
lu_err lu_trial_judge(lu_trial *t, size_t suspects, bool reference, double *seconds);

/* Starts an engine, loads the network, asks for one answer. */
lu_err lu_trial_start(lu_trial *t, bool reference, double *seconds);

#endif
