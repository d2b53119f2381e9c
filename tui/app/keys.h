/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and mouse events as numbers and as words ("Ctrl-P", "PgDn", "a"). No terminal is needed. */
#ifndef LU_TUI_APP_KEYS_H
#define LU_TUI_APP_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* id, name. Printable keys are their code point; these lie beyond Unicode. */
#define LU_KEY_TABLE(X)                                                                            \
    X(ENTER, "Enter")                                                                              \
    X(ESC, "Esc")                                                                                  \
    X(TAB, "Tab")                                                                                  \
    X(BACKTAB, "S-Tab")                                                                            \
    X(BACKSPACE, "Backspace")                                                                      \
    X(DELETE, "Delete")                                                                            \
    X(UP, "Up")                                                                                    \
    X(DOWN, "Down")                                                                                \
    X(LEFT, "Left")                                                                                \
    X(RIGHT, "Right")                                                                              \
    X(PGUP, "PgUp")                                                                                \
    X(PGDN, "PgDn")                                                                                \
    X(HOME, "Home")                                                                                \
    X(END, "End")                                                                                  \
    X(F1, "F1")                                                                                    \
    X(F2, "F2")                                                                                    \
    X(RESIZE, "Resize")                                                                            \
    X(CLICK, "Click") /* with a position */                                                        \
    X(WHEEL_UP, "WheelUp")                                                                         \
    X(WHEEL_DOWN, "WheelDown")                                                                     \
    X(HANGUP, "Hangup") /* the terminal is gone, or the program is asked to end */

enum {
    LU_KEY_NONE = 0,
    LU_KEY_FIRST = 0x110000, /* the first number beyond Unicode */
#define LU_KEY_ENUM(id, name) LU_KEY_##id,
    LU_KEY_TABLE(LU_KEY_ENUM)
#undef LU_KEY_ENUM
        LU_KEYS_END,
    LU_KEY_CTRL = 0x200000 /* added to a lower-case letter: Ctrl-p */
};

typedef struct lu_key {
    uint32_t code; /* a code point, LU_KEY_..., or LU_KEY_CTRL + letter */
    int x, y;      /* of mouse events: the cell */
    bool pasted;   /* came as part of a pasted text */
} lu_key;

/* "Ctrl-P" or "k" or "Up" to a number; LU_KEY_NONE for nonsense. `len` bytes of name. */
uint32_t lu_key_parse(const char *name, size_t len);

/* The number's name into out. */
void lu_key_name(uint32_t code, char *out, size_t size);

#endif
