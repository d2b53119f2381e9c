/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the report says of a case beyond the run's own numbers: errors on the controls, strength of
   support, what the journal tells of the order of things. */
#ifndef LU_SESSIONS_EXPORT_FACTS_H
#define LU_SESSIONS_EXPORT_FACTS_H

#include "sessions/run.h"

typedef enum lu_sealing {
    LU_SEALED_NEVER,
    LU_SEALED_AFTER,   /* a suspect had been scored */
    LU_SEALED_BETWEEN, /* a suspect had come in, none was scored */
    LU_SEALED_BEFORE,  /* no suspect had come in */
    LU_SEALED_ALONE    /* there is no suspect */
} lu_sealing;

/* By the journal's lines, not by its clock. */
typedef struct lu_story {
    lu_sealing sealing;
    size_t settings; /* most tried on any suspect of the case */
    size_t changes;  /* parameters set */
    size_t trials;   /* settings of the judgement tried without setting them */
    size_t removals; /* models taken out */
    size_t refused;  /* acts that were refused */
    size_t failed;   /* runs that did not come to their end */
    size_t undone;   /* acts a crash cut off */
    char last[32];   /* time of the last line */
} lu_story;

typedef struct lu_facts {
    lu_rate alarms;             /* negatives judged copy, of all that were judged */
    lu_rate misses;             /* positives not judged copy, of all */
    char controls[LU_TEXT_MAX]; /* how the run's controls ended, in words */
    lu_story story;
} lu_facts;

/* Confidence of every bound in the report. */
#define LU_REPORT_CONFIDENCE 0.95

/* Reads the journal of the case again. LU_ERR_INTEGRITY when it cannot be read. */
lu_err lu_facts_of(const lu_case *c, const lu_result *r, lu_facts *out);

enum { LU_EXHIBIT_MAX = 24 };

/* The number of an item: a letter by role, its position among those of the role: "N3". */
const char *lu_exhibit(const lu_case *c, size_t item, char out[LU_EXHIBIT_MAX]);

/* How much a verdict is worth on these controls. */
typedef struct lu_support {
    bool given;
    double
        ratio;  /* likelihood ratio, at least; for Hp if the verdict is copy, for Hd if not-copy */
    double cap; /* the largest that the number of controls can demonstrate */
    const char *reason; /* static text why not given, or NULL */
} lu_support;

/* ratio = (1 - most misses)/most alarms for copy, (1 - most alarms)/most misses for not-copy, with
   exact one-sided bounds; cap = 1/most alarms, 1/most misses (spec forensics 3.6). */
lu_support lu_support_of(const lu_facts *f, bool controls_valid, lu_verdict verdict);

/* The judgement of one model of the result under other parameters, without the negative at that
   position among those it is held against (SIZE_MAX = with all). */
lu_err lu_verdict_under(const lu_result *r, const lu_model_result *m, const lu_judge_params *p,
                        size_t without_negative, lu_judgement *out);

#endif
