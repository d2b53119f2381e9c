/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workbench at work: an investigation by keys alone, verdicts by colour and by word. */
#include "tests/screens/bench.h"
#include "viz/viz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- an investigation --- */

/* The line as it should be after a Tab. */
static void complete(vt *v, const char *typed, const char *line)
{
    vt_type(v, typed);
    vt_key(v, "Tab");
    vt_assert_shows(v, line);
}

static void add_models(vt *v)
{
    vt_key(v, "a");
    vt_assert_shows(v, ":add");
    complete(v, "vic", ":add victim");
    complete(v, "v ti", ":add victim v tiny.cfg");
    complete(v, "vict", ":add victim v tiny.cfg victim.weights");
    vt_key(v, "Enter");
    vt_assert_shows(v, "Models: 1");
    bench_answer(v, "a", ":add", "negative neg1 tiny.cfg neg1.weights", "Models: 2");
    bench_answer(v, "a", ":add", "negative neg2 tiny.cfg neg2.weights", "Models: 3");
    bench_answer(v, "a", ":add", "negative neg3 tiny.cfg neg3.weights", "Models: 4");
}

static void name_data(vt *v)
{
    bench_answer(v, "d", ":data", "test synth:digits:300", "300 of 28x28x1");
    bench_answer(v, "d", ":data", "train synth:digits:1200[0:600]", "600 of 28x28x1");
    bench_command(v, "set seeds.count=40");
    vt_assert_shows(v, "seeds.count=40: done");
    bench_command(v, "set whitebox.seeds=5");
    vt_assert_shows(v, "whitebox.seeds=5: done");
    bench_command(v, "set whitebox.iterations=50");
    vt_assert_shows(v, "whitebox.iterations=50: done");
}

static void change_mind(vt *v)
{
    bench_command(v, "remove neg3");
    vt_assert_shows(v, "Models: 3");
    vt_key(v, "u");
    vt_assert_shows(v, "Models: 4");
    vt_key(v, "Ctrl-R");
    vt_assert_shows(v, "Models: 3");
    vt_key(v, "u");
    vt_assert_shows(v, "Models: 4");
}

static void seal_and_run(vt *v)
{
    bench_command(v, "run tests");
    vt_key(v, "3");
    vt_assert_shows(v, "of 40 seeds");
    vt_key(v, "1");
    bench_command(v, "seal");
    vt_assert_shows(v, "[sealed]");
    bench_answer(v, "a", ":add", "suspect suspect-a tiny.cfg copy.weights", "Models: 5");
    bench_answer(v, "a", ":add", "suspect suspect-b tiny.cfg other.weights", "Models: 6");
    vt_key(v, "r");
    vt_key(v, "4");
    vt_assert_shows(v, "votes 6 of 6");
}

static void look_around(vt *v)
{
    vt_key(v, "2");
    vt_assert_shows(v, "Seeds: 40");
    vt_key(v, "Down");
    vt_key(v, "4");
    vt_assert_shows(v, "Radar");
    vt_key(v, "b");
    vt_assert_shows(v, "Bars");
    vt_key(v, "n");
    vt_assert_shows(v, "Metrics of suspect-b");
    vt_key(v, "N");
    vt_assert_shows(v, "Metrics of suspect-a");
    vt_key(v, "5");
    vt_assert_shows(v, "s suspect-a:");
    vt_key(v, "6");
    vt_assert_shows(v, "Thresholds and votes");
    bench_answer(v, "t", ":try judge.alpha_black=", "0.5", "TRIAL");
    vt_key(v, "=");
    vt_assert_shows(v, "own settings");
    vt_key(v, "7");
    vt_assert_shows(v, "Report: complete");
}

static void save_screens(vt *v)
{
    vt_key(v, "4");
    bench_command(v, "screen shot.png");
    vt_assert_shows(v, "saved shot.png");
    bench_command(v, "screen shot.svg");
    vt_assert_shows(v, "saved shot.svg");
    bench_command(v, "screen shot.txt");
    vt_assert_shows(v, "saved shot.txt");
}

static void check_journal(const char *name)
{
    static const char *const acts[] = {"new",  "add",           "data",
                                       "set",  "remove",        "\"act\":\"stage\"",
                                       "seal", "\"suspect-a\"", "\"suspect-b\""};
    char words[64];
    char *journal;

    snprintf(words, sizeof words, "show %s journal", name);
    assert_int_equal(bench_run(words, &journal), 0);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        char text[64];

        snprintf(text, sizeof text, acts[i][0] == '"' ? "%s" : "\"act\":\"%s\"", acts[i]);
        if (strstr(journal, text) == NULL) {
            fail_msg("no %s in the journal:\n%s", text, journal);
        }
    }
    free(journal);
}

static void an_investigation_by_keys_alone(void **state)
{
    vt *v = bench_open(&(vt_options){.width = 80, .height = 24}, NULL, NULL);

    (void)state;
    vt_assert_shows(v, "Cases");
    bench_answer(v, "a", ":new", "mine.case evidence 'My case' 'A. Nalyst'", "Models: 0");
    vt_assert_shows(v, "[not sealed]");
    add_models(v);
    name_data(v);
    change_mind(v);
    seal_and_run(v);
    look_around(v);
    save_screens(v);
    bench_leave(&v);
    bench_check_file("shot.png", "\x89PNG", "IEND");
    bench_check_file("shot.svg", "<?xml", "suspect-a");
    bench_check_file("shot.txt", " My case", "votes 6 of 6");
    check_journal("mine.case");
}

/* --- verdicts --- */

static void check_verdicts(const char *term, const char *no_colour, int copy, int not_copy)
{
    const char *const env[] = {no_colour, NULL};
    vt *v = bench_open(&(vt_options){.term = term, .env = env}, "small.case", "--readonly");
    int x, y;

    vt_key(v, "4");
    vt_assert_shows(v, "\xe2\x97\x8f copy");
    bench_find(v, "\xe2\x97\x8b not-copy", &x, &y);
    assert_int_equal(vt_cell_at(v, x, y).fg, not_copy);
    bench_find(v, "\xe2\x97\x8f copy", &x, &y);
    assert_int_equal(vt_cell_at(v, x, y).fg, copy);
    bench_find(v, "\xe2\x96\x8csuspect-a", &x, &y);
    assert_true(vt_cell_at(v, x, y).reverse);
    bench_leave(&v);
}

static void verdicts_have_colour_sign_and_word(void **state)
{
    const lu_shade *copy = lu_theme_shade(LU_THEME_DARK, LU_INK_COPY);
    const lu_shade *not_copy = lu_theme_shade(LU_THEME_DARK, LU_INK_NOT_COPY);

    (void)state;
    check_verdicts("xterm-256color", "A=1", copy->xterm, not_copy->xterm);
    check_verdicts("xterm", "A=1", copy->ansi, not_copy->ansi);
    check_verdicts("xterm-256color", "NO_COLOR=1", VT_DEFAULT, VT_DEFAULT);
}

/* Screen 9: started by a key, stopped by one, and to the end. */
static void membership_is_started_and_stopped(void **state)
{
    vt *v;

    (void)state;
    bench_copy("members.case");
    v = bench_open(&(vt_options){.width = 100, .height = 30}, "members.case", NULL);
    vt_key(v, "9");
    vt_assert_shows(v, "99 permutations");
    vt_assert_shows(v, "does not show that a model was copied");
    bench_command(v, "set membership.permutations=9999");
    vt_assert_shows(v, "i tests every model of the case");
    vt_key(v, "i");
    vt_assert_shows(v, "testing suspect-a");
    vt_key(v, "x");
    vt_assert_shows(v, "i tests every model of the case");
    bench_command(v, "set membership.permutations=39");
    vt_key(v, "i");
    vt_assert_shows(v, "39 permutations");
    vt_key(v, "Tab");
    vt_assert_shows(v, "average acc under permutation");
    vt_key(v, "Tab");
    vt_assert_shows(v, "mini-datasets of class");
    bench_leave(&v);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_investigation_by_keys_alone),
        cmocka_unit_test(verdicts_have_colour_sign_and_word),
        cmocka_unit_test(membership_is_started_and_stopped),
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, bench_up, bench_down);
}
