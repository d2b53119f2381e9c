/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case on a disk that fills up and is given room again, in one process: nothing is lost and the
   journal's chain goes on. */
#include "sessions/sessions.h"
#include "tests/unit/scratch.h"

#include <signal.h>
#include <sys/resource.h>

/* Files may grow to so many bytes; SIZE_MAX: without limit. */
static void let_files_grow(size_t bytes)
{
    struct rlimit l;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = bytes == SIZE_MAX ? l.rlim_max : (rlim_t)bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static size_t size_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return (size_t)st.st_size;
}

static void a_line_that_does_not_fit_is_taken_back(void **state)
{
    char path[2048], journal[2200];
    lu_case *c;

    (void)state;
    snprintf(path, sizeof path, "%s", scratch("full.case"));
    snprintf(journal, sizeof journal, "%s/journal.jsonl", path);
    assert_ok(lu_case_new(path, LU_KIND_TUNING, NULL, NULL, &c));
    for (size_t room = 0; room < 300; room += 50) {
        let_files_grow(size_of(journal) + room);
        assert_int_equal(lu_case_set(c, "seed=5"), LU_ERR_IO);
        let_files_grow(SIZE_MAX);
        assert_ok(lu_case_set(c, room % 100 ? "seed=7" : "seed=8"));
    }
    lu_case_close(&c);
    assert_ok(lu_case_open(path, LU_CASE_READ, &c));
    assert_true(c->params.seed == 7);
    lu_case_close(&c);
    assert_ok(lu_case_open(path, LU_CASE_WRITE, &c));
    assert_ok(lu_case_set(c, "seed=9"));
    lu_case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_line_that_does_not_fit_is_taken_back)};

    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
