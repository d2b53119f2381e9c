/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main loop: frames when something happened, not more than twenty a second, none else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/screens/vt.h"

static vt *demo(void)
{
    char path[4096];
    const char *argv[] = {path, NULL};
    vt *v;

    snprintf(path, sizeof path, "%s", vt_beside("loop_demo"));
    v = vt_start(&(vt_options){.width = 80, .height = 24}, argv);
    vt_assert_shows(v, "frames 1.");
    return v;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The figure behind a word of the second row. */
static int figure(vt *v, const char *word)
{
    const char *at = strstr(vt_row(v, 1), word);

    assert_non_null(at);
    return atoi(at + strlen(word) + 1);
}

static void quit(vt **v)
{
    vt_type(*v, "q");
    assert_int_equal(vt_wait_exit(*v), 0);
    vt_end(v);
}

static void nothing_is_drawn_while_nothing_happens(void **state)
{
    vt *v = demo();

    (void)state;
    vt_watch(v, 200);
    vt_forget(v);
    vt_watch(v, 1500);
    assert_int_equal(vt_written(v), 0);
    quit(&v);
}

static void a_busy_workbench_draws_twenty_frames_a_second(void **state)
{
    vt *v = demo();
    double start = seconds();

    (void)state;
    vt_type(v, "b");
    vt_watch(v, 2000);
    vt_type(v, "b");
    vt_assert_shows(v, "keys 2.");
    vt_watch(v, 200);
    assert_in_range(figure(v, "frames"), 5, (int)(20 * (seconds() - start)) + 4);
    vt_forget(v);
    vt_watch(v, 300);
    assert_int_equal(vt_written(v), 0);
    quit(&v);
}

static void much_news_makes_few_frames(void **state)
{
    vt *v = demo();
    double start = seconds();

    (void)state;
    vt_type(v, "n");
    vt_watch(v, 2000);
    vt_type(v, "k");
    vt_assert_shows(v, "last k.");
    assert_true(figure(v, "news") > 5);
    assert_in_range(figure(v, "frames"), 3, (int)(20 * (seconds() - start)) + 4);
    quit(&v);
}

static void keys_that_come_at_once_are_drawn_together(void **state)
{
    char keys[601];
    vt *v = demo();

    (void)state;
    memset(keys, 'k', sizeof keys - 1);
    keys[sizeof keys - 1] = '\0';
    vt_type(v, keys);
    vt_assert_shows(v, "keys 600.");
    assert_in_range(figure(v, "frames"), 2, 200);
    quit(&v);
}

static void a_screen_too_small_says_what_it_needs(void **state)
{
    vt *v = demo();

    (void)state;
    vt_resize(v, 40, 10);
    vt_assert_shows(v, "have 40x10, need 60x18");
    vt_resize(v, 60, 18);
    vt_assert_shows(v, "size 60x18");
    quit(&v);
}

static void the_mouse_is_the_terminal_s_while_one_types(void **state)
{
    vt *v = demo();

    (void)state;
    assert_true(vt_mouse(v));
    vt_type(v, ":");
    vt_assert_shows(v, "last :");
    assert_false(vt_mouse(v));
    vt_key(v, "Esc");
    vt_assert_shows(v, "last Esc");
    assert_true(vt_mouse(v));
    quit(&v);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_drawn_while_nothing_happens),
        cmocka_unit_test(a_busy_workbench_draws_twenty_frames_a_second),
        cmocka_unit_test(much_news_makes_few_frames),
        cmocka_unit_test(keys_that_come_at_once_are_drawn_together),
        cmocka_unit_test(a_screen_too_small_says_what_it_needs),
        cmocka_unit_test(the_mouse_is_the_terminal_s_while_one_types),
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
