/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stages of a case in order: seeds, tests, scores, judgement. What is stored already is not
 * computed again. */
#ifndef LU_SESSIONS_RUN_H
#define LU_SESSIONS_RUN_H

#include "sessions/case/case.h"
#include "sessions/result.h"

typedef struct lu_run_options {
    lu_stage until; /* last stage to run; LU_STAGE_JUDGEMENT for all */
    size_t jobs;    /* engine processes; 0 = one a processor */
    bool reference; /* --engine darknet */
} lu_run_options;

/*
 * Runs a case opened for writing. LU_ERR_CANNOT for an unsealed evidence case with suspects,
 * LU_ERR_INPUT when the victim or the test samples are missing, LU_ERR_INTEGRITY when a file of the
 * case changed. What another model's files do to an engine is a finding in its `reason`, not a
 * failure of the run.
 */
lu_err lu_case_run(lu_case *c, const lu_run_options *o, const lu_job *job, lu_result *out);

#endif
