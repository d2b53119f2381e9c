/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of tui/term/ share. */
#ifndef LU_TUI_TERM_INTERNAL_H
#define LU_TUI_TERM_INTERNAL_H

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "tui/term/term.h"

enum {
    LU_LEAVE_MAX = 256,
    LU_PAIR_COLOURS = 257, /* the terminal's default and 256 */
    LU_KEY_BYTE_ESC = 27,
};

/* --- caps.c: what the terminal's description says --- */

typedef struct lu_term_caps {
    bool direct; /* its colour numbers are RGB */
    bool mouse;
    char leave[LU_LEAVE_MAX]; /* bytes that bring the normal screen, cursor and keys back */
    size_t leave_len;
} lu_term_caps;

lu_err lu_term_caps_read(int fd, lu_term_caps *out);

/* --- signals.c --- */

typedef enum lu_term_note {
    LU_NOTE_END,      /* asked to end; stays */
    LU_NOTE_SUSPEND,  /* asked to stop */
    LU_NOTE_CONTINUE, /* was stopped */
    LU_NOTE_SIZE,     /* the window changed its size */
    LU_NOTES
} lu_term_note;

lu_err lu_term_signals_start(void); /* before newterm */
void lu_term_signals_adopt(void);   /* after it: takes the handler curses has set over */
void lu_term_signals_stop(void);
int lu_term_signals_fd(void); /* readable when there is a note */
bool lu_term_signals_take(lu_term_note note);
void lu_term_signals_forget(void); /* empties the descriptor, not the notes */

/* Does what curses does at SIGTSTP: leaves the screen and stops until SIGCONT. */
void lu_term_signals_suspend(void);

/* --- quiet.c: standard error while the screen is in use --- */

lu_err lu_term_quiet_start(void);
void lu_term_quiet_stop(void); /* shows what was kept; async-signal-safe */

struct termios;

/* --- rescue.c --- */

/* From here on a fatal signal restores the terminal at fd: bytes, modes, words. */
void lu_term_rescue_arm(int fd, const lu_term_caps *caps, const struct termios *modes,
                        const char *words);
void lu_term_rescue_disarm(void);
void lu_term_rescue_now(void); /* restores without the words; async-signal-safe */

/* --- the open terminal --- */

struct lu_term {
    SCREEN *screen;
    WINDOW *keys; /* a pad: reading a key from it draws nothing */
    lu_term_caps caps;
    lu_theme theme;
    lu_colours colours; /* of terminal and options */
    bool utf8;
    bool mouse;
    int cursor_x, cursor_y;
    /* show.c */
    lu_cells last;   /* the frame on the screen */
    bool whole;      /* which is not to be relied on */
    uint16_t *pair;  /* [(fg + 1) * LU_PAIR_COLOURS + bg + 1]: colour pair, 0 = none yet; owned */
    int pairs;       /* in use */
    bool pairs_full; /* some frame wanted more */
    cchar_t *row;    /* row_size of them; owned */
    int row_size;
    /* input.c */
    char utf8_part[LU_UTF8_MAX];
    size_t utf8_have, utf8_need;
    bool pasting; /* between the marks that the terminal puts around a pasted text */
    int failures; /* to read although there was something to read, in a row */
    bool gone;
};

/* show.c */
lu_err lu_term_show_init(lu_term *t, lu_colours most);
void lu_term_show_fini(lu_term *t);

/* csi.c: what follows ESC, when it is a sequence: a key, a mouse event, LU_KEY_NONE for one
   unknown. False: ESC stood alone. */
bool lu_term_sequence(lu_term *t, lu_key *key);

/* term.c */
void lu_term_fit(void); /* curses' screen is as large as the terminal is now */

/* Mouse events as they are wanted, and the marks around a paste. */
void lu_term_ask(const lu_term *t, bool on);

#endif
