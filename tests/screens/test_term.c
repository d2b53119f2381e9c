/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal layer on a real pty: colours, characters, keys, and that the terminal always comes
 * back. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/screens/vt.h"
#include "viz/viz.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static vt *demo_with(const vt_options *o, const char *a, const char *b)
{
    char path[4096];
    const char *argv[] = {path, a, b, NULL};

    snprintf(path, sizeof path, "%s", vt_beside("term_demo"));
    return vt_start(o, argv);
}

/* The same after its first frame, whose last line is the last thing to come. */
static vt *demo_shown(const vt_options *o, const char *a, const char *b)
{
    vt *v = demo_with(o, a, b);

    vt_assert_shows(v, "keys 0 last");
    vt_assert_shows(v, "#\n");
    return v;
}

static vt *demo(const char *a, const char *b)
{
    return demo_shown(&(vt_options){.width = 80, .height = 24}, a, b);
}

static void quit(vt **v)
{
    vt_type(*v, "q");
    assert_int_equal(vt_wait_exit(*v), 0);
    vt_end(v);
}

/* --- what is shown --- */

static void check_ink(const vt *v, lu_theme theme, lu_ink ink, bool few)
{
    const lu_shade *s = lu_theme_shade(theme, ink);
    vt_cell cell = vt_cell_at(v, 0, 1 + (int)ink);
    unsigned attrs = few ? s->attrs8 : s->attrs;

    assert_int_equal(cell.text[0], lu_ink_name(ink)[0]);
    assert_int_equal(cell.fg, few ? s->ansi : s->xterm);
    assert_int_equal(cell.bg, VT_DEFAULT);
    assert_int_equal(cell.bold, (attrs & LU_ATTR_BOLD) != 0);
    assert_int_equal(cell.underline, (attrs & LU_ATTR_UNDERLINE) != 0);
    assert_int_equal(cell.reverse, (attrs & LU_ATTR_REVERSE) != 0);
}

static void inks_have_the_theme_s_colours(void **state)
{
    static const char *const arguments[] = {"theme=dark", "theme=light", "theme=contrast",
                                            "theme=mono"};

    (void)state;
    for (int theme = 0; theme < LU_THEME_COUNT; theme++) {
        vt *v = demo(arguments[theme], NULL);

        vt_assert_shows(v, "colours 2");
        for (int ink = 0; ink < LU_INK_COUNT; ink++) {
            check_ink(v, (lu_theme)theme, (lu_ink)ink, false);
        }
        quit(&v);
    }
}

static void backgrounds_are_inks_too(void **state)
{
    vt *v = demo(NULL, NULL);
    vt_cell cell = vt_cell_at(v, 20, 2);

    (void)state;
    assert_int_equal(cell.bg, lu_theme_shade(LU_THEME_DARK, LU_INK_COPY)->xterm);
    assert_true(cell.bold);
    quit(&v);
}

static void eight_colours_do(void **state)
{
    vt *v = demo_shown(&(vt_options){.term = "xterm"}, NULL, NULL);

    (void)state;
    vt_assert_shows(v, "colours 1");
    for (int ink = 0; ink < LU_INK_COUNT; ink++) {
        check_ink(v, LU_THEME_DARK, (lu_ink)ink, true);
    }
    for (int y = 2; y < 6; y++) {
        for (int x = 40; x < 48; x++) {
            vt_cell cell = vt_cell_at(v, x, y);
            int upper =
                lu_rgb_ansi((uint32_t)((x - 40) * 36) << 16 | (uint32_t)((y - 2) * 72), x, 2 * y);
            assert_in_range(cell.bg, 0, 7);
            assert_int_equal(cell.reverse ? cell.bg : cell.fg, upper);
        }
    }
    quit(&v);
}

static void pictures_are_pixels(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 8; x++) {
            vt_cell cell = vt_cell_at(v, 40 + x, 2 + y);
            assert_string_equal(cell.text, "\xe2\x96\x80");
            assert_int_equal(cell.fg, lu_rgb_xterm((uint32_t)(x * 36) << 16 | (uint32_t)(y * 72)));
            assert_int_equal(cell.bg,
                             lu_rgb_xterm((uint32_t)(x * 36) << 8 | (uint32_t)(y * 72 + 36)));
        }
    }
    quit(&v);
}

static void check_no_colours(vt *v)
{
    vt_assert_shows(v, "colours 0");
    for (int y = 0; y < 24; y++) {
        for (int x = 0; x < 80; x++) {
            vt_cell cell = vt_cell_at(v, x, y);
            assert_int_equal(cell.fg, VT_DEFAULT);
            assert_int_equal(cell.bg, VT_DEFAULT);
        }
    }
    assert_true(vt_cell_at(v, 0, 1 + LU_INK_SELECTED).reverse);
    assert_true(vt_cell_at(v, 0, 1 + LU_INK_ERROR).bold);
}

static void no_colours_leave_the_attributes(void **state)
{
    static const char *const env[] = {"NO_COLOR=1", NULL};
    vt *v = demo("colours=0", NULL);

    (void)state;
    check_no_colours(v);
    quit(&v);
    v = demo_shown(&(vt_options){.env = env}, NULL, NULL);
    check_no_colours(v);
    quit(&v);
    v = demo_shown(&(vt_options){.term = "vt220"}, NULL, NULL);
    check_no_colours(v);
    quit(&v);
}

static void direct_colours_are_rgb(void **state)
{
    vt *v;
    vt_cell cell;

    (void)state;
    if (access("/usr/share/terminfo/x/xterm-direct2", R_OK) != 0) {
        skip();
    }
    v = demo_shown(&(vt_options){.term = "xterm-direct2"}, NULL, NULL);
    vt_assert_shows(v, "colours 2");
    cell = vt_cell_at(v, 0, 1 + LU_INK_COPY);
    assert_int_equal(cell.fg, VT_RGB + 0xff8700);
    quit(&v);
}

static void wide_and_combining_characters_keep_their_columns(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    assert_string_equal(vt_cell_at(v, 25, 4).text, "\xe6\xbc\xa2");
    assert_int_equal(vt_cell_at(v, 25, 4).width, 2);
    assert_int_equal(vt_cell_at(v, 26, 4).width, 0);
    assert_string_equal(vt_cell_at(v, 30, 4).text, "e");
    assert_string_equal(vt_cell_at(v, 25, 5).text, "e\xcc\x81");
    assert_string_equal(vt_cell_at(v, 27, 5).text, "e");
    assert_string_equal(vt_cell_at(v, 79, 23).text, "#");
    quit(&v);
}

static void an_ascii_locale_gets_ascii(void **state)
{
    vt *v = demo_shown(&(vt_options){.lang = "C"}, NULL, NULL);

    (void)state;
    vt_assert_shows(v, "wide ???? end");
    vt_assert_shows(v, "mark e end");
    for (const char *at = vt_text(v); *at; at++) {
        assert_true((unsigned char)*at < 0x80);
    }
    vt_type(v, "\xc3\xa4");
    vt_assert_shows(v, "keys 1 last ?");
    quit(&v);
}

static void only_differences_are_sent(void **state)
{
    vt *v = demo(NULL, NULL);
    size_t whole = vt_written(v);

    (void)state;
    vt_forget(v);
    vt_type(v, "k");
    vt_assert_shows(v, "keys 1 last k");
    assert_true(vt_written(v) < 100);
    vt_forget(v);
    vt_key(v, "Ctrl-L");
    vt_assert_shows(v, "last Ctrl-L");
    assert_true(vt_written(v) > whole / 2);
    quit(&v);
}

static void themes_change(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    for (int theme = 1; theme < 4; theme++) {
        char text[32];

        snprintf(text, sizeof text, "theme %s", lu_theme_name((lu_theme)theme));
        vt_type(v, "t");
        vt_assert_shows(v, text);
        snprintf(text, sizeof text, "keys %d last t", theme);
        vt_assert_shows(v, text);
        for (int ink = 0; ink < LU_INK_COUNT; ink++) {
            check_ink(v, (lu_theme)theme, (lu_ink)ink, false);
        }
    }
    quit(&v);
}

static void the_cursor_goes_where_it_is_sent(void **state)
{
    vt *v = demo(NULL, NULL);
    int x, y;
    bool visible;

    (void)state;
    vt_cursor(v, &x, &y, &visible);
    assert_false(visible);
    vt_type(v, "c");
    vt_assert_shows(v, "keys 1 last c");
    assert_true(vt_wait_raw(v, "\033[?25h"));
    vt_cursor(v, &x, &y, &visible);
    assert_true(visible);
    assert_int_equal(x, 25);
    assert_int_equal(y, 3);
    quit(&v);
}

static void what_is_written_to_the_screen_is_kept_for_later(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    vt_type(v, "e");
    vt_assert_shows(v, "last e");
    assert_null(strstr(vt_text(v), "stray words"));
    vt_type(v, "q");
    assert_int_equal(vt_wait_exit(v), 0);
    assert_non_null(strstr(vt_text(v), "stray words"));
    assert_non_null(strstr(vt_text(v), "demo ends after q"));
    vt_end(&v);
}

/* --- keys --- */

static void keys_arrive(void **state)
{
    static const char *const names[] = {"a",
                                        "?",
                                        "Space",
                                        "Enter",
                                        "Tab",
                                        "S-Tab",
                                        "Backspace",
                                        "Up",
                                        "Down",
                                        "Left",
                                        "Right",
                                        "PgUp",
                                        "PgDn",
                                        "Home",
                                        "End",
                                        "F1",
                                        "F2",
                                        "Delete",
                                        "Esc",
                                        "Ctrl-P",
                                        "Ctrl-C",
                                        "Ctrl-R",
                                        "Ctrl-U",
                                        "\xc3\xa4",
                                        "\xe6\xbc\xa2",
                                        "\xf0\x9f\x98\x80"};
    vt *v = demo(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[64];

        snprintf(text, sizeof text, "keys %zu last %s at", i + 1, names[i]);
        vt_key(v, names[i]);
        vt_assert_shows(v, text);
    }
    quit(&v);
}

/* bytes, the key they are, the keys they are in all */
static void sequences_are_keys_or_nothing(void **state)
{
    static const struct {
        const char *bytes, *name;
    } rows[] = {
        {"\033[A", "Up"},    {"\033[1;5B", "Down"},
        {"\033OC", "Right"}, {"\033[1;2D", "Left"},
        {"\033[1~", "Home"}, {"\033[4~", "End"},
        {"\033[H", "Home"},  {"\033[5;3~", "PgUp"},
        {"\033[Z", "S-Tab"}, {"\033[11~", "F1"},
        {"\033OM", "Enter"}, {"\n", "Enter"},
        {"\b", "Backspace"}, {"\033[M\040\047\045", "Click"},
    };
    vt *v = demo(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];

        vt_type(v, "\033[200~\033[13;5u\033[?1;2c\033[I\033[99999999999;;;;;;;9~");
        vt_type(v, rows[i].bytes);
        snprintf(text, sizeof text, "keys %zu last %s at", i + 1, rows[i].name);
        vt_assert_shows(v, text);
    }
    quit(&v);
}

static void escape_alone_comes_soon(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    vt_key(v, "Esc");
    vt_assert_shows(v, "keys 1 last Esc");
    vt_type(v, "\033j");
    vt_assert_shows(v, "keys 3 last j");
    quit(&v);
}

static void characters_may_come_in_pieces(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    vt_type(v, "\xe6");
    vt_watch(v, 100);
    vt_type(v, "\xbc");
    vt_watch(v, 100);
    vt_type(v, "\xa2");
    vt_assert_shows(v, "keys 1 last \xe6\xbc\xa2");
    vt_type(v, "\xff\xc3\x28\x80\xed\xa0\x80z"); /* of this only "(" and "z" are characters */
    vt_assert_shows(v, "keys 3 last z");
    quit(&v);
}

static void the_mouse_clicks_and_turns(void **state)
{
    vt *v = demo("mouse", NULL);

    (void)state;
    assert_true(vt_mouse(v));
    vt_click(v, 12, 5);
    vt_assert_shows(v, "keys 1 last Click at 12,5.");
    vt_wheel(v, true, 70, 20);
    vt_assert_shows(v, "keys 2 last WheelUp at 70,20.");
    vt_wheel(v, false, 0, 0);
    vt_assert_shows(v, "keys 3 last WheelDown at 0,0.");
    vt_type(v, "\033[<2;3;3M\033[<2;3;3m\033[<35;4;4M"); /* right button, motion */
    vt_type(v, "m");
    vt_assert_shows(v, "keys 4 last m");
    assert_false(vt_mouse(v));
    vt_type(v, "m");
    vt_assert_shows(v, "keys 5 last m");
    assert_true(vt_mouse(v));
    vt_type(v, "q");
    assert_int_equal(vt_wait_exit(v), 0);
    assert_false(vt_mouse(v));
    vt_end(&v);
}

static void no_mouse_is_no_mouse(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    vt_type(v, "q");
    assert_int_equal(vt_wait_exit(v), 0);
    assert_false(vt_wrote(v, "\033[?1000h"));
    assert_false(vt_wrote(v, "1006;1000h"));
    vt_end(&v);
}

/* --- the terminal comes back --- */

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
        cmocka_unit_test(inks_have_the_theme_s_colours),
        cmocka_unit_test(backgrounds_are_inks_too),
        cmocka_unit_test(eight_colours_do),
        cmocka_unit_test(pictures_are_pixels),
        cmocka_unit_test(no_colours_leave_the_attributes),
        cmocka_unit_test(direct_colours_are_rgb),
        cmocka_unit_test(wide_and_combining_characters_keep_their_columns),
        cmocka_unit_test(an_ascii_locale_gets_ascii),
        cmocka_unit_test(only_differences_are_sent),
        cmocka_unit_test(themes_change),
        cmocka_unit_test(the_cursor_goes_where_it_is_sent),
        cmocka_unit_test(what_is_written_to_the_screen_is_kept_for_later),
        cmocka_unit_test(keys_arrive),
        cmocka_unit_test(sequences_are_keys_or_nothing),
        cmocka_unit_test(escape_alone_comes_soon),
        cmocka_unit_test(characters_may_come_in_pieces),
        cmocka_unit_test(the_mouse_clicks_and_turns),
        cmocka_unit_test(no_mouse_is_no_mouse),
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
