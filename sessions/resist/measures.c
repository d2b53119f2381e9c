/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheet of measures: a row each. */
#include "sessions/resist/measures.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- the sheet --- */

static const struct {
    const char *name, *how, *bound;
    bool attack;
    lu_err (*measure)(lu_measuring *s, lu_measure *m);
} rows[LU_MEASURES] = {
    {"fidelity", "accuracy of the marked network and its unmarked twin on held-out samples",
     "at most 1 point lost, upper 95 % bound", false, lu_measure_fidelity},
    {"robustness", "the mark after every attack of level 1",
     "no removal for less than 5 points of accuracy", false, lu_measure_robustness},
    {"functionality", "victim, unmarked twin and untrained network; owner's secret among decoys",
     "detected, not detected, not detected; rank p at most 0.01", false, lu_measure_functionality},
    {"capacity", "payload, and p of the victim's matches", "told", false, lu_measure_capacity},
    {"efficiency", "wall time, queries, bytes", "told", false, lu_measure_efficiency},
    {"reliability",
     "copies of level 1 and negatives at the fixed threshold p 1e-6, exact 95 % bounds",
     "no negative detected", false, lu_measure_reliability},
    {"generality", "AUC of copies of level 1 against negatives, a kind of evidence each",
     "told; other settings are other runs", false, lu_measure_generality},
    {"uniqueness", "networks of two owners on each other's keys", "p above 1e-6", false,
     lu_measure_uniqueness},
    {"indistinguishability", "detectors on the owner's own keys; the victim's confidence",
     "AUC of both detectors at most 0.65 (what the paper reports)", false,
     lu_measure_indistinguishability},
    {"scalability", "time a suspect at this size", "told; other sizes are other runs", false,
     lu_measure_scalability},
    {"security", "detector, distribution of weights, reading with 999 wrong secrets",
     "AUC at most 0.65; wrong secrets at chance", true, lu_measure_security},
    {"unremovability", "the mark after every attack of level 2",
     "no removal for less than 5 points of accuracy", true, lu_measure_unremovability},
    {"unforgeability", "999 claims on the victim's own keys, each committed first",
     "none reaches p 1e-6", true, lu_measure_unforgeability},
    {"non-ownership piracy", "999 random secrets on the victim", "at most 0.05 have p 0.05", true,
     lu_measure_non_ownership_piracy},
    {"ownership piracy", "another mark put over the owner's", "owner's p at most 1e-6", true,
     lu_measure_ownership_piracy},
    {"verifiability", "the sealed bundle read and its keys made again", "the same digest", true,
     lu_measure_verifiability},
    {"collusion resistance", "weights of copies tuned apart averaged", "p at most 1e-6", true,
     lu_measure_collusion},
    {"non-invertibility", "labels made again from the secret, and from 256 secrets one bit off",
     "none differs; others at chance", true, lu_measure_non_invertibility},
};

static lu_err verify_victim(const lu_resist_work *w, lu_mark_report *out)
{
    char owner[LU_BUNDLE_PATH];
    lu_mark_verify_options o = {.bundle = owner,
                                .cfg = w->cfg,
                                .weights = w->host,
                                .logos = 19,
                                .params = lu_verify_default()};

    LU_TRY(lu_resist_path(w, "owner", owner));
    return lu_mark_verify_run(&o, w->job, out);
}

lu_err lu_resist_measures(const lu_resist_work *w, lu_resist *out)
{
    lu_measuring s = {.w = w, .r = out};
    lu_err err = verify_victim(w, &s.report);

    LU_TRY(err);
    for (size_t i = 0; i < LU_MEASURES && !err; i++) {
        lu_measure *m = &out->measure[i];
        *m = (lu_measure){.name = rows[i].name,
                          .attack = rows[i].attack,
                          .how = rows[i].how,
                          .bound = rows[i].bound};
        err = lu_within(rows[i].measure(&s, m), "%s", m->name);
    }
    lu_mark_report_fini(&s.report);
    return err;
}
