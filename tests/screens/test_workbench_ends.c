/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ends the workbench in the middle of a job, and what it leaves behind. */
#include "tests/screens/bench.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

enum { ENGINES = 32, INTERRUPTED = 130 };

typedef struct busy {
    vt *v;
    int engine[ENGINES];
    size_t engines;
    char err[4096];
} busy;

/* A run that takes minutes, its engines at work. */
static busy start_busy(void)
{
    busy b = {.engines = 0};
    vt_options o = {.width = 80, .height = 24, .err = b.err};

    snprintf(b.err, sizeof b.err, "%s", bench_path("busy.err"));
    bench_copy("busy.case");
    b.v = bench_open(&o, "busy.case", NULL);
    bench_command(b.v, "set blackbox.method=cw");
    vt_assert_shows(b.v, "blackbox.method=cw: done");
    bench_command(b.v, "set cw.iterations=100000");
    vt_assert_shows(b.v, "cw.iterations=100000: done");
    vt_key(b.v, "r");
    vt_assert_shows(b.v, "making black-box tests");
    while (b.engines == 0) {
        vt_watch(b.v, 20);
        b.engines = bench_engines(b.v, b.engine, ENGINES);
    }
    return b;
}

static void check_no_engine(const busy *b)
{
    for (int round = 0; round < 200; round++) {
        size_t left = 0;

        for (size_t i = 0; i < b->engines; i++) {
            left += bench_is_engine(b->engine[i]);
        }
        if (left == 0) {
            return;
        }
        usleep(20000);
    }
    fail_msg("an engine is left behind");
}

static void check_end(int number, int status)
{
    busy b = start_busy();

    assert_true(vt_alternate(b.v));
    assert_true(vt_mouse(b.v));
    vt_signal(b.v, number);
    assert_int_equal(vt_wait_exit(b.v), status);
    vt_check_back(b.v);
    check_no_engine(&b);
    vt_end(&b.v);
    assert_int_equal(bench_run("show busy.case --quiet", NULL), 0);
}

static void fatal_signals_give_the_terminal_back(void **state)
{
    static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

    (void)state;
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        busy b = start_busy();
        int status;

        vt_signal(b.v, fatal[i]);
        status = vt_wait_exit(b.v);
        assert_int_not_equal(status, 0);
        assert_int_not_equal(status, -1);
        vt_check_back(b.v);
        assert_true(vt_wrote(b.v, "lineup broke off"));
        check_no_engine(&b);
        vt_end(&b.v);
    }
}

static void signals_that_ask_end_it_in_order(void **state)
{
    (void)state;
    check_end(SIGTERM, INTERRUPTED);
    check_end(SIGHUP, INTERRUPTED);
    check_end(SIGINT, INTERRUPTED);
}

static void a_closed_window_ends_it(void **state)
{
    busy b = start_busy();

    (void)state;
    vt_hangup(b.v);
    assert_int_equal(vt_wait_exit(b.v), INTERRUPTED);
    check_no_engine(&b);
    vt_end(&b.v);
}

static void kill_leaves_no_engine(void **state)
{
    busy b = start_busy();

    (void)state;
    vt_signal(b.v, SIGKILL);
    assert_int_equal(vt_wait_exit(b.v), 128 + SIGKILL);
    check_no_engine(&b);
    vt_end(&b.v);
}

static void it_is_suspended_and_goes_on(void **state)
{
    busy b = start_busy();

    (void)state;
    vt_key(b.v, "Ctrl-Z");
    assert_true(vt_wait_stopped(b.v));
    vt_check_back(b.v);
    vt_resize(b.v, 100, 30);
    vt_forget(b.v);
    kill(-vt_pid(b.v), SIGCONT);
    vt_assert_shows(b.v, "(x stops)");
    vt_assert_shows(b.v, "? help");
    assert_true(vt_alternate(b.v));
    for (int i = 0; i < 500 && !vt_mouse(b.v); i++) {
        vt_watch(b.v, 20); /* curses paints before the mouse is asked for again */
    }
    assert_true(vt_mouse(b.v));
    vt_key(b.v, "x");
    vt_assert_shows(b.v, "stopped; what was done is kept");
    bench_leave(&b.v);
    check_no_engine(&b);
}

static void a_killed_engine_is_told_and_the_screen_goes_on(void **state)
{
    busy b = start_busy();

    (void)state;
    for (size_t i = 0; i < b.engines; i++) {
        kill(b.engine[i], SIGKILL);
    }
    vt_assert_shows(b.v, "! ");
    vt_assert_shows(b.v, "engine");
    vt_key(b.v, "!");
    vt_assert_shows(b.v, "The last error");
    vt_key(b.v, "Esc");
    vt_key(b.v, "6");
    vt_assert_shows(b.v, "[6 Judgement]");
    bench_command(b.v, "set blackbox.method=pgd");
    vt_assert_shows(b.v, "blackbox.method=pgd: done");
    vt_key(b.v, "r");
    vt_key(b.v, "4");
    vt_assert_shows(b.v, "votes 6 of 6");
    bench_leave(&b.v);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fatal_signals_give_the_terminal_back),
        cmocka_unit_test(signals_that_ask_end_it_in_order),
        cmocka_unit_test(a_closed_window_ends_it),
        cmocka_unit_test(kill_leaves_no_engine),
        cmocka_unit_test(it_is_suspended_and_goes_on),
        cmocka_unit_test(a_killed_engine_is_told_and_the_screen_goes_on),
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, bench_up, bench_down);
}
