/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many keys beside each other. */
#ifndef LU_TUI_VIEWS_KEY_SHEET_H
#define LU_TUI_VIEWS_KEY_SHEET_H

#include "tui/views/key_look.h"

/* The page of the list that holds the cursor, one picture a key, captions below; `count` keys pass
   the filter. `turn`: key, difference, original. Returns the factor, below 1 when pixels were left
   out. */
double lu_put_key_sheet(lu_app *a, lu_pane pane, size_t count, unsigned turn);

/* Keys in a row of the page drawn last, at least 1. */
int lu_key_sheet_columns(void);

#endif
