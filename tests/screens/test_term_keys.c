/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal layer on a real pty: keys and the mouse. */
#include "tests/screens/demo.h"

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

static void pasted_text_is_marked(void **state)
{
    vt *v = demo(NULL, NULL);

    (void)state;
    assert_true(vt_wrote(v, "\033[?2004h"));
    vt_type(v, "\033[200~ab\033[201~");
    vt_assert_shows(v, "keys 2 last b at 0,0 pasted.");
    vt_type(v, "z");
    vt_assert_shows(v, "keys 3 last z at 0,0.");
    vt_type(v, "\033[200~g");
    vt_assert_shows(v, "keys 4 last g at 0,0 pasted.");
    vt_key(v, "Esc"); /* the closing mark was lost */
    vt_assert_shows(v, "keys 5 last Esc");
    vt_type(v, "q");
    assert_int_equal(vt_wait_exit(v), 0);
    assert_true(vt_wrote(v, "\033[?2004l"));
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

/* An argument chooses tests, with * and ?. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_arrive),
        cmocka_unit_test(sequences_are_keys_or_nothing),
        cmocka_unit_test(escape_alone_comes_soon),
        cmocka_unit_test(characters_may_come_in_pieces),
        cmocka_unit_test(the_mouse_clicks_and_turns),
        cmocka_unit_test(pasted_text_is_marked),
        cmocka_unit_test(no_mouse_is_no_mouse),
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
