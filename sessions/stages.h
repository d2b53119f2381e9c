/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stages as sessions/run.c strings them together. Each looks into the store first; each
 * result's id is the hash of the ids of what it was made from, its parameters, and the numerics
 * tag.
 */
#ifndef LU_SESSIONS_STAGES_H
#define LU_SESSIONS_STAGES_H

#include "sessions/case/store.h"
#include "sessions/run.h"
#include "sessions/testfile.h"

typedef struct lu_run {
    lu_case *c;
    const lu_run_options *options;
    const lu_job *job;
    const lu_item *victim;
    lu_model_files victim_files; /* open */
    char here[160];              /* numerics of this engine: instruction set, versions */
    char tag[160];               /* of the results that are meant; goes into their ids */
    lu_shared set[LU_SETS];      /* sample sets, read when first wanted; fd -1 = not yet */
    lu_shared seed_images;       /* the selected seeds in order; fd -1 = not yet */
    lu_sha256 seeds_id, blackbox_id, whitebox_id;
    lu_seeds seeds;
    double victim_accuracy; /* on the set the seeds come from */
    lu_blackbox blackbox;
    lu_whitebox_set whitebox;
    lu_sha256 blackbox_sha256, whitebox_sha256; /* of the stored files */
    lu_result *result;
    bool at_end; /* of what is stored, in a run that only looks */
} lu_run;

lu_err lu_run_start(lu_run *r, lu_case *c, const lu_run_options *o, const lu_job *job,
                    lu_result *result);
void lu_run_fini(lu_run *r);

lu_err lu_stage_seeds(lu_run *r);
lu_err lu_stage_blackbox(lu_run *r);
lu_err lu_stage_whitebox(lu_run *r);
lu_err lu_stage_scores(lu_run *r);
lu_err lu_stage_judgement(lu_run *r);

/* What membership (sessions/membership/) has stored under the present parameters; out->models is 0
   when nothing is. Computes and writes nothing. */
lu_err lu_member_look(lu_run *r, lu_member_report *out);

/* What the scores stage stores of one model. */
lu_err lu_scores_write(const lu_model_result *m, lu_buf *out);

/* --- shared by the stages --- */

/* The set, or what stands in for it (seeds -> test). LU_ERR_INPUT when the case has none. */
lu_err lu_run_set(lu_run *r, lu_set set, const lu_shared **out);
lu_set lu_run_seed_set(const lu_run *r);

/* The selected seeds as images, in order. */
lu_err lu_run_seed_images(lu_run *r, const lu_shared **out);

/* Logits (LU_LAYER_LOGITS) or neurons of one model on samples first..first+n-1, over all engines in
   fixed shards; out is n x width, owned by the caller. */
lu_err lu_run_outputs(const lu_run *r, const lu_model_files *files, const lu_model_info *info,
                      const lu_shared *s, size_t n, int layer, const char *what, float **out);

/* LU_ERR_CANNOT when the run is only to look at what is stored. */
lu_err lu_run_may_compute(lu_run *r);

/* Counts and journals a result that was made, or found and not in the journal yet; `in` are the
   hashes of what it was made from. */
lu_err lu_run_note(lu_run *r, const char *stage, const lu_sha256 *id, const lu_sha256 *sha256,
                   bool computed, const lu_sha256 *in, size_t n_in);

#endif
