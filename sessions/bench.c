/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/bench.h"
#include "sessions/scores.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    ROUNDS = 3,
    ENGINES_MAX = 64,
    BLACK = 1000, /* tests of the row "judge" */
    WHITE = 1600
};

/* What is measured of each network. */
typedef struct plan_row {
    lu_bench_work work;
    size_t batch;  /* 0 = the largest that is sensible for the network */
    bool parallel; /* once more with all engines */
} plan_row;

static const plan_row plan[] = {
    {LU_BENCH_FORWARD, 1, false}, {LU_BENCH_FORWARD, 0, true},  {LU_BENCH_GRADIENT, 1, false},
    {LU_BENCH_GRADIENT, 0, true}, {LU_BENCH_NEURONS, 0, false}, {LU_BENCH_PGD, 0, false},
    {LU_BENCH_CW, 0, false},      {LU_BENCH_TRAIN, 0, false},
};
enum { PLAN_ROWS = sizeof plan / sizeof *plan };

static const struct {
    const char *name, *unit;
} works[LU_BENCH_WORKS] = {
#define LU_BENCH_NAME(id, name, unit) [LU_BENCH_##id] = {name, unit},
    LU_BENCH_TABLE(LU_BENCH_NAME)
#undef LU_BENCH_NAME
};

typedef struct bench {
    const lu_bench_options *o;
    const lu_job *job;
    lu_bench_result *out;
    size_t done, total; /* rows, for progress */
    char what[64];
} bench;

/* --- engines of one kind that work at the same time --- */

typedef struct team {
    size_t n;
    lu_engine *engine[ENGINES_MAX];
    lu_bench_ask ask;
    double rate[ROUNDS]; /* units a second of all together */
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
static lu_err team_receive(const bench *b, lu_engine *e, lu_bench_answer *answer)
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

static lu_err team_round(const bench *b, team *t, double *rate)
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
static lu_err team_start(const bench *b, team *t, size_t n)
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

static double median(double *v, size_t n)
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

static lu_err alternate(const bench *b, team *fast, team *darknet, size_t n)
{
    LU_TRY(team_start(b, fast, n));
    if (!b->o->only_fast) {
        LU_TRY(team_start(b, darknet, n));
    }
    for (size_t r = 0; r < ROUNDS; r++) {
        darknet->rate[r] = NAN;
        LU_TRY(team_round(b, fast, &fast->rate[r]));
        if (!b->o->only_fast) {
            LU_TRY(team_round(b, darknet, &darknet->rate[r]));
        }
    }
    return LU_OK;
}

static void begin_row(bench *b, const char *net, const char *work, size_t batch, size_t threads)
{
    snprintf(b->what, sizeof b->what, "%s %s, batch %zu, %zu process%s", net, work, batch, threads,
             threads > 1 ? "es" : "");
}

static lu_err end_row(bench *b, const lu_bench_row *row)
{
    if (b->out->rows == LU_BENCH_ROWS_MAX) {
        return lu_fail(LU_ERR_INTERNAL, "too many rows");
    }
    b->out->row[b->out->rows++] = *row;
    b->done++;
    return lu_job_at(b->job, b->what, (double)b->done, (double)b->total);
}

static lu_err measure(bench *b, const lu_bundled *net, lu_bench_work work, size_t batch,
                      size_t threads)
{
    lu_bench_ask ask = {net->cfg, work, false, batch, b->o->seconds};
    team fast = {.ask = ask}, darknet = {.ask = ask};
    lu_bench_row row = {.net = net->name, .batch = batch, .threads = threads};
    lu_err err;

    row.work = works[work].name;
    row.unit = works[work].unit;
    darknet.ask.reference = true;
    begin_row(b, row.net, row.work, batch, threads);
    err = alternate(b, &fast, &darknet, threads);
    team_fini(&fast);
    team_fini(&darknet);
    LU_TRY(err);
    row.fast = median(fast.rate, ROUNDS);
    row.darknet = median(darknet.rate, ROUNDS);
    row.gflops = row.fast * fast.flops * 1e-9;
    row.memory = fast.peak;
    row.darknet_memory = darknet.n ? darknet.peak : NAN;
    return end_row(b, &row);
}

typedef lu_err (*trial_step)(lu_trial *t, bool reference, double *seconds);

static lu_err judge_one(lu_trial *t, bool reference, double *seconds)
{
    return lu_trial_judge(t, 1, reference, seconds);
}

static lu_err measure_trial(bench *b, const lu_bundled *net, lu_trial *t, trial_step step,
                            const char *work, const char *unit, size_t tests)
{
    double fast[ROUNDS], darknet[ROUNDS];
    lu_bench_row row = {.net = net->name, .work = work, .unit = unit, .batch = tests, .threads = 1};

    begin_row(b, net->name, work, tests, 1);
    for (size_t r = 0; r < ROUNDS; r++) {
        LU_TRY(lu_job_at(b->job, b->what, (double)b->done, (double)b->total));
        LU_TRY(step(t, false, &fast[r]));
        darknet[r] = NAN;
        if (!b->o->only_fast) {
            LU_TRY(step(t, true, &darknet[r]));
        }
    }
    row.fast = 1 / median(fast, ROUNDS);
    row.darknet = 1 / median(darknet, ROUNDS);
    row.gflops = row.memory = row.darknet_memory = NAN;
    return end_row(b, &row);
}

static lu_err measure_judging(bench *b, const lu_bundled *net)
{
    lu_trial *t;
    lu_err err;

    begin_row(b, net->name, "judge", BLACK + WHITE, 1);
    LU_TRY(lu_trial_new(net, BLACK, WHITE, &t));
    err = measure_trial(b, net, t, lu_trial_start, "start", "starts", 1);
    if (!err) {
        err = measure_trial(b, net, t, judge_one, "judge", "suspects", BLACK + WHITE);
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
static lu_err measure_fit(bench *b, const lu_bundled *net)
{
    lu_bench_fit *f = &b->out->fit;
    lu_err err = LU_OK;

    begin_row(b, net->name, "judge, more and more of it", BLACK + WHITE, 1);
    for (size_t scale = 1; scale <= 4 && !err; scale *= 4) {
        lu_trial *t;
        LU_TRY(lu_trial_new(net, scale * BLACK, scale * WHITE, &t));
        for (size_t suspects = 1; suspects <= 4 && !err; suspects *= 2) {
            double took[ROUNDS];
            for (size_t r = 0; r < ROUNDS && !err; r++) {
                err = lu_trial_judge(t, suspects, false, &took[r]);
            }
            f->work[f->points] = (double)(suspects * scale * (BLACK + WHITE));
            f->seconds[f->points++] = median(took, ROUNDS);
        }
        lu_trial_free(&t);
    }
    LU_TRY(err);
    fit_line(f);
    b->done++;
    return LU_OK;
}

/* --- what is asked for --- */

static bool named(const lu_bench_options *o, const char *name)
{
    for (size_t i = 0; i < o->names; i++) {
        if (strcmp(o->name[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_net(const char *name)
{
    for (size_t i = 0; i < lu_bundled_count; i++) {
        if (strcmp(lu_bundled_nets[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_work(const char *name)
{
    for (size_t i = 0; i < PLAN_ROWS; i++) {
        if (strcmp(works[plan[i].work].name, name) == 0) {
            return true;
        }
    }
    return strcmp(name, "judge") == 0;
}

static bool wants_net(const lu_bench_options *o, const lu_bundled *net)
{
    bool any = false;

    for (size_t i = 0; i < o->names; i++) {
        any = any || is_net(o->name[i]);
    }
    return any ? named(o, net->name) : strcmp(net->name, "vgg16-224") != 0;
}

static bool wants_work(const lu_bench_options *o, const char *work)
{
    bool any = false;

    for (size_t i = 0; i < o->names; i++) {
        any = any || is_work(o->name[i]);
    }
    return !any || named(o, work);
}

/* Judging on libdarknet takes minutes on the larger networks. */
static bool is_judged(const bench *b, const lu_bundled *net)
{
    return strcmp(net->name, "lenet5") == 0 && wants_work(b->o, "judge");
}

/* Attacks on the larger networks take Darknet minutes at the usual batch. */
static size_t batch_of(const bench *b, const lu_bundled *net, const plan_row *row)
{
    bool attack = row->work == LU_BENCH_PGD || row->work == LU_BENCH_CW;
    bool large = strncmp(net->name, "vgg16", 5) == 0;

    if (b->o->batch || row->batch) {
        return b->o->batch ? b->o->batch : row->batch;
    }
    return strcmp(net->name, "vgg16-224") == 0 || (attack && large) ? 8 : 32;
}

/* Training the largest network, with a gradient for each of its parameters, is nobody's job here.
 */
static bool wants_row(const bench *b, const lu_bundled *net, const plan_row *row)
{
    bool repeats = b->o->batch && row->batch; /* a batch asked for is measured once */

    return !repeats && wants_work(b->o, works[row->work].name) &&
           (strcmp(net->name, "vgg16-224") != 0 || row->work == LU_BENCH_FORWARD ||
            row->work == LU_BENCH_GRADIENT);
}

static lu_err measure_net(bench *b, const lu_bundled *net, size_t jobs, bool count)
{
    for (size_t i = 0; i < PLAN_ROWS; i++) {
        bool parallel = plan[i].parallel && jobs > 1 && !b->o->only_fast;
        size_t batch = batch_of(b, net, &plan[i]);
        if (!wants_row(b, net, &plan[i])) {
            continue;
        }
        if (count) {
            b->total += 1 + parallel;
            continue;
        }
        LU_TRY(measure(b, net, plan[i].work, batch, 1));
        if (parallel) {
            LU_TRY(measure(b, net, plan[i].work, batch, jobs));
        }
    }
    if (is_judged(b, net) && count) {
        b->total += 3;
    } else if (is_judged(b, net)) {
        LU_TRY(measure_judging(b, net));
        LU_TRY(measure_fit(b, net));
    }
    return LU_OK;
}

/* The BLAS's best of some rounds; no BLAS is no failure. */
static lu_err measure_machine(bench *b)
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
    for (size_t r = 0; r < ROUNDS && !err; r++) {
        err = team_round(b, &t, &t.rate[r]);
    }
    b->out->sgemm = err ? NAN : median(t.rate, ROUNDS) * t.flops * 1e-9;
    team_fini(&t);
    return err == LU_ERR_CANNOT ? LU_OK : err;
}

static lu_err check_names(const lu_bench_options *o)
{
    for (size_t i = 0; i < o->names; i++) {
        if (!is_net(o->name[i]) && !is_work(o->name[i])) {
            return lu_fail(LU_ERR_USAGE, "'%s' is neither a bundled network nor a kind of work",
                           o->name[i]);
        }
    }
    return LU_OK;
}

lu_err lu_bench_all(const lu_bench_options *o, const lu_job *job, lu_bench_result *out)
{
    bench b = {.o = o, .job = job, .out = out};
    size_t jobs;

    *out = (lu_bench_result){.processors = (size_t)sysconf(_SC_NPROCESSORS_ONLN)};
    LU_TRY(check_names(o));
    jobs = o->jobs ? o->jobs : out->processors;
    jobs = jobs < ENGINES_MAX ? jobs : ENGINES_MAX;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            LU_TRY(measure_machine(&b));
        }
        for (size_t i = 0; i < lu_bundled_count; i++) {
            if (wants_net(o, &lu_bundled_nets[i])) {
                LU_TRY(measure_net(&b, &lu_bundled_nets[i], jobs, pass == 0));
            }
        }
    }
    return LU_OK;
}
