/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mark verified on the suspects of a case, and what a case keeps of it: two stage results,
 *
 *     stages/keys-ID.npz         the bundle's keys and covers as they were shown: x, y, cover;
 *                                cover_x, cover_y
 *     stages/watermark-ID.json   one suspect's evidence, as `watermark verify --json` prints it,
 *                                with its name ("model") and the id of the keys ("keys")
 *
 * journalled like the stages of a run. The secret and the encoder stay in the bundle, whose seal
 * the result bears; redacted exports leave the keys out.
 *
 *     LU_TRY(lu_case_mark(c, &options, job));   // cfg, weights and test are the case's
 *     LU_TRY(lu_case_marks(c, &marks));
 */
#ifndef LU_SESSIONS_WATERMARK_IN_CASE_H
#define LU_SESSIONS_WATERMARK_IN_CASE_H

#include "sessions/repeat.h"
#include "sessions/watermark/verify.h"

typedef struct lu_kept_marks {
    size_t n;
    lu_mark_report *report; /* owned; of the controls there is no `answer`, of the bundle only what
                               the keys are: shape, labels, images, seal */
} lu_kept_marks;

/* Verifies every suspect of a case opened for writing that this bundle has not been verified on
   yet. LU_ERR_CANNOT when the bundle is not committed, when there is no suspect, or when an
   evidence case is not sealed. */
lu_err lu_case_mark(lu_case *c, const lu_mark_verify_options *o, const lu_job *job);

/* The latest result of each bundle on each model that is in the case now, in the journal's order.
   LU_ERR_INTEGRITY when one is not what was stored. */
lu_err lu_case_marks(const lu_case *c, lu_kept_marks *out);
void lu_kept_marks_fini(lu_kept_marks *m);

/* What of kept marks was computed again beside the results. */
typedef struct lu_marks_repeated {
    lu_repeated results;
    size_t controls;   /* asked again: their files are in the case */
    size_t as_kept;    /* controls that only the bundle has, taken as they were kept */
    size_t logo_swaps; /* the same: what other logos showed takes the bundle's encoder */
} lu_marks_repeated;

/* Asks the models that are in the case now for their answers to the kept keys and covers again and
   computes all that follows from them; stores nothing, the case may be opened for reading.
   LU_ERR_INTEGRITY when any of it comes out differently. */
lu_err lu_mark_repeat(lu_case *c, const lu_job *job, lu_marks_repeated *out);

/* --- shared by the files --- */

/* The kept form of a result, and back. `keys`: the id of its keys. */
lu_err lu_mark_kept_json(const lu_mark_report *r, const lu_sha256 *keys, lu_buf *out);
lu_err lu_mark_kept_read(const lu_buf *text, lu_mark_report *r, lu_sha256 *keys);

/* The same of a result in its store, with the keys, too, unless an export has left them out
   (bundle.keys.fd -1). Of the bundle's files nothing is there. */
lu_err lu_mark_kept_load(const lu_case *c, const lu_recorded *from, lu_mark_report *r,
                         lu_sha256 *keys);

#endif
