/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every screen and what lies over it, in four sizes, in colours and without, compared with golden/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/screens/bench.h"
#include "viz/viz.h"

/* What is pressed or typed, its name, what takes it away again, what it takes a job to show. */
typedef struct step {
    const char *name, *key, *command, *leave, *shows;
} step;

static const step steps[] = {
    {"case", "1", NULL, NULL, NULL},
    {"seeds", "2", NULL, NULL, NULL},
    {"generate", "3", NULL, NULL, NULL},
    {"scores", "4", NULL, NULL, NULL},
    {"bars", "b", NULL, "b", NULL},
    {"samples", "5", NULL, NULL, NULL},
    {"judgement", "6", NULL, NULL, NULL},
    {"report", "7", NULL, NULL, NULL},
    {"keys", "8", NULL, NULL, NULL},
    {"membership", "9", NULL, NULL, NULL},
    {"help", "?", NULL, "Esc", NULL},
    {"palette", ":", NULL, "Esc", NULL},
    {"jobs", "J", NULL, "Esc", NULL},
    {"journal", "L", NULL, "Esc", NULL},
    {"output", NULL, "lineup seal --help", "Esc", NULL},
    {"mistake", NULL, "add victim", NULL, NULL},
    {"error", "!", NULL, "Esc", NULL},
    {"tour", NULL, "tour", "Esc", NULL},
    {"cases", "0", NULL, NULL, NULL},
    {"methods", "M", NULL, NULL, NULL},
    {"method", "Enter", NULL, "Esc", NULL},
    {"lab", "B", NULL, NULL, NULL},
    {"recipe", NULL, "lab prune epochs=3", "Esc", "the smallest weights"},
    {"zoo", NULL, "zoo tiny.json", NULL, "t judges them"},
    {"table", "t", NULL, NULL, "verdict"},
    {"table-1", "Tab", NULL, NULL, NULL},
    {"table-2", "Tab", NULL, NULL, NULL},
    {"table-3", "Tab", NULL, NULL, NULL},
    {"table-4", "Tab", NULL, NULL, NULL},
    {"table-5", "Tab", NULL, NULL, NULL},
    {"table-6", "Tab", NULL, NULL, NULL},
};

/* The keys of a watermark, when a marked network is in the case. */
static const step mark_steps[] = {
    {"mark", NULL, "keys small.mark", NULL, "12 keys"},
    {"mark-verified", NULL, "verify marked", NULL, "carries the mark: 12 of 12 keys"},
    {"mark-missed", NULL, "only missed", "f", "No key is missed"},
    {"mark-evidence", "Tab", NULL, "Esc", "by luck"},
    {"mark-sheet", "c", NULL, "c", "12 hit: keys"},
};

static void go(vt *v, const step *s)
{
    if (s->key != NULL) {
        vt_key(v, s->key);
    } else {
        bench_command(v, s->command);
    }
}

static void take(vt *v, const step *s, size_t n, const char *set)
{
    for (size_t i = 0; i < n; i++) {
        char name[64];

        snprintf(name, sizeof name, "%s/%s", set, s[i].name);
        go(v, &s[i]);
        if (s[i].shows != NULL) {
            vt_assert_shows(v, s[i].shows);
        }
        bench_same(v, name);
        if (s[i].leave != NULL) {
            vt_key(v, s[i].leave);
        }
    }
}

static void walk(const vt_options *o, const char *set)
{
    char home[256];
    vt_options marks = *o;
    vt *v;

    snprintf(home, sizeof home, "%s", bench_path("marks")); /* the first home knows no bundle */
    marks.home = home;

    bench_copy("walk.case");
    bench_zoo();
    assert_int_equal(bench_run("lab table tiny.json --to tiny.zoo --quiet", NULL), 0);
    v = bench_open(o, "walk.case", NULL);
    take(v, steps, sizeof steps / sizeof *steps, set);
    bench_leave(&v);
    assert_int_equal(bench_run("add walk.case suspect marked --cfg small.mark/host.cfg --weights "
                               "small.mark/host.weights",
                               NULL),
                     0);
    v = bench_open(&marks, "walk.case", NULL);
    vt_key(v, "8");
    take(v, mark_steps, sizeof mark_steps / sizeof *mark_steps, set);
    bench_leave(&v);
}

static void screens_of_60_columns(void **state)
{
    (void)state;
    walk(&(vt_options){.width = 60, .height = 18}, "60x18");
}

static void screens_of_80_columns(void **state)
{
    (void)state;
    walk(&(vt_options){.width = 80, .height = 24}, "80x24");
}

static void screens_of_120_columns(void **state)
{
    (void)state;
    walk(&(vt_options){.width = 120, .height = 40}, "120x40");
}

static void screens_of_200_columns(void **state)
{
    (void)state;
    walk(&(vt_options){.width = 200, .height = 60}, "200x60");
}

/* The same texts: colours are never needed. */
static void eight_colours_show_the_same(void **state)
{
    (void)state;
    walk(&(vt_options){.width = 80, .height = 24, .term = "xterm"}, "80x24");
}

static void ascii_without_colours(void **state)
{
    static const char *const env[] = {"NO_COLOR=1", NULL};

    (void)state;
    /* libvterm 0.1.4 wraps too early after REP, which "screen" has not */
    walk(&(vt_options){.width = 80, .height = 24, .term = "screen", .lang = "C", .env = env},
         "80x24-ascii");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_of_60_columns),       cmocka_unit_test(screens_of_80_columns),
        cmocka_unit_test(screens_of_120_columns),      cmocka_unit_test(screens_of_200_columns),
        cmocka_unit_test(eight_colours_show_the_same), cmocka_unit_test(ascii_without_colours),
    };

    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, bench_up, bench_down);
}
