/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LU_TESTS_VT_INTERNAL_H
#define LU_TESTS_VT_INTERNAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <vterm.h>

#include "tests/screens/vt.h"

#include <cmocka.h>

struct vt {
    int master; /* -1 after a hang-up */
    int events; /* what the leader tells */
    pid_t leader, pid;
    bool leader_gone, stopped;
    int status; /* -1 = runs; 128 + signal */
    bool asked; /* for it */
    char home[4096];
    bool own_home;
    struct termios modes; /* at the start */
    char *raw;            /* all that was written since vt_forget; owned */
    size_t raw_len;
    /* the screen */
    VTerm *term;
    VTermScreen *screen;
    int width, height;
    bool alternate, cursor_visible;
    char *text; /* of vt_text; owned */
    char *row;  /* of vt_row; owned */
};

void vt_send(vt *v, const char *data, size_t len);

void vt_screen_init(vt *v, int width, int height);
void vt_screen_fini(vt *v);
void vt_screen_resize(vt *v, int width, int height);
void vt_screen_feed(vt *v, const char *data, size_t len);

#endif
