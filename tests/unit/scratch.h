/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests that read files: a folder that is there during the group of tests, files in it, and the
 * check that something fails with the right error and words. Use scratch_up and scratch_down as
 * group fixtures.
 */
#ifndef LU_TESTS_SCRATCH_H
#define LU_TESTS_SCRATCH_H

#include "core/core.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char scratch_dir[1024];

static inline int scratch_up(void **state)
{
    const char *base = getenv("LINEUP_TMP");

    (void)state;
    snprintf(scratch_dir, sizeof scratch_dir, "%s/lineup-test-XXXXXX",
             base != NULL ? base : "/tmp");
    return mkdtemp(scratch_dir) != NULL ? 0 : -1;
}

static inline int scratch_remove(const char *path, const struct stat *st, int flag, struct FTW *f)
{
    (void)st;
    (void)flag;
    (void)f;
    return remove(path);
}

static inline int scratch_down(void **state)
{
    (void)state;
    return nftw(scratch_dir, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of a name in the folder; good for the next seven calls. */
static inline const char *scratch(const char *name)
{
    static char path[8][2048];
    static unsigned at;
    char *to = path[at++ % 8];

    snprintf(to, 2048, "%s/%s", scratch_dir, name);
    return to;
}

static inline const char *scratch_write(const char *name, const void *data, size_t len)
{
    const char *path = scratch(name);
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
    return path;
}

static inline const char *scratch_folder(const char *name)
{
    const char *path = scratch(name);

    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

/* A file of the shared data; NULL when it is not there. */
static inline const char *shared_data(const char *name)
{
    static char path[2048];
    const char *base = getenv("LINEUP_SHARED");

    snprintf(path, sizeof path, "%s/data/%s", base != NULL ? base : "", name);
    return base != NULL && access(path, R_OK) == 0 ? path : NULL;
}

static inline void check_failure(lu_err got, lu_err want, const char *words, int line)
{
    if (got != want || strstr(lu_error_what(), words) == NULL) {
        fail_msg("line %d: %s: \"%s\" (%s), not \"%s\"", line, lu_err_text(got), lu_error_what(),
                 lu_error_where(), words);
    }
}

#define assert_fails(call, want, words) check_failure((call), (want), (words), __LINE__)

static inline void check_success(lu_err got, int line)
{
    if (got != LU_OK) {
        fail_msg("line %d: %s: %s (%s)", line, lu_err_text(got), lu_error_what(), lu_error_where());
    }
}

#define assert_ok(call) check_success((call), __LINE__)

#endif
