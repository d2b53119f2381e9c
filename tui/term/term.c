/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/term/internal.h"

#include <errno.h>
#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { ESC_DELAY_MS = 25 };

static bool in_use; /* signals, curses and the screen itself are there once */

static bool utf8_locale(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

lu_glyph_set lu_term_glyphs(void)
{
    const char *type = getenv("TERM");

    if (type == NULL || !utf8_locale() || strcmp(type, "linux") == 0 || starts(type, "vt") ||
        strcmp(type, "dumb") == 0) {
        return LU_GLYPHS_ASCII;
    }
    return LU_GLYPHS_BRAILLE;
}

static void send(const char *data, size_t len)
{
    while (len > 0) {
        ssize_t put = write(STDOUT_FILENO, data, len);

        if (put < 0 && errno != EINTR) {
            return;
        }
        if (put > 0) {
            data += put;
            len -= (size_t)put;
        }
    }
}

/* curses' own mouse waits for the rest of a gesture within wgetch, so the sequences are read here
   (csi.c): press and release of buttons, and the form of them that has no limit of 223 columns. */
static void ask_for_mouse(const lu_term *t, bool on)
{
    const char *bytes = on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l";

    if (t->caps.mouse && t->mouse) {
        send(bytes, strlen(bytes));
    }
}

/* Terminals with a mouse know the marks around a paste, or make nothing of the request. */
void lu_term_ask(const lu_term *t, bool on)
{
    const char *bytes = on ? "\033[?2004h" : "\033[?2004l";

    ask_for_mouse(t, on);
    if (t->caps.mouse) {
        send(bytes, strlen(bytes));
    }
}

/* --- opening --- */

static lu_err set_modes(lu_term *t)
{
    if (raw() == ERR || noecho() == ERR || nonl() == ERR) {
        return lu_fail(LU_ERR_CANNOT, "the terminal's modes cannot be set");
    }
    t->keys = newpad(1, 1);
    if (t->keys == NULL) {
        return lu_fail(LU_ERR_MEMORY, "out of memory");
    }
    keypad(t->keys, TRUE);
    keyok(KEY_MOUSE, FALSE);
    wtimeout(t->keys, 0);
    if (getenv("ESCDELAY") == NULL) {
        set_escdelay(ESC_DELAY_MS);
    }
    return LU_OK;
}

/* The size is always the terminal's own: LINES and COLUMNS would outlive a resize. With these two
   set, ncurses 6.4 reads it at the start and never again: lu_term_fit does. */
static lu_err start_curses(lu_term *t)
{
    use_env(FALSE);
    use_tioctl(TRUE);
    t->screen = newterm(NULL, stdout, stdin);
    if (t->screen == NULL) {
        return lu_fail(LU_ERR_CANNOT, "the terminal cannot be used");
    }
    lu_term_signals_adopt();
    return set_modes(t);
}

static lu_err start(lu_term *t, const lu_term_options *o)
{
    struct termios modes;

    LU_TRY(lu_term_caps_read(STDOUT_FILENO, &t->caps));
    if (tcgetattr(STDIN_FILENO, &modes)) {
        return lu_fail(LU_ERR_CANNOT, "the terminal's modes cannot be read: %s", strerror(errno));
    }
    lu_term_rescue_arm(STDOUT_FILENO, &t->caps, &modes, o->last_words);
    LU_TRY(lu_term_signals_start());
    LU_TRY(start_curses(t));
    LU_TRY(lu_term_show_init(t, o->colours));
    LU_TRY(lu_term_quiet_start());
    t->mouse = o->mouse;
    lu_term_ask(t, true);
    return LU_OK;
}

lu_err lu_term_open(const lu_term_options *o, lu_term **out)
{
    lu_term *t;
    lu_err err;

    *out = NULL;
    if (in_use) {
        return lu_fail(LU_ERR_INTERNAL, "the terminal is in use already");
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return lu_fail(LU_ERR_CANNOT, "standard %s is not a terminal",
                       isatty(STDIN_FILENO) ? "output" : "input");
    }
    LU_TRY(LU_NEW(t, 1));
    in_use = true;
    t->theme = o->theme;
    t->utf8 = utf8_locale();
    t->cursor_x = t->cursor_y = -1;
    err = start(t, o);
    if (err) {
        lu_term_close(&t);
        return err;
    }
    *out = t;
    return LU_OK;
}

/* Some terminals (libvterm) keep the cursor's visibility with its saved place and bring back, with
   the first screen, what it was when curses saved that last. */
static void show_cursor(void)
{
    const char *code = tigetstr("cnorm");

    if (code != NULL && code != (char *)-1) {
        putp(code);
        fflush(stdout);
    }
}

static void end_curses(lu_term *t)
{
    lu_term_ask(t, false);
    if (t->keys != NULL) {
        delwin(t->keys);
    }
    if (t->screen != NULL) {
        endwin();
        show_cursor();
        delscreen(t->screen);
    }
}

void lu_term_close(lu_term **term)
{
    lu_term *t = *term;

    if (t == NULL) {
        return;
    }
    end_curses(t);
    lu_term_rescue_disarm();
    lu_term_quiet_stop();
    lu_term_signals_stop();
    lu_term_show_fini(t);
    free(t);
    *term = NULL;
    in_use = false;
}

/* --- while it is open --- */

void lu_term_fit(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        resize_term(size.ws_row, size.ws_col);
    }
}

static int within(int value)
{
    return value < 1 ? 1 : value > LU_CELLS_MAX ? LU_CELLS_MAX : value;
}

void lu_term_size(const lu_term *t, int *width, int *height)
{
    (void)t;
    *width = within(getmaxx(stdscr));
    *height = within(getmaxy(stdscr));
}

void lu_term_mouse(lu_term *t, bool on)
{
    if (on != t->mouse) {
        ask_for_mouse(t, false);
        t->mouse = on;
        ask_for_mouse(t, true);
    }
}

void lu_term_cursor(lu_term *t, int x, int y)
{
    t->cursor_x = x;
    t->cursor_y = y;
}

void lu_term_repaint(lu_term *t)
{
    t->whole = true;
}
