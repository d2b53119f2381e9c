/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of tui/app/ share. */
#ifndef LU_TUI_APP_INTERNAL_H
#define LU_TUI_APP_INTERNAL_H

#include "tui/app/app.h"

/* --- work.c: jobs on the case --- */

/* Reads case and store again. */
void lu_app_read(lu_app *a);

typedef enum lu_way { LU_WAY_NEW, LU_WAY_UNDO, LU_WAY_REDO } lu_way;

/* Makes one change, in a job; then the case is read again. The inverse goes to the stack of the
   other way. */
lu_err lu_app_change(lu_app *a, const char *line, lu_way way);

/* Takes the last change back, or makes it again. */
lu_err lu_app_undo(lu_app *a);
lu_err lu_app_redo(lu_app *a);

/* --- open.c --- */

/* Looks for cases, in a job. */
void lu_app_find_cases(lu_app *a);

/* "new PATH KIND [TITLE [EXAMINER]]" or "demo [PATH]", in a job; the case is opened then. */
lu_err lu_app_make(lu_app *a, const char *line);

/* --- shell.c --- */

/* "lineup WORDS": runs it in a job, shows what it prints. */
lu_err lu_app_shell(lu_app *a, const char *line);

/* The same; `then`, unless it is NULL, is told how it ended, after what it printed is shown. */
lu_err lu_app_call_line(lu_app *a, const char *line, void (*then)(lu_app *a, lu_err err));

/* --- pair.c --- */

/* The answers asked for belong to another case or other tests. */
void lu_app_forget_pair(lu_app *a);

/* --- palette.c --- */

void lu_palette_key(lu_app *a, lu_key key);
void lu_palette_draw(lu_app *a, lu_pane body);

/* --- tour.c --- */

void lu_tour_open(lu_app *a);

/* What is left of the screen beside the tour. */
lu_pane lu_tour_room(const lu_app *a, lu_pane body);
void lu_tour_draw(lu_app *a, lu_pane pane);
/* Is the command one of walking the tour? Then it is done. */
bool lu_tour_key(lu_app *a, lu_do what);

/* --- table.c: commands --- */

/* The command a key is bound to on this screen, or LU_DOS. */
lu_do lu_do_of_key(lu_screen screen, uint32_t key);

/* The command of that name (or the only one that starts so), or LU_DOS. */
lu_do lu_do_of_name(const char *name, size_t len);

/* --- do.c --- */

/* Runs it. `line` is the arguments. */
lu_err lu_do_run(lu_app *a, lu_do what, const char *arguments);

/* --- save.c --- */

lu_err lu_app_save_screen(lu_app *a, const char *path);

/* --- overlay.c --- */

/* The list in front: the overlay's or the screen's. */
lu_list *lu_app_list(lu_app *a);

void lu_overlay_open(lu_app *a, lu_overlay which);
void lu_overlay_draw(lu_app *a, lu_pane pane);
size_t lu_overlay_rows(const lu_app *a);
/* x over the jobs: takes the waiting one under the cursor off the list, or stops the running one.
 */
void lu_overlay_cancel(lu_app *a);
/* Enter on a row: runs a command in the help. */
lu_err lu_overlay_choose(lu_app *a);

/* Rows of help: the commands that fit the screen and the search text. */
size_t lu_help_count(const lu_app *a);
lu_do lu_help_row(const lu_app *a, size_t k);

#endif
