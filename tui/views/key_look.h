/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One key of the watermark: its pictures, how near it is to its cover, how it is answered. */
#ifndef LU_TUI_VIEWS_KEY_LOOK_H
#define LU_TUI_VIEWS_KEY_LOOK_H

#include "tui/views/model_pictures.h"

/* The original beside the key; `key` counts in the bundle, which must be open. */
lu_pair lu_key_pair(const lu_app *a, size_t key);

/* What the network looked at answers to it; -1 = not asked. */
int32_t lu_key_answer(const lu_app *a, size_t key);

/* For search: "key 3 sample 62 true 8 expected 4 answered 8 missed". */
void lu_key_text(const lu_app *a, size_t key, char *out, size_t size);

/* A row of the list, and what stands above the rows. */
void lu_put_key_row(const lu_app *a, lu_pane row, size_t key);
void lu_put_key_head(lu_pane row);

/* Labels and likeness, at least two rows; `all` the pictures are shown. Returns the row below. */
int lu_put_key_words(const lu_app *a, lu_pane pane, size_t key, bool all);

/* Sign, word and ink of an answer: "● hit". */
void lu_put_hit(lu_pane row, int x, bool hit, bool word);
lu_ink lu_hit_ink(bool hit);

#endif
