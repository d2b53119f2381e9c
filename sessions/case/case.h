/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case on disk.
 *
 *     CASE/case.json              what is in it; replaced atomically
 *     CASE/items/                 models and sample files as received, read-only
 *     CASE/stages/STAGE-ID.*      results, named by the hash of all that went in
 *     CASE/protocol.json          what sealing fixed, byte for byte
 *     CASE/anchors/               signatures and time stamps of the journal's head
 *     CASE/salts/                 of the commitments in redacted exports
 *     CASE/journal.jsonl          one line an act, each with the SHA-256 of the line before
 *     CASE/.lock                  held by the one writer
 */
#ifndef LU_SESSIONS_CASE_CASE_H
#define LU_SESSIONS_CASE_CASE_H

#include "core/core.h"
#include "nets/nets.h"
#include "samples/samples.h"
#include "sessions/case/params.h"

/* name in files and on the command line, contract "Commands" */
#define LU_ROLE_TABLE(X)                                                                           \
    X(VICTIM, "victim")                                                                            \
    X(SUSPECT, "suspect")                                                                          \
    X(NEGATIVE, "negative")                                                                        \
    X(POSITIVE, "positive")

typedef enum lu_role {
#define LU_ROLE_ENUM(id, name) LU_ROLE_##id,
    LU_ROLE_TABLE(LU_ROLE_ENUM)
#undef LU_ROLE_ENUM
        LU_ROLES
} lu_role;

#define LU_KIND_TABLE(X)                                                                           \
    X(EVIDENCE, "evidence")                                                                        \
    X(DEMO, "demo")                                                                                \
    X(TUNING, "tuning")

typedef enum lu_case_kind {
#define LU_KIND_ENUM(id, name) LU_KIND_##id,
    LU_KIND_TABLE(LU_KIND_ENUM)
#undef LU_KIND_ENUM
        LU_KINDS
} lu_case_kind;

/* The three sample sets a case uses; seeds falls back to test. */
#define LU_SET_TABLE(X)                                                                            \
    X(TRAIN, "train")                                                                              \
    X(TEST, "test")                                                                                \
    X(SEEDS, "seeds")

typedef enum lu_set {
#define LU_SET_ENUM(id, name) LU_SET_##id,
    LU_SET_TABLE(LU_SET_ENUM)
#undef LU_SET_ENUM
        LU_SETS
} lu_set;

enum { LU_NAME_MAX = 64, LU_TEXT_MAX = 256 };

/* A file inside the case. */
typedef struct lu_file {
    char path[LU_TEXT_MAX]; /* relative to the case */
    uint64_t size;
    lu_sha256 sha256;
    lu_sha512 sha512; /* "" in cases made before there was one */
} lu_file;

/* How something came into a case. */
typedef struct lu_intake {
    char at[32];              /* UTC */
    char by[160];             /* user@host */
    char reason[LU_TEXT_MAX]; /* as given, or "" */
} lu_intake;

typedef struct lu_item {
    lu_role role;
    char name[LU_NAME_MAX]; /* letters, digits, '.', '_', '-'; unique in the case */
    lu_file cfg, weights;
    lu_model_info info;       /* what the engine said of it when it came in */
    char origin[LU_TEXT_MAX]; /* where it came from, as given */
    lu_intake intake;
} lu_item;

typedef struct lu_dataset {
    bool given;
    char spec[LU_SPEC_PATH_MAX];   /* as given */
    char inside[LU_SPEC_PATH_MAX]; /* the same, reading the copies inside the case; paths relative
                                      to it */
    char origin[LU_TEXT_MAX];      /* where it came from, as given */
    lu_intake intake;
    size_t files;
    lu_file *file; /* owned */
    uint64_t seed; /* of a made set: the case's when it was given */
    size_t n, classes;
    lu_shape shape;
    lu_sha256 digest; /* of the samples as read: lu_samples_digest() */
} lu_dataset;

/* A stage result as the journal records it: "seeds", "blackbox", "whitebox", "scores", "judgement";
   "membership"; "keys", "watermark". */
typedef struct lu_recorded {
    char stage[16];
    lu_sha256 id, sha256;
    char engine[160]; /* numerics tag of whoever computed it */
} lu_recorded;

/* An anchor, or the salts of an export. */
typedef struct lu_kept_file {
    char path[LU_TEXT_MAX]; /* relative to the case */
    lu_sha256 sha256;
} lu_kept_file;

/* What was done to a weights file in this case, under whatever name and role; taking the model out
   and in again forgets nothing. */
typedef struct lu_exposure {
    lu_sha256 weights;
    char name[LU_NAME_MAX]; /* its latest */
    bool present;
    bool scored;        /* a run put the tests to it */
    bool early;         /* ... before the protocol was sealed */
    size_t exploratory; /* settings tried while it was there: trials, and changes after a run */
} lu_exposure;

typedef struct lu_case {
    char *path;
    int dir;  /* descriptor of the folder */
    int lock; /* of .lock, -1 when opened for reading */
    lu_case_kind kind;
    char title[LU_TEXT_MAX], examiner[LU_TEXT_MAX], created[32];
    size_t items;
    lu_item *item; /* owned, in the order they came in */
    lu_dataset set[LU_SETS];
    lu_params params;
    uint64_t newer; /* bit i: an older lineup wrote the case, without lu_param_table[i], which
                       stands at its default; the next act writes it down unless sealed */
    bool sealed;
    char sealed_at[32];
    lu_sha256 protocol; /* of the sealed parameters; "" when not sealed */
    uint64_t journal_lines;
    char journal_time[32];     /* of its last line */
    size_t clock_back;         /* lines whose time is before that of the line before */
    lu_sha256 journal_head;    /* SHA-256 of the journal's last line */
    lu_sha256 case_sha256;     /* of case.json as it is on disk */
    lu_sha256 journal_case[2]; /* of case.json after the last act that changed it, and before */
    char journal_act[16];      /* that act */
    char sandbox[128];         /* of the engines, as last journalled or met; "" not yet */
    size_t results;
    lu_recorded *result;    /* stage results the journal records; owned */
    lu_sha256 judged;       /* id of the judgement the last run came to; "" = none */
    lu_sha256 judged_state; /* of case.json then */
    size_t kept;
    lu_kept_file *kept_file; /* beside items and stages, that the journal records; owned */
    size_t exposures;
    lu_exposure *exposure;      /* owned */
    bool journal_sealed;        /* a seal is in the journal */
    lu_sha256 journal_protocol; /* of what it sealed */
    char reason[LU_TEXT_MAX];   /* of the acts to come, or "" */
    char origin[LU_TEXT_MAX];   /* of what comes in, or "" */
} lu_case;

static inline bool lu_case_newer(const lu_case *c, size_t param)
{
    return c->newer >> param & 1;
}

typedef enum lu_case_mode { LU_CASE_READ, LU_CASE_WRITE } lu_case_mode;

const char *lu_role_name(lu_role role);
const char *lu_kind_name(lu_case_kind kind);
const char *lu_set_name(lu_set set);
bool lu_role_parse(const char *name, lu_role *out);
bool lu_kind_parse(const char *name, lu_case_kind *out);
bool lu_set_parse(const char *name, lu_set *out);

/* Makes the folder. LU_ERR_INPUT when something is at `path` already. title and examiner may be
 * NULL. */
lu_err lu_case_new(const char *path, lu_case_kind kind, const char *title, const char *examiner,
                   lu_case **out);

/* A new case with the models, samples and parameters of `from`, unsealed: to try other settings on.
   `from`, open for writing, journals it: what is tried there is tried on its suspects. What was
   copied before a failure stays; of a file that changed nothing is begun (LU_ERR_INTEGRITY). title
   and examiner NULL: those of `from`. */
lu_err lu_case_copy(lu_case *from, const char *path, lu_case_kind kind, const char *title,
                    const char *examiner, const lu_job *job, lu_case **out);

/* Reading checks case.json and the journal's chain (LU_ERR_INTEGRITY). Writing takes the lock:
   LU_ERR_CANNOT and who holds it when another lineup has it. A torn last journal line is set aside
   first, files a crash left half written are removed. What is refused (a sealed case, a changed
   file) is journalled when the case is open for writing. */
lu_err lu_case_open(const char *path, lu_case_mode mode, lu_case **out);
void lu_case_close(lu_case **c);

/* A case that is nowhere: no folder, no models; for a screen before one is opened. */
lu_err lu_case_none(lu_case **out);

/* Why the acts that follow are done, and where what they bring in comes from; the journal and
   case.json keep both. Either may be NULL. LU_ERR_USAGE for a text that is too long. */
lu_err lu_case_because(lu_case *c, const char *reason, const char *origin);

/* Copies the samples' files in, reads them once in an engine, records. Replaces an earlier set. */
lu_err lu_case_data(lu_case *c, lu_set set, const char *spec, const lu_job *job);

/* The spec by which another case can read the samples inside this one; *out is the caller's. */
lu_err lu_case_spec(const lu_case *c, lu_set set, char **out);

/* Takes a sample set out again, its files too. LU_ERR_USAGE when there is none, LU_ERR_CANNOT when
   the case is sealed. */
lu_err lu_case_undata(lu_case *c, lu_set set);

/* Copies both files in, reads them back, loads them in an engine, records. Leaves nothing behind on
   failure. LU_ERR_INPUT for files, LU_ERR_USAGE for a bad or used name or a second victim. */
lu_err lu_case_add(lu_case *c, lu_role role, const char *name, const char *cfg,
                   const char *weights);

/* The same from bytes (models made here). `origin` says how. */
lu_err lu_case_add_bytes(lu_case *c, lu_role role, const char *name, const lu_buf *cfg,
                         const lu_buf *weights, const char *origin);

/* Takes a model out again, its files too. LU_ERR_USAGE when there is none of that name,
   LU_ERR_CANNOT when the case is sealed. */
lu_err lu_case_remove(lu_case *c, const char *name);

/* Sets a parameter ("ep=0.03"). LU_ERR_USAGE for a bad key or value, LU_ERR_CANNOT when the case is
 * sealed. */
lu_err lu_case_set(lu_case *c, const char *assignment);

/* Fixes parameters, sample sets and controls before a suspect is looked at; protocol.json holds
   what was fixed. */
lu_err lu_case_seal(lu_case *c);

/* LU_ERR_CANNOT and why: an evidence case that holds suspects and is not sealed. Journalled. */
lu_err lu_case_may_run(lu_case *c);

/* Journals that settings of the judgement ("judge.alpha_black=0.8 without=neg-1,neg-2") were tried
   on what the case holds. Changes nothing else. LU_ERR_USAGE for what is no such list. */
lu_err lu_case_trial(lu_case *c, const char *assignments);

/* What was done to a model of the case so far. */
lu_exposure lu_case_exposure(const lu_case *c, const lu_item *item);

/* What a case that is not evidence has to say of itself; NULL for evidence. */
const char *lu_kind_banner(lu_case_kind kind);

const lu_item *lu_case_find(const lu_case *c, const char *name); /* NULL when not there */
const lu_item *lu_case_victim(const lu_case *c);                 /* NULL when there is none */
size_t lu_case_count(const lu_case *c, lu_role role);

/* `show`: case.json's content as one JSON object, and for people. `what` is items, data,
   parameters, stages, journal or all; LU_ERR_USAGE for another word. */
lu_err lu_case_json(const lu_case *c, lu_buf *out);
lu_err lu_case_text(const lu_case *c, const char *what, lu_buf *out);

/* Hashes every item and sample file again. LU_ERR_INTEGRITY names the first that changed. */
lu_err lu_case_check_items(const lu_case *c);

/* Starts an engine to hear what engines are here; remembers their sandbox for the journal. */
lu_err lu_case_greet(lu_case *c, lu_engine_hello *out);

/* Opens an item's two files for an engine. The caller closes both with lu_item_close. */
lu_err lu_item_open(const lu_case *c, const lu_item *item, lu_model_files *out);
void lu_item_close(lu_model_files *files);

/* Reads a sample set of the case through an engine and checks its digest. */
lu_err lu_case_samples(const lu_case *c, lu_set set, lu_shared *out);

#endif
