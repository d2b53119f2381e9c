/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sequences that the terminal's description does not have: mouse events, cursor keys of the other
 * mode or with a modifier, and all that is unknown, which must not be taken for keys ("ESC [ 1 ; 5
 * A" is no "1"). ECMA-48 5.4: parameters 0x30-0x3f, intermediates 0x20-0x2f, a final byte
 * 0x40-0x7e.
 */
#include "tui/term/internal.h"

#include <string.h>

enum { PARAMETERS = 4, LONGEST = 32, REST_MS = 25, MODIFIERS = 4 | 8 | 16, X10_ORIGIN = 33 };
enum { PASTE_BEGINS = 200, PASTE_ENDS = 201 }; /* xterm's ctlseqs, "Bracketed Paste Mode" */

typedef struct sequence {
    char private; /* '<', '?' ... or 0 */
    int parameter[PARAMETERS];
    int n;
    int final;
} sequence;

/* The rest of a sequence may be still on its way. */
static int next_byte(lu_term *t)
{
    int c;

    wtimeout(t->keys, REST_MS);
    c = wgetch(t->keys);
    wtimeout(t->keys, 0);
    if (c > 0xff) {
        ungetch(c);
        return ERR;
    }
    return c;
}

static void take_parameter(sequence *s, int c)
{
    const int enough = 100000;

    if (c == ';' || c == ':') {
        s->n += s->n < PARAMETERS;
    } else if (c >= '0' && c <= '9' && s->n < PARAMETERS) {
        int *p = &s->parameter[s->n];
        *p = *p < enough ? *p * 10 + c - '0' : *p;
    } else if (c >= '<' && s->private == 0) {
        s->private = (char)c;
    }
}

static bool read_sequence(lu_term *t, sequence *s)
{
    *s = (sequence){0};
    for (int i = 0; i < LONGEST; i++) {
        int c = next_byte(t);

        if (c >= 0x40 && c <= 0x7e) {
            s->final = c;
            return true;
        }
        if (c < 0x20 || c > 0x7e) {
            return false;
        }
        if (c >= 0x30) {
            take_parameter(s, c);
        }
    }
    return false;
}

/* Button codes: xterm's ctlseqs, "Mouse Tracking". */
static void mouse_key(int button, int x, int y, bool pressed, lu_key *key)
{
    int plain = button & ~MODIFIERS;

    key->code = !pressed      ? LU_KEY_NONE
                : plain == 0  ? LU_KEY_CLICK
                : plain == 64 ? LU_KEY_WHEEL_UP
                : plain == 65 ? LU_KEY_WHEEL_DOWN
                              : LU_KEY_NONE;
    key->x = x;
    key->y = y;
}

/* ESC [ M and three bytes: button, column, row. */
static void old_mouse(lu_term *t, lu_key *key)
{
    int button = next_byte(t) - ' ';
    int x = next_byte(t);
    int y = next_byte(t);

    if (button >= 0 && x >= X10_ORIGIN && y >= X10_ORIGIN) {
        mouse_key(button, x - X10_ORIGIN, y - X10_ORIGIN, true, key);
    }
}

static uint32_t tilde_key(int number)
{
    static const struct {
        int number;
        uint32_t key;
    } keys[] = {{1, LU_KEY_HOME}, {7, LU_KEY_HOME},   {4, LU_KEY_END},
                {8, LU_KEY_END},  {3, LU_KEY_DELETE}, {5, LU_KEY_PGUP},
                {6, LU_KEY_PGDN}, {11, LU_KEY_F1},    {12, LU_KEY_F2}};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i].number == number) {
            return keys[i].key;
        }
    }
    return LU_KEY_NONE;
}

/* The same letters after ESC [ and after ESC O. */
static uint32_t letter_key(int final)
{
    static const char letters[] = "ABCDHFMPQZ";
    static const uint32_t keys[] = {LU_KEY_UP,   LU_KEY_DOWN,   LU_KEY_RIGHT, LU_KEY_LEFT,
                                    LU_KEY_HOME, LU_KEY_END,    LU_KEY_ENTER, LU_KEY_F1,
                                    LU_KEY_F2,   LU_KEY_BACKTAB};
    const char *at = strchr(letters, final);

    return at == NULL ? LU_KEY_NONE : keys[at - letters];
}

static void control_sequence(lu_term *t, lu_key *key)
{
    sequence s;

    if (!read_sequence(t, &s)) {
        return;
    }
    if (s.private == '<' && (s.final == 'M' || s.final == 'm')) {
        mouse_key(s.parameter[0], s.parameter[1] - 1, s.parameter[2] - 1, s.final == 'M', key);
    } else if (s.final == 'M' && s.n == 0 && s.private == 0) {
        old_mouse(t, key);
    } else if (s.final == '~' && (s.parameter[0] == PASTE_BEGINS || s.parameter[0] == PASTE_ENDS)) {
        t->pasting = s.parameter[0] == PASTE_BEGINS;
    } else if (s.private == 0) {
        key->code = s.final == '~' ? tilde_key(s.parameter[0]) : letter_key(s.final);
    }
}

bool lu_term_sequence(lu_term *t, lu_key *key)
{
    int c = wgetch(t->keys);

    key->code = LU_KEY_NONE;
    if (c == '[') {
        control_sequence(t, key);
        return true;
    }
    if (c == 'O') {
        c = next_byte(t);
        key->code = c == ERR ? LU_KEY_NONE : letter_key(c);
        return true;
    }
    if (c != ERR) {
        ungetch(c);
    }
    return false;
}
