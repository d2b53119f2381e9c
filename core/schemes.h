/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The field as a map: every method of protecting or proving the ownership of a network that the
 * four papers behind lineup name, along the six attributes of the survey (Xue, Zhang, Wang, Liu),
 * with what it takes to use it as evidence and what lineup does with it. The rows are
 * core/schemes.def and nothing else; commands, screens and cases ask them.
 *
 *     lu_scheme_fit f = lu_scheme_fits(&lu_schemes[i], LU_ACCESS_LABELS, LU_HOLD_KEYS);
 *     if (f.state == LU_FIT_RUNS) ...
 */
#ifndef LU_CORE_SCHEMES_H
#define LU_CORE_SCHEMES_H

#include "core/base/err.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>

/* The survey's attributes; a scheme may have several values of one. */
enum { LU_WHITE_BOX = 1, LU_BLACK_BOX = 2 };
enum { LU_BY_PARAMETERS = 1, LU_BY_BACKDOOR = 2, LU_BY_FINGERPRINT = 4, LU_BY_OTHER = 8 };
enum { LU_ZERO_BIT = 1, LU_MULTI_BIT = 2 }; /* 0: it hides nothing */
enum { LU_PASSIVE = 1, LU_ACTIVE = 2 };
enum { LU_FOR_VERIFICATION = 1, LU_FOR_MANAGEMENT = 2, LU_FOR_INTEGRITY = 4 };

/* What the suspect has to show, each more than the one before. */
typedef enum lu_access {
    LU_ACCESS_LABELS,
    LU_ACCESS_PROBABILITIES, /* or logits */
    LU_ACCESS_ACTIVATIONS,
    LU_ACCESS_WEIGHTS,
    LU_ACCESS_DEVICE, /* the hardware or the program it was deployed in */
    LU_ACCESSES
} lu_access;

/* id, word (for --have), what it is */
#define LU_HOLDING_TABLE(X)                                                                        \
    X(VICTIM, "victim", "the victim network")                                                      \
    X(SAMPLES, "samples", "labelled samples of the task the victim was not trained on")            \
    X(MEMBERS, "members", "samples the victim was trained on, split off at random")                \
    X(NEGATIVES, "negatives", "networks known to be independent")                                  \
    X(POSITIVES, "positives", "copies of the victim")                                              \
    X(KEYS, "keys", "key samples (triggers, marks) with the answers expected")                     \
    X(SECRET, "secret", "the secret the keys' labels follow from, committed")                      \
    X(BITS, "bits", "the bits hidden in the weights and the matrix or positions to read them")     \
    X(EXTRACTOR, "extractor", "the network that reads the mark")                                   \
    X(PASSPORT, "passport", "passport, serial number or key that makes the network work")          \
    X(LOG, "log", "the log of the victim's API")

typedef enum lu_holding {
#define LU_HOLDING_ENUM(id, word, what) LU_HOLDING_##id,
    LU_HOLDING_TABLE(LU_HOLDING_ENUM)
#undef LU_HOLDING_ENUM
        LU_HOLDINGS
} lu_holding;

/* A set of them. */
enum {
#define LU_HOLD_ENUM(id, word, what) LU_HOLD_##id = 1 << LU_HOLDING_##id,
    LU_HOLDING_TABLE(LU_HOLD_ENUM)
#undef LU_HOLD_ENUM
};

typedef enum lu_null_kind {
    LU_NULL_BY_DESIGN,      /* the owner's secret is random: p is exact, whatever the suspect */
    LU_NULL_BY_MODEL,       /* innocents share part of it: calibrated on negatives or decoys */
    LU_NULL_BY_PERMUTATION, /* exact when the samples were split at random */
    LU_NULL_BY_EQUALITY,    /* equal or not: no chance is involved */
    LU_NULL_BY_NONE,        /* it gives no evidence */
    LU_NULL_KINDS
} lu_null_kind;

/* What lineup does with it. */
typedef enum lu_scheme_use {
    LU_USE_RUNS,     /* `command` does it */
    LU_USE_DESCRIBE, /* the formula and its null are given: for whoever has the code and the keys */
    LU_USE_NOTHING,  /* it controls access; there is nothing to verify */
    LU_USES
} lu_scheme_use;

typedef struct lu_scheme {
    const char *key;  /* "uchida": for commands */
    const char *name; /* "Uchida et al., bits in the weights" */
    unsigned scenario, mechanism, capacity, type, function; /* sets of the values above */
    const char *target;                                     /* networks it is for */
    lu_access access;                                       /* the least it needs of the suspect */
    unsigned needs;    /* holdings that verifying takes, all of them ... */
    unsigned or_needs; /* ... or all of these; 0 = there is no other way */
    lu_scheme_use use;
    const char *command; /* "lineup run", without its words; else "" */
    const char *formula; /* the score and when it speaks against the suspect */
    lu_null_kind null;
    const char *p;         /* how p is computed */
    const char *reference; /* authors, title, where, year */
    const char *named; /* which of the papers name it: DeepJudge, blind watermark, PMI, survey */
    const char *note;  /* what else has to be known, or "" */
} lu_scheme;

extern const lu_scheme lu_schemes[];
extern const size_t lu_scheme_count;

/* By key; NULL when there is none. */
const lu_scheme *lu_scheme_of(const char *key);

typedef enum lu_fit {
    LU_FIT_RUNS,    /* lineup runs it now */
    LU_FIT_BY_HAND, /* everything is there, but lineup only describes it */
    LU_FIT_LACKS,   /* lineup would run it, but something is missing */
    LU_FIT_FAR,     /* something is missing and lineup only describes it */
    LU_FIT_NOTHING, /* no evidence comes from it */
    LU_FITS
} lu_fit;

typedef struct lu_scheme_fit {
    lu_fit state;
    bool access;    /* the suspect shows too little */
    unsigned lacks; /* holdings that are missing, by the way that lacks fewest */
} lu_scheme_fit;

lu_scheme_fit lu_scheme_fits(const lu_scheme *s, lu_access access, unsigned have);

/* --- words --- */

const char *lu_access_name(lu_access a);           /* "labels" */
const char *lu_null_kind_name(lu_null_kind k);     /* "by design" */
const char *lu_scheme_use_name(lu_scheme_use use); /* "runs" */
const char *lu_fit_name(lu_fit f);                 /* "run it" */
const char *lu_holding_word(lu_holding h);

/* "victim,samples" to a set. LU_ERR_USAGE names the word that is none. */
lu_err lu_holdings_parse(const char *words, unsigned *out);

/* Adds "victim, samples"; `none` for the empty set. */
lu_err lu_holdings_text(unsigned set, const char *none, lu_buf *out);

/* An attribute in the survey's words: "white-box, black-box". */
typedef enum lu_attribute {
    LU_SCENARIO,
    LU_MECHANISM,
    LU_CAPACITY,
    LU_TYPE,
    LU_FUNCTION,
    LU_TARGET,
    LU_ATTRIBUTES
} lu_attribute;

const char *lu_attribute_name(lu_attribute a); /* "scenario" */
void lu_scheme_attribute(const lu_scheme *s, lu_attribute a, char *out, size_t size);

#endif
