/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The robustness map: what is left of each kind of evidence when the stolen network is changed,
 * cleaned, or hidden behind a filter, at rising strength, against what is left of its use; and the
 * survey's eighteen measures (Xue, Zhang, Wang, Liu) of the same run, each with its procedure and
 * bound.
 *
 *     DIR/part-1.npz -2 -3            the owner's samples, everybody else's, held out
 *     DIR/owner, DIR/overwrite-N      bundles: the owner's mark, and others put over it
 *     DIR/colluders                   copies tuned apart, and their averages
 *     DIR/zoo                         negatives and attacks, made and judged as a zoo (lab/zoo.h)
 *     DIR/evaluation                  the mark alone, as `watermark evaluate` sees it
 *     DIR/boundary.npz                the victim's fingerprint (IPGuard)
 *     DIR/resist.txt .csv .json, measures.csv, map.svg, curve-ATTACK.svg
 *
 * What is there is not made again, so an interrupted run goes on.
 *
 *     LU_TRY(lu_resist_run(&options, job, &r));
 *     LU_TRY(lu_resist_text(&r, &buf));
 */
#ifndef LU_SESSIONS_RESIST_RESIST_H
#define LU_SESSIONS_RESIST_RESIST_H

#include "sessions/lab/zoo.h"

enum { LU_RESIST_STRENGTHS = 4, LU_RESIST_POINTS = 64, LU_MEASURES = 18 };

typedef struct lu_resist_options {
    const char *cfg;     /* of the victim */
    const char *data;    /* SPEC, split at random: owner's, everybody else's, held out */
    size_t samples;      /* how many of it: 2/5, 2/5, 1/5 */
    const char *out;     /* folder */
    size_t keys, epochs; /* of the mark; epochs of victim and negatives */
    size_t width;        /* of the encoder */
    size_t negatives;    /* at least 4; half of them on the owner's samples */
    size_t strengths;    /* of each attack at most; LU_RESIST_STRENGTHS = all */
    size_t jobs;         /* engines; 0 = one a processor */
    uint64_t seed;
} lu_resist_options;

/* 5000 drawn digits, 40 keys, 14 epochs, width 4, 8 negatives, all strengths, seed 1;
   cfg and out are the caller's. */
lu_resist_options lu_resist_default(void);

/* id, name, title, what decides */
#define LU_EXHIBIT_TABLE(X)                                                                        \
    X(BLACK, "deepjudge-black", "DeepJudge black", "RobD and JSD: more than half of the votes")    \
    X(WHITE, "deepjudge-white", "DeepJudge white", "NOD, NAD, LOD, LAD: more than half of them")   \
    X(MARK, "watermark", "watermark", "p of the matches at most 1e-6")                             \
    X(MEMBER, "membership", "membership", "smallest of three p, corrected, at most 0.01")          \
    X(BOUNDARY, "fingerprint", "fingerprint", "more matches than every negative")

typedef enum lu_resist_kind {
#define LU_EXHIBIT_ENUM(id, name, title, rule) LU_EXHIBIT_##id,
    LU_EXHIBIT_TABLE(LU_EXHIBIT_ENUM)
#undef LU_EXHIBIT_ENUM
        LU_EXHIBITS
} lu_resist_kind;

const char *lu_resist_kind_name(lu_resist_kind e);
const char *lu_resist_kind_title(lu_resist_kind e);
const char *lu_resist_kind_rule(lu_resist_kind e);

/* One kind of evidence on one network. */
typedef struct lu_finding {
    bool known;   /* false: this attack leaves it nothing to ask, or too few metrics voted */
    double score; /* 0..1: share of votes, of matches; membership: 1 at 0.01, by log p */
    double p;     /* NAN where there is only a verdict */
    bool held;    /* it still speaks against the network */
    bool is_void; /* the network is no better than chance, so nothing it shows counts; not held */
} lu_finding;

const char *lu_finding_word(const lu_finding *f); /* "yes", "no", "void"; "-" when not known */

typedef struct lu_attack {
    const char *name, *label, *unit; /* unit of the strength */
    int level;                       /* 1..3, the survey's Table I */
    enum { LU_BY_RECIPE, LU_BY_FILE, LU_BY_QUERY } by;
    const char *method, *set, *also;      /* of the lab; settings, one with %g for the strength */
    double strength[LU_RESIST_STRENGTHS]; /* rising in effect; 0 = no more */
} lu_attack;

extern const lu_attack lu_attacks[];
extern const size_t lu_attack_count;

/* A network looked at: an attack at a strength, or a control. */
typedef struct lu_resist_point {
    char name[LU_NAME_MAX];  /* "fine-tune-2" */
    const lu_attack *attack; /* NULL: the victim itself or a negative */
    lu_role role;
    double strength;
    bool same_data; /* a negative trained on the owner's samples: membership is right to show it */
    double clean;   /* accuracy on the test samples; NAN = not measured */
    lu_finding finding[LU_EXHIBITS];
} lu_resist_point;

/* A false owner's claim on the victim: the best of so many secrets (ambiguity). */
typedef struct lu_resist_claim {
    size_t tried, matches;
    double p;         /* as if it had been the only one */
    double corrected; /* Bonferroni over what was tried */
} lu_resist_claim;

enum { LU_RESIST_CLAIMS = 3 };

typedef struct lu_measure {
    const char *name;
    bool attack;       /* of resistance to attacks; else basic */
    char value[256];   /* what was found */
    const char *how;   /* procedure */
    const char *bound; /* what it must be */
    enum { LU_MEASURE_MET, LU_MEASURE_MISSED, LU_MEASURE_TOLD } state; /* TOLD: there is no bound */
} lu_measure;

typedef struct lu_resist {
    lu_resist_options options;
    size_t points, negatives; /* the victim, attacks, then negatives; of these the last */
    lu_resist_point point[LU_RESIST_POINTS];
    lu_resist_claim claim[LU_RESIST_CLAIMS];
    size_t keys, classes;
    lu_measure measure[LU_MEASURES];
} lu_resist;

lu_err lu_resist_run(const lu_resist_options *o, const lu_job *job, lu_resist *out);

/* Text for people, in ASCII; a row a point and kind of evidence as CSV; the sheet as CSV; all as
   one JSON object. */
lu_err lu_resist_text(const lu_resist *r, lu_buf *out);
lu_err lu_resist_csv(const lu_resist *r, lu_buf *out);
lu_err lu_resist_sheet(const lu_resist *r, lu_buf *out);
lu_err lu_resist_json(const lu_resist *r, lu_buf *out);

/* All of them and the figures into the folder. */
lu_err lu_resist_write(const lu_resist *r, const char *dir);

#endif
