/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the robustness map share. */
#ifndef LU_SESSIONS_RESIST_PARTS_H
#define LU_SESSIONS_RESIST_PARTS_H

#include "sessions/membership/member.h"
#include "sessions/resist/resist.h"
#include "sessions/run.h"
#include "sessions/watermark/answers.h"
#include "sessions/watermark/evaluate.h"

typedef struct lu_resist_work {
    const lu_resist_options *o;
    const lu_job *job; /* what the steps report to: lu_resist_step() */
    lu_job stepped;
    const lu_job *whole;                            /* the caller's */
    double from, part;                              /* of the whole, what the present step takes */
    char cfg[LU_BUNDLE_PATH], host[LU_BUNDLE_PATH]; /* absolute */
    char dir[LU_BUNDLE_PATH];                       /* the folder, absolute */
    char own[LU_BUNDLE_PATH], others[LU_BUNDLE_PATH], test[LU_BUNDLE_PATH]; /* SPECs */
    lu_bundle bundle;   /* the owner's, committed */
    lu_shared boundary; /* labels: the victim's answers */
    lu_evaluation evaluation;
    lu_result result;                  /* of the zoo's case */
    lu_look look;                      /* its tests */
    double embed_seconds, ask_seconds; /* of the mark: made (0 = it was there), one network asked */
} lu_resist_work;

/* --- steps.c --- */

/* The steps of a run in order, and about what share of its time each takes. */
typedef enum lu_resist_stage {
    LU_RESIST_OWNER,
    LU_RESIST_FILES, /* attacks that are no recipes */
    LU_RESIST_EVALUATION,
    LU_RESIST_ZOO,
    LU_RESIST_ASKING,
    LU_RESIST_MEASURES,
    LU_RESIST_STAGES
} lu_resist_stage;

/* w->job reports to `whole`, ... */
void lu_resist_steps(lu_resist_work *w, const lu_job *whole);

/* ... from now on as a part of this step. */
void lu_resist_step(lu_resist_work *w, lu_resist_stage stage);

/* --- paths.c --- */

/* The .weights of an attack that is no recipe; owned by the caller, NULL out of memory. */
char *lu_resist_file(const lu_resist_work *w, const lu_attack *a, double strength);

/* "DIR/NAME" of the run's folder. */
lu_err lu_resist_path(const lu_resist_work *w, const char *name, char out[LU_BUNDLE_PATH]);

/* --- attacks.c --- */

/* How many strengths of an attack are tried. */
size_t lu_resist_strengths(const lu_resist_options *o, const lu_attack *a);
void lu_resist_name(const lu_attack *a, double strength, char out[LU_NAME_MAX]);

/* Writes the zoo's plan. */
lu_err lu_resist_plan(const lu_resist_work *w, const char *path);

/* --- make.c --- */

/* Everything that is made before the zoo: owner's bundle, marks put over it, averages. */
lu_err lu_resist_make(lu_resist_work *w);

/* --- findings.c --- */

/* The share of the boundary's points that are answered as by the victim. */
double lu_resist_boundary_share(const lu_resist_work *w, const int32_t *answer);

/* What matching key labels and boundary labels amounts to. `negative`: the shares that the
   negatives match of the boundary's points. */
lu_finding lu_resist_mark(const lu_resist_work *w, const int32_t *answer);
lu_finding lu_resist_boundary(const lu_resist_work *w, const int32_t *answer,
                              const double *negative, size_t negatives);

/* From the smallest of its p values, corrected. */
lu_finding lu_resist_member(double p);

/* Voids what is known of a network that is no better than chance (core/stats/chance.h). */
void lu_resist_void(lu_resist_point *p, double chance_p);

/* Votes of some metrics: more than half of those cast. */
lu_finding lu_resist_votes(const bool *cast, const bool *copy, size_t n);

/* --- ask.c --- */

/* Every network of the zoo, all evidence. */
lu_err lu_resist_ask(lu_resist_work *w, lu_zoo *z, lu_resist *out);

/* --- wrap.c --- */

/* The victim behind a filter: the query attacks, appended to the points. */
lu_err lu_resist_wrap(lu_resist_work *w, const double *negative, size_t negatives, lu_resist *out);

/* --- claims.c --- */

lu_err lu_resist_claims(const lu_resist_work *w, const int32_t *victim, lu_resist *out);

/* --- measures.c --- */

lu_err lu_resist_measures(const lu_resist_work *w, lu_resist *out);

#endif
