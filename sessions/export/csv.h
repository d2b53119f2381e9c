/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results as a table of text: RFC 4180, a row for each model and metric. */
#ifndef LU_SESSIONS_EXPORT_CSV_H
#define LU_SESSIONS_EXPORT_CSV_H

#include "sessions/result.h"

/* Numbers with all their digits; what was not measured is empty. Appends. */
lu_err lu_report_csv(const lu_result *r, lu_buf *out);

/* One field. A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a
   return) gets an apostrophe before it. */
lu_err lu_csv_text(lu_buf *out, const char *text);

#endif
