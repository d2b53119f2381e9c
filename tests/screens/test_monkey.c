/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random keys and commands at the workbench on a small case. Nothing may crash, hang or damage the
 * case: at the end the journal is whole, and a second program reads the same state from the folder
 * as the first.
 *
 *     LINEUP_MONKEY_SEED=7 LINEUP_MONKEY_SECONDS=300 build/asan/screens/test_monkey
 *
 * The seed is printed. Everything is in a folder of its own; commands name only files there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/screens/bench.h"

enum { SECONDS = 20 };

static uint64_t state;

/* xorshift64*: Vigna 2016, arXiv:1402.6246. */
static unsigned below(unsigned n)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (unsigned)((state * 2685821657736338717u >> 33) % n);
}

static long number_of(const char *variable, long otherwise)
{
    const char *text = getenv(variable);

    return text != NULL ? strtol(text, NULL, 10) : otherwise;
}

#define PICK(list) (list)[below((unsigned)(sizeof(list) / sizeof *(list)))]

/* --- what it does --- */

static void press_key(vt *v)
{
    static const char *const keys[] = {
        "1",      "2",     "3",    "4",         "5",      "6",      "7",      "8",      "9",
        "0",      "a",     "b",    "c",         "d",      "D",      "g",      "h",      "j",
        "k",      "l",     "m",    "n",         "N",      "o",      "p",      "r",      "s",
        "t",      "u",     "w",    "x",         "G",      "J",      "L",      "T",      "!",
        "?",      ":",     "/",    "+",         "-",      "=",      "Space",  "Up",     "Down",
        "Left",   "Right", "PgUp", "PgDn",      "Home",   "End",    "Tab",    "S-Tab",  "Enter",
        "Esc",    "F1",    "F2",   "Backspace", "Delete", "Ctrl-P", "Ctrl-R", "Ctrl-L", "Ctrl-U",
        "Ctrl-D", "Ctrl-C"};

    vt_key(v, PICK(keys));
}

/* Lines that mean something, lines that do not; none names a file outside. */
static void run_command(vt *v)
{
    static const char *const lines[] = {"set seeds.count=30",
                                        "set seeds.count=40",
                                        "set seeds.count=100000",
                                        "set whitebox.seeds=3",
                                        "set seeds.strategy=balanced",
                                        "set blackbox.method=fgsm",
                                        "set judge.alpha_black=0.5",
                                        "set nonsense=1",
                                        "set",
                                        "try judge.alpha_black=0.8",
                                        "try judge.alpha_white=0.7",
                                        "reset",
                                        "run",
                                        "run seeds",
                                        "run scores",
                                        "run nowhere",
                                        "remove neg3",
                                        "remove suspect-b",
                                        "remove nobody",
                                        "add negative neg3 tiny.cfg neg3.weights",
                                        "add suspect suspect-b tiny.cfg other.weights",
                                        "add suspect twice tiny.cfg other.weights",
                                        "add victim v2 tiny.cfg victim.weights",
                                        "add negative bad tiny.cfg tiny.cfg",
                                        "data test synth:digits:200",
                                        "data test synth:digits:300",
                                        "data train synth:digits:1200[0:600]",
                                        "data seeds npz:none.npz",
                                        "undo",
                                        "redo",
                                        "model suspect-b",
                                        "model nobody",
                                        "compare neg1",
                                        "compare",
                                        "bars",
                                        "gain 20",
                                        "filter neg",
                                        "filter !neg",
                                        "goto scores",
                                        "goto samples",
                                        "goto nowhere",
                                        "theme light",
                                        "theme none",
                                        "glyphs ascii",
                                        "glyphs braille",
                                        "tour",
                                        "screen monkey.txt",
                                        "screen monkey.svg",
                                        "screen monkey.bmp",
                                        "cancel",
                                        "pause",
                                        "lineup show monkey.case",
                                        "lineup run monkey.case --until seeds",
                                        "lineup nonsense",
                                        "open monkey.case",
                                        "open nowhere.case",
                                        "new monkey.case tuning",
                                        "  ",
                                        "\xe6\xbc\xa2\xe5\xad\x97 '",
                                        "set 'a b' \"c"};

    vt_key(v, "Esc");
    vt_key(v, "Esc");
    bench_command(v, PICK(lines));
}

static void type_noise(vt *v)
{
    char bytes[24];
    size_t n = 1 + below(20);

    for (size_t i = 0; i < n; i++) { /* no q, no Ctrl-Z */
        bytes[i] = (char)(below(4) ? ' ' + (int)below('p' - ' ') : 128 + (int)below(128));
    }
    bytes[n] = '\0';
    vt_type(v, bytes);
}

static void change_size(vt *v)
{
    static const int sizes[][2] = {{60, 18}, {80, 24}, {120, 40}, {200, 60},
                                   {30, 10}, {61, 19}, {99, 24}};
    const int *size = PICK(sizes);

    vt_resize(v, size[0], size[1]);
}

static void act(vt *v)
{
    int width, height;

    vt_size(v, &width, &height);
    switch (below(16)) {
    case 0:
    case 1:
    case 2:
    case 3: run_command(v); break;
    case 4: type_noise(v); break;
    case 5: vt_click(v, (int)below((unsigned)width), (int)below((unsigned)height)); break;
    case 6: vt_wheel(v, below(2), (int)below((unsigned)width), (int)below((unsigned)height)); break;
    case 7:
        if (below(6) == 0) {
            change_size(v);
        }
        break;
    default: press_key(v); break;
    }
    vt_watch(v, (int)below(12));
}

/* --- is it well? --- */

static void give_up(vt *v, const char *err, long seed, const char *what)
{
    char line[512];
    FILE *f = fopen(err, "r");

    fprintf(stderr, "# seed %ld: %s; the screen:\n%s", seed, what, vt_text(v));
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        fprintf(stderr, "# %s", line);
    }
    if (f != NULL) {
        fclose(f);
    }
    fail();
}

/* Out of prompts, jobs stopped, in a size where it says so. */
static void calm(vt *v, const char *err, long seed)
{
    vt_resize(v, 80, 24);
    for (int i = 0; i < 6; i++) {
        vt_key(v, "Esc");
        vt_watch(v, 40); /* for Esc alone */
    }
    bench_command(v, "goto case");
    if (!vt_wait(v, "[1 Case]") && !vt_wait(v, "[0 Cases]")) {
        give_up(v, err, seed, "it does not answer any more");
    }
}

static char *state_of(const char *name)
{
    char words[128];
    char *text;

    snprintf(words, sizeof words, "show %s --json", name);
    assert_int_equal(bench_run(words, &text), 0);
    return text;
}

static long count_lines(const char *path)
{
    FILE *f = fopen(path, "r");
    long n = 0;
    int c;

    assert_non_null(f);
    while ((c = getc(f)) != EOF) {
        n += c == '\n';
    }
    fclose(f);
    return n;
}

static void check_case(long acts)
{
    char *before = state_of("monkey.case");
    vt *v = bench_open(&(vt_options){.width = 80, .height = 24}, "monkey.case", NULL);
    char *after;

    vt_assert_shows(v, "[1 Case]");
    bench_leave(&v);
    after = state_of("monkey.case");
    assert_string_equal(before, after);
    printf("# %ld acts, %ld lines in the journal\n", acts,
           count_lines(bench_path("monkey.case/journal.jsonl")));
    free(before);
    free(after);
}

/* Until the time is up, or some click or key has ended it, which is well. */
static long session(time_t end, const char *err, long seed)
{
    vt *v = bench_open(&(vt_options){.width = 80, .height = 24, .err = err}, "monkey.case", NULL);
    long acts = 0;

    while (time(NULL) < end && !vt_ended(v)) {
        act(v);
        if (++acts % 200 == 0 && !vt_ended(v)) {
            calm(v, err, seed);
        }
    }
    if (!vt_ended(v)) {
        calm(v, err, seed);
        vt_key(v, "q");
    }
    if (vt_wait_exit(v) != 0) {
        give_up(v, err, seed, "it did not end well");
    }
    vt_check_back(v);
    vt_end(&v);
    return acts;
}

static void random_keys(void **unused)
{
    long seed = number_of("LINEUP_MONKEY_SEED", 20260114), acts = 0;
    time_t end = time(NULL) + number_of("LINEUP_MONKEY_SECONDS", SECONDS);
    char err[4096];

    (void)unused;
    state = (uint64_t)seed * 2 + 1;
    printf("# seed %ld\n", seed);
    snprintf(err, sizeof err, "%s", bench_path("monkey.err"));
    bench_copy("monkey.case");
    while (time(NULL) < end) {
        acts += session(end, err, seed);
    }
    check_case(acts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_keys)};

    return cmocka_run_group_tests(tests, bench_up, bench_down);
}
