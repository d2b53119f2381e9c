/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is measured, and in which order. */
#include "sessions/bench_run.h"

#include <string.h>
#include <unistd.h>

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
        if (strcmp(lu_bench_work_name(plan[i].work), name) == 0) {
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
static bool judges_reference(const lu_bundled *net)
{
    return strcmp(net->name, "lenet5") == 0;
}

/* Attacks on the larger networks take Darknet minutes at the usual batch. */
static size_t batch_of(const lu_bench_run *b, const lu_bundled *net, const plan_row *row)
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
static bool wants_row(const lu_bench_run *b, const lu_bundled *net, const plan_row *row)
{
    bool repeats = b->o->batch && row->batch; /* a batch asked for is measured once */

    return !repeats && wants_work(b->o, lu_bench_work_name(row->work)) &&
           (strcmp(net->name, "vgg16-224") != 0 || row->work == LU_BENCH_FORWARD ||
            row->work == LU_BENCH_GRADIENT);
}

static lu_err measure_judging(lu_bench_run *b, const lu_bundled *net, bool count)
{
    bool reference = judges_reference(net);

    if (strcmp(net->name, "vgg16-224") == 0) {
        return LU_OK;
    }
    if (count) {
        b->total += reference ? 3 : 2;
        return LU_OK;
    }
    LU_TRY(lu_bench_judging(b, net, reference));
    return reference ? lu_bench_linear(b, net) : LU_OK;
}

/* `count`: only says how many rows there will be. */
static lu_err measure_net(lu_bench_run *b, const lu_bundled *net, size_t jobs, bool count)
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
        LU_TRY(lu_bench_measure(b, net, plan[i].work, batch, 1));
        if (parallel) {
            LU_TRY(lu_bench_measure(b, net, plan[i].work, batch, jobs));
        }
    }
    return wants_work(b->o, "judge") ? measure_judging(b, net, count) : LU_OK;
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
    lu_bench_run b = {.o = o, .job = job, .out = out};
    size_t jobs;

    *out = (lu_bench_result){.processors = (size_t)sysconf(_SC_NPROCESSORS_ONLN)};
    LU_TRY(check_names(o));
    jobs = o->jobs ? o->jobs : out->processors;
    jobs = jobs < LU_BENCH_ENGINES_MAX ? jobs : LU_BENCH_ENGINES_MAX;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            LU_TRY(lu_bench_machine(&b));
            LU_TRY(o->tell ? o->tell(o->context, out) : LU_OK);
        }
        for (size_t i = 0; i < lu_bundled_count; i++) {
            if (wants_net(o, &lu_bundled_nets[i])) {
                LU_TRY(measure_net(&b, &lu_bundled_nets[i], jobs, pass == 0));
            }
        }
    }
    return LU_OK;
}
