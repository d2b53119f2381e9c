/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program in a terminal of its own: a pty, libvterm as the terminal, a session leader that plays
 * the shell, so that the program can be suspended. The environment is pinned.
 *
 *     vt *v = vt_start(&(vt_options){.width = 80, .height = 24}, argv);
 *     vt_assert_shows(v, "Radar");         // waits, fails with the screen
 *     vt_key(v, "PgDn");
 *     vt_type(v, "set seed=7\r");
 *     assert_int_equal(vt_wait_exit(v), 0);
 *     vt_end(&v);
 *
 * Waiting is for something on the screen, with a deadline; nothing here sleeps blindly. Functions
 * that cannot fail but for the system's want fail the test. Include after cmocka.h.
 */
#ifndef LU_TESTS_VT_H
#define LU_TESTS_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

/* One wait, and all waits of a program that were in vain: with them used up, waits are short. */
enum { VT_DEADLINE_MS = 15000, VT_PATIENCE_MS = 45000, VT_DEFAULT = -1, VT_RGB = 1 << 24 };

typedef struct vt_options {
    int width, height;      /* 0 = 80, 24 */
    const char *term;       /* NULL = xterm-256color; "" = unset */
    const char *lang;       /* NULL = C.UTF-8 */
    const char *home;       /* NULL = a fresh folder, removed at the end */
    const char *folder;     /* to work in; NULL = the test's own */
    const char *const *env; /* "NAME=VALUE" ..., NULL at the end; may be NULL */
    const char *err;        /* a file for standard error; NULL = the terminal */
} vt_options;

typedef struct vt_cell {
    char text[32]; /* UTF-8, "" of an untouched cell */
    int width;     /* 1 or 2; 0 = right half of the one to the left */
    int fg, bg;    /* VT_DEFAULT, 0..255, or VT_RGB + 0xRRGGBB */
    bool bold, underline, reverse;
} vt_cell;

typedef struct vt vt;

vt *vt_start(const vt_options *o, const char *const argv[]);
void vt_end(vt **v); /* kills what still runs */

/* The path of a program beside the one that runs now; good until the next call. */
const char *vt_beside(const char *name);
const char *vt_home(const vt *v);

/* --- in --- */

void vt_type(vt *v, const char *bytes);
/* "Up", "PgDn", "F1", "S-Tab", "Ctrl-P", "Esc", "a": as this terminal sends it now. */
void vt_key(vt *v, const char *name);
void vt_click(vt *v, int x, int y); /* press and release, from 0 */
void vt_wheel(vt *v, bool up, int x, int y);
void vt_resize(vt *v, int width, int height);
void vt_signal(vt *v, int number); /* to the program alone */
void vt_hangup(vt *v);             /* the terminal goes away */
int vt_pid(const vt *v);

/* --- waiting --- */

bool vt_wait(vt *v, const char *text); /* false: it never came */
bool vt_wait_not(vt *v, const char *text);
bool vt_wait_raw(vt *v, const char *bytes);
bool vt_wait_stopped(vt *v);
typedef bool vt_condition(vt *v, const char *text);
bool vt_until(vt *v, vt_condition *is, const char *text);
/* Exit status, 128 + signal, or -1: it still runs. All its output has been read. */
int vt_wait_exit(vt *v);
bool vt_ended(const vt *v);
/* Reads for so long, for what must not happen. */
void vt_watch(vt *v, int ms);

/* --- out; what has arrived so far --- */

/* The screen, rows ended by newlines, blanks at their ends cut; valid until the next call. */
const char *vt_text(vt *v);
/* Columns of one row, blanks at the end cut; valid until the next call. */
const char *vt_row(vt *v, int y);
void vt_size(const vt *v, int *width, int *height);
vt_cell vt_cell_at(const vt *v, int x, int y);
void vt_cursor(const vt *v, int *x, int *y, bool *visible);
bool vt_alternate(const vt *v); /* the second screen is shown */
bool vt_mouse(const vt *v);     /* mouse events are asked for, by the bytes written last */
bool vt_wrote(const vt *v, const char *bytes);
size_t vt_written(const vt *v); /* bytes */
void vt_forget(vt *v);          /* what was written until now */
struct termios vt_modes(const vt *v);
/* The terminal's modes are those of the start. */
bool vt_modes_are_back(const vt *v);
/* The terminal is as it was before the program: screen, cursor, mouse, modes. */
void vt_check_back(vt *v);

/* Waits for the text; without it, shows the screen and fails. */
#define vt_assert_shows(v, text) vt_assert_shows_((v), (text), __FILE__, __LINE__)
void vt_assert_shows_(vt *v, const char *text, const char *file, int line);

#endif
