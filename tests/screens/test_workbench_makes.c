/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workbench makes watermarks, models and zoos, by keys alone. */
#include "tests/screens/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* --- a watermark --- */

static const char made[] = "made.mark --keys 12 --width 2 --epochs 2 --freeze 1";
static const char endless[] = "endless.mark --keys 12 --width 4 --epochs 9999";

static void watch_and_stop(vt *v)
{
    bench_answer(v, "a", ":embed", endless, "squared error");
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
    bench_answer(v, "a", ":embed", made, "What the command printed");
    vt_assert_shows(v, "key accuracy");
    vt_key(v, "Esc");
    vt_assert_shows(v, "12 keys");
    commit(v);
    ask_the_marked(v);
    bench_leave(&v);
    bench_check_file("sheet/sheet.pdf", "%PDF", "EOF");
    bench_check_file("sheet/sheet.svg", "<?xml", "marked gives 12 of 12");
    bench_check_file("sheet/keys.csv", "key,sample", ",1,");
    bench_check_file("owner.case/journal.jsonl", "{", "\"object\":\"watermark\"");
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
    bench_check_file("rt-al-7.weights.json", "{", "\"rt-al\"");
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
    bench_check_file("tiny.zoo/table/table.txt", "Tiny", "Neg-2");
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_is_made_and_found),
        cmocka_unit_test(a_model_is_made_and_added_by_keys),
        cmocka_unit_test(without_a_case_the_lab_says_what_it_needs),
        cmocka_unit_test(a_zoo_is_made_by_keys),
        cmocka_unit_test(a_zoo_is_stopped_and_waits),
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, bench_up, bench_down);
}
