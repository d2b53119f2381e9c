/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of tui/app/ share. */
#ifndef LU_TUI_APP_INTERNAL_H
#define LU_TUI_APP_INTERNAL_H

#include "tui/app/app.h"

/* --- work.c: jobs on the case --- */

/* Reads case and store again; `then` (may be NULL) is said when it is done. */
void lu_app_read(lu_app *a);

/* Opens the case for writing, does one thing, closes it; then reads again. The words are copied. */
typedef lu_err (*lu_act)(lu_case *c, char **words, size_t n, const lu_job *job);
lu_err lu_app_act(lu_app *a, const char *title, lu_act act, char *const *words, size_t n);

/* The acts behind the commands. */
lu_err lu_act_run(lu_case *c, char **words, size_t n, const lu_job *job);
lu_err lu_act_add(lu_case *c, char **words, size_t n, const lu_job *job);
lu_err lu_act_remove(lu_case *c, char **words, size_t n, const lu_job *job);
lu_err lu_act_data(lu_case *c, char **words, size_t n, const lu_job *job);
lu_err lu_act_set(lu_case *c, char **words, size_t n, const lu_job *job);
lu_err lu_act_seal(lu_case *c, char **words, size_t n, const lu_job *job);

/* --- do.c: commands --- */

/* The command a key is bound to on this screen, or LU_DOS. */
lu_do lu_do_of_key(lu_screen screen, uint32_t key);

/* The command of that name (or the only one that starts so), or LU_DOS. */
lu_do lu_do_of_name(const char *name, size_t len);

/* Runs it. `line` is the arguments. */
lu_err lu_do_run(lu_app *a, lu_do what, const char *arguments);

/* Remembers how to take a change back. */
void lu_app_remember(lu_app *a, const char *undo, const char *redo);

/* --- save.c --- */

lu_err lu_app_save_screen(lu_app *a, const char *path);

/* --- overlay.c --- */

void lu_overlay_open(lu_app *a, lu_overlay which);
void lu_overlay_draw(lu_app *a, lu_pane pane);
size_t lu_overlay_rows(const lu_app *a);
/* Enter on a row: runs a command in the help. */
lu_err lu_overlay_choose(lu_app *a);

/* Rows of help: the commands that fit the screen and the search text. */
size_t lu_help_count(const lu_app *a);
lu_do lu_help_row(const lu_app *a, size_t k);

#endif
