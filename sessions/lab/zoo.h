/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A zoo: the networks of a plan, made side by side, each once.
 *
 *     DIR/plan.json               the plan as given
 *     DIR/models/NAME.weights     and NAME.weights.json (lab.h)
 *     DIR/zoo.case                a tuning case that holds them all, made by lu_zoo_judge()
 *
 *     LU_TRY(lu_zoo_open("mnist.json", "../data", "zoo", &z));
 *     LU_TRY(lu_zoo_cost_of(z, 0, &job, &cost));
 *     LU_TRY(lu_zoo_build(z, &cost, &job));
 *     LU_TRY(lu_zoo_judge(z, 0, &job, &result));
 *     lu_zoo_close(&z);
 *
 * A model that is there, made by this recipe from this victim and these samples, is not made again:
 * what was interrupted goes on.
 */
#ifndef LU_SESSIONS_LAB_ZOO_H
#define LU_SESSIONS_LAB_ZOO_H

#include "sessions/lab/plan.h"
#include "sessions/result.h"

typedef struct lu_zoo lu_zoo;

/* Reads the plan, makes the folders. */
lu_err lu_zoo_open(const char *plan, const char *samples, const char *dir, lu_zoo **out);
void lu_zoo_close(lu_zoo **z);

const lu_zoo_plan *lu_zoo_plan_of(const lu_zoo *z);

typedef enum lu_zoo_state {
    LU_ZOO_WAITING,
    LU_ZOO_MAKING,
    LU_ZOO_THERE,
    LU_ZOO_FAILED
} lu_zoo_state;

typedef struct lu_zoo_seen {
    lu_zoo_state state;
    double share;    /* of its making, done */
    double accuracy; /* on the test samples; NAN = not known */
} lu_zoo_seen;

/* How model i stands, since lu_zoo_cost_of() looked; good while another thread builds. */
lu_zoo_seen lu_zoo_see(lu_zoo *z, size_t i);

typedef struct lu_zoo_cost {
    size_t models, there; /* in the plan; made already */
    double passes;        /* images through a network and back that are still to be computed */
    double rate;    /* of these a second and processor, measured; 0 when there is nothing to do */
    size_t jobs;    /* engines that will work */
    double seconds; /* passes / (rate * jobs) */
} lu_zoo_cost;

/* Reads every sample set once, looks for what is there, measures this machine for about a second.
   jobs: engines, 0 = one a processor. */
lu_err lu_zoo_cost_of(lu_zoo *z, size_t jobs, const lu_job *job, lu_zoo_cost *out);

/* What a build that ended early has left of the cost, by the speed measured before. */
void lu_zoo_left(lu_zoo *z, lu_zoo_cost *cost);

/* Makes what is missing, cost->jobs models at a time. After lu_zoo_cost_of() or lu_zoo_left(). A
   job that is held up, paused, holds the models up too. */
lu_err lu_zoo_build(lu_zoo *z, const lu_zoo_cost *cost, const lu_job *job);

/* Runs the case with all of them. LU_ERR_INPUT names a model that is missing or not what its record
 * says. */
lu_err lu_zoo_judge(lu_zoo *z, size_t jobs, const lu_job *job, lu_result *out);

#endif
