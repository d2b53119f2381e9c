/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report of a case: one document, filled once (parts.h) and written as HTML, PDF and text; the
 * figures; the numbers as CSV; the provenance as CASE/UCO. The same case gives the same bytes.
 *
 *     LU_TRY(lu_case_look(c, false, job, &look));
 *     LU_TRY(lu_report_write(c, &look, &look.result, dir, job));
 */
#ifndef LU_SESSIONS_EXPORT_REPORT_H
#define LU_SESSIONS_EXPORT_REPORT_H

#include "sessions/run.h"

/*
 * Writes report.html, report.pdf, results.csv, case-uco.jsonld and figures/ into the open folder
 * `dir` (an O_DIRECTORY descriptor); all file names it wrote are for the caller to find there.
 * `look` NULL: without pictures of tests, for exports that keep the tests back. What
 * lies beyond result->reached is said to be missing. LU_ERR_IO; LU_ERR_INTERNAL when the wording
 * claims more than the method can show (wording.h).
 */
lu_err lu_report_write(const lu_case *c, const lu_look *look, const lu_result *result, int dir,
                       const lu_job *job);

/* Gives the report's texts, report.html, results.csv and case-uco.jsonld, to `take`, one by one;
   nothing is written. They are those of lu_report_write(), the figures in report.html only with the
   same libraries for drawing. */
lu_err lu_report_texts(const lu_case *c, const lu_look *look, const lu_result *result,
                       lu_err (*take)(void *context, const char *name, const lu_buf *bytes),
                       void *context);

/* Only the figures, as PNG, into the open folder `dir` itself; *n is how many. */
lu_err lu_report_pictures(const lu_case *c, const lu_look *look, const lu_result *result, int dir,
                          const lu_job *job, size_t *n);

/* The same document as text of at most `width` columns (hashes are not broken). Appends. */
lu_err lu_report_text(const lu_case *c, const lu_look *look, const lu_result *result, size_t width,
                      lu_buf *out);

#endif
