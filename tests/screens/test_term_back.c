/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal layer on a real pty: the terminal always comes back. */
#include "tests/screens/demo.h"

#include <signal.h>
#include <string.h>

#ifdef LU_SANITIZED
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* --- leaving --- */

static void leaving_leaves_no_trace(void **state)
{
    vt *v = demo("mouse", NULL);

    (void)state;
    assert_true(vt_alternate(v));
    assert_false(vt_modes_are_back(v));
    vt_type(v, "q");
    assert_int_equal(vt_wait_exit(v), 0);
    vt_check_back(v);
    assert_string_equal(vt_row(v, 0), "demo ends after q");
    vt_end(&v);
}

static void it_opens_twice(void **state)
{
    vt *v = demo("mouse", NULL);

    (void)state;
    for (int i = 0; i < 3; i++) {
        vt_type(v, "o");
        vt_resize(v, 70 + i, 20);
        vt_assert_shows(v, i == 0 ? "size 70x20" : i == 1 ? "size 71x20" : "size 72x20");
    }
    vt_resize(v, 90, 30);
    vt_assert_shows(v, "size 90x30");
    vt_key(v, "Ctrl-Z");
    assert_true(vt_wait_stopped(v));
    vt_check_back(v);
    vt_signal(v, SIGCONT);
    vt_assert_shows(v, "size 90x30");
    vt_type(v, "q");
    assert_int_equal(vt_wait_exit(v), 0);
    vt_check_back(v);
    vt_end(&v);
}

static void a_terminal_without_a_second_screen_is_left_below(void **state)
{
    vt *v = demo_shown(&(vt_options){.term = "vt100"}, NULL, NULL);

    (void)state;
    vt_assert_shows(v, "size 80x24");
    vt_type(v, "q");
    assert_int_equal(vt_wait_exit(v), 0);
    assert_true(vt_modes_are_back(v));
    assert_non_null(strstr(vt_row(v, 22), "demo ends after q"));
    vt_end(&v);
    v = demo_shown(&(vt_options){.term = "vt100"}, NULL, NULL);
    vt_assert_shows(v, "size 80x24");
    vt_type(v, "5");
    assert_int_equal(vt_wait_exit(v), 128 + SIGABRT);
    assert_true(vt_modes_are_back(v));
    assert_string_equal(vt_row(v, 22), "What was done is kept.");
    vt_end(&v);
}

static void check_crash(const char *key, int number)
{
    vt *v = demo("mouse", NULL);
    int status;

    assert_true(vt_mouse(v));
    vt_type(v, key);
    status = vt_wait_exit(v);
    vt_check_back(v);
    assert_true(vt_wrote(v, "\033[?2004l"));
    assert_true(vt_wrote(v, "What was done is kept."));
    if (SANITIZED && status != 128 + number) {
        assert_true(vt_wrote(v, "AddressSanitizer")); /* the report may scroll the words away */
    } else {
        assert_int_equal(status, 128 + number);
        assert_string_equal(vt_row(v, 0), "What was done is kept.");
    }
    vt_end(&v);
}

static void every_fatal_signal_gives_the_terminal_back(void **state)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};

    (void)state;
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        char key[2] = {(char)('1' + (int)i), '\0'};
        check_crash(key, fatal[i]);
    }
}

static void faults_give_the_terminal_back(void **state)
{
    (void)state;
    check_crash("F", SIGSEGV);
    check_crash("O", SIGSEGV);
    check_crash("A", SIGABRT);
}

static void a_sanitizer_s_report_is_read_on_the_normal_screen(void **state)
{
    vt *v;

    (void)state;
    if (!SANITIZED) {
        skip();
    }
    for (size_t i = 0; i < 2; i++) {
        v = demo("mouse", NULL);
        vt_type(v, i ? "U" : "H");
        assert_int_not_equal(vt_wait_exit(v), 0);
        vt_check_back(v);
        assert_true(vt_wrote(v, i ? "runtime error: signed integer" : "heap-buffer-overflow"));
        vt_end(&v);
    }
}

static void signals_from_outside_are_crashes_too(void **state)
{
    vt *v = demo("mouse", NULL);

    (void)state;
    vt_signal(v, SIGSYS);
    assert_int_equal(vt_wait_exit(v), 128 + SIGSYS);
    vt_check_back(v);
    vt_end(&v);
}

/* --- being asked to end --- */

static void signals_that_ask_are_hang_ups(void **state)
{
    static const int asking[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

    (void)state;
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++) {
        vt *v = demo("mouse", NULL);
        vt_signal(v, asking[i]);
        assert_int_equal(vt_wait_exit(v), 7);
        vt_check_back(v);
        assert_non_null(strstr(vt_text(v), "demo ends after a hang-up"));
        vt_end(&v);
    }
}

static void who_does_not_end_is_ended(void **state)
{
    vt *v = demo("mouse", NULL);

    (void)state;
    vt_type(v, "x"); /* does not listen from here on */
    vt_watch(v, 100);
    vt_signal(v, SIGTERM);
    vt_watch(v, 100);
    vt_signal(v, SIGTERM); /* the same one, from timeout(1) */
    vt_watch(v, 1200);
    assert_true(vt_alternate(v));
    vt_signal(v, SIGTERM);
    assert_int_equal(vt_wait_exit(v), 128 + SIGTERM);
    vt_check_back(v);
    vt_end(&v);
}

static void a_closed_window_ends_the_program(void **state)
{
    vt *v = demo("mouse", NULL);

    (void)state;
    vt_hangup(v);
    assert_int_equal(vt_wait_exit(v), 7);
    vt_end(&v);
}

/* --- suspending --- */

static void check_suspended(vt *v, const char *before)
{
    assert_true(vt_wait_stopped(v));
    vt_check_back(v);
    vt_resize(v, 100, 30);
    vt_forget(v);
    vt_signal(v, SIGCONT);
    vt_assert_shows(v, "size 100x30");
    vt_assert_shows(v, before);
    assert_true(vt_alternate(v));
    assert_true(vt_mouse(v));
    assert_true(vt_wrote(v, "undecided"));
    vt_type(v, "k");
    vt_assert_shows(v, "last k");
}

static void suspending_and_going_on(void **state)
{
    vt *v = demo("mouse", NULL);

    (void)state;
    vt_key(v, "Ctrl-Z");
    check_suspended(v, "last Resize");
    quit(&v);
    v = demo("mouse", NULL);
    vt_signal(v, SIGTSTP);
    check_suspended(v, "last Resize");
    quit(&v);
}

static void a_stop_nobody_hears_of_is_mended_after(void **state)
{
    vt *v = demo("mouse", NULL);

    (void)state;
    vt_signal(v, SIGSTOP);
    assert_true(vt_wait_stopped(v));
    vt_forget(v);
    vt_signal(v, SIGCONT);
    vt_assert_shows(v, "keys 1 last Resize");
    assert_true(vt_wrote(v, "undecided"));
    assert_true(vt_mouse(v));
    quit(&v);
}

/* --- sizes --- */

static void a_storm_of_sizes_ends_at_the_last(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    for (int i = 0; i < 300; i++) { /* libvterm 0.1.4 cannot do wide characters in one column */
        vt_resize(v, 2 + (i * 37) % 211, 1 + (i * 13) % 61);
        vt_watch(v, i % 3);
    }
    vt_resize(v, 101, 33);
    vt_assert_shows(v, "size 101x33");
    vt_assert_shows(v, "#\n");
    assert_string_equal(vt_cell_at(v, 100, 32).text, "#");
    vt_resize(v, 2, 1);
    vt_watch(v, 50);
    vt_resize(v, 400, 120);
    vt_assert_shows(v, "size 400x120");
    quit(&v);
}

static void lines_and_columns_are_the_terminal_s(void **state)
{
    static const char *const env[] = {"LINES=10", "COLUMNS=20", NULL};
    vt *v = demo_shown(&(vt_options){.env = env}, NULL, NULL);

    (void)state;
    vt_assert_shows(v, "size 80x24");
    vt_resize(v, 90, 30);
    vt_assert_shows(v, "size 90x30");
    quit(&v);
}

/* --- no terminal --- */

static void check_refused(const vt_options *o, const char *words)
{
    vt *v = demo_with(o, NULL, NULL);

    assert_int_equal(vt_wait_exit(v), 6);
    vt_assert_shows(v, words);
    assert_true(vt_modes_are_back(v));
    vt_end(&v);
}

static void useless_terminals_are_errors(void **state)
{
    (void)state;
    check_refused(&(vt_options){.term = "nonsense"}, "the terminal type 'nonsense' is not known");
    check_refused(&(vt_options){.term = "dumb"}, "cannot place its cursor");
    check_refused(&(vt_options){.term = "unknown"}, "'unknown'");
    check_refused(&(vt_options){.term = ""}, "TERM does not say");
}

/* --- reset --- */

static void reset_mends_a_spoiled_terminal(void **state)
{
    char path[4096];
    const char *argv[] = {
        "/bin/sh", "-c", "\"$0\" mouse; stty -icanon -echo -opost -isig; \"$0\" reset", path, NULL};
    vt *v;
    struct termios modes;

    (void)state;
    snprintf(path, sizeof path, "%s", vt_beside("term_demo"));
    v = vt_start(&(vt_options){.width = 80}, argv);
    vt_assert_shows(v, "size 80x24");
    vt_type(v, "K");
    assert_int_equal(vt_wait_exit(v), 0);
    modes = vt_modes(v);
    assert_true((modes.c_lflag & ICANON) && (modes.c_lflag & ECHO) && (modes.c_lflag & ISIG));
    assert_true((modes.c_oflag & OPOST) && (modes.c_oflag & ONLCR) && (modes.c_iflag & ICRNL));
    assert_false(vt_alternate(v));
    assert_false(vt_mouse(v));
    vt_end(&v);
}

/* An argument chooses tests, with * and ?. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaving_leaves_no_trace),
        cmocka_unit_test(it_opens_twice),
        cmocka_unit_test(a_terminal_without_a_second_screen_is_left_below),
        cmocka_unit_test(every_fatal_signal_gives_the_terminal_back),
        cmocka_unit_test(faults_give_the_terminal_back),
        cmocka_unit_test(a_sanitizer_s_report_is_read_on_the_normal_screen),
        cmocka_unit_test(signals_from_outside_are_crashes_too),
        cmocka_unit_test(signals_that_ask_are_hang_ups),
        cmocka_unit_test(who_does_not_end_is_ended),
        cmocka_unit_test(a_closed_window_ends_the_program),
        cmocka_unit_test(suspending_and_going_on),
        cmocka_unit_test(a_stop_nobody_hears_of_is_mended_after),
        cmocka_unit_test(a_storm_of_sizes_ends_at_the_last),
        cmocka_unit_test(lines_and_columns_are_the_terminal_s),
        cmocka_unit_test(useless_terminals_are_errors),
        cmocka_unit_test(reset_mends_a_spoiled_terminal),
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
