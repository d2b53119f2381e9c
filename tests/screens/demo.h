/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the terminal layer: the program term_demo, in a terminal of its own. */
#ifndef LU_TESTS_DEMO_H
#define LU_TESTS_DEMO_H

#include "tests/screens/vt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static inline vt *demo_with(const vt_options *o, const char *a, const char *b)
{
    char path[4096];
    const char *argv[] = {path, a, b, NULL};

    snprintf(path, sizeof path, "%s", vt_beside("term_demo"));
    return vt_start(o, argv);
}

/* The same after its first frame, whose last line is the last thing to come. */
static inline vt *demo_shown(const vt_options *o, const char *a, const char *b)
{
    vt *v = demo_with(o, a, b);

    vt_assert_shows(v, "keys 0 last");
    vt_assert_shows(v, "#\n");
    return v;
}

static inline vt *demo(const char *a, const char *b)
{
    return demo_shown(&(vt_options){.width = 80, .height = 24}, a, b);
}

static inline void quit(vt **v)
{
    vt_type(*v, "q");
    assert_int_equal(vt_wait_exit(*v), 0);
    vt_end(v);
}

#endif
