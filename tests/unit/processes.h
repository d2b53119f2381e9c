/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes a test has started: engines. */
#ifndef LU_TESTS_PROCESSES_H
#define LU_TESTS_PROCESSES_H

#include "tests/unit/scratch.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sys/wait.h>
#include <time.h>

static inline double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The processes whose parent is this one; how many, and the first `most` of them in pid[]. */
static inline size_t children(pid_t *pid, size_t most)
{
    DIR *d = opendir("/proc");
    struct dirent *entry;
    size_t n = 0;

    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        char path[64], line[512] = "";
        int parent = 0;
        FILE *f;
        if (!isdigit((unsigned char)entry->d_name[0])) {
            continue;
        }
        snprintf(path, sizeof path, "/proc/%.20s/stat", entry->d_name);
        f = fopen(path, "r");
        if (f != NULL && fgets(line, sizeof line, f) != NULL && strrchr(line, ')') != NULL &&
            sscanf(strrchr(line, ')') + 1, " %*c %d", &parent) == 1 && parent == getpid()) {
            pid[n < most ? n : most - 1] = (pid_t)atoi(entry->d_name);
            n++;
        }
        if (f != NULL) {
            fclose(f);
        }
    }
    closedir(d);
    return n;
}

/* It ends soon, or waits to be buried by whoever is init here. */
static inline bool ends_soon(pid_t pid)
{
    char line[256], path[64];
    bool there = true;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    for (double start = now(); there && now() - start < 20;) {
        FILE *f = fopen(path, "r");
        there = f != NULL && fgets(line, sizeof line, f) != NULL && strstr(line, ") Z ") == NULL;
        if (f != NULL) {
            fclose(f);
        }
    }
    return !there;
}

static inline void no_children_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

#endif
