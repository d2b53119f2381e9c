/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The workbench line by line, for screen readers, scripts and tests. A line is a command of the
 * palette, or
 *
 *     key NAME...     press keys ("key 4 Down Enter")
 *     wait            until no job runs
 *     size WxH        of the screen (80x24)
 *     show            the screen as text
 *
 * Empty lines and lines that start with '#' are skipped.
 */
#ifndef LU_TUI_APP_PLAIN_H
#define LU_TUI_APP_PLAIN_H

#include "tui/app/app.h"

#include <stdio.h>

typedef struct lu_plain {
    lu_app *app; /* borrowed */
    int width, height;
    bool answers; /* plain mode: after each line its message, after a screen's change the screen */
    FILE *out;    /* borrowed */
    bool (*stop)(void); /* asked while waiting: stop the jobs? NULL = never */
} lu_plain;

/* Runs a whole file or input; stops at the first failure unless `answers`. LU_ERR_IO when `out`
 * cannot be written. */
lu_err lu_plain_run(lu_plain *p, FILE *in, const char *name);

#endif
