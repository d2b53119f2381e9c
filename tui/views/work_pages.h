/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report's text in lines, kept until what it is made from changes. */
#ifndef LU_TUI_VIEWS_WORK_PAGES_H
#define LU_TUI_VIEWS_WORK_PAGES_H

#include "tui/app/app.h"

/* Asks for the text at this width and takes over what has come. */
void lu_work_report_make(lu_app *a, int width);

/* Lines of what was made last for this workbench. */
size_t lu_work_report_lines(const lu_app *a);
const char *lu_work_report_line(const lu_app *a, size_t line); /* "" beyond the last */

#endif
