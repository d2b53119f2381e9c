/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workbench at work: an investigation by keys alone, verdicts by colour and by word, what ends
   it and what it leaves behind. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/screens/bench.h"
#include "viz/viz.h"

/* --- an investigation --- */

/* A key that asks, the rest of the line, what the screen says then. */
static void answer(vt *v, const char *key, const char *asked, const char *line, const char *shown)
{
    vt_key(v, key);
    vt_assert_shows(v, asked);
    vt_type(v, line);
    vt_type(v, "\r");
    vt_assert_shows(v, shown);
}

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
    answer(v, "a", ":add", "negative neg1 tiny.cfg neg1.weights", "Models: 2");
    answer(v, "a", ":add", "negative neg2 tiny.cfg neg2.weights", "Models: 3");
    answer(v, "a", ":add", "negative neg3 tiny.cfg neg3.weights", "Models: 4");
}

static void name_data(vt *v)
{
    answer(v, "d", ":data", "test synth:digits:300", "300 of 28x28x1");
    answer(v, "d", ":data", "train synth:digits:1200[0:600]", "600 of 28x28x1");
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
    answer(v, "a", ":add", "suspect suspect-a tiny.cfg copy.weights", "Models: 5");
    answer(v, "a", ":add", "suspect suspect-b tiny.cfg other.weights", "Models: 6");
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
    answer(v, "t", ":try judge.alpha_black=", "0.5", "TRIAL");
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

static void check_file(const char *name, const char *start, const char *holds)
{
    static char text[1 << 20];
    FILE *f = fopen(bench_path(name), "rb");
    size_t n;

    assert_non_null(f);
    n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    assert_true(n > strlen(start) && memcmp(text, start, strlen(start)) == 0);
    assert_non_null(memmem(text, n, holds, strlen(holds)));
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
    answer(v, "a", ":new", "mine.case evidence 'My case' 'A. Nalyst'", "Models: 0");
    vt_assert_shows(v, "[not sealed]");
    add_models(v);
    name_data(v);
    change_mind(v);
    seal_and_run(v);
    look_around(v);
    save_screens(v);
    bench_leave(&v);
    check_file("shot.png", "\x89PNG", "IEND");
    check_file("shot.svg", "<?xml", "suspect-a");
    check_file("shot.txt", " My case", "votes 6 of 6");
    check_journal("mine.case");
}

/* --- a watermark --- */

static const char made[] = "made.mark --keys 12 --width 2 --epochs 2 --freeze 1";
static const char endless[] = "endless.mark --keys 12 --width 4 --epochs 9999";

static void watch_and_stop(vt *v)
{
    answer(v, "a", ":embed", endless, "squared error");
    vt_assert_shows(v, "all three networks");
    vt_assert_shows(v, "key 0 now");
    vt_key(v, "p");
    vt_assert_shows(v, "paused");
    vt_key(v, "p");
    vt_assert_shows(v, "(x stops)");
    vt_key(v, "x");
    vt_assert_shows(v, "goes on where it was");
}

static void ask_the_marked(vt *v)
{
    bench_command(v, "keys small.mark");
    bench_command(v, "add suspect marked tiny.cfg small.mark/host.weights");
    vt_key(v, "1");
    vt_assert_shows(v, "Models: 7");
    vt_key(v, "8");
    bench_command(v, "verify marked");
    vt_assert_shows(v, "marked carries the mark: 12 of 12");
    vt_key(v, "f");
    vt_assert_shows(v, "No key is missed");
    vt_key(v, "f");
    vt_assert_shows(v, "12 hit");
    vt_key(v, "w");
    vt_assert_shows(v, "-difference-x5.png");
    bench_command(v, "sheet sheet");
    vt_assert_shows(v, "wrote sheet: 12 of 12 keys");
    vt_key(v, "Esc");
    assert_true(vt_wait_not(v, "What the command printed"));
    vt_key(v, "K");
    vt_assert_shows(v, "What the command printed");
    vt_key(v, "Esc");
}

static void commit(vt *v)
{
    vt_key(v, "v");
    vt_assert_shows(v, "not committed");
    bench_command(v, "commit");
    vt_assert_shows(v, "Have commitment.tsq");
    vt_key(v, "Esc");
    vt_assert_shows(v, "not asked yet: v asks");
}

static void a_mark_is_made_and_found(void **state)
{
    vt *v;

    (void)state;
    bench_copy("owner.case");
    v = bench_open(&(vt_options){.width = 80, .height = 24}, "owner.case", NULL);
    vt_key(v, "8");
    vt_assert_shows(v, "No watermark is open");
    watch_and_stop(v);
    answer(v, "a", ":embed", made, "What the command printed");
    vt_assert_shows(v, "key accuracy");
    vt_key(v, "Esc");
    vt_assert_shows(v, "12 keys");
    commit(v);
    ask_the_marked(v);
    bench_leave(&v);
    check_file("sheet/sheet.pdf", "%PDF", "EOF");
    check_file("sheet/sheet.svg", "<?xml", "marked gives 12 of 12");
    check_file("sheet/keys.csv", "key,sample", ",1,");
    check_file("owner.case/journal.jsonl", "{", "\"object\":\"watermark\"");
}

/* --- the lab --- */

static void a_model_is_made_and_added_by_keys(void **state)
{
    vt *v;

    (void)state;
    bench_copy("lab.case");
    v = bench_open(&(vt_options){.width = 80, .height = 24}, "lab.case", NULL);
    vt_key(v, "B");
    vt_assert_shows(v, "train a network from nothing");
    vt_type(v, "jjj");
    vt_key(v, "Enter");
    vt_assert_shows(v, "draw the last connected layer anew");
    vt_type(v, "jjjjj"); /* cfg, weights, data, test, out, seed */
    vt_key(v, "Enter");
    vt_assert_shows(v, ":lab rt-al seed=");
    vt_key(v, "Backspace");
    vt_type(v, "7\r");
    vt_assert_shows(v, "RT-AL: set");
    bench_command(v, "lab rt-al epochs=0");
    vt_assert_shows(v, "epochs must be at least 1");
    bench_command(v, "lab rt-al epochs=1");
    vt_assert_shows(v, "rt-al-7.weights");
    vt_key(v, "b");
    vt_assert_shows(v, "made rt-al-7.weights, accuracy");
    vt_key(v, "b");
    vt_assert_shows(v, "rt-al-7.weights is there already");
    vt_key(v, "a");
    vt_assert_shows(v, ":add positive rt-al-7 ");
    vt_key(v, "Enter");
    vt_assert_shows(v, "rt-al-7.weights: done");
    vt_key(v, "1");
    vt_assert_shows(v, "Models: 7");
    vt_key(v, "u");
    vt_assert_shows(v, "undo: remove rt-al-7");
    bench_leave(&v);
    check_file("rt-al-7.weights.json", "{", "\"rt-al\"");
}

static void without_a_case_the_lab_says_what_it_needs(void **state)
{
    vt *v = bench_open(&(vt_options){.width = 80, .height = 24}, NULL, NULL);

    (void)state;
    vt_key(v, "B");
    vt_assert_shows(v, "Needs the network's .cfg file");
    vt_key(v, "b");
    vt_assert_shows(v, "train needs the network's .cfg file");
    bench_command(v,
                  "lab noise cfg=tiny.cfg weights=victim.weights noise=0.5 test=synth:digits:300");
    vt_assert_shows(v, "noisy: set");
    vt_key(v, "b");
    vt_assert_shows(v, "made noise-1.weights, accuracy");
    vt_key(v, "a");
    vt_assert_shows(v, "no case is open");
    bench_leave(&v);
}

/* Interrupted, gone on with, judged. */
static void a_zoo_is_made_by_keys(void **state)
{
    vt *v;

    (void)state;
    bench_zoo();
    assert_int_equal(remove(bench_path("tiny.zoo/models/neg-02.weights")), 0);
    v = bench_open(&(vt_options){.width = 80, .height = 24}, NULL, NULL);
    bench_command(v, "zoo none.json");
    vt_assert_shows(v, "none.json");
    bench_command(v, "zoo tiny.json");
    vt_assert_shows(v, "7 models, 6 there");
    vt_key(v, "t");
    vt_assert_shows(v, "not all models are there");
    vt_key(v, "b");
    vt_assert_shows(v, "all 7 models are there");
    vt_key(v, "t");
    vt_assert_shows(v, "Tab another page");
    vt_assert_shows(v, "\xe2\x97\x8f copy");
    vt_key(v, "Tab");
    vt_assert_shows(v, "No (0/3)");
    vt_key(v, "Z");
    vt_assert_shows(v, "train a network from nothing");
    bench_leave(&v);
    check_file("tiny.zoo/table/table.txt", "Tiny", "Neg-2");
}

/* Training that takes minutes. */
static void write_long_plan(void)
{
    FILE *f = fopen(bench_path("long.json"), "w");

    assert_non_null(f);
    fputs("{\"cfg\": \"tiny.cfg\", \"seed\": 1, \"train\": \"synth:digits:600\","
          " \"test\": \"synth:digits:300\", \"models\": ["
          "{\"name\": \"victim\", \"role\": \"victim\", \"data\": \"synth:digits:600\","
          " \"set\": [\"epochs=100000\"]},"
          "{\"name\": \"noise\", \"method\": \"noise\"}]}",
          f);
    assert_int_equal(fclose(f), 0);
}

static void a_zoo_is_stopped_and_waits(void **state)
{
    vt *v;

    (void)state;
    write_long_plan();
    v = bench_open(&(vt_options){.width = 80, .height = 24}, NULL, NULL);
    bench_command(v, "zoo long.json");
    vt_assert_shows(v, "the others: about");
    vt_key(v, "b");
    vt_assert_shows(v, "making  ");
    vt_key(v, "p");
    vt_assert_shows(v, "paused, p goes on");
    vt_key(v, "x");
    vt_assert_shows(v, "making the zoo: stopped");
    vt_assert_shows(v, "waiting");
    bench_leave(&v);
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

/* --- the end of it, in the middle of a job --- */

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
        cmocka_unit_test(a_mark_is_made_and_found),
        cmocka_unit_test(a_model_is_made_and_added_by_keys),
        cmocka_unit_test(without_a_case_the_lab_says_what_it_needs),
        cmocka_unit_test(a_zoo_is_made_by_keys),
        cmocka_unit_test(a_zoo_is_stopped_and_waits),
        cmocka_unit_test(verdicts_have_colour_sign_and_word),
        cmocka_unit_test(fatal_signals_give_the_terminal_back),
        cmocka_unit_test(signals_that_ask_end_it_in_order),
        cmocka_unit_test(a_closed_window_ends_it),
        cmocka_unit_test(kill_leaves_no_engine),
        cmocka_unit_test(it_is_suspended_and_goes_on),
        cmocka_unit_test(membership_is_started_and_stopped),
        cmocka_unit_test(a_killed_engine_is_told_and_the_screen_goes_on),
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, bench_up, bench_down);
}
