/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engines side by side, a row of the table at a time. */
#include "sessions/bench_run.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>

static const struct {
    const char *name, *unit;
} works[LU_BENCH_WORKS] = {
#define LU_BENCH_NAME(id, name, unit) [LU_BENCH_##id] = {name, unit},
    LU_BENCH_TABLE(LU_BENCH_NAME)
#undef LU_BENCH_NAME
};

const char *lu_bench_work_name(lu_bench_work work)
{
    return works[work].name;
}

/* --- engines of one kind that work at the same time --- */

typedef struct team {
    size_t n;
    lu_engine *engine[LU_BENCH_ENGINES_MAX];
    lu_bench_ask ask;
    double rate[LU_BENCH_ROUNDS]; /* units a second of all together */
    double flops, peak;
} team;

static void team_fini(team *t)
{
    for (size_t i = 0; i < t->n; i++) {
        lu_engine_free(&t->engine[i]);
    }
}

static lu_err team_send(team *t)
{
    for (size_t i = 0; i < t->n; i++) {
        lu_frame request;
        lu_err err;
        lu_request_bench(&t->ask, &request);
        err = lu_engine_send(t->engine[i], &request);
        lu_frame_fini(&request);
        LU_TRY(err);
    }
    return LU_OK;
}

/* Waits for an answer while the job may say stop; then nobody asks this engine again. */
static lu_err team_receive(const lu_bench_run *b, lu_engine *e, lu_bench_answer *answer)
{
    bool done = false;
    lu_frame reply;
    lu_err err;

    while (!done) {
        struct pollfd p = {.fd = lu_engine_socket(e), .events = POLLIN};
        LU_TRY(lu_job_at(b->job, b->what, (double)b->done, (double)b->total));
        if (poll(&p, 1, 200) > 0) {
            LU_TRY(lu_engine_receive(e, NULL, &done, &reply));
        }
    }
    err = lu_reply_bench(&reply, answer);
    lu_frame_fini(&reply);
    return err;
}

static lu_err team_round(const lu_bench_run *b, team *t, double *rate)
{
    *rate = 0;
    LU_TRY(team_send(t));
    for (size_t i = 0; i < t->n; i++) {
        lu_bench_answer a;
        LU_TRY(team_receive(b, t->engine[i], &a));
        *rate += a.units / a.seconds;
        t->flops = a.flops;
        t->peak = a.peak > t->peak ? a.peak : t->peak;
    }
    return LU_OK;
}

/* Started, network made, everything touched once. */
static lu_err team_start(const lu_bench_run *b, team *t, size_t n)
{
    double seconds = t->ask.seconds, first;

    t->ask.seconds = 0;
    for (t->n = 0; t->n < n; t->n++) {
        LU_TRY(lu_engine_start(&t->engine[t->n]));
    }
    LU_TRY(team_round(b, t, &first));
    t->ask.seconds = seconds;
    return LU_OK;
}

/* --- rows --- */

double lu_bench_median(double *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        for (size_t k = i; k > 0 && v[k] < v[k - 1]; k--) {
            double swap = v[k];
            v[k] = v[k - 1];
            v[k - 1] = swap;
        }
    }
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

void lu_bench_begin(lu_bench_run *b, const char *net, const char *work, size_t batch,
                    size_t threads)
{
    snprintf(b->what, sizeof b->what, "%s %s, batch %zu, %zu process%s", net, work, batch, threads,
             threads > 1 ? "es" : "");
}

lu_err lu_bench_end(lu_bench_run *b, const lu_bench_row *row)
{
    if (b->out->rows == LU_BENCH_ROWS_MAX) {
        return lu_fail(LU_ERR_INTERNAL, "too many rows");
    }
    b->out->row[b->out->rows++] = *row;
    b->done++;
    if (b->o->tell != NULL) {
        LU_TRY(b->o->tell(b->o->context, b->out));
    }
    return lu_job_at(b->job, b->what, (double)b->done, (double)b->total);
}

static lu_err alternate(const lu_bench_run *b, team *fast, team *darknet, size_t n)
{
    LU_TRY(team_start(b, fast, n));
    if (!b->o->only_fast) {
        LU_TRY(team_start(b, darknet, n));
    }
    for (size_t r = 0; r < LU_BENCH_ROUNDS; r++) {
        darknet->rate[r] = NAN;
        LU_TRY(team_round(b, fast, &fast->rate[r]));
        if (!b->o->only_fast) {
            LU_TRY(team_round(b, darknet, &darknet->rate[r]));
        }
    }
    return LU_OK;
}

lu_err lu_bench_measure(lu_bench_run *b, const lu_bundled *net, lu_bench_work work, size_t batch,
                        size_t threads)
{
    lu_bench_ask ask = {net->cfg, work, false, batch, b->o->seconds};
    team fast = {.ask = ask}, darknet = {.ask = ask};
    lu_bench_row row = {.net = net->name, .batch = batch, .threads = threads};
    lu_err err;

    row.work = works[work].name;
    row.unit = works[work].unit;
    darknet.ask.reference = true;
    lu_bench_begin(b, row.net, row.work, batch, threads);
    err = alternate(b, &fast, &darknet, threads);
    team_fini(&fast);
    team_fini(&darknet);
    LU_TRY(err);
    row.fast = lu_bench_median(fast.rate, LU_BENCH_ROUNDS);
    row.darknet = lu_bench_median(darknet.rate, LU_BENCH_ROUNDS);
    row.gflops = row.fast * fast.flops * 1e-9;
    row.memory = fast.peak;
    row.darknet_memory = darknet.n ? darknet.peak : NAN;
    return lu_bench_end(b, &row);
}

/* The BLAS's best of some rounds; no BLAS is no failure. */
lu_err lu_bench_machine(lu_bench_run *b)
{
    lu_bench_ask ask = {lu_bundled_nets[0].cfg, LU_BENCH_SGEMM, false, 1, b->o->seconds};
    team t = {.ask = ask};
    lu_engine_hello hello;
    lu_err err = lu_engine_start_trusted(&t.engine[0]); /* loads the BLAS while it runs */

    LU_TRY(err);
    t.n = 1;
    err = lu_engine_greet(t.engine[0], &hello);
    snprintf(b->out->engine, sizeof b->out->engine, "%s", hello.tag);
    snprintf(b->what, sizeof b->what, "the machine's own product of matrices");
    for (size_t r = 0; r < LU_BENCH_ROUNDS && !err; r++) {
        err = team_round(b, &t, &t.rate[r]);
    }
    b->out->sgemm = err ? NAN : lu_bench_median(t.rate, LU_BENCH_ROUNDS) * t.flops * 1e-9;
    team_fini(&t);
    return err == LU_ERR_CANNOT ? LU_OK : err;
}
