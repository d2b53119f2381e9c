/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of membership share. */
#ifndef LU_SESSIONS_MEMBERSHIP_INTERNAL_H
#define LU_SESSIONS_MEMBERSHIP_INTERNAL_H

#include "sessions/membership/member.h"
#include "sessions/stages.h"

/* The models of a case at work. */
typedef struct lu_member_work {
    lu_run *r;
    lu_member_report *out;
    const lu_job *job;
    size_t at;         /* model at work */
    double from, part; /* of its time: what the present step takes */
} lu_member_work;

/* Makes *w ready; `r`, started, and `out`, empty, are borrowed and `out` gets the parameters. */
void lu_member_start(lu_member_work *w, lu_run *r, const lu_job *job, lu_member_report *out);

/* Lists the models, nothing known of them yet but their ids. */
lu_err lu_member_models(lu_member_work *w);

/* The item that model m stands for; for the one that is made here the victim, whose .cfg it has. */
const lu_item *lu_member_item(const lu_member_work *w, const lu_member_model *m);

/* The id of what is stored of the samples themselves. */
lu_err lu_member_samples_id(const lu_member_work *w, lu_sha256 *out);

/* Computes, and stores nothing: whether the samples themselves differ, the evidence of model w->at.
   What a foreign network does to its engine is LU_ERR_ENGINE or LU_ERR_INPUT. */
lu_err lu_member_compute_shift(lu_member_work *w);
lu_err lu_member_compute(lu_member_work *w, lu_member_model *m);

/* Stored evidence: one model's, by lu_member_model. */
lu_err lu_member_write(const lu_member_model *m, const lu_member_params *p, lu_buf *out);
lu_err lu_member_read(const lu_buf *text, lu_member_model *m, lu_member_params *p);

/* Stored of the samples themselves. */
lu_err lu_member_write_shift(double p, lu_buf *out);
lu_err lu_member_read_shift(const lu_buf *text, double *p);

/* Is the negative one of membership.unrelated? */
bool lu_member_unrelated(const lu_params *p, const char *name);

/* Do both sets come from the two halves of one published set? */
bool lu_member_official(const lu_case *c);

/* Standings, controls, verdicts: all that follows from the evidence. */
void lu_member_judge(lu_member_report *r);

/* A network with the victim's .cfg and fresh weights, drawn from the seed: a .weights file in
   memory. */
lu_err lu_member_untrained(const lu_case *c, uint64_t seed, lu_buf *cfg, lu_buf *weights);

#endif
