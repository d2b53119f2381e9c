/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of membership share. */
#ifndef LU_SESSIONS_MEMBERSHIP_INTERNAL_H
#define LU_SESSIONS_MEMBERSHIP_INTERNAL_H

#include "sessions/membership/member.h"

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
