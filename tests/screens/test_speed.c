/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How quick the workbench is, through a terminal: the first frame, a key's answer with and without
 * a job, and what it does when nothing happens. Prints figures, one a line; judges none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/screens/bench.h"

enum { STARTS = 15, KEYS = 300, IDLE_MS = 3000 };

static double milliseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void tell(const char *what, double *ms, size_t n)
{
    qsort(ms, n, sizeof *ms, by_size);
    printf("# %s: p50 %.1f ms, p99 %.1f ms, most %.1f ms (%zu)\n", what, ms[n / 2],
           ms[n * 99 / 100], ms[n - 1], n);
}

static void first_frames(void)
{
    double ms[STARTS];

    for (int i = 0; i < STARTS; i++) {
        double start = milliseconds();
        vt *v = bench_open(&(vt_options){.width = 80, .height = 24}, "small.case", "--readonly");

        ms[i] = milliseconds() - start;
        bench_leave(&v);
    }
    tell("first frame", ms, STARTS);
}

/* Two screens in turn, each with a word of its own. */
static void keys(vt *v, const char *what)
{
    double ms[KEYS];

    for (int i = 0; i < KEYS; i++) {
        double start = milliseconds();

        vt_type(v, i % 2 ? "7" : "9");
        vt_assert_shows(v, i % 2 ? "[7 Report]" : "[9 Membership]");
        ms[i] = milliseconds() - start;
    }
    tell(what, ms, KEYS);
}

/* Clock ticks of user and system, fields 14 and 15 of /proc/PID/stat. */
static long ticks(const vt *v)
{
    char path[64];
    long user = 0, system = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/stat", vt_pid(v));
    f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(
        fscanf(f, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system),
        2);
    fclose(f);
    return user + system;
}

static void idleness(vt *v)
{
    long before;

    vt_watch(v, 500);
    vt_forget(v);
    before = ticks(v);
    vt_watch(v, IDLE_MS);
    printf("# idle for %d ms: %zu bytes written, %ld ticks of the processor\n", IDLE_MS,
           vt_written(v), ticks(v) - before);
    assert_int_equal(vt_written(v), 0);
}

static void figures(void **state)
{
    vt *v;

    (void)state;
    first_frames();
    bench_copy("keys.case");
    v = bench_open(&(vt_options){.width = 80, .height = 24}, "keys.case", NULL);
    idleness(v);
    keys(v, "key to frame, no job");
    bench_command(v, "set blackbox.method=cw");
    vt_assert_shows(v, "method=cw: done");
    bench_command(v, "set cw.iterations=100000");
    vt_assert_shows(v, "iterations=100000: done");
    vt_key(v, "r");
    vt_assert_shows(v, "making black-box tests");
    keys(v, "key to frame, a job runs");
    vt_key(v, "x");
    vt_assert_shows(v, "stopped");
    bench_leave(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(figures)};

    return cmocka_run_group_tests(tests, bench_up, bench_down);
}
