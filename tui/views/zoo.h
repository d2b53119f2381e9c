/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen Lab while a plan is open: its models, what they cost, and what the judgement says. */
#ifndef LU_TUI_VIEWS_ZOO_H
#define LU_TUI_VIEWS_ZOO_H

#include "tui/app/app.h"

void lu_zoo_draw(lu_app *a, lu_pane pane);
size_t lu_zoo_rows(const lu_app *a);
void lu_zoo_row_text(const lu_app *a, size_t row, char *out, size_t size);
bool lu_zoo_command(lu_app *a, lu_do what);

#endif
