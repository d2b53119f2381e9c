/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of input: palette, filter, a path to complete. */
#ifndef LU_TUI_APP_PROMPT_H
#define LU_TUI_APP_PROMPT_H

#include "tui/app/keys.h"

#include "core/core.h"

enum { LU_PROMPT_MAX = 1024, LU_HISTORY_MAX = 50 };

typedef enum lu_prompt_kind { LU_PROMPT_OFF, LU_PROMPT_COMMAND, LU_PROMPT_FILTER } lu_prompt_kind;

typedef enum lu_prompt_event {
    LU_PROMPT_STAYS,
    LU_PROMPT_CHANGED,  /* the text changed */
    LU_PROMPT_DONE,     /* Enter */
    LU_PROMPT_LEFT,     /* Esc, Ctrl-C */
    LU_PROMPT_COMPLETE, /* Tab */
    LU_PROMPT_UP,       /* no history to show: the caller's list may move */
    LU_PROMPT_DOWN
} lu_prompt_event;

typedef struct lu_prompt {
    lu_prompt_kind kind;
    char text[LU_PROMPT_MAX];
    size_t cursor; /* byte offset, at a character's start */
    char history[LU_HISTORY_MAX][LU_PROMPT_MAX / 4];
    size_t remembered, back; /* lines in history; how many back is shown, 0 = none */
} lu_prompt;

void lu_prompt_open(lu_prompt *p, lu_prompt_kind kind, const char *text);
void lu_prompt_close(lu_prompt *p);
lu_prompt_event lu_prompt_key(lu_prompt *p, lu_key key);
void lu_prompt_remember(lu_prompt *p, const char *line);

#endif
