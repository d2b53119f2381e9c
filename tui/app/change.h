/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes of the case, one job each, and the way back. Every change is a line, "set
 * judge.alpha=0.8"; when it is made its inverse is known, "set judge.alpha=0.9", and waits on the
 * stack of what can be undone. Undoing makes that line in turn: the journal goes on, nothing in it
 * is taken back.
 */
#ifndef LU_TUI_APP_CHANGE_H
#define LU_TUI_APP_CHANGE_H

#include "sessions/sessions.h"
#include "tui/app/words.h"

enum { LU_LINE_MAX = 2048, LU_UNDO_MAX = 64 };

/* Lines, the youngest last; the oldest is forgotten when it is full. */
typedef struct lu_lines {
    size_t n;
    char *line[LU_UNDO_MAX]; /* owned */
} lu_lines;

void lu_lines_push(lu_lines *l, const char *line);
void lu_lines_drop(lu_lines *l); /* the youngest */
void lu_lines_fini(lu_lines *l);

/* A model that was removed, for putting it back. */
typedef struct lu_kept {
    lu_role role;
    char name[LU_NAME_MAX], origin[LU_TEXT_MAX];
    lu_buf cfg, weights; /* the two files; owned */
} lu_kept;

enum { LU_KEPT_MAX = 16 };

typedef struct lu_kept_models {
    size_t n; /* taken in so far; the last LU_KEPT_MAX are there, number k at k % LU_KEPT_MAX */
    lu_kept model[LU_KEPT_MAX];
} lu_kept_models;

void lu_kept_fini(lu_kept_models *k);

/* What an act is given and what it leaves. */
typedef struct lu_act {
    lu_case *c;            /* open for writing */
    const lu_words *words; /* word[0] is the act's name */
    const lu_job *job;
    lu_kept_models *kept;
    size_t jobs;                 /* engine processes of a run, 0 = one a processor */
    bool reference;              /* --engine darknet */
    char inverse[LU_LINE_MAX];   /* the line that takes it back; "" = nothing does */
    char said[LU_NAME_MAX + 32]; /* what was done, of a line that nobody types; else "" */
} lu_act;

typedef struct lu_act_row {
    const char *name;  /* the line's first word */
    const char *title; /* "adding a model" */
    lu_err (*act)(lu_act *a);
    bool quiet; /* not listed, nothing read again: the case stays as it is */
} lu_act_row;

/* NULL: no such act. `len` bytes of name. */
const lu_act_row *lu_act_find(const char *name, size_t len);

#endif
