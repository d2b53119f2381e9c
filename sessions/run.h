/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stages of a case in order: seeds, tests, scores, judgement. What is stored already is not
 * computed again. */
#ifndef LU_SESSIONS_RUN_H
#define LU_SESSIONS_RUN_H

#include "sessions/case/case.h"
#include "sessions/membership/member.h"
#include "sessions/result.h"
#include "sessions/testfile.h"
#include "sessions/watermark/in_case.h"

typedef struct lu_run_options {
    lu_stage until;       /* last stage to run; LU_STAGE_JUDGEMENT for all */
    size_t jobs;          /* engine processes; 0 = one a processor */
    bool reference;       /* --engine darknet */
    bool only_stored;     /* look, do not compute: the run ends where the store ends */
    bool again;           /* scores are computed although they are stored, and not stored */
    const char *numerics; /* whose stored results are meant: lu_result.engine of another run; NULL =
                             this engine's */
} lu_run_options;

/*
 * Runs a case opened for writing. LU_ERR_CANNOT for an unsealed evidence case with suspects,
 * LU_ERR_INPUT when the victim or the test samples are missing, LU_ERR_INTEGRITY when a file of the
 * case changed. Begin and end are journalled. What another model's files do to an engine is a
 * finding in its `reason`, not a failure of the run.
 */
lu_err lu_case_run(lu_case *c, const lu_run_options *o, const lu_job *job, lu_result *out);

/*
 * What is stored under the case's present parameters, for looking at. `result.reached` says how far
 * it goes; what lies beyond is empty. Nothing is computed or written: the case may be opened for
 * reading.
 */
typedef struct lu_look {
    bool any; /* false: not even the seeds are there */
    lu_result result;
    lu_seeds seeds;
    lu_shared seed_images; /* seeds.n images in order; fd -1 when there are no seeds */
    lu_blackbox blackbox;
    lu_whitebox_set whitebox;
    lu_member_report membership; /* models 0: not tested; there without `any`, too */
    lu_kept_marks marks;         /* of watermarks verified on its models */
    bool no_keys; /* set by whoever shows it to others: without pictures of key samples */
} lu_look;

lu_err lu_case_look(lu_case *c, bool reference, const lu_job *job, lu_look *out);
void lu_look_fini(lu_look *l);

/* Is there anything that a report can tell: seeds, membership, or a mark? */
bool lu_look_tells(const lu_look *l);

/* One model's class scores on images, n x classes, owned by the caller. */
lu_err lu_case_ask(const lu_case *c, const lu_item *item, const lu_shared *images, bool reference,
                   const lu_job *job, float **logits);

/* The same, of what another engine, machine or version stored: `numerics` is lu_result.engine
 * there.
 */
lu_err lu_case_look_at(lu_case *c, const char *numerics, const lu_job *job, lu_look *out);

/*
 * Computes the scores again, here, from the tests stored under `numerics`, and judges them; nothing
 * is stored or journalled, the case may be opened for reading. out->engine is this engine's.
 * LU_ERR_INPUT when the tests are not there.
 */
lu_err lu_case_recompute(lu_case *c, const char *numerics, size_t jobs, const lu_job *job,
                         lu_result *out);

/* Judges the scores of a result again with other parameters, and without the negatives that are
   `out`; touches nothing else. */
void lu_result_judge(lu_result *r, const lu_judge_params *p);

#endif
