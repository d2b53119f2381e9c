/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal layer on a real pty: colours, characters, the cursor. */
#include "tests/screens/demo.h"
#include "viz/viz.h"

#include <string.h>
#include <unistd.h>

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
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
