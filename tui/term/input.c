/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for keys, and what arrives made into them. */
#include "tui/term/internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FAILURES_MAX = 3 };

/* --- one key --- */

/* Keys with a modifier have names in the descriptions of terminals, as "kUP5", but no numbers:
   user_caps(5). The modifier makes no difference here. */
static uint32_t modified_key(const char *name)
{
    static const struct {
        const char *name;
        uint32_t key;
    } keys[] = {{"kUP", LU_KEY_UP},     {"kDN", LU_KEY_DOWN},  {"kLFT", LU_KEY_LEFT},
                {"kRIT", LU_KEY_RIGHT}, {"kHOM", LU_KEY_HOME}, {"kEND", LU_KEY_END},
                {"kPRV", LU_KEY_PGUP},  {"kNXT", LU_KEY_PGDN}, {"kDC", LU_KEY_DELETE}};

    for (size_t i = 0; name != NULL && i < sizeof keys / sizeof *keys; i++) {
        if (strncmp(keys[i].name, name, strlen(keys[i].name)) == 0) {
            return keys[i].key;
        }
    }
    return LU_KEY_NONE;
}

static uint32_t curses_key(int code)
{
    static const struct {
        int code;
        uint32_t key;
    } keys[] = {
        {KEY_UP, LU_KEY_UP},       {KEY_DOWN, LU_KEY_DOWN},    {KEY_LEFT, LU_KEY_LEFT},
        {KEY_RIGHT, LU_KEY_RIGHT}, {KEY_PPAGE, LU_KEY_PGUP},   {KEY_NPAGE, LU_KEY_PGDN},
        {KEY_HOME, LU_KEY_HOME},   {KEY_END, LU_KEY_END},      {KEY_FIND, LU_KEY_HOME},
        {KEY_SELECT, LU_KEY_END},  {KEY_A1, LU_KEY_HOME},      {KEY_A3, LU_KEY_PGUP},
        {KEY_C1, LU_KEY_END},      {KEY_C3, LU_KEY_PGDN},      {KEY_ENTER, LU_KEY_ENTER},
        {KEY_DC, LU_KEY_DELETE},   {KEY_BTAB, LU_KEY_BACKTAB}, {KEY_BACKSPACE, LU_KEY_BACKSPACE},
        {KEY_F(1), LU_KEY_F1},     {KEY_F(2), LU_KEY_F2},      {KEY_SR, LU_KEY_UP},
        {KEY_SF, LU_KEY_DOWN},     {KEY_SLEFT, LU_KEY_LEFT},   {KEY_SRIGHT, LU_KEY_RIGHT},
        {KEY_SHOME, LU_KEY_HOME},  {KEY_SEND, LU_KEY_END},     {KEY_SPREVIOUS, LU_KEY_PGUP},
        {KEY_SNEXT, LU_KEY_PGDN},  {KEY_SDC, LU_KEY_DELETE},
    };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i].code == code) {
            return keys[i].key;
        }
    }
    return modified_key(keyname(code));
}

static uint32_t control_key(int c)
{
    switch (c) {
    case '\r':
    case '\n': return LU_KEY_ENTER;
    case '\t': return LU_KEY_TAB;
    case '\b':
    case 0x7f: return LU_KEY_BACKSPACE;
    case LU_KEY_BYTE_ESC: return LU_KEY_ESC;
    default: return c >= 1 && c <= 26 ? LU_KEY_CTRL + (uint32_t)(c - 1 + 'a') : LU_KEY_NONE;
    }
}

static size_t utf8_length(int first)
{
    return first >= 0xf0 && first < 0xf8 ? 4
           : first >= 0xe0               ? (first < 0xf0 ? 3 : 0)
           : first >= 0xc0               ? 2
                                         : 0;
}

/* Bytes of a character may come one at a time, each with a wait; what is no UTF-8 is dropped. */
static uint32_t utf8_key(lu_term *t, int byte)
{
    bool more = (byte & 0xc0) == 0x80;
    const char *text = t->utf8_part;
    uint32_t code;

    if (!more) {
        t->utf8_have = 0;
        t->utf8_need = utf8_length(byte);
    }
    if (t->utf8_have >= t->utf8_need) {
        return LU_KEY_NONE;
    }
    t->utf8_part[t->utf8_have++] = (char)byte;
    if (t->utf8_have < t->utf8_need) {
        return LU_KEY_NONE;
    }
    t->utf8_part[t->utf8_have] = '\0';
    code = lu_utf8_next(&text);
    t->utf8_have = t->utf8_need = 0;
    return code == LU_REPLACEMENT ? LU_KEY_NONE : code;
}

static void translate(lu_term *t, int c, lu_key *key)
{
    *key = (lu_key){.code = LU_KEY_NONE};
    if (c < 0x80 || c > 0xff) {
        t->utf8_have = t->utf8_need = 0; /* a character begun before will not be ended */
    }
    if (c > 0xff) {
        key->code = curses_key(c);
    } else if (c >= 0x80) {
        key->code = utf8_key(t, c);
    } else if (c == LU_KEY_BYTE_ESC && lu_term_sequence(t, key)) {
        return;
    } else {
        key->code = c >= ' ' && c < 0x7f ? (uint32_t)c : control_key(c);
    }
}

/* --- signals --- */

/* Whoever had the terminal in between may have changed all of it. */
static void resume(lu_term *t)
{
    lu_term_signals_take(LU_NOTE_CONTINUE);
    reset_prog_mode();
    lu_term_ask(t, true);
    lu_term_fit();
    lu_term_repaint(t);
}

static void suspend(lu_term *t)
{
    lu_term_ask(t, false);
    lu_term_signals_suspend();
    resume(t);
}

/* True with a key when a signal means one. */
static bool signal_key(lu_term *t, lu_key *key)
{
    *key = (lu_key){.code = LU_KEY_RESIZE};
    if (t->gone || lu_term_signals_take(LU_NOTE_END)) {
        key->code = LU_KEY_HANGUP;
        return true;
    }
    if (lu_term_signals_take(LU_NOTE_SUSPEND)) {
        suspend(t);
        return true;
    }
    if (lu_term_signals_take(LU_NOTE_CONTINUE)) {
        resume(t);
        return true;
    }
    if (lu_term_signals_take(LU_NOTE_SIZE)) {
        lu_term_fit();
        return true;
    }
    return false;
}

/* --- waiting --- */

static int milliseconds_left(const struct timespec *end)
{
    struct timespec now;
    long long left;

    clock_gettime(CLOCK_MONOTONIC, &now);
    left = (long long)(end->tv_sec - now.tv_sec) * 1000 + (end->tv_nsec - now.tv_nsec) / 1000000;
    return left < 0 ? 0 : (int)left;
}

static struct timespec end_after(int ms)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

typedef enum waited { WAITED_IN_VAIN, WAITED_FOR_WAKE, WAITED_FOR_INPUT } waited;

static waited wait_for(lu_term *t, int ms, int wake_fd)
{
    struct pollfd fds[] = {
        {STDIN_FILENO, POLLIN, 0}, {lu_term_signals_fd(), POLLIN, 0}, {wake_fd, POLLIN, 0}};

    if (poll(fds, sizeof fds / sizeof *fds, ms) < 0) {
        t->gone = t->gone || errno != EINTR;
        return WAITED_FOR_INPUT;
    }
    if (fds[1].revents) {
        lu_term_signals_forget();
    }
    t->gone = t->gone || (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    t->failures += (fds[0].revents & POLLIN) != 0;
    return fds[0].revents || fds[1].revents ? WAITED_FOR_INPUT
           : fds[2].revents                 ? WAITED_FOR_WAKE
                                            : WAITED_IN_VAIN;
}

/* True with a key. A terminal that has something to read and yet gives nothing is gone. */
static bool read_key(lu_term *t, lu_key *key)
{
    int c;

    while ((c = wgetch(t->keys)) != ERR) {
        t->failures = 0;
        translate(t, c, key);
        key->pasted = t->pasting;
        if (key->code == LU_KEY_ESC) {
            t->pasting = false; /* should the closing mark be lost */
        } else if (key->code == LU_KEY_CTRL + 'z' && !key->pasted) {
            kill(0, SIGTSTP); /* as the terminal would: engines stop too */
            key->code = LU_KEY_NONE;
        }
        if (key->code != LU_KEY_NONE) {
            return true;
        }
    }
    t->gone = t->gone || t->failures >= FAILURES_MAX;
    return false;
}

bool lu_term_key(lu_term *t, int timeout_ms, int wake_fd, lu_key *key)
{
    const struct timespec end = end_after(timeout_ms > 0 ? timeout_ms : 0);
    waited what = WAITED_FOR_INPUT;

    while (what == WAITED_FOR_INPUT) {
        if (signal_key(t, key) || read_key(t, key)) {
            return true;
        }
        if (!t->gone) {
            what = wait_for(t, timeout_ms < 0 ? -1 : milliseconds_left(&end), wake_fd);
        }
    }
    *key = (lu_key){.code = LU_KEY_NONE};
    return false;
}
