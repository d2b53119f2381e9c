/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the report (spec forensics 2.7), each one function that adds to the document. */
#ifndef LU_SESSIONS_EXPORT_PARTS_H
#define LU_SESSIONS_EXPORT_PARTS_H

#include "sessions/export/facts.h"
#include "sessions/export/wording.h"

/* What all parts are told from; borrowed. */
typedef struct lu_telling {
    lu_doc *d;
    const lu_case *c;
    const lu_look *look; /* NULL or look->any false: no pictures of tests */
    const lu_result *r;
    const lu_facts *f;
} lu_telling;

void lu_part_summary(const lu_telling *t);      /* page one */
void lu_part_examiner(const lu_telling *t);     /* 1 */
void lu_part_items(const lu_telling *t);        /* 2 */
void lu_part_method(const lu_telling *t);       /* 3 */
void lu_part_validation(const lu_telling *t);   /* 4 */
void lu_part_results(const lu_telling *t);      /* 5 */
void lu_part_membership(const lu_telling *t);   /* after 5, where it was tested */
void lu_part_watermark(const lu_telling *t);    /* 5a, when a mark was verified */
void lu_part_combined(const lu_telling *t);     /* 6 */
void lu_part_alternatives(const lu_telling *t); /* 7 */
void lu_part_limits(const lu_telling *t);       /* 8 */
void lu_part_deviations(const lu_telling *t);   /* 9 */
void lu_part_repeat(const lu_telling *t);       /* 10 */
void lu_part_glossary(const lu_telling *t);     /* 11 */
void lu_part_hashes(const lu_telling *t);       /* 12 */
void lu_part_appendix(const lu_telling *t);     /* shortened texts, whole */

/* --- shared by the parts --- */

typedef struct lu_digits {
    char text[40];
} lu_digits;

lu_digits lu_say_count(size_t n);
lu_digits lu_say_value(double v);                /* four decimals; "-" for NAN */
lu_digits lu_say_p(double p);                    /* four decimals, "< 0.0001" below them */
lu_digits lu_say_share(double v);                /* "22.1 %"; "-" for NAN */
lu_digits lu_say_ratio(double v);                /* rounded down: two digits below 10, else whole */
lu_digits lu_say_short(const lu_sha256 *sha256); /* 16 digits and an ellipsis */

/* "none", "1 network", "3 networks" */
lu_digits lu_say_number_of(size_t n, const char *one, const char *many);

/* How the sealing went, in words; out has LU_TEXT_MAX bytes. */
void lu_say_sealing(const lu_telling *t, char *out);

/* A sentence on each mark that was verified, on each suspect's membership. */
void lu_say_marks(const lu_telling *t);
void lu_say_members(const lu_telling *t);

bool lu_told_marks(const lu_telling *t);   /* a mark was verified */
bool lu_told_members(const lu_telling *t); /* membership was tested */
bool lu_told_judged(const lu_telling *t);

/* Only marks or membership were examined: of the distances there is nothing, not even seeds. */
bool lu_told_beside(const lu_telling *t);

/* Begins a part on the distances. False when none were measured: then it says so, and that is the
   whole part. */
bool lu_told_part(const lu_telling *t, const char *heading);

#endif
