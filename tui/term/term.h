/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal: frames out, keys in, and back as it was however the program ends. One at a time is
 * open.
 *
 *     lu_term_open(&options, &term);       // LU_ERR_CANNOT: use the line mode
 *     lu_term_size(term, &width, &height);
 *     lu_term_show(term, &cells);          // what has changed since the last frame
 *     while (lu_term_key(term, -1, -1, &key)) ...
 *     lu_term_close(&term);
 *
 * While it is open SIGTERM, SIGHUP, SIGINT and SIGQUIT become LU_KEY_HANGUP (the same one a second
 * later ends the program), Ctrl-C is a key, Ctrl-Z suspends, a fatal signal restores the terminal
 * first, pasted text is marked as such (Esc ends it too), and what is written to a standard error
 * that is a terminal is kept and shown after the end.
 */
#ifndef LU_TUI_TERM_TERM_H
#define LU_TUI_TERM_TERM_H

#include "tui/app/keys.h"
#include "viz/viz.h"

struct lu_app;

enum { LU_TERM_LEAST_WIDTH = 60, LU_TERM_LEAST_HEIGHT = 18 };

typedef struct lu_term_options {
    lu_theme theme;
    lu_colours colours; /* at most these; a terminal may have fewer */
    bool mouse;
    const char *last_words; /* a sentence for the screen after a crash; NULL = none; copied */
} lu_term_options;

typedef struct lu_term lu_term;

/* LU_ERR_CANNOT with the reason when this is no terminal, or one that cannot place its cursor. */
lu_err lu_term_open(const lu_term_options *o, lu_term **out);
void lu_term_close(lu_term **t);

/* Columns and rows, 1..LU_CELLS_MAX. */
void lu_term_size(const lu_term *t, int *width, int *height);

/* What the terminal shows of the colours asked for: NONE, 8 or 256. */
lu_colours lu_term_colours(const lu_term *t);

/* What lines and dots to start with: braille where characters are UTF-8 and the terminal is not a
   console, else ASCII. Needs no open terminal. */
lu_glyph_set lu_term_glyphs(void);

/* Shows a frame. What lies beyond the screen is cut off, the rest of the screen is blank. */
lu_err lu_term_show(lu_term *t, const lu_cells *cells);

/* Where the cursor stands from the next frame on; a negative x hides it. */
void lu_term_cursor(lu_term *t, int x, int y);

/* From the next frame on. */
void lu_term_theme(lu_term *t, lu_theme theme);

/* Off, the terminal itself selects text. */
void lu_term_mouse(lu_term *t, bool on);

/* The next frame is sent whole. */
void lu_term_repaint(lu_term *t);

/* Waits for a key, at most timeout_ms milliseconds (negative: for ever), at most until wake_fd (-1:
   none; it is not read) is readable. False: no key. LU_KEY_HANGUP comes again at each call. */
bool lu_term_key(lu_term *t, int timeout_ms, int wake_fd, lu_key *key);

/* Puts the terminal of standard output, input or error, or else the controlling one, into a usable
   state after a program has left it otherwise. No terminal may be open. */
lu_err lu_term_reset(void);

/* The workbench in the terminal until it wants to quit. LU_ERR_CANNOT: nothing was shown;
   LU_ERR_CANCELLED: a signal ended it, or the terminal went away. */
lu_err lu_term_run(struct lu_app *app, const lu_term_options *o);

#endif
