/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speed of this machine: lineup's plan against libdarknet's own functions on the bundled networks
 * with random parameters. Both run in engines of their own; measurements alternate (A B A B) and
 * their medians are kept, so that other work on the machine slows both alike.
 */
#ifndef LU_SESSIONS_BENCH_H
#define LU_SESSIONS_BENCH_H

#include "nets/nets.h"

enum { LU_BENCH_ROWS_MAX = 96, LU_BENCH_FIT_POINTS = 6 };

struct lu_bench_result;

typedef struct lu_bench_options {
    size_t names;
    const char *const *name; /* of networks or kinds of work; none = all but vgg16-224 */
    size_t jobs;             /* engines of the rows with several; 0 = one a processor */
    size_t batch;            /* 0 = 1 and 32 (vgg16-224: 8) */
    bool only_fast;          /* without Darknet, without the rows with several engines */
    double seconds;          /* one measurement takes at least */
    /* Told what is known before the first row (the machine) and after each; may be NULL. */
    lu_err (*tell)(void *context, const struct lu_bench_result *so_far);
    void *context;
} lu_bench_options;

/* Units a second: images, steps, seeds, suspects or starts; see `unit`. */
typedef struct lu_bench_row {
    const char *net, *work, *unit;
    size_t batch, threads;         /* engine processes, a thread each */
    double fast, darknet;          /* darknet NAN = not measured */
    double gflops;                 /* of the fast one; NAN where it says nothing */
    double memory, darknet_memory; /* bytes, the most one engine held */
} lu_bench_row;

/* Seconds = each * tests * suspects + fixed: judging some suspects on some tests. */
typedef struct lu_bench_fit {
    size_t points;
    double work[LU_BENCH_FIT_POINTS], seconds[LU_BENCH_FIT_POINTS];
    double each, fixed;
    double residual; /* largest, as a share of the measured time */
} lu_bench_fit;

typedef struct lu_bench_result {
    char engine[160]; /* version, instruction set */
    size_t processors;
    double sgemm; /* GFLOP/s of the machine's BLAS on one core; NAN without one */
    size_t rows;
    lu_bench_row row[LU_BENCH_ROWS_MAX];
    lu_bench_fit fit; /* points 0 = not asked for */
} lu_bench_result;

/* LU_ERR_USAGE for a name that is neither. */
lu_err lu_bench_all(const lu_bench_options *o, const lu_job *job, lu_bench_result *out);

/* Contract "lineup bench --json". */
lu_err lu_bench_json(const lu_bench_result *r, lu_buf *out);

/* A table in parts: the machine and the columns' names, a line a row, the judging's cost. */
lu_err lu_bench_head_text(const lu_bench_result *r, lu_buf *out);
lu_err lu_bench_row_text(const lu_bench_result *r, size_t row, lu_buf *out);
lu_err lu_bench_fit_text(const lu_bench_result *r, lu_buf *out);

#endif
