/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/prompt.h"

#include <stdio.h>
#include <string.h>

void lu_prompt_open(lu_prompt *p, lu_prompt_kind kind, const char *text)
{
    p->kind = kind;
    p->back = 0;
    snprintf(p->text, sizeof p->text, "%s", text);
    p->cursor = strlen(p->text);
}

void lu_prompt_close(lu_prompt *p)
{
    p->kind = LU_PROMPT_OFF;
    p->text[0] = '\0';
    p->cursor = 0;
}

void lu_prompt_remember(lu_prompt *p, const char *line)
{
    if (line[0] == '\0' || strlen(line) >= sizeof p->history[0]) {
        return;
    }
    if (p->remembered && strcmp(p->history[p->remembered - 1], line) == 0) {
        return;
    }
    if (p->remembered == LU_HISTORY_MAX) {
        memmove(p->history, p->history[1], sizeof p->history - sizeof p->history[0]);
        p->remembered--;
    }
    snprintf(p->history[p->remembered++], sizeof p->history[0], "%s", line);
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t before(const lu_prompt *p)
{
    size_t at = p->cursor;

    while (at > 0 && continues(p->text[--at])) {
    }
    return at;
}

static size_t after(const lu_prompt *p)
{
    size_t at = p->cursor;

    if (p->text[at]) {
        at++;
    }
    while (continues(p->text[at])) {
        at++;
    }
    return at;
}

static void erase(lu_prompt *p, size_t from, size_t to)
{
    memmove(p->text + from, p->text + to, strlen(p->text + to) + 1);
    p->cursor = from;
}

static void insert(lu_prompt *p, uint32_t code)
{
    char text[16];
    size_t len, old = strlen(p->text);

    lu_key_name(code, text, sizeof text);
    if (code == ' ') {
        strcpy(text, " ");
    }
    len = strlen(text);
    if (old + len >= sizeof p->text) {
        return;
    }
    memmove(p->text + p->cursor + len, p->text + p->cursor, old - p->cursor + 1);
    memcpy(p->text + p->cursor, text, len);
    p->cursor += len;
}

static lu_prompt_event recall(lu_prompt *p, bool older)
{
    if (p->kind != LU_PROMPT_COMMAND || (older && p->back == p->remembered) ||
        (!older && p->back == 0)) {
        return older ? LU_PROMPT_UP : LU_PROMPT_DOWN;
    }
    p->back = older ? p->back + 1 : p->back - 1;
    snprintf(p->text, sizeof p->text, "%s", p->back ? p->history[p->remembered - p->back] : "");
    p->cursor = strlen(p->text);
    return LU_PROMPT_CHANGED;
}

/* The start of the word before the cursor. */
static size_t word_start(const lu_prompt *p)
{
    size_t at = p->cursor;

    while (at > 0 && p->text[at - 1] == ' ') {
        at--;
    }
    while (at > 0 && p->text[at - 1] != ' ') {
        at--;
    }
    return at;
}

static lu_prompt_event edit(lu_prompt *p, uint32_t code)
{
    switch (code) {
    case LU_KEY_BACKSPACE:
    case LU_KEY_CTRL + 'h': erase(p, before(p), p->cursor); return LU_PROMPT_CHANGED;
    case LU_KEY_DELETE: erase(p, p->cursor, after(p)); return LU_PROMPT_CHANGED;
    case LU_KEY_CTRL + 'w': erase(p, word_start(p), p->cursor); return LU_PROMPT_CHANGED;
    case LU_KEY_CTRL + 'u': erase(p, 0, p->cursor); return LU_PROMPT_CHANGED;
    case LU_KEY_LEFT: p->cursor = before(p); return LU_PROMPT_STAYS;
    case LU_KEY_RIGHT: p->cursor = after(p); return LU_PROMPT_STAYS;
    case LU_KEY_HOME:
    case LU_KEY_CTRL + 'a': p->cursor = 0; return LU_PROMPT_STAYS;
    case LU_KEY_END:
    case LU_KEY_CTRL + 'e': p->cursor = strlen(p->text); return LU_PROMPT_STAYS;
    default: break;
    }
    if (code >= ' ' && code < LU_KEY_FIRST && code != 0x7f) {
        insert(p, code);
        return LU_PROMPT_CHANGED;
    }
    return LU_PROMPT_STAYS;
}

lu_prompt_event lu_prompt_key(lu_prompt *p, lu_key key)
{
    switch (key.code) {
    case LU_KEY_ENTER: return LU_PROMPT_DONE;
    case LU_KEY_ESC:
    case LU_KEY_CTRL + 'c': return LU_PROMPT_LEFT;
    case LU_KEY_TAB: return LU_PROMPT_COMPLETE;
    case LU_KEY_UP: return recall(p, true);
    case LU_KEY_DOWN: return recall(p, false);
    default: return edit(p, key.code);
    }
}
