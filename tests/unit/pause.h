/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job that pauses once, as a screen's does, by not coming back, and sees whether the engines go
 * on meanwhile:
 *
 *     sleeper s = {.go_on = 8};
 *     lu_job job = {.at = sleep_at, .context = &s};
 *     ... LU_ERR_CANCELLED, after eight more reports
 *     assert_stood_still(&s);
 */
#ifndef LU_TESTS_PAUSE_H
#define LU_TESTS_PAUSE_H

#include "core/core.h"
#include "tests/unit/processes.h"

enum { ENGINES = 8, PAUSE = 1 };

typedef struct sleeper {
    bool (*ready)(void *context); /* is everything at work? NULL = with the first report */
    void *context;
    size_t go_on; /* reports taken after the pause, before the run is ended */
    size_t slept, engines;
    long used; /* clock ticks of the engines in the last PAUSE seconds of the pause */
} sleeper;

/* Processor time the engines of ours have used, in clock ticks. */
static inline long engine_ticks(size_t *engines)
{
    pid_t pid[ENGINES] = {0};
    unsigned long sum = 0;

    *engines = children(pid, ENGINES);
    assert_true(*engines > 0 && *engines <= ENGINES);
    for (size_t i = 0; i < *engines; i++) {
        char path[64], line[512] = "";
        unsigned long user = 0, kernel = 0;
        FILE *f;
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pid[i]);
        f = fopen(path, "r");
        assert_non_null(f);
        assert_non_null(fgets(line, sizeof line, f));
        fclose(f);
        assert_int_equal(sscanf(strrchr(line, ')'),
                                ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                                &kernel),
                         2);
        sum += user + kernel;
    }
    return (long)sum;
}

static inline lu_err sleep_at(void *context, const char *what, double done, double total)
{
    const struct timespec at_first = {1, 500000000}; /* an engine may notice so late */
    sleeper *s = context;
    long before;

    assert_true(done <= total);
    if (!s->slept && strcmp(what, "waiting for the engine") != 0 &&
        (s->ready == NULL || s->ready(s->context))) {
        nanosleep(&at_first, NULL);
        before = engine_ticks(&s->engines);
        sleep(PAUSE);
        s->used = engine_ticks(&s->engines) - before;
        s->slept = 1;
    }
    return !s->slept || s->go_on-- > 0 ? LU_OK : lu_fail(LU_ERR_CANCELLED, "stopped by the test");
}

static inline void assert_stood_still(const sleeper *s)
{
    assert_int_equal(s->slept, 1);
    assert_true(s->used <= PAUSE * sysconf(_SC_CLK_TCK) / 10);
}

#endif
