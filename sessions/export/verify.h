/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a case, or an export, what its records say? Everything is read strictly; nothing is written.
 *
 *     verify.c            which of the two it is; what was found, as text and JSON
 *     verify_case.c       records of a case against its files, and against each other
 *     verify_bag.c        lists of an export against its files
 *     verify_beside.c     what lies beside it
 *     verify_results.c    results.json against the stage results
 *     verify_made.c       results.json and the report's texts, made of the case once more
 *     recompute.c         scores, membership and marks, computed again
 *     verify_again.c      what that came to, as text and JSON
 */
#ifndef LU_SESSIONS_EXPORT_VERIFY_H
#define LU_SESSIONS_EXPORT_VERIFY_H

#include "sessions/export/heads.h"
#include "sessions/membership/member.h"
#include "sessions/result.h"
#include "sessions/watermark/in_case.h"

#include <cJSON.h>

typedef struct lu_verify_options {
    bool recompute;
    size_t jobs; /* engine processes; 0 = one a processor */
    lu_trust trust;
} lu_verify_options;

/* What was computed again. */
typedef struct lu_recomputed {
    bool scores;        /* of the last judgement were; what follows is of them */
    bool same_numerics; /* engine, instruction set and versions are those of the case */
    size_t models;      /* compared */
    size_t same_bytes;  /* of them, whose stored result came out again byte for byte */
    double difference;  /* the largest, relative where values are above 1 */
    size_t close;       /* votes nearer to their threshold than the difference allowed */
    lu_repeated members;
    lu_marks_repeated marks;
} lu_recomputed;

/* Results and report of an export, made of its case once more. */
typedef struct lu_made {
    char why[96];        /* they were not; "" = they were */
    size_t files;        /* that came to the same bytes */
    bool other_drawings; /* report.html did but for what stands inside its figures */
} lu_made;

typedef struct lu_verified {
    bool bag;
    char scope[16]; /* of a bag */
    lu_case_kind kind;
    size_t files;
    uint64_t journal_lines;       /* 0: an export without the journal */
    lu_sha256 head, digest;       /* digest: of a bag's tagmanifest-sha256.txt */
    bool sealed, beside, stamped; /* a bag's .sha256 and .tsr were there */
    lu_sha256 signer;             /* of a bag's .sig; "" = none */
    char stamped_at[32];
    size_t withheld; /* files of which a redacted export has only commitments */
    lu_heads heads;
    lu_made made; /* of a bag */
    lu_recomputed again;
} lu_verified;

/*
 * LU_ERR_INTEGRITY names the first thing that differs and where, LU_ERR_INPUT a path that is
 * neither a case nor an export, or a key or certificate that cannot be read. LU_ERR_CANNOT: to
 * recompute what is not there, to check a stamp or signature where there is none.
 */
lu_err lu_verify(const char *path, const lu_verify_options *o, const lu_job *job, lu_verified *out);

lu_err lu_verified_text(const lu_verified *v, const lu_verify_options *o, lu_buf *out);
lu_err lu_verified_json(const lu_verified *v, const lu_verify_options *o, lu_buf *out);

/* --- parts --- */

/* Opens and checks the records of a case: case.json, journal, seal. `path` may be a bag's data/. */
lu_err lu_verify_open(const char *path, lu_case **out);

lu_err lu_verify_case(const char *path, const lu_verify_options *o, const lu_job *job,
                      lu_verified *out);
lu_err lu_verify_bag(const char *path, const lu_verify_options *o, const lu_job *job,
                     lu_verified *out);

/* What lies beside the bag at `path`, whose payload is `data`; anchors/HEAD_LINE.pub there has the
   key of a signature. out->digest is the tag manifest's. */
lu_err lu_verify_beside(const char *path, int data, uint64_t head_line, const lu_verify_options *o,
                        lu_verified *out);

/* results.json below `dir` against the judgement it repeats. */
lu_err lu_verify_results(const lu_case *c, int dir);

/* Makes results.json and the report's texts of a case in a full export, `dir` being its data/, made
   by this build. LU_ERR_INTEGRITY names the first that differs. */
lu_err lu_verify_made(lu_case *c, int dir, const lu_job *job, lu_made *out);

/* The JSON of the judgement the last run came to. LU_ERR_CANNOT when there is none, or when the
   case was changed since. */
lu_err lu_verify_judgement(const lu_case *c, cJSON **out);

/* LU_ERR_CANNOT when there is nothing to compute again, or when the case was changed since it was
   judged. */
lu_err lu_recompute(lu_case *c, size_t jobs, const lu_job *job, lu_recomputed *out);

/* What it came to: lines of text; an object's members. */
lu_err lu_made_text(const lu_made *m, lu_buf *out);
void lu_made_json(const lu_made *m, cJSON *json);
lu_err lu_recomputed_text(const lu_recomputed *r, lu_buf *out);
void lu_recomputed_json(const lu_recomputed *r, cJSON *json);

/* What cannot be read inside of what is verified is a matter of integrity. */
lu_err lu_verify_inside(lu_err err);

#endif
