/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report's text in lines, kept until what it is made from changes. */
#ifndef LU_TUI_VIEWS_WORK_PAGES_H
#define LU_TUI_VIEWS_WORK_PAGES_H

#include "tui/app/app.h"

/* Makes the text again for this width when that or the results are others than before. */
void lu_work_report_make(const lu_app *a, int width);

/* Lines of what was made last for this workbench. */
size_t lu_work_report_lines(const lu_app *a);
const char *lu_work_report_line(const lu_app *a, size_t line); /* "" beyond the last */

/* True when the results were judged with settings that are only tried. */
bool lu_work_report_tried(const lu_app *a);

#endif
