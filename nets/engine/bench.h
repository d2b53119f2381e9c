/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One kind of work on one network with random parameters, to be timed again and again.
 *
 *     lu_bench *b;
 *     LU_TRY(lu_bench_new(&net, LU_BENCH_FORWARD, false, 32, &b));
 *     LU_TRY(lu_bench_run(b, 0.5, &units, &seconds));
 *     lu_bench_free(&b);
 */
#ifndef LU_NETS_ENGINE_BENCH_H
#define LU_NETS_ENGINE_BENCH_H

#include "nets/client/bench.h"
#include "nets/engine/engine.h"

typedef struct lu_bench lu_bench;

/* Takes net over. */
lu_err lu_bench_new(lu_net *net, lu_bench_work work, bool reference, size_t batch, lu_bench **out);
void lu_bench_free(lu_bench **b);

/* Works for at least `seconds`, once when 0. */
lu_err lu_bench_run(lu_bench *b, double seconds, double *units, double *took);

/* Multiply-adds x 2 of one unit. */
double lu_bench_flops(const lu_bench *b);

/* Parameters drawn from a fixed seed, of the size that keeps values level from layer to layer (He:
   variance 2 / fan in); batch-norm near the identity. */
lu_err lu_bench_weights(const lu_net *net, lu_weights *out);

/* Runs an n x n x n single-precision product of the machine's BLAS once; LU_ERR_CANNOT without. */
lu_err lu_sgemm_run(size_t n);

#endif
