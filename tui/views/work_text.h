/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the screens Case, Seeds, Generate and Report share: how large a screen is, boxes, words in
 * lines, numbers as people read them.
 */
#ifndef LU_TUI_VIEWS_WORK_TEXT_H
#define LU_TUI_VIEWS_WORK_TEXT_H

#include "tui/app/app.h"

/* What a screen has room for (spec tui 1.5). */
typedef enum lu_work_room {
    LU_WORK_ONE,  /* one pane at a time */
    LU_WORK_TWO,  /* 80 columns and more */
    LU_WORK_FOUR, /* 120 x 26 and more */
    LU_WORK_LARGE /* 180 x 40 and more */
} lu_work_room;

enum { LU_WORK_WORD = 32 };

lu_work_room lu_work_room_of(lu_pane body);

/* The rows of a pane from y on. */
lu_pane lu_work_below(lu_pane pane, int y);

/* Without its first and last column. */
lu_pane lu_work_inset(lu_pane pane);

/* A frame with a title; returns the pane within. */
lu_pane lu_work_box(const lu_app *a, lu_pane pane, bool focus, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The current screen's list: its rows on the screen, the cursor, a word when no row passes the
 * filter. */
void lu_work_list(lu_app *a, lu_pane pane, void (*draw)(lu_app *a, lu_pane line, size_t row));

/* "" or what the current list is filtered by, for a title. */
const char *lu_work_filter(const lu_app *a, char out[LU_FILTER_MAX + 16]);

/* Words wrapped from row y on, a word longer than a row too; returns the first row below them. */
int lu_work_paragraph(lu_pane pane, int y, const char *text, lu_ink ink);

/* The same for texts of our own, with keys and commands between back quotes. */
int lu_work_hint(lu_pane pane, int y, const char *text, lu_ink ink);

/* A label and beside it the text, wrapped; returns the first row below. Nothing for "". */
int lu_work_fact(lu_pane pane, int y, const char *label, const char *text);

/* "61.5 kB"; "107.8 k"; "3 min 20 s", at most two units, "" for a negative number. */
const char *lu_work_bytes(uint64_t bytes, char out[LU_WORK_WORD]);
const char *lu_work_count(double count, char out[LU_WORK_WORD]);
const char *lu_work_seconds(double seconds, char out[LU_WORK_WORD]);

/* Parameters of a stage whose key starts with `prefix`, a row each; returns the first row below. */
int lu_work_settings(const lu_app *a, lu_pane pane, int y, lu_stage stage, const char *prefix);

/* How pictures are shown here. */
lu_pixels lu_work_pixels(const lu_app *a);

#endif
