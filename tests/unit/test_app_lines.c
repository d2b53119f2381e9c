/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed and what is remembered: words, completion, settings, undo lines. */
#include "sessions/datahome.h"
#include "tui/app/complete.h"
#include "tui/app/internal.h"
#include "tests/unit/scratch.h"

/* --- words --- */

static void words_are_split_and_quoted(void **state)
{
    char line[64] = "add";
    lu_words w;

    (void)state;
    assert_int_equal(lu_words_of("  a \"b c\"d \\\"e\\ f  ", &w), LU_OK);
    assert_int_equal(w.n, 3);
    assert_string_equal(w.word[1], "b cd");
    assert_string_equal(w.word[2], "\"e f");
    assert_null(w.word[3]);
    lu_words_fini(&w);
    assert_int_equal(lu_words_of("new a.case 'My \\ \"case\"'", &w), LU_OK);
    assert_int_equal(w.n, 3);
    assert_string_equal(w.word[2], "My \\ \"case\"");
    lu_words_fini(&w);
    assert_int_equal(lu_words_of("", &w), LU_OK);
    assert_int_equal(w.n, 0);
    lu_words_fini(&w);
    assert_int_equal(lu_words_of("a \"b", &w), LU_ERR_USAGE);
    assert_int_equal(lu_words_add(line, sizeof line, "my file \\\"x"), LU_OK);
    assert_int_equal(lu_words_of(line, &w), LU_OK);
    assert_int_equal(w.n, 2);
    assert_string_equal(w.word[1], "my file \\\"x");
    lu_words_fini(&w);
    assert_int_equal(lu_words_add(line, 20, "does not fit"), LU_ERR_USAGE);
    assert_int_equal(lu_words_add(line, sizeof line, ""), LU_ERR_USAGE);
}

static void too_many_words_are_refused(void **state)
{
    char line[4 * LU_WORDS_MAX] = "";
    lu_words w;

    (void)state;
    for (int i = 0; i <= LU_WORDS_MAX; i++) {
        strcat(line, "x ");
    }
    assert_int_equal(lu_words_of(line, &w), LU_ERR_USAGE);
}

/* --- lines to go back --- */

static void lines_forget_the_oldest(void **state)
{
    lu_lines l = {0};
    char text[24];

    (void)state;
    for (int i = 0; i < LU_UNDO_MAX + 3; i++) {
        snprintf(text, sizeof text, "line %d", i);
        lu_lines_push(&l, text);
    }
    assert_int_equal(l.n, LU_UNDO_MAX);
    assert_string_equal(l.line[0], "line 3");
    lu_lines_drop(&l);
    assert_string_equal(l.line[l.n - 1], "line 65");
    lu_lines_fini(&l);
    lu_lines_drop(&l);
    assert_int_equal(l.n, 0);
}

/* --- completion --- */

static lu_app *app_with_models(void)
{
    static const char *const names[] = {"neg-1", "neg-2", "suspect"};
    lu_app *a = lu_zalloc(1, sizeof *a);

    assert_non_null(a);
    assert_int_equal(lu_case_none(&a->c), LU_OK);
    a->c->item = lu_zalloc(3, sizeof *a->c->item);
    a->c->items = 3;
    for (size_t i = 0; i < 3; i++) {
        snprintf(a->c->item[i].name, LU_NAME_MAX, "%s", names[i]);
        a->c->item[i].role = i < 2 ? LU_ROLE_NEGATIVE : LU_ROLE_SUSPECT;
    }
    return a;
}

static void drop(lu_app *a)
{
    lu_case_close(&a->c);
    free(a);
}

static void complete(const lu_app *a, const char *line, const char *expected)
{
    lu_candidates *c = lu_zalloc(1, sizeof *c);
    char text[512];

    assert_non_null(c);
    snprintf(text, sizeof text, "%s", line);
    lu_complete(a, line, c);
    lu_complete_line(c, text, sizeof text);
    assert_string_equal(text, expected);
    free(c);
}

static void commands_and_words_complete(void **state)
{
    lu_app *a = app_with_models();

    (void)state;
    complete(a, "judg", "judgement ");
    complete(a, "re", "re"); /* report, remove, reset, redo, repaint */
    complete(a, "remove n", "remove neg-");
    complete(a, "remove neg-1", "remove neg-1 ");
    complete(a, "add su", "add suspect ");
    complete(a, "set judge.alpha_b", "set judge.alpha_black=");
    complete(a, "goto jud", "goto judgement ");
    complete(a, "theme l", "theme light ");
    complete(a, "run jud", "run judgement ");
    complete(a, "data test syn", "data test synth:digits");
    complete(a, "nosuch x", "nosuch x");
    complete(a, "ex", "export "); /* of another screen */
    drop(a);
}

static void what_a_command_takes_is_said(void **state)
{
    (void)state;
    assert_string_equal(lu_complete_wants("add "), "ROLE NAME CFG WEIGHTS");
    assert_string_equal(lu_complete_wants("add victim \"my net\" "), "CFG WEIGHTS");
    assert_string_equal(lu_complete_wants("add vic"), "");
    assert_string_equal(lu_complete_wants("add victim v a.cfg a.weights "), "");
    assert_string_equal(lu_complete_wants("nosuch "), "");
    assert_string_equal(lu_complete_wants(""), "");
}

static bool two_words(size_t k, const char **name, const char **help)
{
    static const char *const names[] = {"score", "lab train", "lab table"};

    if (k >= sizeof names / sizeof *names) {
        return false;
    }
    *name = names[k];
    *help = "";
    return true;
}

static void the_command_line_s_commands_complete(void **state)
{
    lu_app *a = app_with_models();

    (void)state;
    a->options.called = two_words;
    complete(a, "lineup s", "lineup score ");
    complete(a, "lineup la", "lineup lab t");
    complete(a, "lineup lab tr", "lineup lab train ");
    complete(a, "lineup lab train /de", "lineup lab train /dev/");
    drop(a);
}

static void letters_in_order_find_a_command(void **state)
{
    lu_app *a = app_with_models();
    lu_candidates *c = lu_zalloc(1, sizeof *c);

    (void)state;
    lu_complete(a, "jgm", c);
    assert_true(c->n > 0);
    assert_string_equal(c->row[0].text, "judgement");
    lu_complete(a, "s", c); /* those that begin so come first */
    assert_int_equal(c->row[0].text[0], 's');
    lu_complete(a, "protocol", c); /* by what they are for */
    assert_int_equal(c->n, 1);
    assert_string_equal(c->row[0].text, "seal");
    free(c);
    drop(a);
}

/* --- pasted text --- */

static void paste(lu_app *a, const char *text)
{
    for (; *text; text++) {
        uint32_t code = *text == '\n' ? LU_KEY_ENTER : (uint32_t)*text;
        lu_app_key(a, (lu_key){.code = code, .pasted = true});
    }
}

static void what_is_pasted_runs_nothing(void **state)
{
    lu_app *a = app_with_models();

    (void)state;
    paste(a, "q\nD:quit\n");
    assert_false(a->quit);
    assert_int_equal(a->prompt.kind, LU_PROMPT_OFF);
    assert_non_null(strstr(a->message, "not taken"));
    lu_app_key(a, (lu_key){.code = ':'});
    paste(a, "set judge.bound=mean\nquit\n");
    assert_false(a->quit);
    assert_string_equal(a->prompt.text, "set judge.bound=mean quit");
    lu_prompt_close(&a->prompt);
    lu_app_key(a, (lu_key){.code = '/'});
    paste(a, "neg-1\n");
    assert_string_equal(a->list[a->screen].filter, "neg-1");
    lu_prompt_close(&a->prompt);
    lu_app_key(a, (lu_key){.code = '?'});
    paste(a, "thr\nesh");
    assert_int_equal(a->overlay, LU_OVERLAY_HELP);
    assert_string_equal(a->overlay_list.filter, "thresh");
    drop(a);
}

/* Every command is in the palette under its own name on some screen, as the first candidate. */
static void every_command_is_in_the_palette(void **state)
{
    lu_app *a = app_with_models();
    lu_candidates *c = lu_zalloc(1, sizeof *c);

    (void)state;
    for (int i = 0; i < LU_DOS; i++) {
        bool found = false;
        for (int s = 0; s < LU_SCREENS; s++) {
            a->screen = (lu_screen)s;
            lu_complete(a, lu_do_table[i].name, c);
            for (size_t k = 0; k < c->n; k++) {
                found = found || strcmp(c->row[k].text, lu_do_table[i].name) == 0;
            }
        }
        assert_true(found);
    }
    free(c);
    drop(a);
}

static void files_complete(void **state)
{
    lu_app *a = app_with_models();
    char line[2200], expected[2200];

    (void)state;
    scratch_folder("models");
    scratch_write("models/my net.cfg", "", 0);
    scratch_write("models/.hidden", "", 0);
    snprintf(line, sizeof line, "add victim v %s", scratch("mod"));
    snprintf(expected, sizeof expected, "add victim v %s", scratch("models/"));
    complete(a, line, expected);
    snprintf(line, sizeof line, "%s", expected);
    snprintf(expected, sizeof expected, "add victim v %s", scratch("models/my\\ net.cfg "));
    complete(a, line, expected);
    snprintf(line, sizeof line, "data test npz:%s", scratch("mo"));
    snprintf(expected, sizeof expected, "data test npz:%s", scratch("models/"));
    complete(a, line, expected);
    drop(a);
}

/* --- settings --- */

static void configure(const char *text)
{
    setenv("LINEUP_CONFIG", scratch_write("config", text, strlen(text)), 1);
}

static void settings_are_kept(void **state)
{
    lu_settings s = {.theme = LU_THEME_DARK}, again = {0};

    (void)state;
    setenv("XDG_STATE_HOME", scratch("state"), 1);
    configure("# mine\n theme = light \nmouse=off\n");
    assert_int_equal(lu_settings_read(&s), LU_OK);
    assert_int_equal(s.theme, LU_THEME_LIGHT);
    assert_true(s.theme_fixed && s.mouse_fixed && !s.mouse && !s.glyphs_fixed);
    s.glyphs = LU_GLYPHS_BLOCK;
    lu_settings_opened(&s, scratch_dir);
    lu_settings_opened(&s, "/");
    lu_settings_opened(&s, scratch_dir);
    lu_settings_line(&s, "goto case");
    lu_settings_line(&s, "goto case");
    lu_settings_line(&s, "set seed=2");
    assert_int_equal(lu_settings_write(&s), LU_OK);
    configure("");
    assert_int_equal(lu_settings_read(&again), LU_OK);
    assert_int_equal(again.glyphs, LU_GLYPHS_BLOCK);
    assert_int_equal(again.theme, LU_THEME_DARK); /* what the configuration said was not kept */
    assert_int_equal(again.recents, 2);
    assert_string_equal(again.recent[1], "/");
    assert_int_equal(again.lines, 2);
    assert_string_equal(again.history[1], "set seed=2");
    lu_settings_fini(&s);
    lu_settings_fini(&again);
}

static void a_wrong_setting_is_named(void **state)
{
    lu_settings s = {0};

    (void)state;
    setenv("XDG_STATE_HOME", "relative", 1);
    unsetenv("HOME");
    configure("theme = dark\ncolour = blue\n");
    assert_int_equal(lu_settings_read(&s), LU_ERR_INPUT);
    assert_non_null(strstr(lu_error_where(), "line 2"));
    assert_string_equal(s.path, ""); /* a relative folder counts for nothing */
    assert_int_equal(lu_settings_write(&s), LU_OK);
    lu_settings_fini(&s);
}

static void a_named_configuration_has_to_be_there(void **state)
{
    static const char *const wrong[] = {"nosuch/config", "/dev/null", "/"};
    lu_settings s = {0};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        setenv("LINEUP_CONFIG", wrong[i], 1);
        assert_int_equal(lu_settings_read(&s), LU_ERR_INPUT);
        assert_non_null(strstr(lu_error_where(), "LINEUP_CONFIG"));
        assert_non_null(strstr(lu_error_where(), wrong[i]));
    }
    unsetenv("LINEUP_CONFIG");
    setenv("HOME", scratch("nobody"), 1);
    assert_int_equal(lu_settings_read(&s), LU_OK); /* the usual one may be missing */
    lu_settings_fini(&s);
}

static void a_relative_folder_counts_for_nothing(void **state)
{
    lu_settings s = {0};
    char path[64], here[4096];

    (void)state;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(scratch_dir), 0);
    assert_int_equal(lu_data_parents(scratch("rel/lineup/config")), LU_OK);
    scratch_write("rel/lineup/config", "nonsense", 8);
    setenv("XDG_CONFIG_HOME", "rel", 1);
    setenv("XDG_DATA_HOME", "rel", 1);
    setenv("HOME", "/home/nobody", 1);
    unsetenv("LINEUP_CONFIG");
    assert_int_equal(lu_settings_read(&s), LU_OK);
    assert_int_equal(lu_data_path("key.pem", path, sizeof path), LU_OK);
    assert_string_equal(path, "/home/nobody/.local/share/lineup/key.pem");
    assert_int_equal(chdir(here), 0);
    lu_settings_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_split_and_quoted),
        cmocka_unit_test(too_many_words_are_refused),
        cmocka_unit_test(lines_forget_the_oldest),
        cmocka_unit_test(commands_and_words_complete),
        cmocka_unit_test(what_a_command_takes_is_said),
        cmocka_unit_test(the_command_line_s_commands_complete),
        cmocka_unit_test(what_is_pasted_runs_nothing),
        cmocka_unit_test(letters_in_order_find_a_command),
        cmocka_unit_test(every_command_is_in_the_palette),
        cmocka_unit_test(files_complete),
        cmocka_unit_test(settings_are_kept),
        cmocka_unit_test(a_wrong_setting_is_named),
        cmocka_unit_test(a_named_configuration_has_to_be_there),
        cmocka_unit_test(a_relative_folder_counts_for_nothing),
    };

    return cmocka_run_group_tests_name("lines", tests, scratch_up, scratch_down);
}
