/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A watermark being embedded: the keys as they form, losses, accuracies. */
#ifndef LU_TUI_VIEWS_KEY_LIVE_H
#define LU_TUI_VIEWS_KEY_LIVE_H

#include "tui/app/app.h"

/* All of the screen. `turn`: which pictures when not all fit. Where one pane fits, a->focus says
   which: keys, losses, accuracies. */
void lu_put_key_live(lu_app *a, lu_pane pane, const lu_live *l, unsigned turn);

/* To another of the keys pictured. */
void lu_key_live_step(int by);

#endif
