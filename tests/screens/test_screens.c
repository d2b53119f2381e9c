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

/* What is pressed or typed, its name, what takes it away again. */
typedef struct step {
    const char *name, *key, *command, *leave;
} step;

static const step steps[] = {
    {"case", "1", NULL, NULL},
    {"seeds", "2", NULL, NULL},
    {"generate", "3", NULL, NULL},
    {"scores", "4", NULL, NULL},
    {"bars", "b", NULL, "b"},
    {"samples", "5", NULL, NULL},
    {"judgement", "6", NULL, NULL},
    {"report", "7", NULL, NULL},
    {"keys", "8", NULL, NULL},
    {"membership", "9", NULL, NULL},
    {"help", "?", NULL, "Esc"},
    {"palette", ":", NULL, "Esc"},
    {"jobs", "J", NULL, "Esc"},
    {"journal", "L", NULL, "Esc"},
    {"output", NULL, "lineup seal --help", "Esc"},
    {"mistake", NULL, "add victim", NULL},
    {"error", "!", NULL, "Esc"},
    {"tour", NULL, "tour", "Esc"},
    {"cases", "0", NULL, NULL},
    {"methods", "M", NULL, NULL},
    {"method", "Enter", NULL, "Esc"},
};

static void go(vt *v, const step *s)
{
    if (s->key != NULL) {
        vt_key(v, s->key);
    } else {
        bench_command(v, s->command);
    }
}

static void walk(const vt_options *o, const char *set)
{
    vt *v;

    bench_copy("walk.case");
    v = bench_open(o, "walk.case", NULL);

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        char name[64];

        snprintf(name, sizeof name, "%s/%s", set, steps[i].name);
        go(v, &steps[i]);
        bench_same(v, name);
        if (steps[i].leave != NULL) {
            vt_key(v, steps[i].leave);
        }
    }
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
